/* users.h - the people who answer, for admins. */
#pragma once
#include "http/route.h"

extern const Route desk_user_routes[];
