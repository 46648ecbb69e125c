/* bulk.c - see bulk.h. Three things go on at once: the caller gathers mails, a thread reads them (flow/mail/reader.h), and the writer writes
 * those that were read before. What a program that died of a mail leaves for the next: flow/mail/import_mark.h. */
#include "flow/mail/bulk.h"
#include "base/clock.h"
#include "flow/mail/import_mark.h"
#include "flow/mail/reader.h"
#include "mailbox/journal.h"
#include <pthread.h>
#include <string.h>

/* The first ones are small, so that the writer need not wait for long. Large ones are cheaper: what lies in many places (indexes of refs and keys) is
 * written once a commit, and the disk is waited for once. */
enum { BATCH_FIRST = 64, BATCH = 1024, BATCH_BYTES = 2 * 1024 * 1024, LIMIT_S = 20, TAKE_MS = 100 };

typedef struct {
	GPtrArray *items; /* of MailItem */
	gint64 bytes, at;
} Batch;

struct _MailBulk {
	Store *store;
	MailBulkOptions options;
	MailReaderThread *reader; /* NULL: not yet, or one was left behind */
	ImportMark mark;
	gboolean begun, careful;           /* careful: the long way for all */
	guint batch;                       /* how many the one that is gathered may have */
	Batch *gathering, *reading, *writing; /* NULL: none */
	MailBulkDone committed, done;      /* done: of it, what is on disk */
	MailCounts counts;                 /* of what is being written; the writer's until it is done */
	pthread_mutex_t lock;              /* of the rest */
	pthread_cond_t wake;
	gboolean busy, failed;
};

static Batch *
batch_new(void)
{
	Batch *self = g_new0(Batch, 1);

	self->items = g_ptr_array_new_with_free_func((GDestroyNotify)mail_item_unref);
	return self;
}

static void
batch_free(Batch *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->items);
	g_free(self);
}

MailBulk *
mail_bulk_new(Store *store, const MailBulkOptions *options)
{
	MailBulk *self = g_new0(MailBulk, 1);

	self->store = store;
	self->options = *options;
	if (self->options.reader == NULL)
		self->options.reader = mail_read;
	if (self->options.limit_s == 0)
		self->options.limit_s = LIMIT_S;
	import_mark_init(&self->mark, store_data_dir(store));
	self->gathering = batch_new();
	self->batch = BATCH_FIRST;
	pthread_mutex_init(&self->lock, NULL);
	pthread_cond_init(&self->wake, NULL);
	return self;
}

const MailBulkDone *
mail_bulk_done(const MailBulk *self)
{
	return &self->done;
}

/* ---- writing: on the writer's thread */
static gboolean
file_batch(Db *db, gpointer data, GError **error)
{
	MailBulk *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_auto(MailboxMemo) memo = { 0 };
	MailCounts counts = { 0 };
	gint64 now_ms = clock_now_ms();

	for (guint i = 0; tx != NULL && i < self->writing->items->len; i++) {
		const MailItem *item = self->writing->items->pdata[i];
		gboolean known = FALSE, ok;

		item->kept->counts = &counts;
		ok = mail_known_in(db, item->kept, now_ms, &known, error) && (known || mail_file_in(db, self->options.context, item->read, &memo, now_ms, error));
		item->kept->counts = NULL;
		if (!ok)
			return FALSE;
	}
	if (tx == NULL || !mail_counts_write(db, &counts, error) || !db_tx_commit(tx, error))
		return FALSE;
	self->counts = counts;
	return TRUE;
}

static void
written(gpointer data, const GError *error)
{
	MailBulk *self = data;

	pthread_mutex_lock(&self->lock);
	self->busy = FALSE;
	self->failed = error != NULL;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
}

/* What is being written is committed, or there is nothing; FALSE: it was not written, and is still there. */
static gboolean
settle(MailBulk *self)
{
	gboolean failed;

	if (self->writing == NULL)
		return TRUE;
	pthread_mutex_lock(&self->lock);
	while (self->busy)
		pthread_cond_wait(&self->wake, &self->lock);
	failed = self->failed;
	pthread_mutex_unlock(&self->lock);
	if (failed)
		return FALSE;
	self->committed.filed += self->counts.filed;
	self->committed.known += self->counts.known;
	self->committed.set_aside += self->counts.set_aside;
	self->committed.at = self->writing->at;
	g_clear_pointer(&self->writing, batch_free);
	return TRUE;
}

