/* clock_watch.c - see clock_watch.h. */
#include "flow/clock_watch.h"
#include "cases/notice.h"
#include "flow/late_mail.h"
#include "org/team.h"
#include "clock_watch.sql.h"

typedef struct {
	ClockRow *row;
	WatchedCase about;
} Due;

static void
due_clear(gpointer data)
{
	clock_row_free(((Due *)data)->row);
}

typedef struct {
	Db *db;
	gint64 now_ms;
	GArray *mailed; /* of gint64: users who may want a mail about it */
} Watch;

/* ---- telling people -------------------------------------------------------------------------------------------------- */

static gboolean
notify(Watch *watch, gint64 user_id, const char *kind, const WatchedCase *about, const ClockTold *told, GError **error)
{
	json_t *facts = json_object();

	json_put_text(facts, "clock", clock_words[told->clock]);
	json_put_time(facts, "due_at", told->due_ms);
	if (kind[6] == 'l') /* clock_late */
		g_array_append_val(watch->mailed, user_id);
	return notice_add(watch->db, user_id, kind, about->case_id, 0, 0, facts, watch->now_ms, error);
}

static gboolean
lead_of(Watch *watch, const WatchedCase *about, gint64 *ret_id, GError **error)
{
	*ret_id = 0;
	return (about->owner_id == 0 && about->team_id == 0) || team_lead_over(watch->db, about->owner_id, about->team_id, ret_id, error);
}

static gboolean
escalate(Watch *watch, gint64 user_id, const WatchedCase *about, const ClockTold *told, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	g_autofree char *ref = NULL;

	if (user_id == 0 || user_id == about->owner_id)
		return TRUE; /* nobody is there, or knows it already */
	if ((rows = db_query(watch->db, &SQL_CLOCK_WATCH_USER_REF, DB_ARGS(DB_INT(user_id)), error)) == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		ref = g_strdup(db_rows_text(rows, "ref"));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	g_clear_pointer(&rows, db_rows_free);
	return ref == NULL || (clock_event_in(watch->db, "clock.escalated", told->clock, about->case_id, about->version, told->due_ms, ref, 0, watch->now_ms, error) &&
	                       notify(watch, user_id, "clock_late", about, told, error));
}

static gboolean
breach(Watch *watch, const WatchedCase *about, const ClockTold *told, GError **error)
{
	gint64 to = about->owner_id;

	if (!clock_event_in(watch->db, "clock.breached", told->clock, about->case_id, about->version, told->due_ms, NULL, 0, watch->now_ms, error) ||
	    !clock_result_missed_in(watch->db, about->case_id, told->clock, told->due_ms, about->owner_id, about->team_id, error))
		return FALSE;
	return (to != 0 || lead_of(watch, about, &to, error)) && (to == 0 || notify(watch, to, "clock_late", about, told, error));
}

static gboolean
tell(Watch *watch, const WatchedCase *about, const ClockTold *told, GError **error)
{
	gint64 to = 0;
	gboolean found;

	switch (told->step) {
	case STEP_SOON:
	case STEP_SOONER:
		if (!clock_event_in(watch->db, "clock.warned", told->clock, about->case_id, about->version, told->due_ms, NULL, told->step == STEP_SOON ? 75 : 90, watch->now_ms, error))
			return FALSE;
		return told->step == STEP_SOONER || about->owner_id == 0 || notify(watch, about->owner_id, "clock_soon", about, told, error);
	case STEP_BREACH: return breach(watch, about, told, error);
	case STEP_LEAD: return lead_of(watch, about, &to, error) && escalate(watch, to, about, told, error);
	case STEP_OWNER: return db_query_int(watch->db, &SQL_CLOCK_WATCH_OWNER, DB_NO_ARGS, &to, &found, error) && escalate(watch, found ? to : 0, about, told, error);
	case CLOCK_STEPS: break;
	}
	return TRUE;
}

static gboolean
tell_all(Watch *watch, const WatchedCase *about, const GArray *told, GError **error)
{
	for (guint i = 0; i < told->len; i++)
		if (!tell(watch, about, &g_array_index(told, ClockTold, i), error))
			return FALSE;
	return TRUE;
}

/* ---- batches --------------------------------------------------------------------------------------------------------- */

static GArray *
read_due(Db *db, gint64 now_ms, guint limit, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(Due));
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CLOCK_WATCH_DUE, DB_ARGS(DB_INT(now_ms), DB_INT(limit)), error);

	g_array_set_clear_func(list, due_clear);
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		Due one = { clock_row_read(rows, error), { 0 } };

		if (one.row == NULL)
			return NULL;
		one.about = (WatchedCase){ one.row->case_id, db_rows_int(rows, "owner_id"), db_rows_int(rows, "team_id"), db_rows_int(rows, "version"), db_rows_int(rows, "is_open") != 0 };
		g_array_append_val(list, one);
	}
	if (local == NULL)
		return g_steal_pointer(&list);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

