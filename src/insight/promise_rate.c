/* promise_rate.c - see promise_rate.h. The page: desk/promise_figures.c. */
#include "insight/promise_rate.h"
#include "insight/stats.h"
#include "promise_rate.sql.h"
#include <math.h>
#include <string.h>

typedef struct {
	gint64 n, kept, late, moved;
} Counts;

enum { BY_AGENT, BY_TEAM, BY_CATEGORY, BY_CHANNEL, N_BY };
static const struct {
	const char *key, *parameter;
} by[N_BY] = { { "by_agent", "owner" }, { "by_team", "team" }, { "by_category", "category" }, { "by_channel", "channel" } };

typedef struct {
	Counts all;
	GHashTable *groups[N_BY]; /* id as text, or channel -> Counts */
} Tally;

static void
tally_clear(Tally *tally)
{
	for (int i = 0; i < N_BY; i++)
		g_clear_pointer(&tally->groups[i], g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tally, tally_clear)

static void
add(Counts *to, const Counts *more)
{
	to->n += more->n;
	to->kept += more->kept;
	to->late += more->late;
	to->moved += more->moved;
}

static void
add_to(GHashTable *groups, char *key, const Counts *more)
{
	Counts *found = g_hash_table_lookup(groups, key);

	if (found == NULL) {
		found = g_new0(Counts, 1);
		g_hash_table_insert(groups, key, found);
	} else {
		g_free(key);
	}
	add(found, more);
}

/* What is still open within its grace is over for the clock, but not yet told: it is counted once it is. */
static gboolean
count(Db *db, gint64 from_ms, gint64 to_ms, gint64 team_id, Tally *tally, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_PROMISE_RATE_GROUPS, DB_ARGS(DB_INT(from_ms), DB_INT(to_ms), DB_INT(team_id)), error);
	static const char *const columns[] = { "owner_id", "team_id", "category_id" };

	for (int i = 0; i < N_BY; i++)
		tally->groups[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		const Counts more = { db_rows_int(rows, "n"), db_rows_int(rows, "n_kept"), db_rows_int(rows, "n_late"),
			db_rows_int(rows, "n_moved") };

		add(&tally->all, &more);
		for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
			add_to(tally->groups[i], g_strdup_printf("%" G_GINT64_FORMAT, db_rows_int(rows, columns[i])), &more);
		add_to(tally->groups[BY_CHANNEL], g_strdup(db_rows_text(rows, "channel")), &more);
	}
	return db_ended(&local, error);
}

static void
put_number(json_t *object, const char *key, double value)
{
	json_put_real(object, key, round(value * 10) / 10);
}

static void
put_share(json_t *out, const Counts *counts)
{
	double low, high;

	stats_wilson(counts->kept, counts->n, &low, &high);
	json_put_int(out, "n", counts->n);
	json_put_int(out, "kept", counts->kept);
	put_number(out, "pct", stats_percent(counts->kept, counts->n));
	put_number(out, "low", low);
	put_number(out, "high", high);
}

/* "from=2026-11-01&to=2026-11-30&state=over": the days of the period, both included. (transfer full) */
static char *
rows_query(const PromiseRateAsk *ask, const char *state, const char *parameter, const char *value)
{
	char from[16], to[16];
	GString *out = g_string_new(NULL);

	report_period_day(ask->period->from_ms, ask->zone, from);
	report_period_day(MIN(ask->period->to_ms, ask->now_ms + 1) - 1, ask->zone, to);
	g_string_append_printf(out, "from=%s&to=%s&state=%s", from, to, state);
	if (ask->team_ref != NULL && g_strcmp0(parameter, "team") != 0)
		g_string_append_printf(out, "&team=%s", ask->team_ref);
	if (parameter != NULL)
		g_string_append_printf(out, "&%s=%s", parameter, value);
	return g_string_free(out, FALSE);
}

static void
put_rows(json_t *out, const char *key, char *query)
{
	json_put_text(out, key, query);
	g_free(query);
}

/* Id as text -> {ref, name}. */
static GHashTable *
names_of(Db *db, int which, GError **error)
{
	const DbSql *const sql[] = { &SQL_PROMISE_RATE_USERS, &SQL_PROMISE_RATE_TEAMS, &SQL_PROMISE_RATE_CATEGORIES };
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
	g_autoptr(DbRows) rows = NULL;
	g_autoptr(GError) local = NULL;

	if (which == BY_CHANNEL)
		return g_steal_pointer(&names);
	if ((rows = db_query(db, sql[which], DB_NO_ARGS, error)) == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		char **one = g_new0(char *, 3);

		one[0] = g_strdup(db_rows_text(rows, "ref"));
		one[1] = g_strdup(db_rows_text(rows, "name"));
		g_hash_table_insert(names, g_strdup_printf("%" G_GINT64_FORMAT, db_rows_int(rows, "id")), one);
	}
	return db_ended(&local, error) ? g_steal_pointer(&names) : NULL;
}

typedef struct {
	const char *ref, *name;
	const Counts *counts;
} Group;

static int
by_most(gconstpointer a, gconstpointer b)
{
	const Group *one = a, *other = b;

	if (one->counts->n != other->counts->n)
		return one->counts->n > other->counts->n ? -1 : 1;
	return g_strcmp0(one->name, other->name);
}

