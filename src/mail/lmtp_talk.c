/* lmtp_talk.c - see lmtp_talk.h. */
#include "mail/lmtp_mail.h"
#include <string.h>

enum {
	COMMAND_MAX = 2048,
	ADDRESS_MAX = 1000,
	IN_MAX = 128 * 1024,  /* not looked at while a message waits for its answers */
	OUT_MAX = 64 * 1024,  /* not fetched by the client */
	MISTAKES_MAX = 20,
	PROGRESS = 4096,
};

typedef enum { IN_COMMAND, IN_LONG_LINE, IN_DATA, IN_WAIT, IN_END } State;

struct _LmtpTalk {
	const LmtpOptions *options;
	const LmtpSink *sink;
	gpointer data;
	LmtpBell *bell;
	GString *in, *out;
	State state;
	gboolean greeted, stopping;
	guint n_mistakes;
	guint64 n_done, n_bytes;
	char *from;         /* NULL: no MAIL yet */
	GPtrArray *to;
	gpointer handle;    /* between begin and end */
	gsize size;         /* of the message so far */
	gboolean at_start, too_large, no_room;
	LmtpMail *mail;     /* waited for */
};

void
lmtp_options_fill(LmtpOptions *options)
{
	options->max_bytes = options->max_bytes != 0 ? options->max_bytes : 50 * 1024 * 1024;
	options->max_connections = options->max_connections != 0 ? options->max_connections : 100;
	options->max_recipients = options->max_recipients != 0 ? options->max_recipients : 1000;
	options->timeout_s = options->timeout_s != 0 ? options->timeout_s : 300;
	options->mode = options->mode != 0 ? options->mode : 0660;
}

static void
answer(LmtpTalk *self, const char *reply)
{
	g_string_append(self->out, reply);
	g_string_append_len(self->out, "\r\n", 2);
}

static void
mistake(LmtpTalk *self, const char *reply)
{
	answer(self, reply);
	if (++self->n_mistakes <= MISTAKES_MAX)
		return;
	answer(self, "421 4.7.0 too many mistakes");
	self->state = IN_END;
}

static void
forget(LmtpTalk *self)
{
	if (self->handle != NULL)
		self->sink->abandon(self->handle, self->data);
	self->handle = NULL;
	g_clear_pointer(&self->from, g_free);
	g_ptr_array_set_size(self->to, 0);
	self->size = 0;
	self->at_start = TRUE;
	self->too_large = self->no_room = FALSE;
}

LmtpTalk *
lmtp_talk_new(const LmtpOptions *options, const LmtpSink *sink, gpointer data, LmtpBell *bell)
{
	LmtpTalk *self = g_new0(LmtpTalk, 1);

	self->options = options;
	self->sink = sink;
	self->data = data;
	self->bell = bell;
	self->in = g_string_new(NULL);
	self->out = g_string_new(NULL);
	self->to = g_ptr_array_new_with_free_func(g_free);
	g_string_append_printf(self->out, "220 %s LMTP ready\r\n", g_get_host_name());
	return self;
}

void
lmtp_talk_free(LmtpTalk *self)
{
	if (self == NULL)
		return;
	forget(self);
	lmtp_mail_unref(self->mail);
	g_ptr_array_unref(self->to);
	g_string_free(self->in, TRUE);
	g_string_free(self->out, TRUE);
	g_free(self);
}

/* ---- commands */

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
		mistake(self, "501 5.5.4 LHLO wants a name");
		return;
	}
	forget(self);
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
		mistake(self, self->greeted ? "503 5.5.1 one MAIL at a time" : "503 5.5.1 say LHLO first");
		return;
	}
	if ((from = read_path(rest, "FROM:", &parameters)) == NULL) {
		mistake(self, "501 5.1.7 say MAIL FROM:<address>");
		return;
	}
	if ((wrong = check_parameters(self, parameters)) != NULL) {
		answer(self, wrong);
		return;
	}
	self->from = g_steal_pointer(&from);
	answer(self, "250 2.1.0 ok");
}

