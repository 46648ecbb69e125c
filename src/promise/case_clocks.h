/* case_clocks.h - the clocks of one case: which run, which were kept, what is due first, and when the next step of any of them comes. Reckoned from
 * plain facts, so that no case need be known here. Targets: promise/policy.h; who tells people when a step comes: flow/clock/watch.h. */
#pragma once
#include "promise/book.h"
G_BEGIN_DECLS

/* The steps of a clock, in their order; a level says how many were told. */
typedef enum { STEP_SOON, STEP_SOONER, STEP_BREACH, STEP_LEAD, STEP_OWNER, CLOCK_STEPS } ClockStep;
#define CLOCK_SOON_PART 0.25   /* of the target is left: 75 % are gone */
#define CLOCK_SOONER_PART 0.10

enum { CLOCK_PAUSES_MAX = 500 }; /* of one case; the oldest are forgotten */

typedef struct {
	gint64 case_id, customer_id, product_id, owner_id, team_id, severity, version;
	gint64 received_at, stage_at, acknowledged_at, first_response_at, resolved_at, last_inbound_at, last_message_at;
	const char *kind, *channel, *stage;
	gboolean is_open, waiting, merged;
	gboolean lived; /* elsewhere, or before there were clocks: what is past now is not told */
} ClockFacts;

typedef struct _ClockRow {
	gint64 case_id, policy_id;
	gint64 due[CLOCKS], met[CLOCKS];
	gint64 answer_from, update_from, resolve_from;
	gint64 promise_due; /* the earliest open promise; whoever keeps promises sets it */
	gint64 next_at;     /* 0: nothing more comes by itself */
	guint8 level[CLOCKS];
	GArray *pauses; /* of Pause; NULL: none */
	gboolean stored, changed;
} ClockRow;
ClockRow *clock_row_new(void);
void clock_row_free(ClockRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClockRow, clock_row_free)

/* A clock that ended while it was reckoned. */
typedef struct {
	ClockKind clock;
	gint64 due_ms, met_ms;
	gboolean missed, told; /* late; and its breach was told before */
} ClockEnd;

typedef enum {
	RECKON_LIFE,   /* it goes on under the policy it has */
	RECKON_ANEW,   /* what the case is about has changed: another policy may fit, and a clock may be late by it */
	RECKON_POLICY, /* policies or calendars have changed: as anew, but no clock becomes late by it that was not */
} ReckonWhy;

typedef struct {
	ClockBook *book;
	const ClockPolicy *policy; /* that fits now; NULL: none */
	ReckonWhy why;
	gint64 now_ms;
} Reckon;
/* Pure. Brings @row to what @facts say; @ends (of ClockEnd) gets what ended. */
void clocks_reckon(const Reckon *how, const ClockFacts *facts, ClockRow *row, GArray *ends);
/* The earliest of what runs, promises among it. *@ret_kind: a word of clock_words or "promise"; NULL with *@ret_at 0: nothing.
 * *@ret_soon: the moment from which that is soon; 0 of a promise, which the row does not know. */
void clocks_next_due(const ClockBook *book, const ClockRow *row, gboolean is_open, gint64 *ret_at, gint64 *ret_soon, const char **ret_kind);

/* A step that has come. */
typedef struct {
	ClockKind clock;
	ClockStep step;
	gint64 due_ms;
} ClockTold;
/* Pure: takes the steps that have come by @now_ms, and sets when the next one does. Of one clock's steps that come together a warning is left out where the
 * breach came too; the rest are told each. */
void clocks_pass(const ClockBook *book, gboolean is_open, gint64 now_ms, ClockRow *row, GArray *told);

/* An answer on a case that was ended, and would not have been: it would have let the case wait, or not. */
typedef struct {
	gint64 at, said_at;
	gboolean waits;
} ClockTurn;
/* An answer that was taken back before anybody got it, and what the clocks are to know of it. Moments of nothing: 0. */
typedef struct {
	gint64 written_at;                         /* what it did to pauses bears this time */
	gint64 received_at, parted_at;             /* when a merge of it was undone */
	gint64 acknowledged_at, first_response_at; /* of the case until now, where they were this answer's */
	gint64 acknowledged_now, responded_now;    /* ... and now */
	gint64 waited_from;                        /* since when words of theirs had waited for it */
	gint64 resolved_at;                        /* where it was resolved with it */
	gint64 ended_at;                           /* our last word by it, which ended the clocks that begin with each word; 0: a machine's */
	gint64 next_said_at, next_written_at;      /* of the first answer after it that stands */
	gint64 brought_at;                         /* our last word before it, where a merge brought both at once; 0: it did not */
	gint64 waits_from;                         /* since when words of theirs wait for an answer, now */
	gint64 our_last_at;                        /* our last word, now, where it is the last of all */
	gboolean they_wrote;                       /* between it and that */
	gint64 their_at;                           /* ... when those words came in */
	gint64 our_before_at;                      /* our last word before it, where it was the last of all */
	gboolean waits;                            /* the case waits for its customer, by what was said before it */
	const GArray *turns;                       /* of ClockTurn, in their order; NULL: none */
	gint64 owner_id, team_id;                  /* of the case now */
} ClockUnsaid;
/* A result that does not hold. */
typedef struct {
	ClockKind clock;
	gint64 met_ms, instead_ms; /* instead: the next answer kept it; 0: nothing did */
	gboolean made;             /* no: one that would have been, due at due_ms and kept at met_ms */
	gint64 wrote_ms;           /* words of theirs ended it then; 0: they did not */
	gboolean told;             /* its breach was told before: it stays, not made up for */
	gint64 late_ms, due_ms;    /* 0, or one that is late, was due then and not met: it is due at due_ms; 0: there is none such. Else due_ms, where not 0: as the next answer kept it */
} ClockUndone;
/* Pure. Whether the case waited for its customer already before what was written at @written_at, and until it was merged at @merged_at (0: never; parted again at @parted_at); or does now since somebody said so after their words, which
 * came after it (@they_wrote). */
