/* panels.h - what pages show beside their resource: notices in the bar, people and words to choose from. Each is a
 * resource of the API as well (GET /views, /users, /categories ...). */
#pragma once
#include "http/call.h"
G_BEGIN_DECLS

/* "n_notices": how many are unread. On every page of the desk. */
gboolean desk_panel_chrome(Call *call, json_t *value, GError **error);
/* "users", "teams": whom a case can be given to. */
gboolean desk_panel_people(Call *call, json_t *value, GError **error);
/* "categories", "products", "root_causes". */
gboolean desk_panel_trees(Call *call, json_t *value, GError **error);
/* "options": these five as the <option>s of a <select>, for a page that offers them all and shows none of them:
 * {{options.users|chosen:@owner.ref}}. */
gboolean desk_panel_options(Call *call, json_t *value, GError **error);

/* "back" of each closed address: where its button leads afterwards, cases/REF or customers/REF. */
void desk_put_back(json_t *closed, const char *where, const char *ref);

G_END_DECLS
