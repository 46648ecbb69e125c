/* The embedded pages: that all compile and name what is there, what a page knows besides its value, fragments, assets.
 * The formatters one by one: test_page_formats.c. */
#include "http/page_embed.h"
#include "http/page_formats.h"
#include "base/clock.h"
#include "base/err.h"
#include "kit/kit.h"
#include <string.h>

static const Actor ruth = { .kind = ACTOR_STAFF, .user_id = 7, .ref = "u7", .name = "Ruth <Adler>", .role = "agent", .zone = "Europe/Berlin", .lang = "de",
	.theme = "dark", .keys = TRUE };

static Pages *
pages_make(void)
{
	g_autoptr(GError) error = NULL;
	Pages *pages = pages_new(&error);

	g_assert_no_error(error);
	return pages;
}

static char *
show(Pages *pages, const char *name, const char *json, const PageContext *context)
{
	g_autoptr(json_t) value = json_loads(json, JSON_DECODE_ANY, NULL);
	g_autoptr(GError) error = NULL;
	GString *out;

	g_assert_nonnull(value);
	out = page_render(pages, name, value, context, &error);
	g_assert_no_error(error);
	return g_string_free(out, FALSE);
}

/* A template of the test's own, with all that pages have. */
static char *
page_show_source(const char *source, const json_t *value, const PageContext *context)
{
	g_autoptr(Pages) pages = pages_make();
	g_autoptr(GError) error = NULL;
	GString *out;

	pages_add(pages, "test", source, &error);
	g_assert_no_error(error);
	out = page_render(pages, "test", value, context, &error);
	g_assert_no_error(error);
	return g_string_free(out, FALSE);
}

static void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		g_error("not found: %s\nin: %s", part, text);
}

static void
test_all_pages_show_nothing_as_well(void)
{
	g_autoptr(Pages) pages = pages_make();
	PageContext context = { .actor = actor_public(), .now_ms = 1795000000000 };

	for (const EmbeddedTemplate *it = embedded_templates; it->name != NULL; it++) {
		g_autofree char *shown = show(pages, it->name, "{}", &context);

		g_assert_true(g_utf8_validate(shown, -1, NULL));
		g_assert_null(strstr(shown, "{{"));
	}
}

/* A signature that is right is a quiet line; any other stands out by sign and word. */
static void
test_what_was_found_of_a_signature(void)
{
	static const struct {
		const char *json, *words;
		gboolean bad;
	} table[] = {
		{ "{\"crypto\": \"smime_signed\", \"signature_check\": \"valid\"}", "Mit S/MIME von der Adresse des Absenders signiert und unverändert.", FALSE },
		{ "{\"crypto\": \"smime_signed\", \"signature_check\": \"changed\"}", "Es wurde unterwegs verändert.", TRUE },
		{ "{\"crypto\": \"smime_signed\", \"signature_check\": \"other_sender\"}", "nicht von der Adresse, die als Absender angegeben ist.", TRUE },
		{ "{\"crypto\": \"smime_signed\", \"signature_check\": \"expired\"}", "außerhalb der Zeit, in der das Zertifikat gültig war.", TRUE },
		{ "{\"crypto\": \"smime_signed\", \"signature_check\": \"untrusted\"}", "Wer signiert hat, ist nicht belegt.", TRUE },
		{ "{\"crypto\": \"smime_signed\", \"signature_check\": \"unreadable\"}", "die Signatur ist nicht lesbar", TRUE },
		{ "{\"crypto\": \"smime_signed\", \"signature_check\": \"unchecked\"}", "Sie wurde nicht geprüft.", FALSE },
		{ "{\"crypto\": \"pgp_signed\", \"signature_check\": \"unchecked\"}", "Mit PGP signiert", FALSE },
		{ "{\"crypto\": \"smime_encrypted\", \"signature_check\": \"unchecked\"}", "Mit S/MIME verschlüsselt", FALSE },
	};
	g_autoptr(Pages) pages = pages_make();
	const PageContext context = { .actor = &ruth, .now_ms = 1795000000000 };

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *shown = show(pages, "mail_crypto", table[i].json, &context);

		assert_has(shown, table[i].words);
		assert_has(shown, table[i].bad ? "#i-alert-triangle" : "rd-quiet");
		g_assert_cmpint(strstr(shown, "is-bad") != NULL, ==, table[i].bad);
	}
}

static void
test_name_with_and_without_ending(void)
{
	g_autoptr(Pages) pages = pages_make();
	PageContext context = { .actor = actor_public(), .now_ms = 1795000000000 };
	g_autofree char *one = show(pages, "login", "{\"email\": \"a@b.example\"}", &context), *other = show(pages, "login.html", "{\"email\": \"a@b.example\"}", &context);

	g_assert_cmpstr(one, ==, other);
	assert_has(one, "value=\"a@b.example\"");
	assert_has(one, "<html lang=\"en\" data-bs-theme=\"auto\"");
}

