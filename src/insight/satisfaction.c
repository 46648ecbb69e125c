/* satisfaction.c - see satisfaction.h. The lists behind the figures: insight/felt_rows.c. */
#include "insight/satisfaction.h"
#include "insight/satisfaction_tally.h"
#include "insight/stats.h"
#include "satisfaction.sql.h"
#include <math.h>
#include <string.h>

typedef enum { BY_TEAM, BY_AGENT, BY_CATEGORY, BY_CHANNEL, BY_SURVEY, BY_N } By;
static const struct {
	const char *key, *parameter;
	const DbSql *names;
} groups[BY_N] = {
	[BY_TEAM] = { "by_team", "team", &SQL_SATISFACTION_TEAM_NAMES }, [BY_AGENT] = { "by_agent", "agent", &SQL_SATISFACTION_USER_NAMES },
	[BY_CATEGORY] = { "by_category", "category", &SQL_SATISFACTION_CATEGORY_NAMES }, [BY_CHANNEL] = { "by_channel", "channel", NULL },
	[BY_SURVEY] = { "by_survey", "survey", &SQL_SATISFACTION_SURVEY_NAMES },
};

#define FILTER(ask) \
	DB_INT((ask)->period->from_ms), DB_INT((ask)->period->to_ms), DB_INT((ask)->survey_id), DB_INT((ask)->team_id), DB_INT((ask)->agent_id), DB_TEXT((ask)->channel), DB_INT((ask)->category_id)

static json_t *
rows_of(const SatisfactionAsk *ask, const char *format, ...)
{
	g_autofree char *own = NULL;
	va_list ap;

	va_start(ap, format);
	own = g_strdup_vprintf(format, ap);
	va_end(ap);
	return json_sprintf("%s%s%s", own, own[0] != '\0' && ask->query[0] != '\0' ? "&" : "", ask->query);
}

static void
put_share(json_t *one, const char *pct, const char *low_key, const char *high_key, gint64 k, gint64 n)
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

static json_t *
share(gint64 k, gint64 n, json_t *rows)
{
	json_t *one = json_object();

	put_share(one, "pct", "low", "high", k, n);
	json_put_int(one, "k", k);
	json_put_int(one, "n", n);
	json_put(one, "rows", rows);
	return one;
}

/* ---- one figure each */

