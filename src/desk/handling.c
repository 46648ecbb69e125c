/* handling.c - moving, assigning, merging, splitting and linking a case. The rules: cases/stage.h, assign.h, merge.h. */
#include "desk/handling.h"
#include "cases/assign.h"
#include "cases/merge.h"
#include "cases/stage.h"
#include "desk/app.h"
#include "desk/case_answer.h"
#include "desk/choose.h"
#include "desk/decisions.h"
#include "desk/panels.h"

static json_t *
done(Call *call, const char *ref)
{
	call_redirect(call, "/cases/%s", ref);
	return json_null();
}

/* ---- stage --------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	gint64 version;
	const char *stage, *outcome;
	char *root_cause, *reason, *reasons;
	json_t *points;
	PointDraft point[DESK_POINTS];
} StageDraft;
static const DraftField stage_fields[] = {
	{ "version", DRAFT_INT, offsetof(StageDraft, version), .min = 0, .max = G_MAXINT64, .about = "the version you looked at; or If-Match" },
	{ "stage", DRAFT_WORD, offsetof(StageDraft, stage), .required = TRUE, .words = case_stages },
	{ "outcome", DRAFT_WORD, offsetof(StageDraft, outcome), .words = case_outcomes, .about = "needed to resolve a complaint" },
	{ "root_cause", DRAFT_TEXT, offsetof(StageDraft, root_cause), .max = 500, .about = "ref or path; needed to resolve a complaint. A new one is made for those who may import" },
	{ "reason", DRAFT_TEXT, offsetof(StageDraft, reason), .max = 2000, .about = "kept as a note" },
	{ "reasons", DRAFT_TEXT, offsetof(StageDraft, reasons), .max = 4 * DECISION_MAX_REASONS, .about = "why it was decided so, in words for the customer" },
	DESK_POINT_FIELDS(StageDraft),
	{ NULL },
};
static const DraftSpec stage_draft = { "StageMove", sizeof(StageDraft), stage_fields };

static json_t *
stage_post(Call *call, GError **error)
{
	const StageDraft *draft = call->draft;
	g_autoptr(json_t) points = desk_points(draft->points, draft->point);
	StageMove move = { .stage = draft->stage, .outcome = draft->outcome, .root_cause = draft->root_cause, .reason = draft->reason, .reasons = draft->reasons, .points = points,
		.make_words = actor_may(call->actor, "import.run") };
	g_autoptr(GError) why = NULL;
	gint64 id;

	if (!desk_case_id(call, &id, error) || !desk_base_version(call, draft->version, &move.version, error))
		return NULL;
	if (!case_move(call->db, id, &move, call->actor, call->now_ms, &why) && !desk_turned_stale(call, &why)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	return call->status == 409 ? json_null() : done(call, call_param(call, "ref"));
}

/* ---- owner --------------------------------------------------------------------------------------------------------- */

static const char *const assign_ways[] = { "hand", "round_robin", "least_loaded", NULL };
typedef struct {
	DraftGiven given;
	gint64 version;
	char *owner, *team;
	const char *by;
} AssignDraft;
enum { ASSIGN_VERSION, ASSIGN_OWNER, ASSIGN_TEAM, ASSIGN_BY };
static const DraftField assign_fields[] = {
	{ "version", DRAFT_INT, offsetof(AssignDraft, version), .min = 0, .max = G_MAXINT64 },
	{ "owner", DRAFT_TEXT, offsetof(AssignDraft, owner), .about = "a user's ref or e-mail address, \"me\" or \"none\"" },
	{ "team", DRAFT_TEXT, offsetof(AssignDraft, team), .about = "a team's ref" },
	{ "by", DRAFT_WORD, offsetof(AssignDraft, by), .words = assign_ways, .about = "hand, or let the team's turn or load decide" },
	{ NULL },
};
static const DraftSpec assign_draft = { "Assignment", sizeof(AssignDraft), assign_fields };

static gboolean
assign_now(Call *call, gint64 id, gint64 version, GError **error)
{
	const AssignDraft *draft = call->draft;
	gint64 owner_id = 0, team_id = 0, chosen = 0;

	if (!desk_owner_id(call, draft->owner, &owner_id, error) || !desk_team_id(call->db, draft->team, &team_id, error))
		return FALSE;
	if (draft->by != NULL && !g_str_equal(draft->by, "hand")) {
		if (team_id == 0) {
			err_add_field(error, "/team", "say which team should take it");
			return FALSE;
		}
		return case_assign_auto(call->db, id, version, team_id, draft->by, call->actor, call->now_ms, &chosen, error);
	}
	if (draft->owner == NULL && !DRAFT_GIVEN(draft, ASSIGN_OWNER)) {
		g_autoptr(Case) it = NULL;

		if (team_id == 0) {
			err_add_field(error, "/owner", "say who should take it");
			return FALSE;
		}
		if ((it = case_get(call->db, id, error)) == NULL)
			return FALSE;
		owner_id = it->owner_id;
	}
	return case_assign(call->db, id, version, owner_id, team_id, call->actor, call->now_ms, error);
}

