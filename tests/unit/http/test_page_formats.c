/* The formatters of pages, one row each: what the template says, the value x, what comes out. Now is Thursday 19 November
 * 2026, 11:22 in London. */
#include "http/page_embed.h"
#include "http/page_formats.h"
#include "kit/kit.h"
#include <string.h>

/* Questions about one text, one behind the other: those that are passed by must not take others with them. */
#define CHAIN "{{#x|is:a}}1{{/x}}{{#x|is:b,c}}2{{/x}}{{^x|is:b}}3{{/x}}{{#x|is:c}}4{{/x}}{{#x}}5{{/x}}"

/* So many that the next one is looked up; words that stand in two of them, and what asks otherwise in between. */
#define ROW "{{#x|is:a}}1{{/x}}{{#x|is:b,c}}2{{/x}}{{#x|is:c}}3{{/x}}{{#x|is:d}}4{{/x}}{{#x|is:a,d}}5{{/x}}{{^x|is:a}}6{{/x}}{{#x|is:e}}7{{/x}}{{#x|is:,f}}8{{/x}}"
#define EACH "{{#x}}{{#.|is:a}}1{{/.}}{{#.|is:b}}2{{/.}}{{#.|is:c}}{{#.|is:c}}3{{/.}}{{/.}}{{#.|is:d}}4{{/.}};{{/x}}"

typedef struct {
	const char *source, *x, *wanted; /* @x is JSON */
} Row;

static const gint64 now = 1795087320000; /* 2026-11-19T11:22:00Z */

static void
check_rows(const Row *rows, guint n, const char *lang, const char *zone, const char *const *words)
{
	for (guint i = 0; i < n; i++) {
		g_autoptr(TemplateSet) set = template_set_new();
		TemplateContext context = { .now_ms = now, .lang = lang, .zone = zone, .data = set };
		g_autofree char *json = g_strdup_printf("{\"x\": %s, \"from\": \"2026-11-19T08:22:00Z\", \"max\": 80, \"other\": \"b\", \"tags\": [\"a\", \"b\"]}", rows[i].x);
		g_autoptr(json_t) value = json_loads(json, 0, NULL);
		g_autoptr(GString) out = g_string_new(NULL);
		g_autoptr(GError) error = NULL;

		g_assert_nonnull(value);
		page_formats_add(set);
		if (words != NULL)
			template_set_words(set, lang, words);
		template_set_add(set, "row", rows[i].source, strlen(rows[i].source), &error);
		g_assert_no_error(error);
		template_render(template_set_find(set, "row"), NULL, value, &context, out);
		if (strcmp(out->str, rows[i].wanted) != 0)
			g_error("%s of %s: \"%s\", not \"%s\"", rows[i].source, rows[i].x, out->str, rows[i].wanted);
	}
}
#define CHECK(rows, lang, zone) check_rows(rows, G_N_ELEMENTS(rows), lang, zone, NULL)

static void
test_due(void)
{
	static const Row rows[] = {
		{ "{{x|due}}", "\"2026-11-19T12:00:00Z\"", "in 38 min" },
		{ "{{x|due}}", "\"2026-11-19T11:22:30Z\"", "due now" },
		{ "{{x|due}}", "\"2026-11-19T12:27:00Z\"", "in 1 h 05 min" },
		{ "{{x|due}}", "\"2026-11-19T12:22:00Z\"", "in 1 h" },
		{ "{{x|due}}", "\"2026-11-19T13:02:00Z\"", "in 1 h 40 min" },
		{ "{{x|due}}", "\"2026-11-19T15:00:00Z\"", "today 15:00" },
		{ "{{x|due}}", "\"2026-11-20T09:05:00Z\"", "tomorrow 09:05" },
		{ "{{x|due}}", "\"2026-11-24T09:00:00Z\"", "Tue 24 Nov" },
		{ "{{x|due}}", "\"2027-01-02T09:00:00Z\"", "Sat 2 Jan 2027" },
		{ "{{x|due}}", "\"2026-11-19T11:22:00Z\"", "due now" },
		{ "{{x|due}}", "\"2026-11-19T10:42:00Z\"", "40 min late" },
		{ "{{x|due}}", "\"2026-11-19T08:12:00Z\"", "3 h 10 min late" },
		{ "{{x|due}}", "\"2026-11-19T09:22:00Z\"", "2 h late" },
		{ "{{x|due}}", "\"2026-11-18T11:22:00Z\"", "1 day late" },
		{ "{{x|due}}", "\"2026-11-09T11:22:00Z\"", "10 days late" },
		{ "{{x|due}}", "1795089600000", "in 38 min" },
		{ "[{{x|due}}]", "null", "[]" },
		{ "[{{x|due}}]", "\"soon\"", "[]" },
		{ "[{{x|due}}]", "\"\"", "[]" },
		{ "[{{x|due}}]", "0", "[]" },
		{ "[{{x|due}}]", "{}", "[]" },
	};

	CHECK(rows, "en", "UTC");
}

