/* remedy_callback.h - the route by which systems of the house report how a remedy went. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_callback_routes[];

G_END_DECLS
