/* smtp.c - see smtp.h. The dialogue before MAIL: smtp_wire.c. */
#include "mail/smtp.h"
#include "mail/smtp_wire.h"
#include <string.h>

enum { CHUNK = 64 * 1024, ANSWER_PATIENCE = 10, ADDRESS_MAX = 1000 };

const char *
smtp_outcome_word(SmtpOutcome outcome)
{
	static const char *const words[] = { "sent", "refused", "later", "uncertain" };

	return words[outcome];
}

static void
recipient_free(gpointer data)
{
	SmtpRecipient *self = data;

	g_free(self->address);
	g_free(self->words);
	g_free(self);
}

void
smtp_result_free(SmtpResult *result)
{
	if (result == NULL)
		return;
	g_ptr_array_unref(result->recipients);
	g_free(result->queue_id);
	g_free(result->words);
	g_free(result);
}

static gboolean
is_ascii(const char *text)
{
	return g_str_is_ascii(text);
}

static gboolean
address_check(const char *address, gboolean may_be_empty, GError **error)
{
	const char *p;

	for (p = address; *p != '\0' && (guchar)*p > 0x20 && *p != 0x7F && *p != '<' && *p != '>'; p++)
		;
	if (*p == '\0' && p - address <= ADDRESS_MAX && (may_be_empty || p > address) && g_utf8_validate(address, -1, NULL))
		return TRUE;
	g_set_error(error, ERR, ERR_INVALID, "\"%.100s\" is no address a mail can be sent %s", address, may_be_empty ? "from" : "to");
	return FALSE;
}

static SmtpOutcome
outcome_of(int code)
{
	return code / 100 == 2 ? SMTP_SENT : code / 100 == 5 ? SMTP_REFUSED : SMTP_LATER;
}

static void
settle(SmtpRecipient *one, SmtpOutcome outcome, int code, const char *words)
{
	one->outcome = outcome;
	one->code = code;
	g_free(one->words);
	one->words = mail_words(words);
}

/* Everyone who was taken so far (all: everyone) gets the same end. */
static void
settle_all(SmtpResult *result, gboolean all, SmtpOutcome outcome, int code, const char *words)
{
	for (guint i = 0; i < result->recipients->len; i++) {
		SmtpRecipient *one = result->recipients->pdata[i];

		if (all || one->outcome == SMTP_SENT)
			settle(one, outcome, code, words);
	}
	g_free(result->words);
	result->words = mail_words(words);
}

