/* imap_name.c - folder names in modified UTF-7: "Entwürfe" is "Entw&APw-rfe" on the wire. See imap_wire.h. */
#include "mail/imap_wire.h"
#include <string.h>

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static gboolean
is_plain(gunichar c)
{
	return c >= 0x20 && c <= 0x7E;
}

static void
write_run(GString *out, const gunichar2 *units, glong n)
{
	guint32 bits = 0;
	int have = 0;

	g_string_append_c(out, '&');
	for (glong i = 0; i < n; i++) {
		bits = bits << 16 | units[i];
		for (have += 16; have >= 6; have -= 6)
			g_string_append_c(out, ALPHABET[bits >> (have - 6) & 63]);
		bits &= (1u << have) - 1;
	}
	if (have > 0)
		g_string_append_c(out, ALPHABET[bits << (6 - have) & 63]);
	g_string_append_c(out, '-');
}

char *
imap_name_to_wire(const char *name)
{
	GString *out = g_string_new(NULL);

	for (const char *p = name; *p != '\0';) {
		const char *from = p;

		while (*p != '\0' && !is_plain(g_utf8_get_char(p)))
			p = g_utf8_next_char(p);
		if (p > from) {
			glong n;
			g_autofree gunichar2 *units = g_utf8_to_utf16(from, p - from, NULL, &n, NULL);

			if (units != NULL)
				write_run(out, units, n);
			continue;
		}
		g_string_append(out, *p == '&' ? "&-" : (char[]){ *p, '\0' });
		p++;
	}
	return g_string_free(out, FALSE);
}

/* One run between "&" and "-"; FALSE when it is none. */
static gboolean
read_run(GString *out, const char *from, const char *end)
{
	g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(gunichar2));
	g_autofree char *text = NULL;
	guint32 bits = 0;
	int have = 0;

	for (const char *p = from; p < end; p++) {
		const char *found = strchr(ALPHABET, *p);

		if (found == NULL)
			return FALSE;
		bits = bits << 6 | (guint32)(found - ALPHABET);
		have += 6;
		if (have >= 16) {
			const gunichar2 unit = (gunichar2)(bits >> (have - 16));

			g_array_append_val(units, unit);
			have -= 16;
			bits &= (1u << have) - 1;
		}
	}
	if (bits != 0 || have >= 6)
		return FALSE;
	text = g_utf16_to_utf8((gunichar2 *)(void *)units->data, units->len, NULL, NULL, NULL);
	if (text == NULL || *text == '\0')
		return FALSE;
	g_string_append(out, text);
	return TRUE;
}

char *
imap_name_from_wire(const char *wire)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (const char *p = wire; *p != '\0'; p++) {
		const char *end = *p == '&' ? strchr(p, '-') : NULL;

		if (*p != '&')
			g_string_append_c(out, *p);
		else if (end == p + 1)
			g_string_append_c(out, '&');
		else if (end == NULL || !read_run(out, p + 1, end))
			return g_utf8_make_valid(wire, -1);
		if (end != NULL)
			p = end;
	}
	return g_utf8_make_valid(out->str, (gssize)out->len);
}
