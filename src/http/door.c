/* door.c - libmicrohttpd's callbacks and each request's steps: headers, body, handler, answer. The rooms behind it:
 * router.c, gate.c, body.c, run.c, reply.c; streams of events leave through live.c. Start and stop: server.c. */
#include "http/door.h"
#include "http/body.h"
#include "http/gate.h"
#include "http/reply.h"
#include "http/run.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "microhttpd.lazy.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	MEMORY = 16 * 1024,       /* a connection's: also how long headers may be */
	IDLE_S = 75,              /* between requests, and for a reader who takes nothing */
	SWALLOW = 8 * 1024 * 1024, /* of a refused body, so that the answer is read before the connection ends */
	FORM_LEAST = 4096,        /* any write may be a form with its token */
};

gint64
coarse_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (gint64)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
peer_until(Peer *peer, gint64 in_ms)
{
	__atomic_store_n(&peer->deadline_ms, in_ms > 0 ? coarse_ms() + in_ms : 0, __ATOMIC_RELAXED);
}

/* ---- one request ------------------------------------------------------------------------------------------------------- */

static gboolean
refuse(Request *self, guint status, ErrCode code, const char *message)
{
	g_set_error_literal(&self->error, ERR, code, message);
	self->error_status = status;
	return FALSE;
}

static gboolean
read_params(Request *self)
{
	for (guint i = 0; i < self->match.n_params; i++) {
		const MatchParam *param = &self->match.params[i];
		char *value = request_alloc(self, param->size + 1);

		if (percent_decode(param->from, param->size, FALSE, value) < 0 || !g_utf8_validate(value, -1, NULL))
			return FALSE;
		self->param_values[i] = value;
	}
	return TRUE;
}

/* A form may stand for another method; until its _method is read, the row is not known. */
static gboolean
may_be_overridden(const Request *self)
{
	return self->method == M_POST && !self->match.api && (self->type == TYPE_FORM || self->type == TYPE_MULTIPART) &&
	       (self->match.routes[M_PATCH] != NULL || self->match.routes[M_PUT] != NULL || self->match.routes[M_DELETE] != NULL);
}

static gboolean
find_route(Request *self, const char *method)
{
	const int m = method_read(method);
	g_autoptr(GString) allowed = NULL;

	if (!router_match(self->server->router, REQUEST_PATH(self), &self->match)) {
		self->call.as_page = !self->match.api;
		return refuse(self, 404, ERR_NOT_FOUND, "there is nothing here");
	}
	self->call.as_page = !self->match.api;
	self->method = m >= 0 ? (Method)m : M_GET;
	self->route = m >= 0 ? match_route(&self->match, (Method)m) : NULL;
	if (self->route == NULL && m >= 0 && may_be_overridden(self)) {
		for (guint i = 0; i < N_METHODS; i++) /* for the names of the parameters */
			if (self->match.routes[i] != NULL)
				match_route(&self->match, (Method)i);
	} else if (self->route == NULL) {
		allowed = g_string_new(NULL);
		match_allowed(&self->match, allowed);
		call_header_add(&self->call, "Allow", allowed->str);
		return refuse(self, 405, ERR_INVALID, "this is not done here; see the Allow header for what is");
	} else {
		self->route_id = self->match.ids[m];
	}
	self->call.route = self->route;
	return read_params(self) || refuse(self, 404, ERR_NOT_FOUND, "there is nothing here");
}

static gsize
body_limit(const Request *self)
{
	gsize limit = FORM_LEAST;

	if (self->route != NULL)
		return MAX(limit, self->route->body);
	for (guint m = M_PATCH; m < N_METHODS; m++)
		if (self->match.routes[m] != NULL)
			limit = MAX(limit, self->match.routes[m]->body);
	return limit;
}

static gboolean
takes_files(const Request *self)
{
	for (guint m = M_POST; m < N_METHODS; m++)
		if (self->match.routes[m] != NULL && (self->match.routes[m]->flags & ROUTE_FILES))
			return TRUE;
	return FALSE;
}

static void
see_fragment(Request *self)
{
	const Head *head = &self->head;

	self->call.fragment = self->call.as_page && head->hx_request != NULL && head->hx_target != NULL &&
			      (head->hx_type == NULL || strcmp(head->hx_type, "full") != 0);
}

