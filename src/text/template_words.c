/* template_words.c - translatable words: `{{_ %name% wrote at %at|time%}}` as turns of text and values, one row of them for
 * each language (and plural form), made when the template is compiled, so that showing them costs nothing more. */
#include "text/template_impl.h"
#include "base/err.h"
#include <string.h>

guint
template_language(const TemplateSet *set, const char *lang)
{
	for (guint i = 1; lang != NULL && i < set->languages->len; i++)
		if (g_array_index(set->languages, Language, i).lang[0] == lang[0] && strcmp(g_array_index(set->languages, Language, i).lang, lang) == 0)
			return i;
	return 0;
}

/* Which plural form @n takes, as in the Plural-Forms of gettext's catalogues. */
guint
template_plural(const char *lang, gint64 n)
{
	guint64 count = n < 0 ? -(guint64)n : (guint64)n;

	if (strcmp(lang, "fr") == 0)
		return count > 1;
	if (strcmp(lang, "pl") == 0 || strcmp(lang, "uk") == 0) {
		if (strcmp(lang, "pl") == 0 ? count == 1 : count % 10 == 1 && count % 100 != 11)
			return 0;
		return count % 10 >= 2 && count % 10 <= 4 && (count % 100 < 12 || count % 100 > 14) ? 1 : 2;
	}
	if (strcmp(lang, "cs") == 0)
		return count == 1 ? 0 : count >= 2 && count <= 4 ? 1 : 2;
	if (strcmp(lang, "ja") == 0 || strcmp(lang, "zh") == 0 || strcmp(lang, "ko") == 0)
		return 0;
	return count != 1;
}

const char *
template_set_translate(const TemplateSet *set, const char *lang, const char *text)
{
	GHashTable *words = g_array_index(set->languages, Language, template_language(set, lang)).words;
	const char *found = g_hash_table_size(words) > 0 ? g_hash_table_lookup(words, text) : NULL;

	return found != NULL ? found : text;
}

gboolean
template_set_knows(const TemplateSet *set, const char *text)
{
	for (guint i = 0; i < set->languages->len; i++)
		if (g_hash_table_contains(g_array_index(set->languages, Language, i).words, text))
			return TRUE;
	return FALSE;
}

const char *
template_set_translate_n(const TemplateSet *set, const char *lang, const char *one, const char *many, gint64 n)
{
	guint index = template_language(set, lang);
	const Language *language = &g_array_index(set->languages, Language, index);
	char key[256];
	const char *found;

	if (g_hash_table_size(language->words) == 0)
		return n == 1 || n == -1 ? one : many;
	g_snprintf(key, sizeof key, "%s\005%u", one, template_plural(language->lang, n));
	found = g_hash_table_lookup(language->words, key);
	if (found != NULL)
		return found;
	return n == 1 || n == -1 ? one : many;
}

