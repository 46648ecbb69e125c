/* quotes.c - the text cut into lines, the lines told apart, and the spans they make. How a quote begins is decided in
 * text/quotes_intro.c, how a signature does in text/quotes_sign.c. One pass over the lines; what is looked at around a
 * line is bounded, so that the time is linear. In doubt a line is the writer's own. */
#include "text/quotes_impl.h"

guint
blank_size(const char *p, const char *end)
{
	static const char *const wide[] = { "\xc2\xa0", "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x80\x8e", "\xe2\x80\x8f",
		"\xe2\x80\xaf", "\xe2\x81\xa0", "\xe3\x80\x80", "\xef\xbb\xbf", "\xe2\x80\x83", "\xe2\x80\x82" };

	if (p >= end)
		return 0;
	if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\f' || *p == '\v')
		return 1;
	if ((guchar)*p < 0xc2)
		return 0;
	for (guint i = 0; i < G_N_ELEMENTS(wide); i++) {
		gsize n = strlen(wide[i]);

		if ((gsize)(end - p) >= n && memcmp(p, wide[i], n) == 0)
			return (guint)n;
	}
	return 0;
}

/* The size of the blank that ends right before @end. */
static guint
blank_size_before(const char *p, const char *end)
{
	for (guint n = 1; n <= 3 && p + n <= end; n++)
		if (blank_size(end - n, end) == n)
			return n;
	return 0;
}

/* One character of which lines are drawn: - _ = * ~ # and the dashes of Unicode. */
static guint
rule_size(const char *p, const char *end)
{
	switch (*p) { /* of every line of every mail: no call each */
	case '-':
	case '_':
	case '=':
	case '*':
	case '~':
	case '#': return 1;
	default: break;
	}
	if (*p != '\xe2')
		return 0;
	if (end - p >= 3 && p[0] == '\xe2' && p[1] == '\x80' && (guchar)p[2] >= 0x90 && (guchar)p[2] <= 0x95)
		return 3;
	if (end - p >= 3 && p[0] == '\xe2' && p[1] == '\x94' && ((guchar)p[2] == 0x80 || (guchar)p[2] == 0x81))
		return 3;
	return 0;
}

gboolean
rule_is(const char *p, const char *end, guint *ret_n)
{
	*ret_n = 0;
	while (p < end) {
		guint n = rule_size(p, end);

		if (n > 0)
			(*ret_n)++;
		else if ((n = blank_size(p, end)) == 0)
			return FALSE;
		p += n;
	}
	return *ret_n > 0;
}

void
bare_of(const char **p, const char **end)
{
	guint n;

	while (*p < *end && ((n = rule_size(*p, *end)) > 0 || (n = blank_size(*p, *end)) > 0 || (n = **p == '|' || **p == '<' ? 1 : 0) > 0))
		*p += n;
	while (*p < *end) {
		if ((n = blank_size_before(*p, *end)) == 0 && rule_size(*end - 1, *end) == 1)
			n = 1;
		if (n == 0 && *end - *p >= 3 && rule_size(*end - 3, *end) == 3)
			n = 3;
		if (n == 0)
			break;
		*end -= n;
	}
}

static void
line_measure(const char *text, QuoteLine *line)
{
	const char *p = text + line->start, *end = text + line->end;
	guint n;

	while ((n = blank_size(p, end)) > 0)
		p += n;
	while (p < end && ((guchar)end[-1] <= ' ' || (guchar)end[-1] >= 0x80) && (n = blank_size_before(p, end)) > 0)
		end -= n;
	line->at = (guint32)(p - text);
	line->end = (guint32)(end - text);
	/* ">>> www.example.com <<<" is an ornament. */
	line->quoted = p < end && *p == '>' && !(end - p > 4 && end[-1] == '<' && end[-2] == '<');
}

static void
lines_read(QuoteText *t)
{
	g_autoptr(GArray) lines = g_array_sized_new(FALSE, FALSE, sizeof(QuoteLine), (guint)MIN(t->size / 32 + 8, QUOTE_MAX_LINES));
	gsize at = 0;

	while (at < t->size) {
		const char *newline = lines->len + 1 < QUOTE_MAX_LINES ? memchr(t->text + at, '\n', t->size - at) : NULL;
		gsize end = newline != NULL ? (gsize)(newline - t->text) : t->size;
		QuoteLine line = { .start = (guint32)at, .end = (guint32)end, .kind = SPAN_REPLY };

		line_measure(t->text, &line);
		g_array_append_val(lines, line);
		at = end + 1;
	}
	t->n = lines->len;
	t->lines = (QuoteLine *)g_array_free(g_steal_pointer(&lines), FALSE);
}

static void
mark(QuoteText *t, guint first, guint end, QuoteSpanKind kind)
{
	for (guint i = first; i < end; i++)
		t->lines[i].kind = (guint8)kind;
}

/* A link that the quoting program broke in two stands without ">" between quoted lines. */
static gboolean
is_broken_link(const QuoteText *t, guint i)
{
	const char *p = t->text + t->lines[i].at, *before;
	gsize n = t->lines[i].end - t->lines[i].at;

	if (i == 0 || i + 1 >= t->n || !t->lines[i - 1].quoted || !t->lines[i + 1].quoted)
		return FALSE;
	if (n > 5 && (*p == '(' || *p == '<') && strncmp(p + 1, "http", 4) == 0)
		return TRUE;
	before = t->text + t->lines[i - 1].end;
	for (const char *begin = t->text + t->lines[i - 1].at; before > begin; before--)
		if (before[-1] == '(' || before[-1] == '<' || before[-1] == ')' || before[-1] == '>')
			break;
	return before > t->text && (before[-1] == '(' || before[-1] == '<') && strncmp(before, "http", 4) == 0 && memchr(p, ' ', n) == NULL;
}