/* What is committed is on disk: where commits do not wait for that, it is done beside the next one. */
static gboolean
make_durable(MailBulk *self, GError **error)
{
	if (self->committed.at == self->done.at)
		return TRUE;
	if (!store_sync(self->store, error))
		return FALSE;
	self->done = self->committed;
	return TRUE;
}

/* ---- the long way */
typedef struct {
	const Batch *batch;
	gint64 known, first_id, last_id;
} Keeping;

static gboolean
keep_batch(Db *db, gpointer data, GError **error)
{
	Keeping *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	MailCounts counts = { 0 };
	gint64 now_ms = clock_now_ms(), first = 0, last = 0;

	for (guint i = 0; tx != NULL && i < self->batch->items->len; i++) {
		KeptMail *kept = ((const MailItem *)self->batch->items->pdata[i])->kept;
		gboolean known = FALSE, ok;
		gint64 id;

		kept->counts = &counts;
		ok = mail_keep_first_in(db, kept, now_ms, &id, &known, error);
		kept->counts = NULL;
		if (!ok)
			return FALSE;
		if (!known) {
			first = first == 0 ? id : first;
			last = id;
		}
	}
	if (tx == NULL || !mail_counts_write(db, &counts, error) || !db_tx_commit(tx, error))
		return FALSE;
	self->known = counts.known;
	self->first_id = first;
	self->last_id = last;
	return TRUE;
}

/* Takes @taken. A reader that was left behind may still look at its mails: of a KeptMail only what it does not look at is written here. */
static gboolean
keep_then_file(MailBulk *self, Batch *taken, GError **error)
{
	Keeping keeping = { .batch = taken };
	gint64 at = taken->at, filed = 0, aside = 0;
	gboolean kept = store_write(self->store, keep_batch, &keeping, error);
	Db *db;

	batch_free(taken);
	if (!kept)
		return FALSE;
	self->committed.known += keeping.known;
	self->committed.at = at;
	if (!mail_filer_run(self->options.filer, FALSE, NULL, error) || (db = store_reader(self->store, error)) == NULL ||
	    (keeping.first_id != 0 && !mail_count_between(db, keeping.first_id, keeping.last_id, self->options.way, &filed, &aside, error)))
		return FALSE;
	self->committed.filed += filed;
	self->committed.set_aside += aside;
	return make_durable(self, error);
}

/* Something is wrong with one of them or with the house, and the filer finds out which: all that is not written yet, in its order. */
static gboolean
long_way(MailBulk *self, GError **error)
{
	Batch *batches[3] = { NULL };

	settle(self);
	mail_reader_leave(g_steal_pointer(&self->reader));
	batches[0] = g_steal_pointer(&self->writing);
	batches[1] = g_steal_pointer(&self->reading);
	batches[2] = self->gathering;
	self->gathering = batch_new();
	for (guint i = 0; i < G_N_ELEMENTS(batches); i++) {
		Batch *one = g_steal_pointer(&batches[i]);

		if (one == NULL || one->items->len == 0)
			batch_free(one);
		else if (!keep_then_file(self, one, error)) {
			while (++i < G_N_ELEMENTS(batches))
				batch_free(batches[i]);
			return FALSE;
		}
	}
	return TRUE;
}

/* ---- reading */
/* FALSE: one takes too long, or cannot be read. */
static gboolean
take(MailBulk *self, const Batch *batch)
{
	guint64 n_read = mail_reader_n_read(self->reader);
	gint64 until = g_get_monotonic_time() + (gint64)self->options.limit_s * G_USEC_PER_SEC;

	while (!mail_reader_take(self->reader, batch->items->len, TAKE_MS)) {
		const guint64 now = mail_reader_n_read(self->reader);

		if (now == n_read && g_get_monotonic_time() >= until)
			return FALSE;
		if (now != n_read)
			until = g_get_monotonic_time() + (gint64)self->options.limit_s * G_USEC_PER_SEC;
		n_read = now;
	}
	for (guint i = 0; i < batch->items->len; i++)
		if (((const MailItem *)batch->items->pdata[i])->read == NULL)
			return FALSE;
	return TRUE;
}

