/* when_words.c - a time in words, alone in a field. Its grammar: when_resolve.c, when_day.c, when_clock.c; in sentences: promise_words.c. */
#include "text/when_impl.h"
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

static const char *const month_names[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
	"November", "December" };

char *
when_why_sentence(const When *when)
{
	static const char *const sentences[] = { NULL, "Today is such a day.", "“Next” can be read two ways.", NULL,
		"Day and month can be read two ways.", "The day of the week and the date do not agree.", "That day has passed.",
		"That time has passed today.", "“A few” is more to some than to others.", "Before the day itself, or before the days off?",
		"This week is nearly over." };

	if (when->why == WHEN_NO_SUCH_DAY && when->why_month >= 1 && when->why_month <= 12)
		return g_strdup_printf("%s has %d days.", month_names[when->why_month - 1], when->why_number);
	return (gsize)when->why < G_N_ELEMENTS(sentences) ? g_strdup(sentences[when->why]) : NULL;
}
