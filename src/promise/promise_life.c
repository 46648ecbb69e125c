/* promise_life.c - a promise is made, moved, kept, broken, withdrawn; what time does to it. Reading: promise/promise.c. */
#include "promise/promise.h"
#include "base/clock.h"
#include "promise/promise_row.h"
#include "store/events.h"
#include "store/refs.h"
#include "work/job.h"
#include "promise.sql.h"
#include <string.h>

enum { TOLD_SOON = 1, TOLD_DUE = 2 };
#define LONGEST_MS (3660 * MS_PER_DAY)
#define SHORTEST_SOON_MS (5 * MS_PER_MINUTE)

gint64
promise_soon_at(gint64 made_at, gint64 due_at)
{
	gint64 at = MAX(made_at + (due_at - made_at) / 4 * 3, due_at - MS_PER_DAY);

	return due_at - at >= SHORTEST_SOON_MS ? at : 0;
}

/* From now on: told that it is due soon, where that still lies ahead; else at its time. */
static void
plan(Promise *it, gint64 since, gint64 now_ms)
{
	gint64 soon = promise_soon_at(since, it->due_at);

	it->told = soon > now_ms ? 0 : TOLD_SOON;
	it->next_at = it->told == 0 ? soon : it->due_at;
}

static gboolean
put_event(Db *db, const Promise *it, const char *kind, const Actor *actor, gint64 now_ms, json_t *more, GError **error)
{
	g_autoptr(json_t) facts = more != NULL ? more : json_object();

	json_put_text(facts, "promise", it->ref);
	json_put_time(facts, "due_at", it->due_at);
	return event_add(db,
		&(Event){ .kind = kind, .case_id = it->case_id, .subject_id = it->id, .at_ms = now_ms, .actor = actor, .facts = facts },
		NULL, error);
}

/* The job that wakes it. It says for when it was made: one for a time that has moved since does nothing. */
static gboolean
put_job(Db *db, const Promise *it, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	if (it->next_at == 0)
		return TRUE;
	json_put_int(payload, "promise", it->id);
	json_put_int(payload, "at", it->next_at);
	return job_add(db, "promise.tick", payload, it->next_at, now_ms, error);
}

static gboolean
check_what(const char *what, GError **error)
{
	gsize blank = what != NULL ? strspn(what, " \t\r\n") : 0;

	if (what == NULL || what[blank] == '\0')
		err_add_field(error, "/what", "Say in a few words what you promise.");
	else if (!g_utf8_validate(what, -1, NULL) || strlen(what) > 4 * PROMISE_MAX_WHAT || g_utf8_strlen(what, -1) > PROMISE_MAX_WHAT)
		err_add_field(error, "/what", "A promise is said in at most %d characters.", PROMISE_MAX_WHAT);
	else
		return TRUE;
	return FALSE;
}

static gboolean
check_due(gint64 due_at, gint64 now_ms, GError **error)
{
	if (due_at == 0)
		err_add_field(error, "/due_at", "By when? A promise needs a time.");
	else if (due_at <= now_ms)
		err_add_field(error, "/due_at", "That time has passed. By when will it be?");
	else if (due_at > now_ms + LONGEST_MS)
		err_add_field(error, "/due_at", "Promise something within ten years.");
	else
		return TRUE;
	return FALSE;
}

static gboolean
take_faults(GError **faults, GError **error)
{
	if (*faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(faults));
	return FALSE;
}