static void
test_ago(void)
{
	static const Row rows[] = {
		{ "{{x|ago}}", "\"2026-11-19T11:21:30Z\"", "just now" },
		{ "{{x|ago}}", "\"2026-11-19T11:22:20Z\"", "just now" },
		{ "{{x|ago}}", "\"2026-11-19T10:44:00Z\"", "38 min ago" },
		{ "{{x|ago}}", "\"2026-11-19T09:20:00Z\"", "today 09:20" },
		{ "{{x|ago}}", "\"2026-11-18T14:05:00Z\"", "yesterday 14:05" },
		{ "{{x|ago}}", "\"2026-11-03T14:05:00Z\"", "Tue 3 Nov" },
		{ "{{x|ago}}", "\"2025-11-03T14:05:00Z\"", "Mon 3 Nov 2025" },
		{ "{{x|ago}}", "\"2026-11-19T12:00:00Z\"", "in 38 min" },
	};

	CHECK(rows, "en", "UTC");
}

static void
test_dates(void)
{
	static const Row rows[] = {
		{ "{{x|day}}", "\"2026-11-19T23:59:00Z\"", "today" },
		{ "{{x|day}}", "\"2026-11-20T00:00:00Z\"", "tomorrow" },
		{ "{{x|day}}", "\"2026-11-18\"", "yesterday" },
		{ "{{x|day}}", "\"2026-11-17\"", "Tue 17 Nov" },
		{ "{{x|date}}", "\"2026-03-01\"", "Sun 1 Mar" },
		{ "{{x|date}}", "\"2024-02-29\"", "Thu 29 Feb 2024" },
		{ "{{x|date}}", "\"1969-12-31T23:59:59Z\"", "Wed 31 Dec 1969" },
		{ "{{x|date:short}} {{x|date:long}} {{x|date:month}}", "\"2026-05-04\"", "4 May Monday 4 May 2026 May 2026" },
		{ "{{x|date:short}}", "\"2025-05-04\"", "4 May 2025" },
		{ "{{x|time}} {{x|datetime}}", "\"2026-11-19T09:05:59Z\"", "09:05 Thu 19 Nov, 09:05" },
		{ "{{x|datetime}}", "\"2025-11-19T09:05:59Z\"", "Wed 19 Nov 2025, 09:05" },
		{ "{{x|short}}", "\"2026-11-19T09:05:59Z\"", "09:05" },
		{ "{{x|short}}", "\"2026-11-18T09:05:59Z\"", "18 Nov" },
		{ "{{x|iso}} {{x|iso:date}} {{x|iso:local}}", "\"2026-11-19T09:05:59Z\"", "2026-11-19T09:05:59Z 2026-11-19 2026-11-19T09:05" },
		{ "[{{x|date}}{{x|time}}{{x|datetime}}{{x|iso}}{{x|day}}{{x|short}}{{x|ago}}]", "null", "[]" },
	};

	CHECK(rows, "en", "UTC");
}

