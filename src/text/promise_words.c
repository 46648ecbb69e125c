/* promise_words.c - promises in what an agent writes: each verb that promises with the time that belongs to it. The verbs:
 * promise_verbs.c; what is said to be promised: promise_what.c; the times: when_resolve.c; the words: promise_lexicon.c. */
#include "text/promise_words.h"
#include "text/promise_what.h"
#include "text/when_impl.h"
#include <string.h>

void
promise_words_free(PromiseWords *words)
{
	if (words == NULL)
		return;
	g_free(words->what);
	g_free(words);
}

typedef struct {
	const char *text;
	const Token *tokens;
	guint from, to;
	const WhenContext *context;
	GArray *verbs, *times; /* of Verb, of WhenParts */
	guint8 *conditional;
	GPtrArray *found;
	int said_day; /* for "that day" */
	gboolean listing; /* behind "we will:" */
} Reading;

static gboolean
is(const Reading *reading, guint at, const char *word)
{
	return at >= reading->from && at < reading->to && strcmp(reading->tokens[at].word, word) == 0;
}

static gboolean
is_mark(const Reading *reading, guint at)
{
	return at >= reading->from && at < reading->to && reading->tokens[at].word[0] != '\0' &&
	       strchr(",;:-()", reading->tokens[at].word[0]) != NULL;
}

static gboolean
may_begin(const Token *token)
{
	return token->time != T_NONE || token->begins_time;
}

/* Words of time that say none by themselves: every time that has them has another word of time, too; but for "this time". */
static gboolean
says_nothing(const Reading *reading, guint at)
{
	switch (reading->tokens[at].time) {
	case T_NONE:
		return reading->said_day == 0 || !is(reading, at, "date"); /* that date */
	case T_THIS:
		return !is(reading, at + 1, "time");
	case T_NEXT:
	case T_WORKING:
		return TRUE;
	case T_MONTH:
		return is(reading, at, "may") && (at == reading->from || reading->tokens[at - 1].time == T_NONE); /* "this may" is a month */
	case T_NUMBER: /* "a quarter to a" is an hour to the reader of hours */
		return (is(reading, at, "a") || is(reading, at, "an")) && !is(reading, at - 1, "to") && !is(reading, at - 1, "past");
	default:
		return FALSE;
	}
}

/* Most sentences hold no time at all, and then no promise: that is seen before anything else is looked for. */
static gboolean
may_hold_time(const Reading *reading)
{
	for (guint i = reading->from; i < reading->to; i++)
		if (!says_nothing(reading, i))
			return TRUE;
	return FALSE;
}

static void
read_times(Reading *reading)
{
	WhenScan scan = { reading->tokens, reading->from, reading->to, reading->context, reading->said_day };

	while (scan.at < scan.end) {
		WhenParts parts;

		if (reading->tokens[scan.at].quoted || !may_begin(&reading->tokens[scan.at]) || !when_scan(&scan, &parts)) {
			scan.at++;
			continue;
		}
		/* "on the 18:40" is a train */
		if (parts.prep == PREP_NONE && parts.day == 0 && parts.at_ms == 0 &&
			(is(reading, parts.first - 1, "the") || is(reading, parts.first - 1, "a")))
			continue;
		g_array_append_val(reading->times, parts);
		if (parts.day > 0)
			reading->said_day = scan.said_day = parts.day;
	}
}

/* arrange a visit for Friday */
static gboolean
sets_a_date(const Reading *reading, const Verb *verb)
{
	for (const char *const *p = (const char *const[]){ "arrange", "book", "rebook", "schedule", "reschedule", "reserve", "plan", "organise", NULL };
		*p != NULL; p++)
		if (is(reading, verb->verb, *p))
			return TRUE;
	return FALSE;
}

