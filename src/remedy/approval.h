/* approval.h - asking somebody else where one's own authority is too small: who is asked, until when, and what they say. Authority:
 * remedy/authority.h; standing in: remedy/delegation.h; what follows a decision: flow/remedy/approve.h. */
#pragma once
#include "remedy/offer.h"
G_BEGIN_DECLS

enum { APPROVAL_HOURS = 24, APPROVAL_MOVES = 2 };

/* Somebody with enough authority is asked: the team's lead first, then who may decide least; whoever stands in for them where they are away.
 * Never the proposer. With a notice (approval_asked), and a job for the time limit (setting approval_hours). ERR_CONFLICT when nobody can. */
gboolean approval_ask_on(Db *db, const Case *it, const Offer *offer, const Remedy *remedy, gint64 with, const Actor *actor, gint64 now_ms, GError **error);

typedef struct {
	gint64 id, remedy_id, case_id, asked_by, asked_of, due_at, n_moved, decided_at, version;
	char *ref, *state, *decided_by_name, *asked_by_name;
} Approval;
void approval_free(Approval *approval);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Approval, approval_free)
Approval *approval_by_ref(Db *db, const char *ref, GError **error);
Approval *approval_get(Db *db, gint64 id, GError **error);

typedef struct {
	gboolean approve;
	gint64 amount_minor; /* approve: a lower sum; -1: as asked */
	const char *words;   /* needed when refusing or lowering */
} Decision;
/* Needs remedy.approve; never by who asked or proposed; with authority of one's own, or of whom one stands in for. The remedy becomes
 * approved or refused, who asked gets a notice (approval_decided). ERR_DENIED naming who can; ERR_CONFLICT naming who decided already;
 * ERR_INVALID for a higher sum or missing words. */
gboolean approval_decide_on(Db *db, const Case *it, const Offer *offer, Remedy *remedy, Approval *approval, const Decision *decision, const Actor *actor, gint64 now_ms, GError **error);
/* The time is over: it goes to the lead of whoever was asked, else to the next who can; after APPROVAL_MOVES, or where nobody is left, it lapses
 * and the remedy expires. */
gboolean approval_overdue_on(Db *db, const Case *it, const Offer *offer, Remedy *remedy, Approval *approval, gint64 now_ms, GError **error);

/* {approvals[{ref, remedy{ref, name, value, goodwill, reason}, case{ref, subject, severity}, customer (name)|null, asked_by{}, asked_of{}, made_at, due_at, mine}], n}: what
 * waits, soonest first; mine: asked of @user_id or of whom they stand in for. @only_mine. */
json_t *approval_list(Db *db, gint64 user_id, gboolean only_mine, gint64 now_ms, GError **error);

G_END_DECLS
