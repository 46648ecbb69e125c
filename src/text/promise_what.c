/* promise_what.c - see the header. */
#include "text/promise_what.h"
#include "text/promise_clause.h"

enum { MAX_WHAT = 80 };

static Sentence
sentence_of(const PromiseText *of)
{
	return (Sentence){ of->tokens, of->from, of->to };
}

/* The words of the text from @from to @to (tokens), cut to a sensible length. */
static char *
slice(const PromiseText *of, guint from, guint to)
{
	const Sentence sentence = sentence_of(of);
	const Token *tokens = of->tokens;
	g_autofree char *words = NULL;
	char *cut;

	while (from < to && (is_mark(&sentence, from) || (tokens[from].bits & G_AND) != 0))
		from++;
	while (to > from && (is_mark(&sentence, to - 1) || (tokens[to - 1].bits & G_AND) != 0))
		to--;
	if (from >= to)
		return NULL;
	words = g_strndup(of->text + tokens[from].start, tokens[to - 1].end - tokens[from].start);
	for (char *p = words; *p != '\0'; p++)
		if (g_ascii_isspace(*p))
			*p = ' ';
	if (strlen(words) <= MAX_WHAT)
		return g_steal_pointer(&words);
	words[MAX_WHAT] = '\0';
	cut = strrchr(words, ' ');
	if (cut != NULL)
		*cut = '\0';
	g_utf8_validate(words, -1, (const char **)&cut);
	*cut = '\0';
	return g_steal_pointer(&words);
}

guint
promise_clause_end(const PromiseText *of, guint verb, guint limit)
{
	const Sentence sentence = sentence_of(of);
	guint i = verb;

	while (i < limit && !(is_mark(&sentence, i) && !is(&sentence, i, "-") && !is(&sentence, i, "(")))
		i++;
	return i;
}

static char *
few_words(const PromiseText *of, const Verb *verb, guint from, const WhenParts *time)
{
	const Sentence sentence = sentence_of(of);
	guint begin = from, end = time->first >= from ? time->first : promise_clause_end(of, from, of->to);
	g_autofree char *what = NULL, *thing = NULL;

	if (from == verb->verb && verb->form == VERB_GIVES && !is(&sentence, from, "hear") && !is(&sentence, from, "see") &&
		!is(&sentence, from, "be"))
		begin = from + 1 < of->to && (of->tokens[from + 1].bits & G_THEY) != 0 && from + 2 >= end ? from : from + 1;
	if (from == verb->verb && (verb->form == VERB_HAPPENS || verb->form == VERB_IS) && verb->subject < verb->at) {
		guint subject = time->first < verb->at && time->first >= verb->subject ? time->next : verb->subject;

		if (!is(&sentence, from, "be") && verb->form == VERB_HAPPENS)
			return slice(of, subject, end);
		/* "it will be there": of what, stands in another sentence */
		if (subject + 1 == verb->at && (of->tokens[subject].bits & G_THEY) != 0)
			return slice(of, subject, end);
		thing = slice(of, subject, verb->at);
		what = slice(of, from + 1, end);
		if (thing != NULL && what != NULL)
			return g_strdup_printf("%s %s", thing, what);
		return thing != NULL ? g_steal_pointer(&thing) : g_steal_pointer(&what);
	}
	if (from == verb->verb && verb->form == VERB_SET)
		begin = verb->subject;
	if (time->first >= from &&
		(is(&sentence, time->next, "about") || is(&sentence, time->next, "with") || is(&sentence, time->next, "regarding"))) {
		thing = slice(of, time->next, promise_clause_end(of, time->next, MIN(of->to, time->next + 6)));
		what = slice(of, begin, end);
		if (thing != NULL && what != NULL)
			return g_strdup_printf("%s %s", what, thing);
		return g_steal_pointer(&what);
	}
	return slice(of, begin, end);
}

/* ---- where a word or two say nothing --------------------------------------------------------------------------------- */

static gboolean
points_elsewhere(const Sentence *sentence, guint at)
{
	return (bits(sentence, at) & G_THEY) != 0 || is(sentence, at, "them") || is(sentence, at, "which") || is(sentence, at, "one");
}

