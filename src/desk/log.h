/* log.h - what happens, as it happens, and what happened: live updates and the whole event log. */
#pragma once
#include "http/route.h"

extern const Route desk_log_routes[];