static void
test_zones(void)
{
	static const Row berlin[] = {
		{ "{{x|time}}", "\"2026-11-19T09:05:00Z\"", "10:05" },
		{ "{{x|time}}", "\"2026-07-19T09:05:00Z\"", "11:05" },
		{ "{{x|iso:local}}", "\"2026-12-31T23:30:00Z\"", "2027-01-01T00:30" },
		{ "{{x|day}}", "\"2026-11-19T23:30:00Z\"", "tomorrow" },
		{ "{{x|time}}", "\"2026-03-29T00:59:00Z\"", "01:59" },
		{ "{{x|time}}", "\"2026-03-29T01:00:00Z\"", "03:00" },
		{ "{{x|time}}", "\"2026-10-25T00:30:00Z\"", "02:30" },
		{ "{{x|time}}", "\"2026-10-25T01:30:00Z\"", "02:30" },
	};
	static const Row kathmandu[] = { { "{{x|iso:local}}", "\"2026-11-19T18:20:00Z\"", "2026-11-20T00:05" } };
	static const Row honolulu[] = { { "{{x|iso:local}}", "\"2026-01-01T05:00:00Z\"", "2025-12-31T19:00" } };
	static const Row unknown[] = { { "{{x|time}}", "\"2026-11-19T09:05:00Z\"", "09:05" } };

	CHECK(berlin, "en", "Europe/Berlin");
	CHECK(kathmandu, "en", "Asia/Kathmandu");
	CHECK(honolulu, "en", "Pacific/Honolulu");
	CHECK(unknown, "en", "Middle/Earth");
	CHECK(unknown, "en", NULL);
}

/* What was written lately is written again only for the same time, zone, language, day and words. */
static void
test_written_once(void)
{
	static const char *const german[] = { "{wd} {d} {mon}, {time}", "{wd}, {d}. {mon}, {time}", "Thu", "Do", "Fri", "Fr", "Nov", "Nov.", "yesterday", "gestern", "today", "heute", NULL };
	static const struct {
		const char *zone, *lang;
		gint64 now_ms;
		const char *wanted;
	} rows[] = {
		{ "UTC", "en", 1795087320000, "Thu 19 Nov, 23:30|today|23:30|23:30" },
		{ "Europe/Berlin", "en", 1795087320000, "Fri 20 Nov, 00:30|tomorrow|00:30|20 Nov" },
		{ "UTC", "de", 1795087320000, "Do, 19. Nov., 23:30|heute|23:30|23:30" },
		{ "UTC", "en", 1795087320000 + 86400000, "Thu 19 Nov, 23:30|yesterday|23:30|19 Nov" },
		{ "UTC", "de", 1795087320000 + 86400000, "Do, 19. Nov., 23:30|gestern|23:30|19 Nov." },
		{ "UTC", "en", 1795087320000 + 86400000 * (gint64)60, "Thu 19 Nov 2026, 23:30|Thu 19 Nov 2026|23:30|19 Nov 2026" },
	};
	static const char source[] = "{{x|datetime}}|{{x|day}}|{{x|time}}|{{x|short}}";
	g_autoptr(json_t) value = json_pack("{s:s}", "x", "2026-11-19T23:30:00Z");
	g_autoptr(TemplateSet) set = template_set_new(), other = template_set_new();
	g_autoptr(GError) error = NULL;

	page_formats_add(set);
	page_formats_add(other);
	template_set_words(set, "de", german);
	g_assert_true(template_set_add(set, "row", source, strlen(source), &error) && template_set_add(other, "row", source, strlen(source), &error));
	for (guint round = 0; round < 3; round++)
		for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
			TemplateContext context = { .now_ms = rows[i].now_ms, .lang = rows[i].lang, .zone = rows[i].zone, .data = set };
			g_autoptr(GString) out = g_string_new(NULL), bare = g_string_new(NULL);

			template_render(template_set_find(set, "row"), NULL, value, &context, out);
			g_assert_cmpstr(out->str, ==, rows[i].wanted);
			context.data = other; /* a set that has no German */
			template_render(template_set_find(other, "row"), NULL, value, &context, bare);
			g_assert_null(strstr(bare->str, "gestern"));
		}
}

/* Against GLib's own calendar, over four centuries and every zone switch of a year. */
static void
test_local_time_agrees_with_glib(void)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("America/New_York");
	gint64 steps[] = { 86400 * 37 + 3607, 1807 };
	gint64 from[] = { G_GINT64_CONSTANT(-6000000000), 1767225600 }, to[] = { G_GINT64_CONSTANT(7000000000), 1798761600 };

	for (guint k = 0; k < 2; k++) {
		for (gint64 at = from[k]; at < to[k]; at += steps[k]) {
			g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at), local = g_date_time_to_timezone(utc, zone);
			LocalTime mine;

			local_time("America/New_York", at * 1000, &mine);
			g_assert_cmpint(mine.year, ==, g_date_time_get_year(local));
			g_assert_cmpint(mine.month, ==, g_date_time_get_month(local));
			g_assert_cmpint(mine.mday, ==, g_date_time_get_day_of_month(local));
			g_assert_cmpint(mine.hour, ==, g_date_time_get_hour(local));
			g_assert_cmpint(mine.minute, ==, g_date_time_get_minute(local));
			g_assert_cmpint(mine.second, ==, g_date_time_get_second(local));
			g_assert_cmpint(mine.weekday + 1, ==, g_date_time_get_day_of_week(local));
		}
	}
}

