/* sign_in.h - coming in: with a password, by the first run's link, by a new user's link; and going. */
#pragma once
#include "http/route.h"

extern const Route desk_sign_in_routes[];
