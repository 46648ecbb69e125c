/* smtp_wire.c - see smtp_wire.h. The mail itself: smtp.c. */
#include "mail/smtp_wire.h"
#include <string.h>

enum { REPLY_MAX = 2048, REPLY_LINES = 100 };

void
smtp_reply_clear(SmtpReply *reply)
{
	g_clear_pointer(&reply->words, g_free);
	reply->code = 0;
}

void
smtp_line_close(SmtpLine *self)
{
	if (self->stream != NULL) {
		mail_stream_step(self->stream, "QUIT", 1);
		mail_stream_write(self->stream, "QUIT\r\n", 6, NULL);
	}
	g_clear_pointer(&self->stream, mail_stream_free);
}

static gboolean
is_reply(const char *line)
{
	return line[0] >= '2' && line[0] <= '5' && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) && (line[3] == ' ' || line[3] == '-' || line[3] == '\0');
}

/* An EHLO line: what the server can. */
static void
note(SmtpLine *self, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 0);

	self->starttls |= g_ascii_strcasecmp(words[0], "STARTTLS") == 0;
	self->eight_bit |= g_ascii_strcasecmp(words[0], "8BITMIME") == 0;
	self->utf8 |= g_ascii_strcasecmp(words[0], "SMTPUTF8") == 0;
	if (g_ascii_strcasecmp(words[0], "SIZE") == 0) {
		self->size = TRUE;
		self->max_bytes = words[1] != NULL ? g_ascii_strtoll(words[1], NULL, 10) : 0;
	}
	if (g_ascii_strcasecmp(words[0], "AUTH") != 0 && !g_str_has_prefix(words[0], "AUTH="))
		return;
	for (char **way = words + 1; *way != NULL; way++) {
		self->plain |= g_ascii_strcasecmp(*way, "PLAIN") == 0;
		self->login |= g_ascii_strcasecmp(*way, "LOGIN") == 0;
		self->xoauth2 |= g_ascii_strcasecmp(*way, "XOAUTH2") == 0;
	}
}

static gboolean
read_reply(SmtpLine *self, gboolean is_ehlo, SmtpReply *ret_reply, GError **error)
{
	g_autoptr(GString) words = g_string_new(NULL);
	int code = 0;

	for (guint n = 0; n < REPLY_LINES; n++) {
		g_autofree char *line = mail_stream_line(self->stream, REPLY_MAX, error);

		if (line == NULL)
			return FALSE;
		if (!is_reply(line)) {
			g_autofree char *shown = mail_words(line);

			return mail_stream_fail(self->stream, error, "gave an answer that is none of SMTP's: \"%.100s\"", shown);
		}
		code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
		if (is_ehlo && n > 0 && line[3] != '\0')
			note(self, line + 4);
		g_string_append_printf(words, "%s%s", words->len > 0 ? " " : "", line[3] != '\0' ? line + 4 : "");
		if (line[3] != '-') {
			smtp_reply_clear(ret_reply);
			ret_reply->code = code;
			ret_reply->words = mail_words(words->str);
			return TRUE;
		}
	}
	return mail_stream_fail(self->stream, error, "talks without coming to an end");
}

gboolean
smtp_read_reply(SmtpLine *self, SmtpReply *ret_reply, GError **error)
{
	return read_reply(self, FALSE, ret_reply, error);
}

static gboolean
say(SmtpLine *self, const char *doing, const char *command, GError **error)
{
	g_autofree char *out = g_strdup_printf("%s\r\n", command);

	mail_stream_step(self->stream, doing, 1);
	return mail_stream_write(self->stream, out, strlen(out), error);
}

gboolean
smtp_ask(SmtpLine *self, const char *doing, const char *command, SmtpReply *ret_reply, GError **error)
{
	return say(self, doing, command, error) && read_reply(self, FALSE, ret_reply, error);
}

static gboolean
refused(const SmtpLine *self, const char *doing, const SmtpReply *reply, GError **error)
{
	return mail_stream_fail(self->stream, error, "refused %s: %d %s", doing, reply->code, reply->words);
}

