/* json_read.c - text to a value, RFC 8259 to the letter. Strangers' text comes through json_read() of json.h, which bounds its
 * depth first; the database's and our own through json_loads(). */
#include "base/json_impl.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { DEEPEST = 512, FEW = 32, NUMBER = 64 };

typedef struct {
	const char *begin, *at, *end;
	guint flags, depth;
	json_error_t *why;
	GString *word; /* of texts with escapes; made when the first comes */
} Reader;

static json_t *read_value(Reader *self);

/* @at: what was looked at so far. */
static gpointer
fail(Reader *self, const char *at, const char *text)
{
	json_error_t *why = self->why;

	if (why == NULL)
		return NULL;
	why->line = 1;
	why->column = 0;
	g_strlcpy(why->text, text, sizeof why->text);
	for (const char *p = self->begin; p < at; p++) {
		if (*p == '\n')
			why->line++, why->column = 0;
		else if (((guchar)*p & 0xc0) != 0x80)
			why->column++;
	}
	return NULL;
}

static void
skip_space(Reader *self)
{
	while (self->at < self->end && (*self->at == ' ' || *self->at == '\n' || *self->at == '\r' || *self->at == '\t'))
		self->at++;
}

/* ---- texts ------------------------------------------------------------------------------------------------------------- */

static int
read_hex4(const char *at, const char *end)
{
	int code = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		const int digit = g_ascii_xdigit_value(at[i]);

		if (digit < 0)
			return -1;
		code = code * 16 + digit;
	}
	return code;
}

/* Behind "\u": appends the character, answers where it ended; NULL for what is none. */
static const char *
read_unicode(GString *out, const char *at, const char *end)
{
	const int code = read_hex4(at, end);
	int low;

	if (code < 0 || (code >= 0xdc00 && code <= 0xdfff))
		return NULL;
	at += 4;
	if (code < 0xd800 || code > 0xdbff) {
		if (code == 0)
			g_string_append_c(out, '\0');
		else
			g_string_append_unichar(out, (gunichar)code);
		return at;
	}
	if (end - at < 6 || at[0] != '\\' || at[1] != 'u' || (low = read_hex4(at + 2, end)) < 0xdc00 || low > 0xdfff)
		return NULL;
	g_string_append_unichar(out, 0x10000 + ((gunichar)(code - 0xd800) << 10) + (gunichar)(low - 0xdc00));
	return at + 6;
}

static const char *
read_escape(GString *out, const char *at, const char *end)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (at == end || *at == '\0')
		return NULL;
	if (*at == 'u')
		return read_unicode(out, at + 1, end);
	if ((found = strchr(from, *at)) == NULL)
		return NULL;
	g_string_append_c(out, to[found - from]);
	return at + 1;
}

/* Where the text that begins at @p ends: its quote, which has no backslash before it. NULL when it does not end. */
static const char *
text_end(const char *p, const char *end, gboolean *ret_plain)
{
	*ret_plain = TRUE;
	for (; p < end && *p != '"'; p++)
		if (*p == '\\') {
			*ret_plain = FALSE;
			if (++p == end)
				return NULL;
		}
	return p < end ? p : NULL;
}

static gboolean
unescape(Reader *self, const char *from, const char *to)
{
	if (self->word == NULL)
		self->word = g_string_new(NULL);
	g_string_truncate(self->word, 0);
	while (from < to) {
		const char *slash = memchr(from, '\\', (gsize)(to - from)), *stop = slash != NULL ? slash : to;

		g_string_append_len(self->word, from, stop - from);
		if (slash == NULL)
			return TRUE;
		if ((from = read_escape(self->word, slash + 1, to)) == NULL) {
			fail(self, slash + 1, "this is no escape");
			return FALSE;
		}
	}
	return TRUE;
}

