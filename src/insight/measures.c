/* measures.c - from counts to figures, each with the search that opens its rows. Counting: insight/tally.c; what a figure
 * means: its definition on the page and in docs/glossary.md. */
#include "insight/measures.h"
#include "base/clock.h"
#include "insight/stats.h"
#include "insight/tally.h"
#include <math.h>
#include <string.h>

enum { PARETO_ROWS = 10 };

static void
put_number(json_t *object, const char *key, double value)
{
	json_put_real(object, key, round(value * 10) / 10);
}

/* "view=all&q=received%3A2026-11-01..2026-11-30%20channel%3Aform" */
static json_t *
rows_of(const MeasureAsk *ask, const char *view, const char *format, ...)
{
	g_autofree char *own = NULL, *words = NULL, *escaped = NULL;
	va_list ap;

	va_start(ap, format);
	own = g_strdup_vprintf(format, ap);
	va_end(ap);
	words = g_strconcat(own, ask->query[0] != '\0' ? " " : "", ask->query, NULL);
	escaped = g_uri_escape_string(g_strstrip(words), NULL, TRUE);
	return json_sprintf("view=%s&q=%s", view, escaped);
}

/* "received:2026-11-01..2026-11-30": days, both included. (transfer full) */
static char *
span_words(const MeasureAsk *ask, const char *operator, gint64 from_ms, gint64 to_ms)
{
	char from[16], to[16];

	report_period_day(from_ms, ask->zone, from);
	report_period_day(to_ms - 1, ask->zone, to);
	return g_strdup_printf("%s:%s..%s", operator, from, to);
}

static char *
whole(const MeasureAsk *ask, const char *operator)
{
	return span_words(ask, operator, ask->period->from_ms, ask->period->to_ms);
}

static json_t *
count_figure(const MeasureAsk *ask, gint64 n, gint64 before, const char *operator)
{
	g_autofree char *words = whole(ask, operator);
	json_t *one = json_object();

	json_put_int(one, "n", n);
	json_put_int(one, "before", before);
	if (before > 0)
		put_number(one, "change_pct", 100.0 * (double)(n - before) / (double)before);
	else
		json_put(one, "change_pct", json_null());
	json_put(one, "worse", json_null());
	json_put(one, "cases", rows_of(ask, "all", "%s", words));
	return one;
}

/* A share with its interval; points: against the stretch before, in percentage points. */
static json_t *
share_figure(const MeasureAsk *ask, gint64 k, gint64 n, gint64 k_before, gint64 n_before, gboolean more_is_better, const char *words)
{
	double pct = stats_percent(k, n), before = stats_percent(k_before, n_before), low, high;
	json_t *one = json_object();

	stats_wilson(k, n, &low, &high);
	put_number(one, "pct", pct);
	put_number(one, "low", low);
	put_number(one, "high", high);
	json_put_int(one, "n", n);
	json_put_int(one, "k", k);
	if (n > 0 && n_before > 0) {
		put_number(one, "before_pct", before);
		put_number(one, "points", pct - before);
		json_put(one, "better", fabs(pct - before) < 0.05 ? json_null() : json_boolean((pct > before) == more_is_better));
	} else {
		json_put(one, "before_pct", json_null());
		json_put(one, "points", json_null());
		json_put(one, "better", json_null());
	}
	json_put(one, "cases", rows_of(ask, "all", "%s", words));
	return one;
}

static json_t *
time_figure(const MeasureAsk *ask, GArray *now, GArray *before, const char *operator)
{
	g_autofree char *words = whole(ask, operator);
	gint64 median = stats_percentile(now, 0.5), was = stats_percentile(before, 0.5);
	json_t *one = json_object();

	json_put_int(one, "median_ms", median);
	json_put_int(one, "p90_ms", stats_percentile(now, 0.9));
	json_put_int(one, "n", now->len);
	if (now->len > 0 && before->len > 0) {
		json_put_int(one, "before_ms", was);
		json_put_int(one, "change_ms", median - was);
		json_put(one, "better", median == was ? json_null() : json_boolean(median < was));
	} else {
		json_put(one, "before_ms", json_null());
		json_put(one, "change_ms", json_null());
		json_put(one, "better", json_null());
	}
	json_put(one, "cases", rows_of(ask, "all", "%s", words));
	return one;
}

