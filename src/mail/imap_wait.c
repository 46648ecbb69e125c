/* imap_wait.c - waiting for a folder to change, by IDLE or by asking. See imap.h. */
#include "mail/imap_inner.h"
#include "etpan.lazy.h"
#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum {
	SMALL = 64 * 1024,
	BUDGET = 16 * 1024 * 1024,
	IDLE_S = 9 * 60, /* RFC 2177 says under 29 minutes; routers forget a silent connection after ten */
	NOOP_S = 30,
};

typedef enum { CAME_NOTHING, CAME_DATA, CAME_WAKE, CAME_STOP } Came;

void
imap_wake(Imap *self)
{
	const guint64 one = 1;

	while (write(self->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

static Came
wait_for(Imap *self, gint64 until_us)
{
	const int stop_fd = mail_stream_peer(self->stream)->stop_fd;
	struct pollfd polled[3] = {
		{ .fd = mail_stream_fd(self->stream), .events = POLLIN },
		{ .fd = self->wake_fd, .events = POLLIN },
		{ .fd = stop_fd > 0 ? stop_fd : -1, .events = POLLIN },
	};
	guint64 count;

	/* Bytes that TLS or libetpan took from the socket already do not wake a poll. */
	if (self->guard.changed || self->guard.bye || mail_stream_pending(self->stream) || self->session->imap_stream->read_buffer_len > 0)
		return CAME_DATA;
	for (;;) {
		const gint64 left_us = until_us - g_get_monotonic_time();
		const int n = left_us > 0 ? poll(polled, G_N_ELEMENTS(polled), (int)MIN(left_us / 1000 + 1, G_MAXINT)) : 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return CAME_NOTHING;
		if (polled[2].revents != 0)
			return CAME_STOP;
		if (polled[1].revents != 0 && read(self->wake_fd, &count, sizeof count) > 0)
			return CAME_WAKE;
		return CAME_DATA;
	}
}

static gboolean
round_by_idle(Imap *self, gint64 until_us, Came *ret_came, GError **error)
{
	imap_begin(self, "IDLE", SMALL, BUDGET);
	if (!imap_end(self, mailimap_idle(self->session), "IDLE", ERR_UPSTREAM, error))
		return FALSE;
	*ret_came = wait_for(self, until_us);
	imap_begin(self, "the end of IDLE", SMALL, BUDGET);
	return imap_end(self, mailimap_idle_done(self->session), "the end of IDLE", ERR_UPSTREAM, error);
}

static gboolean
round_by_noop(Imap *self, gint64 until_us, Came *ret_came, GError **error)
{
	*ret_came = wait_for(self, until_us);
	if (*ret_came == CAME_WAKE || *ret_came == CAME_STOP)
		return TRUE;
	imap_begin(self, "NOOP", SMALL, BUDGET);
	return imap_end(self, mailimap_noop(self->session), "NOOP", ERR_UPSTREAM, error);
}

gboolean
imap_wait(Imap *self, guint timeout_s, gboolean *ret_changed, GError **error)
{
	const gint64 end_us = g_get_monotonic_time() + (gint64)timeout_s * G_USEC_PER_SEC;
	Came came = CAME_NOTHING;

	g_return_val_if_fail(self->selected, FALSE);
	while (!self->guard.changed && came != CAME_WAKE && came != CAME_STOP) {
		const gint64 now_us = g_get_monotonic_time(), span_us = (gint64)(self->idle ? IDLE_S : NOOP_S) * G_USEC_PER_SEC;
		const gint64 until_us = MIN(end_us, now_us + span_us);

		if (now_us >= end_us)
			break;
		if (!(self->idle ? round_by_idle : round_by_noop)(self, until_us, &came, error))
			return FALSE;
	}
	*ret_changed = self->guard.changed;
	self->guard.changed = FALSE;
	return TRUE;
}
