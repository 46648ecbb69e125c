/* Who a mail is, from its raw bytes in pieces: the fields that do not change on the way, and the body. What it says:
 * message.c. */
#include "mail/message.h"
#include <sodium.h>
#include <string.h>

enum {
	DIGEST = 32,
	NAME_MAX_BYTES = 1000, /* a line without a colon by then is no header */
	LINE_MAX_BYTES = 65536,
};
static const char *const told[] = { "message-id", "from", "date", "subject" };
/* Added on the way: they tell the way, not the mail. */
static const char *const travel[] = { "received", "return-path", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to",
	"authentication-results", "dkim-signature", "x-received", "status", "x-status", "x-uid", "x-keywords", "content-length", "lines" };

struct _MailIdentity {
	crypto_generichash_state body, rest; /* rest: every other header, for mails that have none of those told */
	GString *line;			     /* of the header, so far */
	gsize line_bytes;		     /* with those that were too many to keep */
	GString *values[G_N_ELEMENTS(told)];
	gboolean has[G_N_ELEMENTS(told)];
	int current; /* which of told the line continues; -1: another, -2: one of travel */
	gboolean in_body, began;
	gboolean at_line_start; /* of the body: ">" and "From " are held back */
	gsize n_quotes, n_from, n_newlines;
	guint8 some[1024]; /* of the body, to be hashed together: its lines are short */
	gsize n_some;
};

MailIdentity *
mail_identity_new(void)
{
	MailIdentity *self = g_aligned_alloc0(1, sizeof *self, 64);

	crypto_generichash_init(&self->body, NULL, 0, DIGEST);
	crypto_generichash_init(&self->rest, NULL, 0, DIGEST);
	self->line = g_string_new(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(told); i++)
		self->values[i] = g_string_new(NULL);
	self->current = -1;
	self->at_line_start = TRUE;
	return self;
}

void
mail_identity_free(MailIdentity *self)
{
	if (self == NULL)
		return;
	g_string_free(self->line, TRUE);
	for (guint i = 0; i < G_N_ELEMENTS(told); i++)
		g_string_free(self->values[i], TRUE);
	g_aligned_free(self);
}

static void
body_hash(MailIdentity *self, const guint8 *bytes, gsize size)
{
	if (size > sizeof self->some - self->n_some) {
		crypto_generichash_update(&self->body, self->some, self->n_some);
		self->n_some = 0;
	}
	if (size > sizeof self->some) {
		crypto_generichash_update(&self->body, bytes, size);
		return;
	}
	memcpy(self->some + self->n_some, bytes, size);
	self->n_some += size;
}

static void
body_add(MailIdentity *self, const guint8 *bytes, gsize size)
{
	static const guint8 newlines[] = "\n\n\n\n\n\n\n\n";

	/* Newlines at the very end come and go with mbox files: they count once something follows. */
	while (size > 0 && self->n_newlines > 0) {
		gsize n = MIN(self->n_newlines, sizeof newlines - 1);

		body_hash(self, newlines, n);
		self->n_newlines -= n;
	}
	body_hash(self, bytes, size);
}

/* What was held back at the start of a line: without its ">" if it is a "From " that an mbox quotes. */
static void
body_release(MailIdentity *self)
{
	static const guint8 from[] = "From ", quotes[] = ">>>>>>>>";

	while (self->n_from < 5 && self->n_quotes > 0) {
		gsize n = MIN(self->n_quotes, sizeof quotes - 1);

		body_add(self, quotes, n);
		self->n_quotes -= n;
	}
	if (self->n_from > 0)
		body_add(self, from, self->n_from);
	self->n_quotes = self->n_from = 0;
	self->at_line_start = FALSE;
}

static void
body_feed(MailIdentity *self, const guint8 *p, const guint8 *end)
{
	while (p < end) {
		const guint8 *stop;

		if (*p == '\r') {
			p++;
			continue;
		}
		if (*p == '\n') {
			body_release(self);
			self->n_newlines++;
			self->at_line_start = TRUE;
			p++;
			continue;
		}
		if (self->at_line_start) {
			if (self->n_from == 0 && *p == '>') {
				self->n_quotes++;
				p++;
				continue;
			}
			if (*p == (guint8) "From "[self->n_from]) {
				p++;
				if (++self->n_from == 5)
					body_release(self);
				continue;
			}
			body_release(self);
		}
		stop = memchr(p, '\n', (gsize)(end - p));
		stop = stop != NULL ? stop : end;
		while (p < stop) {
			const guint8 *cr = memchr(p, '\r', (gsize)(stop - p));

			cr = cr != NULL ? cr : stop;
			body_add(self, p, (gsize)(cr - p));
			p = cr < stop ? cr + 1 : stop;
		}
	}
}

static void
body_begin(MailIdentity *self, gboolean with_line)
{
	self->in_body = TRUE;
	if (with_line)
		body_feed(self, (const guint8 *)self->line->str, (const guint8 *)self->line->str + self->line->len);
	g_string_truncate(self->line, 0);
}

