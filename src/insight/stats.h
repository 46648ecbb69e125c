/* stats.h - small statistics, pure: shares with their interval, medians. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Wilson's 95 % interval of a share of @k in @n, in per cent (E. B. Wilson 1927; recommended over the normal one for small
 * n by Brown, Cai, DasGupta 2001). @n 0: 0 to 100. */
void stats_wilson(gint64 k, gint64 n, double *ret_low_pct, double *ret_high_pct);
/* The value below which @share of them lie: the nearest-rank percentile (the smallest value with at least that share at or
 * below it). Sorts @values (of gint64). 0 for none. */
gint64 stats_percentile(GArray *values, double share);
/* 100 * @k / @n with one decimal; 0 for @n 0. */
double stats_percent(gint64 k, gint64 n);

G_END_DECLS
