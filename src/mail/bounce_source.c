/* bounce_source.c - a report taken apart: the server's words, and what it gives back of the mail that failed. Who failed
 * by those words: mail/bounce_notice.c. */
#include "mail/bounce_inner.h"
#include <string.h>

const char *const bounce_status_types[] = { "message/delivery-status", "message/xdelivery-status", "message/global-delivery-status", NULL };
const char *const bounce_feedback_types[] = { "message/feedback-report", NULL };
const char *const bounce_original_types[] = { "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global",
	"message/global-headers", "message/partial", NULL };

enum { HEADERS_MAX = 64 * 1024, ORIGINAL_TO_MAX = 50, ABOVE_MAX = 3 };

const MailPart *
bounce_part(const MailMessage *mail, const char *const *types)
{
	guint inside = G_MAXUINT; /* deeper than this: within an enclosed mail */

	for (guint i = 0; i < mail->parts->len; i++) {
		const MailPart *part = mail->parts->pdata[i];

		if (part->depth > inside)
			continue;
		inside = g_str_has_prefix(part->media_type, "message/rfc822") ? part->depth : G_MAXUINT;
		for (guint k = 0; types[k] != NULL; k++)
			if (strcmp(part->media_type, types[k]) == 0)
				return part;
	}
	return NULL;
}

/* ---- the headers of the mail that failed ---- */

/* Headers that name whom a mail is for, the envelope's first. */
static const struct {
	const char *name;
	guint rank;
} recipient_headers[] = {
	{ "x-envelope-to", 0 },
	{ "x-hmxmroriginalrecipient", 0 },
	{ "envelope-to", 0 },
	{ "x-rcpt-to", 0 },
	{ "to", 1 },
	{ "x-original-to", 2 },
	{ "delivered-to", 2 },
	{ "cc", 3 },
	{ "received", 4 },
};

enum { RANKS = 5 };

static void
add_addresses(GPtrArray *list, const char *text, const char *end)
{
	for (const char *stop; list->len < ORIGINAL_TO_MAX && (text = bounce_address_find(text, end, &stop)) != NULL; text = stop)
		g_ptr_array_add(list, bounce_address_dup(text, stop));
}

/* "Received: ... for <address>; date" */
static void
add_received(GPtrArray *list, const char *text, const char *end)
{
	const char *at = memmem(text, (gsize)(end - text), " for <", 6), *close = at != NULL ? memchr(at, '>', (gsize)(end - at)) : NULL;

	if (close != NULL && list->len < ORIGINAL_TO_MAX)
		add_addresses(list, at + 5, close);
}

static char *
dup_message_id(const char *text, const char *end)
{
	const char *open = memchr(text, '<', (gsize)(end - text)), *close = open != NULL ? memchr(open, '>', (gsize)(end - open)) : NULL;
	g_autofree char *id = NULL;

	if (close != NULL)
		text = open + 1, end = close;
	id = g_utf8_make_valid(text, MIN(end - text, 998));
	g_strdelimit(id, "\r\n\t ", ' ');
	g_strstrip(id);
	return *id != '\0' && strchr(id, ' ') == NULL ? g_steal_pointer(&id) : NULL;
}

static void
take_header(BounceSource *source, GPtrArray *ranks[], const char *name, gsize name_size, const char *value, const char *end)
{
	if (name_size == 10 && g_ascii_strncasecmp(name, "message-id", 10) == 0 && source->original_id == NULL)
		source->original_id = dup_message_id(value, end);
	for (guint i = 0; i < G_N_ELEMENTS(recipient_headers); i++) {
		guint rank = recipient_headers[i].rank;

		if (name_size != strlen(recipient_headers[i].name) || g_ascii_strncasecmp(name, recipient_headers[i].name, name_size) != 0)
			continue;
		if (rank == RANKS - 1)
			add_received(ranks[rank], value, end);
		else
			add_addresses(ranks[rank], value, end);
	}
}

/* "Name" when "Name:" begins the line, which may be indented or quoted; 0: it is none. */
static gsize
header_name(const char **line, const char *end)
{
	gsize n = 0;

	for (guint k = 0; k < 5 && *line < end && (**line == ' ' || **line == '>'); k++)
		++*line;
	while (*line + n < end && (g_ascii_isalnum((*line)[n]) || (*line)[n] == '-' || (*line)[n] == '_'))
		n++;
	return n > 0 && *line + n < end && (*line)[n] == ':' ? n : 0;
}

static const char *
line_end(const char *line, const char *end)
{
	const char *stop = memchr(line, '\n', (gsize)(end - line));

	return stop != NULL ? stop : end;
}

