/* mail_filer.c - see mail_filer.h. The thread that reads: flow/mail_reader.c. */
#include "flow/mail_filer.h"
#include "base/clock.h"
#include "base/log.h"
#include "flow/mail_reader.h"
#include <pthread.h>
#include <string.h>
#include <time.h>

enum { BATCH = 64, LIMIT_S = 20, LOOK_AGAIN_MS = 1000, BATCH_BYTES = 4 * 1024 * 1024, TAKE_MS = 100 };

struct _MailFiler {
	Store *store;
	MailFilerOptions options;
	MailReaderThread *reader;
	MailFiled filed;
	pthread_t thread;
	gboolean started;
	pthread_mutex_t lock; /* of the rest */
	pthread_cond_t wake;
	guint64 woken;
	gboolean stopping, finishing;
};

static void
something_due(gint64 due_at, gpointer data)
{
	MailFiler *self = data;

	pthread_mutex_lock(&self->lock);
	self->woken++;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
}

MailFiler *
mail_filer_new(Store *store, const MailFilerOptions *options)
{
	MailFiler *self = g_new0(MailFiler, 1);

	self->store = store;
	self->options = *options;
	if (self->options.reader == NULL)
		self->options.reader = mail_read;
	if (self->options.limit_s == 0)
		self->options.limit_s = LIMIT_S;
	pthread_mutex_init(&self->lock, NULL);
	pthread_cond_init(&self->wake, NULL);
	store_watch_due(store, something_due, self);
	return self;
}

/* @flag: one that the lock guards. */
static gboolean
is_set(MailFiler *self, const gboolean *flag)
{
	gboolean set;

	pthread_mutex_lock(&self->lock);
	set = *flag;
	pthread_mutex_unlock(&self->lock);
	return set;
}

static gboolean
is_stopping(MailFiler *self)
{
	return is_set(self, &self->stopping);
}

/* What the writer is asked to do: file these, or put one aside. */
typedef struct {
	MailFiler *filer;
	GPtrArray *items; /* of MailItem, from @first on, @n of them */
	guint first, n;
	const char *reason; /* put aside, since */
} Unit;

static gboolean
file_unit(Db *db, gpointer data, GError **error)
{
	Unit *unit = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_auto(MailboxMemo) memo = { 0 };
	gint64 now_ms = clock_now_ms();

	if (tx == NULL)
		return FALSE;
	for (guint i = 0; i < unit->n; i++) {
		const MailItem *item = unit->items->pdata[unit->first + i];

		if (item->read != NULL && !mail_file_in(db, unit->filer->options.context, item->read, &memo, now_ms, error))
			return FALSE;
	}
	return db_tx_commit(tx, error);
}

static gboolean
set_aside(Db *db, gpointer data, GError **error)
{
	const Unit *unit = data;
	const MailItem *item = unit->items->pdata[unit->first];
	const MailMessage *mail = item->read != NULL ? item->read->mail : NULL;
	const MailAside aside = { .reason = unit->reason, .sender = mail != NULL ? mail->from->address : NULL, .subject = mail != NULL ? mail->subject : NULL };
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && mail_set_aside_in(db, item->kept, &aside, clock_now_ms(), error) && db_tx_commit(tx, error);
}

static gboolean
attempt(Db *db, gpointer data, GError **error)
{
	const Unit *unit = data;

	return mail_attempt(db, ((const MailItem *)unit->items->pdata[unit->first])->kept, error);
}

/* The program is still there: what kept the mail from being filed was not the mail. */
static gboolean
attempt_over(Db *db, gpointer data, GError **error)
{
	const Unit *unit = data;

	return mail_attempt_over(db, ((const MailItem *)unit->items->pdata[unit->first])->kept, error);
}

/* Trouble of the house that passes by itself (a full disk, a database that is away): the mail stays where it is. Anything else might
 * come again for ever, and would hold up what stands behind it. */
static gboolean
is_passing(const GError *error)
{
	return g_error_matches(error, ERR, ERR_BUSY) || g_error_matches(error, ERR, ERR_LIMIT);
}

static gboolean
put_aside(MailFiler *self, GPtrArray *items, guint at, const char *reason, GError **error)
{
	Unit unit = { .filer = self, .items = items, .first = at, .n = 1, .reason = reason };
	const MailItem *item = items->pdata[at];
	GError *local = NULL;

	if (store_write(self->store, set_aside, &unit, &local)) {
		log_warn("mail", "mail %s is set aside: %s", item->kept->ref, reason);
		self->filed.set_aside++;
		return TRUE;
	}
	if (g_error_matches(local, ERR, ERR_CONFLICT)) { /* filed by another one meanwhile */
		g_error_free(local);
		return TRUE;
	}
	g_propagate_error(error, local);
	return FALSE;
}