/* The quick reader says what the strict one says, or leaves it to it. */
static void
test_quick_reading_agrees(void)
{
	guint n = 0;

	for (gint64 at = G_GINT64_CONSTANT(-6000000000000); at < G_GINT64_CONSTANT(7000000000000); at += G_GINT64_CONSTANT(86400000) * 11 + 3607123) {
		gint64 quick, strict;
		char text[TIME_SIZE];

		time_write(at, text);
		g_assert_true(time_read(text, &strict));
		if (local_time_read(text, strlen(text), &quick)) {
			g_assert_cmpint(quick, ==, strict);
			n++;
		}
	}
	g_assert_cmpuint(n, >, 10000);
	g_assert_false(local_time_read("2026-02-30T00:00:00Z", 20, &(gint64) { 0 }));
	g_assert_false(local_time_read("2026-13-01T00:00:00Z", 20, &(gint64) { 0 }));
	g_assert_false(local_time_read("2026-11-19T24:00:00Z", 20, &(gint64) { 0 }));
	g_assert_false(local_time_read("2026-11-19T12:00:0xZ", 20, &(gint64) { 0 }));
	g_assert_false(local_time_read("2026-11-19T12:00:00+01:00", 25, &(gint64) { 0 }));
}

static void
test_clock(void)
{
	static const Row rows[] = {
		{ "{{x|clock:@from}}", "\"2026-11-19T11:00:00Z\"", "late" },
		{ "{{x|clock:@from}}", "\"2026-11-19T12:22:00Z\"", "soon" },
		{ "{{x|clock:@from}}", "\"2026-11-19T12:23:00Z\"", "plain" },
		{ "{{x|clock}}", "\"2026-11-19T11:23:00Z\"", "plain" },
		{ "[{{x|clock:@from}}]", "null", "[]" },
		{ "{{#x|past}}gone{{/x}}{{^x|past}}to come{{/x}}", "\"2026-11-19T11:22:00Z\"", "gone" },
		{ "{{#x|past}}gone{{/x}}{{^x|past}}to come{{/x}}", "\"2026-11-19T11:22:01Z\"", "to come" },
		{ "{{#x|past}}gone{{/x}}", "null", "" },
	};

	CHECK(rows, "en", "UTC");
}

static void
test_numbers(void)
{
	static const Row rows[] = {
		{ "{{x|number}}", "0", "0" },
		{ "{{x|number}}", "999", "999" },
		{ "{{x|number}}", "1000", "1,000" },
		{ "{{x|number}}", "-1234567", "−1,234,567" },
		{ "{{x|number}}", "1234.5", "1,234.5" },
		{ "{{x|number:1}}", "1234.56", "1,234.6" },
		{ "{{x|number:0}}", "-0.2", "0" },
		{ "{{x|number}}", "\"1234\"", "1,234" },
		{ "[{{x|number}}]", "\"many\"", "[]" },
		{ "[{{x|number}}]", "null", "[]" },
		{ "{{x|percent}}", "0.873", "87\302\240%" },
		{ "{{x|percent:1}}", "0.873", "87.3\302\240%" },
		{ "{{x|percent:of100}} {{x|percent:of100,1}}", "87.3", "87\302\240% 87.3\302\240%" },
		{ "{{x|signed}} {{x|signed:1}}", "3.04", "+3 +3.0" },
		{ "{{x|signed}}", "-2", "−2" },
		{ "{{x|signed}}", "0", "0" },
		{ "{{x|bytes}}", "1", "1 byte" },
		{ "{{x|bytes}}", "812", "812 bytes" },
		{ "{{x|bytes}}", "3400", "3.4\302\240kB" },
		{ "{{x|bytes}}", "999499", "999\302\240kB" },
		{ "{{x|bytes}}", "999500", "1.0\302\240MB" },
		{ "{{x|size}}", "12000000", "12\302\240MB" },
		{ "[{{x|bytes}}]", "-1", "[]" },
		{ "{{x|of:@max}}", "50", "62.5" },
		{ "{{x|of:@max}}", "40", "50" },
		{ "{{x|of:@max}}", "400", "100" },
		{ "{{x|of:@none}}", "40", "0" },
		{ "{{x|count}}{{#x|count}} some{{/x}}", "[1, 2, 3]", "3 some" },
		{ "{{x|count}}{{^x|count}} none{{/x}}", "[]", "0 none" },
		{ "{{x|duration}}", "38000", "38 s" },
		{ "{{x|duration}}", "2280000", "38 min" },
		{ "{{x|duration}}", "11400000", "3 h 10 min" },
		{ "{{x|duration:s}}", "7200", "2 h" },
		{ "{{x|duration}}", "187200000", "2 days 4 h" },
		{ "{{x|duration}}", "1728000000", "20 days" },
		{ "{{x|duration}}", "1e300", "11574074 days" },
	};

	CHECK(rows, "en", "UTC");
}