static json_t *
figures(const Tally *tally, const MeasureAsk *ask)
{
	const Span *now = &tally->now, *before = &tally->before;
	g_autofree char *received = whole(ask, "received"), *resolved = whole(ask, "resolved"), *reopened = g_strconcat(resolved, " is:reopened", NULL);
	json_t *value = json_object();

	json_put(value, "received", count_figure(ask, now->received, before->received, "received"));
	json_put(value, "resolved", count_figure(ask, now->resolved, before->resolved, "resolved"));
	json_put(value, "acknowledged", share_figure(ask, now->acknowledged, now->acknowledge_due, before->acknowledged, before->acknowledge_due, TRUE, received));
	json_put(value, "first_response", time_figure(ask, now->answers, before->answers, "received"));
	json_put(value, "resolution", time_figure(ask, now->resolutions, before->resolutions, "resolved"));
	json_put(value, "reopened", share_figure(ask, now->reopened, now->resolved, before->reopened, before->resolved, FALSE, reopened));
	return value;
}

static json_t *
over_time(const Tally *tally, const MeasureAsk *ask)
{
	const GArray *starts = ask->period->starts;
	json_t *value = json_object(), *rows = json_array();

	for (guint i = 0; i < starts->len; i++) {
		gint64 from = g_array_index(starts, gint64, i), to = i + 1 < starts->len ? g_array_index(starts, gint64, i + 1) : ask->period->to_ms;
		g_autofree char *words = span_words(ask, "received", from, to);
		json_t *row = json_object();

		json_put_time(row, "day", from);
		json_put_int(row, "received", tally->received_by_step[i]);
		json_put_int(row, "resolved", tally->resolved_by_step[i]);
		json_put(row, "cases", rows_of(ask, "all", "%s", words));
		json_array_append_new(rows, row);
	}
	json_put_text(value, "step", report_period_steps[ask->period->step]);
	json_put(value, "rows", rows);
	return value;
}

static json_t *
open_by_age(const Tally *tally, const MeasureAsk *ask)
{
	static const char *const words[N_AGES] = { "under_1d", "d1_3", "d4_7", "d8_14", "d15_28", "d29_56", "over_56" };
	static const int days[N_AGES + 1] = { 0, 1, 4, 8, 15, 29, 57, 3650 };
	json_t *value = json_object(), *rows = json_array();
	gint64 n = 0;

	for (guint i = 0; i < N_AGES; i++)
		n += tally->open_by_age[i];
	for (guint i = 0; i < N_AGES; i++) {
		char from[TIME_SIZE], to[TIME_SIZE];
		json_t *row = json_object();

		time_write((ask->now_ms - days[i + 1] * MS_PER_DAY) / MS_PER_S * MS_PER_S, from);
		time_write((ask->now_ms - days[i] * MS_PER_DAY) / MS_PER_S * MS_PER_S, to);
		json_put_text(row, "word", words[i]);
		json_put_int(row, "n", tally->open_by_age[i]);
		json_put_int(row, "late", tally->late_by_age[i]);
		put_number(row, "pct", stats_percent(tally->open_by_age[i], n));
		json_put(row, "cases", rows_of(ask, "open", "after:%s before:%s", from, to));
		json_put(row, "late_cases", rows_of(ask, "late", "after:%s before:%s", from, to));
		json_array_append_new(rows, row);
	}
	json_put_int(value, "n", n);
	json_put(value, "rows", rows);
	return value;
}

/* ---- groups, the largest first ------------------------------------------------------------------------------------------ */

typedef struct {
	gpointer key;
	Group *group;
} Ranked;

static int
by_size(gconstpointer a, gconstpointer b)
{
	const Ranked *x = a, *y = b;

	return x->group->n != y->group->n ? (x->group->n < y->group->n ? 1 : -1) : 0;
}

static GArray *
ranked(GHashTable *table)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(Ranked));
	GHashTableIter iter;
	Ranked one;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &one.key, (gpointer *)&one.group))
		g_array_append_val(out, one);
	g_array_sort(out, by_size);
	return out;
}

static void
put_median(json_t *row, const Group *group)
{
	if (group->answers->len > 0)
		json_put_int(row, "median_ms", stats_percentile(group->answers, 0.5));
	else
		json_put(row, "median_ms", json_null());
}

