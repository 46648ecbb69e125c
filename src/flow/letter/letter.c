/* letter.c - see the header. What each field is: flow/letter/fields.c. */
#include "flow/letter/letter.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/money.h"
#include "cases/decision.h"
#include "cases/macro.h"
#include "cases/message.h"
#include "customer/customer.h"
#include "flow/letter/fields.h"
#include "flow/customer/tell.h"
#include "paper/font.h"
#include "letter.sql.h"
#include "remedy/remedy.h"
#include "store/events.h"
#include "store/refs.h"
#include "text/fill.h"
#include <string.h>

enum { MAX_REASON = 500 };

/* ---- what it would say ---------------------------------------------------------------------------------------------- */

static gboolean
is_decided(const Case *it, GError **error)
{
	if (it->merged_into != 0)
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was merged into another one: write there", it->ref);
	else if (it->outcome == NULL)
		g_set_error(error, ERR, ERR_CONFLICT, "case %s is not decided yet: a final response says how", it->ref);
	else
		return TRUE;
	return FALSE;
}

static gboolean
has_words(Db *db, const char *outcome, const char *lang, json_t **ret_words, GError **error)
{
	g_autoptr(GError) why = NULL;

	if ((*ret_words = letter_words_get(db, outcome, lang, &why)) != NULL)
		return TRUE;
	if (g_error_matches(why, ERR, ERR_NOT_FOUND))
		return FALSE;
	g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

/* In the language asked for, else the customer's, the house's, English: the first there are words in. */
static json_t *
choose_words(Db *db, const Case *it, const char *lang, const json_t *house, GError **error)
{
	g_autoptr(Customer) customer = it->customer_id != 0 ? customer_get(db, it->customer_id, error) : NULL;
	g_autofree char *theirs = customer != NULL && customer->lang != NULL ? g_strndup(customer->lang, 2) : NULL;
	const char *const tries[] = { lang, theirs, json_text(house, "lang", "en"), "en" };
	g_autoptr(GError) local = NULL;
	json_t *words = NULL;

	if (it->customer_id != 0 && customer == NULL)
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(tries) && local == NULL; i++)
		if (tries[i] != NULL && has_words(db, it->outcome, tries[i], &words, &local))
			return words;
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error(error, ERR, ERR_CORRUPT, "there is no letter for %s", it->outcome);
	return NULL;
}

/* The languages there are words in for this outcome. */
static json_t *
langs_of(Db *db, const char *outcome, GError **error)
{
	g_autoptr(json_t) all = letter_words_list(db, error);
	json_t *langs, *one;
	size_t i;

	if (all == NULL)
		return NULL;
	langs = json_array();
	json_array_foreach(all, i, one)
		if (strcmp(json_text(one, "outcome", ""), outcome) == 0)
			json_array_append_new(langs, json_string(json_text(one, "lang", "")));
	return langs;
}

static Actor
writer_in(const Actor *actor, const char *lang)
{
	Actor writer = *actor;

	g_strlcpy(writer.lang, lang, sizeof writer.lang);
	return writer;
}

/* What was agreed or given, a line each: in the words it was offered with, else its name and sum. NULL without error never. */
/* "Money back, £25.00. With you within three working days."; without a value its own words say what it is. */
static void
put_remedy(GString *text, const json_t *remedy, const char *lang)
{
	const json_t *value = json_object_get(remedy, "value");
	const char *words = json_text(remedy, "words", ""), *name = json_text(remedy, "name", "");
	Money sum = { .amount_minor = json_int(value, "amount_minor", 0) };
	g_autofree char *written = NULL;

	if (!json_is_object(value)) {
		g_string_append(text, words[0] != '\0' ? words : name);
		return;
	}
	g_strlcpy(sum.currency, json_text(value, "currency", ""), sizeof sum.currency);
	written = money_text(&sum, lang);
	g_string_append_printf(text, "%s, %s%s%s", name, written, words[0] != '\0' ? ". " : "", words);
}

static char *
remedies_text(Db *db, gint64 case_id, const char *lang, GError **error)
{
	static const char *const given[] = { "chosen", "doing", "done", NULL };
	g_autoptr(json_t) list = remedy_list_of_case(db, case_id, error);
	GString *text;

	if (list == NULL)
		return NULL;
	text = g_string_new(NULL);
	for (size_t i = json_array_size(list); i-- > 0;) { /* newest first: told as they came */
		const json_t *one = json_array_get(list, i);

		if (!case_word_is(given, json_text(one, "state", ""), NULL))
			continue;
		g_string_append(text, text->len > 0 ? "\n\u2022 " : "\u2022 ");
		put_remedy(text, one, lang);
	}
	return g_string_free(text, FALSE);
}

