/* reader.c - see reader.h. */
#include "flow/mail/reader.h"
#include "base/wait.h"
#include <pthread.h>

struct _MailReaderThread {
	GAsyncQueue *in; /* of GPtrArray of MailItem */
	pthread_mutex_t lock; /* of the next four */
	pthread_cond_t wake;
	guint64 n_read, wanted; /* wanted: somebody waits for so many; 0: nobody does */
	GPtrArray *back;        /* of ReadMail: what others need no longer */
	guint64 n_taken;        /* the owner's */
	MailReader fn;
	char *data_dir;
	gatomicrefcount refs; /* the thread's, and its owner's */
};

static GPtrArray the_end; /* its address says: no more */

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
	if (item == NULL || !g_atomic_ref_count_dec(&item->refs))
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
	g_ptr_array_unref(self->back);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self->data_dir);
	g_free(self);
}

/* Memory goes back to the thread that took it: it has it at hand for the next mail, and waits for no other one's lock. */
static void
free_back(MailReaderThread *self)
{
	g_autoptr(GPtrArray) back = NULL;

	pthread_mutex_lock(&self->lock);
	if (self->back->len > 0) {
		back = self->back;
		self->back = g_ptr_array_new_with_free_func((GDestroyNotify)read_mail_free);
	}
	pthread_mutex_unlock(&self->lock);
}

static void
read_item(MailReaderThread *self, MailItem *item)
{
	item->read = self->fn(item->kept, self->data_dir, &item->error);
	pthread_mutex_lock(&self->lock);
	if (++self->n_read == self->wanted)
		pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
}

static void *
run(void *data)
{
	MailReaderThread *self = data;
	GPtrArray *items;

	while ((items = g_async_queue_pop(self->in)) != &the_end) {
		free_back(self);
		for (guint i = 0; i < items->len; i++)
			read_item(self, items->pdata[i]);
		g_ptr_array_unref(items);
	}
	reader_unref(self);
	return NULL;
}

static void
free_items(gpointer data)
{
	if (data != &the_end)
		g_ptr_array_unref(data);
}

MailReaderThread *
mail_reader_start(MailReader fn, const char *data_dir, GError **error)
{
	MailReaderThread *self = g_new0(MailReaderThread, 1);
	pthread_attr_t attr;
	pthread_t thread;
	gboolean ok;

	self->in = g_async_queue_new_full(free_items);
	self->back = g_ptr_array_new_with_free_func((GDestroyNotify)read_mail_free);
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
mail_reader_give(MailReaderThread *self, GPtrArray *items)
{
	g_async_queue_push(self->in, g_ptr_array_ref(items));
}

void
mail_reader_give_back(MailReaderThread *self, const GPtrArray *items)
{
	pthread_mutex_lock(&self->lock);
	for (guint i = 0; i < items->len; i++)
		g_ptr_array_add(self->back, g_steal_pointer(&((MailItem *)items->pdata[i])->read));
	pthread_mutex_unlock(&self->lock);
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
