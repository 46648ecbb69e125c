/* cases.h - one case at the desk: writing it down, showing it, changing its details, its history. */
#pragma once
#include "http/route.h"

extern const Route desk_case_routes[];