/* A time for this verb? Times that look back, and stretches ("until", "for") that promise nothing, are none. */
static gboolean
time_fits(const Reading *reading, const Verb *verb, const WhenParts *time)
{
	guint next = time->next;

	if (verb->form == VERB_BARE)
		for (guint i = verb->verb + 1; i < time->first; i++)
			if ((reading->tokens[i].bits & G_SMALL) == 0)
				return FALSE;
	if ((time->prep == PREP_PAST && verb->form != VERB_DATE) || (time->prep == PREP_FROM && verb->form != VERB_HAPPENS) || (time->prep == PREP_FOR && verb->form != VERB_SET && verb->form != VERB_BARE && !sets_a_date(reading, verb) && !is(reading, time->first - 1, "ready")) ||
		(time->prep == PREP_UNTIL && verb->form != VERB_WAITS) || (time->prep == PREP_AFTER && time->day != 0 && time->minute < 0))
		return FALSE;
	if (verb->form == VERB_IS && time->prep != PREP_BY && time->prep != PREP_WITHIN)
		return FALSE;
	/* "he's making one, 10 minutes" */
	if (time->counted && time->prep == PREP_NONE && time->first > 0 && is_mark(reading, time->first - 1) && time->next == reading->to)
		return !reading->conditional[verb->at];
	if (time->counted && time->prep != PREP_IN && time->prep != PREP_WITHIN && time->prep != PREP_BETWEEN && verb->form != VERB_WAITS &&
		!is(reading, verb->verb, "take") && !is(reading, verb->verb, "takes") && !is(reading, verb->verb, "needs"))
		return FALSE;
	/* counted from what the customer does: "within 5 days of receiving it" */
	if (time->counted && ((is(reading, next, "of") && !is(reading, next + 1, "today") && !is(reading, next + 1, "now")) || is(reading, next, "from") || is(reading, next, "after")))
		return FALSE;
	/* a rule of the house: "the update goes out every Thursday" */
	if (verb->form == VERB_HAPPENS && verb->certainty <= 70 && (is(reading, time->first, "every") || is(reading, time->first, "each")))
		return FALSE;
	return !reading->conditional[time->first] || !reading->conditional[verb->at];
}

/* A time stands at the head of its clause: "By Friday you will have it". */
static gboolean
leads(const Reading *reading, const WhenParts *time)
{
	return time->first == reading->from || is_mark(reading, time->first - 1) || (reading->tokens[time->first - 1].bits & G_AND) != 0;
}

/* "I'll send you the form you asked for by Friday": what is over is not done by a day to come; so the time is of the verb that promises. */
static const Verb *
around_aside(const Reading *reading, const Verb *aside, const WhenParts *time)
{
	if (time->prep != PREP_BY && time->prep != PREP_WITHIN && time->prep != PREP_BEFORE)
		return aside;
	for (guint i = reading->verbs->len; i > 0; i--) {
		const Verb *verb = &g_array_index(reading->verbs, Verb, i - 1);

		if (verb->at < aside->at && !verb->aside)
			return verb->form != VERB_STOPS ? verb : aside;
	}
	return aside;
}

/* The verb @time belongs to: the last one before it, or, at the head of a clause, the next. NULL when none. */
static const Verb *
verb_of(const Reading *reading, const WhenParts *time)
{
	enum { NEAR = 9 };
	const Verb *before = NULL, *behind = NULL;

	for (guint i = 0; i < reading->verbs->len; i++) {
		const Verb *verb = &g_array_index(reading->verbs, Verb, i);

		if (verb->at < time->first)
			before = verb;
		else if (verb->at >= time->next && behind == NULL)
			behind = verb;
	}
	if (leads(reading, time) && behind != NULL && behind->form != VERB_STOPS && behind->at <= time->next + NEAR) {
		guint i = time->next;

		while (i < behind->at && (reading->tokens[i].bits & G_AND) == 0 && (!is_mark(reading, i) || i == time->next))
			i++;
		if (i == behind->at)
			return behind;
	}
	return before != NULL && before->aside ? around_aside(reading, before, time) : before;
}

