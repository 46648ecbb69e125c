/* promising.h - the story of a promise across its case and its people: made, moved, kept or withdrawn, what is due next on the
 * case follows; when its time comes, the owner is told, and when it breaks, the lead too. The rules: promise/promise.h. */
#pragma once
#include "promise/promise.h"
#include "text/when_words.h"
#include "work/worker.h"
G_BEGIN_DECLS

/* All in the caller's transaction; errors as the rule of the same name. ERR_CONFLICT on a case that was merged away. */
gboolean promising_make_in(Db *db, gint64 case_id, const NewPromise *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error);
gboolean promising_change_in(Db *db, gint64 id, gint64 version, const PromiseChange *change, const Actor *actor, gint64 now_ms, GError **error);
gboolean promising_keep_in(Db *db, gint64 id, gint64 version, gint64 kept_at, const Actor *actor, gint64 now_ms, GError **error);
gboolean promising_withdraw_in(Db *db, gint64 id, gint64 version, const char *reason, const Actor *actor, gint64 now_ms, GError **error);

/* What was sent with a message: [{what, due_at, whole_day, words, certainty}], at most 20; @words is where it stands in @body, so
 * that its span is known. Faults as "/promises/0/due_at". NULL @promises: nothing. */
gboolean promising_of_message_in(Db *db, gint64 case_id, gint64 message_id, const char *body, const json_t *promises, const Actor *actor, gint64 now_ms, GError **error);

/* Says in @make in which message to the customer, and by which words of it, something was promised. ERR_INVALID "/message". */
gboolean promising_place(Db *db, gint64 case_id, const char *message_ref, const char *words, NewPromise *make, GError **error);

/* The handler of jobs "promise.tick" {promise, at}: soon, due, broken, each with its notices (promise_soon, promise_due, promise_broken).
 * Done twice it does nothing. */
gboolean promise_tick_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);

G_END_DECLS