/* What is kept of pages is kept for one reader and one part of the desk: in whatever order they come, each sees what pages
 * that kept nothing yet would show. */
static void
test_each_reader_sees_their_own(void)
{
	static const Actor mia = { .kind = ACTOR_STAFF, .user_id = 8, .ref = "u8", .name = "Mia Brandt", .role = "admin", .zone = "Europe/Berlin", .lang = "en",
		.theme = "light", .may = G_MAXUINT64 };
	static const char *const paths[] = { "/cases", "/dashboard", "/settings" };
	static const char value[] = "{\"ref\": \"7KQM-4TXB\", \"n_notices\": 2}";
	const Actor *const readers[] = { &ruth, &mia };
	g_autoptr(Pages) pages = pages_make();

	for (guint i = 0; i < 24; i++) {
		g_autoptr(Pages) fresh = pages_make();
		PageContext context = { .actor = readers[i % 2], .path = paths[i % 3], .csrf = i % 4 < 2 ? "one" : "other", .now_ms = 1795000000000 };
		g_autofree char *shown = show(pages, "case", value, &context), *first = show(fresh, "case", value, &context);

		g_assert_cmpstr(shown, ==, first);
		assert_has(shown, i % 2 == 0 ? "Ruth &lt;Adler&gt;" : "Mia Brandt");
		assert_has(shown, i % 4 < 2 ? "data-csrf=\"one\"" : "data-csrf=\"other\"");
	}
}

static void
test_no_such_page(void)
{
	g_autoptr(Pages) pages = pages_make();
	PageContext context = { .actor = actor_public() };
	g_autoptr(json_t) value = json_object();
	g_autoptr(GError) error = NULL;

	g_assert_null(page_render(pages, "nothing.html", value, &context, &error));
	g_assert_error(error, ERR, ERR_INTERNAL);
}

static void
test_what_a_page_knows(void)
{
	static const char source[] = "{{#page}}{{actor.name}}|{{actor.ref}}|{{actor.role}}|{{#actor.keys}}keys{{/actor.keys}}|{{csrf}}|{{path}}|{{query}}|{{request_id}}|"
				     "{{now|time}}|{{lang}}|{{zone}}|{{theme}}|{{version}}|{{nav}}|{{#may.case_read}}read{{/may.case_read}}|{{#may.admin_write}}admin{{/may.admin_write}}{{/page}}";
	Actor actor = ruth;
	g_autoptr(json_t) value = json_object();
	PageContext context = { &actor, "token", "/cases/X", "a=1&b", "r1", 1795000000000, NULL, NULL };
	g_autofree char *shown = NULL;

	actor.may = permission_bit("case.read");
	shown = page_show_source(source, value, &context);
	g_assert_cmpstr(shown, ==, "Ruth &lt;Adler&gt;|u7|agent|keys|token|/cases/X|a=1&amp;b|r1|12:06|de|Europe/Berlin|dark|" REDRESS_VERSION "|queue|read|");
}

static void
test_nobody_is_null(void)
{
	PageContext context = { .now_ms = 1795000000000, .lang = "de" };
	g_autoptr(json_t) value = json_object();
	g_autofree char *shown = page_show_source("{{#page.actor}}somebody{{/page.actor}}{{^page.actor}}nobody{{/page.actor}} {{page.lang}} {{#page.may.portal_use}}may{{/page.may.portal_use}}",
		value, &context);

	g_assert_cmpstr(shown, ==, "nobody de may");
}

static void
test_fragments(void)
{
	g_autoptr(Pages) pages = pages_make();
	PageContext context = { .actor = &ruth, .now_ms = 1795000000000, .fragment = "title" };
	g_autofree char *part = show(pages, "login", "{}", &context), *whole = NULL;

	g_assert_cmpuint(strlen(part), <, 60);
	g_assert_null(strchr(part, '<'));
	context.fragment = "no-such-block";
	whole = show(pages, "login", "{}", &context);
	assert_has(whole, "<!doctype html>");
	assert_has(whole, "</html>");
}

static void
test_languages(void)
{
	g_autoptr(Pages) pages = pages_make();

	g_assert_cmpstr(pages_lang(pages, NULL), ==, "en");
	g_assert_cmpstr(pages_lang(pages, ""), ==, "en");
	g_assert_cmpstr(pages_lang(pages, "de"), ==, "de");
	g_assert_cmpstr(pages_lang(pages, "de-AT,de;q=0.9,en;q=0.5"), ==, "de");
	g_assert_cmpstr(pages_lang(pages, "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"), ==, "en");
	g_assert_cmpstr(pages_lang(pages, "fr, de;q=0.7"), ==, "de");
	g_assert_cmpstr(pages_lang(pages, "den"), ==, "en");
	g_assert_cmpstr(pages_lang(pages, ",,;q=,x;q=9"), ==, "en");
	g_assert_cmpstr(pages_word(pages, "en", "Sign in"), ==, "Sign in");
}