static void
add_found(Reading *reading, const Verb *verb, guint from, const WhenParts *time)
{
	guint first = from == verb->verb ? MIN(verb->at, time->first) : MIN(from, time->first), end = time->next;
	const PromiseText of = { reading->text, reading->tokens, reading->from, reading->to };
	PromiseWords *words;
	When when;

	if (reading->found->len >= PROMISE_WORDS_MAX || !when_resolve(reading->context, time, &when))
		return;
	if (time->first < from)
		end = MAX(end, promise_clause_end(&of, from, reading->to));
	words = g_new0(PromiseWords, 1);
	words->when = when;
	words->what = promise_what(&of, verb, from, end, time);
	if (words->what == NULL)
		words->what = g_strndup(reading->text + reading->tokens[first].start, 60);
	words->start = reading->tokens[first].start;
	words->end = reading->tokens[end - 1].end;
	words->certainty = verb->certainty - (when_is_open(&when) ? 15 : 0);
	g_ptr_array_add(reading->found, words);
}

/* "... and send": the verb that begins a new promise between two times; 0 when there is none. */
static guint
next_act(const Reading *reading, const Verb *of, guint from, guint to)
{
	gboolean passive = is(reading, of->verb, "be") || is(reading, of->verb, "get") || is(reading, of->verb, "have");
	guint act = 0;

	for (guint i = from; i + 1 < to; i++) {
		guint verb = i + 1;

		while (verb < to && (reading->tokens[verb].bits & (G_ADVERB | G_ACT)) == G_ADVERB)
			verb++;
		if (verb < to && passive && (reading->tokens[i].bits & G_AND) != 0 && token_is_past(&reading->tokens[verb])) {
			act = verb; /* "will be mended today and returned by Friday" */
			continue;
		}
		if (verb >= to || ((reading->tokens[verb].bits & G_ACT) == 0 &&
					  !(reading->tokens[verb].bits == 0 && (reading->tokens[verb + 1].bits & G_YOU) != 0)))
			continue;
		/* in a list: "I'll call him today, send you what he says tomorrow" */
		if ((reading->tokens[i].bits & G_AND) != 0 ||
			(reading->tokens[i].word[0] == ',' && ((reading->tokens[verb + 1].bits & (G_YOU | G_THEY)) != 0 || is(reading, verb + 1, "the") ||
								 is(reading, verb + 1, "your") || is(reading, verb + 1, "a"))))
			act = verb;
	}
	return act;
}

/* What stands between an "and" and the next time; 0 when there is no "and", or nothing behind it. */
static guint
behind_and(const Reading *reading, guint from, guint to)
{
	for (guint i = from; i + 1 < to; i++)
		if ((reading->tokens[i].bits & G_AND) != 0)
			return (reading->tokens[i + 1].bits & G_NOT) == 0 ? i + 1 : 0;
	return 0;
}

/* The promises of one verb: its first time, and one more for each "and VERB ... TIME" behind it. */
static void
add_promises(Reading *reading, const Verb *verb, const GArray *times)
{
	WhenParts time = g_array_index(times, WhenParts, 0);
	guint from = verb->verb, act;

	/* "I will ring you and send the label tomorrow": told by the verb nearest to the time */
	for (guint i = 1; i < times->len; i++) {
		const WhenParts *more = &g_array_index(times, WhenParts, i);

		act = next_act(reading, verb, MAX(time.next, verb->at), more->first);
		if (act == 0 && time.first >= verb->at)
			act = behind_and(reading, time.next, more->first); /* "the sofa on Monday and the chairs on Thursday" */
		if (act == 0 && time.first < verb->at && time.minute < 0 && when_join(reading->context, &time, more))
			continue;
		if (act == 0 && time.first >= verb->at && (time.day == 0) != (more->day == 0) && more->next - time.next < 12 &&
			(more->prep == PREP_BY || more->prep == PREP_AT || more->prep == PREP_BEFORE || more->prep == PREP_ON ||
				more->prep == PREP_BETWEEN)) {
			guint next = time.next;

			if (when_join(reading->context, &time, more))
				time.next = next;
			continue;
		}
		if (act == 0)
			continue;
		add_found(reading, verb, from, &time);
		time = *more;
		from = act;
	}
	add_found(reading, verb, from, &time);
}

