/* complain.h - the public form: a complaint in a minute, without an account and without JavaScript. */
#pragma once
#include "http/route.h"

extern const Route portal_complain_routes[];
