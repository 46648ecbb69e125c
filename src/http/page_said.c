/* page_said.c - sentences of our rules as people read them: {{message|said}}. The rules speak English and write values into their sentences; the catalogue
 * has those with {a}, {b} in their place (tools/words.py). Single words: page_words.c. */
#include "http/page_formats.h"
#include "http/page_embed.h"
#include <string.h>

enum { GAPS = 8 }; /* {a} to {h} in a sentence of our rules */

static gboolean
is_gap(const char *key)
{
	return key[0] == '{' && key[1] >= 'a' && key[1] < 'a' + GAPS && key[2] == '}';
}

/* How many bytes of @key stand before its next gap. */
static gsize
solid(const char *key)
{
	gsize n = 0;

	while (key[n] != '\0' && !is_gap(key + n))
		n++;
	return n;
}

/* @text is what @key says, with anything for its {a}, {b}: where those stand. Each ends where the words behind it first come; the last
 * words are the text's end. */
static gboolean
fits(const char *text, const char *key, const char *ret_at[GAPS], gsize ret_size[GAPS])
{
	const char *end = text + strlen(text);
	gsize n = solid(key);

	memset(ret_at, 0, GAPS * sizeof *ret_at);
	if (strncmp(text, key, n) != 0)
		return FALSE;
	for (text += n, key += n; *key != '\0'; key += n) {
		const guint which = (guint)(key[1] - 'a');
		const char *next;

		n = solid(key += 3);
		if (key[n] == '\0') /* the end */
			next = (gsize)(end - text) >= n && memcmp(end - n, key, n) == 0 ? end - n : NULL;
		else
			next = memmem(text, (gsize)(end - text), key, n);
		if (next == NULL)
			return FALSE;
		ret_at[which] = text;
		ret_size[which] = (gsize)(next - text);
		text = next + n;
	}
	return text == end;
}

/* The stages of a case (cases/case.h), which its rules name in their sentences. */
static gboolean
is_stage(const char *at, gsize size)
{
	static const char *const stages[] = { "received", "acknowledged", "investigating", "offered", "resolved", "followed_up", "closed" };

	for (guint i = 0; i < G_N_ELEMENTS(stages); i++)
		if (strlen(stages[i]) == size && memcmp(stages[i], at, size) == 0)
			return TRUE;
	return FALSE;
}

/* What stands in a gap is somebody's, unless it is a stage or a sentence of ours: "November has 30 days." */
static void
put_gap(GString *out, const char *at, gsize size, const TemplateContext *context)
{
	g_autofree char *text = size > 1 && (at[size - 1] == '.' || at[size - 1] == '?') ? g_strndup(at, size) : NULL;

	if (text != NULL)
		g_string_append(out, page_word(context, text));
	else if (is_stage(at, size))
		page_put_word(out, at, size, context);
	else
		g_string_append_len(out, at, (gssize)size);
}

static void
put_said(GString *out, const char *said, const char *const at[GAPS], const gsize size[GAPS], const TemplateContext *context)
{
	for (; *said != '\0'; said++) {
		const guint which = is_gap(said) ? (guint)(said[1] - 'a') : GAPS;

		if (which < GAPS && at[which] != NULL) {
			put_gap(out, at[which], size[which], context);
			said += 2;
		} else {
			g_string_append_c(out, *said);
		}
	}
}

/* The sentence of our rules that @text is, in @lang: of several that fit, the one with the most words of its own. */
static const char *
rule_find(const char *text, const char *lang, const char *ret_at[GAPS], gsize ret_size[GAPS])
{
	const char *at[GAPS], *best = NULL;
	gsize size[GAPS], most = 0;

	for (const EmbeddedWords *words = embedded_words; words->lang != NULL; words++)
		for (const char *const *pair = words->pairs; g_strcmp0(words->lang, lang) == 0 && *pair != NULL; pair += 2) {
			if (strlen(pair[0]) <= most || strstr(pair[0], "{a}") == NULL || !fits(text, pair[0], at, size))
				continue;
			best = pair[1];
			most = strlen(pair[0]);
			memcpy(ret_at, at, sizeof at);
			memcpy(ret_size, size, sizeof size);
		}
	return best;
}

/* ---- times ---- */

/* "2026-11-30T15:00:00Z", or a day alone, "2026-11-30": how many bytes of @text are one; 0: none. */
static gsize
time_size(const char *text)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	enum { DAY = 10 };
	gsize n = 0;

	while (shape[n] != '\0' && (shape[n] == 'd' ? g_ascii_isdigit(text[n]) : text[n] == shape[n]))
		n++;
	if (shape[n] == '\0' || n == DAY)
		return g_ascii_isalnum(text[n]) ? 0 : n;
	return 0;
}

/* A sentence as it is, but the times in it, which the rules write as the API does, as the reader's clock shows them. */
static void
put_with_times(GString *out, const char *text, const TemplateContext *context)
{
	while (*text != '\0') {
		const gsize n = g_ascii_isdigit(*text) ? time_size(text) : 0;
		PageWhen when;

		if (n == 0 || !page_when(&(TemplateValue){ .text = text, .size = n }, context, &when)) {
			g_string_append_c(out, *text++);
			continue;
		}
		page_put_day(out, &when, n == 20);
		if (n == 20 && ABS(when.at.day - when.now->day) > 1)
			g_string_append_printf(out, ", %02d:%02d", when.at.hour, when.at.minute);
		text += n;
	}
}

/* {{message|said}}: a sentence of our rules in the reader's language, with whatever stood in it. Only pages of faults ask, so
 * that looking through the whole catalogue is cheap enough. */
static gboolean
format_said(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	const char *text = value->text, *at[GAPS], *whole, *rule;
	g_autoptr(GString) said = g_string_new(NULL);
	gsize size[GAPS];

	if (text == NULL || value->size == 0)
		return FALSE;
	if (strcmp(text, "is required") == 0)
		text = WORD("This is needed.");
	if ((whole = page_word(context, text)) != text)
		g_string_append(said, whole);
	else if ((rule = rule_find(text, context->lang, at, size)) != NULL)
		put_said(said, rule, at, size, context);
	else
		g_string_append(said, text);
	put_with_times(out, said->str, context);
	return TRUE;
}

/* {{field|field}}: "/customer/email" as people read it, before what is wrong with it: "Email: ". Nothing where there are no words for it. */
static gboolean
format_field(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	g_autofree char *pointer = value->text != NULL ? g_strndup(value->text, value->size) : NULL;
	const char *name = pointer != NULL ? strrchr(pointer, '/') : NULL;

	if (name == NULL || name[1] == '\0' || !page_knows_word(name + 1, context))
		return FALSE;
	page_put_word(out, name + 1, strlen(name + 1), context);
	g_string_append(out, ": ");
	return TRUE;
}

void
page_said_add(TemplateSet *set)
{
	template_set_formatter(set, "said", format_said, 0);
	template_set_formatter(set, "field", format_field, 0);
}
