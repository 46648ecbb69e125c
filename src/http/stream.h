/* stream.h - call_send_stream's answers: pieces made on the slow pool as fast as the reader takes them. Private to http/. */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

/* A chunked response that takes over the request's stream. */
struct MHD_Response *stream_response(Request *request);

G_END_DECLS