static gboolean
insert(Db *db, Promise *it, GError **error)
{
	gboolean words = it->message_id != 0;
	char ref[REF_SIZE];

	if (!ref_insert(db, &SQL_PROMISE_INSERT, ref,
		DB_ARGS(DB_TEXT(ref), DB_INT(it->case_id), DB_TEXT(it->what), DB_INT(it->due_at), DB_BOOL(it->whole_day),
			DB_INT_OR_NULL(it->owner_id), DB_TEXT(words ? "words" : "hand"), DB_INT_OR_NULL(it->message_id),
			it->span_end > 0 ? DB_INT(it->span_start) : DB_NULL, DB_INT_OR_NULL(it->span_end),
			words ? DB_INT(it->certainty) : DB_NULL, DB_INT(it->made_at), DB_INT_OR_NULL(it->made_by),
			DB_INT(it->told), DB_INT_OR_NULL(it->next_at)),
		&it->id, NULL, error))
		return FALSE;
	it->ref = g_strdup(ref);
	return TRUE;
}

gboolean
promise_make_in(
	Db *db, gint64 case_id, const NewPromise *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error)
{
	g_autoptr(GError) faults = NULL;
	g_autoptr(Promise) it = g_new0(Promise, 1);
	json_t *facts;

	check_what(make->what, &faults);
	check_due(make->due_at, now_ms, &faults);
	if (!take_faults(&faults, error))
		return FALSE;
	it->case_id = case_id;
	it->what = g_strstrip(g_strdup(make->what));
	it->due_at = make->due_at;
	it->whole_day = make->whole_day;
	it->owner_id = make->owner_id != 0 ? make->owner_id : actor->user_id;
	it->message_id = make->message_id;
	it->span_start = make->span_start;
	it->span_end = make->span_end;
	it->certainty = make->certainty;
	it->made_at = make->made_at != 0 ? make->made_at : now_ms;
	it->made_by = actor->user_id;
	plan(it, it->made_at, now_ms);
	if (!insert(db, it, error))
		return FALSE;
	facts = json_object();
	json_put_text(facts, "source", it->message_id != 0 ? "words" : "hand");
	if (!put_event(db, it, "promise.made", actor, now_ms, facts, error) || (!make->untimed && !put_job(db, it, now_ms, error)))
		return FALSE;
	if (ret_id != NULL)
		*ret_id = it->id;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, it->ref, 16);
	return TRUE;
}

static gboolean
is(const Promise *it, const char *state)
{
	return strcmp(it->state, state) == 0;
}

static gboolean
refuse(const Promise *it, GError **error)
{
	if (is(it, "open"))
		g_set_error(error, ERR, ERR_CONFLICT, "the time of promise %s is over: it can only be kept late", it->ref);
	else if (is(it, "broken"))
		g_set_error(error, ERR, ERR_CONFLICT, "promise %s was broken already: make a new one", it->ref);
	else
		g_set_error(error, ERR, ERR_CONFLICT, "promise %s is %s already", it->ref, it->state);
	return FALSE;
}

gboolean
promise_change_in(Db *db, gint64 id, gint64 version, const PromiseChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Promise) it = promise_lock(db, id, version, error);
	g_autoptr(GError) faults = NULL;
	json_t *facts, *fields;
	gint64 from;

	if (it == NULL)
		return FALSE;
	if (!is(it, "open") || now_ms > it->due_at)
		return refuse(it, error);
	if (change->given & PROMISE_WHAT)
		check_what(change->what, &faults);
	if (change->given & PROMISE_DUE)
		check_due(change->due_at, now_ms, &faults);
	if (!take_faults(&faults, error))
		return FALSE;
	fields = json_array();
	facts = json_object();
	json_put(facts, "fields", fields);
	from = it->due_at;
	if ((change->given & PROMISE_WHAT) && strcmp(change->what, it->what) != 0) {
		g_free(it->what);
		it->what = g_strstrip(g_strdup(change->what));
		json_array_append_new(fields, json_string("what"));
	}
	if ((change->given & PROMISE_OWNER) && change->owner_id != it->owner_id) {
		it->owner_id = change->owner_id;
		json_array_append_new(fields, json_string("owner"));
	}
	if ((change->given & PROMISE_DUE) && change->due_at != it->due_at) {
		it->due_at = change->due_at;
		it->whole_day = change->whole_day;
		it->n_moved++;
		plan(it, now_ms, now_ms);
		json_array_append_new(fields, json_string("due_at"));
		json_put_time(facts, "due_from", from);
	}
	if (json_array_size(fields) == 0) {
		json_decref(facts);
		return TRUE;
	}
	if (!promise_save(db, it, error)) {
		json_decref(facts);
		return FALSE;
	}
	return put_event(db, it, "promise.changed", actor, now_ms, facts, error) && (it->due_at == from || put_job(db, it, now_ms, error));
}

