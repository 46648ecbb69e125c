/* promises.h - promises as staff read, make and end them; those sent with a message; what a page shows of them. The rules:
 * promise/promise.h, flow/promise/promising.h. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_promise_routes[];

/* A form has so many rows of promises beside a message, named promise1.what, promise1.due_at, promise1.whole_day, promise1.words. */
enum { DESK_PROMISES = 8 };
typedef struct {
	DraftGiven given;
	char *what, *words;
	gint64 due_at, certainty;
	gboolean whole_day;
} PromiseRow;
extern const DraftSpec desk_promise_row;
#define DESK_PROMISE_FIELD(type, n) \
	{ "promise" #n, DRAFT_SUB, offsetof(type, promise) + ((n) - 1) * sizeof(PromiseRow), .sub = &desk_promise_row, .about = "for forms: one of the promises" }
#define DESK_PROMISE_FIELDS(type) \
	{ "promises", DRAFT_JSON, offsetof(type, promises), .about = "outbound: what is promised in it: [{what, due_at, whole_day, words (as they stand in body), certainty}]" }, \
	DESK_PROMISE_FIELD(type, 1), DESK_PROMISE_FIELD(type, 2), DESK_PROMISE_FIELD(type, 3), DESK_PROMISE_FIELD(type, 4), \
	DESK_PROMISE_FIELD(type, 5), DESK_PROMISE_FIELD(type, 6), DESK_PROMISE_FIELD(type, 7), DESK_PROMISE_FIELD(type, 8)
/* Those of a program as they were sent, else the rows of a form that have words; NULL: none. (transfer full) */
json_t *desk_promises(json_t *sent, const PromiseRow rows[DESK_PROMISES]);

/* RoutePanels: "promises"[], "now_promise", "heard"[] of a case; promised words are marked in "messages". */
gboolean desk_promise_panel(Call *call, json_t *value, GError **error);

G_END_DECLS
