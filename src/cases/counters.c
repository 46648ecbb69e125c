/* counters.c - how many cases each view holds, kept in memory so that a page never counts. Who calls the refresh: main/. */
#include "cases/list.h"
#include "counters.sql.h"
#include <pthread.h>

struct _CaseCounters {
	pthread_mutex_t lock;
	GHashTable *by_owner; /* user id -> n open */
	gint64 unassigned, late, promises, waiting, open, at_ms;
};

CaseCounters *
case_counters_new(void)
{
	CaseCounters *counters = g_new0(CaseCounters, 1);

	pthread_mutex_init(&counters->lock, NULL);
	counters->by_owner = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return counters;
}

void
case_counters_free(CaseCounters *counters)
{
	if (counters == NULL)
		return;
	pthread_mutex_destroy(&counters->lock);
	g_hash_table_unref(counters->by_owner);
	g_free(counters);
}

gboolean
case_counters_refresh(CaseCounters *counters, Db *db, gint64 now_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GHashTable) by_owner = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL), old = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_COUNTERS_OPEN, DB_ARGS(DB_INT(now_ms)), error);
	gint64 unassigned = 0, late = 0, waiting = 0, open = 0, promises = 0;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 owner = db_rows_int(rows, "owner_id"), n = db_rows_int(rows, "n");

		late += db_rows_int(rows, "n_late");
		waiting += db_rows_int(rows, "n_waiting");
		open += n;
		if (owner == 0)
			unassigned += n;
		else
			g_hash_table_insert(by_owner, g_memdup2(&owner, sizeof owner), GINT_TO_POINTER((int)MIN(n, G_MAXINT)));
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (!db_query_int(db, &SQL_COUNTERS_PROMISED, DB_NO_ARGS, &promises, NULL, error))
		return FALSE;
	pthread_mutex_lock(&counters->lock);
	counters->promises = promises;
	old = counters->by_owner;
	counters->by_owner = g_steal_pointer(&by_owner);
	counters->unassigned = unassigned;
	counters->late = late;
	counters->waiting = waiting;
	counters->open = open;
	counters->at_ms = now_ms;
	pthread_mutex_unlock(&counters->lock);
	return TRUE;
}

json_t *
case_counters_get(CaseCounters *counters, const Actor *actor)
{
	json_t *out = json_object();

	pthread_mutex_lock(&counters->lock);
	json_put_int(out, "mine", GPOINTER_TO_INT(g_hash_table_lookup(counters->by_owner, &actor->user_id)));
	json_put_int(out, "unassigned", counters->unassigned);
	json_put_int(out, "late", counters->late);
	json_put_int(out, "promises", counters->promises);
	json_put_int(out, "waiting", counters->waiting);
	json_put_int(out, "open", counters->open);
	json_put_time(out, "at", counters->at_ms);
	pthread_mutex_unlock(&counters->lock);
	return out;
}
