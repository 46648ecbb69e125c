/* actions.h - /actions: corrective actions and what came of them; /causes: why people had to complain. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_action_routes[];

G_END_DECLS