json_t *
letter_draft(Db *db, const Case *it, const char *lang, const json_t *house, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) decision = NULL, words = NULL, langs = NULL, sent = NULL, faults = json_array();
	g_autofree char *subject = NULL, *body = NULL, *remedies = NULL;
	json_t *value;

	if (!is_decided(it, error) || (decision = decision_get(db, it, error)) == NULL || (words = choose_words(db, it, lang, house, error)) == NULL ||
	    (langs = langs_of(db, it->outcome, error)) == NULL || (sent = letter_list(db, it->id, error)) == NULL)
		return NULL;
	const Actor writer = writer_in(actor, json_text(words, "lang", "en"));
	LetterFields fields = { .it = it, .actor = &writer, .decision = decision, .house = house, .now_ms = now_ms };
	const Fill fill = { letter_field, letter_field_known, &fields };

	if ((remedies = remedies_text(db, it->id, writer.lang, error)) == NULL)
		return NULL;
	fields.remedies = remedies;
	subject = fill_text(json_text(words, "subject", ""), &fill, faults);
	body = fill_text(json_text(words, "body", ""), &fill, faults);
	g_strchomp(body);
	value = json_object();
	json_put_text(value, "outcome", it->outcome);
	json_put_text(value, "lang", writer.lang);
	json_put_text(value, "subject", subject);
	json_put_text(value, "body", body);
	json_put(value, "faults", g_steal_pointer(&faults));
	json_put(value, "langs", g_steal_pointer(&langs));
	json_put(value, "sent", g_steal_pointer(&sent));
	return value;
}

/* ---- on paper ------------------------------------------------------------------------------------------------------- */

