/* lmtp_command.c - the commands of one LMTP conversation (RFC 2033), each with its answer. Its bytes, and the message: mail/lmtp_talk.c. */
#include "mail/lmtp_inner.h"
#include <string.h>

enum { ADDRESS_MAX = 1000 };

/* "FROM:<a@b> SIZE=1" into the address and what follows. Quoted local parts may hold anything; a route (@a,@b:) is dropped. */
static char *
read_path(const char *text, const char *word, const char **ret_rest)
{
	const gsize n = strlen(word);
	const char *from, *p;
	gboolean in_quotes = FALSE;

	if (g_ascii_strncasecmp(text, word, n) != 0)
		return NULL;
	for (from = text + n; *from == ' '; from++)
		;
	if (*from++ != '<')
		return NULL;
	for (p = from; *p != '\0' && (in_quotes || *p != '>'); p++) {
		if (in_quotes && *p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"')
			in_quotes = !in_quotes;
		else if (!in_quotes && (*p == ' ' || *p == '<'))
			return NULL;
	}
	if (*p != '>' || (p[1] != '\0' && p[1] != ' ') || p - from > ADDRESS_MAX)
		return NULL;
	*ret_rest = p + 1;
	if (*from == '@' && memchr(from, ':', (gsize)(p - from)) != NULL)
		from = (const char *)memchr(from, ':', (gsize)(p - from)) + 1;
	return g_strndup(from, (gsize)(p - from));
}

/* The parameters of MAIL; the refusal, or NULL. */
static const char *
check_parameters(const LmtpTalk *self, const char *rest)
{
	g_auto(GStrv) all = g_strsplit(rest, " ", 0);

	for (char **one = all; *one != NULL; one++) {
		guint64 size;

		if (**one == '\0' || g_ascii_strcasecmp(*one, "SMTPUTF8") == 0 || g_ascii_strcasecmp(*one, "BODY=7BIT") == 0 || g_ascii_strcasecmp(*one, "BODY=8BITMIME") == 0)
			continue;
		if (g_ascii_strncasecmp(*one, "SIZE=", 5) != 0)
			return "555 5.5.4 parameter not known";
		if (!g_ascii_string_to_unsigned(*one + 5, 10, 0, G_MAXUINT64, &size, NULL))
			return "501 5.5.4 SIZE wants a number";
		if (size > self->options->max_bytes)
			return "552 5.3.4 larger than we take";
	}
	return NULL;
}

static void
on_lhlo(LmtpTalk *self, const char *rest)
{
	if (*rest == '\0') {
		lmtp_mistake(self, "501 5.5.4 LHLO wants a name");
		return;
	}
	lmtp_forget(self);
	self->greeted = TRUE;
	g_string_append_printf(self->out, "250-%s\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE %" G_GSIZE_FORMAT "\r\n",
		g_get_host_name(), self->options->max_bytes);
}

static void
on_mail(LmtpTalk *self, const char *rest)
{
	g_autofree char *from = NULL;
	const char *parameters, *wrong;

	if (!self->greeted || self->from != NULL) {
		lmtp_mistake(self, self->greeted ? "503 5.5.1 one MAIL at a time" : "503 5.5.1 say LHLO first");
		return;
	}
	if ((from = read_path(rest, "FROM:", &parameters)) == NULL) {
		lmtp_mistake(self, "501 5.1.7 say MAIL FROM:<address>");
		return;
	}
	if ((wrong = check_parameters(self, parameters)) != NULL) {
		lmtp_say(self, wrong);
		return;
	}
	self->from = g_steal_pointer(&from);
	lmtp_say(self, "250 2.1.0 ok");
}

static void
on_rcpt(LmtpTalk *self, const char *rest)
{
	g_autofree char *to = NULL;
	const char *parameters, *words = "550 5.1.1 no such recipient here";

	if (self->from == NULL) {
		lmtp_mistake(self, "503 5.5.1 say MAIL first");
		return;
	}
	to = read_path(rest, "TO:", &parameters);
	if (to == NULL || *to == '\0') {
		lmtp_mistake(self, "501 5.1.3 say RCPT TO:<address>");
		return;
	}
	if (*parameters != '\0') {
		lmtp_mistake(self, "555 5.5.4 parameter not known");
		return;
	}
	if (self->to->len >= self->options->max_recipients) {
		lmtp_say(self, "452 4.5.3 too many recipients for one message");
		return;
	}
	if (self->sink->recipient != NULL && !self->sink->recipient(to, &words, self->data)) {
		lmtp_say(self, words);
		return;
	}
	g_ptr_array_add(self->to, g_steal_pointer(&to));
	lmtp_say(self, "250 2.1.5 ok");
}

static void
on_data(LmtpTalk *self, const char *rest)
{
	if (self->to->len == 0) {
		lmtp_mistake(self, "503 5.5.1 no recipient was taken");
		return;
	}
	g_ptr_array_add(self->to, NULL); /* for as long as the sink looks at them */
	self->handle = self->sink->begin(self->from, (const char *const *)self->to->pdata, self->data);
	g_ptr_array_set_size(self->to, (gint)self->to->len - 1);
	if (self->handle == NULL) {
		lmtp_say(self, "452 4.3.1 no room for it now; try again later");
		lmtp_forget(self);
		return;
	}
	self->at_start = TRUE;
	self->state = IN_DATA;
	lmtp_say(self, "354 go on; end with <CR><LF>.<CR><LF>");
}

static void
on_rset(LmtpTalk *self, const char *rest)
{
	lmtp_forget(self);
	lmtp_say(self, "250 2.0.0 forgotten");
}

static void
on_noop(LmtpTalk *self, const char *rest)
{
	lmtp_say(self, "250 2.0.0 ok");
}

static void
on_vrfy(LmtpTalk *self, const char *rest)
{
	lmtp_say(self, "252 2.5.0 try it with RCPT");
}

static void
on_hello(LmtpTalk *self, const char *rest)
{
	lmtp_mistake(self, "500 5.5.1 this is LMTP: say LHLO");
}

static void
on_quit(LmtpTalk *self, const char *rest)
{
	lmtp_forget(self);
	lmtp_say(self, "221 2.0.0 goodbye");
	self->state = IN_END;
}

static const struct {
	const char *word;
	void (*done)(LmtpTalk *self, const char *rest);
} commands[] = {
	{ "MAIL", on_mail }, { "RCPT", on_rcpt }, { "DATA", on_data }, { "LHLO", on_lhlo }, { "RSET", on_rset },
	{ "NOOP", on_noop }, { "QUIT", on_quit }, { "VRFY", on_vrfy }, { "EHLO", on_hello }, { "HELO", on_hello },
};

static gboolean
is_clean(const char *line, gsize size)
{
	for (gsize i = 0; i < size; i++) {
		if ((guchar)line[i] < 0x20 || line[i] == 0x7F)
			return FALSE;
	}
	return g_utf8_validate(line, (gssize)size, NULL);
}

void
lmtp_command(LmtpTalk *self, const char *bytes, gsize size)
{
	g_autofree char *line = NULL;
	gsize n;

	if (size > 0 && bytes[size - 1] == '\r')
		size--;
	if (!is_clean(bytes, size)) {
		lmtp_mistake(self, "500 5.5.2 controls, or letters that are no UTF-8");
		return;
	}
	line = g_strchomp(g_strndup(bytes, size));
	n = strcspn(line, " ");
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (n == 4 && g_ascii_strncasecmp(line, commands[i].word, 4) == 0) {
			commands[i].done(self, line[4] != '\0' ? line + 5 : "");
			self->n_done++;
			return;
		}
	}
	lmtp_mistake(self, "500 5.5.1 command not known");
}
