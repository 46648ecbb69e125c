/* Names of files, and text whose lines were broken for the way (format=flowed). */
#include "mail/pack.h"
#include "mail/words.h"
#include <string.h>

enum { NAME_BYTES = 200, EXTENSION_BYTES = 20 };

char *
mail_file_name(const char *name)
{
	g_autofree char *valid = NULL, *line = NULL;
	GString *out;
	const char *base, *dot;

	if (name == NULL)
		return NULL;
	valid = g_utf8_make_valid(name, -1);
	line = mail_one_line(valid, 4000);
	base = line;
	for (const char *p = line; *p != '\0'; p++)
		if ((*p == '/' || *p == '\\') && p[1] != '\0')
			base = p + 1;
	while (*base == '.' || *base == ' ')
		base++;
	out = g_string_new(NULL);
	for (const char *p = base; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		/* Marks that turn the reading direction make "exe.txt" of "txt.exe". */
		if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F)
			continue;
		g_string_append_unichar(out, c < 0x80 && strchr("/\\:*?\"<>|", (int)c) != NULL ? '_' : c);
	}
	if (out->len > NAME_BYTES) {
		g_autofree char *extension = NULL;
		gsize keep;

		dot = strrchr(out->str, '.');
		extension = g_strdup(dot != NULL && strlen(dot) <= EXTENSION_BYTES ? dot : "");
		keep = NAME_BYTES - strlen(extension);
		while (keep > 0 && ((guint8)out->str[keep] & 0xC0) == 0x80)
			keep--;
		g_string_truncate(out, keep);
		g_string_append(out, extension);
	}
	g_strstrip(out->str);
	if (*out->str == '\0') {
		g_string_free(out, TRUE);
		return NULL;
	}
	return g_string_free(out, FALSE);
}

MailPart *
mail_part_new(const char *media_type, const char *name, guint depth, guint8 *bytes, gsize size)
{
	MailPart *part = g_new0(MailPart, 1);

	part->media_type = g_ascii_strdown(media_type, -1);
	part->name = mail_file_name(name);
	part->depth = depth;
	part->bytes = bytes;
	part->size = size;
	return part;
}

void
mail_part_free(MailPart *part)
{
	if (part == NULL)
		return;
	g_free(part->media_type);
	g_free(part->name);
	g_free(part->content_id);
	g_free(part->charset);
	g_free(part->bytes);
	g_free(part);
}

static gsize
quote_depth(const char *line, gsize size)
{
	gsize n = 0;

	while (n < size && line[n] == '>')
		n++;
	return n;
}

char *
mail_unflow(const char *text, gboolean delsp)
{
	GString *out = g_string_sized_new(strlen(text) + 1);
	gboolean flowing = FALSE;
	gsize depth_before = 0;

	for (const char *p = text; *p != '\0';) {
		const char *end = strchr(p, '\n');
		gsize size = end != NULL ? (gsize)(end - p) : strlen(p), depth = quote_depth(p, size), at = depth;
		gboolean signature;

		at += at < size && p[at] == ' '; /* stuffed */
		signature = size - at == 3 && memcmp(p + at, "-- ", 3) == 0;
		if (flowing && (depth != depth_before || signature)) {
			g_string_append_c(out, '\n');
			flowing = FALSE;
		}
		if (!flowing) {
			g_string_append_len(out, p, (gssize)depth);
			if (depth > 0)
				g_string_append_c(out, ' ');
		}
		flowing = !signature && size > at && p[size - 1] == ' ';
		g_string_append_len(out, p + at, (gssize)(size - at - (flowing && delsp)));
		depth_before = depth;
		if (!flowing && end != NULL)
			g_string_append_c(out, '\n');
		p += size + (end != NULL);
	}
	return g_string_free(out, FALSE);
}
