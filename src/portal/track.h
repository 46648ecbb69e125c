/* track.h - the customer's own page of one complaint, behind its private link. */
#pragma once
#include "http/route.h"

extern const Route portal_track_routes[];
