/* utf8.h - whether bytes are text, quickly. Folding it: base/fold.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* As g_utf8_validate(@text, -1, NULL); ASCII, which most is, is passed over eight bytes at a time. */
gboolean utf8_is_valid(const char *text);

G_END_DECLS
