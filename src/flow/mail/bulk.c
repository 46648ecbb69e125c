/* bulk.c - see bulk.h. Three things go on at once: the caller gathers mails, a thread reads them (flow/mail/reader.h), and the writer writes
 * those that were read before. They pass on lots of a few dozen: what was just read is written while the processor still has it at hand, and its
 * memory is used for the next. A transaction takes one lot after another. What a program that died of a mail leaves for the next:
 * flow/mail/import_mark.h; the long way of one lot: flow/mail/bulk_lot.h. */
#include "flow/mail/bulk.h"
#include "base/clock.h"
#include "base/wait.h"
#include "flow/mail/bulk_lot.h"
#include "flow/mail/import_mark.h"
#include <pthread.h>
#include <string.h>

/* A large transaction is cheaper: what lies in many places (indexes of refs and keys) is written once a commit, and the disk is waited for once.
 * The first ones are small, so that something is kept soon. BATCH_FILES: each is waited for while a server beside us may want
 * to write. WAIT_MS: so long it stays open for the next lot. SYNC_MS: so long what is committed may wait for the disk, while more comes. */
enum { LOT = 32, LOT_BYTES = 256 * 1024, LOTS_AHEAD = 8, BATCH_FIRST = 64, BATCH = 1024, BATCH_BYTES = 2 * 1024 * 1024, BATCH_FILES = 64, WAIT_MS = 20, LIMIT_S = 20, TAKE_MS = 100, SYNC_MS = 500 };

struct _MailBulk {
	Store *store;
	MailBulkOptions options;
	BlobLot *files;           /* of what is written; the writer's */
	MailReaderThread *reader; /* NULL: not yet, or one was left behind; asked by the unit while it runs */
	ImportMark mark;
	gboolean begun, careful; /* careful: the long way for all */
	guint batch;             /* how many mails the next transaction may have */
	MailLot *gathering;
	MailBulkDone committed, done; /* done: of it, what is on disk */
	gint64 synced_us;             /* when it was waited for */
	MailCounts counts;            /* of what is being written; the writer's until it is done */
	pthread_mutex_t lock;         /* of the rest */
	pthread_cond_t wake;
	GQueue reading, writing; /* of MailLot: given to the reader; taken into the transaction that goes on */
	gboolean busy, failed, ending; /* ending: no more comes */
};

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
	self->files = blob_lot_new(store_data_dir(store));
	import_mark_init(&self->mark, store_data_dir(store));
	self->gathering = mail_lot_new();
	self->batch = BATCH_FIRST;
	g_queue_init(&self->reading);
	g_queue_init(&self->writing);
	pthread_mutex_init(&self->lock, NULL);
	wait_init(&self->wake);
	return self;
}

const MailBulkDone *
mail_bulk_done(const MailBulk *self)
{
	return &self->done;
}

/* ---- writing: on the writer's thread */
/* The next lot, when it is read, or soon will be; NULL: the transaction ends without it. */
static MailLot *
next_lot(MailBulk *self)
{
	const struct timespec until = wait_deadline(WAIT_MS);
	MailLot *lot;

	pthread_mutex_lock(&self->lock);
	while ((lot = g_queue_peek_head(&self->reading)) == NULL && !self->ending && pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0)
		;
	pthread_mutex_unlock(&self->lock);
	if (lot == NULL || (!lot->taken && !(lot->taken = mail_reader_take(self->reader, lot->items->len, WAIT_MS))))
		return NULL;
	pthread_mutex_lock(&self->lock);
	if (mail_lot_is_read(lot)) {
		g_queue_push_tail(&self->writing, g_queue_pop_head(&self->reading));
		pthread_cond_signal(&self->wake);
	} else {
		lot = NULL;
	}
	pthread_mutex_unlock(&self->lock);
	return lot;
}

