#include "mail/body.h"
#include "mail/addresses.h"
#include "mail/charsets.h"
#include "mail/pack.h"
#include "mail/transfer.h"
#include "mail/words.h"
#include "gmime.lazy.h"
#include <string.h>

enum { OPAQUE_MAX = 2 };

/* Words in the order of the mail; which of them are the same twice, in text and in HTML, tells @choice. */
typedef struct {
	char *text;
	gboolean html;
	int choice; /* the multipart/alternative it is in; -1: none */
} Segment;

typedef struct {
	MailMessage *mail;
	const MailCut *cut;
	GArray *segments;
	gsize n_text, n_html;
	guint n_opaque; /* signatures inside signatures */
	int n_before;	/* choices of outer cuts */
} Body;

typedef struct {
	const MailEntity *entity;
	const char *disposition; /* lower case or NULL */
	char *media_type, *name;
	guint8 *bytes; /* decoded, ours */
	gsize size;
} Leaf;

static void read_leaves(Body *self, const MailCut *cut, guint depth);

static MailPart *
add_part(Body *self, Leaf *leaf, guint depth)
{
	MailPart *part = mail_part_new(leaf->media_type, leaf->name, depth, g_steal_pointer(&leaf->bytes), leaf->size);
	const char *charset = g_mime_content_type_get_parameter(leaf->entity->type, "charset");

	if (charset != NULL && *charset != '\0') {
		g_autofree char *valid = g_utf8_make_valid(charset, -1), *line = mail_one_line(valid, 100);

		part->charset = g_ascii_strdown(line, -1);
	}
	if (leaf->entity->id.at != NULL) {
		g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

		mail_ids_read(leaf->entity->id, ids);
		if (ids->len > 0)
			part->content_id = g_strdup(ids->pdata[0]);
	}
	g_ptr_array_add(self->mail->parts, part);
	return part;
}

/* ---- words */

static int
choice_of(const Body *self, const MailCut *cut, const MailEntity *entity)
{
	for (int i = entity->parent; i >= 0; i = g_array_index(cut->entities, MailEntity, i).parent)
		if (g_mime_content_type_is_type(g_array_index(cut->entities, MailEntity, i).type, "multipart", "alternative"))
			return self->n_before + i;
	return -1;
}

