/* due.h - what is due next on a case, and when: pure. Policies by kind, calendars and promises come with promise/; these
 * are its defaults. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

/* acknowledge: received + 24 h (critical 2 h, high 8 h) while in stage received.
 * answer: last inbound + 48 h (critical 4 h, high 24 h) while the customer's words are the last.
 * resolve: received + 28 days (critical 3, high 14) otherwise; none while waiting for the customer or when not open. */
void due_compute(const Case *it, gint64 *ret_at_ms, const char **ret_kind);
/* Soon = from 75 % of the time: the moment from which it is. */
gint64 due_soon_from(gint64 since_ms, gint64 due_ms);

G_END_DECLS
