/* clock_figures.h - GET /figures/clocks and the rows behind it. */
#pragma once
#include "http/route.h"
extern const Route desk_clock_figure_routes[];
