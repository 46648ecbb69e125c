/* body_words.c - the words of a mail: each text in its charset, then all of them in their order, once. */
#include "mail/body_inner.h"
#include "mail/charsets.h"
#include "mail/pack.h"
#include "gmime.lazy.h"
#include <string.h>

static int
choice_of(const Body *self, const MailCut *cut, const MailEntity *entity)
{
	for (int i = entity->parent; i >= 0; i = g_array_index(cut->entities, MailEntity, i).parent)
		if (g_mime_content_type_is_type(g_array_index(cut->entities, MailEntity, i).type, "multipart", "alternative"))
			return self->n_before + i;
	return -1;
}

void
body_unix_lines(char *text)
{
	const char *p = text, *end = text + strlen(text), *cr;
	char *to = text;

	for (; (cr = memchr(p, '\r', (gsize)(end - p))) != NULL; p = cr + 1) {
		memmove(to, p, (gsize)(cr - p));
		to += cr - p;
		if (cr[1] != '\n')
			*to++ = '\n';
	}
	memmove(to, p, (gsize)(end - p));
	to[end - p] = '\0';
}

/* <meta charset=...> in the first bytes: what browsers would take. (transfer full) */
static char *
charset_in_html(const guint8 *bytes, gsize size)
{
	g_autofree char *head = g_ascii_strdown((const char *)bytes, (gssize)MIN(size, 2048));
	const char *p = strstr(head, "charset=");
	gsize n;

	if (p == NULL || strstr(head, "<meta") == NULL || strstr(head, "<meta") > p)
		return NULL;
	p += 8;
	p += *p == '"' || *p == '\'';
	n = strcspn(p, "\"'> ;/");
	return n > 0 && n < 40 ? g_strndup(p, n) : NULL;
}

void
body_add_segment(Body *self, char *text, gboolean html, int choice)
{
	BodySegment segment = { text, html, choice };

	*(html ? &self->n_html : &self->n_text) += strlen(text);
	g_array_append_val(self->segments, segment);
}

void
body_add_words(Body *self, const MailCut *cut, BodyLeaf *leaf, gboolean html, guint depth)
{
	GMimeContentType *type = leaf->entity->type;
	const char *charset = g_mime_content_type_get_parameter(type, "charset"), *format, *odd;
	g_autofree char *said = html && charset == NULL ? charset_in_html(leaf->bytes, leaf->size) : NULL;
	gsize room = MAIL_TEXT_MAX - MIN(MAIL_TEXT_MAX, html ? self->n_html : self->n_text), used;
	char *text = mail_text_utf8(leaf->bytes, leaf->size, charset != NULL ? charset : said, room, &used, &odd);
	MailPart *part = body_add_part(self, leaf, depth);

	part->is_text = TRUE;
	if (odd != NULL)
		mail_problem(self->mail->problems, "a text: %s", odd);
	if (used < part->size) {
		mail_problem(self->mail->problems, "a text is longer than %d bytes: the whole of it is kept as a file", MAIL_TEXT_MAX);
		part->is_text = FALSE;
		if (part->name == NULL)
			part->name = g_strdup(html ? "text.html" : "text.txt");
	}
	body_unix_lines(text);
	format = g_mime_content_type_get_parameter(type, "format");
	if (!html && format != NULL && g_ascii_strcasecmp(format, "flowed") == 0) {
		const char *delsp = g_mime_content_type_get_parameter(type, "delsp");
		char *joined = mail_unflow(text, delsp != NULL && g_ascii_strcasecmp(delsp, "yes") == 0);

		g_free(text);
		text = joined;
	}
	if (!html) {
		guint before = self->mail->parts->len;

		mail_uu_take(text, depth + 1, self->mail->parts);
		if (self->mail->parts->len > before)
			mail_problem(self->mail->problems, "uuencoded files stood in the text");
	}
	body_add_segment(self, text, html, choice_of(self, cut, leaf->entity));
}

/* A text without a name is words; a text with one is a file, unless the mail is nothing else. */
gboolean
body_is_words(const MailCut *cut, const BodyLeaf *leaf)
{
	if (leaf->disposition != NULL && strcmp(leaf->disposition, "attachment") == 0 && (leaf->name != NULL || cut->entities->len > 1))
		return FALSE;
	return leaf->name == NULL || cut->entities->len == 1;
}

static void
join(GString *out, const char *text)
{
	if (out->len > 0 && *text != '\0' && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	g_string_append(out, text);
}

/* Plain words beside the HTML (a list's footer, a note above a picture) are shown with it, unless they say the same. */
void
body_join(Body *self)
{
	g_autoptr(GString) text = g_string_new(NULL), html = g_string_new(NULL);
	gboolean any_html = self->n_html > 0, html_only = FALSE;

	for (guint i = 0; i < self->segments->len; i++) {
		const BodySegment *segment = &g_array_index(self->segments, BodySegment, i);

		if (segment->html) {
			join(html, segment->text);
			html_only = html_only || segment->choice == -1;
			continue;
		}
		join(text, segment->text);
		if (any_html && segment->choice == -1 && *segment->text != '\0') {
			g_autofree char *escaped = g_markup_escape_text(segment->text, -1);

			g_string_append_printf(html, "\n<pre>%s</pre>\n", escaped);
		}
	}
	if (html_only && text->len > 0)
		mail_problem(self->mail->problems, "some of its words stand only in its HTML");
	self->mail->text = g_string_free(g_steal_pointer(&text), FALSE);
	if (any_html)
		self->mail->html = g_string_free(g_steal_pointer(&html), FALSE);
	if (strstr(self->mail->text, "-----BEGIN PGP MESSAGE-----") != NULL)
		body_say_crypto(self->mail, "pgp_encrypted");
	else if (strstr(self->mail->text, "-----BEGIN PGP SIGNED MESSAGE-----") != NULL)
		body_say_crypto(self->mail, "pgp_signed");
}