static json_t *
scores_of(const FeltTally *tally, FeltKind kind, const char *word, gint64 low, gint64 high, const SatisfactionAsk *ask)
{
	json_t *list = json_array();

	for (gint64 i = high; i >= low; i--) {
		json_t *one = json_object();

		json_put_int(one, "score", i);
		json_put_int(one, "n", tally->scores[kind][i]);
		json_put_real(one, "pct", stats_percent(tally->scores[kind][i], felt_tally_n(tally, kind)));
		json_put(one, "rows", rows_of(ask, "kind=%s&score=%d", word, (int)i));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
csat_of(const FeltTally *tally, const SatisfactionAsk *ask)
{
	return share(felt_tally_between(tally, FELT_CSAT, 4, 5), felt_tally_n(tally, FELT_CSAT), rows_of(ask, "kind=csat"));
}

static json_t *
nps_of(const FeltTally *tally, const SatisfactionAsk *ask)
{
	gint64 n = felt_tally_n(tally, FELT_NPS), up = felt_tally_between(tally, FELT_NPS, 9, 10), down = felt_tally_between(tally, FELT_NPS, 0, 6);
	json_t *one = json_object();
	double score, low, high;

	stats_nps(up, down, n, &score, &low, &high);
	if (n > 0)
		json_put_real(one, "score", score);
	else
		json_put(one, "score", json_null());
	json_put_real(one, "low", low);
	json_put_real(one, "high", high);
	json_put_int(one, "n", n);
	json_put_int(one, "promoters", up);
	json_put_int(one, "passives", n - up - down);
	json_put_int(one, "detractors", down);
	json_put(one, "rows", rows_of(ask, "kind=nps"));
	return one;
}

static json_t *
ces_of(const FeltTally *tally, const SatisfactionAsk *ask)
{
	json_t *one = share(felt_tally_between(tally, FELT_CES, 5, 7), felt_tally_n(tally, FELT_CES), rows_of(ask, "kind=ces"));

	if (felt_tally_n(tally, FELT_CES) > 0)
		json_put_real(one, "mean", felt_tally_mean(tally, FELT_CES));
	else
		json_put(one, "mean", json_null());
	return one;
}

/* ---- groups */

typedef struct {
	FeltTally all;
	GHashTable *by[BY_N]; /* word or id -> FeltTally */
} Felt;

static void
felt_clear(Felt *felt)
{
	for (guint i = 0; i < BY_N; i++)
		g_clear_pointer(&felt->by[i], g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Felt, felt_clear)

static gpointer
group_of(GHashTable *table, DbRows *rows, const char *column, gsize size)
{
	const char *key = db_rows_text(rows, column);
	gpointer found = g_hash_table_lookup(table, key != NULL ? key : "");

	if (found == NULL) {
		found = g_malloc0(size);
		g_hash_table_insert(table, g_strdup(key != NULL ? key : ""), found);
	}
	return found;
}

static gboolean
count_scores(Db *db, const SatisfactionAsk *ask, Felt *felt, GError **error)
{
	static const char *const columns[BY_N] = { "team_id", "owner_id", "category_id", "channel", "survey_id" };
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_SCORES, DB_ARGS(FILTER(ask)), error);

	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < BY_N; i++)
		felt->by[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	while (db_rows_next(rows, &local)) {
		FeltKind kind = felt_kind(db_rows_text(rows, "kind"));
		gint64 score = db_rows_int(rows, "score");

		felt_tally_add(&felt->all, kind, score);
		for (guint i = 0; i < BY_N; i++)
			felt_tally_add(group_of(felt->by[i], rows, columns[i], sizeof(FeltTally)), kind, score);
	}
	return db_ended(&local, error);
}

/* id as text -> "ref\nname" */
static GHashTable *
names_of(Db *db, const DbSql *sql, GError **error)
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

/* Takes the rows of @list, the largest first. */
static json_t *
sorted(GPtrArray *list)
{
	json_t *out = json_array();

	if (list->len > 0)
		qsort(list->pdata, list->len, sizeof(gpointer), larger_first);
	for (guint i = 0; i < list->len; i++)
		json_array_append_new(out, list->pdata[i]);
	return out;
}

/* Its ref and name, and the rows of the group besides the page's own filter. */
static json_t *
begin_group(By by, const char *key, GHashTable *names, const SatisfactionAsk *ask)
{
	const char *known = names != NULL ? g_hash_table_lookup(names, key) : NULL;
	g_auto(GStrv) parts = known != NULL ? g_strsplit(known, "\n", 2) : NULL;
	const char *ref = parts != NULL ? parts[0] : by == BY_CHANNEL ? key : NULL;
	json_t *one = json_object();

	json_put_text(one, "ref", ref);
	json_put_text(one, "name", parts != NULL ? parts[1] : by == BY_CHANNEL ? key : NULL);
	json_put(one, "rows", ref != NULL ? rows_of(ask, "%s=%s", groups[by].parameter, ref) : json_null());
	return one;
}

static json_t *
group_rows(Db *db, By by, GHashTable *table, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(GHashTable) names = groups[by].names != NULL ? names_of(db, groups[by].names, error) : NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	GHashTableIter iter;
	gpointer key, tally;

	if (groups[by].names != NULL && names == NULL)
		return NULL;
	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &key, &tally)) {
		json_t *one = begin_group(by, key, names, ask);

		json_put_int(one, "n", felt_tally_n(tally, FELT_CSAT) + felt_tally_n(tally, FELT_NPS) + felt_tally_n(tally, FELT_CES));
		json_put(one, "csat", csat_of(tally, ask));
		json_put(one, "nps", nps_of(tally, ask));
		json_put(one, "ces", ces_of(tally, ask));
		g_ptr_array_add(list, one);
	}
	return sorted(list);
}

