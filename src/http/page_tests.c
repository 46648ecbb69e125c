/* page_tests.c - what a section can ask: {{#stage|is:received}}. Mustache compares nothing, so these do; each writes
 * nothing and answers. Times: |past in page_times.c; lists: |count in page_numbers.c. */
#include "http/page_formats.h"
#include <string.h>

/* The value as text; numbers and truths too. NULL when it has none. */
static const char *
text_of(const TemplateValue *value, char buffer[32], gsize *ret_size)
{
	gint64 number;

	if (value->text != NULL) {
		*ret_size = value->size;
		return value->text;
	}
	if (json_is_boolean(value->json)) {
		const char *word = json_is_true(value->json) ? "true" : "false";

		*ret_size = strlen(word);
		return word;
	}
	if (!template_value_int(value, &number))
		return NULL;
	*ret_size = g_snprintf(buffer, 32, "%" G_GINT64_FORMAT, number);
	return buffer;
}

/* Is @text one of the comma separated @words? */
static gboolean
among(const char *words, const char *text, gsize size)
{
	for (;;) {
		gsize n = strcspn(words, ",");

		if (n == size && memcmp(words, text, n) == 0)
			return TRUE;
		if (words[n] == '\0')
			return FALSE;
		words += n + 1;
	}
}

/* {{#stage|is:resolved,closed}}, {{#ref|is:@owner.ref}}: the same as one of them. What is absent is nothing. */
static gboolean
test_is(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	char buffer[32];
	gsize size = 0;
	const char *text = text_of(value, buffer, &size);

	if (text == NULL || arg == NULL)
		return FALSE;
	return among(arg, text, size);
}

/* {{#page.path|starts:/cases}}: the same, or below it. */
static gboolean
test_starts(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return value->text != NULL && arg != NULL && value->size >= strlen(arg) && memcmp(value->text, arg, strlen(arg)) == 0;
}

/* {{#tags|has:urgent}}, {{#tags|has:@.}}: a list of texts that holds it, a text with it between commas, an object's member. */
static gboolean
test_has(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gsize i;
	json_t *one;

	if (arg == NULL)
		return FALSE;
	if (json_is_object(value->json))
		return json_object_get(value->json, arg) != NULL;
	if (value->text != NULL)
		return among(value->text, arg, strlen(arg));
	json_array_foreach((json_t *)value->json, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), arg) == 0)
			return TRUE;
	return FALSE;
}

/* {{#list|any}}: something is there; the section is shown once, and "." stays. */
static gboolean
test_any(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	if (json_is_object(value->json))
		return json_object_size(value->json) > 0;
	return template_value_truth(value);
}

/* {{#list|many}}: two or more. */
static gboolean
test_many(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gint64 number;

	return template_value_int(value, &number) ? number > 1 : json_array_size(value->json) > 1;
}

/* {{#n|over:3}} and {{#n|under:@limit}} */
static gboolean
compare(const TemplateValue *value, const char *arg, int wanted)
{
	double number, other;
	char *end;

	if (arg == NULL || *arg == '\0' || !template_value_real(value, &number))
		return FALSE;
	other = g_ascii_strtod(arg, &end);
	return *end == '\0' && (wanted > 0 ? number > other : number < other);
}

static gboolean
test_over(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return compare(value, arg, 1);
}

static gboolean
test_under(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return compare(value, arg, -1);
}

void
page_tests_add(TemplateSet *set)
{
	template_set_formatter(set, "is", test_is, TEMPLATE_PLAIN | TEMPLATE_EQUAL);
	template_set_formatter(set, "starts", test_starts, TEMPLATE_PLAIN);
	template_set_formatter(set, "has", test_has, TEMPLATE_PLAIN);
	template_set_formatter(set, "any", test_any, TEMPLATE_PLAIN);
	template_set_formatter(set, "many", test_many, TEMPLATE_PLAIN);
	template_set_formatter(set, "over", test_over, TEMPLATE_PLAIN);
	template_set_formatter(set, "under", test_under, TEMPLATE_PLAIN);
}
