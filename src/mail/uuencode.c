/* Files of the time before MIME, in the middle of a text: begin 644 name, lines, end. */
#include "mail/pack.h"
#include <gmime/gmime.h>
#include <string.h>

enum { FILES_MAX = 100 };

/* "begin 644 name": the name, which may be empty, or NULL. */
static const char *
begin_name(const char *line, gsize size)
{
	gsize n = 6;

	if (size < 9 || strncmp(line, "begin ", 6) != 0)
		return NULL;
	while (n < size && line[n] >= '0' && line[n] <= '7')
		n++;
	if (n < 9 || n > 10)
		return NULL;
	return n == size || line[n] == '\r' ? line + n : line[n] == ' ' ? line + n + 1 : NULL;
}

static gsize
line_size(const char *p)
{
	return strcspn(p, "\n");
}

static const char *
next_line(const char *p)
{
	gsize n = line_size(p);

	return p + n + (p[n] == '\n');
}

/* Bytes the line stands for; -1: it is no line of uuencode. Trailing spaces may be lost on the way. */
static int
line_bytes(const char *p, gsize size)
{
	int n;

	size -= size > 0 && p[size - 1] == '\r';
	if (size == 0 || p[0] < ' ' || p[0] > '`' || size > 64)
		return -1;
	for (gsize i = 1; i < size; i++)
		if (p[i] < ' ' || p[i] > '`')
			return i + 1 == size ? (p[0] - ' ') & 63 : -1;
	n = (p[0] - ' ') & 63;
	return (gsize)(n * 4 / 3) + 8 >= size - 1 ? n : -1;
}

static void
decode_line(const char *p, gsize size, int n, GByteArray *out)
{
	for (gsize i = 1; n > 0; i += 4, n -= 3) {
		guint32 four = 0;
		guint8 three[3];

		for (gsize k = i; k < i + 4; k++)
			four = four << 6 | (k < size && p[k] >= ' ' ? (guint32)(p[k] - ' ') & 63 : 0);
		three[0] = (guint8)(four >> 16);
		three[1] = (guint8)(four >> 8);
		three[2] = (guint8)four;
		g_byte_array_append(out, three, (guint)MIN(n, 3));
	}
}

/* From the line after "begin" to that after "end"; NULL: it is not uuencode after all. */
static const char *
decode_file(const char *p, GByteArray *out)
{
	while (*p != '\0') {
		gsize size = line_size(p);
		int n;

		if (strncmp(p, "end", 3) == 0 && (size == 3 || (size == 4 && p[3] == '\r')))
			return next_line(p);
		n = line_bytes(p, size);
		if (n < 0 && size > 1)
			return NULL;
		if (n > 0)
			decode_line(p, size, n, out);
		p = next_line(p);
	}
	return NULL;
}

void
mail_uu_take(char *text, guint depth, GPtrArray *parts)
{
	char *to = text;
	const char *p = strncmp(text, "begin ", 6) == 0 ? text : strstr(text, "\nbegin ");
	guint n_files = 0;

	if (p == NULL)
		return;
	for (p = text; *p != '\0';) {
		gsize size = line_size(p), step = size + (p[size] == '\n');
		const char *name = n_files < FILES_MAX ? begin_name(p, size) : NULL, *after = NULL;
		g_autoptr(GByteArray) bytes = NULL;

		if (name != NULL) {
			bytes = g_byte_array_new();
			after = decode_file(next_line(p), bytes);
			n_files++; /* also those that are none: the time stays linear */
		}
		if (after != NULL) {
			g_autofree char *copy = g_strndup(name, (gsize)(p + size - name));
			gsize n;
			guint8 *file = g_byte_array_steal(bytes, &n);

			g_ptr_array_add(parts, mail_part_new("application/octet-stream", copy, depth, file, n));
			p = after;
			continue;
		}
		memmove(to, p, step);
		to += step;
		p += step;
	}
	*to = '\0';
}

gboolean
mail_uu_decode(const char *text, guint8 **ret_bytes, gsize *ret_size)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	for (const char *p = text; *p != '\0'; p = next_line(p))
		if (begin_name(p, line_size(p)) != NULL) {
			if (decode_file(next_line(p), bytes) == NULL && bytes->len == 0)
				return FALSE;
			*ret_bytes = g_byte_array_steal(bytes, ret_size);
			return TRUE;
		}
	return FALSE;
}
