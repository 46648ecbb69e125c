/* promise_figures.h - GET /figures/promises and GET /promises: how many promises were kept, and the rows behind it. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_promise_figure_routes[];

G_END_DECLS
