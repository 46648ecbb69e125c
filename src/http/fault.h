/* fault.h - what an answer says of an error: to people, to programs, and to the log, where each is written once. Private to http/. */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

/* What a person may read of request->error, which is answered with @status: of our own faults only that they are ours, and the number under which they are
 * logged. (transfer full) */
char *fault_words(const Request *request, guint status);
/* {error, message, field, request_id, fields[{field, message}]} and what the handler put beside it. (transfer full) */
json_t *fault_value(const Request *request, const char *message);
/* What is ours goes to the log: an error where we failed, a warning where somebody we depend on did. */
void fault_log(const Request *request, guint status);

G_END_DECLS