static void
test_fixed_assets(void)
{
	static const char *const paths[] = { "/favicon.svg", "/robots.txt", "/site.webmanifest" };

	for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
		const Asset *asset = asset_find(paths[i]);

		g_assert_nonnull(asset);
		g_assert_cmpstr(asset->path, ==, paths[i]);
		g_assert_cmpuint(asset->plain_size, >, 0);
	}
	g_assert_cmpstr(asset_find("/favicon.svg")->media_type, ==, "image/svg+xml");
	g_assert_null(asset_find("/assets/nothing.css"));
	g_assert_null(asset_find("/"));
	g_assert_null(asset_find(""));
}

/* The front end may be left out of a build; what it built is whole. */
static void
test_built_assets(void)
{
	for (const EmbeddedName *it = embedded_names; it->name != NULL; it++) {
		const Asset *asset = asset_find(it->path);

		g_assert_nonnull(asset);
		g_assert_cmpstr(asset_path(it->name), ==, it->path);
		g_assert_true(asset->gzip == NULL || (asset->gzip_size < asset->plain_size && memcmp(asset->gzip, "\037\213", 2) == 0));
		g_assert_true(asset->brotli == NULL || asset->brotli_size < asset->plain_size);
	}
	for (gsize i = 1; i < embedded_n_assets; i++)
		g_assert_cmpstr(embedded_assets[i - 1].path, <, embedded_assets[i].path);
	g_assert_cmpstr(asset_path("no-such.css"), ==, "/assets/no-such.css");
	g_assert_true(asset_path("no-such.css") == asset_path("no-such.css"));
}

/* Every {{'name'|asset}} of the templates is a file that the front end builds. */
static void
test_templates_name_assets_that_are_there(void)
{
	if (embedded_names[0].name == NULL) {
		g_test_skip("this build has no front end");
		return;
	}
	for (const EmbeddedTemplate *it = embedded_templates; it->name != NULL; it++) {
		for (const char *at = strstr(it->source, "{{'"); at != NULL; at = strstr(at + 3, "{{'")) {
			g_autofree char *name = g_strndup(at + 3, strcspn(at + 3, "'"));

			if (!g_str_has_prefix(at + 3 + strlen(name), "'|asset"))
				continue;
			if (asset_find(asset_path(name)) == NULL)
				g_error("%s asks for the asset %s, which the front end does not build", it->file, name);
		}
	}
}

/* tools/words.py reads templates with its own eyes: it must see every text that the compiler sees. */
static void
test_the_catalogue_has_every_text(void)
{
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) texts = NULL;

	for (guint i = 0; embedded_words[0].pairs[i] != NULL; i += 2)
		g_hash_table_add(known, (gpointer)embedded_words[0].pairs[i]);
	page_formats_add(set);
	for (const EmbeddedTemplate *it = embedded_templates; it->name != NULL; it++)
		g_assert_true(template_set_add(set, it->name, it->source, it->size, NULL));
	texts = template_set_texts(set);
	g_assert_cmpuint(texts->len, >, 100);
	for (guint i = 0; i < texts->len; i++) {
		const char *text = g_ptr_array_index(texts, i), *plural = strchr(text, '\005');
		g_autofree char *key = plural != NULL ? g_strdup_printf("%.*s\0050", (int)(plural - text), text) : g_strdup(text);

		if (!g_hash_table_contains(known, key))
			g_error("not in %s.po: %s (tools/words.py extract ui src, then translate)", embedded_words[0].lang, text);
	}
}

/* Indentation is taken out, but not where it shows. */
static void
test_templates_are_outdented(void)
{
	for (const EmbeddedTemplate *it = embedded_templates; it->name != NULL; it++) {
		if (strstr(it->source, "<pre") != NULL || strstr(it->source, "<textarea") != NULL)
			continue;
		g_assert_null(strstr(it->source, "\n "));
		g_assert_null(strstr(it->source, "\n\t"));
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/page/all_pages_show_nothing_as_well", test_all_pages_show_nothing_as_well);
	kit_add_plain("/page/what_was_found_of_a_signature", test_what_was_found_of_a_signature);
	kit_add_plain("/page/name_with_and_without_ending", test_name_with_and_without_ending);
	kit_add_plain("/page/each_reader_sees_their_own", test_each_reader_sees_their_own);
	kit_add_plain("/page/no_such_page", test_no_such_page);
	kit_add_plain("/page/what_a_page_knows", test_what_a_page_knows);
	kit_add_plain("/page/nobody_is_null", test_nobody_is_null);
	kit_add_plain("/page/fragments", test_fragments);
	kit_add_plain("/page/languages", test_languages);
	kit_add_plain("/page/fixed_assets", test_fixed_assets);
	kit_add_plain("/page/built_assets", test_built_assets);
	kit_add_plain("/page/templates_name_assets_that_are_there", test_templates_name_assets_that_are_there);
	kit_add_plain("/page/the_catalogue_has_every_text", test_the_catalogue_has_every_text);
	kit_add_plain("/page/templates_are_outdented", test_templates_are_outdented);
	return kit_run();
}
