/* customers.h - customers: search, contacts, duplicates, merging. */
#pragma once
#include "http/route.h"

extern const Route desk_customer_routes[];
