/* compress.h - answers made smaller on the way out, at the fast levels. Embedded assets are compressed at build time, at
 * the best ones. Private to http/. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef enum { CODING_PLAIN, CODING_GZIP, CODING_BROTLI } Coding;

/* The best of @offered (a bit each) that an Accept-Encoding header allows. */
Coding coding_choose(const char *accept, gboolean gzip, gboolean brotli);
const char *coding_word(Coding coding); /* "gzip", "br", NULL */
/* (transfer full, of g_malloc) or NULL when it would not be smaller. */
char *compress_text(Coding coding, const char *text, gsize size, gsize *ret_size);

G_END_DECLS