/* The header block at the start of @text. */
static void
read_original(BounceSource *source, const char *text, gsize size)
{
	const char *end = text + MIN(size, (gsize)HEADERS_MAX);
	GPtrArray *ranks[RANKS];

	for (guint i = 0; i < RANKS; i++)
		ranks[i] = g_ptr_array_new_with_free_func(g_free);
	while (text < end && g_ascii_isspace(*text))
		text++;
	for (const char *line = text, *stop; line < end; line = stop + (stop < end)) {
		const char *name = line;
		gsize n = header_name(&name, end);

		stop = line_end(line, end);
		if (stop - line <= 1 && (stop == line || *line == '\r'))
			break;
		while (stop < end && stop + 1 < end && (stop[1] == '\t' || stop[1] == ' ')) {
			const char *next = stop + 1;

			if (name != line && header_name(&next, end) > 0) /* an indented block: its next header */
				break;
			stop = line_end(stop + 1, end);
		}
		if (n > 0)
			take_header(source, ranks, name, n, name + n + 1, stop);
	}
	source->has_original = TRUE;
	for (guint i = 0; i < RANKS; i++) {
		for (guint k = 0; k < ranks[i]->len && source->original_to->len < ORIGINAL_TO_MAX; k++)
			g_ptr_array_add(source->original_to, g_strdup(ranks[i]->pdata[k]));
		g_ptr_array_unref(ranks[i]);
	}
}

/* ---- where the server's words end ---- */

/* Lines above a mail that is given back in the same text. */
static const char *const dividers[] = { "original message", "original mail", "copy of the message", "copy of your message",
	"copy of the original", "header of the original", "headers of the original", "message headers follow", "message text follows",
	"message header", "returned message", "unsent message", "undelivered message", "returned mail", "message follows",
	"begin of original", "元のメール", "message contents", NULL };
static const char *const divider_hints[] = { "mail", "message", "original", "メール", NULL }; /* one of them stands in each: most lines are asked no more */
/* Headers that only a mail has; those of a list of facts that is set off from the margin; fields that only a report has. */
static const char *const mail_headers[] = { "received", "return-path", "message-id", "dkim-signature", "domainkey-signature",
	"x-originating-ip", "mime-version", "x-mailer", NULL };
static const char *const transport_headers[] = { "received", "return-path", NULL };
static const char *const report_fields[] = { "final-recipient", "original-recipient", "reporting-mta", "diagnostic-code", "action",
	"remote-mta", "status", NULL };

