/* read.h - for the tests that read a mail written out in the test: one call, no errors. */
#pragma once
#include "mail/message.h"
#include <string.h>

static inline MailMessage *
read_bytes(const char *bytes, gsize size)
{
	g_autoptr(GError) error = NULL;
	MailMessage *mail = mail_message_read((const guint8 *)bytes, size, &error);

	g_assert_no_error(error);
	g_assert_nonnull(mail);
	return mail;
}

static inline MailMessage *
read_mail(const char *text)
{
	return read_bytes(text, strlen(text));
}

static inline const MailPart *
part_at(const MailMessage *mail, guint i)
{
	g_assert_cmpuint(i, <, mail->parts->len);
	return mail->parts->pdata[i];
}

static inline gboolean
has_problem(const MailMessage *mail, const char *words)
{
	for (guint i = 0; i < mail->problems->len; i++)
		if (strstr(mail->problems->pdata[i], words) != NULL)
			return TRUE;
	return FALSE;
}
