/* Any bytes as a mail: it is read, every field is UTF-8 of one line, names are safe to save, who it is does not depend on
 * the pieces it came in; so for the mails inside it; no signature is believed. */
#include "mail/message.h"
#include "mail/smime.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check_line(const char *text)
{
	g_assert(g_utf8_validate(text, -1, NULL));
	for (const char *p = text; *p != '\0'; p++)
		g_assert((guint8)*p >= ' ' && *p != 0x7F);
}

static void
check_addresses(const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		check_line(((MailAddress *)addresses->pdata[i])->name);
		check_line(((MailAddress *)addresses->pdata[i])->address);
	}
}

static void
check_lines(const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++)
		check_line(lines->pdata[i]);
}

static void
check_mail(const guint8 *data, gsize size, guint depth)
{
	g_autoptr(MailMessage) mail = mail_message_read(data, size, NULL);

	g_assert(depth > 0 || mail_smime_check(mail, data, size, mail_trust_of_system()) <= SIGNATURE_EXPIRED);
	check_line(mail->message_id);
	g_assert(*mail->message_id != '\0');
	check_line(mail->subject);
	check_line(mail->from->name);
	check_line(mail->from->address);
	check_addresses(mail->to);
	check_addresses(mail->cc);
	check_addresses(mail->reply_to);
	check_lines(mail->delivered_to);
	check_lines(mail->references);
	check_lines(mail->in_reply_to);
	check_lines(mail->header_names);
	check_lines(mail->header_values);
	check_lines(mail->problems);
	g_assert(g_utf8_validate(mail->text, -1, NULL) && strchr(mail->text, '\r') == NULL);
	g_assert(mail->html == NULL || g_utf8_validate(mail->html, -1, NULL));
	for (guint i = 0; i < mail->parts->len; i++) {
		const MailPart *part = mail->parts->pdata[i];

		check_line(part->media_type);
		g_assert(part->name == NULL || (*part->name != '\0' && *part->name != '.' && strpbrk(part->name, "/\\") == NULL && strlen(part->name) <= 200));
		if (part->name != NULL)
			check_line(part->name);
		if (strcmp(part->media_type, "message/rfc822") == 0 && depth < 5)
			check_mail(part->bytes, part->size, depth + 1);
	}
}

static void
identity(const guint8 *data, gsize size, gsize step, char hex[65])
{
	g_autoptr(MailIdentity) self = mail_identity_new();

	for (gsize at = 0; at < size; at += step)
		mail_identity_feed(self, data + at, MIN(step, size - at));
	mail_identity_end(self, hex);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	char whole[65], pieces[65];

	check_mail(data, size, 0);
	identity(data, size, size + 1, whole);
	identity(data, size, 1 + size % 7, pieces);
	g_assert(strcmp(whole, pieces) == 0);
	return 0;
}