static gboolean
is_one_of(const char *name, gsize size, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strlen(*names) == size && g_ascii_strncasecmp(name, *names, size) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
is_divider(const char *line, const char *end)
{
	char folded[128];
	gsize size = MIN((gsize)(end - line), sizeof folded - 1);

	if (end - line >= (gssize)sizeof folded)
		return FALSE;
	for (gsize i = 0; i < size; i++)
		folded[i] = line[i] >= 'A' && line[i] <= 'Z' ? (char)(line[i] | 0x20) : line[i]; /* of every line of every mail: no call each */
	folded[size] = '\0';
	return bounce_has_words(folded, divider_hints) && bounce_has_words(folded, dividers);
}

/* Reads on from a header to the blank line. @ret_is_mail: it is the head of a mail, not a list of facts. */
static const char *
read_run(const char *line, const char *end, gboolean divided, gboolean *ret_is_mail)
{
	guint n_headers = 0;
	gboolean is_mail = FALSE, is_report = FALSE;

	while (line < end) {
		const char *stop = line_end(line, end), *name = line;
		gsize n = header_name(&name, stop);

		if (stop == line || (stop == line + 1 && *line == '\r'))
			break;
		if (n > 0) {
			n_headers++;
			is_mail = is_mail || is_one_of(name, n, *line == ' ' ? transport_headers : mail_headers);
			is_report = is_report || is_one_of(name, n, report_fields);
		} else if (*line != ' ' && *line != '\t') {
			break;
		}
		line = stop + (stop < end);
	}
	*ret_is_mail = !is_report && n_headers > 1 && (is_mail || divided);
	return line;
}

/* Whether any line of @text is like a header. Most mail has none, and its lines need not be looked at one by one. */
static gboolean
has_header(const char *text, const char *end)
{
	for (const char *colon = text; (colon = memchr(colon, ':', (gsize)(end - colon))) != NULL; colon++) {
		const char *name = colon, *line;

		while (name > text && (g_ascii_isalnum(name[-1]) || name[-1] == '-' || name[-1] == '_'))
			name--;
		for (line = name; name - line < 5 && line > text && (line[-1] == ' ' || line[-1] == '>');)
			line--;
		if (name < colon && (line == text || line[-1] == '\n'))
			return TRUE;
	}
	return FALSE;
}

/* The start of the mail that is given back within @text; NULL: there is none. @ret_divider: where the words end. Each
 * line is read once. */
static const char *
find_original(const char *text, const char *end, const char **ret_divider)
{
	guint above = ABOVE_MAX + 1; /* lines with words since the divider */
	const char *divider = NULL;

	if (!has_header(text, end))
		return NULL;
	for (const char *line = text; line < end;) {
		const char *stop = line_end(line, end), *name = line;

		if (header_name(&name, stop) > 0) {
			gboolean is_mail = FALSE;
			const char *next = read_run(line, end, above <= ABOVE_MAX, &is_mail);

			if (is_mail) {
				*ret_divider = above <= ABOVE_MAX ? divider : line;
				return line;
			}
			line = MAX(next, stop + (stop < end));
			above = ABOVE_MAX + 1;
			continue;
		}
		if (is_divider(line, stop))
			above = 0, divider = line;
		else if (stop - line > 1)
			above++;
		line = stop + (stop < end);
	}
	return NULL;
}

/* ---- the words ---- */

/* Markup to words: tags out, a line for each block. Enough to read a report by; showing HTML: text/clean_html.h. */
static char *
words_of_html(const char *html)
{
	static const struct {
		const char *name, *text;
	} entities[] = { { "&lt;", "<" }, { "&gt;", ">" }, { "&amp;", "&" }, { "&nbsp;", " " }, { "&quot;", "\"" }, { "&#39;", "'" },
		{ "&#64;", "@" } };
	static const char *const lines[] = { "br", "p", "/p", "div", "/div", "tr", "li", "td", "/td", NULL };
	GString *out = g_string_new(NULL);
	const char *last_close = strrchr(html, '>'), *style_end = html;

	while (*html != '\0' && out->len < BOUNCE_NOTICE_MAX) {
		const char *close = *html == '<' && html < last_close ? strchr(html, '>') : NULL;
		guint e = 0;

		if (close != NULL) {
			gsize n = strcspn(html + 1, " \t\r\n/>") + (html[1] == '/' ? 1 + strcspn(html + 2, " \t\r\n>") : 0);

			if (is_one_of(html + 1, n, lines))
				g_string_append_c(out, '\n');
			if (style_end != NULL && g_ascii_strncasecmp(html, "<style", 6) == 0 &&
				(style_end = strstr(close, "</style")) != NULL)
				close = style_end - 1;
			html = close + 1;
			continue;
		}
		while (*html == '&' && e < G_N_ELEMENTS(entities) && !g_str_has_prefix(html, entities[e].name))
			e++;
		if (*html == '&' && e < G_N_ELEMENTS(entities)) {
			g_string_append(out, entities[e].text);
			html += strlen(entities[e].name);
		} else {
			g_string_append_c(out, *html++);
		}
	}
	return g_string_free(out, FALSE);
}

static void
add_innocent(BounceSource *source, const char *address)
{
	if (address != NULL && *address != '\0')
		g_hash_table_add(source->innocent, g_ascii_strdown(address, -1));
}

static void
add_innocents(BounceSource *source)
{
	const MailMessage *mail = source->mail;

	add_innocent(source, mail->from->address);
	for (guint i = 0; i < mail->to->len; i++)
		add_innocent(source, ((MailAddress *)mail->to->pdata[i])->address);
	for (guint i = 0; i < mail->reply_to->len; i++)
		add_innocent(source, ((MailAddress *)mail->reply_to->pdata[i])->address);
}

static gboolean
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

gboolean
bounce_may_give_back(const MailMessage *mail)
{
	if (bounce_part(mail, bounce_original_types) != NULL || (is_blank(mail->text) && mail->html != NULL) ||
	    has_header(mail->text, mail->text + strnlen(mail->text, BOUNCE_NOTICE_MAX * 4)))
		return TRUE;
	for (guint i = 0; i < mail->parts->len; i++) {
		const MailPart *part = mail->parts->pdata[i];

		if (!part->is_text && g_str_has_prefix(part->media_type, "text/plain"))
			return TRUE;
	}
	return FALSE;
}

void
bounce_source_read(BounceSource *source, const MailMessage *mail)
{
	const MailPart *original = bounce_part(mail, bounce_original_types);
	const char *text = mail->text, *cut, *divider = NULL;
	g_autofree char *plain = NULL;

	*source = (BounceSource){ .mail = mail,
		.original_to = g_ptr_array_new_with_free_func(g_free),
		.innocent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
	if (is_blank(text) && mail->html != NULL)
		text = plain = words_of_html(mail->html);
	cut = find_original(text, text + strnlen(text, BOUNCE_NOTICE_MAX * 4), &divider);
	source->notice = g_strndup(text, cut != NULL ? MIN((gsize)(divider - text), (gsize)BOUNCE_NOTICE_MAX) : BOUNCE_NOTICE_MAX);
	if (original != NULL && original->size > 0)
		read_original(source, (const char *)original->bytes, original->size);
	if (cut != NULL && source->original_id == NULL)
		read_original(source, cut, strlen(cut));
	for (guint i = 0; i < mail->parts->len && source->original_id == NULL && original == NULL && cut == NULL; i++) {
		const MailPart *part = mail->parts->pdata[i]; /* the headers, as a text file */
		const char *bytes = (const char *)part->bytes, *start = NULL;

		if (!part->is_text && g_str_has_prefix(part->media_type, "text/plain") && part->size > 0)
			start = find_original(bytes, bytes + MIN(part->size, (gsize)HEADERS_MAX), &divider);
		if (start != NULL)
			read_original(source, start, part->size - (gsize)(start - bytes));
	}
	add_innocents(source);
}

void
bounce_source_clear(BounceSource *source)
{
	g_clear_pointer(&source->notice, g_free);
	g_clear_pointer(&source->original_to, g_ptr_array_unref);
	g_clear_pointer(&source->original_id, g_free);
	g_clear_pointer(&source->about, g_hash_table_unref);
	g_clear_pointer(&source->innocent, g_hash_table_unref);
}
