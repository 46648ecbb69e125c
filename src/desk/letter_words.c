/* letter_words.c - Settings > Letters: the words of final responses, one for each outcome and language. The rules: cases/letter_words.h. */
#include "cases/letter_words.h"
#include "cases/macro.h"
#include "desk/app.h"
#include "desk/letters.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "flow/letter/letter.h"

static json_t *
variables(void)
{
	json_t *list = json_array();

	for (guint i = 0; letter_variables[i] != NULL; i++)
		json_array_append_new(list, json_sprintf("{{%s}}", letter_variables[i]));
	for (guint i = 0; macro_variables[i] != NULL; i++)
		json_array_append_new(list, json_sprintf("{{%s}}", macro_variables[i]));
	return list;
}

/* GET /letter-words -> {letters[{outcome, lang, subject, shipped, version}], variables[]} */
static json_t *
words_list(Call *call, GError **error)
{
	json_t *letters = letter_words_list(call->db, error), *value;

	if (letters == NULL)
		return NULL;
	value = json_object();
	json_put(value, "letters", letters);
	json_put(value, "variables", variables());
	return value;
}

static json_t *
words_get(Call *call, GError **error)
{
	json_t *value = letter_words_get(call->db, call_param(call, "outcome"), call_param(call, "lang"), error);

	if (value == NULL)
		return NULL;
	json_put(value, "variables", variables());
	if (!call->as_page)
		call_etag_version(call, json_int(value, "version", 0));
	return value;
}

typedef struct {
	DraftGiven given;
	char *subject, *body;
	gboolean reset;
} WordsDraft;
static const DraftField words_fields[] = {
	{ "subject", DRAFT_TEXT, offsetof(WordsDraft, subject), .max = 4 * LETTER_MAX_SUBJECT },
	{ "body", DRAFT_TEXT, offsetof(WordsDraft, body), .max = 4 * LETTER_MAX_BODY, .about = "with {{reasons}} and the like; {{#remedies}}..{{/remedies}} stands only where there are some" },
	{ "reset", DRAFT_BOOL, offsetof(WordsDraft, reset), .about = "back to the shipped words" },
	{ NULL },
};
static const DraftSpec words_draft = { "LetterWords", sizeof(WordsDraft), words_fields };

static json_t *
reset_now(Call *call, GError **error)
{
	if (!letter_words_reset(call->db, call_param(call, "outcome"), call_param(call, "lang"), call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/letter-words");
	return json_null();
}

static json_t *
words_put(Call *call, GError **error)
{
	const WordsDraft *draft = call->draft;
	const char *outcome = call_param(call, "outcome"), *lang = call_param(call, "lang");
	gint64 version;

	if (draft->reset)
		return reset_now(call, error);
	if (!desk_if_match(call, &version, error) || !letter_words_set(call->db, outcome, lang, version, draft->subject, draft->body, call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/letter-words");
	return letter_words_get(call->db, outcome, lang, error);
}

static json_t *
words_delete(Call *call, GError **error)
{
	return reset_now(call, error);
}

const Route desk_letter_word_routes[] = {
	{ "GET", "/letter-words", "case.read", ROUTE_READ, .handler = words_list, .page = "letter_words.html", .panels = desk_panel_chrome, .about = "the words of final responses, by outcome and language" },
	{ "GET", "/letter-words/{outcome}/{lang}", "case.read", ROUTE_READ, .handler = words_get, .page = "letter_word.html", .panels = desk_panel_chrome, .about = "one of them, whole" },
	{ "PUT", "/letter-words/{outcome}/{lang}", "admin.write", ROUTE_WRITE, 300 * 1024, words_put, .page = "letter_word.html", .draft = &words_draft, .panels = desk_panel_chrome, .about = "write it anew, or in a further language" },
	{ "DELETE", "/letter-words/{outcome}/{lang}", "admin.write", ROUTE_WRITE, 4096, words_delete, .about = "back to the shipped words" },
	{ NULL },
};
