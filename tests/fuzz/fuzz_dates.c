/* Any text as a date: whatever is read lies between 1900 and 2199 (a day more for zones), and a column of one cell decides
 * only what that cell can be read by. */
#include "text/dates.h"
#include "base/clock.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	DateEvidence evidence = { 0 };
	DateStyle style;
	gint64 at_ms;

	if (!g_utf8_validate(text, -1, NULL))
		return 0;
	for (int s = DATES_UNKNOWN; s <= DATES_SERIAL; s++)
		if (date_read(text, (DateStyle)s, NULL, &at_ms))
			g_assert_true(at_ms >= -G_GINT64_CONSTANT(2209075200000) && at_ms <= G_GINT64_CONSTANT(7258204800000));
	date_evidence_add(&evidence, text);
	if (evidence.n_unreadable == 0 && date_evidence_decide(&evidence, "when", &style, NULL))
		g_assert_true(date_read(text, style, NULL, &at_ms));
	return 0;
}
