#include "insight/stats.h"
#include <math.h>

void
stats_wilson(gint64 k, gint64 n, double *ret_low_pct, double *ret_high_pct)
{
	const double z = 1.959963984540054;
	double p, middle, half, scale;

	if (n <= 0) {
		*ret_low_pct = 0;
		*ret_high_pct = 100;
		return;
	}
	p = (double)k / (double)n;
	scale = 1 + z * z / (double)n;
	middle = (p + z * z / (2 * (double)n)) / scale;
	half = z * sqrt(p * (1 - p) / (double)n + z * z / (4 * (double)n * (double)n)) / scale;
	*ret_low_pct = MAX(0, round(1000 * (middle - half)) / 10);
	*ret_high_pct = MIN(100, round(1000 * (middle + half)) / 10);
}

void
stats_nps(gint64 promoters, gint64 detractors, gint64 n, double *ret_score, double *ret_low, double *ret_high)
{
	const double z = 1.959963984540054, all = (double)n + 3;
	double p = ((double)promoters + 0.75) / all, d = ((double)detractors + 0.75) / all, half = z * sqrt((p + d - (p - d) * (p - d)) / all);

	*ret_score = n > 0 ? round(1000.0 * (double)(promoters - detractors) / (double)n) / 10 : 0;
	*ret_low = n > 0 ? MAX(-100, MIN(*ret_score, round(1000 * (p - d - half)) / 10)) : -100;
	*ret_high = n > 0 ? MIN(100, MAX(*ret_score, round(1000 * (p - d + half)) / 10)) : 100;
}

static int
compare(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return x < y ? -1 : x > y;
}

gint64
stats_percentile(GArray *values, double share)
{
	guint rank;

	if (values->len == 0)
		return 0;
	g_array_sort(values, compare);
	rank = (guint)ceil(share * values->len);
	return g_array_index(values, gint64, CLAMP(rank, 1, values->len) - 1);
}

double
stats_percent(gint64 k, gint64 n)
{
	return n > 0 ? round(1000.0 * (double)k / (double)n) / 10 : 0;
}
