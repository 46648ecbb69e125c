/* action.c - see the header. Reading and showing them: action/action_show.c. */
#include "action/action.h"
#include "base/clock.h"
#include "cases/case.h"
#include "cases/notice.h"
#include "cases/words.h"
#include "store/events.h"
#include "store/refs.h"
#include "action.sql.h"
#include <string.h>

#define EARLY_MS (2 * MS_PER_DAY) /* the first reminder comes so long before the day */

const char *const action_states[] = { "open", "done", "dropped", NULL };

static gboolean
has_words(const char *text)
{
	return text != NULL && text[strspn(text, " \t\r\n")] != '\0';
}

static gboolean
say(Db *db, const char *kind, gint64 id, gint64 case_id, json_t *facts, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) all = facts;

	return event_add(db, &(Event){ .kind = kind, .case_id = case_id, .subject_id = id, .at_ms = now_ms, .actor = actor, .facts = all }, NULL, error);
}

static json_t *
about(const char *ref)
{
	json_t *facts = json_object();

	json_put_text(facts, "ref", ref);
	return facts;
}

/* ---- rules ---------------------------------------------------------------------------------------------------------- */

static void
check_text(const char *text, guint max, const char *field, GError **faults)
{
	if (text == NULL)
		return;
	if (!g_utf8_validate(text, -1, NULL))
		err_add_field(faults, field, "This is not readable as text (UTF-8).");
	else if (g_utf8_strlen(text, -1) > (glong)max)
		err_add_field(faults, field, "At most %u characters.", max);
}

static void
check_words(const char *title, const char *plan, const char *effect, gint64 owner_id, gint64 due_at, gint64 now_ms, GError **faults)
{
	if (!has_words(title))
		err_add_field(faults, "/title", "An action needs a title: what will be different?");
	check_text(title, ACTION_MAX_TITLE, "/title", faults);
	check_text(plan, ACTION_MAX_WORDS, "/plan", faults);
	check_text(effect, ACTION_MAX_WORDS, "/effect", faults);
	if (owner_id == 0)
		err_add_field(faults, "/owner", "Say who does it.");
	if (due_at <= 0)
		err_add_field(faults, "/due_at", "Say by when.");
	else if (due_at > now_ms + 3660 * (gint64)MS_PER_DAY)
		err_add_field(faults, "/due_at", "That is more than ten years away.");
}

typedef struct {
	gint64 cause, category, product;
} Target;

static void
resolve_one(Db *db, Tree tree, const char *text, const char *field, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **faults)
{
	GError *why = NULL;

	if (!has_words(text) || tree_resolve(db, tree, text, FALSE, field, actor, now_ms, ret_id, &why))
		return;
	if (*faults == NULL)
		g_propagate_error(faults, why);
	else
		g_error_free(why);
}

/* What the action is about: exactly one thing. From a case without another word, its cause. */
static gboolean
find_target(Db *db, const NewAction *make, const Actor *actor, gint64 now_ms, Target *ret, GError **error)
{
	guint n;
	g_autoptr(GError) faults = NULL;

	resolve_one(db, TREE_ROOT_CAUSE, make->root_cause, "/root_cause", actor, now_ms, &ret->cause, &faults);
	resolve_one(db, TREE_CATEGORY, make->category, "/category", actor, now_ms, &ret->category, &faults);
	resolve_one(db, TREE_PRODUCT, make->product, "/product", actor, now_ms, &ret->product, &faults);
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	n = (ret->cause != 0) + (ret->category != 0) + (ret->product != 0);
	if (n == 0 && make->case_id != 0) {
		g_autoptr(Case) it = case_get(db, make->case_id, error);

		if (it == NULL)
			return FALSE;
		ret->cause = it->root_cause_id;
		n = ret->cause != 0;
	}
	if (n == 1)
		return TRUE;
	err_add_field(error, "/root_cause", n == 0 ? "Say which cause, category or product it is about." : "Only one of cause, category and product: which is it?");
	return FALSE;
}

