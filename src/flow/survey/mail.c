/* mail.c - see mail.h. Tables and inline styles, as flow/mail/look.c has them: what any reader of mail shows alike. */
#include "flow/survey/mail.h"
#include "base/clock.h"
#include "survey/words.h"
#include <string.h>

#define INK "#1f2328"
#define QUIET "#59636e"
#define ACCENT "#0b5a71"

static char *
day_words(gint64 at_ms, const char *lang)
{
	static const char *const german[] = { "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember" };
	static const char *const english[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" };
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(at_ms / MS_PER_S);
	gboolean de = g_strcmp0(lang, "de") == 0;
	int month = g_date_time_get_month(at) - 1, day = g_date_time_get_day_of_month(at);

	return de ? g_strdup_printf("%d. %s", day, german[month]) : g_strdup_printf("%d %s", day, english[month]);
}

static char *
until_words(const SurveyMail *mail)
{
	g_autofree char *day = day_words(mail->ends_at, mail->lang);
	GString *out = g_string_new(survey_say(SAY_UNTIL, mail->lang));

	g_string_replace(out, "%s", day, 0);
	return g_string_free(out, FALSE);
}

static const char *
lead_of(const SurveyMail *mail)
{
	return survey_own_or_say(mail->survey->words, mail->lang, "lead", SAY_LEAD);
}

static char *
greeting(const SurveyMail *mail)
{
	gboolean de = g_strcmp0(mail->lang, "de") == 0, named = mail->first_name != NULL && mail->first_name[0] != '\0';

	return named ? g_strdup_printf(de ? "Guten Tag %s," : "Hello %s,", mail->first_name) : g_strdup(de ? "Guten Tag," : "Hello,");
}

char *
survey_mail_subject(const char *lang)
{
	return g_strdup(survey_say(SAY_SUBJECT, lang));
}

/* The first question: the one with a score, or else whatever is first. */
static json_t *
asked_words(const SurveyMail *mail, const SurveyQuestion **ret_question)
{
	const SurveyQuestion *question = survey_lead_question(mail->survey);

	if (question == NULL && mail->survey->questions->len > 0)
		question = mail->survey->questions->pdata[0];
	*ret_question = question;
	return question != NULL ? survey_question_words(question->kind, question->words, mail->lang) : NULL;
}

char *
survey_mail_note(const SurveyMail *mail)
{
	const SurveyQuestion *question;
	g_autoptr(json_t) words = asked_words(mail, &question);

	return words != NULL ? g_strdup_printf("%s\n\n%s", lead_of(mail), json_text(words, "ask", "")) : g_strdup(lead_of(mail));
}

static void
text_scale(GString *out, const SurveyMail *mail, const SurveyQuestion *question, const json_t *words)
{
	gint64 low, high;

	survey_question_range(question, &low, &high);
	for (gint64 i = low; i <= high; i++) {
		const char *end = i == low ? json_text(words, "low", "") : i == high ? json_text(words, "high", "") : "";

		g_string_append_printf(out, "%" G_GINT64_FORMAT "%s%s%s: %s?score=%" G_GINT64_FORMAT "\n", i, end[0] != '\0' ? " (" : "", end, end[0] != '\0' ? ")" : "", mail->link, i);
	}
}

char *
survey_mail_text(const SurveyMail *mail)
{
	const SurveyQuestion *question;
	g_autoptr(json_t) words = asked_words(mail, &question);
	g_autofree char *hello = greeting(mail), *until = until_words(mail);
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%s\n\n%s\n\n", hello, lead_of(mail));
	if (words != NULL)
		g_string_append_printf(out, "%s\n\n", json_text(words, "ask", ""));
	if (question != NULL && survey_question_has_score(question)) {
		g_string_append_printf(out, "%s\n\n", survey_say(SAY_CHOOSE, mail->lang));
		text_scale(out, mail, question, words);
		g_string_append_c(out, '\n');
	} else {
		g_string_append_printf(out, "%s: %s\n\n", survey_say(SAY_OPEN, mail->lang), mail->link);
	}
	g_string_append_printf(out, "%s %s\n", until, survey_say(SAY_ONCE, mail->lang));
	if (mail->stop != NULL)
		g_string_append_printf(out, "%s: %s\n", survey_say(SAY_STOP, mail->lang), mail->stop);
	if (mail->house != NULL && mail->house[0] != '\0')
		g_string_append_printf(out, "\n%s\n", mail->house);
	return g_string_free(out, FALSE);
}

/* ---- HTML */

static void
put(GString *out, const char *text)
{
	g_autofree char *escaped = g_markup_escape_text(text, -1);

	g_string_append(out, escaped);
}

static void
put_in(GString *out, const char *before, const char *text, const char *after)
{
	g_string_append(out, before);
	put(out, text);
	g_string_append(out, after);
}

static GString *
html_begin(const SurveyMail *mail)
{
	GString *out = g_string_new("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td style=\"padding:16px;"
	                            "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:" INK "\">\r\n");
	g_autofree char *hello = greeting(mail);

	put_in(out, "<p style=\"margin:0 0 1em\">", hello, "</p>\r\n");
	return out;
}

static char *
html_end(GString *out, const SurveyMail *mail)
{
	if (mail->house != NULL && mail->house[0] != '\0')
		put_in(out, "<p style=\"margin:1em 0 0\"><b>", mail->house, "</b></p>\r\n");
	g_string_append(out, "</td></tr></table>\r\n");
	return g_string_free(out, FALSE);
}

static void
html_button(GString *out, const char *link, const char *query, const char *words, gboolean is_main)
{
	g_string_append_printf(out, "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:0 0 12px\"><tr><td align=\"center\" bgcolor=\"%s\" "
	                            "style=\"background-color:%s;border:1px solid " ACCENT ";border-radius:6px;padding:12px 20px\"><a href=\"",
	                       is_main ? ACCENT : "#ffffff", is_main ? ACCENT : "#ffffff");
	put(out, link);
	g_string_append(out, query);
	g_string_append_printf(out, "\" style=\"color:%s;font-weight:bold;text-decoration:none\">", is_main ? "#ffffff" : ACCENT);
	put_in(out, "", words, "</a></td></tr></table>\r\n");
}

/* Eleven numbers fit a telephone's 320 pixels; five are not wider than a thumb needs. */
static void
html_scale(GString *out, const SurveyMail *mail, const SurveyQuestion *question, const json_t *words)
{
	gint64 low, high;

	survey_question_range(question, &low, &high);
	g_string_append_printf(out, "<table role=\"presentation\" width=\"100%%\" cellpadding=\"0\" cellspacing=\"2\" border=\"0\" style=\"max-width:%dpx\"><tr>\r\n", (int)(high - low + 1) * 64);
	for (gint64 i = low; i <= high; i++) {
		g_string_append_printf(out, "<td align=\"center\" width=\"%d%%\" bgcolor=\"#ffffff\" style=\"background-color:#ffffff;border:1px solid " ACCENT ";border-radius:4px\"><a href=\"", (int)(100 / (high - low + 1)));
		put(out, mail->link);
		g_string_append_printf(out, "?score=%" G_GINT64_FORMAT "\" style=\"color:" ACCENT ";font-weight:bold;text-decoration:none;display:block;padding:12px 0\">%" G_GINT64_FORMAT "</a></td>\r\n", i, i);
	}
	g_string_append_printf(out, "</tr></table>\r\n<table role=\"presentation\" width=\"100%%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"max-width:%dpx\"><tr>", (int)(high - low + 1) * 64);
	put_in(out, "<td align=\"left\" style=\"font-size:13px;color:" QUIET "\">", json_text(words, "low", ""), "</td>");
	put_in(out, "<td align=\"right\" style=\"font-size:13px;color:" QUIET "\">", json_text(words, "high", ""), "</td></tr></table>\r\n");
}

char *
survey_mail_html(const SurveyMail *mail)
{
	const SurveyQuestion *question;
	g_autoptr(json_t) words = asked_words(mail, &question);
	g_autofree char *until = until_words(mail);
	GString *out = html_begin(mail);

	put_in(out, "<p style=\"margin:0 0 1em\">", lead_of(mail), "</p>\r\n");
	if (words != NULL)
		put_in(out, "<p style=\"margin:0 0 12px;font-size:20px;line-height:1.3\"><b>", json_text(words, "ask", ""), "</b></p>\r\n");
	if (question != NULL && survey_question_has_score(question)) {
		html_scale(out, mail, question, words);
		put_in(out, "<p style=\"margin:12px 0 1em;font-size:14px;color:" QUIET "\">", survey_say(SAY_CHOOSE, mail->lang), "</p>\r\n");
	} else {
		html_button(out, mail->link, "", survey_say(SAY_OPEN, mail->lang), TRUE);
	}
	put_in(out, "<p style=\"margin:0;font-size:13px;color:" QUIET "\">", until, " ");
	put(out, survey_say(SAY_ONCE, mail->lang));
	if (mail->stop != NULL) {
		put_in(out, " <a href=\"", mail->stop, "\" style=\"color:" QUIET "\">");
		put(out, survey_say(SAY_STOP, mail->lang));
		g_string_append(out, "</a>");
	}
	g_string_append(out, "</p>\r\n");
	return html_end(out, mail);
}

/* ---- is it still right? */

static char *
still_words(const SurveyMail *mail)
{
	GString *out = g_string_new(survey_say(SAY_STILL, mail->lang));

	g_string_replace(out, "%s", mail->case_subject, 1);
	return g_string_free(out, FALSE);
}

char *
still_right_note(const SurveyMail *mail)
{
	return still_words(mail);
}

char *
still_right_text(const SurveyMail *mail)
{
	g_autofree char *hello = greeting(mail), *ask = still_words(mail), *until = until_words(mail);
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%s\n\n%s\n\n", hello, ask);
	g_string_append_printf(out, "%s: %s?answer=right\n", survey_say(SAY_STILL_YES, mail->lang), mail->link);
	g_string_append_printf(out, "%s: %s?answer=not_right\n\n", survey_say(SAY_STILL_NO, mail->lang), mail->link);
	g_string_append_printf(out, "%s %s\n", survey_say(SAY_STILL_WHY, mail->lang), until);
	if (mail->house != NULL && mail->house[0] != '\0')
		g_string_append_printf(out, "\n%s\n", mail->house);
	return g_string_free(out, FALSE);
}

char *
still_right_html(const SurveyMail *mail)
{
	g_autofree char *ask = still_words(mail), *until = until_words(mail);
	GString *out = html_begin(mail);

	put_in(out, "<p style=\"margin:0 0 1em;font-size:18px;line-height:1.4\">", ask, "</p>\r\n");
	html_button(out, mail->link, "?answer=right", survey_say(SAY_STILL_YES, mail->lang), TRUE);
	html_button(out, mail->link, "?answer=not_right", survey_say(SAY_STILL_NO, mail->lang), FALSE);
	put_in(out, "<p style=\"margin:0;font-size:13px;color:" QUIET "\">", survey_say(SAY_STILL_WHY, mail->lang), " ");
	put(out, until);
	g_string_append(out, "</p>\r\n");
	return html_end(out, mail);
}