static char *
one_line(const char *text, gsize size)
{
	GString *out = g_string_sized_new(size);

	for (gsize i = 0; i < size; i++) {
		if (g_ascii_isspace(text[i])) {
			if (out->len > 0 && out->str[out->len - 1] != ' ')
				g_string_append_c(out, ' ');
		} else if (text[i] != '\0') {
			g_string_append_c(out, text[i]);
		}
	}
	while (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

/* The closing per cent sign of a value that begins at @text, or NULL: "50 % off" and "100%" hold none. */
static const char *
value_end(const char *text)
{
	if (!g_ascii_isalpha(text[1]) && strchr("_.@'\"", text[1]) == NULL)
		return NULL;
	if (text[1] == '\0')
		return NULL;
	return strchr(text + 1, '%');
}

static void
add_text(TemplateSet *set, GArray *pieces, GString *text, gboolean raw)
{
	g_autoptr(GString) escaped = g_string_new(NULL);
	Piece piece = { NULL, 0, NULL, FALSE };

	if (text->len == 0)
		return;
	if (raw)
		g_string_append_len(escaped, text->str, text->len);
	else
		template_escape(escaped, text->str, text->len);
	piece.text = template_intern(set, escaped->str, escaped->len);
	piece.size = escaped->len;
	g_array_append_val(pieces, piece);
	g_string_truncate(text, 0);
}

static gboolean
compile_phrase(TemplateSet *set, const char *text, gboolean raw, gboolean counts, Phrase *ret_phrase, const char *name, guint line, GError **error)
{
	g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
	g_autoptr(GString) plain = g_string_new(NULL);

	for (const char *at = text; *at != '\0'; at++) {
		Piece piece = { NULL, 0, NULL, FALSE };
		const char *end;

		if (at[0] == '%' && at[1] == '%') {
			g_string_append_c(plain, '%');
			at++;
			continue;
		}
		end = at[0] == '%' ? value_end(at) : NULL;
		if (end == NULL) {
			g_string_append_c(plain, *at);
			continue;
		}
		add_text(set, pieces, plain, raw);
		piece.is_count = counts && end - at == 2 && at[1] == 'n';
		if (!piece.is_count) {
			piece.expr = template_expr(set, at + 1, end - at - 1, name, line, error);
			if (piece.expr == NULL)
				return FALSE;
		}
		g_array_append_val(pieces, piece);
		at = end;
	}
	add_text(set, pieces, plain, raw);
	ret_phrase->n = pieces->len;
	ret_phrase->pieces = template_own(set, MAX(pieces->len, 1) * sizeof(Piece));
	if (pieces->len > 0)
		memcpy(ret_phrase->pieces, pieces->data, pieces->len * sizeof(Piece));
	return TRUE;
}

/* The bar that ends a form: not one inside %value|formatter%. */
static char *
next_bar(char *text)
{
	for (char *at = text; *at != '\0'; at++) {
		if (at[0] == '%' && at[1] == '%') {
			at++;
		} else if (at[0] == '%' && value_end(at) != NULL) {
			at = (char *)value_end(at);
		} else if (at[0] == '|') {
			return at;
		}
	}
	return NULL;
}

typedef struct {
	char *count, *one, *many; /* plural; into @whole */
	const char *key;          /* the catalogue's msgid */
} Parts;

static gboolean
split_plural(char *whole, Parts *parts)
{
	char *bar = strchr(whole, '|'), *second = bar != NULL ? next_bar(bar + 1) : NULL;

	if (second == NULL || next_bar(second + 1) != NULL)
		return FALSE;
	*bar = *second = '\0';
	parts->count = g_strstrip(whole);
	parts->one = g_strstrip(bar + 1);
	parts->many = g_strstrip(second + 1);
	return *parts->count != '\0' && *parts->one != '\0' && *parts->many != '\0';
}

static const Words *
compile_plural(TemplateSet *set, const Parts *parts, gboolean raw, const char *name, guint line, GError **error)
{
	guint n_phrases = set->languages->len * MAX_FORMS;
	Words *words = template_own(set, sizeof *words + n_phrases * sizeof(Phrase));
	g_autofree char *text = g_strdup_printf("%s\005%s", parts->one, parts->many);

	words->n_phrases = n_phrases;
	words->count = template_expr(set, parts->count, strlen(parts->count), name, line, error);
	if (words->count == NULL)
		return NULL;
	for (guint i = 0; i < n_phrases; i++) {
		const Language *language = &g_array_index(set->languages, Language, i / MAX_FORMS);
		g_autofree char *key = g_strdup_printf("%s\005%u", parts->one, i % MAX_FORMS);
		const char *found = g_hash_table_lookup(language->words, key);

		/* Untranslated: the source's two forms, by the language's own rule; good enough to be read. */
		if (found == NULL)
			found = i % MAX_FORMS == 0 ? parts->one : parts->many;
		if (!compile_phrase(set, found, raw, TRUE, &words->phrases[i], name, line, error))
			return NULL;
	}
	g_hash_table_add(set->texts, (gpointer)template_intern(set, text, strlen(text)));
	return words;
}

static const Words *
compile_plain(TemplateSet *set, const char *key, const char *text, gboolean raw, const char *name, guint line, GError **error)
{
	guint n_phrases = set->languages->len * MAX_FORMS;
	Words *words = template_own(set, sizeof *words + n_phrases * sizeof(Phrase));

	words->n_phrases = n_phrases;
	for (guint i = 0; i < set->languages->len; i++) {
		const char *found = g_hash_table_lookup(g_array_index(set->languages, Language, i).words, key);

		if (!compile_phrase(set, found != NULL ? found : text, raw, FALSE, &words->phrases[i * MAX_FORMS], name, line, error))
			return NULL;
	}
	g_hash_table_add(set->texts, (gpointer)template_intern(set, key, strlen(key)));
	return words;
}

const Words *
template_words(TemplateSet *set, const char *text, gsize size, gboolean raw, const char *name, guint line, GError **error)
{
	g_autofree char *whole = one_line(text + 1, size - 1);
	char *at = whole, *gap;
	const char *context = NULL;
	g_autofree char *key = NULL;
	Parts parts = { NULL, NULL, NULL, NULL };

	/* one_line() took the space behind the underscore: "n x|.." is told from a text that begins with n by the source. */
	if (size > 2 && text[1] == 'n' && g_ascii_isspace(text[2])) {
		if (!split_plural(whole + 1, &parts)) {
			template_fault(error, name, line, "plural words are written {{_n name|%%n%% one|%%n%% many}}");
			return NULL;
		}
		return compile_plural(set, &parts, raw, name, line, error);
	}
	if (text[1] == '@') {
		gap = strchr(whole, ' ');
		if (gap == NULL || gap == whole + 1) {
			template_fault(error, name, line, "words with a context are written {{_@context words}}");
			return NULL;
		}
		*gap = '\0';
		context = whole + 1;
		at = gap + 1;
	}
	if (*at == '\0') {
		template_fault(error, name, line, "{{_ }} without words");
		return NULL;
	}
	key = context != NULL ? g_strdup_printf("%s\004%s", context, at) : g_strdup(at);
	return compile_plain(set, key, at, raw, name, line, error);
}
