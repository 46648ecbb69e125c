/* dashboard.h - the figures for supervisors: as JSON, as a page, as files. */
#pragma once
#include "http/route.h"

extern const Route desk_dashboard_routes[];