/* The length of a field's name at the start of a line; 0: it is no field. */
static gsize
name_length(const char *line, gsize size)
{
	gsize n = 0;

	while (n < size && (guint8)line[n] > ' ' && (guint8)line[n] < 127 && line[n] != ':')
		n++;
	for (gsize i = n; i < size; i++)
		if (line[i] == ':')
			return n;
		else if (line[i] != ' ' && line[i] != '\t')
			break;
	return 0;
}

static int
field_of(MailIdentity *self, const char *name, gsize size)
{
	for (guint i = 0; i < G_N_ELEMENTS(told); i++)
		if (strlen(told[i]) == size && g_ascii_strncasecmp(told[i], name, size) == 0) {
			/* The first counts, as for who reads it. */
			if (self->has[i])
				return -1;
			self->has[i] = TRUE;
			return (int)i;
		}
	for (guint i = 0; i < G_N_ELEMENTS(travel); i++)
		if (strlen(travel[i]) == size && g_ascii_strncasecmp(travel[i], name, size) == 0)
			return -2;
	return -1;
}

/* Folding and spaces differ from way to way: they do not count. */
static void
without_spaces(GString *text)
{
	gsize n = 0;

	for (gsize i = 0; i < text->len; i++)
		if (!g_ascii_isspace(text->str[i]))
			text->str[n++] = text->str[i];
	g_string_truncate(text, n);
}

static void
header_line(MailIdentity *self)
{
	gboolean folded = self->line->len > 0 && (self->line->str[0] == ' ' || self->line->str[0] == '\t');
	gsize n = 0;

	if (self->line->len == 0) {
		body_begin(self, FALSE);
		return;
	}
	if (!self->began && (g_str_has_prefix(self->line->str, "From ") || g_str_has_prefix(self->line->str, ">From "))) {
		self->began = TRUE;
		return;
	}
	if (!folded) {
		n = name_length(self->line->str, self->line->len);
		if (n == 0) {
			g_string_append_c(self->line, '\n');
			body_begin(self, TRUE);
			return;
		}
		self->current = field_of(self, self->line->str, n);
	} else if (!self->began) {
		g_string_append_c(self->line, '\n');
		body_begin(self, TRUE);
		return;
	}
	self->began = TRUE;
	if (self->current >= 0)
		g_string_erase(self->line, 0, folded ? 0 : (gssize)n + 1);
	without_spaces(self->line);
	if (self->current >= 0 && self->values[self->current]->len < LINE_MAX_BYTES)
		g_string_append_len(self->values[self->current], self->line->str, (gssize)self->line->len);
	if (self->current == -1)
		crypto_generichash_update(&self->rest, (const guint8 *)self->line->str, self->line->len);
}

static const guint8 *
header_feed(MailIdentity *self, const guint8 *p, const guint8 *end)
{
	while (p < end && !self->in_body) {
		guint8 c = *p++;

		if (c == '\n') {
			header_line(self);
			g_string_truncate(self->line, 0);
		} else if (c != '\r' && self->line->len < NAME_MAX_BYTES / 2) { /* nearly always: as much of the line as is here at once */
			const guint8 *from = p - 1, *most = from + MIN((gsize)(end - from), NAME_MAX_BYTES / 2 - self->line->len);

			while (p < most && *p != '\n' && *p != '\r')
				p++;
			g_string_append_len(self->line, (const char *)from, (gssize)(p - from));
		} else if (c != '\r' && self->line->len < LINE_MAX_BYTES) {
			g_string_append_c(self->line, (char)c);
			if (self->line->len == NAME_MAX_BYTES && (self->line->str[0] != ' ' && self->line->str[0] != '\t') &&
				name_length(self->line->str, self->line->len) == 0)
				body_begin(self, TRUE);
		}
	}
	return p;
}

void
mail_identity_feed(MailIdentity *self, const guint8 *bytes, gsize size)
{
	const guint8 *p = bytes, *end;

	if (size == 0)
		return;
	end = bytes + size;
	if (!self->in_body)
		p = header_feed(self, p, end);
	body_feed(self, p, end);
}

void
mail_identity_end(MailIdentity *self, char ret_hex[65])
{
	crypto_generichash_state all;
	guint8 digest[DIGEST];
	gboolean nameless = TRUE;

	if (!self->in_body)
		header_line(self);
	body_release(self);
	crypto_generichash_init(&all, NULL, 0, DIGEST);
	for (guint i = 0; i < G_N_ELEMENTS(told); i++) {
		nameless = nameless && self->values[i]->len == 0;
		crypto_generichash_update(&all, (const guint8 *)self->values[i]->str, self->values[i]->len + 1);
	}
	if (nameless) {
		crypto_generichash_final(&self->rest, digest, sizeof digest);
		crypto_generichash_update(&all, digest, sizeof digest);
	}
	crypto_generichash_update(&self->body, self->some, self->n_some);
	crypto_generichash_final(&self->body, digest, sizeof digest);
	crypto_generichash_update(&all, digest, sizeof digest);
	crypto_generichash_final(&all, digest, sizeof digest);
	sodium_bin2hex(ret_hex, 65, digest, sizeof digest);
}
