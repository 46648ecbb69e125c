/* imap_sign_in.c - the first words with an IMAP server, until it knows us. See imap_wire.h; afterwards: imap.c. */
#include "mail/imap_wire.h"
#include <string.h>

enum { REPLY_MAX = 8 * 1024, LINES_MAX = 200 };

typedef struct {
	MailStream *stream;
	const MailPeer *peer;
	char *capabilities; /* " IMAP4REV1 IDLE ... ", upper case; NULL: not asked yet */
	guint tag;
} Dialogue;

static gboolean
can(const Dialogue *self, const char *word)
{
	g_autofree char *spaced = g_strdup_printf(" %s ", word);

	return self->capabilities != NULL && strstr(self->capabilities, spaced) != NULL;
}

/* "* CAPABILITY a b" and "... [CAPABILITY a b] words" */
static void
note_capabilities(Dialogue *self, const char *line)
{
	g_autofree char *upper = g_ascii_strup(line, -1);
	char *from = strstr(upper, "CAPABILITY "), *end;

	if (from == NULL || !(from == upper + 2 || (from > upper && from[-1] == '[')))
		return;
	end = strchr(from, ']');
	if (from[-1] == '[' && end != NULL)
		*end = '\0';
	g_free(self->capabilities);
	self->capabilities = g_strdup_printf(" %s ", from + strlen("CAPABILITY "));
}

static gboolean
goodbye(const Dialogue *self, const char *line, GError **error)
{
	g_autofree char *words = mail_words(line + strlen("* BYE"));

	return mail_stream_fail(self->stream, error, "said goodbye: %s", words);
}

static gboolean
greeting(Dialogue *self, gboolean *ret_known, GError **error)
{
	g_autofree char *line = NULL, *words = NULL;

	mail_stream_step(self->stream, "the greeting", 1);
	if ((line = mail_stream_line(self->stream, REPLY_MAX, error)) == NULL)
		return FALSE;
	if (g_ascii_strncasecmp(line, "* BYE", 5) == 0)
		return goodbye(self, line, error);
	*ret_known = g_ascii_strncasecmp(line, "* PREAUTH", 9) == 0;
	if (*ret_known || g_ascii_strncasecmp(line, "* OK", 4) == 0) {
		note_capabilities(self, line);
		return TRUE;
	}
	words = mail_words(line);
	return mail_stream_fail(self->stream, error, "is no IMAP server, or wants TLS at once: it greeted with \"%.100s\"", words);
}

/* Sends "TAG @command" and reads to its answer. @secret: what goes out at the first "+"; at each further one an empty
 * line, which ends a refused XOAUTH2. @ret_words: the server's, without OK or NO. FALSE: the connection is useless. */
static gboolean
ask(Dialogue *self, const char *doing, const char *command, const char *secret, gboolean *ret_ok, char **ret_words, GError **error)
{
	g_autofree char *tag = g_strdup_printf("s%u ", ++self->tag), *out = g_strdup_printf("%s%s\r\n", tag, command);

	mail_stream_step(self->stream, doing, 1);
	if (!mail_stream_write(self->stream, out, strlen(out), error))
		return FALSE;
	for (guint n = 0; n < LINES_MAX; n++) {
		g_autofree char *line = mail_stream_line(self->stream, REPLY_MAX, error);

		if (line == NULL)
			return FALSE;
		note_capabilities(self, line);
		if (g_ascii_strncasecmp(line, "* BYE", 5) == 0)
			return goodbye(self, line, error);
		if (line[0] == '+') {
			g_autofree char *next = g_strdup_printf("%s\r\n", secret != NULL ? secret : "");

			secret = NULL;
			if (!mail_stream_write(self->stream, next, strlen(next), error))
				return FALSE;
		} else if (g_str_has_prefix(line, tag)) {
			const char *rest = line + strlen(tag), *space = strchr(rest, ' ');

			*ret_ok = g_ascii_strncasecmp(rest, "OK", 2) == 0;
			*ret_words = mail_words(space != NULL ? space + 1 : rest);
			return TRUE;
		}
	}
	return mail_stream_fail(self->stream, error, "talks without answering %s", doing);
}

