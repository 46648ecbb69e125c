/* The promises in what agents write: a list of sentences written before the reader, the sentences held out until it was done, and
 * what it says beside the time: the words, the span, the question. */
#include "text/promise_words.h"
#include "text/span.h"
#include "base/clock.h"
#include <stdio.h>
#include <string.h>

typedef struct {
	guint sentences, promises, found, invented, right, asked, asks_right;
} Score;

typedef struct {
	WhenNow now;
	char *zone;
	GArray *holidays;
} Present;

static gint64
local_ms(const char *text, const char *zone, gboolean *ret_whole)
{
	g_autoptr(GTimeZone) where = zone_by_name(zone);
	g_autoptr(GDateTime) at = NULL;
	int y, m, d, hour = 23, minute = 59, n = sscanf(text, "%d-%d-%d %d:%d", &y, &m, &d, &hour, &minute);

	g_assert_true(n == 3 || n == 5);
	*ret_whole = n == 3;
	at = g_date_time_new(where, y, m, d, hour, minute, 0);
	g_assert_nonnull(at);
	return g_date_time_to_unix(at) * MS_PER_S;
}

static void
read_present(Present *present, const char *line)
{
	if (g_str_has_prefix(line, "@now ")) {
		g_auto(GStrv) words = g_strsplit(line, " ", -1);
		g_autofree char *at = g_strdup_printf("%s %s", words[1], words[2]);
		gboolean whole;

		g_free(present->zone);
		present->zone = g_strdup(words[3]);
		present->now.zone = present->zone;
		present->now.now_ms = local_ms(at, present->zone, &whole);
	} else {
		g_auto(GStrv) words = g_strsplit(line, " ", -1);

		g_array_set_size(present->holidays, 0);
		for (char **word = words + 1; *word != NULL; word++) {
			int y, m, d, day;

			if (sscanf(*word, "%d-%d-%d", &y, &m, &d) != 3)
				continue;
			day = y * 10000 + m * 100 + d;
			g_array_append_val(present->holidays, day);
		}
		present->now.holidays = (const int *)(void *)present->holidays->data;
		present->now.n_holidays = present->holidays->len;
	}
}

static gboolean
is_due(const char *expected, const When *when, const char *zone)
{
	gboolean whole, other_whole;

	if (g_str_has_prefix(expected, "asks ")) {
		g_auto(GStrv) both = g_strsplit(expected + 5, " or ", 2);

		return when->due_ms == local_ms(both[0], zone, &whole) && when->other_ms == local_ms(both[1], zone, &other_whole) &&
		       when->whole_day == whole && when->other_whole_day == other_whole;
	}
	return when->other_ms == 0 && when->due_ms == local_ms(expected, zone, &whole) && when->whole_day == whole;
}

static char *
shown(const GPtrArray *found, const char *zone)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < found->len; i++) {
		const PromiseWords *words = g_ptr_array_index(found, i);
		g_autoptr(GTimeZone) where = zone_by_name(zone);
		g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(words->when.due_ms / 1000),
				     at = g_date_time_to_timezone(utc, where);
		g_autofree char *day = g_date_time_format(at, "%F %H:%M");

		g_string_append_printf(text, "%s%s%s%s (%s)", i > 0 ? "; " : "", words->when.other_ms != 0 ? "asks " : "", day,
			words->when.whole_day ? " whole" : "", words->what);
	}
	return g_string_free(text, FALSE);
}

static void
judge(const char *line, const Present *present, Score *score)
{
	const char *bar = g_strrstr(line, " | ");
	g_autofree char *raw = NULL, *text = NULL, *got = NULL;
	g_auto(GStrv) expected = NULL;
	g_autoptr(GPtrArray) found = NULL;
	guint n_expected, n_right = 0;

	g_assert_nonnull(bar);
	raw = g_strndup(line, (gsize)(bar - line));
	text = g_strcompress(raw);
	expected = g_strsplit(bar + 3, "; ", -1);
	n_expected = strcmp(expected[0], "none") == 0 ? 0 : g_strv_length(expected);
	found = promise_words_read(text, strlen(text), &present->now);
	score->sentences++;
	score->promises += n_expected;
	score->found += MIN(n_expected, found->len);
	score->invented += found->len > n_expected ? found->len - n_expected : 0;
	for (guint i = 0; i < MIN(n_expected, found->len); i++) {
		const PromiseWords *words = g_ptr_array_index(found, i);
		gboolean right = is_due(expected[i], &words->when, present->zone);

		n_right += right;
		score->asked += g_str_has_prefix(expected[i], "asks ");
		score->asks_right += right && g_str_has_prefix(expected[i], "asks ");
		g_assert_cmpuint(words->start, <, words->end);
		g_assert_cmpuint(words->end, <=, strlen(text));
		g_assert_cmpint((int)strlen(words->what), >, 0);
	}
	score->right += n_right;
	if (n_right != n_expected || found->len != n_expected) {
		got = shown(found, present->zone);
		g_test_message("%s | %s | read: %s", raw, bar + 3, got);
	}
}

