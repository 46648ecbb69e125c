/* compose.c - a mail of ours as bytes: its parts. What is refused: mail/compose_check.c; its headers: mail/compose_headers.c. */
#include "mail/compose_inner.h"
#include "mail/gmime_start.h"
#include "gmime.lazy.h"
#include <string.h>

static void
set_content(GMimePart *part, const void *bytes, gsize size, GMimeContentEncoding encoding)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, size);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, encoding);
	g_object_unref(content);
	g_object_unref(stream);
}

static gboolean
is_plain(const char *text)
{
	gsize run = 0;

	for (const char *p = text; *p != '\0'; p++) {
		run = *p == '\n' ? 0 : run + 1;
		if ((guint8)*p >= 0x80 || (*p < ' ' && *p != '\n' && *p != '\t') || run > COMPOSE_LINE + 2 ||
			((*p == ' ' || *p == '\t') && (p[1] == '\n' || p[1] == '\0')) || (run == 1 && (g_str_has_prefix(p, "From ") || *p == '.')))
			return FALSE;
	}
	return TRUE;
}

static GMimeObject *
text_part(const char *subtype, const char *text)
{
	g_autofree char *lines = g_strdup(text != NULL ? text : "");
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	char *to = lines;

	for (const char *p = lines; *p != '\0'; p++)
		if (*p != '\r')
			*to++ = *p;
		else if (p[1] != '\n')
			*to++ = '\n';
	*to = '\0';
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	set_content(part, lines, strlen(lines), is_plain(lines) ? GMIME_CONTENT_ENCODING_7BIT : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	return GMIME_OBJECT(part);
}

/* A message or a multipart may not be encoded (RFC 2046), so that it goes as bytes. */
static gboolean
type_of(const char *media_type, char **ret_type, char **ret_subtype)
{
	g_auto(GStrv) halves = g_strsplit(media_type != NULL ? media_type : "", "/", 3);

	if (g_strv_length(halves) != 2 || *halves[0] == '\0' || *halves[1] == '\0' || g_ascii_strcasecmp(halves[0], "message") == 0 ||
		g_ascii_strcasecmp(halves[0], "multipart") == 0)
		return FALSE;
	for (int i = 0; i < 2; i++)
		for (const char *p = halves[i]; *p != '\0'; p++)
			if (!g_ascii_isalnum(*p) && strchr("-+._!#$&^", *p) == NULL)
				return FALSE;
	*ret_type = g_steal_pointer(&halves[0]);
	*ret_subtype = g_steal_pointer(&halves[1]);
	return TRUE;
}

static GMimeObject *
file_part(const ComposeFile *file, gboolean in_place)
{
	g_autofree char *type = NULL, *subtype = NULL;
	GMimePart *part;

	if (!type_of(file->media_type, &type, &subtype)) {
		type = g_strdup("application");
		subtype = g_strdup("octet-stream");
	}
	part = g_mime_part_new_with_type(type, subtype);
	g_mime_object_set_disposition(GMIME_OBJECT(part), in_place ? "inline" : "attachment");
	if (file->name != NULL && *file->name != '\0')
		g_mime_part_set_filename(part, file->name);
	if (file->content_id != NULL)
		g_mime_part_set_content_id(part, file->content_id);
	set_content(part, file->bytes != NULL ? (const void *)file->bytes : "", file->size, GMIME_CONTENT_ENCODING_BASE64);
	return GMIME_OBJECT(part);
}

/* @first and then every file that is shown in place (or not), in a multipart of this kind; @first itself when there is
 * none. Takes @first over. */
static GMimeObject *
with_files(GMimeObject *first, const char *subtype, const Compose *compose, gboolean in_place)
{
	GMimeMultipart *multipart = NULL;

	for (guint i = 0; compose->files != NULL && i < compose->files->len; i++) {
		const ComposeFile *file = &g_array_index(compose->files, ComposeFile, i);
		GMimeObject *part;

		if ((file->content_id != NULL && compose->html != NULL) != in_place)
			continue;
		if (multipart == NULL) {
			multipart = g_mime_multipart_new_with_subtype(subtype);
			g_mime_multipart_add(multipart, first);
			g_object_unref(first);
		}
		part = file_part(file, in_place);
		g_mime_multipart_add(multipart, part);
		g_object_unref(part);
	}
	return multipart != NULL ? GMIME_OBJECT(multipart) : first;
}

static GMimeObject *
body_of(const Compose *compose)
{
	GMimeObject *words = text_part("plain", compose->text), *html;
	GMimeMultipart *both;

	if (compose->html != NULL) {
		html = with_files(text_part("html", compose->html), "related", compose, TRUE);
		both = g_mime_multipart_new_with_subtype("alternative");
		g_mime_multipart_add(both, words);
		g_mime_multipart_add(both, html);
		g_object_unref(words);
		g_object_unref(html);
		words = GMIME_OBJECT(both);
	}
	return with_files(words, "mixed", compose, FALSE);
}

GBytes *
compose_mail(const Compose *compose, GError **error)
{
	GMimeFormatOptions *format;
	GMimeMessage *message;
	GMimeObject *body;
	GMimeStream *stream;
	GByteArray *bytes;

	if (!compose_check(compose, error))
		return NULL;
	mail_start_gmime();
	message = g_mime_message_new(FALSE);
	compose_set_headers(message, compose);
	body = body_of(compose);
	g_mime_message_set_mime_part(message, body);
	g_object_unref(body);
	format = g_mime_format_options_clone(g_mime_format_options_get_default());
	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	stream = g_mime_stream_mem_new();
	g_mime_object_write_to_stream(GMIME_OBJECT(message), format, stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_object_unref(stream);
	g_object_unref(message);
	g_mime_format_options_free(format);
	return g_byte_array_free_to_bytes(bytes);
}
