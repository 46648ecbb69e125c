/* The words of a survey's mail: every point a link, in the customer's language, nothing of a stranger's text becomes markup, and the way out. */
#include "felt.h"
#include "flow/survey/mail.h"
#include "text/clean_html.h"

static Survey
survey_of(SurveyQuestion *question, GPtrArray *questions, json_t *words)
{
	g_ptr_array_add(questions, question);
	return (Survey){ .questions = questions, .words = words };
}

static guint
count(const char *text, const char *part)
{
	guint n = 0;

	for (const char *p = text; (p = strstr(p, part)) != NULL; p++)
		n++;
	return n;
}

static void
test_every_point_is_a_link(void)
{
	static const struct { const char *kind; guint points; } rows[] = { { "csat", 5 }, { "nps", 11 }, { "ces", 7 } };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(json_t) none = json_object();
		g_autoptr(GPtrArray) questions = g_ptr_array_new();
		SurveyQuestion question = { .kind = (char *)rows[i].kind, .words = none, .bar = -1 };
		Survey survey = survey_of(&question, questions, none);
		SurveyMail mail = { &survey, "en", "Ruth", "Larch & Fern", "Kettle <b>leaks</b>", "https://h.example/survey/K", "https://h.example/no-surveys/K", 1795000000000 };
		g_autofree char *text = survey_mail_text(&mail), *html = survey_mail_html(&mail);
		g_autofree char *clean = html_clean(html, strlen(html), &(HtmlCleanOptions){ .remote_images = TRUE }, NULL);

		g_assert_cmpuint(count(text, "https://h.example/survey/K?score="), ==, rows[i].points);
		g_assert_cmpuint(count(clean, "https://h.example/survey/K?score="), ==, rows[i].points);
		g_assert_nonnull(strstr(clean, "https://h.example/no-surveys/K"));
		g_assert_nonnull(strstr(text, "https://h.example/no-surveys/K"));
		g_assert_nonnull(strstr(clean, "#ffffff")); /* what we rely on survives our own cleaning */
		g_assert_nonnull(strstr(html, "Larch &amp; Fern"));
		g_assert_null(strstr(html, "<img"));
	}
}

static void
test_german_and_own_words(void)
{
	g_autoptr(json_t) none = json_object(), words = json_loads("{\"de\": {\"lead\": \"Bei uns <b>zählt</b> jede Antwort.\"}}", 0, NULL);
	g_autoptr(GPtrArray) questions = g_ptr_array_new();
	SurveyQuestion question = { .kind = (char *)"csat", .words = none, .bar = -1 };
	Survey survey = survey_of(&question, questions, words);
	SurveyMail mail = { &survey, "de", "", NULL, "x", "https://h.example/survey/K", NULL, 1795000000000 };
	g_autofree char *text = survey_mail_text(&mail), *html = survey_mail_html(&mail), *note = survey_mail_note(&mail);

	g_assert_nonnull(strstr(text, "Guten Tag,"));
	g_assert_nonnull(strstr(text, "Wie zufrieden sind Sie"));
	g_assert_nonnull(strstr(html, "Bei uns &lt;b&gt;zählt&lt;/b&gt;"));
	g_assert_null(strstr(note, "http"));
	g_assert_null(strstr(text, "Nicht mehr fragen"));
	mail.lang = "en";
	g_free(text);
	text = survey_mail_text(&mail);
	g_assert_null(strstr(text, "Bei uns")); /* never two languages in one mail */
}

static void
test_without_a_scale_one_button(void)
{
	g_autoptr(json_t) none = json_object(), words = json_loads("{\"en\": {\"ask\": \"What should we change?\"}}", 0, NULL);
	g_autoptr(GPtrArray) questions = g_ptr_array_new();
	SurveyQuestion question = { .kind = (char *)"text", .words = words, .bar = -1 };
	Survey survey = survey_of(&question, questions, none);
	SurveyMail mail = { &survey, "en", "Ruth", NULL, "x", "https://h.example/survey/K", NULL, 1795000000000 };
	g_autofree char *text = survey_mail_text(&mail), *html = survey_mail_html(&mail);

	g_assert_cmpuint(count(text, "https://h.example/survey/K"), ==, 1);
	g_assert_cmpuint(count(html, "https://h.example/survey/K"), ==, 1);
	g_assert_nonnull(strstr(html, "What should we change?"));
}

static void
test_still_right(void)
{
	SurveyMail mail = { NULL, "de", "Ruth", "Larch & Fern", "Kessel <i>leckt</i>", "https://h.example/still-right/K", NULL, 1795000000000 };
	g_autofree char *text = still_right_text(&mail), *html = still_right_html(&mail), *note = still_right_note(&mail);

	g_assert_nonnull(strstr(text, "https://h.example/still-right/K?answer=right\n"));
	g_assert_nonnull(strstr(html, "https://h.example/still-right/K?answer=not_right\""));
	g_assert_nonnull(strstr(html, "Kessel &lt;i&gt;leckt&lt;/i&gt;"));
	g_assert_null(strstr(note, "http"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/survey_mail/links", test_every_point_is_a_link);
	kit_add_plain("/survey_mail/german", test_german_and_own_words);
	kit_add_plain("/survey_mail/text_only", test_without_a_scale_one_button);
	kit_add_plain("/survey_mail/still_right", test_still_right);
	return kit_run();
}
