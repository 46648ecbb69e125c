/* letters.c - writing, looking at and sending a final response. The rules: flow/letter/letter.h; the words kept ready: desk/letter_words.c. */
#include "desk/letters.h"
#include "desk/app.h"
#include "desk/case_answer.h"
#include "desk/panels.h"
#include "flow/letter/letter.h"
#include "org/settings.h"
#include "store/blob.h"

/* GET /cases/{ref}/letter?lang= -> letter_draft + {ref, subject_of_case, version}: what it would say now. */
static json_t *
letter_of(Call *call, Db *db, GError **error)
{
	g_autoptr(Case) it = case_by_ref(db, call_param(call, "ref"), error);
	g_autoptr(json_t) house = NULL;
	const char *lang = call_query(call, "lang");
	json_t *value;

	if (it == NULL || (house = settings_all(desk_app(call)->settings, db, call->now_ms, error)) == NULL)
		return NULL;
	if ((value = letter_draft(db, it, lang != NULL && lang[0] != '\0' ? lang : NULL, house, call->actor, call->now_ms, error)) == NULL)
		return NULL;
	json_put_text(value, "ref", it->ref);
	json_put_text(value, "case_subject", it->subject);
	json_put_int(value, "version", it->version);
	return value;
}

static json_t *
letter_show(Call *call, GError **error)
{
	return letter_of(call, call->db, error);
}

typedef struct {
	DraftGiven given;
	gint64 version;
	char *lang, *subject, *body, *reason;
	gboolean boxes;
} LetterDraft;
static const DraftField letter_fields[] = {
	{ "version", DRAFT_INT, offsetof(LetterDraft, version), .min = 0, .max = G_MAXINT64, .about = "the case's version it was written against; or If-Match" },
	{ "lang", DRAFT_TEXT, offsetof(LetterDraft, lang), .max = 2, .about = "the language it is in: en unless said otherwise" },
	{ "subject", DRAFT_TEXT, offsetof(LetterDraft, subject), .required = TRUE, .max = 4 * LETTER_MAX_SUBJECT },
	{ "body", DRAFT_TEXT, offsetof(LetterDraft, body), .required = TRUE, .max = PAPER_MAX_BODY },
	{ "reason", DRAFT_TEXT, offsetof(LetterDraft, reason), .max = 2000, .about = "why another final response is sent: needed from the second on" },
	{ "boxes", DRAFT_BOOL, offsetof(LetterDraft, boxes), .about = "send it though characters of it cannot be drawn here and are empty boxes on paper" },
	{ NULL },
};
static const DraftSpec letter_draft_spec = { "FinalResponse", sizeof(LetterDraft), letter_fields };

typedef struct {
	Call *call;
	const NewLetter *make;
	gint64 case_id, size;
	PaperFacts paper;
	char hash[BLOB_HASH_SIZE], ref[16];
} Sending;

/* The letter drawn; its case is read here, on the slow pool. (transfer full) */
static GBytes *
draw(Call *call, const NewLetter *make, gint64 *ret_case_id, PaperFacts *ret_facts, GError **error)
{
	Db *db = store_reader(call->store, error);
	g_autoptr(Case) it = db != NULL ? case_by_ref(db, call_param(call, "ref"), error) : NULL;
	g_autoptr(json_t) house = it != NULL ? settings_all(desk_app(call)->settings, db, call->now_ms, error) : NULL;

	if (house == NULL)
		return NULL;
	*ret_case_id = it->id;
	return letter_pdf(db, it, make, house, call->actor, call->now_ms, ret_facts, error);
}

static NewLetter
new_letter(const LetterDraft *draft, gint64 version)
{
	return (NewLetter){ .lang = draft->lang != NULL ? draft->lang : "en", .subject = draft->subject, .body = draft->body, .reason = draft->reason, .version = version };
}

