/* decision.h - how a complaint was decided: outcome, reasons in words for the customer, and which of its points were upheld
 * (ISO 10002, 7.8 and 7.9). Resolving with one: cases/stage.h; the letter that says it: flow/letter/letter.h. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

enum { DECISION_MAX_REASONS = 20000, DECISION_MAX_POINTS = 20, DECISION_MAX_POINT = 500 };

extern const char *const decision_point_words[]; /* upheld partly_upheld not_upheld */

typedef struct {
	const char *outcome; /* of case_outcomes */
	const char *reasons; /* as the customer reads them; NULL: none */
	const json_t *points; /* [{text, outcome}] in the order they were raised; NULL: none */
} NewDecision;

/* Pure: adds every fault to @error ("/outcome", "/reasons", "/points"). Points that contradict the outcome are one: upheld while
 * no point is, not upheld while one is. An outcome that is missing is none: who needs one says so. */
gboolean decision_check(const NewDecision *make, GError **error);
/* One transaction: row, the case's outcome, event case.decided {outcome, points, with_reasons} (never their words). ERR_CONFLICT
 * when stale, merged away, or the case is ended: what was decided is changed by opening it again; only reasons that nobody
 * gave may be added then. */
gboolean decision_make(Db *db, gint64 case_id, gint64 version, const NewDecision *make, const Actor *actor, gint64 now_ms, GError **error);
/* The row and the event alone, for rules that write the case themselves; checked before. */
gboolean decision_record(Db *db, const Case *it, const NewDecision *make, const Actor *actor, gint64 now_ms, GError **error);
/* {outcome, reasons|null, points[{text, outcome}], by{ref, name}|null, at}; null where there is no outcome. One statement, and none
 * without an outcome. */
json_t *decision_get(Db *db, const Case *it, GError **error);
/* All that were made, newest first. */
json_t *decision_list(Db *db, gint64 case_id, GError **error);

G_END_DECLS
