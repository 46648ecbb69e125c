/* promises.h - what the demo's agents promise in their answers, and whether they keep it. Part of a case's life (life.h). */
#pragma once
#include "cases/case.h"
#include "demo/company.h"
G_BEGIN_DECLS

/* The promise of a case that is still to come true; zero it. */
typedef struct {
	gint64 id, due_at;
	gint64 kept_at; /* 0: never */
	gboolean broken;
} Promised;

/* Reads @body as the composer does, and keeps watch over what it promises; how it will go is drawn: the more @care the better. Nothing
 * when something is promised already. In the caller's transaction, as the next. */
gboolean promises_hear(Db *db, Chance *chance, Case *it, const Actor *who, guint care, gint64 message_id, const char *body, gint64 at_ms, gint64 until_ms, Promised *promised,
	GError **error);
/* When something becomes of it next; 0: nothing will. */
gint64 promises_next(const Promised *promised);
/* What becomes of it at promises_next(). */
gboolean promises_settle(Db *db, Case *it, const Actor *who, Promised *promised, GError **error);

G_END_DECLS
