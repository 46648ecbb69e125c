/* words.c - the three trees that cases are sorted into: /categories, /products, /root-causes. One mechanism: cases/words.h. */
#include "desk/words.h"
#include "cases/word_uses.h"
#include "cases/words.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"
#include <string.h>

static const struct {
	const char *path, *word;
	Tree tree;
} trees[] = {
	{ "/categories", "categories", TREE_CATEGORY },
	{ "/products", "products", TREE_PRODUCT },
	{ "/root-causes", "root_causes", TREE_ROOT_CAUSE },
};

/* Which of the three a route speaks of. */
static guint
tree_of(const Call *call)
{
	for (guint i = 0; i < G_N_ELEMENTS(trees); i++)
		if (g_str_has_prefix(call->route->path, trees[i].path))
			return i;
	g_assert_not_reached();
}

/* How deep a path lies: by its "›". */
static gint64
depth_of(const char *path)
{
	gint64 n = 0;

	for (const char *p = path; (p = strstr(p, " \xE2\x80\xBA ")) != NULL; p++)
		n++;
	return n;
}

static json_t *
read_items(const Call *call, gboolean with_removed, GError **error)
{
	json_t *items = tree_list(call->db, trees[tree_of(call)].tree, with_removed, error), *one;
	size_t i;

	json_array_foreach(items, i, one) {
		json_put_int(one, "depth", depth_of(json_text(one, "path", "")));
		json_put(one, "n_cases", json_null());
	}
	return items;
}

static json_t *
tree_get(Call *call, GError **error)
{
	json_t *items = read_items(call, call_query_int(call, "removed", 0, 0, 1) != 0, error), *value;

	if (items == NULL)
		return NULL;
	value = json_object();
	json_put_text(value, "tree", trees[tree_of(call)].word);
	json_put(value, "items", items);
	return value;
}

typedef struct {
	DraftGiven given;
	char *name, *parent;
	gboolean removed;
} WordDraft;
enum { W_NAME, W_REMOVED };
static const DraftField new_word_fields[] = {
	{ "name", DRAFT_TEXT, offsetof(WordDraft, name), .required = TRUE, .max = TREE_MAX_NAME },
	{ "parent", DRAFT_TEXT, offsetof(WordDraft, parent), .max = 20, .about = "the ref of what it stands below" },
	{ NULL },
};
static const DraftSpec new_word_draft = { "NewWord", sizeof(WordDraft), new_word_fields };
static const DraftField word_fields[] = {
	[W_NAME] = { "name", DRAFT_TEXT, offsetof(WordDraft, name), .max = TREE_MAX_NAME },
	[W_REMOVED] = { "removed", DRAFT_BOOL, offsetof(WordDraft, removed), .about = "used no more; false brings it back" },
	{ NULL },
};
static const DraftSpec word_draft = { "WordChange", sizeof(WordDraft), word_fields };

/* The item of @ref, removed ones too. (transfer full) */
static json_t *
item_of(const Call *call, const char *ref, GError **error)
{
	g_autoptr(json_t) items = read_items(call, TRUE, error);
	json_t *one;
	size_t i;

	if (items == NULL)
		return NULL;
	json_array_foreach(items, i, one)
		if (g_ascii_strcasecmp(json_text(one, "ref", ""), ref) == 0)
			return json_incref(one);
	g_set_error(error, ERR, ERR_NOT_FOUND, "no such word");
	return NULL;
}

static json_t *
word_post(Call *call, GError **error)
{
	const WordDraft *draft = call->draft;
	guint which = tree_of(call);
	char ref[16];

	if (!tree_add(call->db, trees[which].tree, draft->parent, draft->name, call->actor, call->now_ms, ref, error))
		return NULL;
	call_created(call, "%s/%s", trees[which].path, ref);
	if (call->as_page)
		call_redirect(call, "%s", trees[which].path);
	return item_of(call, ref, error);
}

static json_t *
change_word(Call *call, const char *name, int removed, GError **error)
{
	guint which = tree_of(call);
	g_autoptr(json_t) before = item_of(call, call_param(call, "ref"), error);
	gint64 version;

	if (before == NULL || !desk_if_match(call, &version, error))
		return NULL;
	if (!tree_change(call->db, trees[which].tree, json_text(before, "ref", ""), version, name,
		    removed >= 0 ? removed : json_flag(before, "removed", FALSE), call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "%s", trees[which].path);
	return item_of(call, json_text(before, "ref", ""), error);
}

static json_t *
word_patch(Call *call, GError **error)
{
	const WordDraft *draft = call->draft;

	return change_word(call, draft->name, DRAFT_GIVEN(draft, W_REMOVED) ? draft->removed : -1, error);
}

static json_t *
word_delete(Call *call, GError **error)
{
	return change_word(call, NULL, TRUE, error);
}

/* How often each is used is counted for the page alone. */
static gboolean
tree_panels(Call *call, json_t *value, GError **error)
{
	gint64 looked_at = 0;

	if (json_is_array(json_object_get(value, "items")) &&
		!word_uses_put(call->db, trees[tree_of(call)].tree, json_object_get(value, "items"), &looked_at, error))
		return FALSE;
	json_put(value, "newest", looked_at == WORD_USES_CASES ? json_integer(looked_at) : json_null());
	return desk_panel_chrome(call, value, error);
}

#define TREE_ROUTES(path, what) \
	{ "GET", path, "case.read", ROUTE_READ, .handler = tree_get, .page = "tree.html", .panels = tree_panels, .about = what }, \
	{ "POST", path, "admin.write", ROUTE_WRITE, 4096, word_post, .page = "tree.html", .draft = &new_word_draft, .panels = desk_panel_chrome, .about = "add one to the " what }, \
	{ "PATCH", path "/{ref}", "admin.write", ROUTE_WRITE, 4096, word_patch, .draft = &word_draft, .about = "rename or remove one of the " what }, \
	{ "DELETE", path "/{ref}", "admin.write", ROUTE_WRITE, 4096, word_delete, .about = "one of the " what " is used no more" }
const Route desk_tree_routes[] = {
	TREE_ROUTES("/categories", "categories"),
	TREE_ROUTES("/products", "products"),
	TREE_ROUTES("/root-causes", "root causes"),
	{ NULL },
};