static gboolean
pass_one(Watch *watch, ClockBook *book, Due *due, GArray *told, GError **error)
{
	const gint64 was = due->row->next_at;
	gint64 n = 0;

	g_array_set_size(told, 0);
	clocks_pass(book, due->about.is_open, watch->now_ms, due->row, told);
	if (!db_exec(watch->db, &SQL_CLOCK_WATCH_PASSED,
	             DB_ARGS(DB_INT(due->row->case_id), DB_INT(was), DB_INT(clock_row_levels(due->row)), DB_INT_OR_NULL(due->row->next_at)), &n, error))
		return FALSE;
	return n == 0 || tell_all(watch, &due->about, told, error);
}

gboolean
clock_watch_batch_in(Db *db, gint64 now_ms, guint limit, guint *ret_n, GError **error)
{
	g_autoptr(GArray) list = read_due(db, now_ms, limit, error);
	g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(ClockTold)), mailed = g_array_new(FALSE, FALSE, sizeof(gint64));
	Watch watch = { db, now_ms, mailed };

	*ret_n = 0;
	if (list == NULL)
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		Due *due = &g_array_index(list, Due, i);
		ClockBook *book = clock_book_with(db, due->row->policy_id, error);

		if (book == NULL || !pass_one(&watch, book, due, told, error))
			return FALSE;
	}
	*ret_n = list->len;
	return late_mail_ask_in(db, mailed, now_ms, error);
}

gboolean
clock_watch_one_in(Db *db, const WatchedCase *it, ClockRow *row, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(ClockTold)), mailed = g_array_new(FALSE, FALSE, sizeof(gint64));

	while (row->next_at != 0 && row->next_at <= now_ms) {
		Watch watch = { db, row->next_at, mailed };
		ClockBook *book = clock_book_with(db, row->policy_id, error);

		if (book == NULL)
			return FALSE;
		g_array_set_size(told, 0);
		clocks_pass(book, it->is_open, row->next_at, row, told);
		if (!tell_all(&watch, it, told, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- the timer's two ------------------------------------------------------------------------------------------------- */

gboolean
clock_watch_next(Store *store, gpointer data, gint64 *ret_due, GError **error)
{
	Db *db = store_reader(store, error);

	return db != NULL && db_query_int(db, &SQL_CLOCK_WATCH_NEXT, DB_NO_ARGS, ret_due, NULL, error);
}

typedef struct {
	gint64 now_ms;
	guint n;
} Batch;

static gboolean
batch(Db *db, gpointer data, GError **error)
{
	Batch *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && clock_watch_batch_in(db, self->now_ms, CLOCK_BATCH, &self->n, error) && db_tx_commit(tx, error);
}

gboolean
clock_watch_run(Store *store, gint64 now_ms, gpointer data, guint *ret_n, GError **error)
{
	Batch self = { now_ms, 0 };

	if (!store_write(store, batch, &self, error))
		return FALSE;
	*ret_n = self.n;
	return TRUE;
}
