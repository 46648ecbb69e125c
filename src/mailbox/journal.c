/* journal.c - see journal.h. */
#include "mailbox/journal.h"
#include "base/clock.h"
#include "mails.sql.h"
#include <string.h>

enum { DAYS = 30 };

/* All days make the sums, the latest ones are shown. */
static gboolean
put_days(Db *db, json_t *out, gint64 mailbox_id, GError **error)
{
	static const char *const names[][2] = { { "n_seen", "seen" }, { "n_known", "known" } };
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_DAY_COUNTS, DB_ARGS(DB_INT(mailbox_id)), error);
	gint64 sums[G_N_ELEMENTS(names)] = { 0 };
	json_t *days = json_array();

	json_put(out, "days", days);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		json_t *one;

		for (guint i = 0; i < G_N_ELEMENTS(names); i++)
			sums[i] += db_rows_int(rows, names[i][0]);
		if (json_array_size(days) == DAYS)
			continue;
		one = json_object();
		json_put_time(one, "day", db_rows_int(rows, "day") * MS_PER_DAY);
		for (guint i = 0; i < G_N_ELEMENTS(names); i++)
			json_put_int(one, names[i][1], db_rows_int(rows, names[i][0]));
		json_put_int(one, "filed", db_rows_int(rows, "n_filed"));
		json_put_int(one, "set_aside", db_rows_int(rows, "n_set_aside"));
		json_array_append_new(days, one);
	}
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		json_put_int(out, names[i][1], sums[i]);
	return db_ended(&local, error);
}

/* What is not filed is counted where it lies, and what is filed is the rest: the counts always agree. */
static gboolean
put_states(Db *db, json_t *out, gint64 mailbox_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_STATE_COUNTS, DB_ARGS(DB_INT(mailbox_id)), error);
	gint64 kept = 0, aside = 0, waiting = 0;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		const char *state = db_rows_text(rows, "state");
		gint64 n = db_rows_int(rows, "n");

		*(strcmp(state, "kept") == 0 ? &kept : strcmp(state, "waiting") == 0 ? &waiting : &aside) += n;
	}
	json_put_int(out, "kept", kept);
	json_put_int(out, "waiting", waiting);
	json_put_int(out, "set_aside_n", aside);
	json_put_int(out, "filed", json_int(out, "seen", 0) - json_int(out, "known", 0) - kept - aside - waiting);
	return db_ended(&local, error);
}

static gboolean
put_aside(Db *db, json_t *out, gint64 mailbox_id, guint limit, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAILS_ASIDE, DB_ARGS(DB_INT(mailbox_id), DB_INT(limit)), error);
	json_t *list = json_array();

	json_put(out, "set_aside", list);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_text(one, "id", db_rows_text(rows, "ref"));
		json_put_text(one, "state", db_rows_text(rows, "state"));
		json_put_text(one, "reason", db_rows_text(rows, "reason"));
		json_put_text(one, "mailbox", db_rows_text(rows, "address"));
		json_put_text(one, "way", db_rows_text(rows, "way"));
		json_put_text(one, "kind", db_rows_text(rows, "kind"));
		json_put_text(one, "from", db_rows_text(rows, "sender"));
		json_put_text(one, "subject", db_rows_text(rows, "subject"));
		json_put_int(one, "size", db_rows_int(rows, "size"));
		json_put_time(one, "kept_at", db_rows_int(rows, "kept_at"));
		json_array_append_new(list, one);
	}
	return db_ended(&local, error);
}

static gboolean
put_folders(Db *db, json_t *out, gint64 mailbox_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_FOLDER_LIST, DB_ARGS(DB_INT(mailbox_id)), error);
	json_t *list = json_array();

	json_put(out, "folders", list);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_text(one, "mailbox", db_rows_text(rows, "address"));
		json_put_text(one, "name", db_rows_text(rows, "name"));
		json_put_int(one, "last_uid", db_rows_int(rows, "last_uid"));
		json_put(one, "n_server", db_rows_is_null(rows, "n_server") ? json_null() : json_integer(db_rows_int(rows, "n_server")));
		json_put(one, "n_here", db_rows_is_null(rows, "n_here") ? json_null() : json_integer(db_rows_int(rows, "n_here")));
		json_put_time(one, "checked_at", db_rows_int(rows, "checked_at"));
		json_put_text(one, "error", db_rows_text(rows, "error"));
		json_put_time(one, "error_at", db_rows_int(rows, "error_at"));
		json_array_append_new(list, one);
	}
	return db_ended(&local, error);
}

json_t *
mail_journal(Db *db, gint64 mailbox_id, guint limit, GError **error)
{
	g_autoptr(json_t) out = json_object();

	if (!put_days(db, out, mailbox_id, error) || !put_states(db, out, mailbox_id, error) || !put_aside(db, out, mailbox_id, limit, error) ||
	    !put_folders(db, out, mailbox_id, error))
		return NULL;
	return g_steal_pointer(&out);
}

gboolean
mail_count_between(Db *db, gint64 first, gint64 last, const char *way, gint64 *ret_filed, gint64 *ret_aside, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_COUNT_BETWEEN, DB_ARGS(DB_INT(first), DB_INT(last), DB_TEXT(way)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return FALSE;
	*ret_filed = db_rows_int(rows, "n_filed");
	*ret_aside = db_rows_int(rows, "n_aside");
	return TRUE;
}

gboolean
mail_count_stuck(Db *db, gint64 most, gint64 *ret_n, GError **error)
{
	return db_query_int(db, &SQL_MAIL_COUNT_STUCK, DB_ARGS(DB_INT(most)), ret_n, NULL, error);
}