/* The headers are here. TRUE: go on to the body; FALSE: to be answered as it stands. */
static gboolean
enter(Request *self, const char *method)
{
	self->call.now_ms = clock_now_ms();
	self->type = body_type(self->head.content_type);
	if (!find_route(self, method))
		return FALSE;
	see_fragment(self);
	self->head_only = strcmp(method, "HEAD") == 0;
	if (!gate_enter(self))
		return FALSE;
	if (self->route != NULL && !gate_permit(self))
		return FALSE;
	if (self->method != M_GET)
		return body_begin(self, body_limit(self), takes_files(self));
	return TRUE;
}

static gboolean
has_body(const Request *self)
{
	return self->head.chunked || self->head.length > 0;
}

static enum MHD_Result
healthz(Request *self)
{
	Match *match = &self->match;

	self->step = STEP_ANSWERED;
	if (router_match(self->server->router, "/healthz", 8, match))
		metrics_count(self->server->metrics, (int)match->ids[M_GET], 200, g_get_monotonic_time() - self->begun_us);
	return MHD_queue_response(self->connection, server_is_closing(self->server) ? 503 : 200, self->server->health);
}

/* What is the same for everybody and needs no gate. */
static const Asset *
asset_of(const Request *self)
{
	/* "/assets/..", and the few of ui/static by their fixed names: "/favicon.svg" */
	if (strncmp(self->target, "/assets/", 8) != 0 && (strchr(self->target, '.') == NULL || strchr(self->target + 1, '/') != NULL))
		return NULL;
	return asset_find(self->target);
}

static enum MHD_Result
answer(Request *self)
{
	enum MHD_Result result;

	self->step = STEP_ANSWERED;
	/* A reader may be slow, but not for ever: its idle time is bounded by libmicrohttpd, and all of it here. */
	peer_until(self->peer, 30 * MS_PER_MINUTE);
	run_begin_arena(self);
	result = reply_send(self);
	run_end_arena(self);
	return result;
}

/* TRUE when the connection was handed to the hub. */
static gboolean
became_live(Request *self)
{
	if (self->route->handler != live_stream || self->head_only || !live_hub_take(self->server->live, self, &self->error))
		return FALSE;
	metrics_count(self->server->metrics, (int)self->route_id, 200, g_get_monotonic_time() - self->begun_us);
	return TRUE;
}

static enum MHD_Result
ready(Request *self)
{
	peer_until(self->peer, 0);
	self->counted = TRUE;
	__atomic_add_fetch(&self->server->n_running, 1, __ATOMIC_RELAXED);
	if (self->error == NULL && self->route != NULL && self->route->handler == live_stream && gate_permit(self) && became_live(self))
		return MHD_NO; /* lets go of the connection; its socket lives on in the hub */
	if (self->error == NULL)
		run_request(self);
	if (self->step == STEP_WAITING)
		return MHD_YES;
	return answer(self);
}

static void
come_in(Request *self, const char *method)
{
	if (server_is_closing(self->server))
		refuse(self, 503, ERR_BUSY, "the server is stopping");
	else
		(void)enter(self, method);
}

/* The first call for a request. An answer given now would end the connection: that is for bodies nobody wants. */
static enum MHD_Result
begin(Request *self, const char *method)
{
	request_read_head(self);
	if (!has_body(self)) {
		self->step = STEP_HEAD_ONLY;
		return MHD_YES;
	}
	self->step = STEP_BODY;
	come_in(self, method);
	/* A refusal waits until the body was sent, unless that is long or the client asked before sending it. */
	if (self->error != NULL && (self->head.length > SWALLOW || call_header(&self->call, "Expect") != NULL))
		return answer(self);
	return MHD_YES;
}

static enum MHD_Result
without_body(Request *self, const char *method)
{
	const Asset *asset;

	if (strcmp(self->target, "/healthz") == 0)
		return healthz(self);
	if ((asset = asset_of(self)) != NULL)
		return asset_answer(self->server->assets, self, asset);
	come_in(self, method);
	return ready(self);
}

static enum MHD_Result
take_body(Request *self, const char *bytes, gsize size)
{
	self->received += size;
	if (self->error != NULL)
		return self->received <= SWALLOW ? MHD_YES : MHD_NO;
	if (self->body != NULL)
		(void)body_feed(self, bytes, size);
	return MHD_YES;
}

