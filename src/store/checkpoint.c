/* checkpoint.c - a thread of its own copies most of the log while the writer goes on. Only when the whole log is copied
 * can SQLite begin it anew, and under a steady load the thread never quite catches up: so now and then the writer, between
 * two groups, copies the little that is left. A reader that stays long in its snapshot holds the log; then it grows. */
#include "store/checkpoint.h"
#include "store/db_engine.h"
#include <pthread.h>

/* In pages of 4 KiB. */
#define WAKE_PAGES 4096
#define FINISH_PAGES 8192

struct _Checkpoint {
	Db *db;
	pthread_t thread;
	pthread_mutex_t lock; /* of the next three */
	pthread_cond_t wake;
	gboolean wanted, stopping;
	int finish_at; /* the writer's own */
	int wake_at;
};

static void *
checkpoint_main(void *data)
{
	Checkpoint *self = data;

	for (;;) {
		gboolean stop;

		pthread_mutex_lock(&self->lock);
		while (!self->wanted && !self->stopping)
			pthread_cond_wait(&self->wake, &self->lock);
		stop = self->stopping;
		self->wanted = FALSE;
		pthread_mutex_unlock(&self->lock);
		if (stop)
			return NULL;
		db_fold(self->db);
	}
}

Checkpoint *
checkpoint_start(const char *url, GError **error)
{
	Db *db = db_open(url, FALSE, error);
	Checkpoint *self;

	if (db == NULL)
		return NULL;
	self = g_new0(Checkpoint, 1);
	self->db = db;
	self->wake_at = WAKE_PAGES;
	self->finish_at = FINISH_PAGES;
	pthread_mutex_init(&self->lock, NULL);
	pthread_cond_init(&self->wake, NULL);
	if (pthread_create(&self->thread, NULL, checkpoint_main, self) == 0)
		return self;
	g_set_error_literal(error, ERR, ERR_INTERNAL, "the system gives no thread for checkpoints");
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	db_close(db);
	g_free(self);
	return NULL;
}

void
checkpoint_wake(Checkpoint *self)
{
	if (self == NULL)
		return;
	pthread_mutex_lock(&self->lock);
	self->wanted = TRUE;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
}

void
checkpoint_look(Checkpoint *self, Db *writer)
{
	int pages = writer->log_pages;

	if (self == NULL)
		return;
	if (pages < WAKE_PAGES) { /* begun anew */
		self->wake_at = WAKE_PAGES;
		self->finish_at = FINISH_PAGES;
	} else if (pages >= self->finish_at) {
		db_fold(writer);
		self->finish_at = pages + FINISH_PAGES; /* not again at once, when a reader held it */
	} else if (pages >= self->wake_at) {
		self->wake_at = pages + WAKE_PAGES / 4;
		checkpoint_wake(self);
	}
}

void
checkpoint_stop(Checkpoint *self)
{
	if (self == NULL)
		return;
	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
	pthread_join(self->thread, NULL);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	db_close(self->db);
	g_free(self);
}
