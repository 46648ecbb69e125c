/* events.h - the log of every change, written in the same transaction as the change. Facts hold no message bodies and
 * no personal data: those stay in their own tables and are referenced. Who reads it: cases/timeline.h (the case page),
 * http/live.h (live updates), insight/ (figures). */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	const char *kind;  /* "case.received": noun.verb, past tense */
	gint64 case_id;    /* 0 when about no case */
	gint64 subject_id; /* the message, user, customer ... the kind speaks of; 0 none */
	gint64 at_ms;
	const Actor *actor;
	json_t *facts; /* borrowed; NULL for none */
} Event;

/* Appends; needs an open transaction (a programmer's slip otherwise). */
gboolean event_add(Db *db, const Event *event, gint64 *ret_id, GError **error);

/* What must be written in the same transaction as an event, by somebody of whom the event's own rule knows nothing (a survey that
 * becomes due when a case is resolved). Short, and only for the kinds it cares for: it runs for each event. Its failure is the
 * transaction's. One per connection: store_follow() for a server's, none where nobody asked (imports of the past, the demo). */
typedef gboolean (*EventFollow)(Db *db, const Event *event, gint64 id, GError **error);
void events_follow(Db *db, EventFollow fn);

typedef struct {
	gint64 id, at_ms, case_id, subject_id, actor_id; /* actor_id: user, 0 for the system, customers and strangers */
	char *kind, *actor_kind, *facts;                 /* facts: JSON text, never NULL */
	char *case_ref;                                  /* NULL when about no case */
	char *actor_ref, *actor_name;                    /* the user's; NULL when it was none */
} EventRow;
void event_row_free(EventRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventRow, event_row_free)

/* Events after @after_id in order of id, at most @limit; of one case when @case_id is not 0. On PostgreSQL only those
 * before the oldest transaction still running, so that a follower who remembers the last id misses none.
 * (transfer full) array of EventRow. */
GPtrArray *events_after(Db *db, gint64 after_id, gint64 case_id, guint limit, GError **error);
/* For a page made in a snapshot: the event its live stream should begin behind, so that none is missed. What may be told
 * twice does no harm: the page only looks again. */
gboolean events_seen_id(Db *db, gint64 *ret_id, GError **error);
/* The highest id a follower may start from. Not inside a snapshot. */
gboolean events_last_id(Db *db, gint64 *ret_id, GError **error);

G_END_DECLS
