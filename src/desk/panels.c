/* panels.c - see the header. The small lists (people, words) are read once and kept until something of theirs
 * changes: a case page must not read five lists that change once a week. */
#include "desk/panels.h"
#include "cases/notice.h"
#include "cases/words.h"
#include "desk/app.h"
#include "desk/lists.h"
#include "org/user.h"
#include "text/template.h"

typedef json_t *(*Read)(Call *call, GError **error);

static json_t *
people_read(Call *call, GError **error)
{
	g_autoptr(GPtrArray) users = user_list(call->db, FALSE, error);
	json_t *list;

	if (users == NULL)
		return NULL;
	list = json_array();
	for (guint i = 0; i < users->len; i++) {
		const User *user = users->pdata[i];
		json_t *one = json_object();

		json_put_text(one, "ref", user->ref);
		json_put_text(one, "name", user->name);
		json_put_text(one, "role", user->role);
		json_put_bool(one, "available", user->available);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
teams_read(Call *call, GError **error)
{
	g_autoptr(GPtrArray) teams = team_list(call->db, error);
	json_t *list;

	if (teams == NULL)
		return NULL;
	list = json_array();
	for (guint i = 0; i < teams->len; i++)
		json_array_append_new(list, team_to_json(teams->pdata[i]));
	return list;
}

static json_t *
categories_read(Call *call, GError **error)
{
	return tree_list(call->db, TREE_CATEGORY, FALSE, error);
}

static json_t *
products_read(Call *call, GError **error)
{
	return tree_list(call->db, TREE_PRODUCT, FALSE, error);
}

static json_t *
root_causes_read(Call *call, GError **error)
{
	return tree_list(call->db, TREE_ROOT_CAUSE, FALSE, error);
}

static gboolean
put_list(Call *call, json_t *value, const char *key, DeskList which, Read read, GError **error)
{
	DeskApp *app = desk_app(call);
	guint64 generation = 0;
	json_t *list = desk_lists_get(app->lists, which, &generation);

	if (list == NULL) {
		if ((list = read(call, error)) == NULL)
			return FALSE;
		desk_lists_keep(app->lists, which, generation, list);
	}
	json_put(value, key, list);
	return TRUE;
}

gboolean
desk_panel_people(Call *call, json_t *value, GError **error)
{
	return put_list(call, value, "users", DESK_LIST_USERS, people_read, error) &&
	       put_list(call, value, "teams", DESK_LIST_TEAMS, teams_read, error);
}

gboolean
desk_panel_trees(Call *call, json_t *value, GError **error)
{
	return put_list(call, value, "categories", DESK_LIST_CATEGORIES, categories_read, error) &&
	       put_list(call, value, "products", DESK_LIST_PRODUCTS, products_read, error) &&
	       put_list(call, value, "root_causes", DESK_LIST_ROOT_CAUSES, root_causes_read, error);
}

/* {html: <option value="REF">label</option>, one an entry; at: {REF or label: where its ">" stands}}; null for none. */
static json_t *
options_text(const json_t *list, const char *label)
{
	g_autoptr(GString) out = g_string_new(NULL);
	json_t *value, *at, *one;
	size_t i;

	if (json_array_size(list) == 0)
		return json_null();
	at = json_object();
	json_array_foreach(list, i, one) {
		const char *text = json_text(one, label, ""), *ref = json_text(one, "ref", "");

		g_string_append_printf(out, "<option value=\"%s\"", ref);
		json_put_int(at, ref, (gint64)out->len);
		if (json_object_get(at, text) == NULL)
			json_put_int(at, text, (gint64)out->len);
		g_string_append_c(out, '>');
		template_escape(out, text, strlen(text));
		g_string_append(out, "</option>");
	}
	value = json_object();
	json_put(value, "html", json_stringn_nocheck(out->str, out->len));
	json_put(value, "at", at);
	return value;
}

static json_t *
options_read(Call *call, GError **error)
{
	static const struct { const char *list, *label; } kinds[] = {
		{ "users", "name" }, { "teams", "name" }, { "categories", "path" }, { "products", "path" }, { "root_causes", "path" },
	};
	g_autoptr(json_t) lists = json_object();
	json_t *options;

	if (!desk_panel_people(call, lists, error) || !desk_panel_trees(call, lists, error))
		return NULL;
	options = json_object();
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		json_put(options, kinds[i].list, options_text(json_object_get(lists, kinds[i].list), kinds[i].label));
	return options;
}

gboolean
desk_panel_options(Call *call, json_t *value, GError **error)
{
	return put_list(call, value, "options", DESK_LIST_OPTIONS, options_read, error);
}

gboolean
desk_panel_chrome(Call *call, json_t *value, GError **error)
{
	gint64 unread = 0;

	if (call->actor->user_id != 0 && !notice_count_unread(call->db, call->actor->user_id, &unread, error))
		return FALSE;
	json_put_int(value, "n_notices", unread);
	return TRUE;
}

void
desk_put_back(json_t *closed, const char *where, const char *ref)
{
	g_autofree char *back = g_strconcat(where, "/", ref, NULL);

	for (gsize i = 0; i < json_array_size(closed); i++)
		json_put_text(json_array_get(closed, i), "back", back);
}
