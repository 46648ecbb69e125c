/* remedies.h - offers and remedies of a case, and what stands about them on its page. */
#pragma once
#include "http/route.h"

extern const Route desk_remedy_routes[];
/* "remedies"[], and "offer": the newest one that is not decided, or null. Of the case's JSON. @mark changes with what is shown and leaves the case's version: an
 * attempt to pay. */
gboolean desk_put_remedies(Call *call, json_t *value, gint64 case_id, guint *mark, GError **error);
/* On the page only, and only while something with a value is under way: "authority" (the reader's, on this case) and "fairness"; null otherwise. */
gboolean desk_panel_remedies(Call *call, json_t *value, GError **error);
