/* causes.h - /causes: why people had to complain, and what it cost; /effects: whether what was done about it helped. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_cause_routes[];

G_END_DECLS
