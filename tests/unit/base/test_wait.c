#include "base/clock.h"
#include "base/wait.h"
#include "kit/kit.h"
#include <errno.h>

static gint64
now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

/* Nobody wakes it: it ends by itself, not before its time; also across a whole second. */
static void
test_a_while_passes(void)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t wake;

	wait_init(&wake);
	pthread_mutex_lock(&lock);
	for (guint i = 0; i < 3; i++) {
		const gint64 began = now_ms();
		const struct timespec until = wait_deadline(20);
		int status = 0;

		while (status == 0)
			status = pthread_cond_timedwait(&wake, &lock, &until);
		g_assert_cmpint(status, ==, ETIMEDOUT);
		g_assert_cmpint(now_ms() - began, >=, 19);
	}
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&wake);
}

static void
test_deadlines_are_whole_times(void)
{
	for (gint64 ms = 0; ms < 3 * MS_PER_S; ms += 7) {
		const gint64 before_us = g_get_monotonic_time();
		const struct timespec until = wait_deadline(ms);
		const gint64 until_us = (gint64)until.tv_sec * G_USEC_PER_SEC + until.tv_nsec / 1000;

		g_assert_cmpint(until.tv_nsec, >=, 0);
		g_assert_cmpint(until.tv_nsec, <, 1000000000);
		g_assert_cmpint(until_us, >=, before_us + ms * 1000);
		g_assert_cmpint(until_us, <=, g_get_monotonic_time() + ms * 1000);
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/wait/a-while-passes", test_a_while_passes);
	kit_add_plain("/wait/deadlines-are-whole-times", test_deadlines_are_whole_times);
	return kit_run();
}