static void
on_rcpt(LmtpTalk *self, const char *rest)
{
	g_autofree char *to = NULL;
	const char *parameters, *words = "550 5.1.1 no such recipient here";

	if (self->from == NULL) {
		mistake(self, "503 5.5.1 say MAIL first");
		return;
	}
	to = read_path(rest, "TO:", &parameters);
	if (to == NULL || *to == '\0') {
		mistake(self, "501 5.1.3 say RCPT TO:<address>");
		return;
	}
	if (*parameters != '\0') {
		mistake(self, "555 5.5.4 parameter not known");
		return;
	}
	if (self->to->len >= self->options->max_recipients) {
		answer(self, "452 4.5.3 too many recipients for one message");
		return;
	}
	if (self->sink->recipient != NULL && !self->sink->recipient(to, &words, self->data)) {
		answer(self, words);
		return;
	}
	g_ptr_array_add(self->to, g_steal_pointer(&to));
	answer(self, "250 2.1.5 ok");
}

static void
on_data(LmtpTalk *self, const char *rest)
{
	if (self->to->len == 0) {
		mistake(self, "503 5.5.1 no recipient was taken");
		return;
	}
	g_ptr_array_add(self->to, NULL); /* for as long as the sink looks at them */
	self->handle = self->sink->begin(self->from, (const char *const *)self->to->pdata, self->data);
	g_ptr_array_set_size(self->to, (gint)self->to->len - 1);
	if (self->handle == NULL) {
		answer(self, "452 4.3.1 no room for it now; try again later");
		forget(self);
		return;
	}
	self->at_start = TRUE;
	self->state = IN_DATA;
	answer(self, "354 go on; end with <CR><LF>.<CR><LF>");
}

static void
on_rset(LmtpTalk *self, const char *rest)
{
	forget(self);
	answer(self, "250 2.0.0 forgotten");
}

static void
on_noop(LmtpTalk *self, const char *rest)
{
	answer(self, "250 2.0.0 ok");
}

static void
on_vrfy(LmtpTalk *self, const char *rest)
{
	answer(self, "252 2.5.0 try it with RCPT");
}

static void
on_hello(LmtpTalk *self, const char *rest)
{
	mistake(self, "500 5.5.1 this is LMTP: say LHLO");
}

