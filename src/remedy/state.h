/* state.h - the life of what is given, and of the offer it stands in: words, and which may follow which. Pure. Doing it:
 * remedy/remedy.h, remedy/offer.h.
 *
 * A remedy:
 *   proposed --approve--> approved --send--> offered --choose--> chosen --> doing --> done --> reversed
 *      |                     |  \--give (no choice asked)--------^  \---------------^ ^
 *      v                     v                  |                         doing <--> failed --by hand--> done
 *   refused, expired,     withdrawn          declined (another option was taken; may still be chosen while nothing began),
 *   withdrawn                                withdrawn, expired
 * An offer:
 *   waiting (for approval) --> ready --> open --> chosen            direct: waiting --> given
 *                                          |--> declined (none of it is right), withdrawn, expired */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

extern const char *const remedy_states[]; /* NULL-ended; the CHECKs of migrations/ hold the same words */
extern const char *const offer_states[];
extern const char *const remedy_kinds[];  /* apology ... other */
extern const char *const remedy_ways[];   /* manual webhook */

gboolean remedy_may_become(const char *from, const char *to);
gboolean offer_may_become(const char *from, const char *to);
/* Nothing more can come of it. A done one is at an end though it can be reversed. */
gboolean remedy_has_ended(const char *state);

G_END_DECLS
