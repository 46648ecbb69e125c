/* fill.h - words kept ready, with fields that fill themselves in: macros, letters. Plain text, nothing is escaped. Pages are another
 * matter: text/template.h. */
#pragma once
#include "base/json.h"
G_BEGIN_DECLS

typedef struct {
	char *(*value)(const char *name, gpointer data); /* (transfer full); NULL or "": there is none */
	gboolean (*known)(const char *name, gpointer data);
	gpointer data;
} Fill;

/* {{name}}; {{name|other words}} where there may be none; {{#name}}..{{/name}} only where there is one, {{^name}}..{{/name}} only where
 * there is none. What is unknown, or has no value and no other words, stays as it stands and is a fault {variable, message} in
 * @faults. Words that were filled in are not looked into. (transfer full) */
char *fill_text(const char *words, const Fill *fill, json_t *faults);

G_END_DECLS
