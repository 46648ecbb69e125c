/* exports.h - taking all cases out, by page. */
#pragma once
#include "http/route.h"

extern const Route desk_export_routes[];
