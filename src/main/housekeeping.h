/* housekeeping.h - one thread beside the server: recounts the queue's views after changes (at most once a second), empties
 * what was kept of people and words when they change, writes down when sessions were last used, throws away old
 * idempotency answers. */
#pragma once
#include "desk/app.h"
G_BEGIN_DECLS

typedef struct _Housekeeping Housekeeping;
/* Counts once before it returns, so that the first page has its figures. @app must outlive it. */
Housekeeping *housekeeping_start(DeskApp *app, GError **error);
void housekeeping_stop(Housekeeping *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Housekeeping, housekeeping_stop)

G_END_DECLS
