/* body.c - see body.h: every leaf of a mail. Its words: mail/body_words.c; what is packed in a part: mail/body_unpack.c. */
#include "mail/body_inner.h"
#include "mail/addresses.h"
#include "mail/charsets.h"
#include "mail/pack.h"
#include "mail/rtf.h"
#include "mail/transfer.h"
#include "mail/words.h"
#include "gmime.lazy.h"
#include <string.h>

MailPart *
body_add_part(Body *self, BodyLeaf *leaf, guint depth)
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

static void
leaf_bytes(Body *self, BodyLeaf *leaf)
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
leaf_name(Body *self, BodyLeaf *leaf, GMimeContentDisposition *disposition)
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
	BodyLeaf leaf = { .entity = entity };
	g_autofree char *type = g_mime_content_type_get_mime_type(entity->type), *word = NULL;

	leaf.media_type = g_ascii_strdown(type, -1);
	if (disposition != NULL)
		word = g_ascii_strdown(g_mime_content_disposition_get_disposition(disposition), -1);
	leaf.disposition = word;
	leaf_name(self, &leaf, disposition);
	leaf_bytes(self, &leaf);
	if (g_str_has_prefix(leaf.media_type, "text/plain") && body_is_words(cut, &leaf)) {
		body_add_words(self, cut, &leaf, FALSE, depth);
	} else if (strcmp(leaf.media_type, "text/html") == 0 && body_is_words(cut, &leaf)) {
		body_add_words(self, cut, &leaf, TRUE, depth);
	} else if (!body_unpack(self, &leaf, depth)) {
		MailPart *part = body_add_part(self, &leaf, depth);

		part->is_inline = word != NULL && strcmp(word, "inline") == 0 && g_str_has_prefix(part->media_type, "image/");
	}
	g_free(leaf.media_type);
	g_free(leaf.name);
	g_free(leaf.bytes);
	g_clear_object(&disposition);
}

void
body_read_leaves(Body *self, const MailCut *cut, guint depth)
{
	for (guint i = 0; i < cut->entities->len; i++) {
		const MailEntity *entity = &g_array_index(cut->entities, MailEntity, i);

		if (entity->divided)
			body_crypto_of_multipart(self->mail, entity->type);
		else
			read_leaf(self, cut, entity, depth + entity->depth);
	}
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

static gboolean
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* Words that stand in rich text alone are read there; its looks stay in the file. */
static void
read_rtf(MailMessage *mail)
{
	if (mail->html != NULL || !is_blank(mail->text))
		return;
	for (guint i = 0; i < mail->parts->len; i++) {
		const MailPart *part = mail->parts->pdata[i];
		g_autofree char *text = NULL;
		const char *name = part->name != NULL ? part->name : "";

		if (strcmp(part->media_type, "text/rtf") != 0 && strcmp(part->media_type, "application/rtf") != 0 && strcmp(part->media_type, "application/x-rtf") != 0 &&
		    strcmp(part->media_type, "message/rtf") != 0)
			continue;
		text = mail_rtf_text(part->bytes, part->size, MAIL_TEXT_MAX);
		if (text == NULL || is_blank(text)) {
			mail_problem(mail->problems, "its words are in a file of rich text (RTF)%s%s", *name != '\0' ? ": " : "", name);
			return;
		}
		mail_problem(mail->problems, "its words were read in a file of rich text (RTF)%s%s", *name != '\0' ? ": " : "", name);
		g_free(mail->text);
		mail->text = g_steal_pointer(&text);
		return;
	}
}

static void
segment_clear(gpointer segment)
{
	g_free(((BodySegment *)segment)->text);
}

void
mail_body_read(MailMessage *mail, const MailCut *cut)
{
	g_autoptr(GArray) segments = g_array_new(FALSE, FALSE, sizeof(BodySegment));
	Body self = { .mail = mail, .cut = cut, .segments = segments };

	g_array_set_clear_func(segments, segment_clear);
	body_read_leaves(&self, cut, 0);
	body_join(&self);
	find_inline(mail);
	read_rtf(mail);
}
