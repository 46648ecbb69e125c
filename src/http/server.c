/* server.c - the server's life: start, who waits for work done elsewhere, the clean stop. What happens to a request:
 * door.c. */
#include "http/server.h"
#include "http/builtin.h"
#include "http/door.h"
#include "http/inner.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/listen.h"
#include "base/log.h"
#include "brotli.lazy.h"
#include "microhttpd.lazy.h"
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { STOP_MS = 4500 };

/* ---- waiting ----------------------------------------------------------------------------------------------------------- */

void
server_suspend(Request *self)
{
	HttpServer *server = self->server;

	__atomic_add_fetch(&self->refs, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&self->hand, HAND_WAITING, __ATOMIC_RELEASE);
	if (self->step != STEP_ANSWERED)
		self->step = STEP_WAITING;
	peer_until(self->peer, 0);
	pthread_mutex_lock(&server->lock);
	g_queue_push_tail_link(&server->suspended, &self->waiting);
	MHD_suspend_connection(self->connection);
	pthread_mutex_unlock(&server->lock);
}

void
server_resume(Request *self)
{
	HttpServer *server = self->server;
	struct MHD_Connection *connection = self->connection;

	pthread_mutex_lock(&server->lock);
	if (__atomic_exchange_n(&self->hand, HAND_DONE, __ATOMIC_ACQ_REL) == HAND_WAITING) {
		g_queue_unlink(&server->suspended, &self->waiting);
		request_unref(self); /* not the last: the door has its own until the connection is told */
		MHD_resume_connection(connection);
		pthread_mutex_unlock(&server->lock);
		return;
	}
	__atomic_store_n(&self->hand, HAND_ORPHAN, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&server->lock);
	request_unref(self);
}

/* ---- start and stop ---------------------------------------------------------------------------------------------------- */

/* Once a second: cuts those whose request did not come in time. */
static gpointer
watch(gpointer data)
{
	HttpServer *self = data;
	struct timespec until;

	pthread_mutex_lock(&self->lock);
	while (!server_is_closing(self)) {
		const gint64 now_ms = coarse_ms();

		for (GList *link = self->peers.head; link != NULL; link = link->next) {
			Peer *peer = link->data;
			const gint64 deadline_ms = __atomic_load_n(&peer->deadline_ms, __ATOMIC_RELAXED);

			if (deadline_ms != 0 && now_ms > deadline_ms)
				shutdown(peer->fd, SHUT_RDWR); /* libmicrohttpd sees the end and cleans up */
		}
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		pthread_cond_timedwait(&self->change, &self->lock, &until);
	}
	pthread_mutex_unlock(&self->lock);
	return NULL;
}

/* For a refused form: the GET row that shows the page it stands on, by its template; its parameters must all be known. */
static const Route *
twin_of(const Router *router, const Route *form)
{
	const GPtrArray *routes = router_routes(router);

	for (guint i = 0; i < routes->len; i++) {
		const Route *route = routes->pdata[i];
		gboolean fits = strcmp(route->method, "GET") == 0 && route->kind == ROUTE_READ && g_strcmp0(route->page, form->page) == 0;

		for (const char *p = route->path; fits && (p = strchr(p, '{')) != NULL; p++) {
			g_autofree char *name = g_strndup(p, strcspn(p, "}") + 1);

			fits = strstr(form->path, name) != NULL;
		}
		if (fits)
			return route;
	}
	return NULL;
}

static void
find_twins(HttpServer *self)
{
	const GPtrArray *routes = router_routes(self->router);

	self->twins = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < routes->len; i++) {
		const Route *route = routes->pdata[i], *twin;

		if (strcmp(route->method, "GET") != 0 && route->page != NULL && (twin = twin_of(self->router, route)) != NULL)
			g_hash_table_insert(self->twins, (gpointer)route, (gpointer)twin);
	}
}

static void
fill_defaults(HttpConfig *config)
{
	if (config->n_threads == 0)
		config->n_threads = CLAMP(g_get_num_processors(), 1, 8);
	if (config->n_slow == 0)
		config->n_slow = 2;
	if (config->max_connections == 0)
		config->max_connections = 12000;
	if (config->rate_per_minute == 0)
		config->rate_per_minute = 6000;
	if (config->request_deadline_ms == 0)
		config->request_deadline_ms = 60 * MS_PER_S;
}

static gboolean
has_builtins(const Router *router)
{
	Match match;

	return router_match(router, "/healthz", 8, &match);
}

static void
server_free(HttpServer *self)
{
	rate_table_free(self->rates);
	slow_pool_free(self->slow);
	metrics_free(self->metrics);
	asset_answers_free(self->assets);
	replay_keys_free(self->keys);
	g_clear_pointer(&self->health, MHD_destroy_response);
	g_clear_pointer(&self->twins, g_hash_table_unref);
	pthread_mutex_destroy(&self->lock);
	pthread_cond_destroy(&self->change);
	g_free(self->url);
	g_free(self->socket_path);
	g_free(self);
}

