/* due.c - what is due next on a case. Promises made to the customer and policies with calendars: promise/, when it comes. */
#include "cases/due.h"
#include "base/clock.h"
#include <string.h>

/* low, normal, high, critical */
static const gint64 acknowledge_ms[] = { 24 * MS_PER_HOUR, 24 * MS_PER_HOUR, 8 * MS_PER_HOUR, 2 * MS_PER_HOUR };
static const gint64 answer_ms[] = { 48 * MS_PER_HOUR, 48 * MS_PER_HOUR, 24 * MS_PER_HOUR, 4 * MS_PER_HOUR };
static const gint64 resolve_ms[] = { 28 * MS_PER_DAY, 28 * MS_PER_DAY, 14 * MS_PER_DAY, 3 * MS_PER_DAY };

void
due_compute(const Case *it, gint64 *ret_at_ms, const char **ret_kind)
{
	guint severity = (guint)CLAMP(it->severity, 0, 3);

	*ret_at_ms = 0;
	*ret_kind = NULL;
	if (!it->is_open || it->waiting)
		return;
	if (strcmp(it->stage, "received") == 0) {
		*ret_at_ms = it->received_at + acknowledge_ms[severity];
		*ret_kind = "acknowledge";
	} else if (it->last_inbound_at != 0 && it->last_inbound_at >= it->last_message_at) {
		*ret_at_ms = it->last_inbound_at + answer_ms[severity];
		*ret_kind = "answer";
	} else {
		*ret_at_ms = it->received_at + resolve_ms[severity];
		*ret_kind = "resolve";
	}
}

gint64
due_soon_from(gint64 since_ms, gint64 due_ms)
{
	return due_ms <= since_ms ? since_ms : since_ms + (due_ms - since_ms) / 4 * 3;
}
