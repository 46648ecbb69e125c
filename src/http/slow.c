/* slow.c - a queue and a few threads. On pthread locks rather than GLib's, which the thread sanitizer cannot see into. */
#include "http/slow.h"
#include <errno.h>
#include <pthread.h>
#include <time.h>

enum { MOST_WAITING = 1000 };

typedef struct {
	SlowWork work;
	gpointer data;
} Item;

struct _SlowPool {
	pthread_mutex_t lock;
	pthread_cond_t wake, ended;
	GQueue items; /* of Item */
	guint n_running;
	gboolean stopping;
	GPtrArray *threads; /* of GThread */
};

static gpointer
run(gpointer data)
{
	SlowPool *self = data;

	pthread_mutex_lock(&self->lock);
	for (;;) {
		Item *item = g_queue_pop_head(&self->items);

		if (item == NULL && self->stopping)
			break;
		if (item == NULL) {
			pthread_cond_wait(&self->wake, &self->lock);
			continue;
		}
		pthread_mutex_unlock(&self->lock);
		item->work(item->data);
		g_free(item);
		pthread_mutex_lock(&self->lock);
	}
	self->n_running--;
	pthread_cond_broadcast(&self->ended);
	pthread_mutex_unlock(&self->lock);
	return NULL;
}

SlowPool *
slow_pool_new(guint n_threads)
{
	SlowPool *self = g_new0(SlowPool, 1);
	pthread_condattr_t monotonic;

	pthread_mutex_init(&self->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&self->wake, &monotonic);
	pthread_cond_init(&self->ended, &monotonic);
	pthread_condattr_destroy(&monotonic);
	g_queue_init(&self->items);
	self->threads = g_ptr_array_new();
	self->n_running = n_threads;
	for (guint i = 0; i < n_threads; i++)
		g_ptr_array_add(self->threads, g_thread_new("slow", run, self));
	return self;
}

gboolean
slow_pool_push(SlowPool *self, SlowWork work, gpointer data)
{
	gboolean taken = FALSE;

	pthread_mutex_lock(&self->lock);
	if (!self->stopping && self->items.length < MOST_WAITING) {
		Item *item = g_new(Item, 1);

		*item = (Item){ .work = work, .data = data };
		g_queue_push_tail(&self->items, item);
		pthread_cond_signal(&self->wake);
		taken = TRUE;
	}
	pthread_mutex_unlock(&self->lock);
	return taken;
}

gboolean
slow_pool_stop(SlowPool *self, gint64 deadline_us)
{
	const struct timespec until = { .tv_sec = deadline_us / G_USEC_PER_SEC, .tv_nsec = deadline_us % G_USEC_PER_SEC * 1000 };
	gboolean ended;

	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	pthread_cond_broadcast(&self->wake);
	while (self->n_running > 0 && pthread_cond_timedwait(&self->ended, &self->lock, &until) != ETIMEDOUT)
		continue;
	ended = self->n_running == 0;
	pthread_mutex_unlock(&self->lock);
	if (!ended)
		return FALSE;
	for (guint i = 0; i < self->threads->len; i++)
		g_thread_join(self->threads->pdata[i]);
	g_ptr_array_set_size(self->threads, 0);
	return TRUE;
}

void
slow_pool_free(SlowPool *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->threads);
	pthread_mutex_destroy(&self->lock);
	pthread_cond_destroy(&self->wake);
	pthread_cond_destroy(&self->ended);
	g_free(self);
}