/* At a quote. The text stays where it was read, or in self->word until the next one is read. */
static const char *
read_text(Reader *self, gsize *ret_size)
{
	const char *from = self->at + 1, *to, *bad;
	gboolean plain;

	if ((to = text_end(from, self->end, &plain)) == NULL)
		return fail(self, self->end, "a text does not end");
	for (const char *p = from; p < to; p++)
		if ((guchar)*p < ' ')
			return fail(self, p + 1, "a text holds a control character: write it as an escape");
	if (!g_utf8_validate_len(from, (gsize)(to - from), &bad))
		return fail(self, bad, "a text is not UTF-8");
	self->at = to + 1;
	*ret_size = (gsize)(to - from);
	if (plain)
		return from;
	if (!unescape(self, from, to))
		return NULL;
	if (memchr(self->word->str, '\0', self->word->len) != NULL && (self->flags & JSON_ALLOW_NUL) == 0)
		return fail(self, self->at, "a text may not hold the character \\u0000");
	*ret_size = self->word->len;
	return self->word->str;
}

/* ---- numbers ----------------------------------------------------------------------------------------------------------- */

static const char *
digits(const char *p, const char *end)
{
	while (p < end && g_ascii_isdigit(*p))
		p++;
	return p;
}

/* Where the number at @p ends; NULL for what is none. */
static const char *
number_end(const char *p, const char *end, gboolean *ret_real)
{
	const char *from;

	*ret_real = FALSE;
	p += *p == '-';
	if (p == end || !g_ascii_isdigit(*p))
		return NULL;
	p = *p == '0' ? p + 1 : digits(p, end);
	if (p < end && *p == '.') {
		from = p + 1;
		if ((p = digits(from, end)) == from)
			return NULL;
		*ret_real = TRUE;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		from = p;
		if ((p = digits(from, end)) == from)
			return NULL;
		*ret_real = TRUE;
	}
	return p;
}

static json_t *
read_number(Reader *self)
{
	gboolean is_real;
	const char *from = self->at, *to = number_end(from, self->end, &is_real);
	g_autofree char *large = NULL;
	char small[NUMBER], *text = small;

	if (to == NULL)
		return fail(self, from + 1, "this is no number");
	if (to - from >= NUMBER)
		text = large = g_malloc((gsize)(to - from) + 1);
	memcpy(text, from, (gsize)(to - from));
	text[to - from] = '\0';
	self->at = to;
	errno = 0;
	if (is_real) {
		const double value = g_ascii_strtod(text, NULL);

		return isfinite(value) ? json_real(value) : fail(self, to, "a number is too large");
	} else {
		const gint64 value = g_ascii_strtoll(text, NULL, 10);

		return errno == 0 ? json_integer(value) : fail(self, to, "a whole number is too large");
	}
}

/* ---- objects and lists ------------------------------------------------------------------------------------------------- */

/* Names read so far, once they are many: looking through a row for each would take a stranger's large object for ever. */
static gboolean
is_new(GHashTable **seen, json_t *object, const char *name, gsize size)
{
	const gsize n = json_object_size(object);

	if (n < FEW)
		return json_object_getn(object, name, size) == NULL;
	if (*seen == NULL) {
		*seen = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
		for (gsize i = 0; i < n; i++) {
			gsize length;
			const char *key = json_object_key_at(object, i, &length);

			g_hash_table_add(*seen, g_bytes_new(key, length));
		}
	}
	return g_hash_table_add(*seen, g_bytes_new(name, size));
}

/* At its name's quote. */
static gboolean
read_member(Reader *self, json_t *object, GHashTable **seen)
{
	gsize size;
	const char *name = read_text(self, &size);
	g_autofree char *copy = NULL;
	json_t *value;
	gboolean fresh;

	if (name == NULL)
		return FALSE;
	fresh = is_new(seen, object, name, size);
	if (!fresh && (self->flags & JSON_REJECT_DUPLICATES) != 0) {
		fail(self, self->at, "an object has a name twice");
		return FALSE;
	}
	if (self->word != NULL && name == self->word->str)
		name = copy = g_memdup2(name, size + 1);
	skip_space(self);
	if (self->at == self->end || *self->at != ':') {
		fail(self, self->at, "':' is missing behind a name");
		return FALSE;
	}
	self->at++;
	skip_space(self);
	if ((value = read_value(self)) == NULL)
		return FALSE;
	if (fresh)
		json_object_append(object, json_key_n(name, size, FALSE), value);
	else
		json_object_put(object, json_key_n(name, size, FALSE), value);
	return TRUE;
}

