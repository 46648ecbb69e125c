/* macros.h - wordings kept ready. */
#pragma once
#include "http/route.h"

extern const Route desk_macro_routes[];
