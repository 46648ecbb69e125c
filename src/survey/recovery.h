/* recovery.h - a customer we let down a second time: a task with a clock of its own, for the lead of whoever had the case. What opens it:
 * flow/survey/answer.h. */
#pragma once
#include "survey/answer.h"
G_BEGIN_DECLS

enum { RECOVERY_WORDS_MAX = 4000 };

typedef struct {
	gint64 id, asked_id, case_id, customer_id, assignee_id, score, opened_at, due_at, late_at, done_at, version;
	char *ref, *kind, *state; /* open, done */
	gboolean corrected;
} Recovery;
void recovery_free(Recovery *recovery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recovery, recovery_free)
Recovery *recovery_by_ref(Db *db, const char *ref, GError **error); /* ERR_NOT_FOUND */
Recovery *recovery_get(Db *db, gint64 id, GError **error);
Recovery *recovery_find_asked(Db *db, gint64 asked_id, GError **error); /* NULL without error when there is none */

/* Whose it becomes: the lead over @owner_id and @team_id, else a supervisor (of that team first), else an admin; never the owner; 0: nobody. */
gboolean recovery_assignee(Db *db, gint64 owner_id, gint64 team_id, gint64 *ret_user_id, GError **error);

/* In the caller's transaction: the task, a job "recovery.late" {recovery} when it is due, event recovery.opened {kind, score}, and notice
 * "recovery" to the assignee. */
gboolean recovery_open_in(Db *db, const Asked *asked, const char *kind, gint64 score, gint64 assignee_id, gint64 due_at, gint64 now_ms, GError **error);
/* The answer was changed within its hour: still under the bar (@kind not NULL), or a mistake that is in no figure. */
gboolean recovery_corrected_in(Db *db, const Recovery *recovery, const char *kind, gint64 score, gint64 now_ms, GError **error);
/* Done, with words of what was done. ERR_INVALID "/words", ERR_CONFLICT when it is done already. Event recovery.done {in_time}. */
gboolean recovery_done_in(Db *db, const Recovery *recovery, const char *words, const Actor *actor, gint64 now_ms, GError **error);
/* Somebody else sees to it, and is told. ERR_CONFLICT when it is done. Event recovery.assigned {to}. */
gboolean recovery_assign_in(Db *db, const Recovery *recovery, gint64 user_id, const Actor *actor, gint64 now_ms, GError **error);
/* Its time is over and it is open: event recovery.late, and a notice. Nothing the second time. */
gboolean recovery_late_in(Db *db, const Recovery *recovery, gint64 now_ms, GError **error);
/* The customer says that it is better now: what is not turned around yet, is. @case_id 0: by a later survey on any case. */
gboolean recovery_turned_in(Db *db, gint64 customer_id, gint64 case_id, gint64 now_ms, GError **error);

typedef struct {
	const char *state;          /* open, done; NULL: all */
	gint64 assignee_id;         /* 0: anybody's */
	gint64 from_ms, to_ms;      /* opened within; 0, 0: any time */
	gboolean late_only, in_time_only, turned_only;
	gint64 team_id;             /* of the case when it was asked; 0: any */
	guint limit;
	gint64 after_id;            /* open ones: by due; 0: the first page. Done ones: newest first */
	gint64 after_at;
} RecoveryAsk;
/* {recoveries[{ref, kind, score, state, case{ref, subject}, customer{ref, name}|null, survey, said, assignee{ref, name}|null, owner{ref, name}|null, opened_at,
 * due_at, is_late, done_at, done_by, words, turned_at, version}], next: {at, id}|null} */
json_t *recovery_list(Db *db, const RecoveryAsk *ask, GError **error);
/* How many are open; late of them; of @user_id. For the page's head. */
gboolean recovery_counts(Db *db, gint64 user_id, gint64 *ret_open, gint64 *ret_late, gint64 *ret_mine, GError **error);

G_END_DECLS
