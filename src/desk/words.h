/* words.h - categories, products, root causes. */
#pragma once
#include "http/route.h"

extern const Route desk_tree_routes[];
