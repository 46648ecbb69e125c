/* inner.h - the server's own members, for the few files of http/ that are its rooms. */
#pragma once
#include "http/assets.h"
#include "http/live.h"
#include "http/metrics.h"
#include "http/rate.h"
#include "http/replay.h"
#include "http/request.h"
#include "http/slow.h"
#include <pthread.h>
G_BEGIN_DECLS

struct _HttpServer {
	HttpConfig config;
	Router *router;
	struct MHD_Daemon *daemon;
	int listen_fd;
	char *url, *socket_path;
	guint64 id_base, id_next; /* request ids; the second atomic */
	RateTable *rates;
	SlowPool *slow;
	LiveHub *live;
	Metrics *metrics;
	AssetAnswers *assets;
	ReplayKeys *keys;
	struct MHD_Response *health;
	GHashTable *twins;  /* const Route* -> const Route*: the GET row that shows the same page */
	pthread_mutex_t lock;
	pthread_cond_t change; /* closing, and, while closing: one request fewer */
	GQueue peers;        /* of Peer; under @lock */
	GQueue suspended;    /* of Request, for giving up at the stop; under @lock */
	guint n_running;     /* atomic: requests that are all here and not yet answered to the end */
	gboolean closing;    /* atomic: answer nothing new */
	GThread *watchman;
};

static inline gboolean
server_is_closing(HttpServer *self)
{
	return __atomic_load_n(&self->closing, __ATOMIC_RELAXED);
}

/* Suspends the connection; server_resume is for whoever finished its work. Every suspended one is resumed once. */
void server_suspend(Request *request);
void server_resume(Request *request);

G_END_DECLS