static gboolean
ask_capabilities(Dialogue *self, GError **error)
{
	g_autofree char *words = NULL;
	gboolean ok;

	g_clear_pointer(&self->capabilities, g_free);
	if (!ask(self, "CAPABILITY", "CAPABILITY", NULL, &ok, &words, error))
		return FALSE;
	return ok ? TRUE : mail_stream_fail(self->stream, error, "refused CAPABILITY: %s", words);
}

static gboolean
start_tls(Dialogue *self, gboolean known, GError **error)
{
	g_autofree char *words = NULL;
	gboolean ok;

	if (known)
		return mail_stream_fail(self->stream, error, "takes us for signed in before TLS could be agreed upon: refused");
	if (self->capabilities == NULL && !ask_capabilities(self, error))
		return FALSE;
	if (!can(self, "STARTTLS"))
		return mail_stream_fail(self->stream, error, "does not offer STARTTLS: choose TLS and its port (993), or ask its operator");
	if (!ask(self, "STARTTLS", "STARTTLS", NULL, &ok, &words, error))
		return FALSE;
	if (!ok)
		return mail_stream_fail(self->stream, error, "refused STARTTLS: %s", words);
	g_clear_pointer(&self->capabilities, g_free); /* said in the clear: worth nothing */
	return mail_stream_secure(self->stream, error);
}

static char *
quoted(const char *text)
{
	GString *out = g_string_new("\"");

	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text);
	}
	return g_string_free(g_string_append_c(out, '"'), FALSE);
}

static char *
token_of(const MailPeer *peer)
{
	g_autoptr(GString) plain = g_string_new(NULL);

	if (peer->xoauth2) {
		g_string_append_printf(plain, "user=%s\001auth=Bearer %s\001\001", peer->user, peer->secret);
	} else {
		g_string_append_c(plain, '\0');
		g_string_append(plain, peer->user);
		g_string_append_c(plain, '\0');
		g_string_append(plain, peer->secret);
	}
	return g_base64_encode((const guchar *)plain->str, plain->len);
}

static gboolean
authenticate(Dialogue *self, GError **error)
{
	const MailPeer *peer = self->peer;
	g_autofree char *token = token_of(peer), *command = NULL, *words = NULL;
	const gboolean by_token = peer->xoauth2 || can(self, "AUTH=PLAIN"), at_once = can(self, "SASL-IR");
	gboolean ok;

	if (peer->xoauth2 && !can(self, "AUTH=XOAUTH2"))
		return mail_stream_fail(self->stream, error, "does not take OAuth tokens (no AUTH=XOAUTH2 among its capabilities): use a password");
	if (!by_token && can(self, "LOGINDISABLED"))
		return mail_stream_fail(self->stream, error, "takes no password over a connection in the clear: choose TLS or STARTTLS");
	if (by_token) {
		const char *way = peer->xoauth2 ? "XOAUTH2" : "PLAIN";

		command = g_strdup_printf("AUTHENTICATE %s%s%s", way, at_once ? " " : "", at_once ? token : "");
	} else {
		g_autofree char *user = quoted(peer->user), *secret = quoted(peer->secret);

		command = g_strdup_printf("LOGIN %s %s", user, secret);
	}
	g_clear_pointer(&self->capabilities, g_free); /* those of a guest; the answer may bring ours */
	if (!ask(self, "the sign-in", command, by_token && !at_once ? token : NULL, &ok, &words, error))
		return FALSE;
	return ok ? TRUE : mail_stream_fail(self->stream, error, "refused the sign-in of %s: %s", peer->user, words);
}

gboolean
imap_sign_in(MailStream *stream, const MailPeer *peer, gboolean *ret_idle, GError **error)
{
	Dialogue self = { .stream = stream, .peer = peer };
	gboolean known, ok;

	ok = greeting(&self, &known, error) && (peer->security != MAIL_STARTTLS || start_tls(&self, known, error));
	if (ok && !known) {
		if (peer->user == NULL)
			ok = mail_stream_fail(stream, error, "wants a sign-in, and no user is given");
		else
			ok = (self.capabilities != NULL || ask_capabilities(&self, error)) && authenticate(&self, error);
	}
	ok = ok && (self.capabilities != NULL || ask_capabilities(&self, error));
	if (ok)
		*ret_idle = can(&self, "IDLE");
	g_free(self.capabilities);
	return ok;
}