/* ---- writing -------------------------------------------------------------------------------------------------------- */

/* Two days before and on the day; what is past already is not reminded of. */
static gboolean
add_reminders(Db *db, gint64 id, gint64 due_at, gint64 now_ms, GError **error)
{
	const gint64 times[] = { due_at - EARLY_MS, due_at };
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, "action", id);
	json_put_int(payload, "due_at", due_at);
	for (guint i = 0; i < G_N_ELEMENTS(times); i++)
		if (times[i] > now_ms && !job_add(db, "action.remind", payload, times[i], now_ms, error))
			return FALSE;
	return TRUE;
}

gboolean
action_open(Db *db, const NewAction *make, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(GError) faults = NULL;
	g_autoptr(DbTx) tx = NULL;
	Target target = { 0 };
	char ref[REF_SIZE];
	gint64 id = 0;

	if (!actor_must(actor, "action.write", error))
		return FALSE;
	check_words(make->title, make->plan, make->effect, make->owner_id, make->due_at, now_ms, &faults);
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	if ((tx = db_begin(db, error)) == NULL || !find_target(db, make, actor, now_ms, &target, error))
		return FALSE;
	if (!ref_insert(db, &SQL_ACTION_INSERT, ref,
	                  DB_ARGS(DB_TEXT(ref), DB_TEXT(make->title), DB_TEXT(make->plan != NULL ? make->plan : ""), DB_TEXT(make->effect != NULL ? make->effect : ""),
	                          DB_INT_OR_NULL(target.cause), DB_INT_OR_NULL(target.category), DB_INT_OR_NULL(target.product), DB_INT_OR_NULL(make->case_id), DB_INT(make->owner_id),
	                          DB_INT(make->due_at), DB_INT_OR_NULL(actor->user_id), DB_INT(now_ms)), &id, NULL, error) ||
	    !add_reminders(db, id, make->due_at, now_ms, error) || !say(db, "action.opened", id, make->case_id, about(ref), actor, now_ms, error) || !db_tx_commit(tx, error))
		return FALSE;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}

static gboolean
is_fresh(const Action *it, gint64 version, GError **error)
{
	if (version == 0 || version == it->version)
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "action %s has been changed since", it->ref);
	return FALSE;
}

static gboolean
wrote(gint64 changed, const Action *it, GError **error)
{
	if (changed == 1)
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "action %s has been changed since", it->ref);
	return FALSE;
}

static json_t *
fields_of(guint given)
{
	static const char *const names[] = { "title", "plan", "effect", "owner", "due_at" };
	json_t *facts = json_object(), *fields = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (given & (1u << i))
			json_array_append_new(fields, json_string(names[i]));
	json_put(facts, "fields", fields);
	return facts;
}

gboolean
action_change(Db *db, const char *ref, gint64 version, const ActionChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(Action) it = NULL;
	g_autoptr(GError) faults = NULL;
	gint64 changed = 0, owner, due;
	const char *title, *plan, *effect;
	json_t *facts;

	if (!actor_must(actor, "action.write", error) || (tx = db_begin(db, error)) == NULL || (it = action_get(db, ref, error)) == NULL || !is_fresh(it, version, error))
		return FALSE;
	if (strcmp(it->state, "open") != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "action %s is %s: open it again to change it", it->ref, it->state);
		return FALSE;
	}
	title = change->given & ACTION_TITLE ? change->title : it->title;
	plan = change->given & ACTION_PLAN ? change->plan : it->plan;
	effect = change->given & ACTION_EFFECT ? change->effect : it->effect;
	owner = change->given & ACTION_OWNER ? change->owner_id : it->owner_id;
	due = change->given & ACTION_DUE ? change->due_at : it->due_at;
	check_words(title, plan, effect, owner, due, now_ms, &faults);
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	facts = fields_of(change->given);
	return db_exec(db, &SQL_ACTION_UPDATE,
	               DB_ARGS(DB_INT(it->id), DB_TEXT(title), DB_TEXT(plan != NULL ? plan : ""), DB_TEXT(effect != NULL ? effect : ""), DB_INT(owner), DB_INT(due), DB_INT(it->version)), &changed, error) &&
	       wrote(changed, it, error) && (due == it->due_at || add_reminders(db, it->id, due, now_ms, error)) &&
	       say(db, "action.changed", it->id, it->case_id, g_steal_pointer(&facts), actor, now_ms, error) && db_tx_commit(tx, error);
}

