/* promise.h - what we said we would do for a customer, and by when. Which words promise something: text/promise_words.h; what a
 * promise does to its case, and who is told: flow/promise/promising.h; the clocks of policies: promise/clock_due.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

extern const char *const promise_states[];  /* open kept broken withdrawn */
extern const char *const promise_sources[]; /* hand words */

/* After its time somebody may still be busy keeping it: so long a promise is due, then it is broken. Kept counts by the time
 * itself, not by this. */
#define PROMISE_GRACE_MS (5 * 60 * (gint64)1000)
enum { PROMISE_MAX_WHAT = 200, PROMISE_MAX_REASON = 500 };

typedef struct {
	gint64 id, case_id, owner_id, made_by, message_id, span_start, span_end;
	gint64 due_at, first_due_at, made_at, kept_at, ended_at, next_at, n_moved, told, certainty, version;
	gboolean whole_day;
	char *ref, *what, *state, *source, *reason;
	/* Joined for showing; NULL when there is none. */
	char *case_ref, *owner_ref, *owner_name, *maker_ref, *maker_name, *message_ref;
} Promise;
void promise_free(Promise *it);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Promise, promise_free)

typedef struct {
	const char *what; /* 1 to 200 characters */
	gint64 due_at;    /* after now, within ten years */
	gboolean whole_day;
	gint64 owner_id;  /* 0: the maker */
	/* Where it stands, when it was read in a message: bytes of its words; 0 when by hand. */
	gint64 message_id, span_start, span_end, certainty;
	gint64 made_at; /* 0: now */
	gboolean untimed; /* no job wakes it: the caller tells what becomes of it */
} NewPromise;

/* All of these are in the caller's transaction, and write their event: {promise (its ref), due_at ...}, never the words. */

/* ERR_INVALID "/what", "/due_at". Event promise.made {promise, due_at, source}. */
gboolean promise_make_in(Db *db, gint64 case_id, const NewPromise *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error);

/* Bits of @given. A new time is one that still lies ahead; the first one is kept. */
enum { PROMISE_WHAT = 1 << 0, PROMISE_DUE = 1 << 1, PROMISE_OWNER = 1 << 2 };
typedef struct {
	guint given;
	const char *what;
	gint64 due_at, owner_id;
	gboolean whole_day;
} PromiseChange;
/* Only an open one: else ERR_CONFLICT, as with a stale @version (0: any). Event promise.changed {promise, fields[], due_from, due_to};
 * none when nothing is different. */
gboolean promise_change_in(Db *db, gint64 id, gint64 version, const PromiseChange *change, const Actor *actor, gint64 now_ms, GError **error);
/* @kept_at 0: now; neither ahead nor before it was made (ERR_INVALID "/kept_at"). By its time: kept. Later: broken, and kept late.
 * An open one or a broken one that was not kept yet; else ERR_CONFLICT. Event promise.kept {promise, late}; when it is only now seen
 * to be broken, promise.broken before it. */
gboolean promise_keep_in(Db *db, gint64 id, gint64 version, gint64 kept_at, const Actor *actor, gint64 now_ms, GError **error);
/* Only an open one before its time is over: a broken promise stays one. Event promise.withdrawn {promise}. */
gboolean promise_withdraw_in(Db *db, gint64 id, gint64 version, const char *reason, const Actor *actor, gint64 now_ms, GError **error);

/* What time does to it. */
typedef enum { PROMISE_NOTHING, PROMISE_SOON, PROMISE_IS_DUE, PROMISE_BROKE } PromiseStep;
/* The steps that are due at @now_ms are taken; *@ret_step is the furthest. Events promise.due, promise.broken. Idempotent. */
gboolean promise_tick_in(Db *db, gint64 id, gint64 now_ms, PromiseStep *ret_step, GError **error);
/* When one is told that it is due soon: from 75 % of its time, but not more than a day before. 0: too short for that. Pure. */
gint64 promise_soon_at(gint64 made_at, gint64 due_at);

Promise *promise_get(Db *db, gint64 id, GError **error);          /* ERR_NOT_FOUND */
Promise *promise_by_ref(Db *db, const char *ref, GError **error); /* the ref as typed; ERR_NOT_FOUND */
/* {ref, case (ref), what, state, late (kept, or still to be kept, after its time), due_at, first_due_at, whole_day, owner{ref, name}|null, made_at,
 *  made_by{ref, name}|null, source, message (ref)|null, certainty|null, kept_at, ended_at, reason, n_moved, version} */
json_t *promise_to_json(const Promise *it, gint64 now_ms);
/* Those of a case and of what was merged into it: open ones first, by their time; then what is over, newest first. At most 200.
 * (transfer full) of Promise. */
GPtrArray *promise_list(Db *db, gint64 case_id, GError **error);
/* How many a case has had, how many of them broken, and when the next open one is due, those of what was merged into it too (0: none). */
gboolean promise_sum(Db *db, gint64 case_id, gint64 *ret_n, gint64 *ret_n_broken, gint64 *ret_due_at, GError **error);
/* From when the next open one of a case is soon; 0: none is open. */
gboolean promise_soon_on(Db *db, gint64 case_id, gint64 *ret_at, GError **error);

G_END_DECLS
