/* calendars.h - the routes of /calendars: when the house works. */
#pragma once
#include "http/route.h"
extern const Route desk_calendar_routes[];