static Score
judge_list(const char *name)
{
	g_autofree char *path = g_build_filename(PROMISES, name, NULL), *text = NULL;
	g_auto(GStrv) lines = NULL;
	Present present = { .holidays = g_array_new(FALSE, FALSE, sizeof(int)) };
	Score score = { 0 };

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		if (**line == '@')
			read_present(&present, *line);
		else if (**line != '#' && **line != '\0')
			judge(*line, &present, &score);
	}
	g_test_message(
		"%s: %u sentences with %u promises: found %u (%.1f %%), invented %u (%.1f %% of what was read), times right %u (%.1f %% of found), "
		"asked rightly %u of %u",
		name, score.sentences, score.promises, score.found, 100.0 * score.found / score.promises, score.invented,
		100.0 * score.invented / MAX(1, score.found + score.invented), score.right, 100.0 * score.right / MAX(1, score.found),
		score.asks_right, score.asked);
	g_array_unref(present.holidays);
	g_free(present.zone);
	return score;
}

static void
test_the_list(void)
{
	Score score = judge_list("sentences.txt");

	g_assert_cmpuint(score.sentences, >=, 300);
	g_assert_cmpuint(score.found * 100, >=, score.promises * 95);
	g_assert_cmpuint(score.invented * 100, <=, (score.found + score.invented) * 3);
	g_assert_cmpuint(score.right * 100, >=, score.found * 98);
}

/* Each of these was unseen once; its first run stands in its head. Since its classes were mended, each keeps the bounds. */
static void
test_the_unseen_lists(void)
{
	static const char *const lists[] = { "held_out.txt", "unseen_a.txt", "unseen_b.txt", "unseen_c.txt", "unseen_d.txt", "unseen_e.txt",
		"unseen_f.txt", "unseen_g.txt", "unseen_h.txt",
		"unseen_i.txt" };

	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		Score score = judge_list(lists[i]);

		g_assert_cmpuint(score.sentences, >=, 70);
		g_assert_cmpuint(score.found * 100, >=, score.promises * 95);
		g_assert_cmpuint(score.invented * 100, <=, (score.found + score.invented) * 3);
		g_assert_cmpuint(score.right * 100, >=, score.found * 96);
	}
}

/* Thursday, 19 November 2026, 11:22 in London. */
static const WhenNow london = { .now_ms = G_GINT64_CONSTANT(1795087320000), .zone = "Europe/London" };

static const struct {
	const char *text, *what, *marked;
	int certainty;
} told[] = {
	{ "Sorry! I'll call you back tomorrow before noon.", "call you back", "I'll call you back tomorrow before noon", 90 },
	{ "I will write with the date tomorrow before noon.", "write with the date", "will write with the date tomorrow before noon", 90 },
	{ "Your refund of £449 will be on your card within 3 working days.", "Your refund of £449 on your card",
		"will be on your card within 3 working days", 90 },
	{ "By Friday you will have your answer in writing.", "your answer in writing", "By Friday you will have your answer in writing",
		90 },
	{ "You should have the parcel by Saturday.", "the parcel", "should have the parcel by Saturday", 65 },
	{ "The courier will collect the broken one on Monday.", "The courier will collect the broken one",
		"will collect the broken one on Monday", 90 },
	{ "I'll call you tomorrow about Friday's delivery.", "call you about Friday's delivery", "I'll call you tomorrow", 90 },
	{ "I have sent it again, and it will be there within 3 working days.", "it will be there", "will be there within 3 working days",
		90 },
	{ "You will have it by Monday.", "have it", "will have it by Monday", 90 },
	{ "An engineer is booked for Wednesday 25 November.", "An engineer is booked", "is booked for Wednesday 25 November", 80 },
	/* A verb alone says nothing: the clause that it stands in does, or the sentence. */
	{ "Sorry. I'll look tomorrow.", "I'll look", "I'll look tomorrow", 90 },
	{ "Your new router is on its way and will arrive tomorrow by 1pm.", "Your new router is on its way and will arrive", "will arrive tomorrow by 1pm", 90 },
	{ "The new part was posted, it will come on Friday.", "The new part was posted, it will come", "will come on Friday", 90 },
	{ "It's my job to sort this out and I will, by Thursday.", "It's my job to sort this out and I will", "will, by Thursday", 75 },
	{ "We'll decide within 1 month and write to you.", "We'll decide", "We'll decide within 1 month", 90 },
	{ "The refund will take up to 5 working days to reach your card.", "The refund will take \xe2\x80\xa6 to reach your card", "will take up to 5 working days", 70 },
	{ "Please allow two working days for the money to arrive in your account.", "Please allow \xe2\x80\xa6 for the money to arrive in your account", "allow two working days", 70 },
	{ "Next update by 6pm.", "Next update", "Next update by 6pm", 70 },
	{ "gimme 5 mins", "gimme 5 mins", "gimme 5 mins", 75 },
	{ "After weeks of letters to and fro between us, the landlord, the agent, the insurer and the council, which I am sorry about, the replacement left our warehouse and will arrive on Monday.",
		"the replacement left our warehouse and will arrive", "will arrive on Monday", 90 },
	{ "“Früher” – schön. I’ll call you on Monday.", "call you", "I’ll call you on Monday", 90 },
};

