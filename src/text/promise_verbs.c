/* promise_verbs.c - which verbs of a sentence promise, and which stop a promise: will, is going to, should arrive; please,
 * would, cannot, if. Their times: promise_words.c. */
#include "text/promise_impl.h"
#include <string.h>

typedef struct {
	const Token *tokens;
	guint from, to;
	VerbForm last; /* of the verb before, for "and will ..." */
} Sentence;

static gboolean
is(const Sentence *sentence, guint at, const char *word)
{
	return at >= sentence->from && at < sentence->to && strcmp(sentence->tokens[at].word, word) == 0;
}

static guint32
bits(const Sentence *sentence, guint at)
{
	return at >= sentence->from && at < sentence->to ? sentence->tokens[at].bits : 0;
}

static gboolean
is_past_form(const Sentence *sentence, guint at)
{
	gsize n = at < sentence->to ? strlen(sentence->tokens[at].word) : 0;

	return n > 0 && ((bits(sentence, at) & G_PAST) != 0 ||
				(n > 4 && strcmp(sentence->tokens[at].word + n - 2, "ed") == 0 && !is(sentence, at, "need")));
}

static gboolean
is_mark(const Sentence *sentence, guint at)
{
	return at < sentence->to && sentence->tokens[at].word[0] != '\0' && strchr(",;:-()", sentence->tokens[at].word[0]) != NULL;
}

/* Where the clause with @at begins: behind a comma or an "and". */
static guint
clause_of(const Sentence *sentence, guint at)
{
	guint i = at;

	while (i > sentence->from && !is_mark(sentence, i - 1) && (bits(sentence, i - 1) & G_AND) == 0)
		i--;
	return i;
}

/* Something in the clause before @at takes the promise back: not, hopefully, you said. */
static gboolean
is_taken_back(const Sentence *sentence, guint clause, guint at)
{
	for (guint i = clause; i < at; i++) {
		guint32 has = bits(sentence, i);

		/* "no later than Friday" denies nothing */
		if ((has & (G_NOT | G_HEDGE | G_SAID | G_PLEASE)) != 0 && !is(sentence, i, "wish") && !is(sentence, i + 1, "later"))
			return TRUE;
		if (is(sentence, i, "do") && (has & G_NOT) != 0)
			return TRUE;
	}
	return clause > sentence->from + 1 && is(sentence, clause - 1, ",") && (bits(sentence, clause - 2) & G_HEDGE) != 0;
}

static guint
skip_adverbs(const Sentence *sentence, guint at)
{
	while (at < sentence->to && (bits(sentence, at) & G_ADVERB) != 0 && !is(sentence, at, "be"))
		at++;
	return at;
}

static gboolean
hedge_near(const Sentence *sentence, guint at)
{
	for (guint i = at; i < sentence->to && i < at + 4 && !is_mark(sentence, i); i++)
		if ((bits(sentence, i) & G_HEDGE) != 0)
			return TRUE;
	return FALSE;
}

/* The subject in front of @at: G_WE, G_YOU, G_THEY, or 0 for a thing; without one (@ret_none) it is that of the verb before. */
static guint32
subject_of(const Sentence *sentence, guint clause, guint at, gboolean *ret_none)
{
	guint i = at;

	while (i > clause && (bits(sentence, i - 1) & G_ADVERB) != 0)
		i--;
	*ret_none = i == clause;
	if (*ret_none)
		return sentence->last == VERB_GIVES ? G_YOU : sentence->last == VERB_HAPPENS ? G_THEY : G_WE;
	return bits(sentence, i - 1) & (G_WE | G_YOU | G_THEY);
}

/* "be" of ours is a promise where it serves the customer: in touch, with you, sending. */
static gboolean
being_serves(const Sentence *sentence, guint be)
{
	gsize n = be + 1 < sentence->to ? strlen(sentence->tokens[be + 1].word) : 0;

	if (is(sentence, be + 1, "able"))
		return is(sentence, be + 2, "to");
	if (n > 5 && strcmp(sentence->tokens[be + 1].word + n - 3, "ing") == 0)
		return TRUE;
	for (guint i = be + 1; i < be + 6 && i < sentence->to; i++)
		if (is(sentence, i, "touch") || is(sentence, i, "you") || is(sentence, i, "contact"))
			return TRUE;
	return FALSE;
}

