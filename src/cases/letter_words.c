/* letter_words.c - see the header. The shipped texts: cases/letter_shipped.c. */
#include "cases/letter_words.h"
#include "cases/record.h"
#include "store/events.h"
#include "letter_words.sql.h"
#include <string.h>

static json_t *
words_value(const char *outcome, const char *lang, const char *subject, const char *body, gint64 version)
{
	json_t *one = json_object();

	json_put_text(one, "outcome", outcome);
	json_put_text(one, "lang", lang);
	json_put_text(one, "subject", subject);
	if (body != NULL)
		json_put_text(one, "body", body);
	json_put_bool(one, "shipped", version == 0);
	json_put_int(one, "version", version);
	return one;
}

json_t *
letter_words_get(Db *db, const char *outcome, const char *lang, GError **error)
{
	const ShippedLetter *shipped = letter_shipped(outcome, lang);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_LETTER_WORDS_ONE, DB_ARGS(DB_TEXT(outcome), DB_TEXT(lang)), error);

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return words_value(outcome, lang, db_rows_text(rows, "subject"), db_rows_text(rows, "body"), db_rows_int(rows, "version"));
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else if (shipped != NULL)
		return words_value(outcome, lang, shipped->subject, shipped->body, 0);
	else
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no letter for this outcome and language");
	return NULL;
}

static void
add_shipped(json_t *list)
{
	static const char *const langs[] = { "en", "de" };

	for (guint k = 0; k < G_N_ELEMENTS(langs); k++)
		for (guint i = 0; case_outcomes[i] != NULL; i++) {
			const ShippedLetter *one = letter_shipped(case_outcomes[i], langs[k]);

			json_array_append_new(list, words_value(one->outcome, one->lang, one->subject, NULL, 0));
		}
}

/* Puts an admin's in the place of ours. */
static void
put_own(json_t *list, json_t *own)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(json_text(one, "outcome", ""), json_text(own, "outcome", "")) == 0 && strcmp(json_text(one, "lang", ""), json_text(own, "lang", "")) == 0) {
			json_array_set_new(list, i, own);
			return;
		}
	json_array_append_new(list, own);
}

json_t *
letter_words_list(Db *db, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_LETTER_WORDS_ROWS, DB_NO_ARGS, error);

	if (rows == NULL)
		return NULL;
	add_shipped(list);
	while (db_rows_next(rows, &local))
		put_own(list, words_value(db_rows_text(rows, "outcome"), db_rows_text(rows, "lang"), db_rows_text(rows, "subject"), NULL, db_rows_int(rows, "version")));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

static gboolean
is_empty(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static gboolean
check(const char *outcome, const char *lang, const char *subject, const char *body, GError **error)
{
	g_autoptr(GError) faults = NULL;

	if (!case_word_is(case_outcomes, outcome, NULL))
		err_add_field(&faults, "/outcome", "There is no such outcome.");
	if (strlen(lang) != 2 || !g_ascii_islower(lang[0]) || !g_ascii_islower(lang[1]))
		err_add_field(&faults, "/lang", "A language has two letters, such as fr.");
	if (is_empty(subject))
		err_add_field(&faults, "/subject", "A letter needs a subject.");
	if (is_empty(body))
		err_add_field(&faults, "/body", "Write its words.");
	record_check_text(subject, LETTER_MAX_SUBJECT, "/subject", "A subject", &faults);
	record_check_text(body, LETTER_MAX_BODY, "/body", "A letter", &faults);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
say(Db *db, const char *outcome, const char *lang, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "outcome", outcome);
	json_put_text(facts, "lang", lang);
	return event_add(db, &(Event){ .kind = "letter_words.changed", .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
letter_words_set(Db *db, const char *outcome, const char *lang, gint64 version, const char *subject, const char *body, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(GError) why = NULL;
	g_autoptr(json_t) now = NULL;

	if (!actor_must(actor, "admin.write", error) || !check(outcome, lang, subject, body, error) || (tx = db_begin(db, error)) == NULL)
		return FALSE;
	if ((now = letter_words_get(db, outcome, lang, &why)) == NULL && !g_error_matches(why, ERR, ERR_NOT_FOUND)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	if (version != 0 && version != json_int(now, "version", 0)) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "this letter has been changed since");
		return FALSE;
	}
	return db_exec(db, &SQL_LETTER_WORDS_PUT, DB_ARGS(DB_TEXT(outcome), DB_TEXT(lang), DB_TEXT(subject), DB_TEXT(body), DB_INT(now_ms)), NULL, error) &&
	       say(db, outcome, lang, actor, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
letter_words_reset(Db *db, const char *outcome, const char *lang, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	gint64 changed = 0;

	if (!actor_must(actor, "admin.write", error) || (tx = db_begin(db, error)) == NULL)
		return FALSE;
	if (!db_exec(db, &SQL_LETTER_WORDS_REMOVE, DB_ARGS(DB_TEXT(outcome), DB_TEXT(lang)), &changed, error))
		return FALSE;
	return (changed == 0 || say(db, outcome, lang, actor, now_ms, error)) && db_tx_commit(tx, error);
}
