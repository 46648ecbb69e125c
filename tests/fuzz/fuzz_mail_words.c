/* Any bytes as a header's value, by every reader there is; what may be sent as a subject is read back the same. */
#include "mail/addresses.h"
#include "mail/compose.h"
#include "mail/gmime_start.h"
#include "mail/words.h"
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
check_sent(const char *subject)
{
	Compose compose = { .from = { (char *)subject, (char *)"a@example.org" }, .subject = subject, .text = subject, .message_id = "1@example.org", .date_ms = 1 };
	g_autoptr(GBytes) bytes = compose_mail(&compose, NULL);
	g_autoptr(MailMessage) mail = NULL;
	g_autofree char *line = NULL;
	gsize size;
	const guint8 *wire;

	if (bytes == NULL)
		return;
	wire = g_bytes_get_data(bytes, &size);
	mail = mail_message_read(wire, size, NULL);
	line = mail_one_line(subject, MAIL_VALUE_MAX);
	g_assert_cmpstr(mail->subject, ==, line);
	g_assert_cmpstr(mail->from->address, ==, "a@example.org");
	g_assert_cmpuint(mail->to->len + mail->cc->len, ==, 0);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	MailSlice value = { data, size };
	g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func((GDestroyNotify)mail_address_free);
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *text = NULL, *token = NULL, *raw = g_strndup((const char *)data, size);
	GMimeContentType *type;
	GMimeContentDisposition *disposition;

	mail_start_gmime();
	text = mail_value_text(value);
	check_line(text);
	token = mail_value_token(value);
	mail_addresses_read(value, addresses);
	for (guint i = 0; i < addresses->len; i++) {
		check_line(((MailAddress *)addresses->pdata[i])->name);
		check_line(((MailAddress *)addresses->pdata[i])->address);
	}
	mail_ids_read(value, ids);
	for (guint i = 0; i < ids->len; i++)
		check_line(ids->pdata[i]);
	type = mail_type_read(value);
	disposition = mail_disposition_read(value);
	g_clear_object(&type);
	g_clear_object(&disposition);
	g_assert(mail_date_read(value) >= 0);
	check_sent(text);
	check_sent(raw);
	return 0;
}
