/* stage.h - the seven stages of a complaint (ISO 10002 clause 7) and the moves between them: one table. */
#pragma once
#include "cases/decision.h"
G_BEGIN_DECLS

/* Pure: may a case move so, and who may? NULL: no such move. Otherwise the permission it needs. */
const char *stage_move_needs(const char *from, const char *to);
/* The stages one may go to from @from with this actor's permissions; NULL-ended, static words. (transfer container) */
GPtrArray *stage_moves(const char *from, const Actor *actor);

typedef struct {
	const char *stage, *outcome, *root_cause, *reason; /* root_cause: ref or path; reason: kept as a note for staff */
	const char *reasons;	 /* in words for the customer: with the outcome they are the decision (cases/decision.h) */
	const json_t *points;	 /* [{text, outcome}], or NULL */
	gint64 version;                                    /* stale guard; 0: any */
	gint64 message_id;       /* the answer it goes with, and is taken back with (cases/unsaid.h); 0: none */
	gboolean make_words;                               /* a root cause that does not exist is made */
} StageMove;
/* Pure: what a move of this case still lacks: ERR_INVALID with "/outcome", "/root_cause"; reasons and points as decision_check has them. Resolving a complaint needs both;
 * ending one without resolving it (closed) needs an outcome, and a root cause unless the matter was withdrawn, out of
 * scope or referred. Other kinds need neither. */
gboolean stage_check(const Case *it, const StageMove *move, GError **error);
/* Pure: whether it may be made now: the move there is, the actor's permission, what it lacks. */
gboolean stage_fits(const Case *it, const StageMove *move, const Actor *actor, GError **error);
/* Pure: whether a move that was chosen at @chosen_ms and waited is still one to make: the case stands where it stood then, or the
 * move leads on from where it is now. What somebody decided meanwhile is not undone by what was chosen before. */
gboolean stage_still_fits(const Case *it, const char *to, gint64 chosen_ms);
/* One transaction, event case.stage_changed {from, to, outcome} (case.resolved, case.reopened beside it; case.decided where an
 * outcome, reasons or points are given that the case has not). Reopening keeps
 * the root cause, clears outcome and end, counts. ERR_DENIED without the move's permission; ERR_CONFLICT when stale, when
 * there is no such move, or the case was merged away. */
gboolean case_move(Db *db, gint64 id, const StageMove *move, const Actor *actor, gint64 now_ms, GError **error);
/* The same inside the caller's transaction. */
gboolean case_move_in(Db *db, gint64 id, const StageMove *move, const Actor *actor, gint64 now_ms, GError **error);
/* And on a case that the caller has locked. */
gboolean case_move_on(Db *db, Case *it, const StageMove *move, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