static void
end(Promise *it, const char *state, gint64 now_ms)
{
	g_free(it->state);
	it->state = g_strdup(state);
	it->ended_at = now_ms;
	it->next_at = 0;
}

gboolean
promise_keep_in(Db *db, gint64 id, gint64 version, gint64 kept_at, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Promise) it = promise_lock(db, id, version, error);
	gboolean was_open;
	json_t *facts;

	if (it == NULL)
		return FALSE;
	if (kept_at == 0)
		kept_at = now_ms;
	was_open = is(it, "open");
	if (!was_open && !(is(it, "broken") && it->kept_at == 0))
		return refuse(it, error);
	if (kept_at > now_ms || kept_at < it->made_at - MS_PER_MINUTE) {
		err_add_field(error, "/kept_at", "Between the time it was promised and now.");
		return FALSE;
	}
	it->kept_at = kept_at;
	end(it, kept_at <= it->due_at ? "kept" : "broken", now_ms);
	if (!promise_save(db, it, error))
		return FALSE;
	if (was_open && is(it, "broken") && !put_event(db, it, "promise.broken", actor, now_ms, NULL, error))
		return FALSE;
	facts = json_object();
	json_put_bool(facts, "late", kept_at > it->due_at);
	return put_event(db, it, "promise.kept", actor, now_ms, facts, error);
}

gboolean
promise_withdraw_in(Db *db, gint64 id, gint64 version, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Promise) it = promise_lock(db, id, version, error);

	if (it == NULL)
		return FALSE;
	if (!is(it, "open") || now_ms > it->due_at)
		return refuse(it, error);
	if (reason != NULL && (!g_utf8_validate(reason, -1, NULL) || g_utf8_strlen(reason, -1) > PROMISE_MAX_REASON)) {
		err_add_field(error, "/reason", "A reason has at most %d characters.", PROMISE_MAX_REASON);
		return FALSE;
	}
	g_free(it->reason);
	it->reason = g_strdup(reason);
	end(it, "withdrawn", now_ms);
	return promise_save(db, it, error) && put_event(db, it, "promise.withdrawn", actor, now_ms, NULL, error);
}

gboolean
promise_tick_in(Db *db, gint64 id, gint64 now_ms, PromiseStep *ret_step, GError **error)
{
	g_autoptr(Promise) it = promise_lock(db, id, 0, error);
	PromiseStep step = PROMISE_NOTHING;

	if (it == NULL)
		return FALSE;
	while (is(it, "open") && it->next_at != 0 && it->next_at <= now_ms) {
		if (it->told < TOLD_SOON) {
			it->told = TOLD_SOON;
			it->next_at = it->due_at;
			step = PROMISE_SOON;
		} else if (it->told < TOLD_DUE) {
			it->told = TOLD_DUE;
			it->next_at = it->due_at + PROMISE_GRACE_MS;
			step = PROMISE_IS_DUE;
			if (!put_event(db, it, "promise.due", actor_system(), now_ms, NULL, error))
				return FALSE;
		} else {
			end(it, "broken", now_ms);
			step = PROMISE_BROKE;
			if (!put_event(db, it, "promise.broken", actor_system(), now_ms, NULL, error))
				return FALSE;
		}
	}
	*ret_step = step;
	if (step == PROMISE_NOTHING)
		return TRUE;
	return promise_save(db, it, error) && put_job(db, it, now_ms, error);
}