/* An hour alone is of the day said before it in its sentence: "it'll be on the van tomorrow and you'll have it by 5pm". */
static void
carry_day(const Reading *reading, GArray *times)
{
	int day = 0;

	for (guint k = 0; k < times->len; k++) {
		WhenParts *time = &g_array_index(times, WhenParts, k);

		if (time->day > 0)
			day = time->prep < PREP_FOR && !time->counted && time->other_day == 0 ? time->day : 0;
		else if (day > reading->context->today && time->minute >= 0 && time->at_ms == 0 && time->prep < PREP_FOR)
			time->day = day;
	}
}

static void
read_sentence(Reading *reading)
{
	g_autoptr(GArray) verbs = verbs_read(reading->tokens, reading->from, reading->to, &reading->listing);
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(WhenParts));
	g_autofree guint8 *conditional = g_new0(guint8, reading->to + 1);
	g_autofree const Verb **owners = NULL;

	reading->verbs = verbs;
	reading->times = times;
	reading->conditional = conditional;
	if (verbs->len == 0)
		return;
	read_times(reading);
	conditions_read(reading->tokens, reading->from, reading->to, conditional);
	owners = g_new0(const Verb *, times->len + 1);
	carry_day(reading, times);
	for (guint k = 0; k < times->len; k++)
		owners[k] = verb_of(reading, &g_array_index(times, WhenParts, k));
	for (guint i = 0; i < verbs->len; i++) {
		const Verb *verb = &g_array_index(verbs, Verb, i);
		g_autoptr(GArray) mine = g_array_new(FALSE, FALSE, sizeof(WhenParts));

		for (guint k = 0; verb->form != VERB_STOPS && k < times->len; k++)
			if (owners[k] == verb && time_fits(reading, verb, &g_array_index(times, WhenParts, k)))
				g_array_append_val(mine, g_array_index(times, WhenParts, k));
		if (mine->len > 0 && !conditional[verb->at])
			add_promises(reading, verb, mine);
	}
}

static int
by_place(gconstpointer a, gconstpointer b)
{
	const PromiseWords *one = *(PromiseWords *const *)a, *other = *(PromiseWords *const *)b;

	return one->start < other->start ? -1 : one->start > other->start;
}

GPtrArray *
promise_words_read(const char *text, gsize size, const WhenNow *now)
{
	enum { MAX_SENTENCE = 400 };
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)promise_words_free);
	g_auto(WhenContext) context = { 0 };
	g_autofree char *copy = NULL;
	g_autoptr(GArray) tokens = NULL;
	Reading reading = { .found = found, .context = &context };
	const char *valid;

	size = MIN(size, PROMISE_WORDS_MAX_BYTES);
	g_utf8_validate_len(text, size, &valid);
	copy = g_strndup(text, (gsize)(valid - text));
	if (!when_context_init(&context, now))
		return g_steal_pointer(&found);
	tokens = tokens_read(copy, strlen(copy));
	reading.text = copy;
	reading.tokens = (const Token *)(void *)tokens->data;
	for (guint i = 0; i < tokens->len; i++) {
		if (!reading.tokens[i].ends && i + 1 - reading.from < MAX_SENTENCE)
			continue;
		reading.to = i + 1;
		if (!reading.tokens[i].asked && may_hold_time(&reading))
			read_sentence(&reading);
		else if (!reading.tokens[i].asked)
			reading.listing = verbs_go_on(reading.tokens, reading.from, reading.to, reading.listing);
		reading.from = i + 1;
	}
	g_ptr_array_sort(found, by_place);
	return g_steal_pointer(&found);
}
