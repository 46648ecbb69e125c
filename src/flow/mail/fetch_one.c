/* fetch_one.c - see fetch_one.h. */
#include "flow/mail/fetch_one.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/wait.h"
#include "flow/mail/receive.h"
#include "flow/mail/peer.h"
#include "flow/mail/send.h"
#include "mail/imap.h"
#include "mailbox/folder.h"
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { UIDS_AT_ONCE = 200, BATCH = 32, BATCH_BYTES = 4 * 1024 * 1024, BACKOFF_FIRST_S = 1, BACKOFF_MAX_S = 300 };
static const FetchPace usual = { 60, 10 * MS_PER_MINUTE, MS_PER_DAY };

struct _FetchOne {
	Store *store;
	const MailContext *context;
	const SealKey *key;
	Mailbox *mailbox;
	FetchPace pace;
	GHashTable *counted; /* folder -> when its messages were last counted */
	pthread_t thread;
	pthread_mutex_t lock; /* of the rest */
	pthread_cond_t wake;
	Imap *imap; /* while connected, for waking it */
	gboolean stopping;
	int stop_fd; /* ends every step with the server at once */
};

static gboolean
is_stopping(FetchOne *self)
{
	gboolean stopping;

	pthread_mutex_lock(&self->lock);
	stopping = self->stopping;
	pthread_mutex_unlock(&self->lock);
	return stopping;
}

/* What the writer does with what was fetched. */
typedef struct {
	FetchOne *self;
	const char *name;
	ImapFolder there;
	MailFolder here;
	GPtrArray *mails; /* of MailIncoming */
	gint64 upto;      /* UID */
	gint64 n_here;
	const char *why;
} Step;

static gboolean
open_folder(Db *db, gpointer data, GError **error)
{
	Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && mail_folder_open_in(db, step->self->mailbox->id, step->name, step->there.uidvalidity, &step->here, error) && db_tx_commit(tx, error);
}

static gboolean
keep(Db *db, gpointer data, GError **error)
{
	const Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	MailCounts counts = { 0 };
	gint64 now_ms = clock_now_ms();

	if (tx == NULL)
		return FALSE;
	for (guint i = 0; i < step->mails->len; i++) {
		MailKeep one = { .mailbox_id = step->self->mailbox->id, .way = "imap", .counts = &counts };
		gint64 id;

		mail_incoming_keep(step->mails->pdata[i], &one);
		if (!mail_keep_in(db, &one, now_ms, &id, NULL, error))
			return FALSE;
	}
	return mail_counts_write(db, &counts, error) && mail_folder_advance_in(db, step->here.id, step->here.uidvalidity, step->upto, error) && db_tx_commit(tx, error);
}

static gboolean
checked(Db *db, gpointer data, GError **error)
{
	const Step *step = data;

	return mail_folder_checked(db, step->self->mailbox->id, step->name, step->there.n_messages, step->n_here, clock_now_ms(), error);
}

static gboolean
trouble(Db *db, gpointer data, GError **error)
{
	const Step *step = data;

	return mail_folder_trouble(db, step->self->mailbox->id, step->name, step->why, clock_now_ms(), error);
}

/* NULL without error: gone meanwhile. */
static MailIncoming *
fetch_mail(FetchOne *self, gint64 uid, gsize *ret_size, GError **error)
{
	gboolean cut = FALSE;
	gsize max = (gsize)self->mailbox->max_mb * 1024 * 1024, size = 0;
	g_autoptr(GBytes) bytes = imap_fetch(self->imap, uid, max, &cut, error);
	g_autoptr(MailIncoming) mail = NULL;
	const guint8 *start = bytes != NULL ? g_bytes_get_data(bytes, &size) : NULL;

	if (bytes == NULL)
		return NULL;
	mail = mail_incoming_new(self->context->data_dir, max);
	if (!mail_incoming_feed(mail, start, size, error) || !mail_incoming_end(mail, error))
		return NULL;
	if (cut)
		mail_incoming_mark_cut(mail);
	*ret_size = size;
	return g_steal_pointer(&mail);
}

