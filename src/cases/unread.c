/* unread.c - see the header. */
#include "cases/unread.h"
#include "base/clock.h"
#include "cases/where.h"
#include "store/memo.h"
#include "notice.sql.h"
#include "unread.sql.h"
#include <string.h>

enum { BATCH = 64 };

static gint64
time_of(const json_t *object, const char *key)
{
	const char *text = json_text(object, key, NULL);
	gint64 at = 0;

	return text != NULL && time_read(text, &at) ? at : 0;
}

static gboolean
is_mine(const json_t *it, const Actor *actor)
{
	return actor->ref[0] != '\0' && g_str_equal(json_text(json_object_get(it, "owner"), "ref", ""), actor->ref);
}

/* ---- a list ------------------------------------------------------------------------------------------------------ */

static gboolean
count_batch(Db *db, const GPtrArray *refs, guint from, const Actor *actor, GHashTable *by_ref, GError **error)
{
	g_auto(Where) where = { 0 };
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	DbArg me = DB_INT(actor->user_id);

	where_init(&where, SQL_UNREAD_COUNTS.text);
	g_array_append_val(where.args, me); /* $1 of the head */
	for (guint i = 0; i < BATCH; i++) {
		/* The last batch is filled up, so that there is one statement for all. */
		WHERE_PUT(&where, i == 0 ? " AND c.ref IN (?" : ", ?", DB_TEXT(refs->pdata[MIN(from + i, refs->len - 1)]));
	}
	g_string_append_c(where.text, ')');
	if ((rows = where_query(&where, db, "unread_counts_of", error)) == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		json_t *one = g_hash_table_lookup(by_ref, db_rows_text(rows, "ref"));

		if (one != NULL)
			json_put_int(one, "unread", db_rows_int(rows, "n"));
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
add_mentions(Db *db, const Actor *actor, GHashTable *by_ref, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_UNREAD_TOLD, DB_ARGS(DB_INT(actor->user_id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		json_t *one = g_hash_table_lookup(by_ref, db_rows_text(rows, "ref"));

		if (one != NULL)
			json_put_int(one, "unread", json_int(one, "unread", 0) + 1);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

gboolean
case_unread_counts(Db *db, json_t *cases, const Actor *actor, GError **error)
{
	g_autoptr(GHashTable) by_ref = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) refs = g_ptr_array_new();
	json_t *one;
	size_t at;

	json_array_foreach(cases, at, one) {
		json_put_int(one, "unread", 0);
		if (!json_flag(one, "is_open", FALSE))
			continue;
		g_ptr_array_add(refs, (gpointer)json_text(one, "ref", ""));
		g_hash_table_insert(by_ref, (gpointer)json_text(one, "ref", ""), one);
	}
	if (refs->len == 0 || actor->user_id == 0)
		return TRUE;
	for (guint i = 0; i < refs->len; i += BATCH)
		if (!count_batch(db, refs, i, actor, by_ref, error))
			return FALSE;
	return add_mentions(db, actor, by_ref, error);
}

/* ---- one case ---------------------------------------------------------------------------------------------------- */

/* Marks what the customer said after @since. When the newest words of theirs were written down, and the newest of all. */
static void
mark_inbound(json_t *messages, gint64 since, gboolean marks, const Actor *actor, gint64 *ret_inbound, gint64 *ret_newest)
{
	json_t *one;
	size_t at;

	json_array_foreach(messages, at, one)
		if (actor->ref[0] != '\0' && g_str_equal(json_text(json_object_get(one, "author"), "ref", ""), actor->ref))
			since = MAX(since, time_of(one, "logged_at"));
	json_array_foreach(messages, at, one) {
		gboolean inbound = g_str_equal(json_text(one, "direction", ""), "inbound");
		gint64 logged_at = time_of(one, "logged_at");

		json_put_bool(one, "unread", inbound && marks && logged_at > since);
		*ret_newest = MAX(*ret_newest, logged_at);
		*ret_inbound = MAX(*ret_inbound, inbound ? logged_at : 0);
	}
}

static gboolean
mark_mentions(Db *db, json_t *messages, gint64 case_id, const Actor *actor, gboolean *ret_any, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_UNREAD_MENTIONS, DB_ARGS(DB_INT(actor->user_id), DB_INT(case_id)), error);
	json_t *one;
	size_t at;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		*ret_any = TRUE;
		if (g_str_equal(db_rows_text(rows, "kind"), "mention"))
			json_array_foreach(messages, at, one)
				if (g_strcmp0(json_text(one, "ref", NULL), db_rows_text(rows, "ref")) == 0)
					json_put_bool(one, "unread", TRUE);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

gboolean
case_unread_messages(Db *db, json_t *value, gint64 case_id, gint64 notices, const Actor *actor, GError **error)
{
	json_t *messages = json_object_get(value, "messages");
	gint64 seen = 0, inbound = 0, newest = 0;
	gboolean opened = FALSE, told = FALSE, marks;

	json_put(value, "read_upto", json_null());
	if (actor->user_id == 0)
		return TRUE;
	if (!memo_query_int(db, &SQL_UNREAD_SEEN, DB_ARGS(DB_INT(actor->user_id), DB_INT(case_id)), &seen, &opened, error))
		return FALSE;
	marks = json_flag(value, "is_open", FALSE) && (opened || is_mine(value, actor));
	mark_inbound(messages, seen, marks, actor, &inbound, &newest);
	if (notices > 0 && !mark_mentions(db, messages, case_id, actor, &told, error))
		return FALSE;
	if (inbound > seen || told)
		json_put_time(value, "read_upto", newest);
	return TRUE;
}

gboolean
case_unread_mark(Db *db, gint64 user_id, gint64 case_id, gint64 seen_ms, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_UNREAD_MARK, DB_ARGS(DB_INT(user_id), DB_INT(case_id), DB_INT(MIN(seen_ms, now_ms))), NULL, error) &&
	       db_exec(db, &SQL_NOTICE_READ, DB_ARGS(DB_INT(user_id), DB_INT(0), DB_INT(case_id), DB_INT(now_ms)), NULL, error) && db_tx_commit(tx, error);
}

gboolean
case_unread_prune(Db *db, gint64 now_ms, guint most, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_UNREAD_PRUNE, DB_ARGS(DB_INT(now_ms - UNREAD_KEEP_DAYS * MS_PER_DAY), DB_INT(most)), NULL, error) && db_tx_commit(tx, error);
}
