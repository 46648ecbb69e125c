/* satisfaction.h - the figures of what customers felt, as JSON and as pages, and the rows behind each. What they mean: insight/satisfaction.h. */
#pragma once
#include "http/route.h"

extern const Route desk_satisfaction_routes[];
