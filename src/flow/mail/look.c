/* look.c - how our words look in a mail: plain, and as HTML that Gmail, Outlook, Apple's reader and a text terminal show alike.
 * What stands in a mail: flow/mail/compose.c. */
#include "flow/mail/compose.h"
#include <string.h>

static void
append_quoted_lines(GString *out, const char *text)
{
	for (const char *p = text, *end; *p != '\0'; p = *end != '\0' ? end + 1 : end) {
		end = p + strcspn(p, "\n");
		g_string_append(out, *p == '>' ? ">" : "> ");
		g_string_append_len(out, p, end - p);
		g_string_append_c(out, '\n');
	}
}

char *
mail_text_of(const char *text, const char *signature, const char *quoted_intro, const char *quoted)
{
	GString *out = g_string_new(text);

	if (out->len == 0 || out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	if (signature != NULL && signature[0] != '\0')
		g_string_append_printf(out, "\n-- \n%s\n", signature);
	if (quoted != NULL) {
		g_string_append_printf(out, "\n%s\n", quoted_intro != NULL ? quoted_intro : "");
		append_quoted_lines(out, quoted);
	}
	return g_string_free(out, FALSE);
}

static gsize
link_size(const char *text)
{
	gsize size;

	if (!g_str_has_prefix(text, "https://") && !g_str_has_prefix(text, "http://"))
		return 0;
	size = strcspn(text, " \t\n<>\"");
	while (size > 0 && strchr(".,;:!?)", text[size - 1]) != NULL)
		size--;
	return size;
}

static void
append_escaped(GString *out, const char *text, gsize size)
{
	for (gsize i = 0; i < size; i++)
		switch (text[i]) {
		case '&': g_string_append(out, "&amp;"); break;
		case '<': g_string_append(out, "&lt;"); break;
		case '>': g_string_append(out, "&gt;"); break;
		case '"': g_string_append(out, "&quot;"); break;
		case '\r': break;
		case '\n': g_string_append(out, "<br>\r\n"); break;
		default: g_string_append_c(out, text[i]);
		}
}

char *
mail_escape(const char *text)
{
	GString *out = g_string_new(NULL);

	append_escaped(out, text, strlen(text));
	return g_string_free(out, FALSE);
}

/* Empty lines part paragraphs; addresses become links. */
static void
append_words(GString *out, const char *text)
{
	const char *p = text, *from = text;

	g_string_append(out, "<p style=\"margin:0 0 1em\">");
	while (*p != '\0') {
		gsize link = p == text || strchr(" \t\n(<", p[-1]) != NULL ? link_size(p) : 0;

		if (link > 0) {
			append_escaped(out, from, (gsize)(p - from));
			g_string_append(out, "<a href=\"");
			append_escaped(out, p, link);
			g_string_append(out, "\">");
			append_escaped(out, p, link);
			g_string_append(out, "</a>");
			p += link;
			from = p;
		} else if (p[0] == '\n' && p[1] == '\n') {
			append_escaped(out, from, (gsize)(p - from));
			g_string_append(out, "</p>\r\n<p style=\"margin:0 0 1em\">");
			p += strspn(p, "\n");
			from = p;
		} else {
			p++;
		}
	}
	append_escaped(out, from, (gsize)(p - from));
	g_string_append(out, "</p>\r\n");
}

char *
mail_html_of_text(const char *text, const char *signature, const char *quoted)
{
	GString *out = g_string_new(
		"<!DOCTYPE html>\r\n<html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"></head>\r\n<body style=\"margin:0\">\r\n"
		"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td style=\"padding:16px;"
		"font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#1f2328\">\r\n");

	append_words(out, text);
	if (signature != NULL && signature[0] != '\0') {
		g_string_append(out, "<div style=\"color:#59636e\">-- <br>\r\n");
		append_escaped(out, signature, strlen(signature));
		g_string_append(out, "</div>\r\n");
	}
	if (quoted != NULL) {
		g_string_append(out, "<blockquote style=\"margin:1em 0 0;padding-left:12px;border-left:2px solid #d1d9e0;color:#59636e\">\r\n");
		append_words(out, quoted);
		g_string_append(out, "</blockquote>\r\n");
	}
	g_string_append(out, "</td></tr></table>\r\n</body></html>\r\n");
	return g_string_free(out, FALSE);
}
