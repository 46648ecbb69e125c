/* imports.h - bringing cases in and out, by page. */
#pragma once
#include "http/route.h"

extern const Route desk_import_routes[];
