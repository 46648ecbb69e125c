/* promise_form.c - see the header. Which verbs there are in a sentence: promise_verbs.c. */
#include "text/promise_form.h"
#include "text/promise_clause.h"

/* "be" of ours is a promise where it serves the customer: in touch, with you, sending. */
static gboolean
being_serves(const Sentence *sentence, guint be)
{
	gsize n = be + 1 < sentence->to ? strlen(sentence->tokens[be + 1].word) : 0;

	if (is(sentence, be + 1, "able"))
		return is(sentence, be + 2, "to");
	if (n > 5 && strcmp(sentence->tokens[be + 1].word + n - 3, "ing") == 0)
		return (bits(sentence, be + 1) & G_OWN) == 0;
	if (is(sentence, be + 1, "back") && (is(sentence, be + 2, "in") || is(sentence, be + 2, "within")) && sentence->tokens[be + 3].time == T_NUMBER)
		return TRUE; /* in five minutes; not "back in the office" */
	for (const char *const *p = (const char *const[]){ "round", "over", "there", "along", "onto", "sure", NULL }; *p != NULL; p++)
		if (is(sentence, be + 1, *p))
			return TRUE;
	for (guint i = be + 1; i < be + 6 && i < sentence->to; i++)
		if (is(sentence, i, "touch") || is(sentence, i, "you") || is(sentence, i, "contact"))
			return TRUE;
	return FALSE;
}

static gboolean
names_goods(const Sentence *sentence, guint verb)
{
	for (guint i = clause_of(sentence, verb); i < verb; i++)
		if ((bits(sentence, i) & G_GOODS) != 0)
			return TRUE;
	return FALSE;
}

/* "Your payment will be collected": by us, from the customer. */
static gboolean
is_our_taking(const Sentence *sentence, guint verb)
{
	for (guint i = clause_of(sentence, verb); i < verb && is(sentence, verb + 1, "collected"); i++)
		if (is(sentence, i, "payment") || is(sentence, i, "debit"))
			return TRUE;
	return FALSE;
}

VerbForm
promise_form(const Sentence *sentence, guint32 subject, guint verb)
{
	gboolean idle = (bits(sentence, verb) & G_IDLE) != 0, taken_away;

	if (is(sentence, verb, "go") && (is(sentence, verb + 1, "up") || is(sentence, verb + 1, "down")))
		idle = TRUE;
	if (is(sentence, verb, "be") && (is(sentence, verb + 1, "added") || is(sentence, verb + 1, "applied")) && clause_names_cost(sentence, verb))
		idle = TRUE;
	if (is(sentence, verb, "be") && is_our_taking(sentence, verb))
		idle = TRUE;
	if (is(sentence, verb, "be") && (is(sentence, verb + 1, "off") || is(sentence, verb + 1, "down")))
		idle = TRUE;
	taken_away = is(sentence, verb + 1, "taken") && (is(sentence, verb + 2, "away") || is(sentence, verb + 2, "back") || is(sentence, verb + 2, "down"));
	for (guint i = verb + 1; is(sentence, verb, "be") && i < verb + 3; i++)
		idle = idle || ((bits(sentence, i) & (G_IDLE | G_NOT)) != 0 && !is(sentence, i, "able") && !taken_away &&
					  !(is(sentence, i, "available") && names_goods(sentence, verb)));
	if (idle || (bits(sentence, verb) & (G_NOT | G_MODAL)) != 0)
		return VERB_STOPS;
	if (is(sentence, verb, "have") && is(sentence, verb + 1, "to"))
		return VERB_STOPS;
	if ((subject & G_YOU) != 0)
		return (bits(sentence, verb) & G_GET) != 0 ? VERB_GIVES : VERB_STOPS;
	if ((subject & G_WE) != 0)
		return is(sentence, verb, "be") && !being_serves(sentence, verb) ? VERB_STOPS : VERB_DOES;
	for (const char *const *p = (const char *const[]){ "run", "last", "launch", "close", "remain", NULL }; *p != NULL; p++)
		if (is(sentence, verb, *p))
			return VERB_STOPS;
	if ((is(sentence, verb, "begin") || is(sentence, verb, "start")) && (subject & G_THEY) == 0)
		return VERB_STOPS;
	return VERB_HAPPENS;
}
