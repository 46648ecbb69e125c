/* run.h - where a handler runs: here (READ), on the writer (WRITE), or on the slow pool (SLOW); and what is done on the
 * connection's thread once it has: the answer, panels, a form shown again. Private to http/. */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

/* The body is here: method override, permission, token, draft, then the handler. Afterwards request->step says whether it
 * waits (the connection is suspended) or is to be answered. */
void run_request(Request *request);
/* After a wait, or at once for READ: request->value is what to show, or request->error why not. */
void run_finish(Request *request);
/* From here to the end the thread's JSON values are the arena's (base/json_value.h), and so may request->value be: the end
 * drops it, and call->more. Both may be called twice. One thread, one request between them. */
void run_begin_arena(Request *request);
void run_end_arena(Request *request);
/* For a form that was refused: request->value becomes that of the page it stands on, with "errors" [{field, message}],
 * "form" {name: what was typed}, "error" and "message". FALSE: there is no such page. */
gboolean run_form_again(Request *request, const char *message);

/* Adds what was typed to request->value, as "form". */
void run_form_words(Request *request);

G_END_DECLS
