/* rate_ratio.h - how many times as often something came after a change as before it, with its interval. Pure. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef struct {
	double ratio;     /* -1: it never came before, so that there is none */
	double low, high; /* 95 %; high -1: without bound */
} RateRatio;
/* @n of @of before and after: how often, in how much (cases, weeks). Given all that came, those after are binomial with a share that the
 * ratio decides (Przyborowski and Wilenski 1940); that share's exact interval is Clopper and Pearson's (1934), so that it holds for
 * counts of any smallness and is rather too wide than too narrow. @of must be above 0. */
RateRatio rate_ratio(gint64 n_before, double of_before, gint64 n_after, double of_after);

/* "fewer" or "more" where the interval leaves no doubt, "unsure" where 1 lies in it, "none" where nothing came at all. Static. */
const char *rate_ratio_verdict(gint64 n_before, gint64 n_after, const RateRatio *ratio);

G_END_DECLS