/* ---- the rest of the page */

static json_t *
response_of(Db *db, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_SENT, DB_ARGS(FILTER(ask)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return NULL;
	return share(db_rows_int(rows, "n_answered"), db_rows_int(rows, "n_sent"), rows_of(ask, "of=sent"));
}

static json_t *
recoveries_of(Db *db, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_RECOVERIES, DB_ARGS(FILTER(ask), DB_INT(ask->now_ms)), error);
	json_t *one;

	if (rows == NULL || !db_rows_next(rows, error))
		return NULL;
	one = json_object();
	json_put_int(one, "n", db_rows_int(rows, "n"));
	json_put_int(one, "due", db_rows_int(rows, "n_due"));
	json_put_int(one, "in_time", db_rows_int(rows, "n_in_time"));
	put_share(one, "in_time_pct", "low", "high", db_rows_int(rows, "n_in_time"), db_rows_int(rows, "n_due"));
	json_put_int(one, "turned", db_rows_int(rows, "n_turned"));
	put_share(one, "turned_pct", "turned_low", "turned_high", db_rows_int(rows, "n_turned"), db_rows_int(rows, "n"));
	json_put(one, "rows", rows_of(ask, "state=all"));
	json_put(one, "in_time_rows", rows_of(ask, "state=all&in_time=1"));
	json_put(one, "turned_rows", rows_of(ask, "state=all&turned=1"));
	return one;
}

static json_t *
begin_own(DbRows *rows, const SatisfactionAsk *ask)
{
	const char *text = db_rows_text(rows, "words");
	json_t *words = text != NULL ? json_loads(text, 0, NULL) : NULL, *one = json_object();

	json_put_text(one, "survey", db_rows_text(rows, "name"));
	json_put_text(one, "kind", db_rows_text(rows, "kind"));
	json_put_int(one, "points", db_rows_int(rows, "points"));
	json_put(one, "words", words != NULL ? words : json_object());
	json_put_int(one, "n", 0);
	json_put(one, "answers", json_array());
	json_put(one, "rows", rows_of(ask, "question=%" G_GINT64_FORMAT, db_rows_int(rows, "id")));
	return one;
}

static void
put_percents(json_t *list)
{
	json_t *question, *answer;
	size_t i, k;

	json_array_foreach(list, i, question)
		json_array_foreach(json_object_get(question, "answers"), k, answer)
			json_put_real(answer, "pct", stats_percent(json_int(answer, "n", 0), json_int(question, "n", 0)));
}

static json_t *
own_of(Db *db, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_OWN, DB_ARGS(FILTER(ask)), error);
	json_t *one = NULL, *answer;
	gint64 last = 0;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		if (one == NULL || db_rows_int(rows, "id") != last)
			json_array_append_new(list, one = begin_own(rows, ask));
		last = db_rows_int(rows, "id");
		json_put_int(one, "n", json_int(one, "n", 0) + db_rows_int(rows, "n"));
		if (db_rows_is_null(rows, "score"))
			continue;
		answer = json_object();
		json_put_int(answer, "score", db_rows_int(rows, "score"));
		json_put_int(answer, "n", db_rows_int(rows, "n"));
		json_array_append_new(json_object_get(one, "answers"), answer);
	}
	if (!db_ended(&local, error))
		return NULL;
	put_percents(list);
	return g_steal_pointer(&list);
}

static gboolean
put(json_t *value, const char *key, json_t *part)
{
	if (part != NULL)
		json_put(value, key, part);
	return part != NULL;
}

static json_t *
with_scores(json_t *figure, json_t *scores)
{
	json_put(figure, "scores", scores);
	return figure;
}