static void
test_texts(void)
{
	static const Row rows[] = {
		{ CHAIN, "\"a\"", "135" },
		{ CHAIN, "\"b\"", "25" },
		{ CHAIN, "\"c\"", "2345" },
		{ CHAIN, "\"\"", "3" },
		{ CHAIN, "null", "3" },
		{ CHAIN, "7", "35" },
		{ "{{#x}}{{#.|is:a}}A{{/.}}{{#.|is:b}}B{{/.}}{{#.|is:a,b}}C{{/.}};{{/x}}", "[\"a\", \"b\", \"c\"]", "AC;BC;;" },
		{ "{{#x|is:a}}{{#x|is:b}}no{{/x}}{{#x|is:a}}yes{{/x}}{{#x|is:c}}no{{/x}}{{/x}}{{#x|is:b}}no{{/x}}|", "\"a\"", "yes|" },
		{ ROW, "\"a\"", "15" },
		{ ROW, "\"b\"", "26" },
		{ ROW, "\"c\"", "236" },
		{ ROW, "\"d\"", "456" },
		{ ROW, "\"e\"", "67" },
		{ ROW, "\"f\"", "68" },
		{ ROW, "\"\"", "68" },
		{ ROW, "\"bc\"", "6" },
		{ ROW, "7", "6" },
		{ ROW, "null", "6" },
		{ EACH, "[\"a\", \"c\", \"e\", \"d\", 1, \"b\"]", "1;3;;4;;2;" },
		{ "  {{x|choices:@other}}", "[\"a\", \"b\", 1, \"c d\"]", "  <option value=\"a\">A</option><option value=\"b\" selected>B</option><option value=\"c d\">c d</option>" },
		{ "{{x|choices:high}}", "\"critical,high,not_upheld\"", "<option value=\"critical\">Critical</option><option value=\"high\" selected>High</option><option value=\"not_upheld\">Not upheld</option>" },
		{ "{{x|choices:@nothing}}", "\"<,high\"", "<option value=\"&lt;\">&lt;</option><option value=\"high\">High</option>" },
		{ "[{{x|choices:a}}]", "null", "[]" },
		{ "{{'low,high'|choices:@x}}", "\"low\"", "<option value=\"low\" selected>Low</option><option value=\"high\">High</option>" },
		{ "{{x|chosen:@nothing}}", "{\"html\": \"<option value=\\\"b\\\">Two</option>\", \"at\": {\"b\": 17}}", "<option value=\"b\">Two</option>" },
		{ "{{x|chosen:b}}", "{\"html\": \"<option value=\\\"b\\\">Two</option>\", \"at\": {\"b\": 17}}", "<option value=\"b\" selected>Two</option>" },
		{ "{{x|chosen:b}}", "\"<option value=\\\"a\\\">One</option><option value=\\\"b\\\">Two</option>\"", "<option value=\"a\">One</option><option value=\"b\" selected>Two</option>" },
		{ "{{x|chosen:@other}}", "\"<option value=\\\"b\\\">Two</option>\"", "<option value=\"b\" selected>Two</option>" },
		{ "{{x|chosen:A & B}}", "\"<option value=\\\"q\\\">A &amp; B</option>\"", "<option value=\"q\" selected>A &amp; B</option>" },
		{ "{{x|chosen:gone}}", "\"<option value=\\\"b\\\">Two</option>\"", "<option value=\"b\">Two</option>" },
		{ "{{x|chosen:@nothing}}", "\"<option value=\\\"b\\\">Two</option>\"", "<option value=\"b\">Two</option>" },
		{ "{{x|initials}}", "\"Amara Okafor\"", "AO" },
		{ "{{x|initials}}", "\"  ünal van der müller \"", "ÜM" },
		{ "{{x|initials}}", "\"Ruth\"", "R" },
		{ "{{x|initials}}", "\"Jean-Luc P.\"", "JP" },
		{ "[{{x|initials}}]", "\"...\"", "[]" },
		{ "{{x|lines}}", "\"one\\r\\ntwo\\n\\n \\nthree <b>\"", "<p>one<br>\ntwo</p>\n<p>three &lt;b&gt;</p>" },
		{ "[{{x|lines}}]", "\"\\n \\n\"", "[]" },
		{ "{{x|lines}}", "\"See https://a.example/b?c=1&d=(2), please.\"",
			"<p>See <a href=\"https://a.example/b?c=1&amp;d=(2)\" rel=\"noopener nofollow\">https://a.example/b?c=1&amp;d=(2)</a>, please.</p>" },
		{ "{{x|lines}}", "\"(http://a.example)\"", "<p>(<a href=\"http://a.example\" rel=\"noopener nofollow\">http://a.example</a>)</p>" },
		{ "{{x|lines}}", "\"javascript:alert(1) xhttp://a http:// https://\\\"x\"", "<p>javascript:alert(1) xhttp://a http:// https://&quot;x</p>" },
		{ "{{x|marks}}", "\"a \\uE000found\\uE001 <b>\"", "a <mark>found</mark> &lt;b&gt;" },
		{ "{{x|marks}}", "\"\\uE001a \\uE000\\uE000b\"", "a <mark>b</mark>" },
		{ "{{x|marks}}", "\"\\uE002\"", "\356\200\202" },
		{ "{{x|cut:10}}", "\"short\"", "short" },
		{ "{{x|cut:10}}", "\"one two three\"", "one two…" },
		{ "{{x|cut:4}}", "\"unbroken\"", "unbr…" },
		{ "{{x|cut:3}}", "\"äöüß\"", "äöü…" },
		{ "{{x|urlencode}}", "\"a b&c=ä/+\"", "a%20b%26c%3D%C3%A4%2F%2B" },
		{ "{{x|urlencode}}", "12", "12" },
		{ "{{x|without:b}}", "\"a=1&b=2&c\"", "a=1&amp;c" },
		{ "{{{x|without:b,a}}}", "\"a=1&b=2&&bb=3\"", "bb=3" },
		{ "{{{x|with:b=x y}}}", "\"a=1&b=2\"", "a=1&b=x%20y" },
		{ "{{{x|without:after|with:sort=due}}}", "\"view=mine&after=12&sort=new\"", "view=mine&sort=due" },
		{ "{{{x|with:a=1}}}", "\"\"", "a=1" },
		{ "{{x|json}}", "{\"a\": [1, \"<\"]}", "{&quot;a&quot;:[1,&quot;&lt;&quot;]}" },
		{ "{{x|json}}", "null", "null" },
		{ "{{x|join}} {{x|join: / }}", "[\"a\", 1, \"<b>\"]", "a, &lt;b&gt; a/&lt;b&gt;" },
		{ "{{x|or:none}}", "\"\"", "none" },
		{ "{{x|or:none}}", "\"some\"", "some" },
		{ "{{x|or:none}}", "7", "7" },
		{ "{{x|upper}} {{x|lower}}", "\"Straße\"", "STRASSE straße" },
		{ "{{x|sentence}}", "\"über Nacht\"", "Über Nacht" },
		{ "[{{x|sentence}}]", "\"\"", "[]" },
	};

	CHECK(rows, "en", "UTC");
}

