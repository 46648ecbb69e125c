/* approvals.h - what waits for somebody's decision. */
#pragma once
#include "http/route.h"

extern const Route desk_approval_routes[];
