/* promise_verbs.c - which verbs of a sentence promise, and which stop a promise: will, is going to, should arrive; please,
 * would, cannot, if. Their times: promise_words.c. */
#include "text/promise_clause.h"
#include "text/promise_form.h"
#include "text/promise_phrases.h"
#include "text/promise_sentence.h"
#include <string.h>

/* will, shall, 'll; "is going to" comes here with @verb behind its "to". */
static gboolean
read_will(const Sentence *sentence, guint at, guint verb, int certainty, Verb *ret)
{
	guint clause = clause_of(sentence, at);
	gboolean none;
	guint32 subject = clause_subject(sentence, clause, at, &none);

	*ret = (Verb){ .at = at, .verb = clause_skip_adverbs(sentence, verb), .subject = clause, .certainty = certainty };
	if (none && (bits(sentence, at + 1) & (G_WE | G_YOU | G_THEY)) != 0) /* shall we, will you */
		return TRUE;
	if (clause_takes_back(sentence, clause, at, G_PLEASE) || (bits(sentence, ret->verb) & G_NOT) != 0 || (ret->hedged = clause_hedges(sentence, ret->verb)))
		return TRUE;
	ret->form = promise_form(sentence, subject, ret->verb);
	return TRUE;
}

static gboolean
read_should(const Sentence *sentence, guint at, Verb *ret)
{
	static const char *const lands[] = { "have", "receive", "recieve", "get", "arrive", "reach", "be", "see", "hear", "land", "show",
		"come", "find", "know", NULL };
	guint verb = clause_skip_adverbs(sentence, at + 1);
	gboolean found = FALSE;

	*ret = (Verb){ .at = at, .verb = verb, .subject = clause_of(sentence, at) };
	for (const char *const *p = lands; *p != NULL; p++)
		found = found || is(sentence, verb, *p);
	if (!found || (is(sentence, verb, "have") && clause_past_form(sentence, verb + 1)))
		return TRUE;
	return read_will(sentence, at, verb, 65, ret);
}

/* "the new delivery date is", "ETA for the fix is" */
static gboolean
names_a_date(const Sentence *sentence, guint clause, guint at)
{
	for (guint i = at > clause + 5 ? at - 5 : clause; i < at; i++)
		for (const char *const *p = (const char *const[]){ "date", "slot", "appointment", "visit", "eta", "estimate", NULL }; *p != NULL; p++)
			if (is(sentence, i, *p))
				return TRUE;
	return FALSE;
}

