/* fetch.c - which mailboxes are fetched from. One of them: flow/mail/fetch_one.c. */
#include "flow/mail/fetch.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/wait.h"
#include "flow/mail/fetch_one.h"
#include <pthread.h>

enum { LOOK_AGAIN_S = 3 };

struct _MailFetcher {
	Store *store;
	const MailContext *context;
	const SealKey *key;
	GPtrArray *running; /* of FetchOne */
	gint can_send;      /* atomic */
	pthread_t thread;
	pthread_mutex_t lock; /* of the rest */
	pthread_cond_t wake;
	gboolean changed, stopping;
};

/* Asks all of @ones to end before it waits for the first. */
static void
end_all(GPtrArray *ones)
{
	for (guint i = 0; i < ones->len; i++)
		fetch_one_stop(ones->pdata[i]);
	for (guint i = 0; i < ones->len; i++)
		fetch_one_join(ones->pdata[i]);
}

static gboolean
is_as_it_was(const FetchOne *one, const GPtrArray *mailboxes)
{
	gint64 version, id = fetch_one_mailbox(one, &version);

	for (guint i = 0; i < mailboxes->len; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];

		if (mailbox->id == id)
			return mailbox->version == version && !mailbox->paused && mailbox->imap != NULL;
	}
	return FALSE;
}

static gboolean
is_running(const MailFetcher *self, gint64 mailbox_id)
{
	gint64 version;

	for (guint i = 0; i < self->running->len; i++)
		if (fetch_one_mailbox(self->running->pdata[i], &version) == mailbox_id)
			return TRUE;
	return FALSE;
}

static gboolean
any_sends(const GPtrArray *mailboxes)
{
	for (guint i = 0; i < mailboxes->len; i++)
		if (((const Mailbox *)mailboxes->pdata[i])->smtp != NULL)
			return TRUE;
	return FALSE;
}

gboolean
mail_fetcher_can_send(MailFetcher *self)
{
	return g_atomic_int_get(&self->can_send);
}

static void
look(MailFetcher *self)
{
	g_autoptr(GError) error = NULL;
	Db *db = store_reader(self->store, &error);
	g_autoptr(GPtrArray) mailboxes = db != NULL ? mailbox_list(db, &error) : NULL, ending = g_ptr_array_new();

	if (mailboxes == NULL) {
		log_warn("mail", "reading the mailboxes: %s", error->message);
		return;
	}
	g_atomic_int_set(&self->can_send, any_sends(mailboxes));
	for (guint i = self->running->len; i > 0; i--)
		if (!is_as_it_was(self->running->pdata[i - 1], mailboxes))
			g_ptr_array_add(ending, g_ptr_array_remove_index_fast(self->running, i - 1));
	end_all(ending);
	for (guint i = mailboxes->len; i > 0; i--) {
		const Mailbox *mailbox = mailboxes->pdata[i - 1];

		if (mailbox->imap != NULL && !mailbox->paused && !is_running(self, mailbox->id))
			g_ptr_array_add(self->running, fetch_one_start(self->store, self->context, self->key, g_ptr_array_steal_index(mailboxes, i - 1), NULL));
	}
}

static void *
run(void *data)
{
	MailFetcher *self = data;

	for (;;) {
		struct timespec until;
		gboolean stopping;

		look(self);
		until = wait_deadline(LOOK_AGAIN_S * MS_PER_S);
		pthread_mutex_lock(&self->lock);
		while (!self->stopping && !self->changed && pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0)
			;
		self->changed = FALSE;
		stopping = self->stopping;
		pthread_mutex_unlock(&self->lock);
		if (stopping)
			return NULL;
	}
}

MailFetcher *
mail_fetcher_start(Store *store, const MailContext *context, const SealKey *key)
{
	MailFetcher *self = g_new0(MailFetcher, 1);

	self->store = store;
	self->context = context;
	self->key = key;
	self->running = g_ptr_array_new();
	pthread_mutex_init(&self->lock, NULL);
	wait_init(&self->wake);
	pthread_create(&self->thread, NULL, run, self);
	return self;
}

static void
wake(MailFetcher *self, gboolean stopping)
{
	pthread_mutex_lock(&self->lock);
	self->changed = TRUE;
	self->stopping = self->stopping || stopping;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
}

void
mail_fetcher_changed(MailFetcher *self)
{
	if (self != NULL)
		wake(self, FALSE);
}

void
mail_fetcher_stop(MailFetcher *self)
{
	if (self == NULL)
		return;
	wake(self, TRUE);
	pthread_join(self->thread, NULL);
	end_all(self->running);
	g_ptr_array_unref(self->running);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}
