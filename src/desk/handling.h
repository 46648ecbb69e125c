/* handling.h - what is done with a case: its stage, its owner, merging, splitting, linking. */
#pragma once
#include "http/route.h"

extern const Route desk_handling_routes[];
