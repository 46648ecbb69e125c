/* live.c - the hub: a thread that waits on all sockets by epoll and follows the log by events_after. One stream's own
 * affairs: live_stream.c. */
#include "http/live.h"
#include "http/live_inner.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	BEAT_MS = 20 * 1000,
	STUCK_MS = 60 * 1000,  /* no byte taken for so long: dropped */
	RECHECK_MS = 60 * 1000, /* how long a removed session may still listen */
	FOLLOW = 500,          /* rows of the log at a time */
	WARM = 1024,           /* events of the past kept for those who come back after a restart */
};

static gboolean
default_may_see(const Actor *actor, const char *kind, gint64 case_id)
{
	return actor_may(actor, "case.read");
}

static void
wake(LiveHub *self)
{
	const guint64 one = 1;

	if (!__atomic_exchange_n(&self->woken, TRUE, __ATOMIC_SEQ_CST) && write(self->wake_fd, &one, sizeof one) < 0)
		log_error("live", "cannot wake the hub: %s", g_strerror(errno));
}

/* ---- the log ------------------------------------------------------------------------------------------------------------- */

/* Reads what is new into the ring. With nobody listening it is left alone, and begun anew when somebody comes. */
static void
follow(LiveHub *self)
{
	g_autoptr(GError) error = NULL;
	Store *store = self->server->config.store;
	gint64 last;
	Db *db;

	if (self->streams->len == 0 || store == NULL)
		return;
	db = store_reader(store, &error);
	if (db == NULL || !events_last_id(db, &last, &error)) {
		log_warn("live", "cannot read the event log: %s", error->message);
		return;
	}
	if (last - self->ring.last_id > RING_FRAMES)
		ring_restart(&self->ring, MAX(0, last - WARM));
	for (;;) {
		g_autoptr(GPtrArray) rows = events_after(db, self->ring.last_id, 0, FOLLOW, &error);

		if (rows == NULL) {
			log_warn("live", "cannot read the event log: %s", error->message);
			return;
		}
		for (guint i = 0; i < rows->len; i++)
			ring_push(&self->ring, frame_of_row(rows->pdata[i]));
		if (rows->len < FOLLOW)
			return;
	}
}

/* Whether the log holds more than the ring has: on PostgreSQL an older transaction may still hide it. */
static gboolean
is_late(LiveHub *self)
{
	return self->streams->len > 0 && self->ring.last_id < __atomic_load_n(&self->notified, __ATOMIC_RELAXED);
}

static void
pump_all(LiveHub *self)
{
	for (guint i = self->streams->len; i-- > 0;) { /* backwards: one that ends is replaced by the last */
		Stream *stream = self->streams->pdata[i];

		if (!stream->blocked)
			stream_pump(self, stream);
	}
}

/* ---- time ---------------------------------------------------------------------------------------------------------------- */

/* Asks again whose session it is. FALSE: nobody's any more. */
static gboolean
recheck(LiveHub *self, Stream *stream)
{
	const HttpAuth *auth = &self->server->config.auth;
	const Actor *actor;
	char csrf[64];
	Db *db;

	stream->checked_ms = self->now_ms;
	if ((stream->cookie == NULL && stream->token == NULL) || self->server->config.store == NULL)
		return TRUE;
	if ((db = store_reader(self->server->config.store, NULL)) == NULL)
		return TRUE; /* the database is away: nobody is signed out for that */
	actor = stream->cookie != NULL ? auth->by_session(auth->data, db, stream->cookie, clock_now_ms(), csrf) :
					 auth->by_token(auth->data, db, stream->token, clock_now_ms());
	if (actor == NULL)
		return FALSE;
	if (auth->release != NULL)
		auth->release(auth->data, stream->actor);
	stream->actor = actor;
	return TRUE;
}

static void
tick(LiveHub *self)
{
	static const char beat[] = ": beat\n\n";

	for (guint i = self->streams->len; i-- > 0;) {
		Stream *stream = self->streams->pdata[i];

		if (stream->blocked && self->now_ms - stream->wrote_ms > STUCK_MS) {
			stream_end(self, stream);
		} else if (self->now_ms - stream->checked_ms > RECHECK_MS && !recheck(self, stream)) {
			stream_end(self, stream);
		} else if (!stream->blocked && stream->partial == NULL && self->now_ms - stream->wrote_ms >= BEAT_MS) {
			stream->partial = frame_new(beat, sizeof beat - 1);
			stream_pump(self, stream);
		}
	}
}