/* A field that nobody filled in must not reach a customer. */
static gboolean
check(const NewLetter *make, GError **error)
{
	g_autoptr(GError) faults = NULL;

	if (make->subject == NULL || make->subject[0] == '\0')
		err_add_field(&faults, "/subject", "A letter needs a subject.");
	else if (g_utf8_strlen(make->subject, -1) > LETTER_MAX_SUBJECT)
		err_add_field(&faults, "/subject", "A subject has at most %d characters.", LETTER_MAX_SUBJECT);
	else if (strstr(make->subject, "{{") != NULL)
		err_add_field(&faults, "/subject", "There is still a field in double braces: write what belongs there.");
	if (make->body != NULL && strstr(make->body, "{{") != NULL)
		err_add_field(&faults, "/body", "There is still a field in double braces: write what belongs there.");
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

/* Name and address by post, as far as we know them. (transfer full) */
static char *
addressee(Db *db, const Case *it, GError **error)
{
	g_autoptr(Customer) customer = NULL;

	if (it->customer_id == 0)
		return g_strdup("");
	if ((customer = customer_get(db, it->customer_id, error)) == NULL)
		return NULL;
	for (guint i = 0; customer->contacts != NULL && i < customer->contacts->len; i++) {
		const Contact *contact = customer->contacts->pdata[i];

		if (strcmp(contact->kind, "address") == 0) {
			g_auto(GStrv) lines = g_strsplit(contact->value, ", ", 8);
			g_autofree char *address = g_strjoinv("\n", lines);

			return g_strconcat(customer->name, "\n", address, NULL);
		}
	}
	return g_strdup(customer->name);
}

gboolean
letter_font_check(const char *family, GError **error)
{
	gboolean known = FALSE;

	if (family == NULL || family[0] == '\0')
		return TRUE;
	if (!paper_font_known(family, &known, error))
		return FALSE;
	if (!known)
		err_add_field(error, "/letter_font", "No font named %s is installed on this server.", family);
	return known;
}

GBytes *
letter_pdf(Db *db, const Case *it, const NewLetter *make, const json_t *house, const Actor *actor, gint64 now_ms, PaperFacts *ret_facts, GError **error)
{
	const char *lang = make->lang != NULL ? make->lang : "en", *address = json_text(house, "house_address", "");
	const Actor writer = writer_in(actor, lang);
	g_autofree char *to = NULL, *day = macro_day(now_ms, &writer), *reference = NULL, *aside = NULL;
	PaperLetter letter = { .size = json_text(house, "paper", "A4"), .lang = lang, .house = json_text(house, "house", ""), .address = address[0] != '\0' ? address : NULL,
		.subject = make->subject, .body = make->body, .page_words = letter_word(lang, "page"), .now_ms = now_ms };
	PaperFacts facts;
	GBytes *pdf;

	letter.font = json_text(house, "letter_font", "");
	if (letter.font[0] == '\0')
		letter.font = NULL;
	if (!check(make, error) || (to = addressee(db, it, error)) == NULL)
		return NULL;
	reference = g_strjoin(": ", letter_word(lang, "reference"), it->ref, NULL);
	aside = g_strjoin("\n", day, reference, NULL);
	letter.to = to;
	letter.aside = aside;
	if ((pdf = paper_letter_pdf(&letter, &facts, error)) == NULL)
		return NULL;
	if (facts.font_missing)
		log_warn("letter", "the font %s of the settings is not installed here: the letter about case %s is set in another one", letter.font, it->ref);
	if (ret_facts != NULL)
		*ret_facts = facts;
	return pdf;
}

/* ---- sending -------------------------------------------------------------------------------------------------------- */

static gboolean
may_send(Db *db, const Case *it, const NewLetter *make, gint64 *ret_before, GError **error)
{
	if (!case_check_version(it, make->version, error) || !is_decided(it, error) || !db_query_int(db, &SQL_LETTER_COUNT, DB_ARGS(DB_INT(it->id)), ret_before, NULL, error))
		return FALSE;
	if (make->reason != NULL && g_utf8_strlen(make->reason, -1) > MAX_REASON) {
		err_add_field(error, "/reason", "A reason has at most %d characters.", MAX_REASON);
		return FALSE;
	}
	if (*ret_before == 0 || (make->reason != NULL && make->reason[strspn(make->reason, " \t\r\n")] != '\0'))
		return TRUE;
	err_add_field(error, "/reason", "A final response was sent already: say why there is another one.");
	return FALSE;
}

static gboolean
put_event(Db *db, const Case *it, gint64 id, const NewLetter *make, const PaperFacts *paper, gboolean by_mail, gboolean again, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "outcome", it->outcome);
	json_put_text(facts, "lang", make->lang);
	json_put_int(facts, "pages", paper->pages);
	json_put_bool(facts, "by_mail", by_mail);
	json_put_bool(facts, "again", again);
	return event_add(db, &(Event){ .kind = "letter.sent", .case_id = it->id, .subject_id = id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
letter_send_in(Db *db, const MailContext *context, gint64 case_id, const NewLetter *make, const PaperFacts *facts, const char *hash, gint64 size, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(Case) it = NULL;
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	g_autofree char *name = NULL;
	gint64 before = 0, message_id = 0, id = 0;
	gboolean by_mail = FALSE;

	if (!actor_must(actor, "message.write", error) || !check(make, error) || (it = case_lock(db, case_id, error)) == NULL || !may_send(db, it, make, &before, error))
		return FALSE;
	name = g_strdup_printf("%s-%s.pdf", g_str_has_prefix(make->lang, "de") ? "antwort" : "response", it->ref);
	g_array_append_val(files, ((NewAttachment){ .name = name, .media_type = "application/pdf", .hash = hash, .size = size }));
	if (!tell_customer_in(db, context, case_id, &(Tell){ .subject = make->subject, .body = make->body, .still_ours = TRUE, .attachments = files }, actor, now_ms, &message_id, &by_mail, error))
		return FALSE;
	return ref_insert(db, &SQL_LETTER_INSERT, ret_ref,
	                    DB_ARGS(DB_TEXT(ret_ref), DB_INT(case_id), DB_INT(message_id), DB_TEXT(it->outcome), DB_TEXT(make->lang), DB_TEXT(make->subject), DB_TEXT(make->body),
	                            DB_INT(facts->pages), DB_BOOL(by_mail), DB_TEXT(before > 0 ? make->reason : NULL), DB_INT_OR_NULL(actor->user_id), DB_INT(now_ms)), &id, NULL, error) &&
	       put_event(db, it, id, make, facts, by_mail, before > 0, actor, now_ms, error);
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

static json_t *
letter_row(DbRows *rows)
{
	json_t *one = json_object(), *by = json_null();

	if (db_rows_text(rows, "by_ref") != NULL) {
		by = json_object();
		json_put_text(by, "ref", db_rows_text(rows, "by_ref"));
		json_put_text(by, "name", db_rows_text(rows, "by_name"));
	}
	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "outcome", db_rows_text(rows, "outcome"));
	json_put_text(one, "lang", db_rows_text(rows, "lang"));
	json_put_text(one, "subject", db_rows_text(rows, "subject"));
	json_put_int(one, "pages", db_rows_int(rows, "pages"));
	json_put_bool(one, "by_mail", db_rows_int(rows, "by_mail") != 0);
	json_put_text(one, "reason", db_rows_text(rows, "reason"));
	json_put(one, "by", by);
	json_put_time(one, "sent_at", db_rows_int(rows, "sent_at"));
	json_put_text(one, "file", db_rows_text(rows, "file"));
	return one;
}

json_t *
letter_list(Db *db, gint64 case_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_LETTER_ROWS, DB_ARGS(DB_INT(case_id)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		json_array_append_new(list, letter_row(rows));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

json_t *
letter_get(Db *db, const char *ref, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	char written[REF_SIZE] = "";
	json_t *one, *of;

	ref_read(ref, written);
	if ((rows = db_query(db, &SQL_LETTER_BY_REF, DB_ARGS(DB_TEXT(written)), error)) == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such letter");
		return NULL;
	}
	one = letter_row(rows);
	of = json_object();
	json_put_text(of, "ref", db_rows_text(rows, "case_ref"));
	json_put_text(of, "subject", db_rows_text(rows, "case_subject"));
	json_put(one, "case", of);
	json_put_text(one, "to", db_rows_text(rows, "customer_name"));
	json_put_text(one, "body", db_rows_text(rows, "body"));
	return one;
}
