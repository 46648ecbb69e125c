/* panels.c - see the header. The small lists (people, words, macros) are read once and kept until something of theirs
 * changes: a case page must not read five lists that change once a week. */
#include "desk/panels.h"
#include "cases/macro.h"
#include "cases/notice.h"
#include "cases/view.h"
#include "cases/words.h"
#include "desk/app.h"
#include "desk/lists.h"
#include "org/user.h"

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

gboolean
desk_panel_macros(Call *call, json_t *value, GError **error)
{
	json_t *macros = macro_list(call->db, call->actor->user_id, error);

	if (macros == NULL)
		return FALSE;
	json_put(value, "macros", macros);
	return TRUE;
}

gboolean
desk_panel_chrome(Call *call, json_t *value, GError **error)
{
	DeskApp *app = desk_app(call);
	gint64 unread = 0;

	json_put(value, "counters", case_counters_get(app->counters, call->actor));
	if (call->actor->user_id != 0 && !notice_count_unread(call->db, call->actor->user_id, &unread, error))
		return FALSE;
	json_put_int(value, "n_notices", unread);
	return TRUE;
}
