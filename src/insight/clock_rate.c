/* clock_rate.c - see clock_rate.h. */
#include "insight/clock_rate.h"
#include "insight/stats.h"
#include "clock_rate.sql.h"
#include <string.h>

static const char *const clocks[] = { "acknowledge", "respond", "answer", "update", "resolve", "final", "follow_up" };

typedef struct {
	char *name, *ref;
	gint64 n, kept;
} Group;

static void
group_free(gpointer data)
{
	Group *group = data;

	g_free(group->name);
	g_free(group->ref);
	g_free(group);
}

/* @key tells groups apart; NULL: who has none. */
static void
add(GHashTable *groups, const char *key, const char *name, gint64 n, gint64 kept)
{
	Group *group = g_hash_table_lookup(groups, key != NULL ? key : "");

	if (group == NULL) {
		group = g_new0(Group, 1);
		group->name = g_strdup(name);
		group->ref = g_strdup(key);
		g_hash_table_insert(groups, g_strdup(key != NULL ? key : ""), group);
	}
	group->n += n;
	group->kept += kept;
}

static json_t *
rate_json(gint64 n, gint64 kept)
{
	json_t *out = json_object();
	double low, high;

	stats_wilson(kept, n, &low, &high);
	json_put_int(out, "n", n);
	json_put_int(out, "kept", kept);
	json_put_int(out, "missed", n - kept);
	json_put_real(out, "pct", n > 0 ? 100.0 * (double)kept / (double)n : 0);
	json_put_real(out, "low", low);
	json_put_real(out, "high", high);
	return out;
}

static int
most_missed(gconstpointer a, gconstpointer b)
{
	const Group *x = *(Group *const *)a, *y = *(Group *const *)b;
	gint64 by = (y->n - y->kept) - (x->n - x->kept);

	return by != 0 ? (by > 0 ? 1 : -1) : g_strcmp0(x->name, y->name);
}

static json_t *
groups_json(GHashTable *groups)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	json_t *out = json_array();
	GHashTableIter iter;
	gpointer group;

	g_hash_table_iter_init(&iter, groups);
	while (g_hash_table_iter_next(&iter, NULL, &group))
		g_ptr_array_add(list, group);
	g_ptr_array_sort(list, most_missed);
	for (guint i = 0; i < list->len && i < 50; i++) {
		const Group *one = list->pdata[i];
		json_t *row = rate_json(one->n, one->kept);

		json_put_text(row, "name", one->name);
		json_put_text(row, "ref", one->ref != NULL ? one->ref : "none");
		json_array_append_new(out, row);
	}
	return out;
}

static json_t *
clocks_json(GHashTable *groups)
{
	json_t *out = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(clocks); i++) {
		const Group *one = g_hash_table_lookup(groups, clocks[i]);
		json_t *row;

		if (one == NULL)
			continue;
		row = rate_json(one->n, one->kept);
		json_put_text(row, "clock", clocks[i]);
		json_array_append_new(out, row);
	}
	return out;
}

json_t *
clock_rate_read(Db *db, gint64 from_ms, gint64 to_ms, gint64 now_ms, GError **error)
{
	static const char *const keys[][3] = { { "clock", "clock", "by_clock" }, { "team_ref", "team", "by_team" }, { "owner_ref", "owner", "by_owner" }, { "category", "category", "by_category" }, { "channel", "channel", "by_channel" } };
	g_autoptr(GPtrArray) by = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CLOCK_RATE_GROUPS, DB_ARGS(DB_INT(from_ms), DB_INT(MIN(to_ms, now_ms))), error);
	gint64 n = 0, kept = 0;
	json_t *out;

	if (rows == NULL)
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		g_ptr_array_add(by, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, group_free));
	while (db_rows_next(rows, &local)) {
		gint64 more = db_rows_int(rows, "n"), more_kept = db_rows_int(rows, "kept");

		n += more;
		kept += more_kept;
		for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
			g_autofree char *key = g_strdup(db_rows_text(rows, keys[i][0]));

			add(by->pdata[i], key, db_rows_text(rows, keys[i][1]), more, more_kept);
		}
	}
	if (!db_ended(&local, error))
		return NULL;
	out = json_object();
	json_put_time(out, "from", from_ms);
	json_put_time(out, "to", to_ms - 1000); /* the last second of it */
	json_put(out, "all", rate_json(n, kept));
	json_put(out, keys[0][2], clocks_json(by->pdata[0]));
	for (guint i = 1; i < G_N_ELEMENTS(keys); i++)
		json_put(out, keys[i][2], groups_json(by->pdata[i]));
	return out;
}

static void
put_named(json_t *out, const char *key, const char *ref, const char *name)
{
	json_t *one = ref != NULL ? json_object() : json_null();

	if (ref != NULL) {
		json_put_text(one, "ref", ref);
		json_put_text(one, "name", name);
	}
	json_put(out, key, one);
}

static json_t *
row_json(DbRows *rows)
{
	json_t *one = json_object(), *about = json_object();
	g_autofree char *owner = g_strdup(db_rows_text(rows, "owner_ref")), *team = g_strdup(db_rows_text(rows, "team_ref"));

	json_put_text(one, "clock", db_rows_text(rows, "clock"));
	json_put_text(about, "ref", db_rows_text(rows, "ref"));
	json_put_text(about, "subject", db_rows_text(rows, "subject"));
	json_put(one, "case", about);
	json_put_time(one, "due_at", db_rows_int(rows, "due_at"));
	json_put_time(one, "met_at", db_rows_int(rows, "met_at"));
	json_put_bool(one, "missed", db_rows_int(rows, "missed") != 0);
	put_named(one, "owner", owner, db_rows_text(rows, "owner"));
	put_named(one, "team", team, db_rows_text(rows, "team"));
	return one;
}

json_t *
clock_rate_rows(Db *db, const ClockRowsAsk *ask, GError **error)
{
	g_autoptr(json_t) list = json_array();
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CLOCK_RATE_ROWS,
		DB_ARGS(DB_INT(ask->from_ms), DB_INT(ask->to_ms), DB_TEXT(ask->clock), DB_BOOL(ask->missed), DB_TEXT(ask->team), DB_TEXT(ask->owner), DB_TEXT(ask->category), DB_TEXT(ask->channel),
			DB_INT(ask->before_due), DB_INT(ask->before_id), DB_INT(ask->limit + 1)), error);
	gint64 due = 0, id = 0;
	gboolean more = FALSE;
	json_t *out;

	if (rows == NULL)
		return NULL;
	while (!more && db_rows_next(rows, &local)) {
		more = json_array_size(list) == ask->limit;
		if (more)
			break;
		due = db_rows_int(rows, "due_at");
		id = db_rows_int(rows, "id");
		json_array_append_new(list, row_json(rows));
	}
	if (!db_ended(&local, error))
		return NULL;
	out = json_object();
	json_put(out, "rows", g_steal_pointer(&list));
	json_put(out, "next", more ? json_sprintf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, due, id) : json_null());
	return out;
}
