/* teams.h - teams and who is in them. */
#pragma once
#include "http/route.h"

extern const Route desk_team_routes[];