static gboolean
check_end(const Action *it, const char *state, const char *words, GError **error)
{
	g_autoptr(GError) faults = NULL;

	if (!case_word_is(action_states, state, NULL))
		err_add_field(&faults, "/state", "One of: open, done, dropped.");
	else if (strcmp(state, "open") != 0 && !has_words(words))
		err_add_field(&faults, "/words", strcmp(state, "done") == 0 ? "Say what was done." : "Say why it is dropped.");
	check_text(words, ACTION_MAX_WORDS, "/words", &faults);
	if (faults == NULL && strcmp(it->state, state) == 0)
		g_set_error(&faults, ERR, ERR_CONFLICT, "action %s is %s already", it->ref, state);
	else if (faults == NULL && strcmp(it->state, "open") != 0 && strcmp(state, "open") != 0)
		g_set_error(&faults, ERR, ERR_CONFLICT, "action %s is %s: open it again first", it->ref, it->state);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

gboolean
action_end(Db *db, const char *ref, gint64 version, const char *state, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(Action) it = NULL;
	gboolean opens = g_strcmp0(state, "open") == 0;
	gint64 changed = 0;

	if (!actor_must(actor, "action.write", error) || (tx = db_begin(db, error)) == NULL || (it = action_get(db, ref, error)) == NULL || !is_fresh(it, version, error) ||
	    !check_end(it, state, words, error))
		return FALSE;
	return db_exec(db, &SQL_ACTION_SET_STATE, DB_ARGS(DB_INT(it->id), DB_TEXT(state), DB_INT_OR_NULL(opens ? 0 : now_ms), DB_TEXT(opens ? "" : words), DB_INT(it->version)), &changed, error) &&
	       wrote(changed, it, error) && (!opens || add_reminders(db, it->id, it->due_at, now_ms, error)) &&
	       say(db, opens ? "action.reopened" : strcmp(state, "done") == 0 ? "action.done" : "action.dropped", it->id, it->case_id, about(it->ref), actor, now_ms, error) && db_tx_commit(tx, error);
}

/* ---- reminding ------------------------------------------------------------------------------------------------------ */

typedef struct {
	const Job *job;
	gint64 now_ms;
} Reminding;

static gboolean
put_notice(Db *db, const Reminding *self, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_ACTION_TO_REMIND, DB_ARGS(DB_INT(json_int(self->job->payload, "action", 0)), DB_INT(json_int(self->job->payload, "due_at", 0))), error);
	gint64 owner, case_id;
	json_t *facts;

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows, &local)) {
		if (local == NULL)
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	facts = about(db_rows_text(rows, "ref"));
	json_put_text(facts, "title", db_rows_text(rows, "title"));
	json_put_time(facts, "due_at", db_rows_int(rows, "due_at"));
	owner = db_rows_int(rows, "owner_id");
	case_id = db_rows_int(rows, "case_id");
	g_clear_pointer(&rows, db_rows_free);
	return notice_add(db, owner, "action_due", case_id, 0, 0, facts, self->now_ms, error);
}

static gboolean
remind(Db *db, gpointer data, GError **error)
{
	const Reminding *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && put_notice(db, self, error) && job_end(db, self->job, error) && db_tx_commit(tx, error);
}

gboolean
action_remind_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	return store_write(store, remind, &(Reminding){ job, now_ms }, error);
}
