/* follow_up.h - "is it still right?", some days after a case was resolved: one question, yes or no. Asking it, and what a no does:
 * flow/follow/ask.h, flow/follow/answer.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

/* waiting (not due yet), asked, right, not_right, silent (no answer), not_asked (with its reason). */
extern const char *const follow_up_states[];
/* Why it was not asked: reopened merged no_customer withdrawn out_of_scope switched_off too_late closed taken_back */
extern const char *const follow_up_thens[]; /* what happens to a case whose customer is silent: close, follow_up, stay */

enum { FOLLOW_UP_WORDS_MAX = 4000 };

typedef struct {
	gint64 id, case_id, customer_id, owner_id, team_id, made_at, due_at, asked_at, ends_at, answered_at, message_id;
	char *ref, *state, *reason;
} FollowUp;
void follow_up_free(FollowUp *it);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FollowUp, follow_up_free)
FollowUp *follow_up_get(Db *db, gint64 id, GError **error); /* ERR_NOT_FOUND */
FollowUp *follow_up_by_ref(Db *db, const char *ref, GError **error);
/* The one that is asked and not answered on this case; NULL without error: none. */
FollowUp *follow_up_find_asked(Db *db, gint64 case_id, GError **error);

/* In the transaction that resolves the case: due at @due_at, with a job "followup.ask" {follow_up}. One that waits already waits anew;
 * one that is asked already is not asked twice. */
gboolean follow_up_plan_in(Db *db, gint64 case_id, gint64 customer_id, gint64 due_at, gint64 now_ms, GError **error);
/* Its clock has moved: one that waits waits for @due_at. */
gboolean follow_up_move_in(Db *db, gint64 case_id, gint64 due_at, gint64 now_ms, GError **error);
/* waiting -> asked, event followup.asked, and a job "followup.silent" at @ends_at. */
gboolean follow_up_asked_in(Db *db, const FollowUp *it, gint64 message_id, gint64 owner_id, gint64 team_id, gint64 ends_at, gint64 now_ms, GError **error);
/* waiting or asked -> not_asked, with the reason. */
gboolean follow_up_not_asked_in(Db *db, gint64 id, const char *reason, GError **error);
/* The case was resolved at @resolved_at with an answer that nobody got: waiting -> not_asked, reason taken_back. */
gboolean follow_up_taken_back_in(Db *db, gint64 case_id, gint64 resolved_at, GError **error);
/* asked -> right or not_right, event followup.answered {right}. ERR_CONFLICT when it is answered already, or over. ERR_INVALID "/words". */
gboolean follow_up_answered_in(Db *db, const FollowUp *it, gboolean right, const char *words, const Actor *actor, gint64 now_ms, GError **error);
/* asked -> silent, event followup.silent; *@ret_was FALSE: it was answered. */
gboolean follow_up_silent_in(Db *db, const FollowUp *it, gint64 now_ms, gboolean *ret_was, GError **error);

typedef struct {
	const char *state; /* NULL: all that were asked */
	gint64 from_ms, to_ms, team_id, after_at, after_id; /* asked within; 0: any */
	guint limit;
} FollowUpAsk;
/* {follow_ups[{ref, state, case{ref, subject}, customer{ref, name}|null, owner{ref, name}|null, asked_at, answered_at, words}], next{at, id}|null} */
json_t *follow_up_list(Db *db, const FollowUpAsk *ask, GError **error);

G_END_DECLS
