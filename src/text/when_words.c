/* when_words.c - a time in words, alone in a field. Its grammar: when_resolve.c, when_day.c, when_clock.c; in sentences: promise_words.c. */
#include "text/when_impl.h"
#include "base/err.h"
#include <string.h>

gboolean
when_is_open(const When *when)
{
	return when->other_ms != 0;
}

gboolean
when_read(const char *text, const WhenNow *now, When *ret_when)
{
	enum { MAX_BYTES = 200 };
	g_auto(WhenContext) context = { 0 };
	g_autoptr(GArray) tokens = NULL;
	WhenParts parts;
	WhenScan scan;

	if (text == NULL || strlen(text) > MAX_BYTES || !g_utf8_validate(text, -1, NULL) || !when_context_init(&context, now))
		return FALSE;
	tokens = tokens_read(text, strlen(text));
	for (guint i = 0; i < tokens->len; i++)
		g_array_index(tokens, Token, i).quoted = FALSE;
	scan = (WhenScan){ (const Token *)(void *)tokens->data, 0, tokens->len, &context, 0 };
	if (!when_scan(&scan, &parts) || scan.at != tokens->len || parts.prep >= PREP_PAST)
		return FALSE;
	return when_resolve(&context, &parts, ret_when);
}

static const char *const why_words[] = { "clear", "today_or_next", "this_or_next", "no_such_day", "day_or_month", "wrong_weekday",
	"passed_day", "passed_time", "few", "feast", "week_over" };

const char *
when_why_word(WhenWhy why)
{
	return (gsize)why < G_N_ELEMENTS(why_words) ? why_words[why] : "clear";
}

static const char *const month_days[] = { WORD("January has 31 days."), NULL, WORD("March has 31 days."), WORD("April has 30 days."), WORD("May has 31 days."),
	WORD("June has 30 days."), WORD("July has 31 days."), WORD("August has 31 days."), WORD("September has 30 days."), WORD("October has 31 days."),
	WORD("November has 30 days."), WORD("December has 31 days.") };

char *
when_why_sentence(const When *when)
{
	static const char *const sentences[] = { NULL, WORD("Today is such a day."), WORD("“Next” can be read two ways."), NULL,
		WORD("Day and month can be read two ways."), WORD("The day of the week and the date do not agree."), WORD("That day has passed."),
		WORD("That time has passed today."), WORD("“A few” is more to some than to others."), WORD("Before the day itself, or before the days off?"),
		WORD("This week is nearly over.") };

	if (when->why == WHEN_NO_SUCH_DAY && when->why_month == 2)
		return g_strdup(when->why_number == 29 ? WORD("February has 29 days.") : WORD("February has 28 days."));
	if (when->why == WHEN_NO_SUCH_DAY && when->why_month >= 1 && when->why_month <= 12)
		return g_strdup(month_days[when->why_month - 1]);
	return (gsize)when->why < G_N_ELEMENTS(sentences) ? g_strdup(sentences[when->why]) : NULL;
}
