/* field.c - see field.h. */
#include "mail/field.h"
#include <string.h>

const guint8 *
mail_line_end(const guint8 *p, const guint8 *end)
{
	const guint8 *newline = p < end ? memchr(p, '\n', (gsize)(end - p)) : NULL;

	return newline != NULL ? newline + 1 : end;
}

gsize
mail_line_size(const guint8 *p, const guint8 *next)
{
	gsize size = (gsize)(next - p);

	size -= size > 0 && p[size - 1] == '\n';
	size -= size > 0 && p[size - 1] == '\r';
	return size;
}

gsize
mail_field_name(const guint8 *p, const guint8 *next, gboolean any)
{
	gsize n = 0, size = (gsize)(next - p);

	while (n < size && p[n] > ' ' && p[n] != ':' && (p[n] < 127 || (any && p[n] > 127)))
		n++;
	for (gsize i = n; n > 0 && i < size; i++)
		if (p[i] == ':')
			return n;
		else if (p[i] != ' ' && p[i] != '\t')
			break;
	return 0;
}

gboolean
mail_field_goes_on(const guint8 *p, const guint8 *next)
{
	return p < next && (*p == ' ' || *p == '\t');
}

gboolean
mail_line_is_blank(const guint8 *p, const guint8 *next)
{
	while (p < next && g_ascii_isspace(*p))
		p++;
	return p == next;
}

gboolean
mail_field_next(MailSlice *head, MailSlice *ret_name, MailSlice *ret_value)
{
	const guint8 *p = head->at, *end = head->at + head->size;

	while (p < end) {
		const guint8 *next = mail_line_end(p, end), *value;
		gsize n = mail_field_name(p, next, TRUE);

		if (n == 0) {
			p = next;
			continue;
		}
		while (mail_field_goes_on(next, end))
			next = mail_line_end(next, end);
		*ret_name = (MailSlice){ p, n };
		value = (const guint8 *)memchr(p + n, ':', (gsize)(next - p) - n) + 1;
		*ret_value = (MailSlice){ value, mail_line_size(value, next) };
		*head = (MailSlice){ next, (gsize)(end - next) };
		return TRUE;
	}
	*head = (MailSlice){ end, 0 };
	return FALSE;
}

gboolean
mail_name_is(MailSlice name, const char *wanted)
{
	return strlen(wanted) == name.size && g_ascii_strncasecmp((const char *)name.at, wanted, name.size) == 0;
}

/* A field that stands in mails and hardly ever at the start of a sentence. */
gboolean
mail_field_is_usual(const guint8 *p, gsize n)
{
	static const char *const usual[] = { "from", "to", "cc", "subject", "date", "message-id", "mime-version", "received", "reply-to",
		"return-path", "sender", "in-reply-to", "references", "delivered-to" };

	if ((n > 8 && g_ascii_strncasecmp((const char *)p, "content-", 8) == 0) || (n > 2 && g_ascii_strncasecmp((const char *)p, "x-", 2) == 0))
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(usual); i++)
		if (mail_name_is((MailSlice){ p, n }, usual[i]))
			return TRUE;
	return FALSE;
}