/* The settings are wrong, not the mail: signing in or TLS is wanted first. */
static gboolean
is_about_us(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

static gboolean
has_high_bytes(const char *bytes, gsize size)
{
	for (gsize i = 0; i < size; i++) {
		if ((guchar)bytes[i] >= 0x80)
			return TRUE;
	}
	return FALSE;
}

static gboolean
needs_utf8(const char *from, const SmtpResult *result)
{
	gboolean needed = !is_ascii(from);

	for (guint i = 0; i < result->recipients->len; i++)
		needed |= !is_ascii(((const SmtpRecipient *)result->recipients->pdata[i])->address);
	return needed;
}

/* MAIL FROM; FALSE with @result settled, or with @error. */
static gboolean
say_mail(SmtpLine *line, const char *from, GBytes *mail, SmtpResult *result, GError **error)
{
	gsize size;
	const char *bytes = g_bytes_get_data(mail, &size);
	const gboolean utf8 = needs_utf8(from, result), eight_bit = line->eight_bit && has_high_bytes(bytes, size);
	g_autoptr(GString) command = g_string_new(NULL);
	g_auto(SmtpReply) reply = { 0 };

	if (utf8 && !line->utf8) {
		settle_all(result, TRUE, SMTP_REFUSED, 0, "the server cannot take addresses with letters beyond ASCII (it does not offer SMTPUTF8)");
		return FALSE;
	}
	if (line->max_bytes > 0 && (gint64)size > line->max_bytes) {
		g_autofree char *words = g_strdup_printf("the mail has %" G_GSIZE_FORMAT " bytes, the server takes %" G_GINT64_FORMAT " at most", size, line->max_bytes);

		settle_all(result, TRUE, SMTP_REFUSED, 0, words);
		return FALSE;
	}
	g_string_append_printf(command, "MAIL FROM:<%s>", from);
	if (line->size)
		g_string_append_printf(command, " SIZE=%" G_GSIZE_FORMAT, size);
	g_string_append_printf(command, "%s%s", eight_bit ? " BODY=8BITMIME" : "", utf8 ? " SMTPUTF8" : "");
	if (!smtp_ask(line, "the sender", command->str, &reply, error))
		return FALSE;
	if (outcome_of(reply.code) == SMTP_SENT)
		return TRUE;
	settle_all(result, TRUE, is_about_us(reply.code) ? SMTP_LATER : outcome_of(reply.code), reply.code, reply.words);
	return FALSE;
}

/* RCPT TO for each; @ret_taken: how many. */
static gboolean
say_recipients(SmtpLine *line, SmtpResult *result, guint *ret_taken, GError **error)
{
	*ret_taken = 0;
	for (guint i = 0; i < result->recipients->len; i++) {
		SmtpRecipient *one = result->recipients->pdata[i];
		g_autofree char *command = g_strdup_printf("RCPT TO:<%s>", one->address);
		g_auto(SmtpReply) reply = { 0 };

		if (!smtp_ask(line, "a recipient", command, &reply, error))
			return FALSE;
		settle(one, is_about_us(reply.code) ? SMTP_LATER : outcome_of(reply.code), reply.code, reply.words);
		*ret_taken += one->outcome == SMTP_SENT;
		g_free(result->words);
		result->words = g_strdup(reply.words);
	}
	return TRUE;
}

/* The mail with CRLF at each line's end, however it came, and dots doubled; the last line ended. */
static gboolean
write_mail(SmtpLine *line, GBytes *mail, GError **error)
{
	gsize size;
	const char *bytes = g_bytes_get_data(mail, &size);
	g_autoptr(GString) out = g_string_sized_new(CHUNK + 8);
	gboolean at_start = TRUE;

	for (gsize i = 0; i < size; i++) {
		const char c = bytes[i];

		if (c == '\r' && i + 1 < size && bytes[i + 1] == '\n')
			continue;
		if (c == '\n' || c == '\r') {
			g_string_append_len(out, "\r\n", 2);
		} else {
			if (at_start && c == '.')
				g_string_append_c(out, '.');
			g_string_append_c(out, c);
		}
		at_start = c == '\n' || c == '\r';
		if (out->len >= CHUNK) {
			if (!mail_stream_write(line->stream, out->str, out->len, error))
				return FALSE;
			g_string_truncate(out, 0);
		}
	}
	if (!at_start)
		g_string_append_len(out, "\r\n", 2);
	return mail_stream_write(line->stream, out->str, out->len, error);
}

/* DATA to its answer. A failure before the final dot is sent leaves nothing behind: the server must forget what is
 * incomplete. From the first byte of the dot on, only its answer tells. */
static gboolean
say_data(SmtpLine *line, GBytes *mail, SmtpResult *result, GError **error)
{
	g_auto(SmtpReply) reply = { 0 };
	g_autoptr(GError) why = NULL;

	if (!smtp_ask(line, "DATA", "DATA", &reply, error))
		return FALSE;
	if (reply.code != 354) {
		settle_all(result, FALSE, reply.code / 100 == 5 ? SMTP_REFUSED : SMTP_LATER, reply.code, reply.words);
		return TRUE;
	}
	mail_stream_step(line->stream, "the mail", 1);
	if (!write_mail(line, mail, error))
		return FALSE;
	mail_stream_step(line->stream, "the end of the mail", ANSWER_PATIENCE);
	if (!mail_stream_write(line->stream, ".\r\n", 3, &why) || !smtp_read_reply(line, &reply, &why)) {
		g_autofree char *words = g_strdup_printf("the mail was handed over whole, but not acknowledged; it may or may not have been taken: %s", why->message);

		settle_all(result, FALSE, SMTP_UNCERTAIN, 0, words);
		return TRUE;
	}
	settle_all(result, FALSE, reply.code / 100 == 3 ? SMTP_UNCERTAIN : outcome_of(reply.code), reply.code, reply.words);
	if (outcome_of(reply.code) == SMTP_SENT)
		result->queue_id = smtp_queue_id(reply.words);
	return TRUE;
}

/* FALSE with @error: the connection failed before anything was handed over. */
static gboolean
transact(const MailPeer *peer, const char *from, GBytes *mail, SmtpResult *result, GError **error)
{
	g_auto(SmtpLine) line = { 0 };
	g_autoptr(GError) why = NULL;
	guint taken;

	if (!smtp_line_open(&line, peer, error))
		return FALSE;
	if (!say_mail(&line, from, mail, result, &why)) {
		if (why != NULL)
			g_propagate_error(error, g_steal_pointer(&why));
		return *error == NULL;
	}
	if (!say_recipients(&line, result, &taken, error))
		return FALSE;
	return taken == 0 || say_data(&line, mail, result, error);
}

static SmtpOutcome
whole(const SmtpResult *result)
{
	static const SmtpOutcome order[] = { SMTP_SENT, SMTP_UNCERTAIN, SMTP_LATER };

	for (guint n = 0; n < G_N_ELEMENTS(order); n++) {
		for (guint i = 0; i < result->recipients->len; i++) {
			if (((const SmtpRecipient *)result->recipients->pdata[i])->outcome == order[n])
				return order[n];
		}
	}
	return SMTP_REFUSED;
}

gboolean
smtp_send(const MailPeer *peer, const char *from, const char *const *to, GBytes *mail, SmtpResult **ret_result, GError **error)
{
	g_autoptr(SmtpResult) result = g_new0(SmtpResult, 1);
	g_autoptr(GError) why = NULL;

	result->recipients = g_ptr_array_new_with_free_func(recipient_free);
	if (to == NULL || to[0] == NULL) {
		g_set_error(error, ERR, ERR_INVALID, "a mail needs a recipient");
		return FALSE;
	}
	if (!address_check(from, TRUE, error))
		return FALSE;
	for (; *to != NULL; to++) {
		SmtpRecipient *one = g_new0(SmtpRecipient, 1);

		one->address = g_strdup(*to);
		one->outcome = SMTP_LATER;
		g_ptr_array_add(result->recipients, one);
		if (!address_check(*to, FALSE, error))
			return FALSE;
	}
	if (!transact(peer, from, mail, result, &why)) {
		/* Whoever was refused by name stays so; all others may be tried again. */
		for (guint i = 0; i < result->recipients->len; i++) {
			SmtpRecipient *one = result->recipients->pdata[i];

			if (one->outcome != SMTP_REFUSED)
				settle(one, SMTP_LATER, 0, why->message);
		}
		g_free(result->words);
		result->words = mail_words(why->message);
	}
	result->outcome = whole(result);
	*ret_result = g_steal_pointer(&result);
	return TRUE;
}

gboolean
smtp_test(const MailPeer *peer, GError **error)
{
	g_auto(SmtpLine) line = { 0 };

	return smtp_line_open(&line, peer, error);
}
