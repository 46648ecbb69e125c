/* blank.h - the ways programs write "nothing" into a table's cell. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* "", nan, nat, <na>, n/a, n.a., na, #n/a, null, nil, none, (none), -, --, ?: any case, spaces around do not count. */
gboolean blank_is(const char *text);

G_END_DECLS
