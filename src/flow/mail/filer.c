/* filer.c - see filer.h. The thread that reads: flow/mail/reader.c; what the writer is asked: flow/mail/filing.c. */
#include "flow/mail/filer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/wait.h"
#include "flow/mail/filing.h"
#include <pthread.h>
#include <string.h>

enum { BATCH = 64, LIMIT_S = 20, LOOK_AGAIN_MS = 1000, BATCH_BYTES = 4 * 1024 * 1024, TAKE_MS = 100 };

struct _MailFiler {
	MailFilerOptions options;
	MailReaderThread *reader;
	MailFiling filing;
	pthread_t thread;
	gboolean started;
	pthread_mutex_t lock; /* of the rest */
	pthread_cond_t wake;
	guint64 woken;
	gboolean stopping;
};

static void
something_due(gint64 due_at, gpointer data)
{
	MailFiler *self = data;

	if (due_at > clock_now_ms()) /* of somebody's clock or job: a mail that was kept is due at once */
		return;
	pthread_mutex_lock(&self->lock);
	self->woken++;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
}

MailFiler *
mail_filer_new(Store *store, const MailFilerOptions *options)
{
	MailFiler *self = g_new0(MailFiler, 1);

	self->filing = (MailFiling){ .store = store, .context = options->context };
	self->options = *options;
	if (self->options.reader == NULL)
		self->options.reader = mail_read;
	if (self->options.limit_s == 0)
		self->options.limit_s = LIMIT_S;
	pthread_mutex_init(&self->lock, NULL);
	wait_init(&self->wake);
	store_watch_due(store, something_due, self);
	return self;
}

static gboolean
is_stopping(MailFiler *self)
{
	gboolean stopping;

	pthread_mutex_lock(&self->lock);
	stopping = self->stopping;
	pthread_mutex_unlock(&self->lock);
	return stopping;
}

static gboolean
give(MailFiler *self, GPtrArray *items, GError **error)
{
	if (self->reader == NULL && (self->reader = mail_reader_start(self->options.reader, store_data_dir(self->filing.store), error)) == NULL)
		return FALSE;
	mail_reader_give(self->reader, items);
	return TRUE;
}

/* The next one is read; FALSE: it takes too long, or a stop does not wait for it. */
static gboolean
take(MailFiler *self)
{
	gint64 until = g_get_monotonic_time() + (gint64)self->options.limit_s * G_USEC_PER_SEC;

	while (!mail_reader_take(self->reader, 1, TAKE_MS))
		if (is_stopping(self) || g_get_monotonic_time() >= until)
			return FALSE;
	return TRUE;
}

/* *@ret_left: some were not read, since one before them hung: they are still in the journal, and come again. */
static gboolean
finish(MailFiler *self, GPtrArray *items, gboolean *ret_left, GError **error)
{
	guint n = 0;

	*ret_left = FALSE;
	while (n < items->len && take(self))
		n++;
	if (!mail_filing_items(&self->filing, items, n, error))
		return FALSE;
	if (n == items->len)
		return TRUE;
	*ret_left = TRUE;
	mail_reader_leave(g_steal_pointer(&self->reader));
	return is_stopping(self) || mail_filing_aside(&self->filing, items, n, WORD("Reading it took too long."), error);
}

static gint64
last_id(const GPtrArray *items)
{
	return items->len > 0 ? ((const MailItem *)items->pdata[items->len - 1])->kept->id : 0;
}

/* The next ones above @after_id, so many as are read at once. */
static GPtrArray *
fetch(MailFiler *self, gint64 after_id, guint limit, gboolean *ret_large, GError **error)
{
	Db *db = store_reader(self->filing.store, error);
	g_autoptr(GPtrArray) mails = db != NULL ? mail_to_file(db, after_id, limit, error) : NULL;
	g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func((GDestroyNotify)mail_item_unref);
	gint64 bytes = 0;

	if (mails == NULL)
		return NULL;
	while (mails->len > 0 && (items->len == 0 || bytes < BATCH_BYTES)) {
		KeptMail *mail = g_ptr_array_steal_index(mails, 0);

		bytes += mail->size;
		g_ptr_array_add(items, mail_item_new(mail));
	}
	*ret_large = bytes >= BATCH_BYTES;
	return g_steal_pointer(&items);
}