static gboolean
file_lot(const MailBulk *self, Db *db, const MailLot *lot, MailCounts *counts, GError **error)
{
	g_auto(MailboxMemo) memo = { 0 };
	gint64 now_ms = clock_now_ms();

	for (guint i = 0; i < lot->items->len; i++) {
		MailItem *item = lot->items->pdata[i];
		const gint64 filed = counts->filed;
		gboolean known = FALSE, ok;

		item->kept->counts = counts;
		ok = mail_known_in(db, item->kept, now_ms, &known, error) && (known || mail_file_in(db, self->options.context, item->read, &memo, now_ms, error));
		item->kept->counts = NULL;
		if (!ok || (counts->filed > filed && !read_mail_put_files(item->read, self->files, error)))
			return FALSE;
	}
	mail_reader_give_back(self->reader, lot->items);
	return TRUE;
}

static gboolean
file_lots(Db *db, gpointer data, GError **error)
{
	MailBulk *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	MailCounts counts = { 0 };
	gint64 bytes = 0;
	guint n = 0;

	if (tx == NULL)
		return FALSE;
	if (self->writing.length > 0) { /* the writer tries again, and what was read is given back */
		g_set_error_literal(error, ERR, ERR_BUSY, "mails read for one transaction did not come into it");
		return FALSE;
	}
	for (const MailLot *lot; n < self->batch && bytes < BATCH_BYTES && blob_lot_n_open(self->files) < BATCH_FILES && (lot = next_lot(self)) != NULL; n += lot->items->len, bytes += lot->bytes)
		if (!file_lot(self, db, lot, &counts, error))
			return FALSE;
	if (!mail_counts_write(db, &counts, error) || !blob_lot_sync(self->files, error) || !db_tx_commit(tx, error))
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

static void
wait_written(MailBulk *self)
{
	pthread_mutex_lock(&self->lock);
	while (self->busy)
		pthread_cond_wait(&self->wake, &self->lock);
	pthread_mutex_unlock(&self->lock);
}

/* What was written is committed, or there was nothing; FALSE: it was not, and is still there. */
static gboolean
settle(MailBulk *self)
{
	if (self->failed)
		return FALSE;
	if (self->writing.length == 0)
		return TRUE;
	self->committed.filed += self->counts.filed;
	self->committed.known += self->counts.known;
	self->committed.set_aside += self->counts.set_aside;
	self->committed.at = ((const MailLot *)g_queue_peek_tail(&self->writing))->at;
	self->batch = MIN(self->batch * 2, BATCH);
	g_queue_clear_full(&self->writing, mail_lot_free);
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
/* Something is wrong with one of them or with the house, and the filer finds out which: all that is not written yet, in its order. */
static gboolean
long_way(MailBulk *self, GError **error)
{
	MailLot *lot;
	gboolean ok = TRUE;

	wait_written(self);
	settle(self);
	self->failed = FALSE;
	mail_reader_leave(g_steal_pointer(&self->reader));
	while ((lot = g_queue_pop_tail(&self->writing)) != NULL)
		g_queue_push_head(&self->reading, lot);
	g_queue_push_tail(&self->reading, self->gathering);
	self->gathering = mail_lot_new();
	while ((lot = g_queue_pop_head(&self->reading)) != NULL) {
		if (!ok || lot->items->len == 0)
			mail_lot_free(lot);
		else
			ok = mail_lot_keep_then_file(lot, self->store, self->options.filer, self->options.way, &self->committed, error) && make_durable(self, error);
	}
	return ok;
}

/* ---- reading */
/* FALSE: one takes too long, or cannot be read. */
static gboolean
take(MailBulk *self, MailLot *lot)
{
	guint64 n_read = mail_reader_n_read(self->reader);
	gint64 until = g_get_monotonic_time() + (gint64)self->options.limit_s * G_USEC_PER_SEC;

	while (!lot->taken && !(lot->taken = mail_reader_take(self->reader, lot->items->len, TAKE_MS))) {
		const guint64 now = mail_reader_n_read(self->reader);

		if (now == n_read && g_get_monotonic_time() >= until)
			return FALSE;
		if (now != n_read)
			until = g_get_monotonic_time() + (gint64)self->options.limit_s * G_USEC_PER_SEC;
		n_read = now;
	}
	return mail_lot_is_read(lot);
}

/* A transaction begins with the first lot that waits. */
static gboolean
submit(MailBulk *self, GError **error)
{
	self->busy = TRUE;
	self->failed = FALSE;
	if (store_submit(self->store, file_lots, written, self, error))
		return TRUE;
	self->busy = FALSE;
	self->failed = TRUE;
	return FALSE;
}

/* How many lots wait while a transaction goes on, once there is room for more or with @all once it has ended; *@ret_busy: it still goes on. */
static guint
look(MailBulk *self, gboolean all, gboolean *ret_busy)
{
	guint n;

	pthread_mutex_lock(&self->lock);
	if (self->ending != all) {
		self->ending = all;
		pthread_cond_signal(&self->wake);
	}
	while (self->busy && (all || self->reading.length >= LOTS_AHEAD))
		pthread_cond_wait(&self->wake, &self->lock);
	n = self->reading.length;
	*ret_busy = self->busy;
	pthread_mutex_unlock(&self->lock);
	return n;
}

/* Not after each commit: while the disk is waited for, nothing is gathered. */
static gboolean
is_time_to_sync(MailBulk *self, gboolean last)
{
	const gint64 now_us = g_get_monotonic_time();

	if (!last && now_us - self->synced_us < SYNC_MS * 1000)
		return FALSE;
	self->synced_us = now_us;
	return TRUE;
}

/* What was read is written; with @all until nothing is left. */
static gboolean
go_on(MailBulk *self, gboolean all, GError **error)
{
	gboolean busy;
	guint n;

	do {
		n = look(self, all, &busy);
		if (busy)
			return TRUE;
		if (!settle(self) || (n > 0 && !take(self, g_queue_peek_head(&self->reading))))
			return long_way(self, error);
		if ((n > 0 && !submit(self, error)) || (is_time_to_sync(self, all && n == 0) && !make_durable(self, error)))
			return FALSE;
	} while (all && n > 0);
	return TRUE;
}

/* Its lot is full: it is read, and those before it are written. */
static gboolean
turn(MailBulk *self, GError **error)
{
	MailLot *lot;

	if (self->careful) {
		self->batch = MIN(self->batch * 2, BATCH);
		return long_way(self, error);
	}
	lot = g_steal_pointer(&self->gathering);
	self->gathering = mail_lot_new();
	mail_reader_give(self->reader, lot->items);
	pthread_mutex_lock(&self->lock);
	g_queue_push_tail(&self->reading, lot);
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
	return go_on(self, FALSE, error);
}

static gboolean
finish(MailBulk *self, GError **error)
{
	if (self->gathering->items->len > 0 && !turn(self, error))
		return FALSE;
	return go_on(self, TRUE, error);
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

static gboolean
is_full(const MailBulk *self)
{
	const MailLot *lot = self->gathering;

	return self->careful ? lot->items->len >= self->batch || lot->bytes >= BATCH_BYTES : lot->items->len >= LOT || lot->bytes >= LOT_BYTES;
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
	return !is_full(self) || turn(self, error);
}

gboolean
mail_bulk_end(MailBulk *self, GError **error)
{
	if (!begin(self, error))
		return FALSE;
	store_ending(self->store);
	return finish(self, error);
}

void
mail_bulk_free(MailBulk *self)
{
	if (self == NULL)
		return;
	wait_written(self);
	mail_reader_leave(self->reader);
	mail_lot_free(self->gathering);
	g_queue_clear_full(&self->reading, mail_lot_free);
	g_queue_clear_full(&self->writing, mail_lot_free);
	blob_lot_free(self->files);
	import_mark_end(&self->mark); /* the program is still there, whatever came of it */
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}