/* ---- the thread ---------------------------------------------------------------------------------------------------------- */

static void
welcome(LiveHub *self, Stream *stream)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = stream };

	stream->place = self->streams->len;
	stream->wrote_ms = stream->checked_ms = self->now_ms;
	g_ptr_array_add(self->streams, stream);
	__atomic_store_n(&self->n_streams, self->streams->len, __ATOMIC_RELAXED);
	if (self->streams->len == 1)
		follow(self);
	if (epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, stream->fd, &event) != 0) {
		log_warn("live", "cannot watch a stream: %s", g_strerror(errno));
		stream_end(self, stream);
		return;
	}
	if (stream->seen_id < 0) { /* from now on */
		stream->seen_id = self->ring.last_id;
		stream->seq = self->ring.next;
	} else {
		stream->behind = TRUE;
	}
	stream_pump(self, stream);
}

/* Takes in what other threads left. FALSE: stop. */
static gboolean
take_in(LiveHub *self)
{
	g_autoptr(GPtrArray) arrived = NULL, posted = NULL;
	guint64 count;
	gboolean stopping;

	__atomic_store_n(&self->woken, FALSE, __ATOMIC_SEQ_CST);
	if (read(self->wake_fd, &count, sizeof count) < 0 && errno != EAGAIN)
		log_error("live", "cannot read the wake-up: %s", g_strerror(errno));
	pthread_mutex_lock(&self->lock);
	arrived = self->arrived;
	posted = self->posted;
	self->arrived = g_ptr_array_new();
	self->posted = g_ptr_array_new();
	stopping = self->stopping;
	pthread_mutex_unlock(&self->lock);
	for (guint i = 0; i < arrived->len; i++)
		welcome(self, arrived->pdata[i]);
	follow(self);
	for (guint i = 0; i < posted->len; i++)
		ring_push(&self->ring, posted->pdata[i]);
	pump_all(self);
	return !stopping;
}

static void
on_socket(LiveHub *self, Stream *stream, guint32 events)
{
	char unread[512];
	ssize_t n;

	if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) {
		stream_end(self, stream);
		return;
	}
	if (events & EPOLLIN) { /* a client has nothing to say here */
		n = recv(stream->fd, unread, sizeof unread, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
			stream_end(self, stream);
			return;
		}
	}
	if (events & EPOLLOUT)
		stream_pump(self, stream);
}

static gpointer
run(gpointer data)
{
	LiveHub *self = data;
	struct epoll_event events[256];
	gint64 ticked_ms = 0;
	gboolean going = TRUE;

	while (going) {
		const int n = epoll_wait(self->epoll_fd, events, G_N_ELEMENTS(events), is_late(self) ? 25 : 1000);
		gboolean woken = FALSE;

		self->now_ms = g_get_monotonic_time() / 1000;
		for (int i = 0; i < n; i++)
			if (events[i].data.ptr == NULL)
				woken = TRUE;
			else
				on_socket(self, events[i].data.ptr, events[i].events);
		if (woken || is_late(self))
			going = take_in(self);
		if (self->now_ms - ticked_ms >= 1000) {
			ticked_ms = self->now_ms;
			follow(self); /* another server's events on a shared database */
			pump_all(self);
			tick(self);
		}
	}
	return NULL;
}

static void
on_commit(gint64 last_event_id, gpointer data)
{
	LiveHub *self = data;

	if (last_event_id == 0)
		return;
	__atomic_store_n(&self->notified, MAX(last_event_id, __atomic_load_n(&self->notified, __ATOMIC_RELAXED)), __ATOMIC_RELAXED);
	if (__atomic_load_n(&self->n_streams, __ATOMIC_RELAXED) > 0)
		wake(self);
}

LiveHub *
live_hub_new(HttpServer *server)
{
	LiveHub *self = g_new0(LiveHub, 1);
	struct epoll_event event = { .events = EPOLLIN };

	self->server = server;
	self->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	self->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, self->wake_fd, &event);
	self->may_see = default_may_see;
	pthread_mutex_init(&self->lock, NULL);
	self->arrived = g_ptr_array_new();
	self->posted = g_ptr_array_new();
	self->streams = g_ptr_array_new();
	if (server->config.store != NULL)
		store_watch(server->config.store, on_commit, self);
	self->thread = g_thread_new("live", run, self);
	return self;
}

