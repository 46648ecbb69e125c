/* felt_rows.c - the answers behind a figure, one by one, newest first. */
#include "insight/satisfaction.h"
#include "satisfaction.sql.h"

#define FILTER(ask) \
	DB_INT((ask)->period->from_ms), DB_INT((ask)->period->to_ms), DB_INT((ask)->survey_id), DB_INT((ask)->team_id), DB_INT((ask)->agent_id), DB_TEXT((ask)->channel), DB_INT((ask)->category_id)

static json_t *
begin(DbRows *rows)
{
	json_t *one = json_object();

	json_put_time(one, "answered_at", db_rows_int(rows, "answered_at"));
	json_put(one, "survey", json_pair(db_rows_text(rows, "survey_ref"), "name", db_rows_text(rows, "survey")));
	json_put(one, "case", json_pair(db_rows_text(rows, "case_ref"), "subject", db_rows_text(rows, "subject")));
	json_put(one, "customer", json_pair(db_rows_text(rows, "customer_ref"), "name", db_rows_text(rows, "customer_name")));
	json_put(one, "owner", json_pair(db_rows_text(rows, "owner_ref"), "name", db_rows_text(rows, "owner_name")));
	return one;
}

static json_t *
answer_of(DbRows *rows)
{
	const char *text = db_rows_text(rows, "asks");
	json_t *one = begin(rows), *asks = text != NULL ? json_loads(text, 0, NULL) : NULL;

	json_put_time(one, "sent_at", 0);
	json_put_text(one, "state", "answered");
	json_put_text(one, "kind", db_rows_text(rows, "kind"));
	json_put(one, "score", db_rows_is_null(rows, "score") ? json_null() : json_integer(db_rows_int(rows, "score")));
	json_put_text(one, "words", db_rows_text(rows, "words"));
	json_put(one, "asks", asks != NULL ? asks : json_object());
	json_put(one, "recovery", json_pair(db_rows_text(rows, "recovery_ref"), "state", db_rows_text(rows, "recovery_state")));
	return one;
}

static json_t *
sent_of(DbRows *rows)
{
	json_t *one = begin(rows);

	json_put_time(one, "sent_at", db_rows_int(rows, "sent_at"));
	json_put_text(one, "state", db_rows_text(rows, "state"));
	json_put(one, "kind", json_null());
	json_put(one, "score", json_null());
	json_put(one, "words", json_null());
	json_put(one, "asks", json_object());
	json_put(one, "recovery", json_null());
	return one;
}

static DbRows *
ask_rows(Db *db, const SatisfactionAsk *ask, const FeltRowsAsk *want, GError **error)
{
	gint64 at = want->at != 0 ? want->at : G_MAXINT64, asked = want->asked != 0 ? want->asked : G_MAXINT64, question = want->question != 0 ? want->question : G_MAXINT64;

	if (want->sent)
		return db_query(db, &SQL_FELT_SENT, DB_ARGS(FILTER(ask), DB_INT(at), DB_INT(asked), DB_INT(want->limit + 1)), error);
	return db_query(db, &SQL_FELT_ANSWERS,
	                DB_ARGS(FILTER(ask), DB_TEXT(want->kind), DB_INT(want->low), DB_INT(want->high), DB_INT(want->with_words), DB_INT(want->question_id), DB_INT(at), DB_INT(asked),
	                        DB_INT(question), DB_INT(want->limit + 1)),
	                error);
}

json_t *
felt_rows(Db *db, const SatisfactionAsk *ask, const FeltRowsAsk *want, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) value = json_object();
	g_autoptr(DbRows) rows = ask_rows(db, ask, want, error);
	json_t *list = json_array(), *next;
	gint64 at = 0, asked = 0, question = 0;

	json_put(value, "answers", list);
	json_put(value, "next", json_null());
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		if (json_array_size(list) == want->limit) {
			next = json_object();
			json_put_int(next, "at", at);
			json_put_int(next, "asked", asked);
			json_put_int(next, "question", question);
			json_put(value, "next", next);
			break;
		}
		at = db_rows_int(rows, want->sent ? "sent_at" : "answered_at");
		asked = db_rows_int(rows, "id");
		question = db_rows_int(rows, "question_id");
		json_array_append_new(list, want->sent ? sent_of(rows) : answer_of(rows));
	}
	if (local == NULL)
		return g_steal_pointer(&value);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}
