/* effect.h - did an action help? How often its cause came before it was opened, and since it was done. */
#pragma once
#include "action/action.h"
#include "action/rate_ratio.h"
G_BEGIN_DECLS

enum { EFFECT_MAX_WEEKS = 26, EFFECT_OPEN_WEEKS = 8 };

typedef struct {
	int weeks; /* of each of the two times; 0: too early to say */
	gint64 before_from, after_from; /* the two times begin here */
	gint64 n_before, of_before, n_after, of_after; /* of: cases whose cause is known (for a category or product: all) */
	gint64 by_week[2][EFFECT_MAX_WEEKS]; /* before, after */
	RateRatio ratio;
	const char *verdict; /* fewer more unsure none too_early open */
} Effect;

/* Whole weeks since it was done, at most EFFECT_MAX_WEEKS, against as many before it was opened; while it is open or was dropped, the
 * EFFECT_OPEN_WEEKS before it was opened alone. A cause counts with all that stands below it. */
gboolean effect_read(Db *db, const Action *action, gint64 now_ms, Effect *ret_effect, GError **error);
/* {weeks, before{n, of, per_1000, from, until}, after{...}|null, ratio|null, low, high|null, verdict, bars[{part: before|after, from, n, x, y, height}],
 * most}: bars in a box of 520 x 120 for the page's drawing. */
json_t *effect_to_json(const Effect *effect);

G_END_DECLS