guint
live_hub_count(LiveHub *self)
{
	return __atomic_load_n(&self->n_streams, __ATOMIC_RELAXED);
}

void
live_hub_stop(LiveHub *self)
{
	if (self == NULL)
		return;
	if (self->server->config.store != NULL)
		store_unwatch(self->server->config.store, on_commit, self);
	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	pthread_mutex_unlock(&self->lock);
	wake(self);
	g_thread_join(self->thread);
	for (guint i = 0; i < self->streams->len; i++)
		stream_free(self, self->streams->pdata[i]);
	for (guint i = 0; i < self->arrived->len; i++)
		stream_free(self, self->arrived->pdata[i]);
	for (guint i = 0; i < self->posted->len; i++)
		frame_unref(self->posted->pdata[i]);
	ring_restart(&self->ring, 0);
	g_ptr_array_unref(self->streams);
	g_ptr_array_unref(self->arrived);
	g_ptr_array_unref(self->posted);
	close(self->epoll_fd);
	close(self->wake_fd);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}

/* ---- from other threads ------------------------------------------------------------------------------------------------ */

static gint64
resume_from(const Request *request)
{
	const char *text = request->head.last_event_id != NULL ? request->head.last_event_id : call_query(&request->call, "after");
	gint64 id;

	return text != NULL && g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &id, NULL) ? id : -1;
}

static Frame *
head_frame(const Request *request)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(request->call.now_ms / 1000);
	g_autofree char *date = g_date_time_format(now, "%a, %d %b %Y %H:%M:%S GMT");
	g_autofree char *text = g_strdup_printf("HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
						"X-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: %s\r\nConnection: close\r\n\r\n"
						"retry: 2000\n\n",
		date, request->id);

	return frame_new(text, strlen(text));
}

gboolean
live_hub_take(LiveHub *self, Request *request, GError **error)
{
	const guint most = request->server->config.max_connections;
	const int on = 1;
	Stream *stream;
	int fd;

	if (live_hub_count(self) >= most || (fd = fcntl(request->peer->fd, F_DUPFD_CLOEXEC, 3)) < 0) {
		g_set_error_literal(error, ERR, ERR_BUSY, "too many live streams are open; please try again in a moment");
		return FALSE;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* fails on a unix socket, where it is not needed */
	stream = g_new0(Stream, 1);
	stream->fd = fd;
	stream->actor = request->call.actor;
	stream->actor_owned = request->actor_owned;
	request->actor_owned = FALSE;
	request->call.actor = actor_public();
	if (request->by_cookie)
		stream->cookie = g_strdup(call_cookie(&request->call, SESSION_COOKIE));
	else if (stream->actor_owned)
		stream->token = g_strdup(request->head.authorization + strcspn(request->head.authorization, " ") + 1);
	stream->seen_id = resume_from(request);
	stream->partial = head_frame(request);
	pthread_mutex_lock(&self->lock);
	g_ptr_array_add(self->arrived, stream);
	pthread_mutex_unlock(&self->lock);
	wake(self);
	return TRUE;
}

json_t *
live_stream(Call *call, GError **error)
{
	/* server.c knows this handler and gives its connection to the hub; only HEAD comes here. */
	g_free(call->media_type);
	call_send_text(call, "text/event-stream", g_strdup(""), 0);
	return json_null();
}

void
live_send(HttpServer *server, const char *event, gint64 case_id, const json_t *data)
{
	LiveHub *self = server->live;
	g_autofree char *text = json_write(data, NULL), *line = g_strdup_printf("event: %s\ndata: %s\n\n", event, text);
	Frame *frame;

	if (live_hub_count(self) == 0)
		return;
	frame = frame_new(line, strlen(line));
	frame->case_id = case_id;
	frame->kind = g_intern_string(event);
	pthread_mutex_lock(&self->lock);
	g_ptr_array_add(self->posted, frame);
	pthread_mutex_unlock(&self->lock);
	wake(self);
}

void
live_may_see_set(HttpServer *server, LiveMaySee fn)
{
	__atomic_store_n(&server->live->may_see, fn != NULL ? fn : default_may_see, __ATOMIC_RELAXED);
}