/* am, is, are: going to call, sending, booked, on your card. */
static gboolean
read_being(const Sentence *sentence, guint at, Verb *ret)
{
	guint next = clause_skip_adverbs(sentence, at + 1), clause = clause_of(sentence, at);
	gsize n = next < sentence->to ? strlen(sentence->tokens[next].word) : 0;
	gboolean none;
	guint32 subject = clause_subject(sentence, clause, at, &none);

	*ret = (Verb){ .at = at, .verb = next, .subject = clause };
	if (is(sentence, next, "going") && is(sentence, next + 1, "to"))
		return read_will(sentence, at, next + 2, 90, ret);
	if ((bits(sentence, next) & G_NOT) != 0 || clause_takes_back(sentence, clause, at, G_PLEASE))
		return TRUE;
	if (n > 4 && strcmp(sentence->tokens[next].word + n - 3, "ing") == 0 && (bits(sentence, next) & G_OWN) == 0 && (subject & G_YOU) == 0 &&
		(!none || (bits(sentence, next) & G_DOING) != 0)) {
		ret->certainty = 75;
		ret->form = (subject & G_WE) != 0 ? VERB_DOES : VERB_HAPPENS;
	} else if (names_a_date(sentence, clause, at)) {
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

/* Verbs that promise by themselves: I promise, expect a call, let me. */
static gboolean
read_vow(const Sentence *sentence, guint at, Verb *ret)
{
	guint clause = clause_of(sentence, at);
	gboolean can = is(sentence, at - 1, "can") || is(sentence, at - 1, "do"), first = clause_skip_adverbs(sentence, clause) == at;
	guint32 before = bits(sentence, at - (can ? 2 : 1));

	*ret = (Verb){ .at = at, .verb = at, .subject = clause, .form = VERB_DOES, .certainty = 90 };
	if ((bits(sentence, at) & G_VOW) != 0 && ((before & G_WE) != 0 || at == sentence->from) && (at > clause || first)) {
		if (clause_takes_back(sentence, clause, at, G_PLEASE))
			ret->form = VERB_STOPS;
		return TRUE;
	}
	if (is(sentence, at, "count") && is(sentence, at + 1, "on") && can && (before & G_YOU) != 0) {
		ret->form = clause_takes_back(sentence, clause, at, G_PLEASE) ? VERB_STOPS : VERB_GIVES;
		ret->verb = at + 1;
		return TRUE;
	}
	if (is(sentence, at, "expect") && (first || (can && (before & G_YOU) != 0))) {
		ret->form = clause_takes_back(sentence, clause, at, G_PLEASE) ? VERB_STOPS : VERB_GIVES;
		ret->certainty = 85;
		return TRUE;
	}
	if (is(sentence, at, "let") && is(sentence, at + 1, "me")) {
		ret->verb = at + 2;
		if (is(sentence, at + 2, "know") || is(sentence, at + 2, "have") || clause_takes_back(sentence, clause, at, G_PLEASE))
			ret->form = VERB_STOPS;
		return TRUE;
	}
	return FALSE;
}

/* Whose clause it is, for the table of phrases. */
static guint
who_of(const Sentence *sentence, guint clause, guint at)
{
	gboolean none;
	guint32 subject = clause_subject(sentence, clause, at, &none);
	guint head = clause_skip_adverbs(sentence, clause), who = (subject & G_WE) != 0 ? WHO_WE : (subject & G_YOU) != 0 ? WHO_YOU : WHO_THING;

	while (head < at && (bits(sentence, head) & (G_PLEASE | G_AND)) != 0)
		head++;
	if (none || head == at)
		who |= WHO_NONE | (clause == sentence->from ? WHO_FIRST : 0);
	for (guint i = clause; i < at; i++)
		if ((bits(sentence, i) & G_GOODS) != 0)
			who |= (who & WHO_THING) != 0 ? WHO_GOODS : 0;
	if (is(sentence, clause, "your") || is(sentence, clause, "this") || is(sentence, clause, "that"))
		who |= WHO_THIS;
	return who;
}

/* Between the thing and its time there are small words only, and no verb: "next update by 6pm". */
static gboolean
is_bare(const Sentence *sentence, guint at)
{
	for (guint i = at; i < sentence->to; i++) {
		guint32 has = bits(sentence, i);

		if (i > at && sentence->tokens[i].time != T_NONE && !sentence->tokens[i].money)
			return TRUE;
		if (i > at && (has & G_SMALL) == 0)
			return FALSE;
	}
	return FALSE;
}

static gboolean
is_for_this_customer(const Sentence *sentence, guint verb)
{
	enum { NEAR = 12 };

	for (guint i = verb; i < verb + NEAR && i < sentence->to; i++) {
		if ((bits(sentence, i) & (G_YOU | G_THEY)) != 0)
			return TRUE;
		for (const char *const *p = (const char *const[]){ "your", "this", "that", "the", "them", "him", "her", "our", "an", NULL }; *p != NULL; p++)
			if (is(sentence, i, *p))
				return TRUE;
	}
	return FALSE;
}

static gboolean
read_phrase(const Sentence *sentence, guint at, Verb *ret)
{
	guint clause;
	PhraseHit hit;

	if (!phrase_begins(&sentence->tokens[at]))
		return FALSE;
	clause = clause_of(sentence, at);
	for (guint i = at > clause + 3 ? at - 3 : clause; i < at; i++) /* "until it arrives tomorrow" */
		if (is(sentence, i, "until") || is(sentence, i, "before") || is(sentence, i, "since"))
			return FALSE;
	if (at > clause && (is(sentence, at - 1, "was") || is(sentence, at - 1, "were") || is(sentence, at - 1, "had") || is(sentence, at - 1, "been")))
		return FALSE;
	if (!phrase_at(sentence->tokens, at, sentence->to, PHRASE_VERB, who_of(sentence, clause, at), &hit))
		return FALSE;
	if (hit.phrase->form == VERB_BARE && !is_bare(sentence, hit.verb))
		return FALSE;
	*ret = (Verb){ .at = at, .verb = hit.verb, .subject = clause, .form = hit.phrase->form, .certainty = hit.phrase->certainty };
	if (clause_takes_back(sentence, clause, at, hit.phrase->form == VERB_WAITS ? 0 : G_PLEASE) || clause_hedges(sentence, hit.verb))
		ret->form = VERB_STOPS;
	/* "we aim to answer within 5 days" is a rule of the house; "to answer you" is not. What we expect to hear ourselves is none either. */
	if ((hit.phrase->form == VERB_HAPPENS && clause_names_cost(sentence, at)) || (hit.phrase->form == VERB_GIVES && (bits(sentence, hit.verb) & G_YOU) != 0) ||
		(hit.phrase->form == VERB_GIVES && ret->certainty == 60 && clause_skip_adverbs(sentence, clause) != at &&
			!is_for_this_customer(sentence, hit.verb)) ||
		(hit.phrase->form == VERB_DOES && ret->certainty == 65 && !is_for_this_customer(sentence, hit.verb)) ||
		(hit.phrase->form == VERB_GIVES && ret->certainty == 60 && is(sentence, hit.verb, "to") &&
			(is(sentence, hit.verb + 1, "hear") || is(sentence, hit.verb + 1, "receive"))))
		ret->form = VERB_STOPS;
	return TRUE;
}

/* have booked; anything else with "have" or a past form behind a person is over, and stops. */
static gboolean
read_past(const Sentence *sentence, guint at, Verb *ret)
{
	guint next = clause_skip_adverbs(sentence, at + 1);
	guint32 before = at > sentence->from ? bits(sentence, at - 1) : 0;

	*ret = (Verb){ .at = at, .verb = at, .subject = clause_of(sentence, at), .past = TRUE };
	for (guint i = at > ret->subject + 4 ? at - 4 : ret->subject; is(sentence, at, "have") && i < at; i++)
		if (is(sentence, i, "let") || is(sentence, i, "help")) /* "let you have it" */
			return FALSE;
	if ((bits(sentence, at) & G_HAVE) != 0 && (before & (G_WILL | G_SHOULD | G_MODAL | G_ADVERB)) == 0 && !is(sentence, at - 1, "to")) {
		ret->aside = TRUE;
		if ((bits(sentence, next) & G_SET) != 0 && (before & G_YOU) == 0 && !clause_takes_back(sentence, ret->subject, at, G_PLEASE)) {
			ret->form = VERB_SET;
			ret->verb = next;
			ret->certainty = 80;
		}
		return TRUE;
	}
	if (is(sentence, at, "was") || is(sentence, at, "were") || is(sentence, at, "had") || is(sentence, at, "did"))
		return TRUE;
	for (guint i = at > sentence->from + 6 ? at - 6 : sentence->from; i < at; i++) /* "have it fixed", "keep you posted" */
		if (is(sentence, i, "have") || is(sentence, i, "get") || is(sentence, i, "keep") || is(sentence, i, "see"))
			return FALSE;
	if (!clause_past_form(sentence, at))
		return FALSE;
	if ((before & (G_WE | G_YOU | G_THEY)) != 0 || is(sentence, at - 1, "which") || is(sentence, at - 1, "who")) {
		ret->aside = TRUE;
		return TRUE;
	}
	/* "the mail landed on my desk": a past form between a thing and where or when */
	return before == 0 && at > ret->subject && !is_mark(sentence, at - 1) && sentence->tokens[at - 1].time == T_NONE &&
	       !names_somebody(sentence, at - 1) && (bits(sentence, at + 1) & G_SMALL) != 0 && at > ret->subject + 1;
}

static gboolean
read_verb(const Sentence *sentence, guint at, Verb *ret)
{
	guint32 has = bits(sentence, at);

	if (read_phrase(sentence, at, ret))
		return TRUE;
	if ((has & G_WILL) != 0)
		return read_will(sentence, at, at + 1, 90, ret);
	if ((has & G_SHOULD) != 0)
		return read_should(sentence, at, ret);
	if ((has & (G_PLEASE | G_IF)) != 0 || ((has & G_MODAL) != 0 &&
						      !(is(sentence, at, "can") && !clause_past_form(sentence, at) &&
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

/* call, or (behind "will be reading") calling, or any word before "you". */
static gboolean
is_act(const Sentence *sentence, guint at)
{
	gsize n = at < sentence->to ? strlen(sentence->tokens[at].word) : 0;

	return (bits(sentence, at) & (G_ACT | G_DOING)) != 0 || (n > 5 && strcmp(sentence->tokens[at].word + n - 3, "ing") == 0) ||
	       (n > 0 && bits(sentence, at) == 0 && (bits(sentence, at + 1) & G_YOU) != 0);
}

/* "I'll try him again and let you know": the trying is no promise, the telling is. "I'll read what you have sent and write to you": the
 * sending is over, the writing is not (@promised: a verb before it promises). */
static gboolean
read_behind(const Sentence *sentence, guint at, const GArray *verbs, gboolean promised, Verb *ret)
{
	const Verb *last = verbs->len > 0 ? &g_array_index(verbs, Verb, verbs->len - 1) : NULL;

	if (last == NULL || (bits(sentence, at) & G_AND) == 0)
		return FALSE;
	if (last->hedged ? is(sentence, at - 1, "try") || (bits(sentence, at + 1) & G_ACT) == 0 || (bits(sentence, at + 2) & G_YOU) == 0
			 : !last->past || !promised || !is_act(sentence, at + 1))
		return FALSE;
	*ret = (Verb){ .at = at + 1, .verb = at + 1, .subject = at + 1, .form = VERB_DOES, .certainty = 80 };
	return TRUE;
}

/* "- repair the fence by Friday", in a list behind "we will:" */
static gboolean
is_item(const Sentence *sentence, gboolean listed, guint *ret_at)
{
	guint at = sentence->from;

	while (listed && at < sentence->to && (is_mark(sentence, at) || sentence->tokens[at].time == T_NUMBER))
		at++;
	*ret_at = at;
	return listed && (bits(sentence, at) & G_ACT) != 0;
}

static gboolean
opens_list(const Sentence *sentence)
{
	guint end = sentence->to;

	while (end > sentence->from && is_mark(sentence, end - 1))
		end--;
	return end < sentence->to && end > sentence->from + 1 && (bits(sentence, end - 1) & G_WILL) != 0 && (bits(sentence, end - 2) & G_WE) != 0;
}

gboolean
verbs_go_on(const Token *tokens, guint from, guint to, gboolean listed)
{
	Sentence sentence = { tokens, from, to };
	guint at;

	return is_item(&sentence, listed, &at) || opens_list(&sentence);
}

GArray *
verbs_read(const Token *tokens, guint from, guint to, gboolean *listed)
{
	Sentence sentence = { tokens, from, to };
	GArray *verbs = g_array_new(FALSE, FALSE, sizeof(Verb));
	gboolean promised = FALSE;
	Verb verb = { .form = VERB_DOES, .certainty = 85 };

	if (is_item(&sentence, *listed, &verb.at)) {
		verb.verb = verb.subject = verb.at;
		g_array_append_val(verbs, verb);
	}
	*listed = verbs_go_on(tokens, from, to, *listed);
	for (guint i = from; i < to; i++) {
		if (tokens[i].quoted || !(read_behind(&sentence, i, verbs, promised, &verb) || read_verb(&sentence, i, &verb)))
			continue;
		promised = promised || (verb.form != VERB_STOPS && verb.form != VERB_WAITS);
		g_array_append_val(verbs, verb);
		i = verb.form != VERB_STOPS && verb.verb > i ? verb.verb - ((bits(&sentence, verb.verb) & (G_WILL | G_SHOULD)) != 0) : i;
	}
	return verbs;
}
