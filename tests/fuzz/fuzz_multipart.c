/* Multipart bodies: cut into pieces in another way they give the same parts, and nothing crashes. The first byte says how
 * the pieces are cut. */
#include "http/multipart.h"
#include "base/err.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize size);

static gboolean
on_begin(gpointer data, const char *name, const char *file_name, const char *media_type, GError **error)
{
	g_assert(*name != '\0' && g_utf8_validate(name, -1, NULL));
	g_assert(file_name == NULL || strpbrk(file_name, "/\\") == NULL);
	g_assert(strchr(media_type, '/') != NULL);
	g_string_append_printf(data, "[%s|%s|%s|", name, file_name != NULL ? file_name : "-", media_type);
	return TRUE;
}

static gboolean
on_bytes(gpointer data, const char *bytes, gsize size, GError **error)
{
	g_string_append_len(data, bytes, (gssize)size);
	return TRUE;
}

static gboolean
on_end(gpointer data, GError **error)
{
	g_string_append_c(data, ']');
	return TRUE;
}

static GString *
take_apart(const char *body, gsize size, gsize piece)
{
	static const MultipartSink sink = { on_begin, on_bytes, on_end };
	GString *out = g_string_new(NULL);
	g_autoptr(Multipart) self = multipart_new("multipart/form-data; boundary=XX", &sink, out, NULL);
	gboolean ok = TRUE;

	for (gsize at = 0; ok && at < size; at += piece)
		ok = multipart_feed(self, body + at, MIN(piece, size - at), NULL);
	g_string_append(out, ok && multipart_finish(self, NULL) ? "whole" : "refused");
	return out;
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize size)
{
	g_autoptr(GString) whole = NULL, pieces = NULL;

	if (size < 1)
		return 0;
	whole = take_apart((const char *)bytes + 1, size - 1, size);
	pieces = take_apart((const char *)bytes + 1, size - 1, 1 + bytes[0] % 16);
	g_assert(g_string_equal(whole, pieces));
	return 0;
}
