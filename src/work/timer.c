/* timer.c - see timer.h. Sleeps on the monotonic clock until the next due time; a commit that leaves something earlier wakes it. */
#include "work/timer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/wait.h"
#include <pthread.h>

#define LOOK_AGAIN_MS MS_PER_S

struct _Timer {
	Store *store;
	WorkerClock clock;
	gpointer clock_data;
	TimerWork work;
	pthread_t thread;
	pthread_mutex_t lock; /* of the rest */
	pthread_cond_t wake;
	gint64 until_ms; /* asleep until then; G_MAXINT64 while awake: whatever comes is to be looked at */
	gboolean woken, stopping;
};

/* On the committing thread: most of what is left for later is later than what is slept for. */
static void
something_due(gint64 due_at, gpointer data)
{
	Timer *self = data;

	pthread_mutex_lock(&self->lock);
	if (due_at < self->until_ms) {
		self->woken = TRUE;
		pthread_cond_signal(&self->wake);
	}
	pthread_mutex_unlock(&self->lock);
}

static gboolean
is_stopping(Timer *self)
{
	gboolean stopping;

	pthread_mutex_lock(&self->lock);
	stopping = self->stopping;
	self->woken = FALSE;
	self->until_ms = G_MAXINT64;
	pthread_mutex_unlock(&self->lock);
	return stopping;
}

static void
sleep_until(Timer *self, gint64 due_ms, gint64 now_ms)
{
	gint64 for_ms = CLAMP(due_ms - now_ms, 0, LOOK_AGAIN_MS);
	const struct timespec until = wait_deadline(for_ms);

	pthread_mutex_lock(&self->lock);
	/* What came since it looked has set woken. */
	self->until_ms = now_ms + for_ms;
	while (!self->stopping && !self->woken && pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0)
		;
	pthread_mutex_unlock(&self->lock);
}

static void *
timer_main(void *data)
{
	Timer *self = data;

	while (!is_stopping(self)) {
		g_autoptr(GError) error = NULL;
		gint64 now_ms = self->clock != NULL ? self->clock(self->clock_data) : clock_now_ms(), due_ms = 0;
		guint n = 0;

		if (!self->work.next(self->store, self->work.data, &due_ms, &error) ||
		    (due_ms != 0 && due_ms <= now_ms && !self->work.run(self->store, now_ms, self->work.data, &n, &error))) {
			log_warn("work", "what is due waits: %s", error->message);
			due_ms = 0;
		}
		if (n == 0)
			sleep_until(self, due_ms != 0 && due_ms > now_ms ? due_ms : now_ms + LOOK_AGAIN_MS, now_ms);
	}
	return NULL;
}

Timer *
timer_start(Store *store, WorkerClock clock, gpointer clock_data, const TimerWork *work, GError **error)
{
	Timer *self = g_new0(Timer, 1);

	self->store = store;
	self->clock = clock;
	self->clock_data = clock_data;
	self->work = *work;
	pthread_mutex_init(&self->lock, NULL);
	wait_init(&self->wake);
	store_watch_due(store, something_due, self);
	if (pthread_create(&self->thread, NULL, timer_main, self) == 0)
		return self;
	store_unwatch_due(store, something_due, self);
	g_free(self);
	g_set_error_literal(error, ERR, ERR_INTERNAL, "the system gives no thread for what is due");
	return NULL;
}

void
timer_free(Timer *self)
{
	if (self == NULL)
		return;
	store_unwatch_due(self->store, something_due, self);
	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
	pthread_join(self->thread, NULL);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}