static void
test_tests(void)
{
	static const Row rows[] = {
		{ "{{#x|is:received}}1{{/x}}{{^x|is:received}}0{{/x}}", "\"received\"", "1" },
		{ "{{#x|is:received}}1{{/x}}{{^x|is:received}}0{{/x}}", "\"receive\"", "0" },
		{ "{{#x|is:a,b,c}}1{{/x}}{{^x|is:a,b,c}}0{{/x}}", "\"b\"", "1" },
		{ "{{#x|is:a,b,c}}1{{/x}}{{^x|is:a,b,c}}0{{/x}}", "\"a,b,c\"", "0" },
		{ "{{#x|is:a,b,c}}1{{/x}}{{^x|is:a,b,c}}0{{/x}}", "\"d\"", "0" },
		{ "{{#x|is:@other}}1{{/x}}{{^x|is:@other}}0{{/x}}", "\"b\"", "1" },
		{ "{{#x|is:@none}}1{{/x}}{{^x|is:@none}}0{{/x}}", "null", "0" },
		{ "{{#x|is:3}}1{{/x}}{{^x|is:3}}0{{/x}}", "3", "1" },
		{ "{{#x|is:true}}1{{/x}}{{^x|is:true}}0{{/x}}", "true", "1" },
		{ "{{#x|is:false}}1{{/x}}{{^x|is:false}}0{{/x}}", "false", "1" },
		{ "{{#x|starts:/cases}}1{{/x}}", "\"/cases/AB\"", "1" },
		{ "{{#x|starts:/cases}}1{{/x}}", "\"/case\"", "" },
		{ "{{#x|has:b}}1{{/x}}", "[\"a\", \"b\"]", "1" },
		{ "{{#x|has:c}}1{{/x}}", "[\"a\", \"b\"]", "" },
		{ "{{#x|has:b}}1{{/x}}", "\"a,b\"", "1" },
		{ "{{#x|has:b}}1{{/x}}", "{\"b\": null}", "1" },
		{ "{{#tags}}{{#x|has:@.}}{{.}}{{/x}}{{/tags}}", "[\"b\"]", "b" },
		{ "{{#x|any}}{{x|count}}{{/x}}", "[1, 2]", "2" },
		{ "{{#x|any}}1{{/x}}", "{}", "" },
		{ "{{#x|many}}1{{/x}}", "[1]", "" },
		{ "{{#x|many}}1{{/x}}", "[1, 2]", "1" },
		{ "{{#x|many}}1{{/x}}", "2", "1" },
		{ "{{#x|over:3}}1{{/x}}{{#x|under:3}}2{{/x}}", "3.5", "1" },
		{ "{{#x|over:3}}1{{/x}}{{#x|under:@max}}2{{/x}}", "3", "2" },
		{ "{{#x|over:}}1{{/x}}{{#x|over:x}}2{{/x}}{{#x|under:@none}}3{{/x}}", "3", "" },
	};

	CHECK(rows, "en", "UTC");
}

