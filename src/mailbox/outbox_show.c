/* outbox_show.c - what became of what went out: for the case's page, for the list of troubles; bounces, and how many automatic
 * answers one address had. The life of a mail: mailbox/outbox.c. */
#include "base/clock.h"
#include "base/fold.h"
#include "mailbox/outbox.h"
#include "store/events.h"
#include "outbox.sql.h"
#include <string.h>

gboolean
outbox_delivered_in(Db *db, gint64 message_id, const char *address, const char *words, gint64 now_ms, GError **error)
{
	g_autofree char *key = email_fold(address);

	return key == NULL || db_exec(db, &SQL_OUTBOX_DELIVERY_DELIVERED, DB_ARGS(DB_INT(message_id), DB_TEXT(key), DB_TEXT(words), DB_INT(now_ms)), NULL, error);
}

gboolean
outbox_bounced_in(Db *db, gint64 message_id, const char *address, gboolean hard, const char *words, gint64 now_ms, GError **error)
{
	g_autofree char *key = email_fold(address);
	Event event = { .kind = "mail.bounced", .subject_id = message_id, .at_ms = now_ms, .actor = actor_system() };
	gint64 changed = 0;

	if (key == NULL)
		return TRUE;
	if (!db_exec(db, &SQL_OUTBOX_DELIVERY_BOUNCED, DB_ARGS(DB_INT(message_id), DB_TEXT(key), DB_TEXT(words), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed == 0)
		return TRUE; /* we wrote to no such address there: whoever says so may say anything */
	if (hard && !db_exec(db, &SQL_UNDELIVERABLE_PUT, DB_ARGS(DB_TEXT(key), DB_INT(now_ms), DB_TEXT(words), DB_INT_OR_NULL(message_id)), NULL, error))
		return FALSE;
	return db_query_int(db, &SQL_OUTBOX_CASE_OF, DB_ARGS(DB_INT(message_id)), &event.case_id, NULL, error) && event_add(db, &event, NULL, error);
}

gboolean
outbox_may_answer(Db *db, const char *address, gint64 now_ms, gboolean *ret_may, GError **error)
{
	g_autofree char *key = email_fold(address);
	gboolean refuses = TRUE;
	gint64 n = AUTOMATIC_PER_DAY;

	if (key != NULL && (!address_is_undeliverable(db, key, &refuses, error) ||
	                    !db_query_int(db, &SQL_OUTBOX_AUTOMATIC_COUNT, DB_ARGS(DB_TEXT(key), DB_INT(now_ms - MS_PER_DAY)), &n, NULL, error)))
		return FALSE;
	*ret_may = !refuses && n < AUTOMATIC_PER_DAY;
	return TRUE;
}

static gboolean
add_states(Db *db, gint64 case_id, gint64 upto_id, GHashTable *by_ref, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_OUTBOX_OF_CASE, DB_ARGS(DB_INT(case_id), DB_INT(upto_id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		json_t *message = g_hash_table_lookup(by_ref, db_rows_text(rows, "message_ref")), *one;

		if (message == NULL)
			continue;
		one = json_object();
		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "state", db_rows_text(rows, "state"));
		json_put_bool(one, "refusal_open", db_rows_int(rows, "refusal_open") != 0);
		json_put_time(one, "due_at", db_rows_int(rows, "due_at"));
		json_put_time(one, "undo_until", db_rows_int(rows, "undo_until"));
		json_put_text(one, "queue_id", db_rows_text(rows, "queue_id"));
		json_put_text(one, "words", db_rows_text(rows, "words"));
		json_put_int(one, "attempts", db_rows_int(rows, "attempts"));
		json_put_time(one, "sent_at", db_rows_int(rows, "sent_at"));
		json_put_text(one, "then", db_rows_text(rows, "then_stage"));
		json_put(message, "outbox", one);
		json_put(message, "delivery", json_array());
	}
	return db_ended(&local, error);
}

gboolean
outbox_add_deliveries(Db *db, gint64 case_id, gint64 upto_id, GHashTable *by_ref, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	if (!add_states(db, case_id, upto_id, by_ref, error) || (rows = db_query(db, &SQL_OUTBOX_DELIVERIES_OF_CASE, DB_ARGS(DB_INT(case_id), DB_INT(upto_id)), error)) == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		json_t *message = g_hash_table_lookup(by_ref, db_rows_text(rows, "message_ref")), *one;

		if (message == NULL)
			continue;
		one = json_object();
		json_put_text(one, "address", db_rows_text(rows, "address"));
		json_put_text(one, "role", db_rows_text(rows, "role"));
		json_put_text(one, "state", db_rows_text(rows, "state"));
		json_put(one, "code", db_rows_is_null(rows, "code") ? json_null() : json_integer(db_rows_int(rows, "code")));
		json_put_text(one, "words", db_rows_text(rows, "words"));
		json_put_time(one, "changed_at", db_rows_int(rows, "changed_at"));
		json_array_append_new(json_object_get(message, "delivery"), one);
	}
	return db_ended(&local, error);
}

json_t *
outbox_list(Db *db, guint limit, GError **error)
{
	g_autoptr(json_t) out = json_object();
	json_t *list = json_array();
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_OUTBOX_UNFINISHED, DB_ARGS(DB_INT(limit)), error);

	json_put(out, "outbox", list);
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object(), *about = json_object();

		json_put_text(about, "ref", db_rows_text(rows, "case_ref"));
		json_put_text(about, "subject", db_rows_text(rows, "subject"));
		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "state", db_rows_text(rows, "state"));
		json_put(one, "case", about);
		json_put_text(one, "to", db_rows_text(rows, "address"));
		json_put_int(one, "n_recipients", db_rows_int(rows, "n_recipients"));
		json_put_text(one, "words", db_rows_text(rows, "words"));
		json_put_time(one, "due_at", db_rows_int(rows, "due_at"));
		json_put_int(one, "attempts", db_rows_int(rows, "attempts"));
		json_put_time(one, "made_at", db_rows_int(rows, "made_at"));
		json_array_append_new(list, one);
	}
	return db_ended(&local, error) ? g_steal_pointer(&out) : NULL;
}
