/* rate_ratio.c - see the header. */
#include "action/rate_ratio.h"
#include <math.h>

/* P(X <= k) of a binomial with @n and @p; summed from its logarithms, good for the thousands of cases we count. */
static double
binomial_upto(gint64 k, gint64 n, double p)
{
	double sum = 0;

	if (p <= 0 || k >= n)
		return 1;
	if (p >= 1)
		return 0;
	for (gint64 i = 0; i <= k; i++)
		sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) + (double)i * log(p) + (double)(n - i) * log1p(-p));
	return MIN(sum, 1);
}

/* The p at which P(X <= k) is @target: it falls as p grows. */
static double
share_at(gint64 k, gint64 n, double target)
{
	double low = 0, high = 1;

	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (binomial_upto(k, n, middle) > target)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

static double
odds(double share)
{
	return share >= 1 - 1e-12 ? -1 : share / (1 - share);
}

RateRatio
rate_ratio(gint64 n_before, double of_before, gint64 n_after, double of_after)
{
	const gint64 n = n_before + n_after;
	const double scale = of_before / of_after;
	RateRatio out = { -1, 0, -1 };
	double high;

	g_return_val_if_fail(of_before > 0 && of_after > 0 && n_before >= 0 && n_after >= 0, out);
	if (n == 0)
		return out;
	if (n_before > 0)
		out.ratio = (double)n_after / (double)n_before * scale;
	/* P(X >= n_after) = 2.5 % at the lower end, P(X <= n_after) = 2.5 % at the upper one. */
	out.low = n_after == 0 ? 0 : odds(share_at(n_after - 1, n, 0.975)) * scale;
	high = n_before == 0 ? -1 : odds(share_at(n_after, n, 0.025));
	out.high = high < 0 ? -1 : high * scale;
	return out;
}

const char *
rate_ratio_verdict(gint64 n_before, gint64 n_after, const RateRatio *ratio)
{
	if (n_before + n_after == 0)
		return "none";
	if (ratio->high >= 0 && ratio->high < 1)
		return "fewer";
	return ratio->low > 1 ? "more" : "unsure";
}