static struct MHD_Response *
make_health(void)
{
	static char text[] = "ok\n";
	struct MHD_Response *response = MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);

	MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
	MHD_add_response_header(response, "Cache-Control", "no-store");
	return response;
}

HttpServer *
http_server_start(const HttpConfig *config, Router *router, GError **error)
{
	HttpServer *self;
	g_autofree char *where = NULL;
	pthread_condattr_t monotonic;

	if (!lazy_load(&lazy_microhttpd, error) || !lazy_load(&lazy_brotli, error))
		return NULL;
	self = g_new0(HttpServer, 1);
	self->config = *config;
	fill_defaults(&self->config);
	self->listen_fd = listen_open(config->listen, &where, &self->socket_path, error);
	if (self->listen_fd < 0) {
		g_prefix_error(error, "--listen: ");
		g_free(self);
		return NULL;
	}
	self->url = g_str_has_prefix(where, "unix:") ? g_steal_pointer(&where) : g_strconcat("http://", where, NULL);
	listen_raise_files(2 * self->config.max_connections + 256);
	if (!has_builtins(router))
		router_add(router, builtin_routes);
	self->router = router;
	randombytes_buf(&self->id_base, sizeof self->id_base);
	pthread_mutex_init(&self->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&self->change, &monotonic);
	pthread_condattr_destroy(&monotonic);
	self->rates = rate_table_new();
	self->metrics = metrics_new(router_routes(router)->len);
	self->assets = asset_answers_new();
	self->keys = replay_keys_new();
	self->health = make_health();
	find_twins(self);
	self->slow = slow_pool_new(self->config.n_slow);
	self->live = live_hub_new(self);
	self->watchman = g_thread_new("watch", watch, self);
	self->daemon = door_start(self);
	if (self->daemon == NULL) {
		g_set_error(error, ERR, ERR_INTERNAL, "the HTTP server does not start: %s", g_strerror(errno));
		http_server_stop(self);
		return NULL;
	}
	return self;
}

const char *
http_server_url(const HttpServer *self)
{
	return self->url;
}

/* Answers what is still waiting without its result: libmicrohttpd cannot be stopped with a suspended connection. */
static guint
give_up(HttpServer *self)
{
	guint n = 0;
	GList *link;

	while ((link = g_queue_pop_head_link(&self->suspended)) != NULL) {
		Request *request = link->data;

		__atomic_store_n(&request->hand, HAND_ORPHAN, __ATOMIC_RELEASE);
		MHD_resume_connection(request->connection);
		n++;
	}
	return n;
}

/* Waits until all that had begun is answered, or the deadline. Returns how many were given up. */
static guint
wait_for_running(HttpServer *self, gint64 deadline_us)
{
	const struct timespec until = { .tv_sec = deadline_us / G_USEC_PER_SEC, .tv_nsec = deadline_us % G_USEC_PER_SEC * 1000 };
	guint given_up;

	pthread_mutex_lock(&self->lock);
	while (__atomic_load_n(&self->n_running, __ATOMIC_SEQ_CST) > 0 && pthread_cond_timedwait(&self->change, &self->lock, &until) != ETIMEDOUT)
		continue;
	given_up = give_up(self);
	pthread_mutex_unlock(&self->lock);
	return given_up;
}

void
http_server_stop(HttpServer *self)
{
	const gint64 deadline_us = g_get_monotonic_time() + STOP_MS * 1000;
	const char *hits = g_getenv("REDRESS_ROUTES_HIT");
	gboolean ended;
	guint given_up;

	/* No MHD_quiesce_daemon: in 0.9.75 it and a connection thread may both take the listening socket out of epoll, and
	 * the second one aborts. Who comes now is answered 503; MHD_stop_daemon closes the door. */
	if (self->daemon == NULL && self->listen_fd >= 0)
		close(self->listen_fd);
	pthread_mutex_lock(&self->lock);
	__atomic_store_n(&self->closing, TRUE, __ATOMIC_SEQ_CST);
	pthread_cond_broadcast(&self->change);
	pthread_mutex_unlock(&self->lock);
	g_thread_join(self->watchman);
	given_up = wait_for_running(self, deadline_us);
	if (self->daemon != NULL)
		MHD_stop_daemon(self->daemon);
	live_hub_stop(self->live);
	ended = slow_pool_stop(self->slow, deadline_us);
	if (hits != NULL && *hits != '\0')
		metrics_append_hits(self->metrics, self->router, hits);
	if (self->socket_path != NULL)
		unlink(self->socket_path);
	if (given_up > 0 || !ended) { /* somebody still holds on to it: the process is about to end anyway */
		log_warn("http", "stopped with slow work unfinished (%u requests were given up)", given_up);
		return;
	}
	server_free(self);
}
