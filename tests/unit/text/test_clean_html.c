/* Strangers' HTML: nothing that runs, loads or takes over is left of it, a second reading changes nothing, and ordinary
 * mail keeps its looks. The attacks stand in tests/words/vectors.txt; Chromium reads what is left of them in
 * tests/words/vectors.mjs. */
#include "text/clean_html.h"
#include <string.h>

static const HtmlCleanOptions plain = { NULL, NULL, FALSE };

static char *
clean_bytes(const char *html, gsize size)
{
	g_autofree char *copy = g_memdup2(html, size + 1), *once = html_clean(copy, size, &plain, NULL);
	g_autofree char *twice = html_clean(once, strlen(once), &plain, NULL);

	g_assert_cmpstr(once, ==, twice);
	return g_steal_pointer(&once);
}

static char *
clean(const char *html)
{
	return clean_bytes(html, strlen(html));
}

/* ---- a reader of its own, which knows only what may be there ---- */
static const char ELEMENTS[] = " a abbr address b bdo big blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 "
			       "hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var ";
static const char ATTRIBUTES[] = " style class title dir lang align href target rel src data-src alt width height border hspace vspace cellpadding "
				 "cellspacing bgcolor valign colspan rowspan scope nowrap span color size face noshade start type value clear ";

static gboolean
among(const char *words, const char *word, gsize size)
{
	g_autofree char *key = g_strdup_printf(" %.*s ", (int)size, word);

	return size > 0 && strstr(words, key) != NULL;
}

static gboolean
value_is_harmless(const char *name, gsize name_size, const char *value)
{
	if (among(" href ", name, name_size))
		return g_str_has_prefix(value, "http://") || g_str_has_prefix(value, "https://") || g_str_has_prefix(value, "mailto:") ||
			g_str_has_prefix(value, "tel:");
	if (among(" src ", name, name_size))
		return g_regex_match_simple("^data:image/(png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=]*$", value, G_REGEX_CASELESS, 0);
	if (among(" data-src ", name, name_size))
		return g_str_has_prefix(value, "http://") || g_str_has_prefix(value, "https://");
	if (among(" style ", name, name_size)) {
		g_autofree char *lower = g_ascii_strdown(value, -1);

		return strpbrk(value, "\\@{}") == NULL && strstr(lower, "url") == NULL && strstr(lower, "expression") == NULL &&
			strstr(lower, "position") == NULL && strstr(lower, "image") == NULL && strstr(lower, "var(") == NULL;
	}
	return TRUE;
}

/* NULL when the HTML is as it must be, otherwise what is wrong with it. */
static const char *
fault_of(const char *html)
{
	for (const char *p = html; (p = strchr(p, '<')) != NULL;) {
		gboolean end = *++p == '/';
		gsize n = strcspn(p += end, " >");

		if (!among(ELEMENTS, p, n))
			return "an element";
		for (p += n; *p == ' ';) {
			const char *name = ++p;
			gsize size = strcspn(p, "=");
			g_autofree char *value = NULL;

			if (end || !among(ATTRIBUTES, name, size))
				return "an attribute";
			p += size;
			if (p[0] != '=' || p[1] != '"' || strchr(p + 2, '"') == NULL)
				return "a value without quotes";
			value = g_strndup(p + 2, strcspn(p + 2, "\""));
			p += 3 + strlen(value);
			if (strpbrk(value, "<>") != NULL || !value_is_harmless(name, size, value))
				return "a value";
		}
		if (*p != '>')
			return "a tag without an end";
	}
	return NULL;
}

static GString *
unescape(const char *line)
{
	GString *out = g_string_new(NULL);

	for (const char *p = line; *p != 0; p++) {
		static const char from[] = "ntr0f\\", to[] = "\n\t\r\0\f\\";
		const char *at = *p == '\\' && p[1] != 0 ? strchr(from, p[1]) : NULL;

		if (at != NULL) {
			g_string_append_c(out, to[at - from]);
			p++;
		} else if (p[0] == '\\' && p[1] == 'x' && g_ascii_isxdigit(p[2]) && g_ascii_isxdigit(p[3])) {
			g_string_append_c(out, (char)(g_ascii_xdigit_value(p[2]) * 16 + g_ascii_xdigit_value(p[3])));
			p += 3;
		} else {
			g_string_append_c(out, *p);
		}
	}
	return out;
}