/* POST /cases/{ref}/letter/preview: the PDF as it would be, nothing kept. */
static json_t *
preview_post(Call *call, GError **error)
{
	const NewLetter make = new_letter(call->draft, 0);
	gint64 case_id = 0;
	PaperFacts facts;
	g_autoptr(GBytes) pdf = draw(call, &make, &case_id, &facts, error);
	g_autofree char *pages = NULL, *unknown = NULL;
	gsize size = 0;
	gpointer bytes;

	if (pdf == NULL)
		return NULL;
	pages = g_strdup_printf("%u", facts.pages);
	unknown = g_strdup_printf("%u", facts.unknown);
	call_header_add(call, "Letter-Pages", pages);
	call_header_add(call, "Letter-Unknown-Characters", unknown);
	if (facts.font_missing)
		call_header_add(call, "Letter-Font", "missing");
	bytes = g_bytes_unref_to_data(g_steal_pointer(&pdf), &size);
	call_send_text(call, "application/pdf", bytes, size);
	return json_null();
}

static gboolean
keep(const char *data_dir, GBytes *pdf, Sending *sending, GError **error)
{
	g_autoptr(BlobWriter) writer = blob_begin(data_dir, error);
	gsize size = 0;
	const void *bytes = g_bytes_get_data(pdf, &size);

	return writer != NULL && blob_append(writer, bytes, size, error) && blob_finish(writer, sending->hash, &sending->size, error);
}

static gboolean
send_work(Db *db, gpointer data, GError **error)
{
	Sending *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	if (tx == NULL || !letter_send_in(db, desk_app(self->call)->mail, self->case_id, self->make, &self->paper, self->hash, self->size, self->call->actor, self->call->now_ms, self->ref, error))
		return FALSE;
	call_created(self->call, "/letters/%s", self->ref);
	return db_tx_commit(tx, error);
}

/* POST /cases/{ref}/letter: drawn, kept and sent. 201 with the letter. */
static json_t *
letter_post(Call *call, GError **error)
{
	const LetterDraft *draft = call->draft;
	NewLetter make = new_letter(draft, 0);
	Sending sending = { .call = call, .make = &make };
	g_autoptr(GBytes) pdf = NULL;
	Db *db;

	if (!desk_base_version(call, draft->version, &make.version, error) || (pdf = draw(call, &make, &sending.case_id, &sending.paper, error)) == NULL)
		return NULL;
	if (sending.paper.unknown > 0 && !draft->boxes) {
		err_add_field(error, "/boxes", "No font that is installed here has %u of its characters: on paper they are empty boxes.", sending.paper.unknown);
		return NULL;
	}
	if (!keep(store_data_dir(call->store), pdf, &sending, error) || !call_write(call, send_work, &sending, error) || (db = store_reader(call->store, error)) == NULL)
		return NULL;
	return letter_get(db, sending.ref, error);
}

/* The form again with its faults, or the page of what was sent. */
static gboolean
letter_panels(Call *call, json_t *value, GError **error)
{
	g_autoptr(json_t) shown = NULL;

	if (json_object_get(value, "body") == NULL && call->draft != NULL) {
		if ((shown = letter_of(call, call->db, error)) == NULL)
			return FALSE;
		json_object_update_missing(value, shown);
	}
	return desk_panel_chrome(call, value, error);
}

/* GET /letters/{letter}: one that was sent, as it is printed. */
static json_t *
sent_show(Call *call, GError **error)
{
	g_autoptr(json_t) value = letter_get(call->db, call_param(call, "letter"), error), house = NULL;

	if (value == NULL || (house = settings_house(desk_app(call)->settings, call->db, error)) == NULL)
		return NULL;
	json_put(value, "house", g_steal_pointer(&house));
	return g_steal_pointer(&value);
}

const Route desk_letter_routes[] = {
	{ "GET", "/cases/{ref}/letter", "case.read", ROUTE_READ, .handler = letter_show, .page = "letter.html", .panels = letter_panels, .about = "the final response as it would be written now, and those that were sent" },
	{ "POST", "/cases/{ref}/letter", "message.write", ROUTE_SLOW, 256 * 1024, letter_post, .page = "letter.html", .draft = &letter_draft_spec, .panels = letter_panels, .about = "send the final response: on the case, by mail where possible, as PDF" },
	{ "POST", "/cases/{ref}/letter/preview", "case.read", ROUTE_SLOW, 256 * 1024, preview_post, .page = "letter.html", .draft = &letter_draft_spec, .panels = letter_panels, .about = "the letter as PDF; nothing is kept or sent" },
	{ "GET", "/letters/{letter}", "case.read", ROUTE_READ, .handler = sent_show, .page = "letter_sent.html", .panels = desk_panel_chrome, .about = "a final response as it was sent" },
	{ NULL },
};
