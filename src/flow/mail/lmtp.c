/* lmtp.c - see lmtp.h. */
#include "flow/mail/lmtp.h"
#include "base/clock.h"
#include "base/log.h"
#include "flow/mail/receive.h"
#include "mail/lmtp.h"
#include "mailbox/mailbox.h"
#include <pthread.h>
#include <string.h>

enum { MAX_CONNECTIONS = 200, TIMEOUT_S = 300, FRESH_S = 3 };

struct _MailLmtp {
	Store *store;
	LmtpServer *server;
	pthread_mutex_t lock; /* of the rest */
	GPtrArray *mailboxes; /* of Mailbox */
	gint64 read_at_us;    /* 0: read again */
};

/* One mail on its way from the connection to the writer; kept once for each recipient. */
typedef struct {
	MailLmtp *self;
	MailIncoming *incoming;
	char *from, **to;
	gint64 *mailboxes; /* of each recipient */
	gboolean failed;
	gpointer token;
} Delivery;

static void
delivery_free(Delivery *self)
{
	mail_incoming_free(self->incoming);
	g_free(self->from);
	g_strfreev(self->to);
	g_free(self->mailboxes);
	g_free(self);
}

/* The mailboxes as of a few seconds ago, at most: a look into the database for each recipient would cost more than the mail. */
static gint64
mailbox_of(MailLmtp *self, const char *address, gsize *ret_limit)
{
	g_autofree char *plain = mailbox_plain_address(address), *whole = NULL;
	gint64 id = 0, now = g_get_monotonic_time();

	pthread_mutex_lock(&self->lock);
	if (self->read_at_us == 0 || now - self->read_at_us > FRESH_S * G_USEC_PER_SEC) {
		Db *db = store_reader(self->store, NULL);
		GPtrArray *fresh = db != NULL ? mailbox_list(db, NULL) : NULL;

		if (fresh != NULL) {
			g_clear_pointer(&self->mailboxes, g_ptr_array_unref);
			self->mailboxes = fresh;
			self->read_at_us = now;
		}
	}
	for (guint i = 0; plain != NULL && self->mailboxes != NULL && i < self->mailboxes->len && id == 0; i++)
		if (mailbox_has_address(self->mailboxes->pdata[i], plain))
			id = ((const Mailbox *)self->mailboxes->pdata[i])->id;
	if (ret_limit != NULL && self->mailboxes != NULL)
		*ret_limit = mail_bytes_limit(self->mailboxes, id);
	pthread_mutex_unlock(&self->lock);
	return id;
}

static gboolean
take_recipient(const char *address, const char **ret_words, gpointer data)
{
	if (mailbox_of(data, address, NULL) != 0)
		return TRUE;
	*ret_words = "550 5.1.1 no such mailbox here";
	return FALSE;
}

static gpointer
begin(const char *from, const char *const *to, gpointer data)
{
	MailLmtp *self = data;
	Delivery *delivery = g_new0(Delivery, 1);
	gsize limit = 0;

	for (guint i = 0; to[i] != NULL; i++) { /* it is kept once: as much as the largest of them takes */
		gsize one = MAIL_BYTES_MAX;

		mailbox_of(self, to[i], &one);
		limit = MAX(limit, one);
	}

	delivery->self = self;
	delivery->from = g_strdup(from);
	delivery->incoming = mail_incoming_new(store_data_dir(self->store), limit);
	return delivery;
}

static gboolean
append(gpointer handle, const guint8 *bytes, gsize size, gpointer data)
{
	Delivery *delivery = handle;
	g_autoptr(GError) error = NULL;

	if (!delivery->failed && !mail_incoming_feed(delivery->incoming, bytes, size, &error)) {
		log_warn("mail", "LMTP: %s", error->message);
		delivery->failed = TRUE;
	}
	return !delivery->failed;
}

static gboolean
keep(Db *db, gpointer data, GError **error)
{
	Delivery *delivery = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 now_ms = clock_now_ms();

	if (tx == NULL)
		return FALSE;
	for (guint i = 0; delivery->to[i] != NULL; i++) {
		MailKeep one = { .mailbox_id = delivery->mailboxes[i], .way = "lmtp", .envelope_from = delivery->from, .envelope_to = delivery->to[i] };
		gint64 id;

		mail_incoming_keep(delivery->incoming, &one);
		if (!mail_keep_in(db, &one, now_ms, &id, NULL, error))
			return FALSE;
	}
	return db_tx_commit(tx, error);
}

/* On the writer's thread, when it is durable. */
static void
kept(gpointer data, const GError *error)
{
	Delivery *delivery = data;

	if (error != NULL)
		log_warn("mail", "LMTP: %s", error->message);
	for (guint i = 0; delivery->to[i] != NULL; i++)
		lmtp_answer(delivery->token, i, error == NULL ? "250 2.0.0 kept" : "451 4.3.0 not now: try again");
	delivery_free(delivery);
}

static void
end(gpointer handle, const char *const *to, gpointer token, gpointer data)
{
	Delivery *delivery = handle;
	g_autoptr(GError) error = NULL;
	guint n = g_strv_length((char **)to);

	delivery->token = token;
	delivery->to = g_strdupv((char **)to);
	delivery->mailboxes = g_new0(gint64, n + 1);
	for (guint i = 0; i < n; i++)
		delivery->mailboxes[i] = mailbox_of(delivery->self, to[i], NULL);
	if (!mail_incoming_end(delivery->incoming, &error) || !store_submit(delivery->self->store, keep, kept, delivery, &error))
		kept(delivery, error);
}

static void
abandon(gpointer handle, gpointer data)
{
	delivery_free(handle);
}

MailLmtp *
mail_lmtp_start(Store *store, const char *where, char **ret_where, GError **error)
{
	static const LmtpSink sink = { take_recipient, begin, append, end, abandon };
	const LmtpOptions options = { .where = where, .max_bytes = MAIL_BYTES_MAX, .max_connections = MAX_CONNECTIONS, .timeout_s = TIMEOUT_S };
	MailLmtp *self = g_new0(MailLmtp, 1);

	self->store = store;
	pthread_mutex_init(&self->lock, NULL);
	if ((self->server = lmtp_start(&options, &sink, self, ret_where, error)) != NULL)
		return self;
	mail_lmtp_stop(self);
	return NULL;
}

void
mail_lmtp_changed(MailLmtp *self)
{
	if (self == NULL)
		return;
	pthread_mutex_lock(&self->lock);
	self->read_at_us = 0;
	pthread_mutex_unlock(&self->lock);
}

void
mail_lmtp_stop(MailLmtp *self)
{
	if (self == NULL)
		return;
	if (self->server != NULL)
		lmtp_stop(self->server);
	g_clear_pointer(&self->mailboxes, g_ptr_array_unref);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}
