/* body.h - a request's body as it arrives: bounded, told apart by its type, and made into the route's draft. Files of
 * forms go to blobs as they come. Private to http/. */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

/* What the Content-Type header says. */
BodyType body_type(const char *content_type);
/* Before the first byte; @limit in bytes. ERR_LIMIT (413) when Content-Length is beyond it, ERR_INVALID (415) for a type
 * nobody reads. Sets request->error and ->error_status. */
gboolean body_begin(Request *request, gsize limit, gboolean files);
gboolean body_feed(Request *request, const char *bytes, gsize size);
/* All has come: request->form stands for form types. */
gboolean body_end(Request *request);
/* The draft of request->route out of what came. ERR_INVALID with every field. */
gboolean body_draft(Request *request);
/* Files are on their way into the blob store: body_keep_files (slow: it syncs) must run before the handler. */
gboolean body_has_files(const Request *request);
gboolean body_keep_files(Request *request, GError **error);
/* Its bytes as they came, but of a multipart body; "" when there are none. */
const char *body_bytes(const Request *request, gsize *ret_size);
/* BLAKE2b of what is asked for (method, target, body; files by their own hashes), for Idempotency-Key. (transfer full) */
char *body_digest(const Request *request);
void body_free(Body *body);

G_END_DECLS
