/* stream.c - see stream.h. One piece at a time: while the reader is slow no worker is held. */
#include "http/stream.h"
#include "http/inner.h"
#include "base/log.h"
#include "microhttpd.lazy.h"
#include <string.h>

enum { BLOCK = 32 * 1024 };

typedef struct {
	Request *request;
	HttpServer *server;
	CallStream next;
	gpointer data;
	GDestroyNotify free_fn;
	guint refs;           /* atomic: the response, and a worker while it has a piece to make */
	/* The connection's thread and the worker take turns with these: the one suspends before the other begins. */
	GString *piece;
	gsize at;
	gboolean ended, failed;
} Piecewise;

static void
piecewise_unref(gpointer data)
{
	Piecewise *self = data;

	if (__atomic_sub_fetch(&self->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (self->free_fn != NULL)
		self->free_fn(self->data);
	g_string_free(self->piece, TRUE);
	g_free(self);
}

static void
make_piece(gpointer data)
{
	Piecewise *self = data;
	g_autoptr(GError) error = NULL;
	Request *request = self->request;

	g_string_truncate(self->piece, 0);
	self->at = 0;
	self->ended = !self->next(self->piece, self->data, &error);
	if (error != NULL) {
		log_error("http", "a stream was cut: %s", error->message);
		self->failed = TRUE;
	}
	piecewise_unref(self);
	server_resume(request);
}

static ssize_t
read_piece(void *data, uint64_t pos, char *out, size_t most)
{
	Piecewise *self = data;
	gsize n;

	if (__atomic_load_n(&self->request->hand, __ATOMIC_ACQUIRE) == HAND_ORPHAN || self->failed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = MIN(most, self->piece->len - self->at);
	if (n > 0) {
		memcpy(out, self->piece->str + self->at, n);
		self->at += n;
		return (ssize_t)n;
	}
	if (self->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (server_is_closing(self->server))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	__atomic_add_fetch(&self->refs, 1, __ATOMIC_RELAXED);
	server_suspend(self->request);
	if (!slow_pool_push(self->server->slow, make_piece, self)) {
		self->failed = TRUE;
		piecewise_unref(self);
		server_resume(self->request);
	}
	return 0;
}

struct MHD_Response *
stream_response(Request *request)
{
	Piecewise *self = g_new0(Piecewise, 1);

	self->request = request;
	self->server = request->server;
	self->next = request->stream;
	self->data = request->stream_data;
	self->free_fn = request->stream_free;
	request->stream_free = NULL;
	self->refs = 1;
	self->piece = g_string_new(NULL);
	request->streaming = TRUE;
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_piece, self, piecewise_unref);
}
