/* page_embed.h - what tools/embed.py and tools/words.py put into the binary. Callers want http/page.h. */
#pragma once
#include "http/page.h"
G_BEGIN_DECLS

typedef struct {
	const char *name, *file; /* "login", "ui/pages/login.html" */
	const char *source;
	gsize size;
} EmbeddedTemplate;
typedef struct {
	const char *name, *path; /* "app.css", "/assets/app-3FA9.css" */
} EmbeddedName;
typedef struct {
	const char *lang;
	const char *const *pairs;
} EmbeddedWords;

extern const EmbeddedTemplate embedded_templates[]; /* by name, ended by NULL */
extern const Asset embedded_assets[];               /* by path */
extern const gsize embedded_n_assets;
extern const EmbeddedName embedded_names[];   /* ended by NULL */
extern const EmbeddedWords embedded_words[];  /* ended by NULL */

G_END_DECLS
