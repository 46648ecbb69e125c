/* promise_clause.c - where a clause begins, whose it is, and what in it takes a promise back. The verbs: promise_verbs.c. */
#include "text/promise_clause.h"
#include "text/promise_phrases.h"

gboolean
clause_past_form(const Sentence *sentence, guint at)
{
	return at < sentence->to && token_is_past(&sentence->tokens[at]);
}

/* Where the clause with @at begins: behind a comma or an "and". */
guint
clause_of(const Sentence *sentence, guint at)
{
	guint i = at;

	while (i > sentence->from && !is_mark(sentence, i - 1) && (bits(sentence, i - 1) & G_AND) == 0)
		i--;
	return i;
}

/* What the customer said, or was told, or what is written somewhere, is no promise of now; what the courier tells us is. */
static gboolean
is_quoted_saying(const Sentence *sentence, guint clause, guint at)
{
	if ((bits(sentence, at + 1) & G_YOU) != 0)
		return TRUE;
	for (guint i = clause; i < at; i++)
		if ((bits(sentence, i) & (G_YOU | G_WE)) != 0 || is(sentence, i, "your") || (bits(sentence, i) & G_PAPER) != 0)
			return TRUE;
	return FALSE;
}

/* Something in the clause before @at takes the promise back: not, hopefully, you said. */
gboolean
clause_takes_back(const Sentence *sentence, guint clause, guint at, guint32 please)
{
	PhraseHit hit;

	for (guint i = clause; i < at; i++) {
		guint32 has = bits(sentence, i);

		if (phrase_at(sentence->tokens, i, sentence->to, PHRASE_STRAYS, WHO_ANY, &hit)) {
			i = hit.end - 1;
			continue;
		}
		if ((has & (G_NOT | G_HEDGE | please)) != 0 && !is(sentence, i, "wish"))
			return TRUE;
		if ((has & G_SAID) != 0 && is_quoted_saying(sentence, clause, i))
			return TRUE;
		if (phrase_at(sentence->tokens, i, at, PHRASE_HEDGES, WHO_ANY, &hit))
			return TRUE;
	}
	return clause > sentence->from + 1 && is(sentence, clause - 1, ",") && (bits(sentence, clause - 2) & G_HEDGE) != 0;
}

guint
clause_skip_adverbs(const Sentence *sentence, guint at)
{
	while (at < sentence->to && (bits(sentence, at) & G_ADVERB) != 0 && !is(sentence, at, "be"))
		at++;
	return at;
}

gboolean
clause_hedges(const Sentence *sentence, guint at)
{
	PhraseHit hit;

	for (guint i = at; i < sentence->to && i < at + 4 && !is_mark(sentence, i); i++)
		if ((bits(sentence, i) & G_HEDGE) != 0 || phrase_at(sentence->tokens, i, sentence->to, PHRASE_HEDGES, WHO_ANY, &hit))
			return TRUE;
	return FALSE;
}

/* Whose verb it is in "..., and will call": the subject of the nearest clause before that names one. "I" and "we" are never anything else. */
static guint32
subject_before(const Sentence *sentence, guint clause)
{
	while (clause > sentence->from) {
		guint first = clause_of(sentence, clause - 1), end = clause - 1, head;

		for (guint i = first; i < end; i++)
			if ((bits(sentence, i) & G_WE) != 0)
				return G_WE;
		for (guint i = first; i < end; i++)
			if ((bits(sentence, i) & (G_YOU | G_THEY)) != 0 &&
				(bits(sentence, clause_skip_adverbs(sentence, i + 1)) & (G_WILL | G_BE | G_HAVE | G_SHOULD | G_MODAL | G_PAST)) != 0)
				return bits(sentence, i) & (G_YOU | G_THEY);
		head = clause_skip_adverbs(sentence, first);
		if (head < end && (bits(sentence, head) & (G_WILL | G_BE | G_HAVE | G_ACT | G_DOING | G_PLEASE | G_IF | G_PAST)) == 0)
			return G_THEY;
		clause = first;
	}
	return G_WE;
}

/* The subject in front of @at: G_WE, G_YOU, G_THEY, or 0 for a thing. Without one (@ret_none) it is that of a clause before. */
guint32
clause_subject(const Sentence *sentence, guint clause, guint at, gboolean *ret_none)
{
	guint i = at;

	while (i > clause && (bits(sentence, i - 1) & G_ADVERB) != 0)
		i--;
	*ret_none = i == clause;
	if (*ret_none)
		return subject_before(sentence, clause);
	return bits(sentence, i - 1) & (G_WE | G_YOU | G_THEY);
}

gboolean
clause_names_cost(const Sentence *sentence, guint verb)
{
	for (guint i = clause_of(sentence, verb); i < verb; i++)
		if ((bits(sentence, i) & G_COST) != 0)
			return TRUE;
	return FALSE;
}