/* Announcements and what they announce. Returns whether there was any. */
static gboolean
mark_announced(QuoteText *t)
{
	gboolean any = FALSE;
	QuoteIntro intro;

	for (guint i = 0; i < t->n; i++) {
		guint next;

		if (!intro_find(t, i, &intro))
			continue;
		any = TRUE;
		if (intro.cut != 0)
			t->lines[intro.first].cut = intro.cut;
		mark(t, intro.first + (intro.cut != 0), intro.last + 1, SPAN_QUOTED);
		next = line_next(t, intro.last + 1);
		if (next < t->n && !t->lines[next].quoted && !intro_find(t, next, &intro)) {
			mark(t, next, t->n, SPAN_QUOTED); /* quoted as it stands, to the end */
			break;
		}
		i = next - 1;
	}
	return any;
}

/* Lines with ">". One alone, without any announcement, may be somebody's arrow. */
static void
mark_quoted(QuoteText *t, gboolean announced)
{
	guint n = 0, words = 0, first = line_next(t, 0);

	for (guint i = 0; i < t->n; i++) {
		const QuoteLine *line = &t->lines[i];
		guint32 at = line->at;

		if (!line->quoted)
			continue;
		n++;
		while (at < line->end && (t->text[at] == '>' || t->text[at] == ' '))
			at++;
		words += at < line->end;
	}
	if (n == 0 || (!announced && n == 1 && words == 1 && !t->lines[first].quoted))
		return;
	for (guint i = 0; i < t->n; i++)
		if (t->lines[i].quoted || is_broken_link(t, i))
			t->lines[i].kind = SPAN_QUOTED;
}

/* From the end upwards: what signs the last words, until there are words left. A signature at the very top would leave
 * nothing: it is one only where words were found elsewhere or where it was made by a machine. */
static void
mark_signatures(QuoteText *t)
{
	guint end = t->n;

	while (end > 0) {
		guint last = end - 1, first, sign;

		if (line_is_blank(t, last) || t->lines[last].kind != SPAN_REPLY) {
			end--;
			continue;
		}
		for (first = last; first > 0 && (t->lines[first - 1].kind == SPAN_REPLY) && t->lines[first - 1].cut == 0;)
			first--;
		end = first;
		while (line_is_blank(t, first))
			first++;
		sign = sign_find(t, first, last);
		mark(t, sign, last + 1, SPAN_SIGNATURE);
		if (sign > first)
			return;
	}
}

static void
put_span(GArray *spans, QuoteSpanKind kind, gsize start, gsize end)
{
	QuoteSpan *before = spans->len > 0 ? &g_array_index(spans, QuoteSpan, spans->len - 1) : NULL;
	QuoteSpan span = { kind, start, end };

	if (start >= end)
		return;
	if (before != NULL && before->kind == kind)
		before->end = end;
	else
		g_array_append_val(spans, span);
}

/* Blank lines go with what stands above them, those at the top with what follows. */
static GArray *
spans_of(const QuoteText *t)
{
	GArray *spans = g_array_new(FALSE, FALSE, sizeof(QuoteSpan));
	guint first = line_next(t, 0);
	QuoteSpanKind kind = first < t->n ? t->lines[first].kind : SPAN_REPLY;

	for (guint i = 0; i < t->n; i++) {
		const QuoteLine *line = &t->lines[i];
		gsize next = i + 1 < t->n ? t->lines[i + 1].start : t->size;

		if (!line_is_blank(t, i))
			kind = line->kind;
		if (line->cut != 0) {
			put_span(spans, kind, line->start, line->cut);
			put_span(spans, kind = SPAN_QUOTED, line->cut, next);
		} else {
			put_span(spans, kind, line->start, next);
		}
	}
	return spans;
}

GArray *
quotes_split(const char *text, gsize size)
{
	QuoteText t = { text, MIN(size, G_MAXUINT32 - 1), NULL, 0 };
	GArray *spans;

	lines_read(&t);
	mark_quoted(&t, mark_announced(&t));
	mark_signatures(&t);
	spans = spans_of(&t);
	if (size > t.size)
		put_span(spans, SPAN_REPLY, t.size, size);
	g_free(t.lines);
	return spans;
}

char *
quotes_text(const char *text, const GArray *spans, QuoteSpanKind kind)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *p, *end;

	for (guint i = 0; i < spans->len; i++) {
		const QuoteSpan *span = &g_array_index(spans, QuoteSpan, i);

		if (span->kind != kind)
			continue;
		if (out->len > 0 && out->str[out->len - 1] != '\n')
			g_string_append_c(out, '\n');
		g_string_append_len(out, text + span->start, (gssize)(span->end - span->start));
	}
	/* Blank lines go at both ends; what indents the first line stays. */
	p = out->str;
	end = out->str + out->len;
	for (const char *at = p; at < end;) {
		guint n = *at == '\n' ? 1 : blank_size(at, end);

		if (n == 0)
			break;
		at += n;
		if (at[-1] == '\n')
			p = at;
		else if (at >= end)
			p = end;
	}
	while (p < end) {
		guint n = end[-1] == '\n' ? 1 : blank_size_before(p, end);

		if (n == 0)
			break;
		end -= n;
	}
	return g_strndup(p, (gsize)(end - p));
}
