/* reply.h - answers: JSON, page, fragment, file, stream; errors in the same words on each; headers, ETag, compression.
 * Private to http/. */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

/* Answers with request->value, or request->error. */
enum MHD_Result reply_send(Request *request);
/* Without touching the request: for one whose work was given up at the stop. */
enum MHD_Result reply_gone(struct MHD_Connection *connection);

/* What every answer of bytes is made of, with the headers that any answer has. Takes @text. */
struct MHD_Response *reply_bytes(char *text, gsize size);

G_END_DECLS
