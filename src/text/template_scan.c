/* template_scan.c - a template's source as a row of tokens: text cut at line ends, tags by their sign, opening and closing
 * tags matched. What the tokens become: template_compile.c. */
#include "text/template_impl.h"
#include "base/err.h"
#include <string.h>

enum { MAX_DELIMITER = 16 };

typedef struct {
	const char *name, *at, *end;
	guint line;
	char open[MAX_DELIMITER], close[MAX_DELIMITER];
	GArray *tokens;
} Scan;

void
template_fault(GError **error, const char *name, guint line, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list ap;

	va_start(ap, format);
	message = g_strdup_vprintf(format, ap);
	va_end(ap);
	g_set_error(error, ERR, ERR_INVALID, "%s:%u: %s", name, line, message);
}

static void
add(Scan *scan, TokenKind kind, const char *text, gsize size, guint line)
{
	Token token = { kind, text, size, line, NO_MATE };

	g_array_append_val(scan->tokens, token);
}

static void
add_text(Scan *scan, const char *from, const char *to)
{
	while (from < to) {
		const char *line_end = memchr(from, '\n', to - from);
		const char *next = line_end != NULL ? line_end + 1 : to;

		add(scan, TOKEN_TEXT, from, next - from, scan->line);
		if (line_end != NULL)
			scan->line++;
		from = next;
	}
}

static void
trim(const char **text, gsize *size)
{
	while (*size > 0 && g_ascii_isspace((*text)[0])) {
		(*text)++;
		(*size)--;
	}
	while (*size > 0 && g_ascii_isspace((*text)[*size - 1]))
		(*size)--;
}

/* "<% %>" between the equal signs. */
static gboolean
set_delimiters(Scan *scan, const char *text, gsize size, GError **error)
{
	const char *gap, *rest;
	gsize rest_size;

	trim(&text, &size);
	for (gap = text; gap < text + size && !g_ascii_isspace(*gap); gap++)
		;
	rest = gap;
	rest_size = text + size - gap;
	trim(&rest, &rest_size);
	size = gap - text;
	if (size == 0 || rest_size == 0 || size >= MAX_DELIMITER || rest_size >= MAX_DELIMITER || memchr(rest, ' ', rest_size) != NULL ||
		memchr(text, '=', size) != NULL || memchr(rest, '=', rest_size) != NULL || memchr(text, '\0', size) != NULL ||
		memchr(rest, '\0', rest_size) != NULL || memchr(text, '\n', size) != NULL || memchr(rest, '\n', rest_size) != NULL) {
		template_fault(error, scan->name, scan->line, "delimiters are written {{=<%% %%>=}}, two words without =");
		return FALSE;
	}
	memcpy(scan->open, text, size);
	scan->open[size] = '\0';
	memcpy(scan->close, rest, rest_size);
	scan->close[rest_size] = '\0';
	return TRUE;
}

/* {{_ ...}}, {{_n ...}}, {{_@context ...}}: words; {{_name}} is a value. */
static gboolean
is_words(const char *text, gsize size)
{
	if (size < 2 || text[0] != '_')
		return FALSE;
	return g_ascii_isspace(text[1]) || text[1] == '@' || (size > 2 && text[1] == 'n' && g_ascii_isspace(text[2]));
}

static TokenKind
kind_of(char sign)
{
	return sign != '\0' && strchr("#^/><$!=&{", sign) != NULL ? (TokenKind)sign : TOKEN_VALUE;
}

