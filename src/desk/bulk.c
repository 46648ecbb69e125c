/* bulk.c - POST /cases/bulk: assign, categorise, tag, set severity or merge what was picked in the queue. Each case is a
 * unit of its own: one that cannot be changed does not hold up the others, and is named in the answer. */
#include "desk/bulk.h"
#include "cases/assign.h"
#include "cases/merge.h"
#include "desk/app.h"
#include "desk/choose.h"
#include <string.h>

enum { BULK_MOST = 200 };

static const char *const acts[] = { "assign", "category", "tag", "untag", "severity", "merge", NULL };
typedef struct {
	DraftGiven given;
	GPtrArray *pick;
	const char *act, *severity;
	char *owner, *team, *category, *tag, *back;
} BulkDraft;
static const DraftField bulk_fields[] = {
	{ "pick", DRAFT_LIST, offsetof(BulkDraft, pick), .required = TRUE, .max = BULK_MOST, .about = "the cases' refs, at most 200" },
	{ "act", DRAFT_WORD, offsetof(BulkDraft, act), .required = TRUE, .words = acts },
	{ "owner", DRAFT_TEXT, offsetof(BulkDraft, owner), .max = 20, .about = "assign: a user's ref, \"me\", or \"none\"" },
	{ "team", DRAFT_TEXT, offsetof(BulkDraft, team), .max = 20, .about = "assign: a team's ref" },
	{ "category", DRAFT_TEXT, offsetof(BulkDraft, category), .max = 500, .about = "category: a ref or path" },
	{ "tag", DRAFT_TEXT, offsetof(BulkDraft, tag), .max = 60, .about = "tag, untag: the tag" },
	{ "severity", DRAFT_WORD, offsetof(BulkDraft, severity), .words = case_severities, .about = "severity" },
	{ "back", DRAFT_TEXT, offsetof(BulkDraft, back), .max = 2000, .about = "forms: where to go afterwards, on this site" },
	{ NULL },
};
static const DraftSpec bulk_draft = { "BulkChange", sizeof(BulkDraft), bulk_fields };

typedef struct {
	Call *call;
	const BulkDraft *draft;
	gint64 owner_id, team_id, target_id; /* target: of a merge, the first one picked */
} Bulk;

/* The case's tags with one added or taken away. (transfer full) */
static GPtrArray *
tags_with(const Case *it, const char *tag, gboolean wanted)
{
	g_auto(GStrv) had = g_strsplit(it->tags, ",", -1);
	GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; had[i] != NULL; i++)
		if (had[i][0] != '\0' && strcmp(had[i], tag) != 0)
			g_ptr_array_add(tags, g_strdup(had[i]));
	if (wanted)
		g_ptr_array_add(tags, g_strdup(tag));
	return tags;
}

static gboolean
change_one(const Bulk *bulk, const Case *it, GError **error)
{
	const BulkDraft *draft = bulk->draft;
	Call *call = bulk->call;
	g_autoptr(GPtrArray) tags = NULL;
	CaseChange change = { .category = draft->category };

	if (strcmp(draft->act, "category") == 0) {
		change.given = CASE_CATEGORY;
	} else if (strcmp(draft->act, "severity") == 0) {
		change.given = CASE_SEVERITY;
		for (gint64 i = 0; case_severities[i] != NULL; i++)
			if (g_strcmp0(case_severities[i], draft->severity) == 0)
				change.severity = i;
	} else {
		change.given = CASE_TAGS;
		change.tags = tags = tags_with(it, draft->tag, strcmp(draft->act, "tag") == 0);
	}
	return case_change(call->db, it->id, 0, &change, call->actor, call->now_ms, error);
}

static gboolean
act_on(const Bulk *bulk, const char *ref, GError **error)
{
	Call *call = bulk->call;
	g_autoptr(Case) it = case_by_ref(call->db, ref, error);

	if (it == NULL)
		return FALSE;
	if (strcmp(bulk->draft->act, "assign") == 0)
		return case_assign(call->db, it->id, 0, bulk->draft->owner != NULL ? bulk->owner_id : it->owner_id, bulk->team_id, call->actor, call->now_ms, error);
	if (strcmp(bulk->draft->act, "merge") == 0)
		return it->id == bulk->target_id || case_merge(call->db, it->id, bulk->target_id, call->actor, call->now_ms, error);
	return change_one(bulk, it, error);
}

/* What an act needs, said before anything is touched. */
static gboolean
check_act(Bulk *bulk, GError **error)
{
	const BulkDraft *draft = bulk->draft;
	const struct { const char *act, *may, *field; gboolean given; } needs[] = {
		{ "assign", "case.assign", "/owner", draft->owner != NULL || draft->team != NULL }, { "category", "case.write", "/category", draft->category != NULL },
		{ "tag", "case.write", "/tag", draft->tag != NULL }, { "untag", "case.write", "/tag", draft->tag != NULL },
		{ "severity", "case.write", "/severity", draft->severity != NULL }, { "merge", "case.merge", "/pick", draft->pick->len > 1 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(needs); i++) {
		if (strcmp(needs[i].act, draft->act) != 0)
			continue;
		if (!actor_must(bulk->call->actor, needs[i].may, error))
			return FALSE;
		if (!needs[i].given) {
			err_add_field(error, needs[i].field, "%s", strcmp(draft->act, "merge") == 0 ? "Pick the case that stays first, then those that go into it." : "Choose what it should be.");
			return FALSE;
		}
	}
	return desk_owner_id(bulk->call, draft->owner, &bulk->owner_id, error) && desk_team_id(bulk->call->db, draft->team, &bulk->team_id, error) &&
	       case_id_by_ref(bulk->call->db, draft->pick->pdata[0], &bulk->target_id, error);
}

/* -> {done: n, failed: [{ref, message}]} */
static json_t *
bulk_post(Call *call, GError **error)
{
	Bulk bulk = { .call = call, .draft = call->draft };
	json_t *value, *failed;
	gint64 done = 0;

	if (!check_act(&bulk, error))
		return NULL;
	value = json_object();
	failed = json_array();
	for (guint i = 0; i < bulk.draft->pick->len; i++) {
		g_autoptr(GError) why = NULL;
		json_t *one;

		if (act_on(&bulk, bulk.draft->pick->pdata[i], &why)) {
			done++;
			continue;
		}
		one = json_object();
		json_put_text(one, "ref", bulk.draft->pick->pdata[i]);
		json_put_text(one, "message", why->message);
		json_array_append_new(failed, one);
	}
	json_put_int(value, "done", done);
	json_put(value, "failed", failed);
	/* Only to a path of our own: "//elsewhere" would be another host. */
	call_redirect(call, "%s", bulk.draft->back != NULL && bulk.draft->back[0] == '/' && bulk.draft->back[1] != '/' && bulk.draft->back[1] != '\\' ? bulk.draft->back : "/cases");
	return value;
}

const Route desk_bulk_routes[] = {
	{ "POST", "/cases/bulk", "case.read", ROUTE_WRITE, 64 * 1024, bulk_post, .draft = &bulk_draft, .about = "assign, categorise, tag or merge up to 200 cases at once" },
	{ NULL },
};
