/* lmtp_answer.c - a message on its way through the sink, and the answers that come back from any thread. See lmtp_mail.h. */
#include "mail/lmtp_mail.h"
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct _LmtpBell {
	gatomicrefcount refs;
	GMutex lock; /* over every LmtpMail of this bell */
	GThread *ear;
	int fd;
};

LmtpBell *
lmtp_bell_new(void)
{
	LmtpBell *self = g_new0(LmtpBell, 1);

	g_atomic_ref_count_init(&self->refs);
	g_mutex_init(&self->lock);
	self->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return self;
}

void
lmtp_bell_unref(LmtpBell *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->refs))
		return;
	if (self->fd >= 0)
		close(self->fd);
	g_mutex_clear(&self->lock);
	g_free(self);
}

int
lmtp_bell_fd(const LmtpBell *self)
{
	return self->fd;
}

void
lmtp_bell_ring(LmtpBell *self)
{
	const guint64 one = 1;

	while (write(self->fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

void
lmtp_bell_attend(LmtpBell *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&self->lock);

	self->ear = g_thread_self();
}

void
lmtp_bell_hear(LmtpBell *self)
{
	guint64 count;

	while (read(self->fd, &count, sizeof count) < 0 && errno == EINTR)
		;
}

LmtpMail *
lmtp_mail_new(GPtrArray *to, LmtpBell *bell)
{
	LmtpMail *self = g_new0(LmtpMail, 1);

	g_atomic_ref_count_init(&self->refs);
	g_atomic_ref_count_inc(&self->refs); /* one for the talk, one for the answers */
	g_atomic_ref_count_inc(&bell->refs);
	self->bell = bell;
	self->to = to;
	self->n = self->left = to->len - 1; /* NULL ends it */
	self->replies = g_new0(char *, self->n);
	return self;
}

void
lmtp_mail_unref(LmtpMail *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->refs))
		return;
	for (guint i = 0; i < self->n; i++)
		g_free(self->replies[i]);
	g_free(self->replies);
	g_ptr_array_unref(self->to);
	lmtp_bell_unref(self->bell);
	g_free(self);
}

gboolean
lmtp_mail_is_answered(LmtpMail *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&self->bell->lock);

	return self->left == 0;
}

static gboolean
is_reply(const char *text)
{
	return text != NULL && (text[0] == '2' || text[0] == '4' || text[0] == '5') && g_ascii_isdigit(text[1]) && g_ascii_isdigit(text[2]) &&
		text[3] == ' ' && strpbrk(text, "\r\n") == NULL && strlen(text) <= 500;
}

void
lmtp_answer(gpointer token, guint recipient, const char *reply)
{
	LmtpMail *self = token;
	gboolean last = FALSE, ring;

	g_mutex_lock(&self->bell->lock);
	if (recipient < self->n && self->replies[recipient] == NULL) {
		self->replies[recipient] = g_strdup(is_reply(reply) ? reply : "451 4.3.0 could not be stored; try again later");
		last = --self->left == 0;
	}
	ring = last && self->bell->ear != g_thread_self();
	g_mutex_unlock(&self->bell->lock);
	if (ring)
		lmtp_bell_ring(self->bell);
	if (last)
		lmtp_mail_unref(self);
}
