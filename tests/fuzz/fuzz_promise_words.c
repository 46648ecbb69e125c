/* Any text read for promises: each lies in the text, on whole characters, is said in a few words, and is due after now, and no
 * more than ten years and a day after. */
#include "text/promise_words.h"
#include "base/clock.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const int holidays[] = { 20261225 };
	static const char *const zones[] = { "Europe/London", "America/New_York", "Pacific/Apia", "Nowhere/Land" };
	const gint64 far_ms = 3655 * MS_PER_DAY;
	WhenNow now = { .now_ms = 1795087320000 + (gint64)size * 7 * MS_PER_HOUR,
		.zone = zones[size % 4],
		.holidays = holidays,
		.n_holidays = 1,
		.weekdays = (guint)(size & 0x7f) };
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(GPtrArray) found = promise_words_read((const char *)data, size, &now);
	When when;

	for (guint i = 0; i < found->len; i++) {
		const PromiseWords *words = g_ptr_array_index(found, i);

		g_assert_true(words->start < words->end && words->end <= size);
		g_assert_true(g_utf8_validate((const char *)data + words->start, (gssize)(words->end - words->start), NULL));
		g_assert_true(words->what[0] != '\0' && strlen(words->what) <= 200 && g_utf8_validate(words->what, -1, NULL));
		g_assert_true(words->when.due_ms > now.now_ms && words->when.due_ms < now.now_ms + far_ms);
		g_assert_true(words->when.other_ms == 0 || words->when.other_ms > words->when.due_ms);
		g_assert_true((words->when.other_ms != 0) == (words->when.why != WHEN_CLEAR));
		g_assert_true(words->certainty > 0 && words->certainty <= 100);
	}
	if (when_read(text, &now, &when))
		g_assert_true(when.due_ms > now.now_ms && when.due_ms < now.now_ms + far_ms);
	return 0;
}
