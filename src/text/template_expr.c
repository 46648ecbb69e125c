/* template_expr.c - what stands in a tag: a name and its formatters, `due_at|ago:short`. Names are interned, formatters
 * found and quoted texts worked out when the template is compiled. */
#include "text/template_impl.h"
#include "base/err.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_NAMES = 16 };

static PathKind
special(const char *text, gsize size)
{
	static const struct {
		const char *name;
		PathKind kind;
	} names[] = { { ".", PATH_SELF }, { "@index", PATH_INDEX }, { "@number", PATH_NUMBER }, { "@first", PATH_FIRST }, { "@last", PATH_LAST }, { "@key", PATH_KEY } };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (strlen(names[i].name) == size && memcmp(names[i].name, text, size) == 0)
			return names[i].kind;
	return PATH_NAMES;
}

static gboolean
is_outer(const TemplateSet *set, const char *key)
{
	for (guint i = 0; i < set->outer->len; i++)
		if (g_ptr_array_index(set->outer, i) == (gpointer)key)
			return TRUE;
	return FALSE;
}

static gboolean
split_names(TemplateSet *set, Path *path, const char *text, gsize size)
{
	const char *end = text + size;

	path->keys = template_own(set, MAX_NAMES * sizeof(JsonKey));
	path->slot = g_hash_table_size(set->paths) % N_SLOTS;
	path->hints = template_own(set, MAX_NAMES * sizeof(guint));
	path->seen = template_own(set, MAX_NAMES * sizeof(const char *));
	for (;;) {
		const char *dot = memchr(text, '.', end - text);
		gsize n = (dot != NULL ? dot : end) - text;

		if (n == 0 || path->n == MAX_NAMES)
			return FALSE;
		for (gsize i = 0; i < n; i++)
			if (g_ascii_isspace(text[i]) || text[i] == '\0')
				return FALSE;
		path->keys[path->n++] = json_key_n(template_intern(set, text, n), n, FALSE);
		if (dot == NULL)
			break;
		text = dot + 1;
	}
	path->outer = is_outer(set, path->keys[0].text);
	return TRUE;
}

static const Path *
path_of(TemplateSet *set, const char *text, gsize size)
{
	const char *name = template_intern(set, text, size);
	Path *path = g_hash_table_lookup(set->paths, name);

	if (path != NULL)
		return path;
	path = template_own(set, sizeof *path);
	path->kind = special(text, size);
	if (size >= 2 && (text[0] == '\'' || text[0] == '"') && text[size - 1] == text[0]) {
		path->kind = PATH_TEXT;
		path->keys = template_own(set, sizeof(JsonKey));
		path->keys[0] = json_key_n(template_intern(set, text + 1, size - 2), size - 2, FALSE);
	} else if (path->kind == PATH_NAMES && !split_names(set, path, text, size)) {
		return NULL;
	}
	g_hash_table_insert(set->paths, (gpointer)name, path);
	return path;
}

static void
trim(const char **text, const char **end)
{
	while (*text < *end && g_ascii_isspace(**text))
		(*text)++;
	while (*text < *end && g_ascii_isspace((*end)[-1]))
		(*end)--;
}

/* "date:short" */
static gboolean
filter_of(TemplateSet *set, const char *text, const char *end, Filter *filter, gboolean *ret_each)
{
	const char *colon = memchr(text, ':', end - text), *stop = colon != NULL ? colon : end;
	const Formatter *formatter;

	trim(&text, &stop);
	if (stop - text == 4 && memcmp(text, "each", 4) == 0 && colon == NULL) {
		*ret_each = TRUE;
		return TRUE;
	}
	formatter = g_hash_table_lookup(set->formatters, template_intern(set, text, stop - text));
	if (formatter == NULL)
		return FALSE;
	filter->format = formatter->format;
	filter->flags = formatter->flags;
	if (colon != NULL) {
		const char *arg = colon + 1;

		trim(&arg, &end);
		if (end - arg > 1 && *arg == '@') {
			filter->arg_path = path_of(set, arg + 1, end - arg - 1);
			return filter->arg_path != NULL;
		}
		filter->arg = template_intern(set, arg, end - arg);
	}
	return TRUE;
}

/* 'app.css'|asset is the same for ever: replaced by its text. */
static void
fold(TemplateSet *set, Expr *expr)
{
	static const TemplateContext nothing = { .lang = "en", .zone = "UTC" };
	const char *args[MAX_FILTERS] = { NULL };
	TemplateValue value = { NULL, NULL, 0 };
	guint flags = TEMPLATE_HTML;
	GString *out;
	Path *path;

	if (expr->path->kind != PATH_TEXT || expr->n_filters == 0)
		return;
	for (guint i = 0; i < expr->n_filters; i++) {
		if ((expr->filters[i].flags & TEMPLATE_CONST) == 0 || expr->filters[i].arg_path != NULL)
			return;
		args[i] = expr->filters[i].arg;
		flags = expr->filters[i].flags;
	}
	if ((flags & TEMPLATE_HTML) != 0)
		return;
	value.text = expr->path->keys[0].text;
	value.size = expr->path->keys[0].size;
	out = g_string_new(NULL);
	template_filter(expr, &value, args, &nothing, out);
	path = template_own(set, sizeof *path);
	path->kind = PATH_TEXT;
	path->keys = template_own(set, sizeof(JsonKey));
	path->keys[0] = json_key_n(template_intern(set, out->str, out->len), out->len, FALSE);
	g_string_free(out, TRUE);
	expr->path = path;
	expr->n_filters = 0;
}