static gboolean
file_one(MailFiler *self, GPtrArray *items, guint at, GError **error)
{
	Unit unit = { .filer = self, .items = items, .first = at, .n = 1 };
	const MailItem *item = items->pdata[at];
	g_autoptr(GError) local = NULL;

	if (item->read == NULL) {
		if (!is_passing(item->error))
			return put_aside(self, items, at, item->error->message, error);
		g_propagate_error(error, g_error_copy(item->error));
		return FALSE;
	}
	/* A conflict is another filer that took it, or that made the same customer at the same moment: then a second try gets on. What
	 * conflicts again is in the mail itself; where it is filed meanwhile, putting it aside does nothing. */
	for (guint i = 0; i < 2; i++) {
		g_clear_error(&local);
		if (store_write(self->store, file_unit, &unit, &local)) {
			self->filed.filed++;
			return TRUE;
		}
		if (!g_error_matches(local, ERR, ERR_CONFLICT))
			break;
	}
	if (!is_passing(local))
		return put_aside(self, items, at, local->message, error);
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* All at once; where one of them spoils it, each by itself. */
static gboolean
file_items(MailFiler *self, GPtrArray *items, guint n, GError **error)
{
	Unit unit = { .filer = self, .items = items, .n = n };
	g_autoptr(GError) local = NULL;
	gboolean all_read = TRUE;

	for (guint i = 0; i < n && all_read; i++)
		all_read = ((const MailItem *)items->pdata[i])->read != NULL;
	if (n > 1 && all_read && store_write(self->store, file_unit, &unit, &local)) {
		self->filed.filed += n;
		return TRUE;
	}
	for (guint i = 0; i < n; i++)
		if (!file_one(self, items, i, error))
			return FALSE;
	return TRUE;
}

static gboolean
give(MailFiler *self, const GPtrArray *items, GError **error)
{
	if (self->reader == NULL && (self->reader = mail_reader_start(self->options.reader, store_data_dir(self->store), error)) == NULL)
		return FALSE;
	for (guint i = 0; i < items->len; i++)
		mail_reader_give(self->reader, items->pdata[i]);
	return TRUE;
}

/* The next one is read; FALSE: it takes too long, or a stop does not wait for it. */
static gboolean
take(MailFiler *self)
{
	gint64 until = g_get_monotonic_time() + (gint64)self->options.limit_s * G_USEC_PER_SEC;

	while (!mail_reader_take(self->reader, TAKE_MS))
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
	if (!file_items(self, items, n, error))
		return FALSE;
	if (n == items->len)
		return TRUE;
	*ret_left = TRUE;
	mail_reader_leave(g_steal_pointer(&self->reader));
	return is_stopping(self) || put_aside(self, items, n, "Reading it took too long.", error);
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
	Db *db = store_reader(self->store, error);
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
		Unit unit = { .filer = self, .items = items };

		if (items == NULL)
			return FALSE;
		/* What came since has killed nobody yet. */
		if (items->len == 0 || is_stopping(self) || ((const MailItem *)items->pdata[0])->kept->kept_at > began_at)
			break;
		after = last_id(items);
		if (((const MailItem *)items->pdata[0])->kept->attempts >= MAIL_ATTEMPTS) {
			if (!put_aside(self, items, 0, "The program stopped twice while reading it.", error))
				return FALSE;
			continue;
		}
		if (!store_write(self->store, attempt, &unit, error))
			return FALSE;
		if (!give(self, items, error) || !finish(self, items, &left, error)) {
			store_write(self->store, attempt_over, &unit, NULL);
			return FALSE;
		}
		if (left && is_stopping(self))
			return store_write(self->store, attempt_over, &unit, error);
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
	MailFiled before = self->filed;
	gboolean ok = careful ? run_careful(self, error) : run_quick(self, error);

	if (!ok)
		mail_reader_leave(g_steal_pointer(&self->reader)); /* what it still holds comes again */
	if (ret_filed != NULL)
		*ret_filed = (MailFiled){ self->filed.filed - before.filed, self->filed.set_aside - before.set_aside };
	return ok;
}

/* Until something came, or for a second: another process may have kept something. */
static void
sleep_a_while(MailFiler *self, guint64 seen)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOOK_AGAIN_MS / MS_PER_S;
	pthread_mutex_lock(&self->lock);
	while (!self->stopping && !self->finishing && self->woken == seen && pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0)
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
		if (is_set(self, &self->finishing))
			break;
		sleep_a_while(self, seen);
	}
	return NULL;
}

void
mail_filer_start(MailFiler *self)
{
	self->started = pthread_create(&self->thread, NULL, run, self) == 0;
}

gboolean
mail_filer_finish(MailFiler *self, GError **error)
{
	pthread_mutex_lock(&self->lock);
	self->finishing = TRUE;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
	if (self->started)
		pthread_join(self->thread, NULL);
	self->started = FALSE;
	return mail_filer_run(self, FALSE, NULL, error);
}

void
mail_filer_free(MailFiler *self)
{
	if (self == NULL)
		return;
	store_unwatch_due(self->store, something_due, self);
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
