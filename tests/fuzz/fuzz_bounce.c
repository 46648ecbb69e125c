/* Any bytes as a mail: what is said about them is bounded, valid and of one line, and both readers agree. */
#include "mail/automatic.h"
#include "mail/bounce.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check_line(const char *text, gsize max_bytes)
{
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_null(strpbrk(text, "\r\n"));
	g_assert_cmpuint(strlen(text), <=, max_bytes);
}

static void
check_recipient(const BounceRecipient *recipient)
{
	check_line(recipient->address, 2000);
	check_line(recipient->sent_to, 2000);
	check_line(recipient->status, 12);
	check_line(recipient->reason, 500);
	g_assert_true(recipient->address[0] != '\0' && recipient->sent_to[0] != '\0');
	g_assert_true(recipient->action == BOUNCE_FAILED || !recipient->hard);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(MailMessage) mail = mail_message_read(data, size, NULL);
	g_autoptr(MailBounce) bounce = mail_bounce_read(mail);
	g_autofree char *why = NULL;
	MailKind kind = mail_kind(mail, NULL, NULL, &why);

	check_line(why, 1000);
	g_assert_true((bounce != NULL) == (kind == MAIL_BOUNCE || kind == MAIL_FEEDBACK));
	g_assert_true(kind == MAIL_PERSONAL || !mail_may_be_answered(mail, kind));
	if (bounce == NULL)
		return 0;
	g_assert_cmpuint(bounce->recipients->len, <=, BOUNCE_RECIPIENTS_MAX);
	g_ptr_array_foreach(bounce->recipients, (GFunc)(void (*)(void))check_recipient, NULL);
	if (bounce->original_message_id != NULL)
		check_line(bounce->original_message_id, 70000);
	return 0;
}
