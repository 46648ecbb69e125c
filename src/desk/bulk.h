/* bulk.h - one act on many cases. */
#pragma once
#include "http/route.h"

extern const Route desk_bulk_routes[];
