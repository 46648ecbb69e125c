/* Any text as a search, and as a span of time: it is always read, within bounds; every part that says it can be read holds
 * what it promises; reading what the parts say as typed gives the same parts again. */
#include "base/json.h"
#include "cases/query.h"
#include <string.h>

#define NOW_MS G_GINT64_CONSTANT(1795087320000)

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static char *
typed_again(const CaseQuery *query)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < query->parts->len; i++)
		g_string_append_printf(out, "%s%s", i > 0 ? " " : "", ((QueryPart *)query->parts->pdata[i])->text);
	return g_string_free(out, FALSE);
}

static void
check(const CaseQuery *query)
{
	g_assert_cmpuint(query->parts->len, <=, 50);
	for (guint i = 0; i < query->parts->len; i++) {
		const QueryPart *part = query->parts->pdata[i];

		g_assert_true(g_utf8_validate(part->value, -1, NULL) && g_utf8_validate(part->text, -1, NULL));
		if (part->fault != NULL)
			continue;
		g_assert_true(part->value[0] != '\0');
		if (part->key == QUERY_SEVERITY)
			g_assert_true(part->number >= 0 && part->number <= 3);
		if (part->key >= QUERY_RECEIVED)
			g_assert_cmpint(part->span.from_ms, <, part->span.to_ms);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup((const char *)data, size), *again = NULL;
	g_autoptr(CaseQuery) query = case_query_parse(text, NOW_MS, "Europe/Berlin"), second = NULL;
	g_autoptr(json_t) parts = case_query_parts(query), same = NULL;
	g_auto(QueryTerms) terms = { 0 };

	check(query);
	query_terms(query, &terms);
	again = typed_again(query);
	if (strlen(again) >= 2000)
		return 0; /* at the bound the end is cut off, and a blank more may cut another piece */
	second = case_query_parse(again, NOW_MS, "Europe/Berlin");
	same = case_query_parts(second);
	g_assert_true(json_equal(parts, same));
	return 0;
}
