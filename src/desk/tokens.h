/* tokens.h - API tokens. */
#pragma once
#include "http/route.h"

extern const Route desk_token_routes[];
