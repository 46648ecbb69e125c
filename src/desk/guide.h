/* guide.h - the six steps on a case: /cases/{ref}/guide, and what the case's JSON says of them. */
#pragma once
#include "cases/case.h"
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_guide_routes[];

/* "guide" of a case's JSON, from the case and what its other parts hold already ("messages", "promises", "remedies", "actions",
 * "decision"): no statement of its own. (transfer full) */
json_t *desk_guide(const Case *it, const json_t *value);

G_END_DECLS
