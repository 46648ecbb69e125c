/* request.c - a request's memory and its headers. What handlers may ask of it: call.c. */
#include "http/request.h"
#include "http/body.h"
#include "http/inner.h"
#include "http/replay.h"
#include "microhttpd.lazy.h"
#include <string.h>
#include <unistd.h>

/* Ids are a counter in hex behind the start's chance: unique in a log, not secret. */
static void
write_id(HttpServer *server, char ret_id[17])
{
	static const char hex[] = "0123456789abcdef";
	guint64 n = server->id_base + __atomic_add_fetch(&server->id_next, 1, __ATOMIC_RELAXED);

	for (int i = 15; i >= 0; i--, n >>= 4)
		ret_id[i] = hex[n & 15];
	ret_id[16] = '\0';
}

Request *
request_new(HttpServer *server, struct MHD_Connection *connection, Peer *peer, const char *target)
{
	Request *self = peer->spare != NULL ? g_steal_pointer(&peer->spare) : g_malloc(sizeof *self);
	const char *mark;

	memset(self, 0, offsetof(Request, arena));
	self->server = server;
	self->connection = connection;
	self->peer = peer;
	self->begun_us = g_get_monotonic_time();
	self->refs = 1;
	self->waiting.data = self;
	self->file_fd = -1;
	self->target = request_strndup(self, target, strlen(target));
	mark = strchr(self->target, '?');
	self->path_size = mark != NULL ? (gsize)(mark - self->target) : strlen(self->target);
	self->query = mark != NULL ? mark + 1 : "";
	write_id(server, self->id);
	self->call.request_id = self->id;
	self->call.app = server->config.app;
	self->call.store = server->config.store;
	self->call.actor = actor_public();
	return self;
}

static void
call_clear(Call *call)
{
	g_free(call->location);
	g_free(call->etag);
	g_free(call->file_name);
	g_free(call->media_type);
	g_free(call->redirect);
	g_clear_pointer(&call->headers, g_ptr_array_unref);
	g_clear_pointer(&call->more, json_decref);
}

void
request_unref(Request *self)
{
	const HttpAuth *auth = &self->server->config.auth;

	if (__atomic_sub_fetch(&self->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (self->call.draft != NULL && self->route != NULL && self->route->draft != NULL)
		draft_clear(self->route->draft, self->call.draft);
	if (self->actor_owned && auth->release != NULL)
		auth->release(auth->data, self->call.actor);
	if (self->file_fd >= 0)
		close(self->file_fd);
	if (self->stream_free != NULL)
		self->stream_free(self->stream_data);
	call_clear(&self->call);
	body_free(self->body);
	replay_free(self);
	g_clear_pointer(&self->value, json_decref);
	g_clear_error(&self->error);
	g_free(self->text);
	g_slist_free_full(self->chunks, g_free);
	if (self->hand != HAND_ORPHAN && self->peer->spare == NULL)
		self->peer->spare = self;
	else
		g_free(self);
}

gpointer
request_alloc(Request *self, gsize size)
{
	gpointer chunk;

	size = (size + 15) & ~(gsize)15;
	if (size <= REQUEST_ARENA - self->arena_used) {
		chunk = self->arena + self->arena_used;
		self->arena_used += size;
		return chunk;
	}
	chunk = g_malloc(size);
	self->chunks = g_slist_prepend(self->chunks, chunk);
	return chunk;
}

char *
request_strndup(Request *self, const char *text, gsize size)
{
	char *copy = request_alloc(self, size + 1);

	memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

/* Which member of Head a header's name fills; NULL for all others. By length first: most are told apart by it. */
static const char **
member_of(Head *head, const char *name)
{
#define IS(word) (g_ascii_strcasecmp(name, word) == 0)
	switch (strlen(name)) {
	case 4: return IS("Host") ? &head->host : NULL;
	case 6: return IS("Cookie") ? &head->cookie : IS("Origin") ? &head->origin : NULL;
	case 9: return IS("HX-Target") ? &head->hx_target : NULL;
	case 10: return IS("HX-Request") ? &head->hx_request : NULL;
	case 12: return IS("Content-Type") ? &head->content_type : IS("X-CSRF-Token") ? &head->csrf : NULL;
	case 13: return IS("Authorization") ? &head->authorization : IS("If-None-Match") ? &head->if_none_match : IS("Last-Event-ID") ? &head->last_event_id : NULL;
	case 14: return IS("Sec-Fetch-Site") ? &head->fetch_site : NULL;
	case 15:
		return IS("Accept-Encoding") ? &head->accept_encoding :
		       IS("Accept-Language") ? &head->accept_language :
		       IS("Idempotency-Key") ? &head->idempotency :
		       IS("HX-Request-Type") ? &head->hx_type :
		       IS("X-Forwarded-For") ? &head->forwarded_for : NULL;
	default: return NULL;
	}
}

static enum MHD_Result
visit(void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
	Head *head = data;
	const char **member;

	if (value == NULL)
		return MHD_YES;
	member = member_of(head, name);
	if (member != NULL)
		*member = value;
	else if (g_ascii_strcasecmp(name, "Content-Length") == 0)
		head->length = g_ascii_strtoll(value, NULL, 10);
	else if (g_ascii_strcasecmp(name, "Transfer-Encoding") == 0)
		head->chunked = TRUE;
	return MHD_YES;
}

void
request_read_head(Request *self)
{
	self->head.length = -1;
	MHD_get_connection_values(self->connection, MHD_HEADER_KIND, visit, &self->head);
}
