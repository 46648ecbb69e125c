/* actions.h - /actions: corrective actions and what came of each. Why people had to complain, and all effects: desk/causes.h. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_action_routes[];

G_END_DECLS
