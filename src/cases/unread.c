/* unread.c - see the header. */
#include "cases/unread.h"
#include "base/clock.h"
#include "store/memo.h"
#include "notice.sql.h"
#include "unread.sql.h"

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

typedef struct {
	CaseRow *row;
	gint64 upto;   /* read until here; 0: never opened */
	GArray *words; /* of gint64: when what customers said was written down */
} Count;

static void
count_clear(gpointer data)
{
	g_clear_pointer(&((Count *)data)->words, g_array_unref);
}

/* A batch is short enough to look through. */
static Count *
count_of(GArray *batch, gint64 case_id)
{
	for (guint i = 0; i < batch->len; i++)
		if (g_array_index(batch, Count, i).row->id == case_id)
			return &g_array_index(batch, Count, i);
	return NULL;
}

static void
put_args(const GArray *batch, const Actor *reader, RowArgs *ret_args)
{
	row_args_begin(ret_args, reader->user_id);
	for (guint i = 0; i < batch->len; i++)
		row_args_add(ret_args, g_array_index(batch, Count, i).row->id);
}

static gboolean
read_seen(Db *db, GArray *batch, const RowArgs *args, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_UNREAD_SEEN_OF, args->args, G_N_ELEMENTS(args->args), error);
	Count *count;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		if ((count = count_of(batch, db_rows_int(rows, "case_id"))) != NULL)
			count->upto = db_rows_int(rows, "seen_at");
	return db_ended(&local, error);
}

/* What stands before my own last words I have read. */
static gboolean
read_words(Db *db, GArray *batch, const RowArgs *args, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_UNREAD_WORDS, args->args, G_N_ELEMENTS(args->args), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		Count *count = count_of(batch, db_rows_int(rows, "case_id"));
		gint64 at = db_rows_int(rows, "logged_at");

		if (count == NULL)
			continue;
		if (db_rows_int(rows, "own") != 0)
			count->upto = MAX(count->upto, at);
		else
			g_array_append_val(count->words, at);
	}
	return db_ended(&local, error);
}

static void
put_count(Db *db, const Count *count, const Actor *reader)
{
	g_autoptr(json_t) number = NULL;
	gint64 n = 0;

	for (guint i = 0; i < count->words->len; i++)
		n += g_array_index(count->words, gint64, i) > count->upto ? 1 : 0;
	number = json_integer(n);
	memo_offer(db, SQL_UNREAD_WORDS.name, count->row->id, reader->user_id, number);
	json_put_int(count->row->value, "unread", n);
}

/* A case of mine that I never opened is new as a whole; one of somebody else's only once I have opened it. */
static gboolean
count_batch(Db *db, GArray *batch, const Actor *reader, GError **error)
{
	RowArgs args;

	put_args(batch, reader, &args);
	if (!read_seen(db, batch, &args, error))
		return FALSE;
	for (guint i = batch->len; i > 0; i--) {
		const Count *count = &g_array_index(batch, Count, i - 1);

		if (count->upto != 0 || is_mine(count->row->value, reader))
			continue;
		put_count(db, count, reader);
		g_array_remove_index_fast(batch, i - 1);
	}
	put_args(batch, reader, &args);
	if (batch->len > 0 && !read_words(db, batch, &args, error))
		return FALSE;
	for (guint i = 0; i < batch->len; i++)
		put_count(db, &g_array_index(batch, Count, i), reader);
	g_array_set_size(batch, 0);
	return TRUE;
}

static gboolean
add_mentions(Db *db, GArray *list, const Actor *reader, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_UNREAD_TOLD, DB_ARGS(DB_INT(reader->user_id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		for (guint i = 0; i < list->len; i++) {
			CaseRow *row = &g_array_index(list, CaseRow, i);

			if (row->id == db_rows_int(rows, "case_id") && json_flag(row->value, "is_open", FALSE))
				json_put_int(row->value, "unread", json_int(row->value, "unread", 0) + 1);
		}
	return db_ended(&local, error);
}

gboolean
case_unread_counts(Db *db, GArray *list, const Actor *reader, GError **error)
{
	g_autoptr(GArray) batch = g_array_sized_new(FALSE, FALSE, sizeof(Count), ROW_BATCH);

	g_array_set_clear_func(batch, count_clear);
	for (guint i = 0; i < list->len; i++) {
		CaseRow *row = &g_array_index(list, CaseRow, i);
		g_autoptr(json_t) known = memo_find(db, SQL_UNREAD_WORDS.name, row->id, reader->user_id);
		Count count = { .row = row };

		if (row->value == NULL)
			continue;
		json_put_int(row->value, "unread", json_integer_value(known));
		if (known != NULL || reader->user_id == 0 || !json_flag(row->value, "is_open", FALSE))
			continue;
		count.words = g_array_new(FALSE, FALSE, sizeof(gint64));
		g_array_append_val(batch, count);
		if (batch->len == ROW_BATCH && !count_batch(db, batch, reader, error))
			return FALSE;
	}
	if (batch->len > 0 && !count_batch(db, batch, reader, error))
		return FALSE;
	return reader->user_id == 0 || add_mentions(db, list, reader, error);
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
