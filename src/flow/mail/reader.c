/* reader.c - see reader.h. */
#include "flow/mail/reader.h"
#include "base/wait.h"
#include <pthread.h>

struct _MailReaderThread {
	GAsyncQueue *in; /* of MailItem */
	pthread_mutex_t lock; /* of the next three */
	pthread_cond_t wake;
	guint64 n_read, wanted; /* wanted: somebody waits for so many; 0: nobody does */
	guint64 n_taken;        /* the owner's */
	MailReader fn;
	char *data_dir;
	gatomicrefcount refs; /* the thread's, and its owner's */
};

static MailItem the_end; /* its address says: no more */

MailItem *
mail_item_new(KeptMail *kept)
{
	MailItem *item = g_new0(MailItem, 1);

	item->kept = kept;
	g_atomic_ref_count_init(&item->refs);
	return item;
}

void
mail_item_unref(MailItem *item)
{
	if (item == NULL || item == &the_end || !g_atomic_ref_count_dec(&item->refs))
		return;
	read_mail_free(item->read);
	kept_mail_free(item->kept);
	g_clear_error(&item->error);
	g_free(item);
}

static void
reader_unref(MailReaderThread *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_async_queue_unref(self->in);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self->data_dir);
	g_free(self);
}

static void *
run(void *data)
{
	MailReaderThread *self = data;
	MailItem *item;

	while ((item = g_async_queue_pop(self->in)) != &the_end) {
		item->read = self->fn(item->kept, self->data_dir, &item->error);
		pthread_mutex_lock(&self->lock);
		if (++self->n_read == self->wanted)
			pthread_cond_signal(&self->wake);
		pthread_mutex_unlock(&self->lock);
		mail_item_unref(item);
	}
	reader_unref(self);
	return NULL;
}

static void
free_item(gpointer data)
{
	mail_item_unref(data);
}

MailReaderThread *
mail_reader_start(MailReader fn, const char *data_dir, GError **error)
{
	MailReaderThread *self = g_new0(MailReaderThread, 1);
	pthread_attr_t attr;
	pthread_t thread;
	gboolean ok;

	self->in = g_async_queue_new_full(free_item);
	pthread_mutex_init(&self->lock, NULL);
	wait_init(&self->wake);
	self->fn = fn;
	self->data_dir = g_strdup(data_dir);
	g_atomic_ref_count_init(&self->refs);
	g_atomic_ref_count_inc(&self->refs);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	ok = pthread_create(&thread, &attr, run, self) == 0;
	pthread_attr_destroy(&attr);
	if (ok)
		return self;
	g_set_error_literal(error, ERR, ERR_INTERNAL, "the system gives no thread for reading mail");
	reader_unref(self);
	reader_unref(self);
	return NULL;
}

void
mail_reader_give(MailReaderThread *self, MailItem *item)
{
	g_atomic_ref_count_inc(&item->refs);
	g_async_queue_push(self->in, item);
}

gboolean
mail_reader_take(MailReaderThread *self, guint n, guint limit_ms)
{
	const struct timespec until = wait_deadline((int)limit_ms);
	const guint64 wanted = self->n_taken + n;
	gboolean read;

	pthread_mutex_lock(&self->lock);
	self->wanted = wanted;
	while (self->n_read < wanted && pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0)
		;
	read = self->n_read >= wanted;
	self->wanted = 0;
	pthread_mutex_unlock(&self->lock);
	self->n_taken += read ? n : 0;
	return read;
}

guint64
mail_reader_n_read(MailReaderThread *self)
{
	guint64 n;

	pthread_mutex_lock(&self->lock);
	n = self->n_read;
	pthread_mutex_unlock(&self->lock);
	return n;
}

void
mail_reader_leave(MailReaderThread *self)
{
	if (self == NULL)
		return;
	g_async_queue_push(self->in, &the_end);
	reader_unref(self);
}