static VerbForm
form_of(const Sentence *sentence, guint32 subject, guint verb)
{
	gboolean idle = (bits(sentence, verb) & G_IDLE) != 0;

	for (guint i = verb + 1; is(sentence, verb, "be") && i < verb + 3; i++)
		idle = idle || ((bits(sentence, i) & (G_IDLE | G_NOT)) != 0 && !is(sentence, i, "able"));
	if (idle || (bits(sentence, verb) & (G_NOT | G_MODAL)) != 0)
		return VERB_STOPS;
	if (is(sentence, verb, "have") && is(sentence, verb + 1, "to"))
		return VERB_STOPS;
	if ((subject & G_YOU) != 0)
		return (bits(sentence, verb) & G_GET) != 0 ? VERB_GIVES : VERB_STOPS;
	if ((subject & G_WE) != 0)
		return is(sentence, verb, "be") && !being_serves(sentence, verb) ? VERB_STOPS : VERB_DOES;
	if (is(sentence, verb, "begin") || is(sentence, verb, "start"))
		return VERB_STOPS;
	return VERB_HAPPENS;
}

/* will, shall, 'll; "is going to" comes here with @verb behind its "to". */
static gboolean
read_will(const Sentence *sentence, guint at, guint verb, int certainty, Verb *ret)
{
	guint clause = clause_of(sentence, at);
	gboolean none;
	guint32 subject = subject_of(sentence, clause, at, &none);

	*ret = (Verb){ .at = at, .verb = skip_adverbs(sentence, verb), .subject = clause, .certainty = certainty };
	if (none && (bits(sentence, at + 1) & (G_WE | G_YOU | G_THEY)) != 0) /* shall we, will you */
		return TRUE;
	if (is_taken_back(sentence, clause, at) || (bits(sentence, ret->verb) & G_NOT) != 0 || hedge_near(sentence, ret->verb))
		return TRUE;
	ret->form = form_of(sentence, subject, ret->verb);
	return TRUE;
}

static gboolean
read_should(const Sentence *sentence, guint at, Verb *ret)
{
	static const char *const lands[] = { "have", "receive", "recieve", "get", "arrive", "reach", "be", "see", "hear", "land", "show",
		"come", "find", NULL };
	guint verb = skip_adverbs(sentence, at + 1);
	gboolean found = FALSE;

	*ret = (Verb){ .at = at, .verb = verb, .subject = clause_of(sentence, at) };
	for (const char *const *p = lands; *p != NULL; p++)
		found = found || is(sentence, verb, *p);
	if (!found || (is(sentence, verb, "have") && is_past_form(sentence, verb + 1)))
		return TRUE;
	return read_will(sentence, at, verb, 65, ret);
}

/* am, is, are: going to call, sending, booked, on your card. */
static gboolean
read_being(const Sentence *sentence, guint at, Verb *ret)
{
	guint next = skip_adverbs(sentence, at + 1), clause = clause_of(sentence, at);
	gboolean none;
	guint32 subject = subject_of(sentence, clause, at, &none);

	*ret = (Verb){ .at = at, .verb = next, .subject = clause };
	if (is(sentence, next, "going") && is(sentence, next + 1, "to"))
		return read_will(sentence, at, next + 2, 90, ret);
	if (is(sentence, next, "due") && is(sentence, next + 1, "to"))
		return read_will(sentence, at, next + 2, 80, ret);
	if ((bits(sentence, next) & G_NOT) != 0 || is_taken_back(sentence, clause, at))
		return TRUE;
	if ((bits(sentence, next) & G_DOING) != 0 && !none && (subject & G_YOU) == 0) {
		ret->certainty = 75;
		ret->form = (subject & G_WE) != 0 ? VERB_DOES : VERB_HAPPENS;
	} else if ((bits(sentence, next) & G_SET) != 0 && (subject & (G_YOU | G_WE)) == 0) {
		ret->certainty = 80;
		ret->form = VERB_SET;
	} else if (is(sentence, at - 1, "date") || is(sentence, at - 1, "slot") || is(sentence, at - 1, "appointment") ||
		   is(sentence, at - 1, "visit")) {
		ret->certainty = 75;
		ret->form = VERB_SET;
	} else if ((subject & (G_WE | G_YOU)) == 0 && !none &&
		   (is(sentence, next, "on") || is(sentence, next, "in") || is(sentence, next, "with") || is(sentence, next, "back")) &&
		   (is(sentence, next + 1, "you") || is(sentence, next + 1, "your"))) {
		ret->certainty = 60;
		ret->form = VERB_IS;
	} else {
		return FALSE;
	}
	return TRUE;
}