static gboolean
put_groups(Db *db, const PromiseRateAsk *ask, const Tally *tally, int which, json_t *out, GError **error)
{
	g_autoptr(GHashTable) names = names_of(db, which, error);
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(Group));
	json_t *list;
	GHashTableIter iter;
	gpointer key, counts;

	if (names == NULL)
		return FALSE;
	g_hash_table_iter_init(&iter, tally->groups[which]);
	while (g_hash_table_iter_next(&iter, &key, &counts)) {
		char **name = g_hash_table_lookup(names, key);
		const Group group = { which == BY_CHANNEL ? key
				      : name != NULL	  ? name[0]
							  : NULL,
			which == BY_CHANNEL ? key
			: name != NULL	    ? name[1]
					    : NULL,
			counts };

		g_array_append_val(groups, group);
	}
	g_array_sort(groups, by_most);
	list = json_array();
	for (guint i = 0; i < groups->len; i++) {
		const Group *group = &g_array_index(groups, Group, i);
		json_t *one = json_object();

		json_put_text(one, "ref", group->ref);
		json_put_text(one, "name", group->name);
		put_share(one, group->counts);
		put_rows(one, "rows", rows_query(ask, "over", by[which].parameter, group->ref != NULL ? group->ref : "none"));
		json_array_append_new(list, one);
	}
	json_put(out, by[which].key, list);
	return TRUE;
}

static json_t *
kept_of(const PromiseRateAsk *ask, const Counts *now, const Counts *before)
{
	json_t *one = json_object();
	double low, high, was_low, was_high;

	put_share(one, now);
	json_put_int(one, "broken", now->n - now->kept);
	json_put_int(one, "late", now->late);
	json_put_int(one, "moved", now->moved);
	stats_wilson(now->kept, now->n, &low, &high);
	stats_wilson(before->kept, before->n, &was_low, &was_high);
	json_put(one, "before_pct", json_null());
	json_put(one, "points", json_null());
	json_put(one, "better", json_null());
	if (now->n > 0 && before->n > 0) {
		put_number(one, "before_pct", stats_percent(before->kept, before->n));
		put_number(one, "points", stats_percent(now->kept, now->n) - stats_percent(before->kept, before->n));
		/* only where it can hardly be chance */
		if (low > was_high || high < was_low)
			json_put_bool(one, "better", low > was_high);
	}
	put_rows(one, "rows", rows_query(ask, "over", NULL, NULL));
	put_rows(one, "broken_rows", rows_query(ask, "broken", NULL, NULL));
	return one;
}

json_t *
promise_rate_read(Db *db, const PromiseRateAsk *ask, GError **error)
{
	const ReportPeriod *period = ask->period;
	g_autoptr(json_t) value = json_object();
	g_auto(Tally) now = { 0 }, before = { 0 };

	if (!count(db, period->from_ms, MIN(period->to_ms, ask->now_ms), ask->team_id, &now, error) ||
		!count(db, period->before_from_ms, period->from_ms, ask->team_id, &before, error))
		return NULL;
	json_put_time(value, "from", period->from_ms);
	json_put_time(value, "to", period->to_ms - 1);
	json_put_time(value, "before_from", period->before_from_ms);
	json_put_time(value, "before_to", period->from_ms - 1);
	json_put(value, "kept", kept_of(ask, &now.all, &before.all));
	for (int i = 0; i < N_BY; i++)
		if (!put_groups(db, ask, &now, i, value, error))
			return NULL;
	return g_steal_pointer(&value);
}

static json_t *
row(DbRows *rows)
{
	json_t *one = json_object(), *of = json_object(), *owner = db_rows_text(rows, "owner_ref") != NULL ? json_object() : json_null();

	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "what", db_rows_text(rows, "what"));
	json_put_text(one, "state", db_rows_text(rows, "state"));
	json_put_bool(one, "late", db_rows_int(rows, "kept_at") > db_rows_int(rows, "due_at"));
	json_put_time(one, "due_at", db_rows_int(rows, "due_at"));
	json_put_bool(one, "whole_day", db_rows_int(rows, "whole_day") != 0);
	json_put_time(one, "kept_at", db_rows_int(rows, "kept_at"));
	json_put_int(one, "n_moved", db_rows_int(rows, "n_moved"));
	if (db_rows_text(rows, "owner_ref") != NULL) {
		json_put_text(owner, "ref", db_rows_text(rows, "owner_ref"));
		json_put_text(owner, "name", db_rows_text(rows, "owner_name"));
	}
	json_put(one, "owner", owner);
	json_put_text(of, "ref", db_rows_text(rows, "case_ref"));
	json_put_text(of, "subject", db_rows_text(rows, "subject"));
	json_put_text(of, "customer", db_rows_text(rows, "customer_name"));
	json_put(one, "case", of);
	return one;
}

json_t *
promise_rate_rows(Db *db, const PromiseRowsAsk *ask, GError **error)
{
	const guint asked = CLAMP(ask->limit, 1, 200);
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) out = json_object();
	g_autoptr(DbRows) rows = db_query(db, &SQL_PROMISE_RATE_ROWS,
		DB_ARGS(DB_INT(ask->from_ms), DB_INT(ask->to_ms), DB_TEXT(ask->state), DB_INT(ask->owner_id), DB_INT(ask->team_id),
			DB_INT(ask->category_id), DB_INT(ask->before_due > 0 ? ask->before_due : G_MAXINT64),
			DB_INT(ask->before_id > 0 ? ask->before_id : G_MAXINT64), DB_TEXT(ask->channel), DB_INT(asked + 1)),
		error);
	json_t *list = json_array();
	gint64 due = 0, id = 0;

	json_put(out, "promises", list);
	json_put(out, "next", json_null());
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		if (json_array_size(list) == asked) {
			json_put(out, "next", json_sprintf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, due, id));
			break;
		}
		due = db_rows_int(rows, "due_at");
		id = db_rows_int(rows, "id");
		json_array_append_new(list, row(rows));
	}
	return db_ended(&local, error) ? g_steal_pointer(&out) : NULL;
}
