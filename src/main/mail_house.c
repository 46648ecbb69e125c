/* mail_house.c - see mail_house.h. */
#include "main/mail_house.h"
#include "flow/mail/late.h"
#include "base/clock.h"
#include "base/log.h"
#include "flow/mail/filer.h"
#include "flow/mail/send.h"
#include "mail/message.h"
#include "mailbox/keep.h"
#include "org/settings.h"
#include <sys/timerfd.h>
#include <unistd.h>

enum { STOP_S = 3 }; /* a mail that is being handed over has this long, so that few end as uncertain */

struct _MailHouse {
	Store *store;
	Settings *settings, *own; /* own: NULL, or the same */
	MailContext context;
	SealKey key;
	MailFiler *filer;
	MailFetcher *fetcher;
	MailLmtp *lmtp;
	MailSendOptions sending;
	gboolean serving;
	int stop_fd; /* a timer: readable some seconds after mail_house_stopping() */
};

/* Only where the house says how it is reached from outside: a link nobody can open helps nobody. That there is none is never taken from memory:
 * it may have been said a moment ago, on another server, and what waits for a link would be dropped. */
static char *
base_url(gint64 now_ms, gpointer data)
{
	MailHouse *self = data;
	Db *db = store_reader(self->store, NULL);
	g_autofree char *kept = db != NULL ? settings_text(self->settings, db, "base_url", now_ms) : NULL;

	if (kept == NULL || kept[0] != '\0')
		return g_steal_pointer(&kept);
	return settings_now(db, "base_url", NULL);
}

MailHouse *
mail_house_new(Store *store, Settings *settings, gboolean serving, GError **error)
{
	g_autoptr(MailHouse) self = g_new0(MailHouse, 1);

	if (!mail_message_ready(error))
		return NULL;
	self->store = store;
	self->serving = serving;
	self->own = settings == NULL ? settings_new() : NULL;
	self->settings = settings != NULL ? settings : self->own;
	self->context.data_dir = store_data_dir(store);
	self->context.base_url = base_url;
	self->context.base_data = self;
	self->stop_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	self->sending = (MailSendOptions){ .context = &self->context, .key = &self->key, .lanes = mail_lanes_new(), .stop_fd = MAX(self->stop_fd, 0) };
	if (!settings_link_key(self->settings, store, self->context.link_key, error) || (serving && !seal_key_open(store_data_dir(store), &self->key, error)))
		return NULL;
	self->filer = mail_filer_new(store, &(MailFilerOptions){ .context = &self->context });
	return g_steal_pointer(&self);
}

void
mail_house_free(MailHouse *self)
{
	if (self == NULL)
		return;
	mail_lmtp_stop(self->lmtp);
	mail_fetcher_stop(self->fetcher);
	mail_filer_free(self->filer);
	mail_lanes_free(self->sending.lanes);
	settings_free(self->own);
	if (self->stop_fd > 0)
		close(self->stop_fd);
	g_free(self);
}

const MailContext *
mail_house_context(const MailHouse *self)
{
	return &self->context;
}

const SealKey *
mail_house_key(const MailHouse *self)
{
	return &self->key;
}

void
mail_house_add_jobs(MailHouse *self, Worker *worker)
{
	worker_handle(worker, "mail.send", 0, mail_send_job, &self->sending);
	worker_handle(worker, LATE_MAIL, 0, late_mail_job, &self->sending);
}

static gboolean
retry_all(Db *db, gpointer data, GError **error)
{
	return mail_retry_all(db, REDRESS_VERSION, clock_now_ms(), data, error);
}

/* Another version may understand what this house could not file. */
static gboolean
look_again(MailHouse *self, GError **error)
{
	gint64 n = 0;

	if (!store_write(self->store, retry_all, &n, error))
		return FALSE;
	if (n > 0)
		log_info("mail", "%" G_GINT64_FORMAT " mails that were set aside are tried again by this version", n);
	return TRUE;
}

gboolean
mail_house_start(MailHouse *self, const char *lmtp, char **ret_lmtp, GError **error)
{
	if (lmtp != NULL && (self->lmtp = mail_lmtp_start(self->store, lmtp, ret_lmtp, error)) == NULL)
		return FALSE;
	if (!look_again(self, error))
		return FALSE;
	mail_filer_start(self->filer);
	self->fetcher = mail_fetcher_start(self->store, &self->context, &self->key);
	return TRUE;
}

void
mail_house_stopping(MailHouse *self)
{
	const struct itimerspec when = { .it_value = { .tv_sec = STOP_S } };

	if (self->stop_fd > 0)
		timerfd_settime(self->stop_fd, 0, &when, NULL);
}

gboolean
mail_house_can_send(const MailHouse *self)
{
	return self->fetcher != NULL && mail_fetcher_can_send(self->fetcher);
}

void
mail_house_changed(MailHouse *self)
{
	mail_lmtp_changed(self->lmtp);
	mail_fetcher_changed(self->fetcher);
}

MailBulk *
mail_house_bulk(MailHouse *self)
{
	return mail_bulk_new(self->store, &(MailBulkOptions){ .context = &self->context, .filer = self->filer, .way = "import" });
}