static json_t *
by_channel(const Tally *tally, const MeasureAsk *ask)
{
	g_autoptr(GArray) groups = ranked(tally->channels);
	g_autofree char *words = whole(ask, "received");
	json_t *rows = json_array();

	for (guint i = 0; i < groups->len; i++) {
		const Ranked *one = &g_array_index(groups, Ranked, i);
		json_t *row = json_object();

		json_put_text(row, "channel", one->key);
		json_put_int(row, "n", one->group->n);
		put_number(row, "pct", stats_percent(one->group->n, tally->now.received));
		put_median(row, one->group);
		json_put(row, "cases", rows_of(ask, "all", "%s channel:%s", words, (const char *)one->key));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *
by_team(const Tally *tally, const MeasureAsk *ask)
{
	g_autoptr(GArray) groups = ranked(tally->teams);
	g_autofree char *words = whole(ask, "received");
	json_t *rows = json_array();

	for (guint i = 0; i < groups->len; i++) {
		const Ranked *one = &g_array_index(groups, Ranked, i);
		const char *known = g_hash_table_lookup(tally->team_names, one->key);
		g_auto(GStrv) parts = known != NULL ? g_strsplit(known, "\n", 2) : NULL;
		json_t *row = json_object();

		json_put_text(row, "ref", parts != NULL ? parts[0] : NULL);
		json_put_text(row, "name", parts != NULL ? parts[1] : NULL);
		json_put_int(row, "n", one->group->n);
		put_number(row, "pct", stats_percent(one->group->n, tally->now.received));
		put_median(row, one->group);
		json_put(row, "cases", rows_of(ask, "all", "%s team:%s", words, parts != NULL ? parts[0] : "none"));
		json_array_append_new(rows, row);
	}
	return rows;
}

/* Pareto: the ten largest with what they add up to, then the rest together. */
static json_t *
by_category(const Tally *tally, const MeasureAsk *ask)
{
	g_autoptr(GArray) groups = ranked(tally->categories);
	g_autofree char *words = whole(ask, "received");
	json_t *rows = json_array();
	gint64 sum = 0, total = tally->now.received;

	for (guint i = 0; i < groups->len; i++) {
		const Ranked *one = &g_array_index(groups, Ranked, i);
		const char *path = g_hash_table_lookup(tally->paths, one->key);
		gboolean rest = i == PARETO_ROWS && groups->len > PARETO_ROWS + 1;
		json_t *row = json_object();
		gint64 n = rest ? total - sum : one->group->n;

		json_put_text(row, "path", rest ? NULL : path);
		json_put_int(row, "n", n);
		put_number(row, "pct", stats_percent(n, total));
		put_number(row, "from_pct", stats_percent(sum, total));
		sum += n;
		put_number(row, "sum_pct", stats_percent(sum, total));
		json_put(row, "others", rest ? json_integer(groups->len - PARETO_ROWS) : json_null());
		if (rest)
			json_put(row, "cases", rows_of(ask, "all", "%s", words));
		else if (path == NULL)
			json_put(row, "cases", rows_of(ask, "all", "%s category:none", words));
		else
			json_put(row, "cases", rows_of(ask, "all", "%s category:\"%s\"", words, path));
		json_array_append_new(rows, row);
		if (rest)
			break;
	}
	return rows;
}

static json_t *
by_outcome(const Tally *tally, const MeasureAsk *ask)
{
	g_autoptr(GArray) groups = ranked(tally->outcomes);
	g_autofree char *words = whole(ask, "resolved");
	json_t *value = json_object(), *rows = json_array();

	for (guint i = 0; i < groups->len; i++) {
		const Ranked *one = &g_array_index(groups, Ranked, i);
		const char *outcome = one->key;
		json_t *row = json_object();

		json_put_text(row, "outcome", outcome[0] != '\0' ? outcome : NULL);
		json_put_int(row, "n", one->group->n);
		put_number(row, "pct", stats_percent(one->group->n, tally->now.resolved));
		json_put(row, "cases", rows_of(ask, "all", "%s outcome:%s", words, outcome[0] != '\0' ? outcome : "none"));
		json_array_append_new(rows, row);
	}
	json_put_int(value, "n", tally->now.resolved);
	json_put(value, "rows", rows);
	return value;
}

json_t *
measures_read(Db *db, const MeasureAsk *ask, GError **error)
{
	g_auto(Tally) tally;
	json_t *value;

	tally_init(&tally, ask);
	if (!tally_read(&tally, db, ask, error))
		return NULL;
	value = json_object();
	json_put_time(value, "from", ask->period->from_ms);
	json_put_time(value, "to", ask->period->to_ms - 1000);
	json_put_time(value, "before_from", ask->period->before_from_ms);
	json_put_time(value, "before_to", ask->period->from_ms - 1000);
	json_put(value, "measures", figures(&tally, ask));
	json_put(value, "over_time", over_time(&tally, ask));
	json_put(value, "open_by_age", open_by_age(&tally, ask));
	json_put(value, "by_channel", by_channel(&tally, ask));
	json_put(value, "by_category", by_category(&tally, ask));
	json_put(value, "by_outcome", by_outcome(&tally, ask));
	json_put(value, "by_team", by_team(&tally, ask));
	return value;
}
