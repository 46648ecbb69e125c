/* settings.h - the house's settings. */
#pragma once
#include "http/route.h"

extern const Route desk_setting_routes[];
