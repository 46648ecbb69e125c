/* felt_groups.c - see felt_groups.h. */
#include "insight/felt_groups.h"
#include "insight/stats.h"
#include "satisfaction.sql.h"
#include <string.h>

const FeltGroup felt_groups[BY_N] = {
	[BY_TEAM] = { "by_team", "team", &SQL_SATISFACTION_TEAM_NAMES }, [BY_AGENT] = { "by_agent", "agent", &SQL_SATISFACTION_USER_NAMES },
	[BY_CATEGORY] = { "by_category", "category", &SQL_SATISFACTION_CATEGORY_NAMES }, [BY_CHANNEL] = { "by_channel", "channel", NULL },
	[BY_SURVEY] = { "by_survey", "survey", &SQL_SATISFACTION_SURVEY_NAMES },
};

json_t *
felt_rows_query(const SatisfactionAsk *ask, const char *format, ...)
{
	g_autofree char *own = NULL;
	va_list ap;

	va_start(ap, format);
	own = g_strdup_vprintf(format, ap);
	va_end(ap);
	return json_sprintf("%s%s%s", own, own[0] != '\0' && ask->query[0] != '\0' ? "&" : "", ask->query);
}

void
felt_put_share(json_t *one, const char *pct, const char *low_key, const char *high_key, gint64 k, gint64 n)
{
	double low, high;

	stats_wilson(k, n, &low, &high);
	if (n > 0)
		json_put_real(one, pct, stats_percent(k, n));
	else
		json_put(one, pct, json_null());
	json_put_real(one, low_key, low);
	json_put_real(one, high_key, high);
}

json_t *
felt_share(gint64 k, gint64 n, json_t *rows)
{
	json_t *one = json_object();

	felt_put_share(one, "pct", "low", "high", k, n);
	json_put_int(one, "k", k);
	json_put_int(one, "n", n);
	json_put(one, "rows", rows);
	return one;
}

json_t *
felt_begin(const SatisfactionAsk *ask)
{
	json_t *value = json_object();

	json_put_time(value, "from", ask->period->from_ms);
	json_put_time(value, "to", ask->period->to_ms - 1000);
	return value;
}

gpointer
felt_group_of(GHashTable *table, DbRows *rows, const char *column, gsize size)
{
	const char *key = db_rows_text(rows, column);
	gpointer found = g_hash_table_lookup(table, key != NULL ? key : "");

	if (found == NULL) {
		found = g_malloc0(size);
		g_hash_table_insert(table, g_strdup(key != NULL ? key : ""), found);
	}
	return found;
}

GHashTable *
felt_names_of(Db *db, const DbSql *sql, GError **error)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, sql, DB_NO_ARGS, error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_hash_table_insert(names, g_strdup(db_rows_text(rows, "id")), g_strdup_printf("%s\n%s", db_rows_text(rows, "ref"), db_rows_text(rows, "name")));
	return db_ended(&local, error) ? g_steal_pointer(&names) : NULL;
}

static int
larger_first(const void *a, const void *b)
{
	gint64 x = json_int(*(json_t *const *)a, "n", 0), y = json_int(*(json_t *const *)b, "n", 0);

	return x < y ? 1 : x > y ? -1 : g_strcmp0(json_text(*(json_t *const *)a, "name", ""), json_text(*(json_t *const *)b, "name", ""));
}

json_t *
felt_sorted(GPtrArray *list)
{
	json_t *out = json_array();

	if (list->len > 0)
		qsort(list->pdata, list->len, sizeof(gpointer), larger_first);
	for (guint i = 0; i < list->len; i++)
		json_array_append_new(out, list->pdata[i]);
	return out;
}

json_t *
felt_begin_group(By by, const char *key, GHashTable *names, const SatisfactionAsk *ask)
{
	const char *known = names != NULL ? g_hash_table_lookup(names, key) : NULL;
	g_auto(GStrv) parts = known != NULL ? g_strsplit(known, "\n", 2) : NULL;
	const char *ref = parts != NULL ? parts[0] : by == BY_CHANNEL ? key : NULL;
	json_t *one = json_object();

	json_put_text(one, "ref", ref);
	json_put_text(one, "name", parts != NULL ? parts[1] : by == BY_CHANNEL ? key : NULL);
	json_put(one, "rows", ref != NULL ? felt_rows_query(ask, "%s=%s", felt_groups[by].parameter, ref) : json_null());
	return one;
}
