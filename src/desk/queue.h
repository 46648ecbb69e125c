/* queue.h - the agent's list of cases: views, search, filters, pages, and acts on many at once. */
#pragma once
#include "http/route.h"

extern const Route desk_queue_routes[];
