/* page.h - a JSON value as a page: the template of the route's row, inside the layout, with the embedded parts, words
 * and assets. The template language itself: text/template.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
G_BEGIN_DECLS

typedef struct _Pages Pages;

/* Compiles all embedded templates (ui/pages, ui/parts) and catalogues (ui/words/de.po made to a table); a template that
 * does not compile is a programmer's slip found at start and by a test. */
Pages *pages_new(GError **error);
void pages_free(Pages *pages);

/* What every page knows besides its value, as {{page.*}} */
typedef struct {
	const Actor *actor;
	const char *csrf, *path, *query, *request_id;
	gint64 now_ms;
	const char *fragment; /* id of the part a fragment request wants, NULL: the whole page */
} PageContext;

/* Renders template @name over @value. (transfer full) HTML. */
GString *page_render(Pages *pages, const char *name, const json_t *value, const PageContext *context, GError **error);

/* An embedded asset by its public path ("/assets/app-3FA9.css"); NULL when there is none. */
typedef struct {
	const char *path, *media_type;
	const guint8 *plain, *gzip, *brotli; /* gzip, brotli may be NULL */
	gsize plain_size, gzip_size, brotli_size;
} Asset;
const Asset *asset_find(const char *path);
/* "app.css" -> "/assets/app-3FA9.css"; a name that does not exist is a programmer's slip. */
const char *asset_path(const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pages, pages_free)
G_END_DECLS
