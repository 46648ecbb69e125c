/* ledger.h - money that moved, and the figures of remedies. */
#pragma once
#include "http/route.h"

extern const Route desk_ledger_routes[];
