/* action.h - corrective actions (ISO 10002, 8.7; ISO 9001, 10.2): what we change so that a cause does not come again, who does it and
 * by when. Whether it helped: action/effect.h; which causes there are: action/causes.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
#include "work/worker.h"
G_BEGIN_DECLS

extern const char *const action_states[]; /* open done dropped */
enum { ACTION_MAX_TITLE = 200, ACTION_MAX_WORDS = 4000 };

typedef struct {
	gint64 id, root_cause_id, category_id, product_id, case_id, owner_id, due_at, opened_at, ended_at, version;
	char *ref, *title, *plan, *effect, *state, *ended_words;
	/* Joined for showing. */
	char *cause, *cause_ref, *category, *category_ref, *product, *product_ref, *case_ref, *case_subject, *owner_ref, *owner_name, *opened_by_ref, *opened_by_name;
} Action;
void action_free(Action *action);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Action, action_free)
/* {ref, title, plan, effect, state, cause{ref, path}|null, category|null, product|null, case{ref, subject}|null, owner{ref, name}, due_at,
 * opened_by|null, opened_at, ended_at, ended_words|null, late, version} */
json_t *action_to_json(const Action *action, gint64 now_ms);

typedef struct {
	const char *title, *plan, *effect;
	const char *root_cause, *category, *product; /* refs or paths; exactly one */
	gint64 case_id;                              /* opened from it; with nothing else said, its cause is meant. 0: none */
	gint64 owner_id, due_at;
} NewAction;
/* One transaction: row, event action.opened {ref}, two reminders (jobs) for its owner. Needs action.write. ERR_INVALID with every field
 * at fault ("/title", "/root_cause", "/owner", "/due_at" ...). */
gboolean action_open(Db *db, const NewAction *make, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);

typedef struct {
	guint given;
	const char *title, *plan, *effect;
	gint64 owner_id, due_at;
} ActionChange;
enum { ACTION_TITLE = 1, ACTION_PLAN = 2, ACTION_EFFECT = 4, ACTION_OWNER = 8, ACTION_DUE = 16 };
/* Event action.changed {fields}; a new day brings new reminders. ERR_CONFLICT when stale or ended. */
gboolean action_change(Db *db, const char *ref, gint64 version, const ActionChange *change, const Actor *actor, gint64 now_ms, GError **error);
/* @state done or dropped, with words; or open again. Events action.done, action.dropped, action.reopened. ERR_CONFLICT when it is so
 * already. */
gboolean action_end(Db *db, const char *ref, gint64 version, const char *state, const char *words, const Actor *actor, gint64 now_ms, GError **error);

Action *action_get(Db *db, const char *ref, GError **error); /* ERR_NOT_FOUND */
typedef struct {
	const char *state; /* NULL: all */
	gint64 owner_id;   /* 0: anybody */
	gint64 root_cause_id; /* 0: any */
} ActionFilter;
/* At most @limit: open ones first, by what is due; then those that ended last. (transfer full) of Action. */
GPtrArray *action_all(Db *db, const ActionFilter *filter, guint limit, GError **error);
json_t *action_list(Db *db, const ActionFilter *filter, guint limit, gint64 now_ms, GError **error);
/* Those opened from a case or about its cause, for its page: one statement, and none where it has no cause. */
json_t *action_list_of_case(Db *db, gint64 case_id, gint64 root_cause_id, gint64 now_ms, GError **error);

/* The job "action.remind" {action, due_at}: a notice action_due to the owner; nothing where the action has ended or the day moved. */
gboolean action_remind_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);

G_END_DECLS
