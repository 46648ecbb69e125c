/* choose.h - whom somebody meant: owners and teams as handlers are given them. */
#pragma once
#include "http/call.h"
G_BEGIN_DECLS

/* A user's ref, "me", "none" or NULL (both 0). ERR_INVALID with "/owner". */
gboolean desk_owner_id(Call *call, const char *owner, gint64 *ret_id, GError **error);
/* A team's ref; NULL: 0. ERR_INVALID with "/team". */
gboolean desk_team_id(Db *db, const char *team, gint64 *ret_id, GError **error);

G_END_DECLS