/* One tag; scan->at stands behind the opening delimiter. */
static gboolean
read_tag(Scan *scan, GError **error)
{
	TokenKind kind = scan->at < scan->end ? kind_of(*scan->at) : TOKEN_VALUE;
	char close[MAX_DELIMITER + 1];
	const char *text = scan->at + (kind != TOKEN_VALUE), *stop;
	gsize size;
	guint line = scan->line;

	g_snprintf(close, sizeof close, "%s%s", *scan->at == '=' ? "=" : *scan->at == '{' ? "}" : "", scan->close);
	stop = text <= scan->end ? memmem(text, scan->end - text, close, strlen(close)) : NULL;
	if (stop == NULL) {
		template_fault(error, scan->name, line, "a tag that begins here is not ended by %s", close);
		return FALSE;
	}
	size = stop - text;
	for (const char *p = scan->at; p < stop; p++)
		scan->line += *p == '\n';
	scan->at = stop + strlen(close);
	if (kind == TOKEN_DELIMITERS) {
		add(scan, kind, text, size, line);
		return set_delimiters(scan, text, size, error);
	}
	trim(&text, &size);
	if ((int)kind == '{')
		kind = TOKEN_RAW;
	if ((kind == TOKEN_VALUE || kind == TOKEN_RAW) && is_words(text, size))
		kind = kind == TOKEN_RAW ? TOKEN_RAW_WORDS : TOKEN_WORDS;
	if (size == 0 && kind != TOKEN_COMMENT) {
		template_fault(error, scan->name, line, "a tag without a name");
		return FALSE;
	}
	add(scan, kind, text, size, line);
	return TRUE;
}

/* A section is closed by its whole content or by what stands before the first formatter. */
static gboolean
closes(const Token *open, const Token *close)
{
	const char *bar = memchr(open->text, '|', open->size);
	gsize size = bar != NULL ? (gsize)(bar - open->text) : open->size;

	if (open->size == close->size && memcmp(open->text, close->text, close->size) == 0)
		return TRUE;
	while (size > 0 && g_ascii_isspace(open->text[size - 1]))
		size--;
	return size == close->size && memcmp(open->text, close->text, size) == 0;
}

static gboolean
match(const Scan *scan, GError **error)
{
	guint open[MAX_NESTING], depth = 0;

	for (guint i = 0; i < scan->tokens->len; i++) {
		Token *token = &g_array_index(scan->tokens, Token, i);

		if (strchr("#^<$", token->kind) != NULL) {
			if (depth == MAX_NESTING) {
				template_fault(error, scan->name, token->line, "tags are nested more than %d deep", MAX_NESTING);
				return FALSE;
			}
			open[depth++] = i;
		} else if (token->kind == TOKEN_CLOSE) {
			Token *opener = depth > 0 ? &g_array_index(scan->tokens, Token, open[depth - 1]) : NULL;

			if (opener == NULL || !closes(opener, token)) {
				if (opener == NULL)
					template_fault(error, scan->name, token->line, "{{/%.*s}} closes nothing", (int)token->size, token->text);
				else
					template_fault(error, scan->name, token->line, "{{/%.*s}} where {{%c%.*s}} of line %u is open", (int)token->size,
						token->text, (char)opener->kind, (int)opener->size, opener->text, opener->line);
				return FALSE;
			}
			opener->mate = i;
			token->mate = open[--depth];
		}
	}
	if (depth > 0) {
		const Token *opener = &g_array_index(scan->tokens, Token, open[depth - 1]);

		template_fault(error, scan->name, opener->line, "{{%c%.*s}} is never closed", (char)opener->kind, (int)opener->size, opener->text);
		return FALSE;
	}
	return TRUE;
}

gboolean
template_scan(const char *name, const char *source, gsize size, GArray *ret_tokens, GError **error)
{
	Scan scan = { name, source, source + size, 1, "{{", "}}", ret_tokens };

	while (scan.at < scan.end) {
		const char *tag = memmem(scan.at, scan.end - scan.at, scan.open, strlen(scan.open));

		add_text(&scan, scan.at, tag != NULL ? tag : scan.end);
		if (tag == NULL)
			break;
		scan.at = tag + strlen(scan.open);
		if (scan.at == scan.end) {
			template_fault(error, name, scan.line, "a tag that begins here is not ended");
			return FALSE;
		}
		if (!read_tag(&scan, error))
			return FALSE;
	}
	return match(&scan, error);
}
