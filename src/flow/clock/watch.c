/* watch.c - see watch.h. */
#include "flow/clock/watch.h"
#include "flow/clock/telling.h"
#include "flow/mail/late.h"
#include "org/team.h"
#include "store/many.h"
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
	ClockTelling *telling;
} Watch;

/* ---- telling people -------------------------------------------------------------------------------------------------- */

static void
notify(Watch *watch, gint64 user_id, const char *kind, const WatchedCase *about, const ClockTold *told)
{
	json_t *facts = json_object();

	json_put_text(facts, "clock", clock_words[told->clock]);
	json_put_time(facts, "due_at", told->due_ms);
	if (kind[6] == 'l') /* clock_late */
		g_array_append_val(watch->mailed, user_id);
	clock_telling_notice(watch->telling, user_id, kind, about->case_id, facts);
}

static void
say(Watch *watch, const char *kind, const WatchedCase *about, const ClockTold *told, const char *to_ref, int share)
{
	clock_telling_event(watch->telling, kind, about->case_id, watch->now_ms, clock_event_facts(told->clock, about->version, told->due_ms, to_ref, share));
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
	if (!db_ended(&local, error))
		return FALSE;
	g_clear_pointer(&rows, db_rows_free);
	if (ref == NULL)
		return TRUE;
	say(watch, "clock.escalated", about, told, ref, 0);
	notify(watch, user_id, "clock_late", about, told);
	return TRUE;
}

static gboolean
breach(Watch *watch, const WatchedCase *about, const ClockTold *told, GError **error)
{
	const ClockMissed missed = { about->case_id, told->due_ms, about->owner_id, about->team_id, told->clock };
	gint64 to = about->owner_id;

	say(watch, "clock.breached", about, told, NULL, 0);
	clock_telling_missed(watch->telling, &missed);
	if (to == 0 && !lead_of(watch, about, &to, error))
		return FALSE;
	if (to != 0)
		notify(watch, to, "clock_late", about, told);
	return TRUE;
}

static gboolean
tell(Watch *watch, const WatchedCase *about, const ClockTold *told, GError **error)
{
	gint64 to = 0;
	gboolean found;

	switch (told->step) {
	case STEP_SOON:
	case STEP_SOONER:
		say(watch, "clock.warned", about, told, NULL, told->step == STEP_SOON ? 75 : 90);
		if (told->step == STEP_SOON && about->owner_id != 0)
			notify(watch, about->owner_id, "clock_soon", about, told);
		return TRUE;
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
	return db_ended(&local, error) ? g_steal_pointer(&list) : NULL;
}

enum { PASSED_ARGS = 3 };

/* What each row becomes; @told: what its case is to hear, one array a row. */
static gboolean
pass_all(Watch *watch, GArray *list, GPtrArray *told, GError **error)
{
	g_autofree DbArg *args = g_new(DbArg, (gsize)list->len * PASSED_ARGS);

	for (guint i = 0; i < list->len; i++) {
		Due *due = &g_array_index(list, Due, i);
		ClockBook *book = clock_book_with(watch->db, due->row->policy_id, error);
		GArray *mine = g_array_new(FALSE, FALSE, sizeof(ClockTold));
		DbArg *row = args + (gsize)i * PASSED_ARGS;

		g_ptr_array_add(told, mine);
		if (book == NULL)
			return FALSE;
		clocks_pass(book, due->about.is_open, watch->now_ms, due->row, mine);
		row[0] = DB_INT(due->row->case_id);
		row[1] = DB_INT(clock_row_levels(due->row));
		row[2] = DB_INT_OR_NULL(due->row->next_at);
	}
	return db_exec_many(watch->db, &SQL_CLOCK_WATCH_PASSED, args, list->len, NULL, NULL, error);
}

gboolean
clock_watch_batch_in(Db *db, gint64 now_ms, guint limit, guint *ret_n, GError **error)
{
	g_autoptr(GArray) list = read_due(db, now_ms, limit, error);
	g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	g_autoptr(GArray) mailed = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(ClockTelling) telling = clock_telling_new();
	Watch watch = { db, now_ms, mailed, telling };

	*ret_n = 0;
	if (list == NULL || !pass_all(&watch, list, told, error))
		return FALSE;
	for (guint i = 0; i < list->len; i++)
		if (!tell_all(&watch, &g_array_index(list, Due, i).about, told->pdata[i], error))
			return FALSE;
	*ret_n = list->len;
	return clock_telling_write(telling, db, now_ms, error) && late_mail_ask_in(db, mailed, now_ms, error);
}

gboolean
clock_watch_one_in(Db *db, const WatchedCase *it, ClockRow *row, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(ClockTold)), mailed = g_array_new(FALSE, FALSE, sizeof(gint64));

	while (row->next_at != 0 && row->next_at <= now_ms) {
		g_autoptr(ClockTelling) telling = clock_telling_new();
		Watch watch = { db, row->next_at, mailed, telling };
		ClockBook *book = clock_book_with(db, row->policy_id, error);

		if (book == NULL)
			return FALSE;
		g_array_set_size(told, 0);
		clocks_pass(book, it->is_open, row->next_at, row, told);
		if (!tell_all(&watch, it, told, error) || !clock_telling_write(telling, db, watch.now_ms, error))
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
