/* json_text.h - JSON written straight into text, where there are too many rows to build values of each. Everything else:
 * base/json.h, whose spelling this is. Private to flow/. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* A text in quotes; NULL: null. */
void json_text_put(GString *out, const char *text);
/* "key": before a value, with a comma where one is due. */
void json_text_key(GString *out, const char *key);

G_END_DECLS
