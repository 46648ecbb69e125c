/* still_right.c - "is it still right?" over a period. What surveys say: insight/satisfaction.c. */
#include "insight/felt_groups.h"
#include "satisfaction.sql.h"

enum { BY_LAST = BY_CHANNEL }; /* no survey asks it */

typedef struct {
	gint64 n, n_right;
} Still;

static void
still_clear(GHashTable **by)
{
	for (guint i = 0; i <= BY_LAST; i++)
		g_clear_pointer(&by[i], g_hash_table_unref);
}

static gboolean
count(DbRows *rows, GHashTable **by, GError **error)
{
	static const char *const columns[] = { "team_id", "owner_id", "category_id", "channel" };
	g_autoptr(GError) local = NULL;

	while (db_rows_next(rows, &local))
		for (guint i = 0; i <= BY_LAST; i++) {
			Still *still = felt_group_of(by[i], rows, columns[i], sizeof(Still));

			still->n += db_rows_int(rows, "n");
			still->n_right += db_rows_int(rows, "n_right");
		}
	return db_ended(&local, error);
}

static json_t *
group_rows(Db *db, By kind, GHashTable *table, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(GHashTable) names = felt_groups[kind].names != NULL ? felt_names_of(db, felt_groups[kind].names, error) : NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	GHashTableIter iter;
	gpointer key, value;

	if (felt_groups[kind].names != NULL && names == NULL)
		return NULL;
	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const Still *still = value;
		json_t *one = felt_begin_group(kind, key, names, ask);

		json_put_int(one, "n", still->n);
		json_put(one, "right", felt_share(still->n_right, still->n, json_null()));
		g_ptr_array_add(list, one);
	}
	return felt_sorted(list);
}

static gboolean
still_groups(Db *db, const SatisfactionAsk *ask, json_t *value, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_STILL_GROUPS, DB_ARGS(DB_INT(ask->period->from_ms), DB_INT(ask->period->to_ms), DB_INT(ask->team_id)), error);
	GHashTable *by[BY_LAST + 1];
	gboolean fine;

	for (guint i = 0; i <= BY_LAST; i++)
		by[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	fine = rows != NULL && count(rows, by, error);
	for (guint i = 0; fine && i <= BY_LAST; i++) {
		json_t *list = group_rows(db, (By)i, by[i], ask, error);

		fine = list != NULL;
		if (fine)
			json_put(value, felt_groups[i].key, list);
	}
	still_clear(by);
	return fine;
}

json_t *
still_right_read(Db *db, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(json_t) value = felt_begin(ask);
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_STILL, DB_ARGS(DB_INT(ask->period->from_ms), DB_INT(ask->period->to_ms), DB_INT(ask->team_id)), error);
	gint64 asked, answered;

	if (rows == NULL || !db_rows_next(rows, error))
		return NULL;
	asked = db_rows_int(rows, "n_asked");
	answered = db_rows_int(rows, "n_answered");
	json_put_int(value, "asked", asked);
	json_put_int(value, "answered", answered);
	json_put_int(value, "silent", db_rows_int(rows, "n_silent"));
	json_put(value, "right", felt_share(db_rows_int(rows, "n_right"), answered, felt_rows_query(ask, "state=right")));
	json_put(value, "not_right", felt_share(answered - db_rows_int(rows, "n_right"), answered, felt_rows_query(ask, "state=not_right")));
	json_put(value, "response", felt_share(answered, asked, felt_rows_query(ask, "%s", "")));
	return still_groups(db, ask, value, error) ? g_steal_pointer(&value) : NULL;
}