/* One at a time, its attempt on disk before its bytes are looked at. */
static gboolean
run_careful(MailFiler *self, GError **error)
{
	gint64 after = 0, began_at = clock_now_ms();

	for (;;) {
		gboolean large, left = FALSE;
		g_autoptr(GPtrArray) items = fetch(self, after, 1, &large, error);

		if (items == NULL)
			return FALSE;
		/* What came since has killed nobody yet. */
		if (items->len == 0 || is_stopping(self) || ((const MailItem *)items->pdata[0])->kept->kept_at > began_at)
			break;
		after = last_id(items);
		if (((const MailItem *)items->pdata[0])->kept->attempts >= MAIL_ATTEMPTS) {
			if (!mail_filing_aside(&self->filing, items, 0, WORD("The program stopped twice while reading it."), error))
				return FALSE;
			continue;
		}
		if (!mail_filing_attempt(&self->filing, items, error))
			return FALSE;
		if (!give(self, items, error) || !finish(self, items, &left, error)) {
			mail_filing_attempt_over(&self->filing, items, NULL);
			return FALSE;
		}
		if (left && is_stopping(self))
			return mail_filing_attempt_over(&self->filing, items, error);
	}
	return TRUE;
}

/* Reads the next batch while the writer writes the one before. */
static gboolean
run_quick(MailFiler *self, GError **error)
{
	gboolean large = FALSE, next_large = FALSE, left = FALSE;
	g_autoptr(GPtrArray) items = fetch(self, 0, BATCH, &large, error);

	if (items == NULL || !give(self, items, error))
		return FALSE;
	while (items->len > 0 && !is_stopping(self)) {
		g_autoptr(GPtrArray) next = NULL;

		/* Two large ones at once would be too much memory. */
		if (!large && ((next = fetch(self, last_id(items), BATCH, &next_large, error)) == NULL || (!next_large && !give(self, next, error))))
			return FALSE;
		if (!finish(self, items, &left, error))
			return FALSE;
		if (left || next == NULL || next_large) { /* from the journal again, what was given to no reader or to one that hangs */
			gint64 after = left ? 0 : last_id(items);

			g_clear_pointer(&next, g_ptr_array_unref);
			if ((next = fetch(self, after, BATCH, &next_large, error)) == NULL || !give(self, next, error))
				return FALSE;
		}
		g_ptr_array_unref(items);
		items = g_steal_pointer(&next);
		large = next_large;
	}
	/* Stopped with a batch at the reader: it is left there. */
	if (items->len > 0)
		mail_reader_leave(g_steal_pointer(&self->reader));
	return TRUE;
}

gboolean
mail_filer_run(MailFiler *self, gboolean careful, MailFiled *ret_filed, GError **error)
{
	MailFiled before = self->filing.filed;
	gboolean ok = careful ? run_careful(self, error) : run_quick(self, error);

	if (!ok)
		mail_reader_leave(g_steal_pointer(&self->reader)); /* what it still holds comes again */
	if (ret_filed != NULL)
		*ret_filed = (MailFiled){ self->filing.filed.filed - before.filed, self->filing.filed.set_aside - before.set_aside };
	return ok;
}

/* Until something came, or for a second: another process may have kept something. */
static void
sleep_a_while(MailFiler *self, guint64 seen)
{
	const struct timespec until = wait_deadline(LOOK_AGAIN_MS);

	pthread_mutex_lock(&self->lock);
	while (!self->stopping && self->woken == seen && pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0)
		;
	pthread_mutex_unlock(&self->lock);
}

static void *
run(void *data)
{
	MailFiler *self = data;
	gboolean careful = TRUE;

	while (!is_stopping(self)) {
		g_autoptr(GError) error = NULL;
		guint64 seen;

		pthread_mutex_lock(&self->lock);
		seen = self->woken;
		pthread_mutex_unlock(&self->lock);
		if (!mail_filer_run(self, careful, NULL, &error)) {
			log_warn("mail", "filing waits: %s", error->message);
			pthread_mutex_lock(&self->lock);
			seen = self->woken;
			pthread_mutex_unlock(&self->lock);
		} else {
			careful = FALSE;
		}
		sleep_a_while(self, seen);
	}
	return NULL;
}

void
mail_filer_start(MailFiler *self)
{
	self->started = pthread_create(&self->thread, NULL, run, self) == 0;
}

void
mail_filer_free(MailFiler *self)
{
	if (self == NULL)
		return;
	store_unwatch_due(self->filing.store, something_due, self);
	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
	if (self->started)
		pthread_join(self->thread, NULL);
	mail_reader_leave(self->reader);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}