/* One word; or "it comes". */
static gboolean
says_little(const char *what)
{
	static const char *const pointers[] = { "it ", "they ", "that ", "this ", "they're ", "it's ", NULL };
	g_autofree char *low = g_ascii_strdown(what, -1);
	const char *space = strchr(low, ' ');

	if (space == NULL)
		return TRUE;
	for (guint i = 0; pointers[i] != NULL; i++)
		if (g_str_has_prefix(low, pointers[i]) && strchr(space + 1, ' ') == NULL)
			return TRUE;
	return FALSE;
}

/* It can be read alone: somebody does it, and what it is about is named. */
static gboolean
stands_alone(const PromiseText *of, guint from, const Verb *verb, guint end)
{
	const Sentence sentence = sentence_of(of);
	gboolean none = FALSE;

	if (verb->verb >= of->to || is_mark(&sentence, verb->verb)) /* "and I will, by Thursday" */
		return FALSE;
	clause_subject(&sentence, from, MAX(verb->at, from), &none);
	for (guint i = from; i < end; i++)
		if (points_elsewhere(&sentence, i))
			return FALSE;
	return !none && from < verb->at;
}

/* From @from on, without the time. */
static char *
without_time(const PromiseText *of, guint from, guint verb, const WhenParts *time)
{
	const guint behind = MAX(verb, time->next), end = promise_clause_end(of, MIN(behind, of->to), of->to);
	g_autofree char *head = NULL, *tail = NULL, *both = NULL;

	if (time->first < from)
		return slice(of, from, end);
	head = slice(of, from, time->first + 1 == verb ? verb : time->first); /* "come Friday" */
	tail = time->next < end && (of->tokens[time->next].bits & G_AND) == 0 ? slice(of, time->next, end) : NULL;
	if (head == NULL || tail == NULL)
		return head != NULL ? g_steal_pointer(&head) : g_steal_pointer(&tail);
	both = g_strconcat(head, " \xe2\x80\xa6 ", tail, NULL);
	return strlen(both) <= MAX_WHAT ? g_steal_pointer(&both) : g_steal_pointer(&head);
}

static gboolean
begins_clause(const PromiseText *of, guint at)
{
	const Sentence sentence = sentence_of(of);
	return at == of->from || is_mark(&sentence, at - 1) || (bits(&sentence, at - 1) & G_AND) != 0;
}

/* "the replacement left our warehouse", not "which has left it" nor "will leave it". */
static gboolean
begins_well(const Sentence *sentence, guint at)
{
	return !points_elsewhere(sentence, at) && (bits(sentence, at) & (G_WILL | G_SHOULD | G_BE | G_HAVE | G_AND)) == 0;
}

/* The clause of @verb; where that cannot be read alone, from the one before it on that can begin; none does: from as far before it as is not too long. */
static char *
clause_words(const PromiseText *of, const Verb *verb, const WhenParts *time)
{
	const Sentence sentence = sentence_of(of);
	const Token *tokens = of->tokens;
	const guint last = MAX(verb->verb + 1, MIN(time->first, of->to));
	guint from = clause_of(&sentence, verb->at);

	if (stands_alone(of, from, verb, last))
		return without_time(of, from, verb->verb + 1, time);
	for (guint i = from; i > of->from && tokens[last - 1].end - tokens[i - 1].start <= MAX_WHAT; i--) {
		if (!begins_clause(of, i - 1) || is_mark(&sentence, i - 1))
			continue;
		from = i - 1;
		if (begins_well(&sentence, from))
			break;
	}
	return without_time(of, from, verb->verb + 1, time);
}

char *
promise_what(const PromiseText *of, const Verb *verb, guint from, guint end, const WhenParts *time)
{
	g_autofree char *what = few_words(of, verb, from, time), *more = NULL;

	if (what != NULL && !says_little(what))
		return g_steal_pointer(&what);
	/* Of a second act of one verb ("and paint on Thursday") the clause is that of the first. */
	more = clause_words(of, verb, time);
	if (more != NULL && strchr(more, ' ') != NULL)
		return g_steal_pointer(&more);
	g_free(more);
	more = slice(of, of->from, of->to); /* "gimme 5 mins" */
	if (more != NULL)
		return g_steal_pointer(&more);
	return what != NULL ? g_steal_pointer(&what) : slice(of, verb->at, end);
}
