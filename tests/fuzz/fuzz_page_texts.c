/* Any bytes as what somebody wrote, shown by the formatters of pages: no tag comes out but ours, each of them closed, and
 * no link leads anywhere but to http(s). */
#include "http/page_formats.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const char link_begin[] = "<a href=\"";
static const char link_end[] = "\" rel=\"noopener nofollow\">";

/* Goes over tags of ours only; what stands between must be escaped. */
static void
check_markup(const GString *out)
{
	static const char *const tags[] = { "<p>", "</p>", "<br>", "<mark>", "</mark>", "</a>" };
	int open = 0;

	for (const char *p = out->str; p < out->str + out->len; p++) {
		gboolean known = FALSE;

		g_assert_true(*p != '>' && *p != '"' && *p != '\'');
		if (*p != '<')
			continue;
		if (g_str_has_prefix(p, link_begin)) {
			p += strlen(link_begin);
			g_assert_true(g_ascii_strncasecmp(p, "http://", 7) == 0 || g_ascii_strncasecmp(p, "https://", 8) == 0);
			p += strcspn(p, "\"");
			g_assert_true(g_str_has_prefix(p, link_end));
			p += strlen(link_end) - 1;
			open++;
			continue;
		}
		for (guint i = 0; i < G_N_ELEMENTS(tags) && !known; i++) {
			if (!g_str_has_prefix(p, tags[i]))
				continue;
			known = TRUE;
			open += strcmp(tags[i], "<br>") == 0 ? 0 : tags[i][1] == '/' ? -1 : 1;
			p += strlen(tags[i]) - 1;
		}
		g_assert_true(known && open >= 0);
	}
	g_assert_cmpint(open, ==, 0);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const char source[] = "{{x|lines}}{{x|marks}}{{x|cut:20}}{{x|initials}}{{x|urlencode}}{{x|without:a,b}}{{x|with:a=1 2}}{{x|upper}}{{x|word}}{{x|json}}{{x|due}}{{x|ago}}"
				     "{{x|number}}{{x|percent}}{{x|bytes}}{{x|duration}}{{x|is:a}}{{x|has:b}}{{x|iso}}{{x|datetime}}";
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(json_t) value = json_object();
	g_autoptr(GString) out = g_string_new(NULL);
	TemplateContext context = { .lang = "de", .zone = "Europe/Berlin", .now_ms = 1795000000000 };
	g_autofree char *text = g_malloc(size + 1);

	if (size > 1 << 16)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	page_formats_add(set);
	g_assert_true(template_set_add(set, "main", source, strlen(source), NULL));
	json_object_set_new(value, "x", json_stringn_nocheck(text, size));
	template_render(template_set_find(set, "main"), NULL, value, &context, out);
	if (memchr(out->str, '\0', out->len) == NULL)
		check_markup(out);
	return 0;
}
