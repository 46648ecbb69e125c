/* recoveries.h - low scores that somebody puts right: the list, and what was done. The rules: survey/recovery.h. */
#pragma once
#include "http/route.h"

extern const Route desk_recovery_routes[];
