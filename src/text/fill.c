/* fill.c - see the header. */
#include "text/fill.h"
#include <string.h>

enum { MAX_DEPTH = 8, MAX_SECTIONS = 200 }; /* looking for the end of one costs what stands behind it */

typedef struct {
	const Fill *fill;
	GString *out;
	json_t *faults;
	guint sections;
} Work;

static void
add_fault(Work *work, const char *name, const char *message)
{
	json_t *one = json_object();

	json_put_text(one, "variable", name);
	json_put_text(one, "message", message);
	json_array_append_new(work->faults, one);
}

/* Behind the {{/name}} that ends a section whose words begin at @p; NULL: it does not before @end. @ret_end: where its words do. */
static const char *
section_end(const char *p, const char *end, const char *name, const char **ret_end)
{
	guint depth = 1;

	for (const char *open; (open = g_strstr_len(p, end - p, "{{")) != NULL;) {
		const char *close = g_strstr_len(open, end - open, "}}");
		g_autofree char *inner = NULL;

		if (close == NULL)
			return NULL;
		inner = g_strstrip(g_strndup(open + 2, (gsize)(close - open - 2)));
		if ((inner[0] == '#' || inner[0] == '^') && strcmp(g_strchug(inner + 1), name) == 0)
			depth++;
		else if (inner[0] == '/' && strcmp(g_strchug(inner + 1), name) == 0 && --depth == 0) {
			*ret_end = open;
			return close + 2;
		}
		p = close + 2;
	}
	return NULL;
}

static void
put_field(Work *work, const char *inner, const char *whole, gsize size)
{
	const char *otherwise = strchr(inner, '|');
	g_autofree char *name = g_strstrip(otherwise != NULL ? g_strndup(inner, (gsize)(otherwise - inner)) : g_strdup(inner)), *text = NULL;
	gboolean known = work->fill->known(name, work->fill->data);

	text = known ? work->fill->value(name, work->fill->data) : NULL;
	if (text != NULL && text[0] != '\0') {
		g_string_append(work->out, text);
	} else if (otherwise != NULL && known) {
		g_autofree char *other = g_strstrip(g_strdup(otherwise + 1));

		g_string_append(work->out, other);
	} else {
		g_string_append_len(work->out, whole, (gssize)size);
		add_fault(work, name, known ? "This case has none." : "There is no such variable.");
	}
}

static void fill_range(Work *work, const char *p, const char *end, guint depth);

/* @inner is "#name" or "^name", its words begin at @p. Behind it, or NULL: it is no whole section. */
static const char *
put_section(Work *work, const char *inner, const char *p, const char *end, guint depth)
{
	g_autofree char *name = g_strstrip(g_strdup(inner + 1)), *text = NULL;
	const char *words_end = NULL, *behind;

	if (depth == MAX_DEPTH || ++work->sections > MAX_SECTIONS || !work->fill->known(name, work->fill->data) || (behind = section_end(p, end, name, &words_end)) == NULL)
		return NULL;
	text = work->fill->value(name, work->fill->data);
	if ((text != NULL && text[0] != '\0') == (inner[0] == '#'))
		fill_range(work, p, words_end, depth + 1);
	return behind;
}

static void
fill_range(Work *work, const char *p, const char *end, guint depth)
{
	while (p < end) {
		const char *open = g_strstr_len(p, end - p, "{{"), *close = open != NULL ? g_strstr_len(open, end - open, "}}") : NULL, *behind = NULL;
		g_autofree char *inner = NULL;

		if (close == NULL) {
			g_string_append_len(work->out, p, end - p);
			return;
		}
		g_string_append_len(work->out, p, open - p);
		inner = g_strstrip(g_strndup(open + 2, (gsize)(close - open - 2)));
		p = close + 2;
		if (inner[0] == '#' || inner[0] == '^')
			behind = put_section(work, inner, p, end, depth);
		if (behind != NULL)
			p = behind;
		else
			put_field(work, inner, open, (gsize)(p - open));
	}
}

/* Words that fell away leave no holes: two empty lines become one. */
static char *
close_up(GString *text)
{
	GString *out = g_string_sized_new(text->len);
	guint breaks = 0;

	for (const char *p = text->str; *p != '\0'; p++) {
		breaks = *p == '\n' ? breaks + 1 : *p == '\r' || *p == ' ' ? breaks : 0;
		if (breaks <= 2)
			g_string_append_c(out, *p);
	}
	g_string_free(text, TRUE);
	return g_string_free(out, FALSE);
}

char *
fill_text(const char *words, const Fill *fill, json_t *faults)
{
	Work work = { fill, g_string_sized_new(strlen(words) + 256), faults };

	fill_range(&work, words, words + strlen(words), 0);
	return close_up(work.out);
}
