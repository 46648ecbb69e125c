/* unsaid.h - an answer was taken back before anybody got it: the case goes on as if it had not been written. What becomes of the mail, the draft and the
 * promises: flow/mail/withdraw.h; of the clocks: clocks_unsay() in promise/case_clocks.h. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

typedef struct {
	gint64 case_id, counted_at; /* where it was written, and when it counted: of one that was sent later, when it left */
	gint64 ended_at;            /* when the case was ended by it, and is open again now; 0: it was not */
	gint64 stands_at;           /* when the last answer by a person that stands counted; 0: none stands */
} Unsaid;
/* In the transaction that took it back, after that; @case_id: where the message is now. Acknowledged, first response, last word, waiting, the guide's signs and the clocks
 * (with their results) are worked out from the messages that stand, on the case it was written on and, after merges, on each it has come to, also where a merge was undone. Whether the case waits for its
 * customer again is taken from its pauses; where that is not plain it is ours to do. Where nobody has moved it since, the case is again in the stage from which
 * the answer (or the move that went with it, or answers before that were taken back) took it, event case.stage_changed {from, to, unsaid}; what cannot be undone stays, event case.stage_kept {stage}: it had
 * opened an ended case again, or (@asked_since) the customer was asked about the end meanwhile. Events before stay: they are history. */
gboolean message_unsaid_in(Db *db, gint64 case_id, gint64 message_id, gboolean asked_since, const Actor *actor, gint64 now_ms, Unsaid *ret, GError **error);

G_END_DECLS
