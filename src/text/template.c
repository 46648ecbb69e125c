/* template.c - a set of templates: what it owns, its formatters and languages, adding and finding. The language itself is
 * described in template.h; compiling begins in template_compile.c, rendering in template_render.c. */
#include "text/template_impl.h"
#include "base/err.h"
#include <string.h>

/* Interned texts carry their size in front, because a template's text may hold a NUL. */
typedef struct {
	gsize size;
	char text[];
} Interned;

static guint
interned_hash(gconstpointer key)
{
	const Interned *it = key;
	guint hash = 5381;

	for (gsize i = 0; i < it->size; i++)
		hash = hash * 33 + (guchar)it->text[i];
	return hash;
}

static gboolean
interned_equal(gconstpointer one, gconstpointer other)
{
	const Interned *a = one, *b = other;

	return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

const char *
template_intern(TemplateSet *set, const char *text, gsize size)
{
	Interned *fresh = g_malloc(sizeof *fresh + size + 1), *known;

	fresh->size = size;
	memcpy(fresh->text, text, size);
	fresh->text[size] = '\0';
	known = g_hash_table_lookup(set->strings, fresh);
	if (known != NULL) {
		g_free(fresh);
		return known->text;
	}
	g_hash_table_add(set->strings, fresh);
	return fresh->text;
}

gpointer
template_own(TemplateSet *set, gsize size)
{
	gpointer memory = g_malloc0(size);

	g_ptr_array_add(set->owned, memory);
	return memory;
}

TemplateSet *
template_set_new(void)
{
	TemplateSet *set = g_new0(TemplateSet, 1);
	static guint64 n_made;
	Language source = { "en", NULL };

	set->number = __atomic_add_fetch(&n_made, 1, __ATOMIC_RELAXED);
	set->templates = g_hash_table_new(g_str_hash, g_str_equal);
	set->formatters = g_hash_table_new(g_str_hash, g_str_equal);
	set->paths = g_hash_table_new(g_direct_hash, g_direct_equal);
	set->texts = g_hash_table_new(g_direct_hash, g_direct_equal);
	set->strings = g_hash_table_new_full(interned_hash, interned_equal, g_free, NULL);
	set->outer = g_ptr_array_new();
	set->owned = g_ptr_array_new_with_free_func(g_free);
	set->languages = g_array_new(FALSE, FALSE, sizeof(Language));
	source.words = g_hash_table_new(g_str_hash, g_str_equal);
	g_array_append_val(set->languages, source);
	return set;
}

void
template_set_free(TemplateSet *set)
{
	if (set == NULL)
		return;
	for (guint i = 0; i < set->languages->len; i++)
		g_hash_table_unref(g_array_index(set->languages, Language, i).words);
	g_array_unref(set->languages);
	g_hash_table_unref(set->templates);
	g_hash_table_unref(set->formatters);
	g_hash_table_unref(set->paths);
	g_hash_table_unref(set->texts);
	g_ptr_array_unref(set->outer);
	g_clear_pointer(&set->steady, g_ptr_array_unref);
	g_ptr_array_unref(set->owned);
	g_hash_table_unref(set->strings);
	g_free(set);
}

guint64
template_set_number(const TemplateSet *set)
{
	return set != NULL ? set->number : 0;
}

void
template_set_formatter(TemplateSet *set, const char *name, TemplateFormat format, guint flags)
{
	Formatter *formatter = template_own(set, sizeof *formatter);

	formatter->format = format;
	formatter->flags = flags;
	g_hash_table_insert(set->formatters, (gpointer)template_intern(set, name, strlen(name)), formatter);
}

void
template_set_outer(TemplateSet *set, const char *name)
{
	g_ptr_array_add(set->outer, (gpointer)template_intern(set, name, strlen(name)));
}

void
template_set_words(TemplateSet *set, const char *lang, const char *const *pairs)
{
	guint index = template_language(set, lang);
	Language *language;

	if (index == 0 && strcmp(lang, "en") != 0) {
		Language fresh = { template_intern(set, lang, strlen(lang)), g_hash_table_new(g_str_hash, g_str_equal) };

		index = set->languages->len;
		g_array_append_val(set->languages, fresh);
	}
	language = &g_array_index(set->languages, Language, index);
	for (guint i = 0; pairs[i] != NULL; i += 2)
		if (*pairs[i + 1] != '\0')
			g_hash_table_insert(language->words, (gpointer)pairs[i], (gpointer)pairs[i + 1]);
}

Template *
template_slot(TemplateSet *set, const char *name, gsize size)
{
	const char *key = template_intern(set, name, size);
	Template *template = g_hash_table_lookup(set->templates, key);

	if (template == NULL) {
		template = template_own(set, sizeof *template);
		template->name = key;
		template->set = set;
		template->number = set->n_templates++;
		g_hash_table_insert(set->templates, (gpointer)key, template);
	}
	return template;
}

gboolean
template_set_add(TemplateSet *set, const char *name, const char *source, gsize size, GError **error)
{
	Template *template = template_slot(set, name, strlen(name));

	if (template->is_there) {
		g_set_error(error, ERR, ERR_INVALID, "%s: there are two templates of this name", name);
		return FALSE;
	}
	if (!template_compile(template, source, size, error))
		return FALSE;
	template->is_there = TRUE;
	return TRUE;
}

gboolean
template_set_check(const TemplateSet *set, GError **error)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, set->templates);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Template *template = value;

		if (!template->is_there) {
			g_set_error(error, ERR, ERR_INVALID, "%s asks for %s, which is not there", template->asked_by != NULL ? template->asked_by : "?", template->name);
			return FALSE;
		}
	}
	return TRUE;
}

const Template *
template_set_find(const TemplateSet *set, const char *name)
{
	const Template *template = g_hash_table_lookup(set->templates, name);

	return template != NULL && template->is_there ? template : NULL;
}

GPtrArray *
template_set_texts(const TemplateSet *set)
{
	GPtrArray *texts = g_ptr_array_new();
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, set->texts);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_ptr_array_add(texts, key);
	return texts;
}