static void
test_words(void)
{
	static const Row rows[] = {
		{ "{{x|word}}", "\"partly_upheld\"", "Partly upheld" },
		{ "{{x|word}}", "\"account\"", "Account" },
		{ "{{x|word}}", "\"withdrawn\"", "Withdrawn" },
		{ "{{x|word}}", "\"some_new_word\"", "Some new word" },
		{ "{{x|word}}", "\"A sentence of ours_\"", "A sentence of ours_" },
		{ "[{{x|word}}]", "null", "[]" },
	};

	CHECK(rows, "en", "UTC");
}

static void
test_german(void)
{
	static const char *const words[] = { "Tue", "Di", "Nov", "Nov", "{wd} {d} {mon}", "{wd} {d}. {mon}", "in {n} min", "in {n} Min.", "{n} day late\0050",
		"{n} Tag zu spät", "{n} day late\0051", "{n} Tage zu spät", "Received", "Eingegangen", NULL };
	static const Row rows[] = {
		{ "{{x|due}}", "\"2026-11-24T12:00:00Z\"", "Di 24. Nov" },
		{ "{{x|due}}", "\"2026-11-19T12:00:00Z\"", "in 38 Min." },
		{ "{{x|due}}", "\"2026-11-17T11:00:00Z\"", "2 Tage zu spät" },
		{ "{{x|word}}", "\"received\"", "Eingegangen" },
		{ "{{x|number}}", "1234567", "1.234.567" },
		{ "{{x|number:2}}", "1234.5", "1.234,50" },
		{ "{{x|percent:1}}", "0.5", "50,0\302\240%" },
	};

	check_rows(rows, G_N_ELEMENTS(rows), "de", "Europe/Berlin", words);
}

