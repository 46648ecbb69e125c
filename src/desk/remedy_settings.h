/* remedy_settings.h - the catalogue of remedies, the systems that carry them out, authority and budgets. */
#pragma once
#include "http/route.h"

extern const Route desk_catalogue_routes[]; /* desk/catalogue.c */
extern const Route desk_limit_routes[];     /* desk/limits.c */
