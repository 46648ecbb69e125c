/* page.h - a JSON value as a page: the template of the route's row, inside the layout, with the embedded parts, words
 * and assets. The template language itself: text/template.h; the formatters of pages: ui/README.md and page_formats.h. */
#pragma once
#include "base/actor.h"
#include "base/err.h"
#include "base/json.h"
G_BEGIN_DECLS

typedef struct _Pages Pages;

/* Compiles all embedded templates (ui/pages, ui/parts) and catalogues (ui/words/de.po made to a table); a template that
 * does not compile is a programmer's slip found at start and by a test. */
Pages *pages_new(GError **error);
void pages_free(Pages *pages);
/* A further template, before the first render; ERR_INVALID with its name and line. */
gboolean pages_add(Pages *pages, const char *name, const char *source, GError **error);

/* What every page knows besides its value, as {{page.*}}; ui/README.md lists the names. */
typedef struct {
	const Actor *actor; /* NULL: nobody */
	const char *csrf, *path, *query, *request_id;
	gint64 now_ms;
	const char *fragment; /* id of the part a fragment request wants, NULL: the whole page */
	const char *lang;     /* of a reader who is not signed in, from Accept-Language by pages_lang(); NULL: the actor's */
	guint64 *ret_nodes;   /* how many nodes of templates it took; NULL: nobody asks */
} PageContext;

/* Renders template @name ("login" or "login.html") over @value. (transfer full) HTML. A fragment for which the page has no
 * block is the whole page. ERR_INTERNAL for a name nobody wrote a template for. */
GString *page_render(Pages *pages, const char *name, const json_t *value, const PageContext *context, GError **error);
/* The best of our languages for an Accept-Language header (NULL: "en"). Static. */
const char *pages_lang(const Pages *pages, const char *accept_language);
/* One text of the catalogue; @text itself when it has no translation. Borrowed. */
const char *pages_word(const Pages *pages, const char *lang, const char *text);
/* As WORD of base/err.h, for what is counted. */
#define WORD_N(one, many) (one), (many)

/* An embedded asset by its public path ("/assets/app-3FA9.css"); NULL when there is none. */
typedef struct {
	const char *path, *media_type;
	const guint8 *plain, *gzip, *brotli; /* gzip, brotli may be NULL */
	gsize plain_size, gzip_size, brotli_size;
} Asset;
const Asset *asset_find(const char *path);
/* "app.css" -> "/assets/app-3FA9.css". A name the front end did not build (or a build without it) gives "/assets/app.css",
 * which is not found; a test holds every name in the templates against the manifest. */
const char *asset_path(const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pages, pages_free)
G_END_DECLS
