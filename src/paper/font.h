/* font.h - whether a font that a house names for its letters is installed here. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* @family as it is installed, in any case of letters: "acme sans". ERR_INTERNAL where the library is missing. Slow the first time (fonts are
 * looked for): never on the writer. */
gboolean paper_font_known(const char *family, gboolean *ret_known, GError **error);

G_END_DECLS