/* The words a text is compared with, cut once. */
static void
prepare_equal(TemplateSet *set, Expr *expr)
{
	const char *at = expr->n_filters == 1 ? expr->filters[0].arg : NULL;
	Text *words;
	guint n = 1;

	if (at == NULL || (expr->filters[0].flags & TEMPLATE_EQUAL) == 0)
		return;
	for (const char *p = at; *p != '\0'; p++)
		n += *p == ',';
	expr->equal = words = template_own(set, n * sizeof(Text));
	for (expr->n_equal = 0; expr->n_equal < n; expr->n_equal++) {
		words[expr->n_equal] = (Text) { at, strcspn(at, ",") };
		at += words[expr->n_equal].size + 1;
	}
}

/* Where the name ends: behind its closing quote, or at the first bar. */
static const char *
name_end(const char *text, const char *end)
{
	const char *bar;

	if (*text == '\'' || *text == '"') {
		const char *quote = memchr(text + 1, *text, end - text - 1);

		if (quote != NULL)
			return quote + 1;
	}
	bar = memchr(text, '|', end - text);
	return bar != NULL ? bar : end;
}

const Expr *
template_expr(TemplateSet *set, const char *text, gsize size, const char *name, guint line, GError **error)
{
	const char *end = text + size, *at, *stop, *from = text;
	Filter filters[MAX_FILTERS] = { 0 };
	gboolean each = FALSE;
	const Path *path;
	guint n = 0;
	Expr *expr;

	stop = at = size > 0 ? name_end(text, end) : text;
	trim(&from, &stop);
	path = stop > from ? path_of(set, from, stop - from) : NULL;
	if (path == NULL) {
		template_fault(error, name, line, "{{%.*s}} is no name", (int)MIN(size, 80), text);
		return NULL;
	}
	while (at < end) {
		const char *bar;

		at = memchr(at, '|', end - at);
		if (at == NULL)
			break;
		bar = memchr(at + 1, '|', end - at - 1);
		stop = bar != NULL ? bar : end;
		if (n == MAX_FILTERS || !filter_of(set, at + 1, stop, &filters[n], &each)) {
			template_fault(error, name, line, "there is no formatter |%.*s", (int)MIN(stop - at - 1, 80), at + 1);
			return NULL;
		}
		n += filters[n].format != NULL;
		at = stop;
	}
	expr = template_own(set, sizeof *expr + n * sizeof(Filter));
	expr->path = path;
	expr->each = each;
	expr->n_filters = n;
	memcpy(expr->filters, filters, n * sizeof(Filter));
	fold(set, expr);
	prepare_equal(set, expr);
	return expr;
}

gboolean
template_filter(const Expr *expr, const TemplateValue *value, const char *const *args, const TemplateContext *context, GString *out)
{
	TemplateValue now = *value;
	g_autoptr(GString) held = NULL;
	gboolean truth = FALSE;

	for (guint i = 0; i < expr->n_filters; i++) {
		GString *to = i + 1 == expr->n_filters ? out : g_string_sized_new(64);

		truth = expr->filters[i].format(to, &now, args[i], context);
		if (to == out)
			break;
		if (held != NULL)
			g_string_free(held, TRUE);
		held = to;
		now = (TemplateValue) { NULL, to->str, to->len };
	}
	return truth;
}

gboolean
template_scalar(const json_t *value, char buffer[40], const char **ret_text, gsize *ret_size)
{
	switch (value != NULL ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		*ret_text = json_string_value(value);
		*ret_size = json_string_length(value);
		return TRUE;
	case JSON_INTEGER: {
		gint64 number = json_integer_value(value);
		guint64 left = number < 0 ? -(guint64)number : (guint64)number;
		char *at = buffer + 39;

		*at = '\0';
		do
			*--at = '0' + left % 10;
		while ((left /= 10) > 0);
		if (number < 0)
			*--at = '-';
		*ret_text = at;
		*ret_size = buffer + 39 - at;
		return TRUE;
	}
	case JSON_REAL:
		g_ascii_formatd(buffer, 40, "%.15g", json_real_value(value));
		if (g_ascii_strtod(buffer, NULL) != json_real_value(value))
			g_ascii_formatd(buffer, 40, "%.17g", json_real_value(value));
		break;
	case JSON_TRUE: g_strlcpy(buffer, "true", 40); break;
	case JSON_FALSE: g_strlcpy(buffer, "false", 40); break;
	default: return FALSE;
	}
	*ret_text = buffer;
	*ret_size = strlen(buffer);
	return TRUE;
}

gboolean
template_value_int(const TemplateValue *value, gint64 *ret_number)
{
	char *end;
	gint64 number;

	if (json_is_integer(value->json)) {
		*ret_number = json_integer_value(value->json);
		return TRUE;
	}
	if (value->text == NULL || value->size == 0 || value->size > 20)
		return FALSE;
	number = g_ascii_strtoll(value->text, &end, 10);
	if (end != value->text + value->size)
		return FALSE;
	*ret_number = number;
	return TRUE;
}

gboolean
template_value_real(const TemplateValue *value, double *ret_number)
{
	char *end;
	double number;

	if (json_is_number(value->json)) {
		*ret_number = json_number_value(value->json);
		return TRUE;
	}
	if (value->text == NULL || value->size == 0 || value->size > 64)
		return FALSE;
	number = g_ascii_strtod(value->text, &end);
	if (end != value->text + value->size)
		return FALSE;
	*ret_number = number;
	return TRUE;
}

gboolean
template_value_truth(const TemplateValue *value)
{
	return value->json != NULL ? template_json_truth(value->json) : value->text != NULL && value->size > 0;
}
