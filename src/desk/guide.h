/* guide.h - the six steps on a case: /cases/{ref}/guide, and what the case's JSON says of them. */
#pragma once
#include "cases/case.h"
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_guide_routes[];

/* Puts "guide" into a case's JSON, from what its other parts hold already ("messages", "remedies", "actions", "decision"). For a page the
 * promises come later, with their panel: there desk_guide_panel() does it, without a statement; the API asks for them where there are some. */
gboolean desk_put_guide(Call *call, json_t *value, const Case *it, GError **error);
gboolean desk_guide_panel(Call *call, json_t *value, GError **error);

G_END_DECLS
