/* body_unpack.c - what is packed in a part: winmail.dat, opaque signatures; and what is said of signed and sealed mail. */
#include "mail/body_inner.h"
#include "mail/pack.h"
#include "gmime.lazy.h"
#include <string.h>

enum { OPAQUE_MAX = 2 };

static gboolean
unpack_tnef(Body *self, BodyLeaf *leaf, guint depth)
{
	g_autoptr(MailTnef) tnef = mail_tnef_read(leaf->bytes, leaf->size, depth + 1);

	if (tnef == NULL)
		return FALSE;
	if (tnef->text != NULL && self->n_text == 0) {
		body_unix_lines(tnef->text);
		body_add_segment(self, g_steal_pointer(&tnef->text), FALSE, -2);
	}
	if (tnef->html != NULL && self->n_html == 0)
		body_add_segment(self, g_steal_pointer(&tnef->html), TRUE, -2);
	g_ptr_array_extend_and_steal(self->mail->parts, g_steal_pointer(&tnef->parts));
	tnef->parts = g_ptr_array_new();
	return TRUE;
}

static gboolean
unpack_signed(Body *self, BodyLeaf *leaf, guint depth)
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
	body_read_leaves(self, inner, depth + 1);
	return TRUE;
}

void
body_say_crypto(MailMessage *mail, const char *word)
{
	if (*mail->crypto != '\0')
		return;
	g_free(mail->crypto);
	mail->crypto = g_strdup(word);
	if (g_str_has_suffix(word, "encrypted"))
		mail_problem(mail->problems, "it is encrypted: its words cannot be read here");
}

/* A multipart says it of all that is in it. */
void
body_crypto_of_multipart(MailMessage *mail, GMimeContentType *type)
{
	const char *protocol = g_mime_content_type_get_parameter(type, "protocol");
	gboolean pgp = protocol == NULL || g_ascii_strncasecmp(protocol, "application/pgp", 15) == 0;

	if (g_mime_content_type_is_type(type, "multipart", "signed"))
		body_say_crypto(mail, pgp ? "pgp_signed" : "smime_signed");
	else if (g_mime_content_type_is_type(type, "multipart", "encrypted"))
		body_say_crypto(mail, pgp ? "pgp_encrypted" : "smime_encrypted");
}

static gboolean
name_ends(const BodyLeaf *leaf, const char *end)
{
	g_autofree char *lower = leaf->name != NULL ? g_ascii_strdown(leaf->name, -1) : NULL;

	return lower != NULL && g_str_has_suffix(lower, end);
}

/* TRUE: the part has become what was in it. */
gboolean
body_unpack(Body *self, BodyLeaf *leaf, guint depth)
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
			body_say_crypto(self->mail, "smime_signed");
			return TRUE;
		}
		body_say_crypto(self->mail, said_signed ? "smime_signed" : "smime_encrypted");
		if (said_signed)
			mail_problem(self->mail->problems, "a signed mail cannot be opened");
	}
	return FALSE;
}
