/* transfer.c - see transfer.h. */
#include "mail/transfer.h"
#include "mail/words.h"
#include "gmime.lazy.h"

gsize
mail_base64_end(int state, guint32 save, guint8 out[2])
{
	int n = ABS(state), n_chars = n - (state < 0);

	if ((n != 2 && n != 3) || n_chars < 2)
		return 0;
	save <<= n == 2 ? 12 : 6;
	out[0] = (guint8)(save >> 16);
	out[1] = (guint8)(save >> 8);
	return n_chars == 3 ? 2 : 1;
}

/* Base64 ends with its padding when what follows is no base64: a footer, a boundary that is not one. When it is, pieces were
 * put together. @ret_clean: nothing foreign stands in it. */
static gsize
base64_size(MailSlice body, gboolean *ret_clean)
{
	const guint8 *padding = NULL, *p = body.at, *end = body.at + body.size;

	for (; p < end; p++) {
		if (g_ascii_isalnum(*p) || g_ascii_isspace(*p) || *p == '+' || *p == '/')
			continue;
		if (*p != '=')
			break;
		padding = padding != NULL ? padding : p;
	}
	*ret_clean = p == end;
	if (*ret_clean || padding == NULL)
		return body.size;
	for (p = padding; p < end && *p == '='; p++)
		;
	return (gsize)(p - body.at);
}

guint8 *
mail_transfer_decode(MailSlice body, MailSlice encoding, gsize *ret_size)
{
	g_autofree char *word = mail_value_token(encoding);
	GMimeContentEncoding kind = word != NULL ? g_mime_content_encoding_from_string(word) : GMIME_CONTENT_ENCODING_DEFAULT;
	gboolean clean = FALSE;
	GMimeEncoding state;
	guint8 *out;
	gsize n;

	if (kind != GMIME_CONTENT_ENCODING_BASE64 && kind != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
		return NULL;
	if (kind == GMIME_CONTENT_ENCODING_BASE64)
		body.size = base64_size(body, &clean);
	g_mime_encoding_init_decode(&state, kind);
	out = g_malloc(g_mime_encoding_outlen(&state, body.size) + 4);
	n = g_mime_encoding_flush(&state, (const char *)body.at, body.size, (char *)out);
	if (kind == GMIME_CONTENT_ENCODING_BASE64 && clean)
		n += mail_base64_end(state.state, state.save, out + n);
	*ret_size = n;
	return g_realloc(out, MAX(n, 1));
}
