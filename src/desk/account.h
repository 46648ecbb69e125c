/* account.h - one's own name, zone, language, keys, password and sessions. */
#pragma once
#include "http/route.h"

extern const Route desk_account_routes[];
