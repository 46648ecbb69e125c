/* asked.h - of whom a survey was asked, and whose turn it is. When: flow/follow/follow.c plans it, flow/survey/send.c asks. What was answered:
 * survey/answer.h. */
#pragma once
#include "survey/survey.h"
G_BEGIN_DECLS

/* Why a survey that was due was not sent: reopened merged switched_off no_customer unsubscribed no_address asked_lately too_late
 * no_base_url taken_back. waiting: not yet due. */
extern const char *const asked_reasons[];

typedef struct {
	gint64 id, survey_id, case_id, customer_id, owner_id, team_id, made_at, due_at, sent_at, ends_at, answered_at, message_id;
	char *ref, *state, *reason, *lang; /* state: waiting sent answered expired not_sent */
} Asked;
void asked_free(Asked *asked);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asked, asked_free)
Asked *asked_get(Db *db, gint64 id, GError **error); /* ERR_NOT_FOUND */
Asked *asked_by_ref(Db *db, const char *ref, GError **error);

/* Pure: whether a case is among the @pct in a hundred that are asked. The same answer each time, so that closing a case again is no
 * second draw. */
gboolean asked_is_sampled(const char *survey_ref, const char *case_ref, gint64 pct);

/* In the transaction of @event (a word of survey_events) about @case_id: each active survey whose condition holds becomes due after its
 * delay, with a job "survey.ask" {asked}. One that waits already waits anew. */
gboolean asked_plan_in(Db *db, const char *event, gint64 case_id, gint64 now_ms, GError **error);

/* An answer was taken back before anybody got it: what waits because of it is not sent, reason taken_back. What an answer brings up: where none that stands
 * (the last at @stands_at; 0: none) is of the time since it waits. */
gboolean asked_answer_taken_back_in(Db *db, gint64 case_id, gint64 answered_at, gint64 stands_at, GError **error);
/* What the end of the case brought up at @ended_at. */
gboolean asked_end_taken_back_in(Db *db, gint64 case_id, gint64 ended_at, GError **error);
/* *@ret_was: a survey of the case's end by an answer that was written and left then, or whether it is still right, has been asked. */
gboolean asked_since(Db *db, gint64 case_id, gint64 written_at, gint64 left_at, gboolean *ret_was, GError **error);

/* At most one survey per customer in SURVEY_PAUSE_DAYS: *@ret_mine TRUE, and then nobody else's for so long. A row of the database says
 * so, so that two who ask at once meet there; it falls with the caller's transaction. */
gboolean asked_take_turn_in(Db *db, gint64 customer_id, gint64 now_ms, gboolean *ret_mine, GError **error);
/* Two customers were one: the later turn and either's wish not to be asked hold for both. */
gboolean asked_join_in(Db *db, gint64 source_id, gint64 target_id, GError **error);

gboolean asked_has_stopped(Db *db, gint64 customer_id, gboolean *ret_has, GError **error);
/* No more surveys for this customer, or again after all. In the caller's transaction, with event survey.stopped or survey.allowed. */
gboolean asked_stop_in(Db *db, gint64 customer_id, gboolean stop, const Actor *actor, gint64 now_ms, GError **error);

/* waiting -> sent with event survey.sent {survey}, and a job "survey.expire" at @ends_at. */
gboolean asked_sent_in(Db *db, const Asked *asked, const Survey *survey, const char *lang, gint64 message_id, gint64 owner_id, gint64 team_id, gint64 ends_at, gint64 now_ms, GError **error);
gboolean asked_not_sent_in(Db *db, gint64 id, const char *reason, GError **error);
/* sent -> expired with event survey.expired; nothing when it was answered. */
gboolean asked_expire_in(Db *db, const Asked *asked, gint64 now_ms, GError **error);

/* What stands on a case: [{what: survey, ref, survey, state, reason, due_at, sent_at, answered_at, ends_at, answers[{kind, ask, score, low, high, words}],
 * recovery{ref, state, due_at, is_late, assignee, words, done_at}|null}, {what: follow_up, ref, state, reason, due_at, asked_at, answered_at, words}],
 * surveys first, each oldest first. One indexed statement. */
json_t *asked_of_case(Db *db, gint64 case_id, const char *lang, GError **error);

G_END_DECLS