/* Each batch goes on by one place: what was read is written, what was gathered is read. */
static gboolean
turn(MailBulk *self, GError **error)
{
	if (self->careful)
		return long_way(self, error);
	if (self->reading != NULL) {
		if (!take(self, self->reading) || !settle(self))
			return long_way(self, error);
		self->writing = g_steal_pointer(&self->reading);
		self->busy = TRUE;
		self->failed = FALSE;
		if (!store_submit(self->store, file_batch, written, self, error)) {
			self->busy = FALSE;
			self->failed = TRUE;
			return FALSE;
		}
	}
	if (self->gathering->items->len > 0) {
		self->reading = self->gathering;
		self->gathering = batch_new();
		self->batch = MIN(self->batch * 2, BATCH);
	}
	return make_durable(self, error);
}

/* All is read, the last of it is being written. */
static gboolean
read_all(MailBulk *self, GError **error)
{
	while (self->gathering->items->len > 0 || self->reading != NULL)
		if (!turn(self, error))
			return FALSE;
	return TRUE;
}

static gboolean
finish(MailBulk *self, GError **error)
{
	return read_all(self, error) && (settle(self) || long_way(self, error)) && make_durable(self, error);
}

/* ---- */
/* What an earlier run left is filed first, each by itself: it may have died of one of them. */
static gboolean
begin(MailBulk *self, GError **error)
{
	if (!self->begun && (!mail_filer_run(self->options.filer, TRUE, NULL, error) || !import_mark_begin(&self->mark, &self->careful, error)))
		return FALSE;
	return self->begun = TRUE;
}

/* ---- */
static KeptMail *
kept_of(const MailBulk *self, const MailIncoming *mail, gint64 mailbox_id)
{
	KeptMail *kept = g_new0(KeptMail, 1);
	MailKeep keep = { 0 };

	mail_incoming_keep(mail, &keep);
	kept->mailbox_id = mailbox_id;
	kept->identity = g_strdup(keep.identity);
	kept->way = g_strdup(self->options.way);
	kept->state = g_strdup("kept");
	kept->size = keep.size;
	kept->cut = keep.cut;
	kept->kept_at = clock_now_ms();
	kept->blob = g_strdup(keep.blob);
	if (keep.blob == NULL)
		kept->bytes = mail_incoming_bytes(mail);
	return kept;
}

gboolean
mail_bulk_add(MailBulk *self, MailIncoming *taken, gint64 mailbox_id, gint64 at, GError **error)
{
	g_autoptr(MailIncoming) mail = taken;
	MailItem *item = mail_item_new(kept_of(self, mail, mailbox_id));
	const gboolean large = item->kept->blob != NULL;

	/* Beside a large one there is no room for others. */
	if (!begin(self, error) || (large && !finish(self, error))) {
		mail_item_unref(item);
		return FALSE;
	}
	g_ptr_array_add(self->gathering->items, item);
	self->gathering->bytes += item->kept->size;
	self->gathering->at = at;
	if (large)
		return long_way(self, error);
	if (!self->careful && self->reader == NULL && (self->reader = mail_reader_start(self->options.reader, store_data_dir(self->store), error)) == NULL)
		return FALSE;
	if (!self->careful)
		mail_reader_give(self->reader, item);
	return (self->gathering->items->len < self->batch && self->gathering->bytes < BATCH_BYTES) || turn(self, error);
}

gboolean
mail_bulk_end(MailBulk *self, GError **error)
{
	if (!begin(self, error) || !read_all(self, error))
		return FALSE;
	store_ending(self->store);
	return finish(self, error);
}

void
mail_bulk_free(MailBulk *self)
{
	if (self == NULL)
		return;
	settle(self);
	mail_reader_leave(self->reader);
	batch_free(self->gathering);
	batch_free(self->reading);
	batch_free(self->writing);
	import_mark_end(&self->mark); /* the program is still there, whatever came of it */
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}
