/* compress.c - see compress.h. */
#include "http/compress.h"
#include "brotli.lazy.h"
#include <string.h>
#include <zlib.h>

enum { GZIP_LEVEL = 1, BROTLI_LEVEL = 1, BROTLI_WINDOW = 16 };

/* TRUE when @word stands in the list and is not switched off by q=0. */
static gboolean
accepts(const char *list, const char *word)
{
	const gsize size = strlen(word);

	for (const char *p = list; *p != '\0';) {
		const char *end = p + strcspn(p, ",");
		const char *q;

		p += strspn(p, " \t");
		if (g_ascii_strncasecmp(p, word, size) == 0 && !g_ascii_isalnum(p[size])) {
			q = strstr(p, "q=");
			return q == NULL || q > end || g_ascii_strtod(q + 2, NULL) > 0;
		}
		p = *end == ',' ? end + 1 : end;
	}
	return FALSE;
}

Coding
coding_choose(const char *accept, gboolean gzip, gboolean brotli)
{
	if (accept == NULL)
		return CODING_PLAIN;
	if (brotli && accepts(accept, "br"))
		return CODING_BROTLI;
	return gzip && accepts(accept, "gzip") ? CODING_GZIP : CODING_PLAIN;
}

const char *
coding_word(Coding coding)
{
	return coding == CODING_GZIP ? "gzip" : coding == CODING_BROTLI ? "br" : NULL;
}

static void
deflater_free(gpointer data)
{
	deflateEnd(data);
	g_free(data);
}

/* One per thread: setting one up costs more than most answers. */
static z_stream *
deflater(void)
{
	static GPrivate mine = G_PRIVATE_INIT(deflater_free);
	z_stream *self = g_private_get(&mine);

	if (self != NULL) {
		deflateReset(self);
		return self;
	}
	self = g_new0(z_stream, 1);
	if (deflateInit2(self, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		g_free(self);
		return NULL;
	}
	g_private_set(&mine, self);
	return self;
}

static gboolean
gzip_text(const char *text, gsize size, char *out, gsize *size_io)
{
	z_stream *z = deflater();

	if (z == NULL)
		return FALSE;
	z->next_in = (Bytef *)text;
	z->avail_in = (uInt)size;
	z->next_out = (Bytef *)out;
	z->avail_out = (uInt)*size_io;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return FALSE;
	*size_io -= z->avail_out;
	return TRUE;
}

char *
compress_text(Coding coding, const char *text, gsize size, gsize *ret_size)
{
	g_autofree char *out = NULL;
	gsize n = size; /* no smaller: not worth it */
	gboolean ok;

	if (coding == CODING_PLAIN || size > 64 * 1024 * 1024)
		return NULL;
	out = g_malloc(n);
	if (coding == CODING_GZIP)
		ok = gzip_text(text, size, out, &n);
	else
		ok = BrotliEncoderCompress(BROTLI_LEVEL, BROTLI_WINDOW, BROTLI_MODE_TEXT, size, (const uint8_t *)text, &n, (uint8_t *)out) == BROTLI_TRUE;
	if (!ok)
		return NULL;
	*ret_size = n;
	return g_steal_pointer(&out);
}