/* Fetches and keeps a batch of @uids from @at on; the watermark moves with them, in one transaction. */
static gboolean
keep_batch(FetchOne *self, Step *step, const GArray *uids, guint *at, GError **error)
{
	gsize bytes = 0, size = 0;

	g_ptr_array_set_size(step->mails, 0);
	while (*at < uids->len && step->mails->len < BATCH && bytes < BATCH_BYTES) {
		g_autoptr(GError) local = NULL;
		MailIncoming *mail = fetch_mail(self, g_array_index(uids, gint64, *at), &size, &local);

		if (local != NULL) {
			g_propagate_error(error, g_steal_pointer(&local));
			return FALSE;
		}
		if (mail != NULL)
			g_ptr_array_add(step->mails, mail);
		step->upto = g_array_index(uids, gint64, (*at)++);
		bytes += size;
	}
	return store_write(self->store, keep, step, error);
}

static void
free_incoming(gpointer data)
{
	mail_incoming_free(data);
}

/* All that the selected folder has above the watermark. */
static gboolean
catch_up(FetchOne *self, Step *step, GError **error)
{
	while (!is_stopping(self)) {
		g_autoptr(GArray) uids = imap_uids_after(self->imap, MAX(step->upto, step->here.last_uid), UIDS_AT_ONCE, error);
		guint at = 0;

		if (uids == NULL)
			return FALSE;
		if (uids->len == 0)
			return TRUE;
		while (at < uids->len && !is_stopping(self))
			if (!keep_batch(self, step, uids, &at, error))
				return FALSE;
	}
	return TRUE;
}

/* Now and then, what the folder holds against what we have: everything up to the watermark was seen. */
static gboolean
count(FetchOne *self, Step *step, GError **error)
{
	gint64 *last = g_hash_table_lookup(self->counted, step->name), now = clock_now_ms(), upto = MAX(step->upto, step->here.last_uid);
	g_autoptr(GArray) uids = NULL;

	if (last != NULL && now - *last < self->pace.count_every_ms)
		return TRUE;
	if ((uids = imap_uids_all(self->imap, error)) == NULL)
		return FALSE;
	step->there.n_messages = uids->len;
	while (step->n_here < (gint64)uids->len && g_array_index(uids, gint64, step->n_here) <= upto)
		step->n_here++;
	g_hash_table_replace(self->counted, g_strdup(step->name), g_memdup2(&now, sizeof now));
	return store_write(self->store, checked, step, error);
}

