/* satisfaction.c - CSAT, NPS, CES, response, recoveries: see satisfaction.h. "Is it still right?": insight/still_right.c; the lists behind the figures: insight/felt_rows.c. */
#include "insight/felt_groups.h"
#include "insight/satisfaction_tally.h"
#include "insight/stats.h"
#include "satisfaction.sql.h"
#include <math.h>
#include <string.h>

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
		json_put(one, "rows", felt_rows_query(ask, "kind=%s&score=%d", word, (int)i));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
csat_of(const FeltTally *tally, const SatisfactionAsk *ask)
{
	return felt_share(felt_tally_between(tally, FELT_CSAT, 4, 5), felt_tally_n(tally, FELT_CSAT), felt_rows_query(ask, "kind=csat"));
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
	json_put(one, "rows", felt_rows_query(ask, "kind=nps"));
	return one;
}

static json_t *
ces_of(const FeltTally *tally, const SatisfactionAsk *ask)
{
	json_t *one = felt_share(felt_tally_between(tally, FELT_CES, 5, 7), felt_tally_n(tally, FELT_CES), felt_rows_query(ask, "kind=ces"));

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

static gboolean
count_scores(Db *db, const SatisfactionAsk *ask, Felt *felt, GError **error)
{
	static const char *const columns[BY_N] = { "team_id", "owner_id", "category_id", "channel", "survey_id" };
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_SCORES, DB_ARGS(FELT_FILTER(ask)), error);

	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < BY_N; i++)
		felt->by[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	while (db_rows_next(rows, &local)) {
		FeltKind kind = felt_kind(db_rows_text(rows, "kind"));
		gint64 score = db_rows_int(rows, "score");

		felt_tally_add(&felt->all, kind, score);
		for (guint i = 0; i < BY_N; i++)
			felt_tally_add(felt_group_of(felt->by[i], rows, columns[i], sizeof(FeltTally)), kind, score);
	}
	return db_ended(&local, error);
}

static json_t *
group_rows(Db *db, By by, GHashTable *table, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(GHashTable) names = felt_groups[by].names != NULL ? felt_names_of(db, felt_groups[by].names, error) : NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	GHashTableIter iter;
	gpointer key, tally;

	if (felt_groups[by].names != NULL && names == NULL)
		return NULL;
	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &key, &tally)) {
		json_t *one = felt_begin_group(by, key, names, ask);

		json_put_int(one, "n", felt_tally_n(tally, FELT_CSAT) + felt_tally_n(tally, FELT_NPS) + felt_tally_n(tally, FELT_CES));
		json_put(one, "csat", csat_of(tally, ask));
		json_put(one, "nps", nps_of(tally, ask));
		json_put(one, "ces", ces_of(tally, ask));
		g_ptr_array_add(list, one);
	}
	return felt_sorted(list);
}

/* ---- the rest of the page */

static json_t *
response_of(Db *db, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_SENT, DB_ARGS(FELT_FILTER(ask)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return NULL;
	return felt_share(db_rows_int(rows, "n_answered"), db_rows_int(rows, "n_sent"), felt_rows_query(ask, "of=sent"));
}

static json_t *
recoveries_of(Db *db, const SatisfactionAsk *ask, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_RECOVERIES, DB_ARGS(FELT_FILTER(ask), DB_INT(ask->now_ms)), error);
	json_t *one;

	if (rows == NULL || !db_rows_next(rows, error))
		return NULL;
	one = json_object();
	json_put_int(one, "n", db_rows_int(rows, "n"));
	json_put_int(one, "due", db_rows_int(rows, "n_due"));
	json_put_int(one, "in_time", db_rows_int(rows, "n_in_time"));
	felt_put_share(one, "in_time_pct", "low", "high", db_rows_int(rows, "n_in_time"), db_rows_int(rows, "n_due"));
	json_put_int(one, "turned", db_rows_int(rows, "n_turned"));
	felt_put_share(one, "turned_pct", "turned_low", "turned_high", db_rows_int(rows, "n_turned"), db_rows_int(rows, "n"));
	json_put(one, "rows", felt_rows_query(ask, "state=all"));
	json_put(one, "in_time_rows", felt_rows_query(ask, "state=all&in_time=1"));
	json_put(one, "turned_rows", felt_rows_query(ask, "state=all&turned=1"));
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
	json_put(one, "rows", felt_rows_query(ask, "question=%" G_GINT64_FORMAT, db_rows_int(rows, "id")));
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
	g_autoptr(DbRows) rows = db_query(db, &SQL_SATISFACTION_OWN, DB_ARGS(FELT_FILTER(ask)), error);
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

json_t *
satisfaction_read(Db *db, const SatisfactionAsk *ask, GError **error)
{
	g_auto(Felt) felt = { 0 };
	g_autoptr(json_t) value = felt_begin(ask);

	if (!count_scores(db, ask, &felt, error))
		return NULL;
	json_put(value, "csat", with_scores(csat_of(&felt.all, ask), scores_of(&felt.all, FELT_CSAT, "csat", 1, 5, ask)));
	json_put(value, "nps", with_scores(nps_of(&felt.all, ask), scores_of(&felt.all, FELT_NPS, "nps", 0, 10, ask)));
	json_put(value, "ces", with_scores(ces_of(&felt.all, ask), scores_of(&felt.all, FELT_CES, "ces", 1, 7, ask)));
	for (guint i = 0; i < BY_N; i++)
		if (!put(value, felt_groups[i].key, group_rows(db, (By)i, felt.by[i], ask, error)))
			return NULL;
	return put(value, "response", response_of(db, ask, error)) && put(value, "recoveries", recoveries_of(db, ask, error)) && put(value, "own", own_of(db, ask, error)) ? g_steal_pointer(&value) : NULL;
}
