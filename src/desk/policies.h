/* policies.h - the routes of /policies: what is due by when. */
#pragma once
#include "http/route.h"
extern const Route desk_policy_routes[];
