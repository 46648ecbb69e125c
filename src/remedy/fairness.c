/* fairness.c - see fairness.h. */
#include "remedy/fairness.h"
#include "base/money.h"
#include "fairness.sql.h"
#include "remedy/rows.h"

/* The value at @quarter quarters of the way through, between neighbours in proportion: exact in whole numbers, rounded down. */
static gint64
at_quarter(const gint64 *sums, guint n, guint quarter)
{
	guint steps = (n - 1) * quarter, at = steps / 4, rest = steps % 4;

	return rest == 0 ? sums[at] : sums[at] + (sums[at + 1] - sums[at]) / 4 * rest + (sums[at + 1] - sums[at]) % 4 * rest / 4;
}

Quarters
fairness_quarters(const gint64 *sums, guint n)
{
	return (Quarters){ sums[0], at_quarter(sums, n, 1), at_quarter(sums, n, 2), at_quarter(sums, n, 3), sums[n - 1] };
}

FairVerdict
fairness_verdict(const gint64 *sums, guint n, gint64 amount)
{
	Quarters q;
	gint64 width;

	if (n < FAIR_FEW)
		return FAIR_TOO_FEW;
	q = fairness_quarters(sums, n);
	width = MAX(q.q3 - q.q1, q.middle / 5);
	return amount < q.q1 - width ? FAIR_LOW : amount > q.q3 + width ? FAIR_HIGH : FAIR_IN_LINE;
}

typedef struct {
	json_t *cases;
	gint64 sums[FAIR_CASES];
	guint n;
	const char *wide;
} Similar;

static gboolean
read_similar(DbRows *rows, const char *wide, gint64 severity, const char *currency, Similar *similar, GError **error)
{
	GError *local = NULL;

	json_decref(similar->cases);
	similar->cases = json_array();
	similar->n = 0;
	similar->wide = wide;
	if (rows == NULL)
		return FALSE;
	while (similar->n < FAIR_CASES && db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "subject", db_rows_text(rows, "subject"));
		json_put(one, "sum", money_to_json(db_rows_int(rows, "total_minor"), currency));
		json_put_bool(one, "same_severity", db_rows_int(rows, "severity") == severity);
		json_put_int(one, "n_reopened", db_rows_int(rows, "n_reopened"));
		json_put_time(one, "at", db_rows_int(rows, "last_at"));
		json_array_append_new(similar->cases, one);
		similar->sums[similar->n++] = db_rows_int(rows, "total_minor");
	}
	return db_ended(&local, error);
}

/* Wider and wider, until there are enough. */
static gboolean
find_similar(Db *db, const Case *it, const char *currency, Similar *similar, GError **error)
{
	g_autoptr(DbRows) same = db_query(db, &SQL_FAIRNESS_SAME, DB_ARGS(DB_INT(it->category_id), DB_TEXT(currency), DB_INT(it->severity), DB_INT(it->id)), error);
	g_autoptr(DbRows) any = NULL, parent = NULL;

	if (!read_similar(same, "same", it->severity, currency, similar, error))
		return FALSE;
	if (similar->n >= FAIR_FEW)
		return TRUE;
	any = db_query(db, &SQL_FAIRNESS_CATEGORY, DB_ARGS(DB_INT(it->category_id), DB_TEXT(currency), DB_INT(it->id)), error);
	if (!read_similar(any, "category", it->severity, currency, similar, error))
		return FALSE;
	if (similar->n >= FAIR_FEW)
		return TRUE;
	parent = db_query(db, &SQL_FAIRNESS_PARENT, DB_ARGS(DB_INT(it->category_id), DB_TEXT(currency), DB_INT(it->id)), error);
	return read_similar(parent, "parent", it->severity, currency, similar, error);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return x < y ? -1 : x > y;
}

/* Where on the strip, in per cent with a decimal; it begins and ends where the outermost circle still fits. */
static double
place(gint64 sum, gint64 low, gint64 high)
{
	return high > low ? (double)((sum - low) * 990 / (high - low)) / 10 + 0.5 : 50;
}

static void
put_drawing(json_t *out, const Quarters *q, const char *currency, gint64 amount)
{
	gint64 low = amount > 0 ? MIN(q->low, amount) : q->low, high = MAX(q->high, amount);
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(out, "cases"), i, one)
		json_put_real(one, "x_pct", place(json_int(json_object_get(one, "sum"), "amount_minor", 0), low, high));
	json_put(out, "axis_low", money_to_json(low, currency));
	json_put(out, "axis_high", money_to_json(high, currency));
	json_put_real(out, "band_x_pct", place(q->q1, low, high));
	json_put_real(out, "band_w_pct", MAX(place(q->q3, low, high) - place(q->q1, low, high), 0.5));
	json_put_real(out, "you_pct", place(amount, low, high));
}

json_t *
fairness_read(Db *db, const Case *it, const char *currency, gint64 amount, GError **error)
{
	static const char *const verdicts[] = { "too_few", "in_line", "low", "high" };
	static const char *const names[] = { "low", "q1", "middle", "q3", "high" };
	Similar similar = { 0 };
	json_t *out;

	if (!find_similar(db, it, currency, &similar, error)) {
		json_decref(similar.cases);
		return NULL;
	}
	out = json_object();
	qsort(similar.sums, similar.n, sizeof similar.sums[0], compare);
	json_put(out, "cases", similar.cases);
	json_put_int(out, "n", similar.n);
	json_put_text(out, "wide", similar.wide);
	json_put(out, "amount", amount > 0 ? money_to_json(amount, currency) : json_null());
	json_put_text(out, "verdict", verdicts[fairness_verdict(similar.sums, similar.n, amount)]);
	if (similar.n > 0) {
		const Quarters q = fairness_quarters(similar.sums, similar.n);
		const gint64 values[] = { q.low, q.q1, q.middle, q.q3, q.high };

		for (guint i = 0; i < G_N_ELEMENTS(names); i++)
			json_put(out, names[i], money_to_json(values[i], currency));
		put_drawing(out, &q, currency, amount);
	} else {
		for (guint i = 0; i < G_N_ELEMENTS(names); i++)
			json_put(out, names[i], json_null());
	}
	return out;
}