static void
test_what_is_told(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
		g_autoptr(GPtrArray) found = promise_words_read(told[i].text, strlen(told[i].text), &london);
		const PromiseWords *words;
		g_autofree char *marked = NULL;

		g_test_message("%s", told[i].text);
		g_assert_cmpuint(found->len, ==, 1);
		words = g_ptr_array_index(found, 0);
		marked = g_strndup(told[i].text + words->start, words->end - words->start);
		g_assert_cmpstr(words->what, ==, told[i].what);
		g_assert_cmpstr(marked, ==, told[i].marked);
		g_assert_cmpint(words->certainty, ==, told[i].certainty);
	}
}

static void
test_a_question_says_why(void)
{
	static const struct {
		const char *text, *why, *sentence;
	} asks[] = { { "30 November", "clear", NULL }, { "31 November", "no_such_day", "November has 30 days." },
		{ "30/2", "no_such_day", "February has 28 days." }, { "3/12", "day_or_month", "Day and month can be read two ways." },
		{ "next Friday", "this_or_next", "“Next” can be read two ways." },
		{ "by Thursday", "today_or_next", "Today is such a day." },
		{ "in a few days", "few", "“A few” is more to some than to others." }, { "12 Nov", "passed_day", "That day has passed." },
		{ "today 10:00", "passed_time", "That time has passed today." },
		{ "Fri 21 Nov", "wrong_weekday", "The day of the week and the date do not agree." } };

	for (gsize i = 0; i < G_N_ELEMENTS(asks); i++) {
		When when = { 0 };
		g_autofree char *sentence = NULL;

		g_test_message("%s", asks[i].text);
		g_assert_true(when_read(asks[i].text, &london, &when));
		sentence = when_why_sentence(&when);
		g_assert_cmpstr(when_why_word(when.why), ==, asks[i].why);
		g_assert_cmpstr(sentence, ==, asks[i].sentence);
		g_assert_cmpint(when_is_open(&when), ==, asks[i].sentence != NULL);
	}
}

static void
test_a_field(void)
{
	static const struct {
		const char *text, *due;
	} fields[] = { { "tomorrow noon", "2026-11-20 12:00" }, { "noon tomorrow", "2026-11-20 12:00" }, { "Fri 3pm", "2026-11-20 15:00" },
		{ "2 working days", "2026-11-23" }, { "in 2 hours", "2026-11-19 13:22" }, { "2026-11-20T12:00", "2026-11-20 12:00" },
		{ "2026-11-20 12:00", "2026-11-20 12:00" }, { "24 Nov 2026, 14:30", "2026-11-24 14:30" }, { "eod", "2026-11-19" },
		{ "by close of business on Friday", "2026-11-20 17:00" }, { "  Monday  ", "2026-11-23" }, { "Mon-Wed", "2026-11-25" },
		{ "", NULL }, { "soon", NULL }, { "yesterday", NULL }, { "2026-11-18", NULL }, { "12:00 or so, maybe", NULL },
		{ "24 October 2036", "2036-10-24" }, { "24 November 2037", NULL }, { "99999999999 days", NULL }, { "in 0 days", NULL },
		{ "2026-02-30", NULL }, { "32/13", NULL }, { "since Monday", NULL }, { "25:00", NULL } };

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		When when = { 0 };
		gboolean read = when_read(fields[i].text, &london, &when);

		g_test_message("%s", fields[i].text);
		g_assert_cmpint(read, ==, fields[i].due != NULL);
		if (read)
			g_assert_true(is_due(fields[i].due, &when, london.zone));
	}
}

/* Twice the text takes about twice the time: what grew with the square would take four times. */
static void
test_any_text_in_linear_time(void)
{
	static const char *const bricks[] = { "I will ", "if you ", "tomorrow and ", "by Friday I'll send, ", "between 2 and ", "\"",
		"next ", "\n> ", "a.m. " };
	gint64 began = g_get_monotonic_time();

	for (gsize i = 0; i < G_N_ELEMENTS(bricks); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GPtrArray) found = NULL;

		while (text->len < 200000)
			g_string_append(text, bricks[i]);
		found = promise_words_read(text->str, text->len, &london);
		g_assert_cmpuint(found->len, <=, PROMISE_WORDS_MAX);
	}
	g_assert_cmpint(g_get_monotonic_time() - began, <, 20 * G_USEC_PER_SEC);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/promise_words/list", test_the_list);
	g_test_add_func("/text/promise_words/unseen", test_the_unseen_lists);
	g_test_add_func("/text/promise_words/told", test_what_is_told);
	g_test_add_func("/text/promise_words/question", test_a_question_says_why);
	g_test_add_func("/text/promise_words/field", test_a_field);
	g_test_add_func("/text/promise_words/linear", test_any_text_in_linear_time);
	return g_test_run();
}