/* What rules refuse, with the values that stand in it. */
static void
test_said(void)
{
	static const Row german[] = {
		{ "{{x|said}}", "\"Say what happened.\"", "Sagen Sie, was geschehen ist." },
		{ "{{x|said}}", "\"At most 50 tags.\"", "H\xC3\xB6""chstens 50 Schlagw\xC3\xB6rter." },
		{ "{{x|said}}", "\"case 7KQM-4TXB is closed and cannot go to offered from there\"", "Fall 7KQM-4TXB steht auf Geschlossen und kann von dort nicht zu Angeboten" },
		{ "{{x|said}}", "\"is required\"", "Das wird gebraucht." },
		{ "{{x|said}}", "\"At most fifty\"", "At most fifty" },
		/* A sentence of ours inside one; times as the reader's clock shows them, a day alone as that day. */
		{ "{{x|said}}", "\"November has 30 days. Did you mean 2031-11-30, or 2031-12-01T22:30:00Z?\"", "Der November hat 30 Tage. Meinten Sie So 30. Nov. 2031 oder Mo 1. Dez. 2031, 23:30?" },
		{ "{{x|said}}", "\"Order 2031-11-300 of 2031-11-30x, 2031-1-30.\"", "Order 2031-11-300 of 2031-11-30x, 2031-1-30." },
		{ "{{x|said}}", "\"2031-02-31 and 2031-02-31T10:00:00Z\"", "2031-02-31 and 2031-02-31T10:00:00Z" },
		{ "{{x|said}}", "\"Nobody translated this.\"", "Nobody translated this." },
		{ "{{x|field}}", "\"/customer/email\"", "E-Mail: " },
		{ "{{x|word}}", "\"facts.how bad\"", "behalten als „how bad“" },
		{ "[{{x|field}}{{y|field}}]", "\"/\"", "[]" },
		{ "[{{x|field}}]", "\"/warn_pct\"", "[]" }, /* the program's name for it is nobody's word */
		{ "[{{x|said}}]", "\"\"", "[]" },
		/* The server and its port, with a colon in them; of two rules that fit, the one that says more; a gap that holds nothing. */
		{ "{{x|said}}", "\"localhost:993: refused the sign-in of a@example.org: [AUTH] no: never\"", "localhost:993: Hat die Anmeldung von a@example.org abgelehnt: [AUTH] no: never" },
		{ "{{x|said}}", "\"[::1]:993: its certificate has been revoked\"", "[::1]:993: Sein Zertifikat ist widerrufen" },
		{ "{{x|said}}", "\"h:1: its certificate is not trusted: no authority known here has signed it; for a house's own authority name its CA file\"",
			"h:1: Seinem Zertifikat wird nicht vertraut: Keine hier bekannte Stelle hat es unterschrieben; bei einer hauseigenen Stelle nennen Sie deren CA-Datei" },
		{ "{{x|said}}", "\"h:1: its certificate is not trusted: odd\"", "h:1: Seinem Zertifikat wird nicht vertraut: odd" },
		{ "{{x|said}}", "\"h:1: the CA file /x holds no certificate that can be read\"", "h:1: Die CA-Datei /x enth\xC3\xA4lt kein lesbares Zertifikat" },
	};
	static const Row english[] = {
		{ "{{x|said}}", "\"At most 50 tags.\"", "At most 50 tags." },
		{ "{{x|said}}", "\"is required\"", "This is needed." },
		{ "{{x|said}}", "\"November has 30 days. Did you mean 2031-11-30, or 2031-12-01?\"", "November has 30 days. Did you mean Sun 30 Nov 2031, or Mon 1 Dec 2031?" },
	};

	check_rows(german, G_N_ELEMENTS(german), "de", "Europe/Berlin", embedded_words[0].pairs);
	CHECK(english, "en", "Europe/London");
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/formats/due", test_due);
	kit_add_plain("/formats/said", test_said);
	kit_add_plain("/formats/ago", test_ago);
	kit_add_plain("/formats/dates", test_dates);
	kit_add_plain("/formats/zones", test_zones);
	kit_add_plain("/formats/written_once", test_written_once);
	kit_add_plain("/formats/local_time_agrees_with_glib", test_local_time_agrees_with_glib);
	kit_add_plain("/formats/quick_reading_agrees", test_quick_reading_agrees);
	kit_add_plain("/formats/clock", test_clock);
	kit_add_plain("/formats/numbers", test_numbers);
	kit_add_plain("/formats/texts", test_texts);
	kit_add_plain("/formats/tests", test_tests);
	kit_add_plain("/formats/words", test_words);
	kit_add_plain("/formats/german", test_german);
	return kit_run();
}