static gboolean
read_folder(FetchOne *self, const char *name, GError **error)
{
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func(free_incoming);
	g_autoptr(GError) why = NULL;
	Step step = { .self = self, .name = name, .mails = mails };

	if (!imap_select(self->imap, name, &step.there, &why)) {
		if (!g_error_matches(why, ERR, ERR_NOT_FOUND)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		/* One that is not there, or was renamed, does not keep the others from being read. */
		step.why = why->message;
		return store_write(self->store, trouble, &step, error);
	}
	return store_write(self->store, open_folder, &step, error) && catch_up(self, &step, error) && count(self, &step, error);
}

/* Connected: every folder, then waiting at the first one; the others are looked at after each wait, and the first one after some. */
static gboolean
follow(FetchOne *self, GError **error)
{
	static char *inbox[] = { (char *)"INBOX", NULL };
	char **folders = self->mailbox->imap->folders != NULL && self->mailbox->imap->folders[0] != NULL ? self->mailbox->imap->folders : inbox;

	while (!is_stopping(self)) {
		gboolean changed = FALSE;
		gint64 looked_at;

		/* The first one last: it stays selected for the waiting. */
		for (guint i = g_strv_length(folders); i > 0 && !is_stopping(self); i--)
			if (!read_folder(self, folders[i - 1], error))
				return FALSE;
		looked_at = g_get_monotonic_time();
		while (!is_stopping(self) && !changed) {
			if (!imap_wait(self->imap, self->pace.wait_s, &changed, error))
				return FALSE;
			changed = changed || folders[1] != NULL || g_get_monotonic_time() - looked_at >= self->pace.look_again_ms * 1000;
		}
	}
	return TRUE;
}

static gboolean
connect_imap(FetchOne *self, GError **error)
{
	Db *db = store_reader(self->store, error);
	g_autoptr(Mailbox) now = db != NULL ? mailbox_get(db, self->mailbox->id, error) : NULL; /* its refresh token may be another by now */
	g_autofree char *secret = NULL;
	MailPeer peer;
	Imap *imap;

	if (now == NULL)
		return FALSE;
	if (now->imap == NULL || now->version != self->mailbox->version) { /* whoever looks over the mailboxes begins anew with what it is now */
		g_set_error(error, ERR, ERR_BUSY, "the mailbox %s was changed", now->address);
		return FALSE;
	}
	if (!mail_peer_of(self->store, now->imap, self->key, "imap", &peer, &secret, error))
		return FALSE;
	peer.stop_fd = self->stop_fd;
	if ((imap = imap_open(&peer, error)) == NULL)
		return FALSE;
	pthread_mutex_lock(&self->lock);
	self->imap = imap;
	pthread_mutex_unlock(&self->lock);
	return TRUE;
}

static void
disconnect(FetchOne *self)
{
	Imap *imap;

	pthread_mutex_lock(&self->lock);
	imap = g_steal_pointer(&self->imap);
	pthread_mutex_unlock(&self->lock);
	imap_close(imap);
}

static void
sleep_s(FetchOne *self, guint for_s)
{
	const struct timespec until = wait_deadline((gint64)for_s * MS_PER_S);

	pthread_mutex_lock(&self->lock);
	while (!self->stopping && pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0)
		;
	pthread_mutex_unlock(&self->lock);
}

static void *
run(void *data)
{
	FetchOne *self = data;
	guint wait_s = BACKOFF_FIRST_S;

	while (!is_stopping(self)) {
		g_autoptr(GError) error = NULL;
		gboolean connected = connect_imap(self, &error);
		Step step = { .self = self, .name = self->mailbox->imap->folders != NULL && self->mailbox->imap->folders[0] != NULL ? self->mailbox->imap->folders[0] : "INBOX" };

		if (connected)
			wait_s = BACKOFF_FIRST_S;
		if (connected && follow(self, &error))
			break;
		disconnect(self);
		if (is_stopping(self))
			break;
		log_warn("mail", "%s: %s; again in %u s", self->mailbox->address, error->message, wait_s);
		step.why = error->message;
		store_write(self->store, trouble, &step, NULL); /* for the page; the log has it */
		sleep_s(self, wait_s);
		wait_s = MIN(wait_s * 2, BACKOFF_MAX_S);
	}
	disconnect(self);
	return NULL;
}

FetchOne *
fetch_one_start(Store *store, const MailContext *context, const SealKey *key, Mailbox *mailbox, const FetchPace *pace)
{
	FetchOne *self = g_new0(FetchOne, 1);

	self->store = store;
	self->context = context;
	self->key = key;
	self->mailbox = mailbox;
	self->pace = pace != NULL ? *pace : usual;
	self->counted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	pthread_mutex_init(&self->lock, NULL);
	wait_init(&self->wake);
	self->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_create(&self->thread, NULL, run, self);
	return self;
}

gint64
fetch_one_mailbox(const FetchOne *self, gint64 *ret_version)
{
	*ret_version = self->mailbox->version;
	return self->mailbox->id;
}

void
fetch_one_stop(FetchOne *self)
{
	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	if (self->imap != NULL)
		imap_wake(self->imap);
	if (self->stop_fd >= 0)
		eventfd_write(self->stop_fd, 1);
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
}

void
fetch_one_join(FetchOne *self)
{
	pthread_join(self->thread, NULL);
	if (self->stop_fd >= 0)
		close(self->stop_fd);
	g_hash_table_unref(self->counted);
	mailbox_free(self->mailbox);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}
