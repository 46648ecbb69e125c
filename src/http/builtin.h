/* builtin.h - the rows every server has: health, metrics, the API's description. Private to http/. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

/* Their handlers reach the server through the request, so they work with any app. */
extern const Route builtin_routes[];

G_END_DECLS