static json_t *
begin(const SatisfactionAsk *ask)
{
	json_t *value = json_object();

	json_put_time(value, "from", ask->period->from_ms);
	json_put_time(value, "to", ask->period->to_ms - 1000);
	return value;
}

json_t *
satisfaction_read(Db *db, const SatisfactionAsk *ask, GError **error)
{
	g_auto(Felt) felt = { 0 };
	g_autoptr(json_t) value = begin(ask);

	if (!count_scores(db, ask, &felt, error))
		return NULL;
	json_put(value, "csat", with_scores(csat_of(&felt.all, ask), scores_of(&felt.all, FELT_CSAT, "csat", 1, 5, ask)));
	json_put(value, "nps", with_scores(nps_of(&felt.all, ask), scores_of(&felt.all, FELT_NPS, "nps", 0, 10, ask)));
	json_put(value, "ces", with_scores(ces_of(&felt.all, ask), scores_of(&felt.all, FELT_CES, "ces", 1, 7, ask)));
	for (guint i = 0; i < BY_N; i++)
		if (!put(value, groups[i].key, group_rows(db, (By)i, felt.by[i], ask, error)))
			return NULL;
	return put(value, "response", response_of(db, ask, error)) && put(value, "recoveries", recoveries_of(db, ask, error)) && put(value, "own", own_of(db, ask, error)) ? g_steal_pointer(&value) : NULL;
}

/* ---- is it still right? */

typedef struct {
	gint64 n, n_right;
} Still;

static gboolean
still_groups(Db *db, const SatisfactionAsk *ask, json_t *value, GError **error)
{
	static const char *const columns[] = { "team_id", "owner_id", "category_id", "channel" };
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_STILL_GROUPS, DB_ARGS(DB_INT(ask->period->from_ms), DB_INT(ask->period->to_ms), DB_INT(ask->team_id)), error);
	g_auto(Felt) felt = { 0 };

	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
		felt.by[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	while (db_rows_next(rows, &local))
		for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
			Still *still = group_of(felt.by[i], rows, columns[i], sizeof(Still));

			still->n += db_rows_int(rows, "n");
			still->n_right += db_rows_int(rows, "n_right");
		}
	if (!db_ended(&local, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_autoptr(GHashTable) names = groups[i].names != NULL ? names_of(db, groups[i].names, error) : NULL;
		g_autoptr(GPtrArray) list = g_ptr_array_new();
		GHashTableIter iter;
		gpointer key, still;

		if (groups[i].names != NULL && names == NULL)
			return FALSE;
		g_hash_table_iter_init(&iter, felt.by[i]);
		while (g_hash_table_iter_next(&iter, &key, &still)) {
			json_t *one = begin_group((By)i, key, names, ask);

			json_put_int(one, "n", ((Still *)still)->n);
			json_put(one, "right", share(((Still *)still)->n_right, ((Still *)still)->n, json_null()));
			g_ptr_array_add(list, one);
		}
		json_put(value, groups[i].key, sorted(list));
	}
	return TRUE;
}

json_t *
still_right_read(Db *db, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(json_t) value = begin(ask);
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_STILL, DB_ARGS(DB_INT(ask->period->from_ms), DB_INT(ask->period->to_ms), DB_INT(ask->team_id)), error);
	gint64 asked, answered;

	if (rows == NULL || !db_rows_next(rows, error))
		return NULL;
	asked = db_rows_int(rows, "n_asked");
	answered = db_rows_int(rows, "n_answered");
	json_put_int(value, "asked", asked);
	json_put_int(value, "answered", answered);
	json_put_int(value, "silent", db_rows_int(rows, "n_silent"));
	json_put(value, "right", share(db_rows_int(rows, "n_right"), answered, rows_of(ask, "state=right")));
	json_put(value, "not_right", share(answered - db_rows_int(rows, "n_right"), answered, rows_of(ask, "state=not_right")));
	json_put(value, "response", share(answered, asked, rows_of(ask, "%s", "")));
	return still_groups(db, ask, value, error) ? g_steal_pointer(&value) : NULL;
}
