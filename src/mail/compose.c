#include "mail/compose.h"
#include "mail/gmime_start.h"
#include "gmime.lazy.h"
#include <string.h>

enum { REFERENCES_MAX = 950, ID_MAX = 900, TOKEN_MAX = 900, NAME_MAX_BYTES = 1000, NAME_SENT = 200, SUBJECT_MAX = 4000, PLAIN_LINE = 76, WORD_BYTES = 42 };

/* ---- refusing what could become a header of its own */

static gboolean
check_text(const char *field, const char *text, gsize max, GError **error)
{
	if (text == NULL)
		return TRUE;
	if (!g_utf8_validate(text, -1, NULL)) {
		err_add_field(error, field, "is not UTF-8");
		return FALSE;
	}
	for (const char *p = text; *p != '\0'; p++)
		if (((guint8)*p < ' ' && *p != '\t') || *p == 0x7F) {
			err_add_field(error, field, "holds a line break or a control character");
			return FALSE;
		}
	if (strlen(text) > max) {
		err_add_field(error, field, "is longer than %zu bytes", max);
		return FALSE;
	}
	return TRUE;
}

/* One word of ASCII: an id, a mark, a value that cannot be encoded. */
static gboolean
check_token(const char *field, const char *text, const char *without, GError **error)
{
	if (text == NULL)
		return TRUE;
	for (const char *p = text; *p != '\0'; p++)
		if ((guint8)*p <= ' ' || (guint8)*p >= 127 || strchr(without, *p) != NULL) {
			err_add_field(error, field, "is not one word of ASCII");
			return FALSE;
		}
	if (*text == '\0' || strlen(text) > TOKEN_MAX) {
		err_add_field(error, field, *text == '\0' ? "is empty" : "is too long");
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_address(const char *field, const MailAddress *address, GError **error)
{
	const char *at = address->address != NULL ? strrchr(address->address, '@') : NULL;

	if (!check_text(field, address->name, NAME_MAX_BYTES, error))
		return FALSE;
	if (at == NULL || at == address->address || at[1] == '\0' || strlen(address->address) > 320 || !g_utf8_validate(address->address, -1, NULL)) {
		err_add_field(error, field, "is no address");
		return FALSE;
	}
	for (const char *p = address->address; *p != '\0'; p++)
		if ((guint8)*p <= ' ' || *p == 0x7F || strchr("<>(),;:\"\\[]", *p) != NULL || (p < at && (guint8)*p >= 0x80)) {
			err_add_field(error, field, "is no address that mail can be sent to");
			return FALSE;
		}
	return TRUE;
}

static gboolean
check_addresses(const char *field, const GPtrArray *addresses, GError **error)
{
	for (guint i = 0; addresses != NULL && i < addresses->len; i++)
		if (!check_address(field, addresses->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean
check_files(const GArray *files, GError **error)
{
	for (guint i = 0; files != NULL && i < files->len; i++) {
		const ComposeFile *file = &g_array_index(files, ComposeFile, i);

		if (!check_text("/files", file->name, NAME_MAX_BYTES, error) || !check_text("/files", file->media_type, 200, error) ||
			!check_token("/files", file->content_id, "<>\"", error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
check(const Compose *compose, GError **error)
{
	const struct {
		const char *field, *text;
	} tokens[] = {
		{ "/message_id", compose->message_id }, { "/in_reply_to", compose->in_reply_to }, { "/thread_index", compose->thread_index },
		{ "/auto_submitted", compose->auto_submitted }, { "/loop_mark", compose->loop_mark },
	};

	for (guint i = 0; i < G_N_ELEMENTS(tokens); i++)
		if (!check_token(tokens[i].field, tokens[i].text, "<>", error))
			return FALSE;
	for (guint i = 0; compose->references != NULL && i < compose->references->len; i++)
		if (!check_token("/references", compose->references->pdata[i], "<>", error))
			return FALSE;
	if (compose->reply_to != NULL) {
		MailAddress reply_to = { NULL, (char *)compose->reply_to };

		if (!check_address("/reply_to", &reply_to, error))
			return FALSE;
	}
	if (compose->message_id == NULL) {
		err_add_field(error, "/message_id", "is missing");
		return FALSE;
	}
	if ((compose->text != NULL && !g_utf8_validate(compose->text, -1, NULL)) || (compose->html != NULL && !g_utf8_validate(compose->html, -1, NULL))) {
		err_add_field(error, "/text", "is not UTF-8");
		return FALSE;
	}
	return check_address("/from", &compose->from, error) && check_addresses("/to", compose->to, error) && check_addresses("/cc", compose->cc, error) &&
	       check_text("/subject", compose->subject, SUBJECT_MAX, error) && check_text("/thread_topic", compose->thread_topic, SUBJECT_MAX, error) &&
	       check_token("/list_unsubscribe", compose->list_unsubscribe, "", error) && check_files(compose->files, error);
}

/* ---- headers */

/* As it is when it is short words of ASCII; else encoded words, no character cut (RFC 2047). (transfer full) */
static char *
encoded(const char *text)
{
	GString *out;
	gsize run = 0;
	gboolean plain = strstr(text, "=?") == NULL;

	for (const char *p = text; plain && *p != '\0'; p++) {
		run = *p == ' ' ? 0 : run + 1;
		plain = (guint8)*p < 0x80 && *p != '\t' && run < PLAIN_LINE && (*p != ' ' || p[1] != ' ');
	}
	if (plain)
		return g_strdup(text);
	out = g_string_new(NULL);
	while (*text != '\0') {
		const char *end = text;
		g_autofree char *coded = NULL;

		while (*end != '\0' && (gsize)(g_utf8_next_char(end) - text) <= WORD_BYTES)
			end = g_utf8_next_char(end);
		coded = g_base64_encode((const guint8 *)text, (gsize)(end - text));
		g_string_append_printf(out, "%s=?UTF-8?B?%s?=", out->len > 0 ? " " : "", coded);
		text = end;
	}
	return g_string_free(out, FALSE);
}

static void
set_header(GMimeMessage *message, const char *name, const char *value)
{
	if (value != NULL)
		g_mime_object_set_header(GMIME_OBJECT(message), name, value, NULL);
}

static void
set_words(GMimeMessage *message, const char *name, const char *text)
{
	g_autofree char *value = text != NULL ? encoded(text) : NULL;

	set_header(message, name, value);
}

static void
set_id(GMimeMessage *message, const char *name, const char *id)
{
	g_autofree char *value = id != NULL ? g_strdup_printf("<%s>", id) : NULL;

	set_header(message, name, value);
}

/* The thread's root, and as many of the newest as fit. */
static void
set_references(GMimeMessage *message, const GPtrArray *references)
{
	g_autoptr(GString) value = NULL;
	guint from;
	gsize size;

	if (references == NULL || references->len == 0)
		return;
	size = strlen(references->pdata[0]) + 3;
	for (from = references->len; from > 1; from--) {
		size += strlen(references->pdata[from - 1]) + 3;
		if (size > REFERENCES_MAX)
			break;
	}
	value = g_string_new(NULL);
	g_string_append_printf(value, "<%s>", (const char *)references->pdata[0]);
	for (guint i = from; i < references->len; i++)
		g_string_append_printf(value, " <%s>", (const char *)references->pdata[i]);
	set_header(message, "References", value->str);
}

static void
add_addresses(GMimeMessage *message, GMimeAddressType type, const GPtrArray *addresses)
{
	for (guint i = 0; addresses != NULL && i < addresses->len; i++) {
		const MailAddress *address = addresses->pdata[i];
		g_autofree char *name = g_strndup(address->name != NULL ? address->name : "", NAME_SENT);

		/* A name of one endless word cannot be folded: its end is left out, whole characters. */
		for (gsize n = strlen(name); n == NAME_SENT && !g_utf8_validate(name, -1, NULL);)
			name[strlen(name) - 1] = '\0';
		/* Nor may a stranger's name hold an address, or what looks encoded: somebody would answer to it. */
		for (char *p = name; *p != '\0'; p++)
			if (*p == '<' || *p == '>' || (*p == '=' && p[1] == '?'))
				*p = ' ';
		g_mime_message_add_mailbox(message, type, *name != '\0' ? name : NULL, address->address);
	}
}

static void
set_headers(GMimeMessage *message, const Compose *compose)
{
	g_autoptr(GPtrArray) from = g_ptr_array_new();
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(compose->date_ms / 1000);
	MailAddress reply_to = { NULL, (char *)compose->reply_to };
	g_autofree char *unsubscribe = NULL;

	g_ptr_array_add(from, (gpointer)&compose->from);
	add_addresses(message, GMIME_ADDRESS_TYPE_FROM, from);
	add_addresses(message, GMIME_ADDRESS_TYPE_TO, compose->to);
	add_addresses(message, GMIME_ADDRESS_TYPE_CC, compose->cc);
	if ((compose->to == NULL || compose->to->len == 0) && (compose->cc == NULL || compose->cc->len == 0))
		set_header(message, "To", "undisclosed-recipients:;");
	if (compose->reply_to != NULL)
		g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, reply_to.name, reply_to.address);
	set_words(message, "Subject", compose->subject != NULL ? compose->subject : "");
	g_mime_message_set_date(message, date);
	set_id(message, "Message-Id", compose->message_id);
	set_id(message, "In-Reply-To", compose->in_reply_to);
	set_references(message, compose->references);
	set_header(message, "Thread-Index", compose->thread_index);
	set_words(message, "Thread-Topic", compose->thread_topic);
	set_header(message, "Auto-Submitted", compose->auto_submitted);
	if (compose->auto_submitted != NULL && g_ascii_strcasecmp(compose->auto_submitted, "no") != 0)
		set_header(message, "X-Auto-Response-Suppress", "All"); /* Exchange's out-of-office reads this one */
	set_header(message, "X-Loop", compose->loop_mark);
	if (compose->list_unsubscribe != NULL && *compose->list_unsubscribe != '<')
		unsubscribe = g_strdup_printf("<%s>", compose->list_unsubscribe);
	set_header(message, "List-Unsubscribe", unsubscribe != NULL ? unsubscribe : compose->list_unsubscribe);
	if (unsubscribe != NULL && g_str_has_prefix(compose->list_unsubscribe, "https://"))
		set_header(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"); /* RFC 8058 wants https */
	set_header(message, "MIME-Version", "1.0");
}

/* ---- parts */

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
		if ((guint8)*p >= 0x80 || (*p < ' ' && *p != '\n' && *p != '\t') || run > PLAIN_LINE + 2 ||
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

	if (!check(compose, error))
		return NULL;
	mail_start_gmime();
	message = g_mime_message_new(FALSE);
	set_headers(message, compose);
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