static gboolean
hello(SmtpLine *self, const MailPeer *peer, GError **error)
{
	g_auto(SmtpReply) reply = { 0 };
	const char *name = peer->hello != NULL ? peer->hello : g_get_host_name();
	g_autofree char *command = g_strdup_printf("EHLO %s", name), *older = g_strdup_printf("HELO %s", name);

	/* What was offered before TLS, anybody may have written. */
	self->starttls = self->eight_bit = self->utf8 = self->size = self->plain = self->login = self->xoauth2 = FALSE;
	self->max_bytes = 0;
	if (!say(self, "EHLO", command, error) || !read_reply(self, TRUE, &reply, error))
		return FALSE;
	if (reply.code / 100 == 5 && !smtp_ask(self, "HELO", older, &reply, error))
		return FALSE;
	return reply.code / 100 == 2 ? TRUE : refused(self, "EHLO", &reply, error);
}

static gboolean
start_tls(SmtpLine *self, const MailPeer *peer, GError **error)
{
	g_auto(SmtpReply) reply = { 0 };

	if (!self->starttls)
		return mail_stream_fail(self->stream, error, "does not offer STARTTLS: choose TLS and its port (465), or ask its operator");
	if (!smtp_ask(self, "STARTTLS", "STARTTLS", &reply, error))
		return FALSE;
	if (reply.code != 220)
		return refused(self, "STARTTLS", &reply, error);
	return mail_stream_secure(self->stream, error) && hello(self, peer, error);
}

static char *
base64(const char *text)
{
	return g_base64_encode((const guchar *)text, strlen(text));
}

static gboolean
by_plain(SmtpLine *self, const MailPeer *peer, SmtpReply *reply, GError **error)
{
	g_autoptr(GString) token = g_string_new_len("", 1);
	g_autofree char *coded = NULL, *command = NULL;

	g_string_append(token, peer->user);
	g_string_append_c(token, '\0');
	g_string_append(token, peer->secret);
	coded = g_base64_encode((const guchar *)token->str, token->len);
	command = g_strdup_printf("AUTH PLAIN %s", coded);
	return smtp_ask(self, "the sign-in", command, reply, error);
}

static gboolean
by_login(SmtpLine *self, const MailPeer *peer, SmtpReply *reply, GError **error)
{
	g_autofree char *user = base64(peer->user), *secret = base64(peer->secret);

	return smtp_ask(self, "the sign-in", "AUTH LOGIN", reply, error) && (reply->code != 334 || smtp_ask(self, "the sign-in", user, reply, error)) &&
		(reply->code != 334 || smtp_ask(self, "the sign-in", secret, reply, error));
}

static gboolean
by_token(SmtpLine *self, const MailPeer *peer, SmtpReply *reply, GError **error)
{
	g_autofree char *plain = g_strdup_printf("user=%s\001auth=Bearer %s\001\001", peer->user, peer->secret), *coded = base64(plain);
	g_autofree char *command = g_strdup_printf("AUTH XOAUTH2 %s", coded);

	/* A refusal comes as 334 with its reason, and wants an empty line before the real one. */
	return smtp_ask(self, "the sign-in", command, reply, error) && (reply->code != 334 || smtp_ask(self, "the sign-in", "", reply, error));
}

static gboolean
sign_in(SmtpLine *self, const MailPeer *peer, GError **error)
{
	g_auto(SmtpReply) reply = { 0 };
	gboolean ok;

	if (peer->xoauth2 && !self->xoauth2)
		return mail_stream_fail(self->stream, error, "does not take OAuth tokens (no AUTH XOAUTH2): use a password");
	if (!peer->xoauth2 && !self->plain && !self->login)
		return mail_stream_fail(self->stream, error, "takes no password here (no AUTH PLAIN or LOGIN): choose TLS or STARTTLS, or leave out the user");
	ok = (peer->xoauth2 ? by_token : self->plain ? by_plain : by_login)(self, peer, &reply, error);
	if (!ok)
		return FALSE;
	return reply.code == 235 ? TRUE : mail_stream_fail(self->stream, error, "refused the sign-in of %s: %d %s", peer->user, reply.code, reply.words);
}

gboolean
smtp_line_open(SmtpLine *self, const MailPeer *peer, GError **error)
{
	g_auto(SmtpReply) reply = { 0 };

	memset(self, 0, sizeof *self);
	if ((self->stream = mail_stream_open(peer, error)) == NULL)
		return FALSE;
	mail_stream_step(self->stream, "the greeting", 1);
	if (!read_reply(self, FALSE, &reply, error))
		return FALSE;
	if (reply.code != 220)
		return refused(self, "the connection", &reply, error);
	return hello(self, peer, error) && (peer->security != MAIL_STARTTLS || start_tls(self, peer, error)) && (peer->user == NULL || sign_in(self, peer, error));
}