/* Verbs that promise by themselves, or ask for time: I promise, expect a call, let me, leave it with me. */
static gboolean
read_vow(const Sentence *sentence, guint at, Verb *ret)
{
	guint clause = clause_of(sentence, at);
	gboolean can = is(sentence, at - 1, "can") || is(sentence, at - 1, "do"), first = at == clause;
	guint32 before = bits(sentence, at - (can ? 2 : 1));

	*ret = (Verb){ .at = at, .verb = at, .subject = clause, .form = VERB_DOES, .certainty = 90 };
	if ((bits(sentence, at) & G_VOW) != 0 && (before & G_WE) != 0 && at > clause) {
		if (is_taken_back(sentence, clause, at))
			ret->form = VERB_STOPS;
		return TRUE;
	}
	if (is(sentence, at, "count") && is(sentence, at + 1, "on") && can && (before & G_YOU) != 0) {
		ret->form = is_taken_back(sentence, clause, at) ? VERB_STOPS : VERB_GIVES;
		ret->verb = at + 1;
		return TRUE;
	}
	if (is(sentence, at, "expect") && (first || (before & (can ? G_YOU : G_WE)) != 0)) {
		ret->form = is_taken_back(sentence, clause, at) ? VERB_STOPS : VERB_GIVES;
		ret->certainty = first || can ? 85 : 60;
		return TRUE;
	}
	if (is(sentence, at, "let") && is(sentence, at + 1, "me")) {
		ret->verb = at + 2;
		if (is(sentence, at + 2, "know") || is(sentence, at + 2, "have") || is_taken_back(sentence, clause, at))
			ret->form = VERB_STOPS;
		return TRUE;
	}
	ret->form = VERB_WAITS;
	ret->certainty = 75;
	if (first && is(sentence, at, "leave") && is(sentence, at + 2, "with") &&
		(is(sentence, at + 3, "me") || is(sentence, at + 3, "us")))
		return TRUE;
	if (first && (is(sentence, at, "give") || is(sentence, at, "bear")) &&
		(is(sentence, at + 1, "me") || is(sentence, at + 1, "us") || is(sentence, at + 2, "me") || is(sentence, at + 2, "us")))
		return TRUE;
	ret->form = VERB_DOES;
	return at == sentence->from && (is(sentence, at, "speak") || is(sentence, at, "talk")) && is(sentence, at + 1, "to") &&
	       is(sentence, at + 2, "you");
}

/* have booked; anything else with "have" or a past form behind a person is over, and stops. */
static gboolean
read_past(const Sentence *sentence, guint at, Verb *ret)
{
	guint next = skip_adverbs(sentence, at + 1);
	guint32 before = at > sentence->from ? bits(sentence, at - 1) : 0;

	*ret = (Verb){ .at = at, .verb = at, .subject = clause_of(sentence, at) };
	if ((bits(sentence, at) & G_HAVE) != 0 && (before & (G_WILL | G_SHOULD | G_MODAL | G_ADVERB)) == 0 && !is(sentence, at - 1, "to")) {
		if ((bits(sentence, next) & G_SET) != 0 && (before & G_YOU) == 0 && !is_taken_back(sentence, ret->subject, at)) {
			ret->form = VERB_SET;
			ret->verb = next;
			ret->certainty = 80;
		}
		return TRUE;
	}
	if (is(sentence, at, "was") || is(sentence, at, "were") || is(sentence, at, "had") || is(sentence, at, "did"))
		return TRUE;
	if (is(sentence, at - 2, "have") || is(sentence, at - 2, "get")) /* "have it fixed" */
		return FALSE;
	return is_past_form(sentence, at) &&
	       ((before & (G_WE | G_YOU | G_THEY)) != 0 || is(sentence, at - 1, "which") || is(sentence, at - 1, "who"));
}

