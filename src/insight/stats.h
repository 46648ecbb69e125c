/* stats.h - small statistics, pure: shares with their interval, medians. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Wilson's 95 % interval of a share of @k in @n, in per cent (E. B. Wilson 1927; recommended over the normal one for small
 * n by Brown, Cai, DasGupta 2001). @n 0: 0 to 100. */
void stats_wilson(gint64 k, gint64 n, double *ret_low_pct, double *ret_high_pct);
/* Net promoter score of @promoters and @detractors in @n, -100 to 100, with its 95 % interval: adjusted Wald, three answers added (3/4, 3/2, 3/4),
 * which stays honest for few (B. Rocks, Interval Estimation for the Net Promoter Score, The American Statistician 70(4), 2016). @n 0: 0, -100 to 100. */
void stats_nps(gint64 promoters, gint64 detractors, gint64 n, double *ret_score, double *ret_low, double *ret_high);
/* The value below which @share of them lie: the nearest-rank percentile (the smallest value with at least that share at or
 * below it). Sorts @values (of gint64). 0 for none. */
gint64 stats_percentile(GArray *values, double share);
/* 100 * @k / @n with one decimal; 0 for @n 0. */
double stats_percent(gint64 k, gint64 n);

G_END_DECLS
