/* imap_guard.c - see imap_wire.h. */
#include "mail/imap_wire.h"
#include <string.h>

enum {
	TEXT_MAX = 64 * 1024, /* of a line without its literals; ours are of some hundred bytes */
	NEST_MAX = 500,       /* parentheses in one answer: libetpan goes one call deeper for each */
};

void
imap_guard_begin(ImapGuard *self, guint64 literal_max, guint64 budget)
{
	self->literal_max = literal_max;
	self->budget = budget;
	g_clear_pointer(&self->words, g_free);
}

void
imap_guard_clear(ImapGuard *self)
{
	g_clear_pointer(&self->words, g_free);
}

/* "* 12 EXISTS": the word after the number. */
static const char *
numbered(const char *line)
{
	line += 2;
	while (g_ascii_isdigit(*line))
		line++;
	return *line == ' ' ? line + 1 : "";
}

static void
note(ImapGuard *self, const char *line)
{
	if (g_str_has_prefix(line, "* ")) {
		const char *word = g_ascii_isdigit(line[2]) ? numbered(line) : line + 2;

		if (g_ascii_strncasecmp(word, "EXISTS", 6) == 0 || g_ascii_strncasecmp(word, "EXPUNGE", 7) == 0 || g_ascii_strncasecmp(word, "VANISHED", 8) == 0)
			self->changed = TRUE;
		if (g_ascii_strncasecmp(line + 2, "BYE", 3) != 0)
			return;
		self->bye = TRUE;
		g_free(self->words);
		self->words = mail_words(line + 2);
	} else if (line[0] != '+' && !self->bye) {
		const char *space = strchr(line, ' ');

		g_free(self->words);
		self->words = mail_words(space != NULL ? space + 1 : line);
		if (self->opening)
			self->changed = self->opening = FALSE;
	}
}

/* The size in "...{123}" at the end of a line, of which @tail are the last bytes; FALSE: none is announced. More digits
 * than the tail holds are too many in any case. */
static gboolean
announced(const char *tail, guint64 *ret_size)
{
	const char *end = tail + strlen(tail), *p;

	if (end == tail || *--end != '}')
		return FALSE;
	if (end > tail && end[-1] == '+')
		end--;
	for (p = end; p > tail && g_ascii_isdigit(p[-1]); p--)
		;
	if (p == end || (p > tail && p[-1] != '{'))
		return FALSE;
	*ret_size = p > tail ? g_ascii_strtoull(p, NULL, 10) : G_MAXUINT64;
	return TRUE;
}

static const char *
end_of_line(ImapGuard *self, const char *tail)
{
	guint64 size;

	self->line_size = 0;
	if (announced(tail, &size)) {
		if (size > self->literal_max)
			return "announced more data than was asked for; given up";
		self->literal_left = size;
		self->in_line = TRUE;
		return NULL;
	}
	note(self, self->head);
	self->in_line = FALSE;
	self->n_open = 0;
	return NULL;
}

/* @self->head holds the line's begin, and in a line that goes on after a literal only that first begin; the last 24 bytes of
 * any line are kept apart, for the literal it may announce. */
static const char *
take(ImapGuard *self, char c)
{
	if (c == '\n') {
		char tail[25];
		const guint n = MIN(self->line_size, 24);

		for (guint i = 0; i < n; i++)
			tail[i] = self->tail[(self->line_size - n + i) % sizeof self->tail];
		tail[n] = '\0';
		g_strchomp(tail);
		return end_of_line(self, tail);
	}
	if (self->line_size >= TEXT_MAX)
		return "sent a line without end";
	if (c == '(' && ++self->n_open > NEST_MAX)
		return "sent an answer nested too deeply";
	if (!self->in_line && self->line_size < sizeof self->head - 1) {
		self->head[self->line_size] = c != '\0' ? c : '?';
		self->head[self->line_size + 1] = '\0';
	}
	self->tail[self->line_size++ % sizeof self->tail] = c != '\0' ? c : '?';
	return NULL;
}

const char *
imap_guard_feed(ImapGuard *self, const guint8 *bytes, gsize size)
{
	if (size > self->budget)
		return "sent far more than was asked for; given up";
	self->budget -= size;
	for (gsize i = 0; i < size;) {
		const gsize skip = MIN(self->literal_left, size - i);
		const char *wrong = NULL;

		if (skip > 0) {
			self->literal_left -= skip;
			i += skip;
			continue;
		}
		if ((wrong = take(self, (char)bytes[i++])) != NULL)
			return wrong;
	}
	return NULL;
}
