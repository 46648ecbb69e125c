/* live_stream.c - one stream of events: what it may see, and sending it as fast as its reader takes it. Every stream has a
 * place in the ring (live_ring.h) and no buffer of its own; one that has fallen behind reads the log from the database
 * until it has caught up. Who drives it: live.c. */
#include "http/live_inner.h"
#include "base/log.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	BATCH = 200, /* rows at a time for one who catches up */
	GATHER = 32, /* frames a write */
};

void
stream_free(LiveHub *self, Stream *stream)
{
	const HttpAuth *auth = &self->server->config.auth;

	if (stream->actor_owned && auth->release != NULL)
		auth->release(auth->data, stream->actor);
	close(stream->fd);
	frame_unref(stream->partial);
	g_free(stream->cookie);
	g_free(stream->token);
	g_free(stream);
}

void
stream_end(LiveHub *self, Stream *stream)
{
	Stream *last;

	epoll_ctl(self->epoll_fd, EPOLL_CTL_DEL, stream->fd, NULL);
	last = self->streams->pdata[self->streams->len - 1];
	last->place = stream->place;
	self->streams->pdata[stream->place] = last;
	g_ptr_array_set_size(self->streams, (int)self->streams->len - 1);
	__atomic_store_n(&self->n_streams, self->streams->len, __ATOMIC_RELAXED);
	stream_free(self, stream);
}

static gboolean
may_see(LiveHub *self, const Stream *stream, const char *kind, gint64 case_id)
{
	LiveMaySee fn = __atomic_load_n(&self->may_see, __ATOMIC_RELAXED);

	return fn(stream->actor, kind, case_id);
}

static void
watch_writable(LiveHub *self, Stream *stream, gboolean blocked)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | (blocked ? EPOLLOUT : 0), .data.ptr = stream };

	if (stream->blocked == blocked)
		return;
	stream->blocked = blocked;
	epoll_ctl(self->epoll_fd, EPOLL_CTL_MOD, stream->fd, &event);
}

typedef enum { SENT_ALL, SENT_SOME, SENT_DEAD } Sent;

static Sent
send_partial(LiveHub *self, Stream *stream)
{
	Frame *frame = stream->partial;
	ssize_t n;

	if (frame == NULL)
		return SENT_ALL;
	n = send(stream->fd, frame->text + stream->partial_at, frame->size - stream->partial_at, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? SENT_SOME : SENT_DEAD;
	stream->wrote_ms = self->now_ms;
	stream->partial_at += (gsize)n;
	if (stream->partial_at < frame->size)
		return SENT_SOME;
	frame_unref(g_steal_pointer(&stream->partial));
	stream->partial_at = 0;
	return SENT_ALL;
}

/* Sends what the ring holds for this stream, GATHER frames at a time. */
static Sent
send_ring(LiveHub *self, Stream *stream)
{
	struct iovec parts[GATHER];
	Frame *frames[GATHER];
	struct msghdr message = { .msg_iov = parts };
	ssize_t n;

	for (; stream->seq < self->ring.next && message.msg_iovlen < GATHER; stream->seq++) {
		Frame *frame = ring_at(&self->ring, stream->seq);

		if (frame->id != 0)
			stream->seen_id = frame->id;
		if (!may_see(self, stream, frame->kind, frame->case_id))
			continue;
		parts[message.msg_iovlen] = (struct iovec){ frame->text, frame->size };
		frames[message.msg_iovlen++] = frame;
	}
	if (message.msg_iovlen == 0)
		return SENT_ALL;
	n = sendmsg(stream->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return SENT_DEAD;
	n = MAX(n, 0);
	if (n > 0)
		stream->wrote_ms = self->now_ms;
	for (gsize i = 0; i < message.msg_iovlen; i++) {
		if ((gsize)n >= frames[i]->size) {
			n -= frames[i]->size;
			continue;
		}
		/* What did not go is copied into one piece: the ring moves on without this stream. */
		g_autoptr(GString) rest = g_string_new_len(frames[i]->text + n, (gssize)frames[i]->size - n);

		for (gsize k = i + 1; k < message.msg_iovlen; k++)
			g_string_append_len(rest, frames[k]->text, frames[k]->size);
		stream->partial = frame_new(rest->str, rest->len);
		stream->partial_at = 0;
		return SENT_SOME;
	}
	return SENT_ALL;
}

/* One batch from the database for a stream behind the ring. FALSE when the database fails: the stream is ended, and comes
 * back by itself. */
static gboolean
catch_up(LiveHub *self, Stream *stream)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	Db *db = store_reader(self->server->config.store, &error);

	if (db != NULL)
		rows = events_after(db, stream->seen_id, 0, BATCH, &error);
	if (rows == NULL) {
		log_warn("live", "a stream cannot catch up: %s", error->message);
		return FALSE;
	}
	for (guint i = 0; i < rows->len; i++) {
		const EventRow *row = rows->pdata[i];

		stream->seen_id = row->id;
		if (may_see(self, stream, row->kind, row->case_id))
			frame_write(out, row);
	}
	if (rows->len == 0)
		stream->seen_id = MAX(stream->seen_id, self->ring.floor_id);
	if (out->len > 0)
		stream->partial = frame_new(out->str, out->len);
	return TRUE;
}

void
stream_pump(LiveHub *self, Stream *stream)
{
	Sent sent = send_partial(self, stream);

	if (sent == SENT_ALL && !stream->behind && stream->seq < self->ring.first)
		stream->behind = TRUE;
	if (sent == SENT_ALL && stream->behind) {
		if (stream->seen_id >= self->ring.floor_id) {
			stream->behind = FALSE;
			stream->seq = ring_behind(&self->ring, stream->seen_id);
		} else if (!catch_up(self, stream)) {
			sent = SENT_DEAD;
		} else {
			sent = send_partial(self, stream);
			sent = sent == SENT_ALL ? SENT_SOME : sent; /* more to come: again when the others had theirs */
		}
	}
	while (sent == SENT_ALL && !stream->behind && stream->seq < self->ring.next)
		sent = send_ring(self, stream);
	if (sent == SENT_DEAD)
		stream_end(self, stream);
	else
		watch_writable(self, stream, sent == SENT_SOME);
}
