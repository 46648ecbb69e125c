/* wait.c - see wait.h. */
#include "base/wait.h"
#include "base/clock.h"
#include <time.h>

#define NS_PER_MS 1000000
#define NS_PER_S 1000000000

void
wait_init(pthread_cond_t *wake)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

struct timespec
wait_deadline(gint64 for_ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(for_ms / MS_PER_S);
	until.tv_nsec += (long)(for_ms % MS_PER_S) * NS_PER_MS;
	if (until.tv_nsec >= NS_PER_S) {
		until.tv_sec++;
		until.tv_nsec -= NS_PER_S;
	}
	return until;
}