static void
unix_lines(char *text)
{
	char *to = text;

	if (strchr(text, '\r') == NULL)
		return;
	for (const char *p = text; *p != '\0'; p++)
		if (*p != '\r')
			*to++ = *p;
		else if (p[1] != '\n')
			*to++ = '\n';
	*to = '\0';
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

static void
add_segment(Body *self, char *text, gboolean html, int choice)
{
	Segment segment = { text, html, choice };

	*(html ? &self->n_html : &self->n_text) += strlen(text);
	g_array_append_val(self->segments, segment);
}

static void
add_words(Body *self, const MailCut *cut, Leaf *leaf, gboolean html, guint depth)
{
	GMimeContentType *type = leaf->entity->type;
	const char *charset = g_mime_content_type_get_parameter(type, "charset"), *format, *odd;
	g_autofree char *said = html && charset == NULL ? charset_in_html(leaf->bytes, leaf->size) : NULL;
	gsize room = MAIL_TEXT_MAX - MIN(MAIL_TEXT_MAX, html ? self->n_html : self->n_text), used;
	char *text = mail_text_utf8(leaf->bytes, leaf->size, charset != NULL ? charset : said, room, &used, &odd);
	MailPart *part = add_part(self, leaf, depth);

	part->is_text = TRUE;
	if (odd != NULL)
		mail_problem(self->mail->problems, "a text: %s", odd);
	if (used < part->size) {
		mail_problem(self->mail->problems, "a text is longer than %d bytes: the whole of it is kept as a file", MAIL_TEXT_MAX);
		part->is_text = FALSE;
		if (part->name == NULL)
			part->name = g_strdup(html ? "text.html" : "text.txt");
	}
	unix_lines(text);
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
	add_segment(self, text, html, choice_of(self, cut, leaf->entity));
}

/* A text without a name is words; a text with one is a file, unless the mail is nothing else. */
static gboolean
is_words(const MailCut *cut, const Leaf *leaf)
{
	if (leaf->disposition != NULL && strcmp(leaf->disposition, "attachment") == 0 && (leaf->name != NULL || cut->entities->len > 1))
		return FALSE;
	return leaf->name == NULL || cut->entities->len == 1;
}

/* ---- what is packed in a part */

static gboolean
unpack_tnef(Body *self, Leaf *leaf, guint depth)
{
	g_autoptr(MailTnef) tnef = mail_tnef_read(leaf->bytes, leaf->size, depth + 1);

	if (tnef == NULL)
		return FALSE;
	if (tnef->text != NULL && self->n_text == 0) {
		unix_lines(tnef->text);
		add_segment(self, g_steal_pointer(&tnef->text), FALSE, -2);
	}
	if (tnef->html != NULL && self->n_html == 0)
		add_segment(self, g_steal_pointer(&tnef->html), TRUE, -2);
	g_ptr_array_extend_and_steal(self->mail->parts, g_steal_pointer(&tnef->parts));
	tnef->parts = g_ptr_array_new();
	return TRUE;
}

static gboolean
unpack_signed(Body *self, Leaf *leaf, guint depth)
{
	const guint8 *content;
	g_autofree guint8 *own = NULL;
	g_autoptr(MailCut) inner = NULL;
	gsize size;

	if (self->n_opaque >= OPAQUE_MAX || !mail_cms_content(leaf->bytes, leaf->size, &content, &size, &own))
		return FALSE;
	self->n_opaque++;
	if (own != NULL)
		g_clear_pointer(&leaf->bytes, g_free);
	inner = mail_cut(content, size, self->mail->problems);
	self->n_before += 100000;
	read_leaves(self, inner, depth + 1);
	return TRUE;
}

static void
say_crypto(MailMessage *mail, const char *word)
{
	if (*mail->crypto != '\0')
		return;
	g_free(mail->crypto);
	mail->crypto = g_strdup(word);
	if (g_str_has_suffix(word, "encrypted"))
		mail_problem(mail->problems, "it is encrypted: its words cannot be read here");
}

/* A multipart says it of all that is in it. */
static void
crypto_of_multipart(MailMessage *mail, GMimeContentType *type)
{
	const char *protocol = g_mime_content_type_get_parameter(type, "protocol");
	gboolean pgp = protocol == NULL || g_ascii_strncasecmp(protocol, "application/pgp", 15) == 0;

	if (g_mime_content_type_is_type(type, "multipart", "signed"))
		say_crypto(mail, pgp ? "pgp_signed" : "smime_signed");
	else if (g_mime_content_type_is_type(type, "multipart", "encrypted"))
		say_crypto(mail, pgp ? "pgp_encrypted" : "smime_encrypted");
}

static gboolean
name_ends(const Leaf *leaf, const char *end)
{
	g_autofree char *lower = leaf->name != NULL ? g_ascii_strdown(leaf->name, -1) : NULL;

	return lower != NULL && g_str_has_suffix(lower, end);
}

/* TRUE: the part has become what was in it. */
static gboolean
unpack(Body *self, Leaf *leaf, guint depth)
{
	const char *type = leaf->media_type;

	if (strcmp(type, "application/ms-tnef") == 0 || strcmp(type, "application/vnd.ms-tnef") == 0 || name_ends(leaf, "winmail.dat")) {
		if (unpack_tnef(self, leaf, depth))
			return TRUE;
		mail_problem(self->mail->problems, "a winmail.dat cannot be read");
	} else if (strcmp(type, "application/pkcs7-mime") == 0 || strcmp(type, "application/x-pkcs7-mime") == 0 || name_ends(leaf, ".p7m")) {
		const char *kind = g_mime_content_type_get_parameter(leaf->entity->type, "smime-type");
		gboolean said_signed = kind != NULL && g_ascii_strcasecmp(kind, "signed-data") == 0;

		if (unpack_signed(self, leaf, depth)) {
			say_crypto(self->mail, "smime_signed");
			return TRUE;
		}
		say_crypto(self->mail, said_signed ? "smime_signed" : "smime_encrypted");
		if (said_signed)
			mail_problem(self->mail->problems, "a signed mail cannot be opened");
	}
	return FALSE;
}

/* ---- leaves */

static void
leaf_bytes(Body *self, Leaf *leaf)
{
	const MailEntity *entity = leaf->entity;
	g_autofree char *encoding = entity->encoding.at != NULL ? mail_value_token(entity->encoding) : NULL;

	leaf->bytes = mail_transfer_decode(entity->body, entity->encoding, &leaf->size);
	if (leaf->bytes != NULL)
		return;
	if (encoding != NULL && (strstr(encoding, "uue") != NULL || strcmp(encoding, "uu") == 0)) {
		g_autofree char *text = g_strndup((const char *)entity->body.at, entity->body.size);

		if (mail_uu_decode(text, &leaf->bytes, &leaf->size))
			return;
		mail_problem(self->mail->problems, "a part in uuencode cannot be decoded");
	} else if (encoding != NULL && strcmp(encoding, "7bit") != 0 && strcmp(encoding, "8bit") != 0 && strcmp(encoding, "binary") != 0) {
		mail_problem(self->mail->problems, "a transfer encoding is not known: taken as it is");
	}
	leaf->size = entity->body.size;
	leaf->bytes = g_malloc(MAX(leaf->size, 1));
	memcpy(leaf->bytes, entity->body.at, leaf->size);
}

static void
leaf_name(Body *self, Leaf *leaf, GMimeContentDisposition *disposition)
{
	const char *name = disposition != NULL ? g_mime_content_disposition_get_parameter(disposition, "filename") : NULL;

	if (name == NULL || *name == '\0')
		name = g_mime_content_type_get_parameter(leaf->entity->type, "name");
	if (name != NULL && strpbrk(name, "\r\n") != NULL)
		mail_problem(self->mail->problems, "a file's name has a line break in it");
	leaf->name = mail_file_name(name);
	if (leaf->name == NULL && strcmp(leaf->media_type, "text/calendar") == 0)
		leaf->name = g_strdup("invite.ics");
	if (leaf->name == NULL && strcmp(leaf->media_type, "message/rfc822") == 0)
		leaf->name = g_strdup("message.eml");
}

static void
read_leaf(Body *self, const MailCut *cut, const MailEntity *entity, guint depth)
{
	GMimeContentDisposition *disposition = mail_disposition_read(entity->disposition);
	Leaf leaf = { .entity = entity };
	g_autofree char *type = g_mime_content_type_get_mime_type(entity->type), *word = NULL;

	leaf.media_type = g_ascii_strdown(type, -1);
	if (disposition != NULL)
		word = g_ascii_strdown(g_mime_content_disposition_get_disposition(disposition), -1);
	leaf.disposition = word;
	leaf_name(self, &leaf, disposition);
	leaf_bytes(self, &leaf);
	if (g_str_has_prefix(leaf.media_type, "text/plain") && is_words(cut, &leaf)) {
		add_words(self, cut, &leaf, FALSE, depth);
	} else if (strcmp(leaf.media_type, "text/html") == 0 && is_words(cut, &leaf)) {
		add_words(self, cut, &leaf, TRUE, depth);
	} else if (!unpack(self, &leaf, depth)) {
		MailPart *part = add_part(self, &leaf, depth);

		part->is_inline = word != NULL && strcmp(word, "inline") == 0 && g_str_has_prefix(part->media_type, "image/");
	}
	g_free(leaf.media_type);
	g_free(leaf.name);
	g_free(leaf.bytes);
	g_clear_object(&disposition);
}

static void
read_leaves(Body *self, const MailCut *cut, guint depth)
{
	for (guint i = 0; i < cut->entities->len; i++) {
		const MailEntity *entity = &g_array_index(cut->entities, MailEntity, i);

		if (entity->divided)
			crypto_of_multipart(self->mail, entity->type);
		else
			read_leaf(self, cut, entity, depth + entity->depth);
	}
}

/* ---- all words */

static void
join(GString *out, const char *text)
{
	if (out->len > 0 && *text != '\0' && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	g_string_append(out, text);
}

/* Plain words beside the HTML (a list's footer, a note above a picture) are shown with it, unless they say the same. */
static void
join_all(Body *self)
{
	g_autoptr(GString) text = g_string_new(NULL), html = g_string_new(NULL);
	gboolean any_html = self->n_html > 0, html_only = FALSE;

	for (guint i = 0; i < self->segments->len; i++) {
		const Segment *segment = &g_array_index(self->segments, Segment, i);

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
		say_crypto(self->mail, "pgp_encrypted");
	else if (strstr(self->mail->text, "-----BEGIN PGP SIGNED MESSAGE-----") != NULL)
		say_crypto(self->mail, "pgp_signed");
}

/* Every cid: the HTML refers to, undone of its %41. */
static GHashTable *
cids_in(const char *html)
{
	GHashTable *cids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (const char *p = html; (p = strchr(p, ':')) != NULL;) {
		gsize n;
		char *raw, *cid;

		p++;
		if (p - html < 4 || g_ascii_strncasecmp(p - 4, "cid:", 4) != 0)
			continue;
		n = strcspn(p, "\"'<> )\n\t");
		raw = g_strndup(p, MIN(n, 998));
		cid = g_uri_unescape_string(raw, NULL);
		if (cid != NULL)
			g_hash_table_add(cids, cid);
		g_hash_table_add(cids, raw);
		p += n;
	}
	return cids;
}

static void
find_inline(MailMessage *mail)
{
	g_autoptr(GHashTable) cids = mail->html != NULL ? cids_in(mail->html) : NULL;

	for (guint i = 0; cids != NULL && i < mail->parts->len; i++) {
		MailPart *part = mail->parts->pdata[i];

		if (part->content_id != NULL && g_hash_table_contains(cids, part->content_id))
			part->is_inline = TRUE;
	}
}

/* Words in a form that is shown as a file only: whoever looks at the empty mail is told where they are. */
static void
say_rtf(MailMessage *mail)
{
	if (mail->html != NULL || mail->text[strspn(mail->text, " \t\r\n")] != '\0')
		return;
	for (guint i = 0; i < mail->parts->len; i++) {
		const MailPart *part = mail->parts->pdata[i];

		if (strcmp(part->media_type, "text/rtf") == 0 || strcmp(part->media_type, "application/rtf") == 0) {
			mail_problem(mail->problems, "its words are in a file of rich text (RTF)%s%s", part->name != NULL ? ": " : "", part->name != NULL ? part->name : "");
			return;
		}
	}
}

static void
segment_clear(gpointer segment)
{
	g_free(((Segment *)segment)->text);
}

void
mail_body_read(MailMessage *mail, const MailCut *cut)
{
	g_autoptr(GArray) segments = g_array_new(FALSE, FALSE, sizeof(Segment));
	Body self = { .mail = mail, .cut = cut, .segments = segments };

	g_array_set_clear_func(segments, segment_clear);
	read_leaves(&self, cut, 0);
	join_all(&self);
	find_inline(mail);
	say_rtf(mail);
}
