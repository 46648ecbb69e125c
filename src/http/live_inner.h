/* live_inner.h - what the hub (live.c) and its streams (live_stream.c) share. Private to those two. */
#pragma once
#include "http/inner.h"
#include "http/live_ring.h"
G_BEGIN_DECLS

typedef struct {
	int fd;
	guint place;          /* in hub->streams */
	const Actor *actor;
	gboolean actor_owned;
	char *cookie, *token; /* to ask again whose they are */
	guint64 seq;          /* next frame in the ring */
	gint64 seen_id;       /* last event sent or passed over */
	gboolean behind;      /* reads from the database until the ring has what comes next */
	Frame *partial;       /* begun, @partial_at bytes of it gone */
	gsize partial_at;
	gboolean blocked;     /* waits for EPOLLOUT */
	gint64 wrote_ms, checked_ms;
} Stream;

struct _LiveHub {
	HttpServer *server;
	int epoll_fd, wake_fd;
	GThread *thread;
	LiveMaySee may_see;   /* atomic */
	pthread_mutex_t lock; /* of the next three */
	GPtrArray *arrived;   /* of Stream */
	GPtrArray *posted;    /* of Frame */
	gboolean stopping;
	gint64 notified;      /* atomic: highest event known to be committed */
	gboolean woken;       /* atomic */
	guint n_streams;      /* atomic; the hub's thread writes */
	/* The hub's thread alone: */
	GPtrArray *streams;
	Ring ring;
	gint64 now_ms;
};

void stream_free(LiveHub *hub, Stream *stream);
/* Out of the hub's list, closed and freed. */
void stream_end(LiveHub *hub, Stream *stream);
/* Brings a stream forward as far as its socket takes it, but one batch at a time, so that all get their turn. It may end
 * it. */
void stream_pump(LiveHub *hub, Stream *stream);

G_END_DECLS