/* Behind a member or an element: TRUE and on to the next one, or @ret_end. */
static gboolean
read_comma(Reader *self, char close, gboolean *ret_end)
{
	skip_space(self);
	if (self->at < self->end && *self->at == close) {
		self->at++;
		*ret_end = TRUE;
		return TRUE;
	}
	if (self->at == self->end || *self->at != ',') {
		fail(self, self->at, close == '}' ? "',' or '}' is missing" : "',' or ']' is missing");
		return FALSE;
	}
	self->at++;
	skip_space(self);
	return TRUE;
}

static json_t *
read_object(Reader *self)
{
	g_autoptr(json_t) object = json_object();
	g_autoptr(GHashTable) seen = NULL;
	gboolean end = FALSE;

	self->at++;
	skip_space(self);
	if (self->at < self->end && *self->at == '}') {
		self->at++;
		return g_steal_pointer(&object);
	}
	while (!end) {
		if (self->at == self->end || *self->at != '"')
			return fail(self, self->at, "a name in quotes is missing");
		if (!read_member(self, object, &seen) || !read_comma(self, '}', &end))
			return NULL;
	}
	return g_steal_pointer(&object);
}

static json_t *
read_list(Reader *self)
{
	g_autoptr(json_t) list = json_array();
	gboolean end = FALSE;

	self->at++;
	skip_space(self);
	if (self->at < self->end && *self->at == ']') {
		self->at++;
		return g_steal_pointer(&list);
	}
	while (!end) {
		json_t *value = read_value(self);

		if (value == NULL)
			return NULL;
		json_array_append_new(list, value);
		if (!read_comma(self, ']', &end))
			return NULL;
	}
	return g_steal_pointer(&list);
}

static json_t *
read_word(Reader *self)
{
	static const struct {
		const char *word;
		json_t *value;
	} words[] = { { "true", &json_the_true }, { "false", &json_the_false }, { "null", &json_the_null } };

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		const gsize size = strlen(words[i].word);

		if ((gsize)(self->end - self->at) >= size && memcmp(self->at, words[i].word, size) == 0) {
			self->at += size;
			return words[i].value;
		}
	}
	return fail(self, self->at < self->end ? self->at + 1 : self->at, self->at < self->end ? "this is no JSON" : "it ends too early");
}

static json_t *
read_value(Reader *self)
{
	const char *text;
	json_t *value;
	gsize size;

	switch (self->at < self->end ? *self->at : '\0') {
	case '"': return (text = read_text(self, &size)) != NULL ? json_stringn_nocheck(text, size) : NULL;
	case '{':
	case '[':
		if (self->depth == DEEPEST)
			return fail(self, self->at, "it is nested too deep");
		self->depth++;
		value = *self->at == '{' ? read_object(self) : read_list(self);
		self->depth--;
		return value;
	default: return self->at < self->end && (*self->at == '-' || g_ascii_isdigit(*self->at)) ? read_number(self) : read_word(self);
	}
}

json_t *
json_loadb(const char *text, gsize size, guint flags, json_error_t *ret_why)
{
	Reader self = { .begin = text, .at = text, .end = text + size, .flags = flags, .why = ret_why };
	g_autoptr(json_t) value = NULL;

	if (text == NULL)
		return NULL;
	skip_space(&self);
	if ((flags & JSON_DECODE_ANY) == 0 && self.at < self.end && *self.at != '{' && *self.at != '[')
		fail(&self, self.at, "an object or a list is expected");
	else
		value = read_value(&self);
	if (self.word != NULL)
		g_string_free(self.word, TRUE);
	skip_space(&self);
	if (value != NULL && self.at < self.end)
		return fail(&self, self.at + 1, "something stands behind the end");
	return g_steal_pointer(&value);
}

json_t *
json_loads(const char *text, guint flags, json_error_t *ret_why)
{
	return text != NULL ? json_loadb(text, strlen(text), flags, ret_why) : NULL;
}
