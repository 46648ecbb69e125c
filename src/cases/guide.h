/* guide.h - the six steps of a good conversation: listen and acknowledge; empathise and apologise; clarify and confirm; offer solutions
 * and options; take action and follow up; document and learn. Pure rules over what happened; a person's own tick comes before them.
 * What words do: text/guide_words.h; sample words for a step: cases/step_samples.h. */
#pragma once
#include "cases/case.h"
#include "text/guide_words.h"
G_BEGIN_DECLS

enum { GUIDE_STEPS = 6 };
extern const char *const guide_steps[]; /* listen empathise clarify offer act learn, NULL */

/* What is kept of a case's words and of ticks by hand: one short text in its row, read and written with it. */
typedef struct {
	gint64 sign_at[N_SIGNS]; /* when an answer first did so; 0: none did */
	char sign_words[N_SIGNS][40];
	int hand[GUIDE_STEPS]; /* 1 ticked, -1 unticked, 0 left to the rules */
	gint64 hand_at[GUIDE_STEPS];
} GuideMarks;
void guide_marks_read(const char *text, GuideMarks *ret_marks); /* what is unreadable in it is passed over */
char *guide_marks_write(const GuideMarks *marks);               /* (transfer full) */

/* All that the steps follow from; the seam for scoring a conversation later. */
typedef struct {
	GuideMarks marks;
	gint64 answered_at;   /* a person's first answer */
	gint64 decided_at, followed_up_at, ended_at;
	gboolean complaint, has_cause, has_notes;
	gint64 n_offered, n_given;            /* remedies laid before the customer; done */
	gint64 n_promised, n_kept, n_broken;  /* promises */
	gint64 n_actions;                     /* corrective ones */
} GuideFacts;
typedef struct {
	gboolean done;
	const char *how;   /* what did it: hand answered apology empathy question summary options offered given promised kept followed_up decided
	                    * documented learned; NULL: nothing yet. Static */
	const char *words; /* of an answer, or NULL; in the facts */
	gint64 at;         /* when; 0: not known */
} GuideStep;
void guide_compute(const GuideFacts *facts, GuideStep ret_steps[GUIDE_STEPS]);
/* [{n, step, state: done | next | later, how|null, words|null, at|null}] */
json_t *guide_to_json(const GuideStep steps[GUIDE_STEPS]);

/* An answer by a person: what its words do is noted on @it, which the caller saves. */
void guide_note_answer(Case *it, const char *body, gint64 said_at);
/* An answer that was said then was not: what its words did is forgotten. TRUE: something was; the answers that stand are noted again. */
gboolean guide_forget_answer(Case *it, gint64 said_at);
/* @target takes over what @source has and it has not: they are one matter now. */
void guide_join(Case *target, const Case *source);
/* One transaction, event guide.ticked or guide.unticked {step}. @step: of guide_steps; ERR_INVALID "/step". */
gboolean guide_tick(Db *db, gint64 case_id, const char *step, gboolean done, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
