/* Wrong passwords of one account. */
#include "base/clock.h"
#include "kit/kit.h"
#include "org/tries.h"

static void
test_ten_then_a_pause(void)
{
	g_autoptr(Tries) tries = tries_new();
	gint64 now = MS_PER_DAY;

	for (int i = 0; i < 10; i++) {
		g_assert_true(tries_may(tries, "ann@example.org", now));
		tries_count(tries, " ANN@example.org", now);
	}
	g_assert_false(tries_may(tries, "Ann@Example.org ", now));
	g_assert_true(tries_may(tries, "bob@example.org", now));
	g_assert_false(tries_may(tries, "ann@example.org", now + 15 * MS_PER_MINUTE - 1));
	g_assert_true(tries_may(tries, "ann@example.org", now + 15 * MS_PER_MINUTE));
	tries_count(tries, "ann@example.org", now + 15 * MS_PER_MINUTE);
	g_assert_true(tries_may(tries, "ann@example.org", now + 16 * MS_PER_MINUTE));
	tries_count(tries, NULL, now);
	g_assert_true(tries_may(tries, NULL, now));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/tries/ten-then-a-pause", test_ten_then_a_pause);
	return kit_run();
}