static void
test_vectors(void)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	guint n = 0;

	g_assert_true(g_file_get_contents(VECTORS, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", 0);
	for (guint i = 0; lines[i] != NULL; i++) {
		g_autoptr(GString) html = NULL;
		g_autofree char *bare = NULL, *inside = NULL;
		const char *fault;

		if (*lines[i] == '#' || *lines[i] == 0)
			continue;
		html = unescape(lines[i]);
		bare = clean_bytes(html->str, html->len);
		g_string_prepend(html, "<html><body><table><tr><td><p>before ");
		g_string_append(html, " after</p></table></body></html>");
		inside = clean_bytes(html->str, html->len);
		fault = fault_of(bare) != NULL ? fault_of(bare) : fault_of(inside);
		if (fault != NULL)
			g_test_fail_printf("%s is left of %s: %s", fault, lines[i], bare);
		n++;
	}
	g_assert_cmpuint(n, >=, 150);
}

/* What the reader above must find, so that it is one. */
static void
test_reader(void)
{
	static const char *const bad[] = { "<script>", "<p onclick=\"x\">", "<a href=\"javascript:x\">", "<img src=\"https://x\">", "<svg>",
		"<p style=\"background: url(x)\">", "<p title=x>", "<p", "<a href=\"/x\">", "<p id=\"x\">", "<!--", "< p>" };

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_nonnull(fault_of(bad[i]));
	g_assert_null(fault_of("<p style=\"color: red\">a &lt; b</p><img data-src=\"https://x\">"));
}

static void
test_kept(void)
{
	static const struct {
		const char *html, *clean;
	} table[] = {
		{ "<p>Hi <b>Ann</b>,<br>see <i>this</i></p>", NULL },
		{ "<table border=\"0\" width=\"600\"><tr><td align=\"center\" bgcolor=\"#ffffff\">x</td></tr></table>", NULL },
		{ "<div style='color:#1F497D;font-family:\"Calibri\",sans-serif;mso-x:y'>x</div>",
			"<div style=\"color: #1F497D; font-family: &quot;Calibri&quot;,sans-serif\">x</div>" },
		{ "<a href='https://www.example.org/?a=1&amp;b=2'>x</a>",
			"<a href=\"https://www.example.org/?a=1&amp;b=2\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>" },
		{ "<a href='mailto:a@example.org'>x</a>", "<a href=\"mailto:a@example.org\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>" },
		{ "<a href='www.example.org'>x</a>", "<a href=\"http://www.example.org\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>" },
		{ "<img src=\"http://a.example/x.png\" alt=\"Logo\" width=\"10\">", "<img data-src=\"http://a.example/x.png\" alt=\"Logo\" width=\"10\">" },
		{ "<img src='cid:x@y' alt=Logo>", "<img alt=\"Logo\">" },
		{ "<blockquote class='gmail_quote big' style='margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex'>x</blockquote>",
			"<blockquote class=\"gmail_quote\" style=\"margin: 0 0 0 .8ex; border-left: 1px #ccc solid; padding-left: 1ex\">x</blockquote>" },
		{ "<o:p>Dear</o:p> <form><label>Sir</label></form>", "Dear Sir" },
		{ "<html><head><title>t</title><style>p{}</style></head><body><p>x</p></body></html>", "<p>x</p>" },
		{ "2 < 3 & 4 > 1", "2 &lt; 3 &amp; 4 &gt; 1" },
		{ "Gr\xc3\xbc\xc3\x9f" "e &auml;&euro;&#x1F600;", "Gr\xc3\xbc\xc3\x9f" "e \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "", "" },
		{ "words only", NULL },
		{ "<![if !supportLists]>1.<![endif]> one", "1. one" },
		/* Cut off within a tag: what was begun is ended. */
		{ "<p>x <b>y <i class=\"z", "<p>x <b>y <i></i></b></p>" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *out = clean(table[i].html);

		g_assert_cmpstr(out, ==, table[i].clean != NULL ? table[i].clean : table[i].html);
	}
}

static char *
address_of(const char *content_id, gpointer data)
{
	g_ptr_array_add(data, g_strdup(content_id));
	return g_str_has_prefix(content_id, "logo") ? g_strdup("/files/1?a=\"&b") : NULL;
}

static void
test_pictures(void)
{
	g_autoptr(GPtrArray) asked = g_ptr_array_new_with_free_func(g_free);
	HtmlCleanOptions options = { address_of, asked, FALSE };
	const char *html = "<p>say src=\"cid:no\"</p><img src=\"cid:logo%40x&amp;y\"><img src=CID:other alt=a><img src=https://a.example/1.png>"
			   "<p style=\"background:url(https://a.example/2.png)\">x</p>";
	HtmlReport report;
	g_autofree char *out = html_clean(html, strlen(html), &options, &report), *shown = NULL;

	g_assert_cmpstr(out, ==, "<p>say src=&quot;cid:no&quot;</p><img src=\"/files/1?a=&quot;&amp;b\"><img alt=\"a\">"
				 "<img data-src=\"https://a.example/1.png\"><p>x</p>");
	g_assert_cmpuint(asked->len, ==, 2);
	g_assert_cmpstr(asked->pdata[0], ==, "logo@x&y");
	g_assert_cmpuint(report.n_remote, ==, 2);
	options.remote_images = TRUE;
	shown = html_clean(html, strlen(html), &options, NULL);
	g_assert_nonnull(strstr(shown, "<img src=\"https://a.example/1.png\">"));
}

/* Beyond the bounds the rest is text: nothing fails, nothing takes long, no word is lost. */
static void
test_bounds(void)
{
	static const char *const pieces[] = { "<div>", "<b>", "<table><tr><td>", "</i>", "<a b1", "<p a=1 ", "<!--", "<!", "<", "&", "<p>x", "<li>",
		"<font size=1>", "<a href=x>", "<script>", "<b></i>", "<p/", "<svg><style>", "<![if !x]>", "&#x", "<p style='a:b;", "\"", "<dl><dd><dl><dt>" };

	for (guint i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) html = g_string_new("<p>first</p>");
		gint64 start = g_get_monotonic_time();
		g_autofree char *out = NULL, *text = NULL;

		while (html->len < 150000)
			g_string_append(html, pieces[i]);
		out = html_clean(html->str, html->len, &plain, NULL);
		text = html_to_text(html->str, html->len);
		g_assert_nonnull(strstr(out, "first"));
		g_assert_true(g_str_has_prefix(text, "first"));
		if (fault_of(out) != NULL)
			g_test_fail_printf("%s is left of many \"%s\"", fault_of(out), pieces[i]);
		if (g_get_monotonic_time() - start > 10 * G_USEC_PER_SEC)
			g_test_fail_printf("many \"%s\" take %" G_GINT64_FORMAT " ms", pieces[i], (g_get_monotonic_time() - start) / 1000);
	}
}

static void
test_words_kept(void)
{
	g_autoptr(GString) deep = g_string_new(NULL), many = g_string_new(NULL);
	g_autofree char *deep_out = NULL, *many_out = NULL;

	for (guint i = 0; i < 2000; i++)
		g_string_append(deep, "<div>");
	g_string_append(deep, "the last word");
	for (guint i = 0; i < 150000; i++)
		g_string_append(many, "<br>");
	g_string_append(many, "<p>the last word</p>");
	deep_out = html_clean(deep->str, deep->len, &plain, NULL);
	many_out = html_clean(many->str, many->len, &plain, NULL);
	g_assert_nonnull(strstr(deep_out, "the last word"));
	g_assert_nonnull(strstr(many_out, "the last word"));
}

static void
test_text(void)
{
	static const struct {
		const char *html, *text;
	} table[] = {
		{ "<p>Hi Ann,</p><p>it <b>broke</b>.<br>Twice.</p>", "Hi Ann,\n\nit broke.\nTwice.\n" },
		{ "<div>one</div><div><br></div><div>two</div>", "one\n\ntwo\n" },
		{ "a<br><br>b", "a\n\nb\n" },
		{ "<p class=MsoNormal>Hi</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>Bye</p>", "Hi\n\nBye\n" },
		{ "<style>p{}</style><title>t</title><p>x</p><div style='display: none'>hidden</div><script>y</script>", "x\n" },
		{ "see <a href='https://a.example/x'>this page</a> now", "see this page <https://a.example/x> now\n" },
		{ "see <a href='https://a.example/'>a.example</a>, <a href='mailto:a@b.example'>a@b.example</a>", "see a.example, a@b.example\n" },
		{ "<ul><li>one<li>two</ul><ol><li>x</li><li>y</li></ol>", "- one\n- two\n\n1. x\n2. y\n" },
		{ "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n" },
		{ "yes<blockquote>one<br>two<blockquote>deep</blockquote></blockquote>no", "yes\n\n> one\n> two\n>\n>> deep\n\nno\n" },
		{ "<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>indented</blockquote>", "indented\n" },
		{ "x<hr><p>y</p>", "x\n--------------------------------\n\ny\n" },
		{ "ok<div id=divRplyFwdMsg><b>Frá:</b> Ann</div>", "ok\n-----Original Message-----\nFr\xc3\xa1: Ann\n" },
		{ "<pre>a  b\n  c</pre>", "a  b\n  c\n" },
		{ "<p>a   b\n c</p>", "a b c\n" },
		{ "", "" },
		{ "<img src=x alt='Our logo'> hello", "Our logo hello\n" },
		{ "<p>cut <a href='https://a.example/x'>off</a> in <a href='https://a.example/y", "cut off <https://a.example/x> in\n" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *text = html_to_text(table[i].html, strlen(table[i].html));

		g_assert_cmpstr(text, ==, table[i].text);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clean_html/reader", test_reader);
	g_test_add_func("/clean_html/vectors", test_vectors);
	g_test_add_func("/clean_html/kept", test_kept);
	g_test_add_func("/clean_html/pictures", test_pictures);
	g_test_add_func("/clean_html/bounds", test_bounds);
	g_test_add_func("/clean_html/words_kept", test_words_kept);
	g_test_add_func("/clean_html/text", test_text);
	return g_test_run();
}
