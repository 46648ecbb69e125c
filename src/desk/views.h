/* views.h - saved views of the queue. */
#pragma once
#include "http/route.h"

extern const Route desk_view_routes[];
