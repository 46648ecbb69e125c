/* lmtp_talk.c - see lmtp_talk.h: bytes in and out, and the message itself. The commands: mail/lmtp_command.c. */
#include "mail/lmtp_inner.h"
#include <string.h>

enum {
	COMMAND_MAX = 2048,
	IN_MAX = 128 * 1024,  /* not looked at while a message waits for its answers */
	OUT_MAX = 64 * 1024,  /* not fetched by the client */
	MISTAKES_MAX = 20,
	PROGRESS = 4096,
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

void
lmtp_say(LmtpTalk *self, const char *reply)
{
	g_string_append(self->out, reply);
	g_string_append_len(self->out, "\r\n", 2);
}

void
lmtp_mistake(LmtpTalk *self, const char *reply)
{
	lmtp_say(self, reply);
	if (++self->n_mistakes <= MISTAKES_MAX)
		return;
	lmtp_say(self, "421 4.7.0 too many mistakes");
	self->state = IN_END;
}

void
lmtp_forget(LmtpTalk *self)
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
	lmtp_forget(self);
	lmtp_mail_unref(self->mail);
	g_ptr_array_unref(self->to);
	g_string_free(self->in, TRUE);
	g_string_free(self->out, TRUE);
	g_free(self);
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
			lmtp_say(self, self->too_large ? "552 5.3.4 larger than we take" : "452 4.3.1 no room for it now; try again later");
		lmtp_forget(self);
		self->state = IN_COMMAND;
		return;
	}
	g_ptr_array_add(self->to, NULL);
	self->mail = lmtp_mail_new(self->to, self->bell);
	self->to = g_ptr_array_new_with_free_func(g_free);
	lmtp_forget(self);
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
		lmtp_mistake(self, "500 5.5.2 line too long");
	} else {
		lmtp_command(self, bytes, n);
	}
	return n + 1;
}

static void
take_answers(LmtpTalk *self)
{
	if (self->state != IN_WAIT || !lmtp_mail_is_answered(self->mail))
		return;
	for (guint i = 0; i < self->mail->n; i++)
		lmtp_say(self, self->mail->replies[i]);
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
	lmtp_forget(self);
	lmtp_say(self, "421 4.3.2 we are stopping; try again later");
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
