/* promise_conditions.c - what is promised only if the customer, or chance, does something first: if you send it, once we have it,
 * send it and we will. The verbs: promise_verbs.c. */
#include "text/promise_phrases.h"
#include "text/promise_sentence.h"

static gboolean
is_getting(const Sentence *sentence, guint at)
{
	for (const char *const *p = (const char *const[]){ "receive", "received", "get", "got", "hear", "heard", "have", "had", NULL }; *p != NULL; p++)
		if (is(sentence, at, *p))
			return TRUE;
	return FALSE;
}

/* "once we have it" waits for the customer; "once I have heard from the courier" does not. */
static gboolean
gets_from_customer(const Sentence *sentence, guint at)
{
	guint verb = is_getting(sentence, at + 1) ? at + 1 : at;

	if (!is_getting(sentence, verb))
		return FALSE;
	for (guint i = verb + 1; i < verb + 4 && i < sentence->to && !is_mark(sentence, i); i++)
		if (is(sentence, i, "from"))
			return (bits(sentence, i + 1) & G_YOU) != 0;
	return is(sentence, verb, "have") ? is(sentence, verb + 1, "your") || is(sentence, verb + 2, "back") : !is(sentence, verb, "hear") && !is(sentence, verb, "heard");
}

/* Whether "when", "once" or "after" at @at waits for somebody else: for the customer, for a thing, for what we receive. */
static gboolean
waits_for_others(const Sentence *sentence, guint at)
{
	guint next = at + 1;

	if (next >= sentence->to || sentence->tokens[next].time != T_NONE)
		return FALSE;
	if ((bits(sentence, next) & G_WE) != 0)
		return gets_from_customer(sentence, next + 1);
	for (const char *const *p = (const char *const[]){ "our", "my", "he", "she", "they", NULL }; *p != NULL; p++)
		if (is(sentence, next, *p))
			return FALSE;
	if (is(sentence, at, "after"))
		return (bits(sentence, next) & G_YOU) != 0 || is(sentence, next, "receiving") || is(sentence, next, "receipt");
	for (guint i = at > sentence->from + 4 ? at - 4 : sentence->from; i < at; i++)
		if ((bits(sentence, i) & G_LEARN) != 0)
			return FALSE;
	return !is(sentence, next, "possible") && (bits(sentence, next) & G_WILL) == 0;
}

/* An "if" of failure that is not the customer's: "if the van has not come by six". What we do then, we do. */
static gboolean
is_fallback(const Sentence *sentence, guint at)
{
	gboolean fails = FALSE;

	for (guint i = at + 1; i < sentence->to && !is_mark(sentence, i); i++) {
		if ((bits(sentence, i) & (G_YOU | G_WE)) != 0 || is(sentence, i, "your"))
			return FALSE;
		fails = fails || (bits(sentence, i) & G_NOT) != 0 || is(sentence, i, "fails") || is(sentence, i, "late");
	}
	return fails && !is(sentence, at, "unless");
}

static gboolean
is_if(const Sentence *sentence, guint at)
{
	PhraseHit hit;

	if (is(sentence, at - 1, "even") || phrase_at(sentence->tokens, at, sentence->to, PHRASE_STRAYS, WHO_ANY, &hit))
		return FALSE;
	for (guint i = at > sentence->from + 3 ? at - 3 : sentence->from; is(sentence, at, "if") && i < at; i++)
		if ((bits(sentence, i) & G_LEARN) != 0)
			return FALSE;
	return !is_fallback(sentence, at);
}

static gboolean
is_condition(const Sentence *sentence, guint at)
{
	PhraseHit hit;

	if ((bits(sentence, at) & G_IF) != 0)
		return is_if(sentence, at);
	if ((bits(sentence, at) & G_AFTER) != 0 && waits_for_others(sentence, at))
		return TRUE;
	if (is(sentence, at, "soon") && is(sentence, at + 1, "as"))
		return waits_for_others(sentence, at + 1);
	if ((bits(sentence, at) & G_SHOULD) != 0 && (at == sentence->from || is_mark(sentence, at - 1)) && names_somebody(sentence, at + 1))
		return !is_fallback(sentence, at);
	return phrase_at(sentence->tokens, at, sentence->to, PHRASE_CONDITION, WHO_ANY, &hit);
}

/* The customer is asked for something at @at: "send me", "let us know"; but "let me check", "call you". */
static gboolean
is_request(const Sentence *sentence, guint at)
{
	if ((bits(sentence, at) & G_ASKS) == 0 || (bits(sentence, at + 1) & G_YOU) != 0)
		return FALSE;
	return !is(sentence, at, "let") || is(sentence, at + 1, "us") ||
	       (is(sentence, at + 1, "me") && (is(sentence, at + 2, "know") || is(sentence, at + 2, "have") || is(sentence, at + 2, "see")));
}

/* "Send me the number and we will": where the "and" stands behind which all hangs on the customer; 0 when there is none. */
static guint
after_request(const Sentence *sentence)
{
	gboolean opens = TRUE, asked = FALSE;

	for (guint i = sentence->from; i + 2 < sentence->to; i++) {
		asked = asked || (opens && is_request(sentence, i));
		opens = (opens && ((bits(sentence, i) & (G_ADVERB | G_PLEASE | G_AND)) != 0 || is_mark(sentence, i))) ||
			(is_mark(sentence, i) && !is(sentence, i, ","));
		if (!asked || (bits(sentence, i) & G_AND) == 0)
			continue;
		for (guint will = i + 2; will < i + 6 && will < sentence->to && !is_mark(sentence, will); will++)
			if ((bits(sentence, will) & G_WILL) != 0)
				return i;
	}
	return 0;
}

/* "... as soon as there is a place, by Friday at the latest": whatever comes of it, it is done by Friday; where it is not the customer's to do. */
static gboolean
has_a_last_day(const Sentence *sentence, guint at)
{
	if ((bits(sentence, at) & G_IF) != 0)
		return FALSE;
	for (guint i = at + 1; i + 2 < sentence->to; i++) {
		if ((bits(sentence, i) & G_YOU) != 0 || is(sentence, i, "your"))
			return FALSE;
		if (is(sentence, i, ","))
			return is(sentence, i + 1, "by") || (is(sentence, i + 1, "but") && is(sentence, i + 2, "by"));
	}
	return FALSE;
}

void
conditions_read(const Token *tokens, guint from, guint to, guint8 *ret_conditional)
{
	Sentence sentence = { tokens, from, to };
	guint request = after_request(&sentence);

	for (guint i = request; request > 0 && i < to; i++)
		ret_conditional[i] = 1;
	for (guint i = from; i < to; i++) {
		guint left = i;

		if (tokens[i].quoted || !is_condition(&sentence, i) || has_a_last_day(&sentence, i))
			continue;
		/* to the left it reaches as far as its own main clause; "..., and if ..." begins a new one */
		if (i == from || (bits(&sentence, i - 1) & G_AND) == 0)
			while (left > from && tokens[left - 1].word[0] != ';' &&
				!((bits(&sentence, left - 1) & G_AND) != 0 &&
					((bits(&sentence, left) & (G_WE | G_YOU | G_THEY)) != 0 || is(&sentence, left, "to") ||
						((bits(&sentence, i) & G_AFTER) != 0 && (bits(&sentence, left) & G_ACT) != 0))))
				left--;
		for (; left < to && tokens[left].word[0] != ';' && (left < i || tokens[left].word[0] != ':'); left++)
			ret_conditional[left] = 1;
	}
}
