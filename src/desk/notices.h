/* notices.h - what somebody should know. */
#pragma once
#include "http/route.h"

extern const Route desk_notice_routes[];