static gboolean
read_verb(const Sentence *sentence, guint at, Verb *ret)
{
	guint32 has = bits(sentence, at);

	if ((has & G_WILL) != 0)
		return read_will(sentence, at, at + 1, 90, ret);
	if ((has & G_SHOULD) != 0)
		return read_should(sentence, at, ret);
	if ((has & (G_PLEASE | G_IF)) != 0 || ((has & G_MODAL) != 0 &&
						      !(is(sentence, at, "can") && !is_past_form(sentence, at) &&
							      ((bits(sentence, at + 1) & G_VOW) != 0 || is(sentence, at + 1, "expect") ||
								      is(sentence, at + 1, "count"))) &&
						      !is(sentence, at - 1, "in") && !is(sentence, at - 1, "by"))) {
		*ret = (Verb){ .at = at, .verb = at, .subject = at };
		return TRUE;
	}
	if ((has & G_BE) != 0 && !is(sentence, at, "be") && read_being(sentence, at, ret))
		return TRUE;
	if (is(sentence, at, "going") && is(sentence, at + 1, "to") && at == sentence->from)
		return read_will(sentence, at, at + 2, 85, ret);
	return read_vow(sentence, at, ret) || read_past(sentence, at, ret);
}

GArray *
verbs_read(const Token *tokens, guint from, guint to)
{
	Sentence sentence = { tokens, from, to, VERB_STOPS };
	GArray *verbs = g_array_new(FALSE, FALSE, sizeof(Verb));
	Verb verb;

	for (guint i = from; i < to; i++) {
		if (tokens[i].quoted || !read_verb(&sentence, i, &verb))
			continue;
		g_array_append_val(verbs, verb);
		if (verb.form != VERB_STOPS)
			sentence.last = verb.form;
	}
	return verbs;
}

/* Whether "when", "once" or "after" at @at waits for somebody else: for the customer, for a thing, for what we receive. */
static gboolean
waits_for_others(const Sentence *sentence, guint at)
{
	guint next = at + 1;

	if (next >= sentence->to || sentence->tokens[next].time != T_NONE)
		return FALSE;
	if ((bits(sentence, next) & G_WE) != 0)
		return is(sentence, next + 1, "receive") || is(sentence, next + 1, "get") || is(sentence, next + 1, "hear") ||
		       is(sentence, next + 2, "received") || is(sentence, next + 2, "heard") ||
		       (is(sentence, next + 1, "have") && is(sentence, next + 2, "it"));
	if (is(sentence, at, "after"))
		return (bits(sentence, next) & G_YOU) != 0 || is(sentence, next, "receiving") || is(sentence, next, "receipt");
	for (guint i = at > sentence->from + 4 ? at - 4 : sentence->from; i < at; i++)
		if ((bits(sentence, i) & G_LEARN) != 0)
			return FALSE;
	return !is(sentence, next, "possible") && (bits(sentence, next) & G_WILL) == 0;
}

static gboolean
is_condition(const Sentence *sentence, guint at)
{
	if ((bits(sentence, at) & G_IF) != 0) {
		if (is(sentence, at - 1, "even"))
			return FALSE;
		for (guint i = at > sentence->from + 3 ? at - 3 : sentence->from; is(sentence, at, "if") && i < at; i++)
			if ((bits(sentence, i) & G_LEARN) != 0)
				return FALSE;
		return TRUE;
	}
	if ((bits(sentence, at) & G_AFTER) != 0)
		return waits_for_others(sentence, at);
	if (is(sentence, at, "soon") && is(sentence, at + 1, "as"))
		return waits_for_others(sentence, at + 1);
	if ((bits(sentence, at) & G_SHOULD) != 0 && (bits(sentence, at + 1) & (G_YOU | G_THEY)) != 0)
		return TRUE;
	return (is(sentence, at, "in") && is(sentence, at + 1, "case")) || (is(sentence, at, "subject") && is(sentence, at + 1, "to")) ||
	       (is(sentence, at, "long") && is(sentence, at + 1, "as"));
}

void
conditions_read(const Token *tokens, guint from, guint to, guint8 *ret_conditional)
{
	Sentence sentence = { tokens, from, to, VERB_STOPS };

	for (guint i = from; i < to; i++) {
		guint left = i;

		if (tokens[i].quoted || !is_condition(&sentence, i))
			continue;
		/* to the left it reaches as far as its own main clause; "..., and if ..." begins a new one */
		if (i == from || (bits(&sentence, i - 1) & G_AND) == 0)
			while (left > from && tokens[left - 1].word[0] != ';' &&
				!((bits(&sentence, left - 1) & G_AND) != 0 && (bits(&sentence, left) & (G_WE | G_YOU | G_THEY)) != 0))
				left--;
		for (; left < to && tokens[left].word[0] != ';' && (left < i || tokens[left].word[0] != ':'); left++)
			ret_conditional[left] = 1;
	}
}
