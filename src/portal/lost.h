/* lost.h - routes for customers who lost their private link. */
#pragma once
#include "http/route.h"

extern const Route portal_lost_routes[];
