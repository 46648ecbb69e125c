/* test_rate_ratio.c - intervals against values made by another program, from exact sums of binomial coefficients in whole numbers. */
#include "action/rate_ratio.h"
#include "kit/kit.h"
#include <math.h>

static void
test_table(void)
{
	/* n_before, of_before, n_after, of_after, ratio, low, high, verdict. Clopper and Pearson of 3 in 14: 0.0466 to 0.5080; 20 in 120: 0.1049 to
	 * 0.2456; 0 in 5: 0 to 0.5218; 5 in 5: 0.4782 to 1; 50 in 100: 0.3983 to 0.6017; the odds of them are the bounds below. */
	static const struct { gint64 n0; double e0; gint64 n1; double e1, ratio, low, high; const char *verdict; } table[] = {
		{ 11, 8, 3, 8, 0.2727, 0.0489, 1.0324, "unsure" },
		{ 100, 1000, 20, 1000, 0.2, 0.1172, 0.3256, "fewer" },
		{ 20, 1000, 100, 1000, 5, 3.0717, 8.5348, "more" },
		{ 5, 10, 0, 10, 0, 0, 1.0913, "unsure" },
		{ 0, 10, 5, 10, -1, 0.9164, -1, "unsure" },
		{ 0, 10, 0, 10, -1, 0, -1, "none" },
		{ 50, 100, 50, 100, 1, 0.6620, 1.5105, "unsure" },
		{ 50, 100, 50, 200, 0.5, 0.3310, 0.7553, "fewer" }, /* as many, in twice as much */
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		RateRatio got = rate_ratio(table[i].n0, table[i].e0, table[i].n1, table[i].e1);

		if (fabs(got.ratio - table[i].ratio) > 0.001 || fabs(got.low - table[i].low) > 0.002 || fabs(got.high - table[i].high) > 0.002 * MAX(1, table[i].high))
			g_error("row %u: %f (%f to %f), not %f (%f to %f)", i, got.ratio, got.low, got.high, table[i].ratio, table[i].low, table[i].high);
		g_assert_cmpstr(rate_ratio_verdict(table[i].n0, table[i].n1, &got), ==, table[i].verdict);
	}
}

/* However many: the ratio lies in its interval, the interval narrows, and nothing becomes infinite. */
static void
test_large_counts(void)
{
	double width = 1e9;

	for (gint64 n = 1; n <= 20000; n *= 4) {
		RateRatio got = rate_ratio(2 * n, 1000, n, 1000);

		g_assert_true(isfinite(got.low) && got.low < 0.5 && got.high > 0.5);
		g_assert_cmpfloat(got.high - got.low, <, width);
		width = got.high - got.low;
	}
	g_assert_cmpfloat(width, <, 0.05);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/rate_ratio/table", test_table);
	kit_add_plain("/rate_ratio/large_counts", test_large_counts);
	return kit_run();
}