static void
on_quit(LmtpTalk *self, const char *rest)
{
	forget(self);
	answer(self, "221 2.0.0 goodbye");
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

static void
on_command(LmtpTalk *self, const char *bytes, gsize size)
{
	g_autofree char *line = NULL;
	gsize n;

	if (size > 0 && bytes[size - 1] == '\r')
		size--;
	if (!is_clean(bytes, size)) {
		mistake(self, "500 5.5.2 controls, or letters that are no UTF-8");
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
	mistake(self, "500 5.5.1 command not known");
}

/* ---- the message */

static void
put(LmtpTalk *self, const char *bytes, gsize size)
{
	self->size += size;
	self->n_bytes += size;
	if (self->handle == NULL || size == 0)
		return;
	self->too_large = self->size > self->options->max_bytes;
	self->no_room = !self->too_large && !self->sink->append(self->handle, (const guint8 *)bytes, size, self->data);
	if (self->too_large || self->no_room) {
		self->sink->abandon(self->handle, self->data);
		self->handle = NULL;
	}
}

static void
end_of_data(LmtpTalk *self)
{
	gpointer handle = g_steal_pointer(&self->handle);

	self->n_done++;
	if (handle == NULL) {
		for (guint i = 0; i < self->to->len; i++)
			answer(self, self->too_large ? "552 5.3.4 larger than we take" : "452 4.3.1 no room for it now; try again later");
		forget(self);
		self->state = IN_COMMAND;
		return;
	}
	g_ptr_array_add(self->to, NULL);
	self->mail = lmtp_mail_new(self->to, self->bell);
	self->to = g_ptr_array_new_with_free_func(g_free);
	forget(self);
	self->state = IN_WAIT;
	self->sink->end(handle, (const char *const *)self->mail->to->pdata, self->mail, self->data);
}

/* A dot at the begin of a line, @p: TRUE when more bytes must come before it is clear what it is. */
static gboolean
is_unclear(const char *p, gsize size)
{
	return size == 1 || (size == 2 && p[1] == '\r');
}

/* Takes what it can of @size bytes; returns how many. A line begins after CR LF and nowhere else: a dot between bare line
 * ends is text, or one message could be made two (SMTP smuggling). */
static gsize
take_data(LmtpTalk *self, const char *bytes, gsize size)
{
	const char *p = bytes, *const end = bytes + size;

	while (p < end) {
		const char *next;

		if (self->at_start && *p == '.') {
			if (is_unclear(p, (gsize)(end - p)))
				break;
			if (p[1] == '\r' && p[2] == '\n') {
				end_of_data(self);
				return (gsize)(p + 3 - bytes);
			}
			p++;
		}
		self->at_start = FALSE;
		next = memmem(p, (gsize)(end - p), "\r\n.", 3);
		if (next != NULL) {
			put(self, p, (gsize)(next + 2 - p));
			p = next + 2;
			self->at_start = TRUE;
			continue;
		}
		next = end - (p < end && end[-1] == '\r');
		self->at_start = next - p >= 2 && next[-2] == '\r' && next[-1] == '\n';
		put(self, p, (gsize)(next - p));
		p = next;
		break;
	}
	return (gsize)(p - bytes);
}

/* ---- bytes */

static gsize
take_line(LmtpTalk *self, const char *bytes, gsize size)
{
	const char *lf = memchr(bytes, '\n', size);
	const gsize n = lf != NULL ? (gsize)(lf - bytes) : size;
	const gboolean is_long = self->state == IN_LONG_LINE || n > COMMAND_MAX;

	if (lf == NULL) {
		if (!is_long)
			return 0;
		self->state = IN_LONG_LINE;
		return size;
	}
	if (is_long) {
		self->state = IN_COMMAND;
		mistake(self, "500 5.5.2 line too long");
	} else {
		on_command(self, bytes, n);
	}
	return n + 1;
}

static void
take_answers(LmtpTalk *self)
{
	if (self->state != IN_WAIT || !lmtp_mail_is_answered(self->mail))
		return;
	for (guint i = 0; i < self->mail->n; i++)
		answer(self, self->mail->replies[i]);
	g_clear_pointer(&self->mail, lmtp_mail_unref);
	self->state = IN_COMMAND;
	self->n_done++;
	if (self->stopping)
		lmtp_talk_stop(self);
}

void
lmtp_talk_go_on(LmtpTalk *self)
{
	gsize at = 0;

	take_answers(self);
	while (at < self->in->len && self->state != IN_WAIT && self->state != IN_END && self->out->len < OUT_MAX) {
		const gsize n = self->state == IN_DATA ? take_data(self, self->in->str + at, self->in->len - at)
			: take_line(self, self->in->str + at, self->in->len - at);

		at += n;
		take_answers(self);
		if (n == 0)
			break;
	}
	g_string_erase(self->in, 0, self->state == IN_END ? -1 : (gssize)at);
}

void
lmtp_talk_feed(LmtpTalk *self, const guint8 *bytes, gsize size)
{
	if (self->state == IN_END)
		return;
	g_string_append_len(self->in, (const char *)bytes, (gssize)size);
	lmtp_talk_go_on(self);
}

GString *
lmtp_talk_out(LmtpTalk *self)
{
	return self->out;
}

void
lmtp_talk_stop(LmtpTalk *self)
{
	self->stopping = TRUE;
	if (self->state == IN_WAIT || self->state == IN_END)
		return;
	forget(self);
	answer(self, "421 4.3.2 we are stopping; try again later");
	self->state = IN_END;
}

gboolean
lmtp_talk_is_waiting(const LmtpTalk *self)
{
	return self->state == IN_WAIT;
}

gboolean
lmtp_talk_is_over(const LmtpTalk *self)
{
	return self->state == IN_END;
}

gboolean
lmtp_talk_is_full(const LmtpTalk *self)
{
	return self->in->len >= IN_MAX || self->out->len >= OUT_MAX;
}

guint64
lmtp_talk_progress(const LmtpTalk *self)
{
	return self->n_done + self->n_bytes / PROGRESS;
}
