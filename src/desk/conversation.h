/* conversation.h - what is said on a case, from the desk. */
#pragma once
#include "http/route.h"

extern const Route desk_conversation_routes[];
