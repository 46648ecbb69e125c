/* recoveries.c - see recoveries.h. */
#include "desk/recoveries.h"
#include "desk/app.h"
#include "desk/choose.h"
#include "desk/panels.h"
#include "insight/report_period.h"
#include "survey/recovery.h"
#include <string.h>

enum { PAGE_ROWS = 50, MOST_ROWS = 200 };

static const char *const states[] = { "open", "done", "all", NULL };

static gboolean
is_on(const Call *call, const char *name)
{
	return call_query_int(call, name, 0, 0, 1) != 0;
}

/* A period as figures name it, where one is asked for. */
static gboolean
read_period(const Call *call, RecoveryAsk *ask, GError **error)
{
	const char *period = call_query(call, "period"), *from = call_query(call, "from"), *to = call_query(call, "to");
	g_autoptr(ReportPeriod) span = NULL;

	if (period == NULL && from == NULL && to == NULL)
		return TRUE;
	if ((span = report_period_new(period != NULL && period[0] != '\0' ? period : "own", from, to, -1, call->now_ms, call->actor->zone, error)) == NULL)
		return FALSE;
	ask->from_ms = span->from_ms;
	ask->to_ms = span->to_ms;
	return TRUE;
}

/* GET /recoveries?state=open|done|all&mine=1&late=1&in_time=1&turned=1&team=&period=&at=&after= : open ones, what is due first on top. */
static json_t *
recoveries_get(Call *call, GError **error)
{
	const char *state = call_query(call, "state");
	RecoveryAsk ask = { .limit = (guint)call_query_int(call, "limit", PAGE_ROWS, 1, MOST_ROWS), .late_only = is_on(call, "late"), .in_time_only = is_on(call, "in_time"),
		.turned_only = is_on(call, "turned"), .after_id = call_query_int(call, "after", 0, 0, G_MAXINT64), .after_at = call_query_int(call, "at", 0, 0, G_MAXINT64) };
	gint64 n_open = 0, n_late = 0, n_mine = 0;
	json_t *value, *counts;

	if (state == NULL || state[0] == '\0')
		state = "open";
	if (!g_strv_contains(states, state)) {
		err_add_field(error, "/state", "There is no such word.");
		return NULL;
	}
	ask.state = strcmp(state, "all") == 0 ? NULL : state;
	ask.assignee_id = is_on(call, "mine") ? call->actor->user_id : 0;
	if (!read_period(call, &ask, error) || !desk_team_id(call->db, call_query(call, "team") != NULL && call_query(call, "team")[0] != '\0' ? call_query(call, "team") : NULL, &ask.team_id, error))
		return NULL;
	if (!recovery_counts(call->db, call->actor->user_id, &n_open, &n_late, &n_mine, error) || (value = recovery_list(call->db, &ask, error)) == NULL)
		return NULL;
	json_put_text(value, "state", state);
	json_put_bool(value, "mine", is_on(call, "mine"));
	json_put_bool(value, "late", ask.late_only);
	json_put(value, "counts", counts = json_object());
	json_put_int(counts, "open", n_open);
	json_put_int(counts, "late", n_late);
	json_put_int(counts, "mine", n_mine);
	return value;
}

static gboolean
recovery_panels(Call *call, json_t *value, GError **error)
{
	return desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error);
}

static json_t *
one_value(Call *call, const char *ref, GError **error)
{
	g_autoptr(Recovery) it = recovery_by_ref(call->db, ref, error);
	json_t *value;

	if (it == NULL)
		return NULL;
	value = json_object();
	json_put_text(value, "ref", it->ref);
	json_put_text(value, "kind", it->kind);
	json_put_int(value, "score", it->score);
	json_put_text(value, "state", it->state);
	json_put_time(value, "opened_at", it->opened_at);
	json_put_time(value, "due_at", it->due_at);
	json_put_bool(value, "is_late", it->late_at != 0);
	json_put_time(value, "done_at", it->done_at);
	json_put_int(value, "version", it->version);
	call_redirect(call, "/recoveries");
	return value;
}

typedef struct {
	DraftGiven given;
	char *words, *assignee;
} RecoveryDraft;
static const DraftField done_fields[] = {
	{ "words", DRAFT_TEXT, offsetof(RecoveryDraft, words), .required = TRUE, .max = RECOVERY_WORDS_MAX, .about = "what was done" },
	{ NULL },
};
static const DraftSpec done_draft = { "RecoveryDone", sizeof(RecoveryDraft), done_fields };
static const DraftField assign_fields[] = {
	{ "assignee", DRAFT_TEXT, offsetof(RecoveryDraft, assignee), .required = TRUE, .max = 20, .about = "a user's ref, or me" },
	{ NULL },
};
static const DraftSpec assign_draft = { "RecoveryAssign", sizeof(RecoveryDraft), assign_fields };

/* POST /recoveries/{ref}/done {words} */
static json_t *
done_post(Call *call, GError **error)
{
	const RecoveryDraft *draft = call->draft;
	g_autoptr(Recovery) it = recovery_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(DbTx) tx = NULL;

	if (it == NULL || (tx = db_begin(call->db, error)) == NULL || !recovery_done_in(call->db, it, draft->words, call->actor, call->now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	return one_value(call, it->ref, error);
}

/* POST /recoveries/{ref}/assign {assignee} */
static json_t *
assign_post(Call *call, GError **error)
{
	const RecoveryDraft *draft = call->draft;
	g_autoptr(Recovery) it = recovery_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(DbTx) tx = NULL;
	gint64 user_id = 0;

	if (it == NULL || !desk_owner_id(call, draft->assignee, &user_id, error) || (tx = db_begin(call->db, error)) == NULL ||
	    !recovery_assign_in(call->db, it, user_id, call->actor, call->now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	return one_value(call, it->ref, error);
}

const Route desk_recovery_routes[] = {
	{ "GET", "/recoveries", "case.read", ROUTE_READ, .handler = recoveries_get, .page = "recoveries.html", .panels = recovery_panels, .about = "low scores that somebody puts right; what is due first on top" },
	{ "POST", "/recoveries/{ref}/done", "case.write", ROUTE_WRITE, 64 * 1024, done_post, .draft = &done_draft, .about = "it is done, and what was done" },
	{ "POST", "/recoveries/{ref}/assign", "case.assign", ROUTE_WRITE, 4096, assign_post, .draft = &assign_draft, .about = "somebody else sees to it, and is told" },
	{ NULL },
};