static json_t *
assign_post(Call *call, GError **error)
{
	const AssignDraft *draft = call->draft;
	g_autoptr(GError) why = NULL;
	gint64 id, version;

	if (!desk_case_id(call, &id, error) || !desk_base_version(call, draft->version, &version, error))
		return NULL;
	if (!assign_now(call, id, version, &why) && !desk_turned_stale(call, &why)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	return call->status == 409 ? json_null() : done(call, call_param(call, "ref"));
}

/* ---- merge, split, undo, link ---------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *into;
} MergeDraft;
static const DraftField merge_fields[] = {
	{ "into", DRAFT_TEXT, offsetof(MergeDraft, into), .required = TRUE, .max = 20, .about = "the ref of the case that stays" },
	{ NULL },
};
static const DraftSpec merge_draft = { "Merge", sizeof(MergeDraft), merge_fields };

static gboolean
other_case(Call *call, const char *ref, const char *field, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (case_id_by_ref(call->db, ref, ret_id, &why))
		return TRUE;
	if (g_error_matches(why, ERR, ERR_NOT_FOUND))
		err_add_field(error, field, "there is no case %s", ref);
	else
		g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

static json_t *
merge_post(Call *call, GError **error)
{
	const MergeDraft *draft = call->draft;
	gint64 source, target;

	if (!desk_case_id(call, &source, error) || !other_case(call, draft->into, "/into", &target, error))
		return NULL;
	if (!case_merge(call->db, source, target, call->actor, call->now_ms, error))
		return NULL;
	call->carry = target;
	return done(call, draft->into);
}

/* POST /cases/{ref}/undo: takes back the merge of this case into another, within 7 days. */
static json_t *
undo_post(Call *call, GError **error)
{
	gint64 id;

	if (!desk_case_id(call, &id, error) || !case_merge_undo(call->db, id, call->actor, call->now_ms, error))
		return NULL;
	return done(call, call_param(call, "ref"));
}

typedef struct {
	DraftGiven given;
	char *message, *subject;
} SplitDraft;
static const DraftField split_fields[] = {
	{ "message", DRAFT_TEXT, offsetof(SplitDraft, message), .required = TRUE, .max = 20, .about = "the ref of the message that becomes a case" },
	{ "subject", DRAFT_TEXT, offsetof(SplitDraft, subject), .max = 300, .about = "the new case's; made from the message when left out" },
	{ NULL },
};
static const DraftSpec split_draft = { "Split", sizeof(SplitDraft), split_fields };

static json_t *
split_post(Call *call, GError **error)
{
	const SplitDraft *draft = call->draft;
	char ref[16];
	gint64 id;

	if (!desk_case_id(call, &id, error))
		return NULL;
	if (!case_split(call->db, id, draft->message, draft->subject, call->actor, call->now_ms, ref, error))
		return NULL;
	if (!case_id_by_ref(call->db, ref, &call->carry, error))
		return NULL;
	call_created(call, "/cases/%s", ref);
	return json_null();
}

typedef struct {
	DraftGiven given;
	char *to;
} LinkDraft;
static const DraftField link_fields[] = {
	{ "to", DRAFT_TEXT, offsetof(LinkDraft, to), .required = TRUE, .max = 20, .about = "the other case's ref" },
	{ NULL },
};
static const DraftSpec link_draft = { "Link", sizeof(LinkDraft), link_fields };

static json_t *
link_post(Call *call, GError **error)
{
	const LinkDraft *draft = call->draft;
	gint64 id, to;

	if (!desk_case_id(call, &id, error) || !other_case(call, draft->to, "/to", &to, error))
		return NULL;
	if (!case_link(call->db, id, to, call->actor, call->now_ms, error))
		return NULL;
	return done(call, call_param(call, "ref"));
}

static json_t *
link_delete(Call *call, GError **error)
{
	gint64 id, to;

	if (!desk_case_id(call, &id, error) || !case_id_by_ref(call->db, call_param(call, "to"), &to, error))
		return NULL;
	if (!case_unlink(call->db, id, to, call->actor, call->now_ms, error))
		return NULL;
	return done(call, call_param(call, "ref"));
}

const Route desk_handling_routes[] = {
	{ "GET", "/cases/{ref}/resolve", "case.write", ROUTE_READ, .handler = desk_case_show, .page = "case_resolve.html", .panels = desk_case_panels, .flags = ROUTE_PAGE_ONLY, .about = "outcome and root cause as a form" },
	{ "POST", "/cases/{ref}/stage", "case.write", ROUTE_WRITE, 128 * 1024, stage_post, desk_case_answer_or_stale, "case_resolve.html", &stage_draft, desk_case_panels, .about = "move a case to another stage" },
	{ "POST", "/cases/{ref}/assign", "case.assign", ROUTE_WRITE, 4096, assign_post, desk_case_answer_or_stale, "case.html", &assign_draft, desk_case_panels, .about = "give a case to somebody" },
	{ "POST", "/cases/{ref}/merge", "case.merge", ROUTE_WRITE, 4096, merge_post, desk_case_answer, "case.html", &merge_draft, desk_case_panels, .about = "this case is part of another" },
	{ "POST", "/cases/{ref}/undo", "case.merge", ROUTE_WRITE, 4096, undo_post, desk_case_answer, "case.html", .panels = desk_case_panels, .about = "take a merge back, within 7 days" },
	{ "POST", "/cases/{ref}/split", "case.merge", ROUTE_WRITE, 4096, split_post, desk_case_answer, "case.html", &split_draft, desk_case_panels, .about = "a message becomes a case of its own" },
	{ "POST", "/cases/{ref}/links", "case.write", ROUTE_WRITE, 4096, link_post, desk_case_answer, "case.html", &link_draft, desk_case_panels, .about = "two cases belong together" },
	{ "DELETE", "/cases/{ref}/links/{to}", "case.write", ROUTE_WRITE, 4096, link_delete, desk_case_answer, "case.html", .panels = desk_case_panels, .about = "they do not, after all" },
	{ NULL },
};