static enum MHD_Result
on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *upload,
	size_t *upload_size, void **request)
{
	Request *self = *request;

	if (self == NULL)
		return MHD_NO;
	switch (self->step) {
	case STEP_HEAD: return begin(self, method);
	case STEP_HEAD_ONLY: return without_body(self, method);
	case STEP_BODY:
		if (*upload_size > 0) {
			const enum MHD_Result result = take_body(self, upload, *upload_size);

			*upload_size = 0;
			return result;
		}
		if (self->error == NULL && !body_end(self) && self->error_status == 0 && err_fields(self->error) == NULL)
			self->error_status = self->error->code == ERR_INVALID ? 400 : 0;
		return ready(self);
	case STEP_WAITING:
		if (__atomic_load_n(&self->hand, __ATOMIC_ACQUIRE) == HAND_ORPHAN) {
			self->step = STEP_ANSWERED;
			return reply_gone(connection);
		}
		run_finish(self);
		return answer(self);
	default: return MHD_YES;
	}
}

/* ---- libmicrohttpd's other callbacks ----------------------------------------------------------------------------------- */

/* Keeps paths and queries as they were sent: routes are found in the encoded path, so that %2F is no slash. */
static size_t
leave_escaped(void *data, struct MHD_Connection *connection, char *text)
{
	return strlen(text);
}

static Peer *
peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

static void *
on_target(void *data, const char *target, struct MHD_Connection *connection)
{
	HttpServer *server = data;
	Peer *peer = peer_of(connection);

	if (peer == NULL)
		return NULL;
	peer_until(peer, server->config.request_deadline_ms);
	return request_new(server, connection, peer, target);
}

static void
one_fewer(HttpServer *server)
{
	__atomic_sub_fetch(&server->n_running, 1, __ATOMIC_SEQ_CST);
	if (!server_is_closing(server))
		return;
	pthread_mutex_lock(&server->lock);
	pthread_cond_broadcast(&server->change);
	pthread_mutex_unlock(&server->lock);
}

static void
on_completed(void *data, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode why)
{
	Request *self = *request;

	if (self == NULL)
		return;
	*request = NULL;
	if (self->counted)
		one_fewer(self->server);
	/* The next request's line must come within the idle time and be whole a deadline later. */
	peer_until(self->peer, IDLE_S * MS_PER_S + self->server->config.request_deadline_ms);
	request_unref(self);
}

static void
write_address(Peer *peer, const struct sockaddr *address)
{
	peer->local = TRUE;
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)address;

		inet_ntop(AF_INET, &in->sin_addr, peer->address, sizeof peer->address);
		peer->local = (ntohl(in->sin_addr.s_addr) >> 24) == 127;
	} else if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)address;

		inet_ntop(AF_INET6, &in->sin6_addr, peer->address, sizeof peer->address);
		peer->local = IN6_IS_ADDR_LOOPBACK(&in->sin6_addr);
	}
}

static void
on_connection(void *data, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode what)
{
	HttpServer *server = data;
	const union MHD_ConnectionInfo *info;
	Peer *peer = *context;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (peer == NULL)
			return;
		pthread_mutex_lock(&server->lock);
		g_queue_unlink(&server->peers, &peer->link);
		pthread_mutex_unlock(&server->lock);
		g_free(peer->spare);
		g_free(peer);
		*context = NULL;
		return;
	}
	peer = g_new0(Peer, 1);
	peer->link.data = peer;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	peer->fd = info->connect_fd;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	write_address(peer, info->client_addr);
	peer_until(peer, server->config.request_deadline_ms);
	pthread_mutex_lock(&server->lock);
	g_queue_push_tail_link(&server->peers, &peer->link);
	pthread_mutex_unlock(&server->lock);
	*context = peer;
}

/* What libmicrohttpd has to say is about clients that broke off: nothing an operator can act on. */
static void G_GNUC_PRINTF(2, 0)
on_mhd_log(void *data, const char *format, va_list ap)
{
	g_autofree char *text = g_strdup_vprintf(format, ap);

	log_debug("http", "%s", g_strchomp(text));
}

struct MHD_Daemon *
door_start(HttpServer *self)
{
	const guint flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | MHD_USE_TURBO | MHD_USE_ITC;

	/* TURBO also means that a closed connection's socket is not shut down, only closed: the hub's copy of it stays open. */
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, self, MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log, self, MHD_OPTION_LISTEN_SOCKET,
		self->listen_fd, MHD_OPTION_THREAD_POOL_SIZE, self->config.n_threads, MHD_OPTION_CONNECTION_LIMIT, self->config.max_connections,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (guint)IDLE_S, MHD_OPTION_URI_LOG_CALLBACK, on_target,
		self, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, self, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, self, MHD_OPTION_END);
}
