#include "desk/choose.h"
#include "org/user.h"
#include <string.h>

gboolean
desk_owner_id(Call *call, const char *owner, gint64 *ret_id, GError **error)
{
	g_autoptr(User) user = NULL;
	g_autoptr(GError) why = NULL;

	if (owner == NULL || strcmp(owner, "none") == 0) {
		*ret_id = 0;
		return TRUE;
	}
	if (strcmp(owner, "me") == 0) {
		*ret_id = call->actor->user_id;
		return TRUE;
	}
	/* By their address too: it is what an export, and whoever writes a script, knows of a person. */
	user = strchr(owner, '@') != NULL ? user_find_email(call->db, owner, &why) : user_by_ref(call->db, owner, &why);
	if (user == NULL) {
		if (why != NULL && !g_error_matches(why, ERR, ERR_NOT_FOUND)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		err_add_field(error, "/owner", "we know nobody by that name here");
		return FALSE;
	}
	*ret_id = user->id;
	return TRUE;
}

gboolean
desk_team_id(Db *db, const char *team, gint64 *ret_id, GError **error)
{
	g_autoptr(Team) found = NULL;
	g_autoptr(GError) why = NULL;

	*ret_id = 0;
	if (team == NULL)
		return TRUE;
	if ((found = team_by_ref(db, team, &why)) == NULL) {
		if (!g_error_matches(why, ERR, ERR_NOT_FOUND)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		err_add_field(error, "/team", "there is no such team");
		return FALSE;
	}
	*ret_id = found->id;
	return TRUE;
}