gboolean clocks_waited(const ClockRow *row, gint64 written_at, gint64 merged_at, gint64 parted_at, gboolean they_wrote);
/* Pure: takes the answer's traces off @row, so that clocks_reckon() with the case's new facts makes it what it would be. Steps that were told stay told. @undone
 * (of ClockUndone) gets the results it wrote. */
void clocks_unsay(const ClockBook *book, const ClockUnsaid *it, ClockRow *row, GArray *undone);

/* In words for a page and the API: [{clock, state (running, paused, kept, missed, stopped), word (plain, soon, late, kept), due_at, met_at, target, pauses}],
 * those of the row's policy in the order of a case's life. */
json_t *clocks_to_json(const ClockBook *book, const ClockRow *row, gboolean is_open, gint64 now_ms);
/* The first moment after @now_ms at which time alone makes clocks_to_json() say otherwise; G_MAXINT64: none does. */
gint64 clocks_word_until(const ClockBook *book, const ClockRow *row, gboolean is_open, gint64 now_ms);

/* ---- the database; in the caller's transaction ---- */

/* Reads a row that has the columns of clock_row (clocks.sql). ERR_CORRUPT. */
ClockRow *clock_row_read(DbRows *rows, GError **error);
/* The row of a case; NULL without an error: it has none yet. */
ClockRow *clock_row_find(Db *db, gint64 case_id, GError **error);
/* Reckons *@row (found when it is NULL; made when there is none), writes how clocks ended with the event clock.breached for what was late and not yet told.
 * The row itself is written by clock_row_keep, when the case has its id. */
gboolean clocks_update_in(Db *db, const ClockFacts *facts, ReckonWhy why, gint64 now_ms, ClockRow **row, GError **error);
/* clocks_unsay() on a row that is then reckoned and kept; the results go. Events that were written stay: they are history. */
gboolean clocks_unsay_in(Db *db, gint64 case_id, const ClockUnsaid *it, ClockRow *row, GError **error);
/* Writes it when something changed; wakes who watches when a step comes. */
gboolean clock_row_keep(Db *db, ClockRow *row, GError **error);
gint64 clock_row_levels(const ClockRow *row); /* as it is stored */
/* A row brought from elsewhere, and written by other hands: what is past of it is not told, its next step comes at its time. With what is due first, as
 * clocks_next_due. */
gboolean clocks_quiet_in(Db *db, ClockRow *row, gboolean is_open, gint64 now_ms, gint64 *ret_due_at, gint64 *ret_soon_at, const char **ret_due_kind, GError **error);
/* The results of clocks that are missed and go on. */
typedef struct {
	gint64 case_id, due_ms, owner_id, team_id;
	ClockKind clock;
} ClockMissed;
gboolean clock_results_missed_in(Db *db, const ClockMissed *missed, guint n, GError **error);
/* Facts of a step's event: clock.warned {clock, share, due_at}, clock.breached {clock, due_at}, clock.escalated {clock, to}; clock.moved {clock, due_at}: of the
 * follow-up. (transfer full) */
json_t *clock_event_facts(ClockKind clock, gint64 version, gint64 due_ms, const char *to_ref, int share);
/* The question whether it is still right was asked: its clock is kept, or made up for, and rests; 0 for @asked_ms: it is not asked at all, and the clock is
 * not needed. Nothing where none runs. Whoever holds the row keeps it. */
gboolean clock_follow_up_asked_on(Db *db, ClockRow *row, gint64 asked_ms, gint64 owner_id, gint64 team_id, GError **error);
/* The earliest open promise of a case, 0 none; what is due first on the case follows with cases/due.h's due_again_in. */
gboolean clock_promise_due_in(Db *db, gint64 case_id, gint64 due_ms, GError **error);

G_END_DECLS
