/* promise_phrases.c - the phrases as data, and the few lines that hold them against a text. Single words: promise_lexicon.c.
 *
 * A pattern is words with blanks between them, each standing for one word of the text:
 *   a|b      one of these          ?a|b   one of these or nothing        ~     adverbs, as many as there are
 *   =a|b     the verb; "=*" of it any word                               *     any word         **   up to five words of the clause
 *   @past    a past form           @ing   an -ing form                   @time  a word of time, or figures
 * The first stands for words alone: by it a phrase is looked up. */
#include "text/promise_phrases.h"
#include <string.h>

#define BE "am|is|are"
#define HAVE "have|has"
#define SET "booked|arranged|scheduled|planned|reserved|rebooked|rescheduled|confirmed|rearranged|pencilled|penciled|lined|slotted|moved"
#define BRINGS                                                                                                                                    \
	"call|ring|come|visit|deliver|contact|collect|phone|email|be|send|refund|reach|attend|fit|fix|release|get|redeliver|" \
	"delivery|collection|have|go|do|process|pay|post|dispatch|ship"
#define THINGS                                                                                                                                    \
	"update|updates|news|eta|date|slot|appointment|time|refund|reply|replies|answer|answers|details|confirmation|replacement|delivery|parcel|package|label|call|callback|"   \
	"response|email|mail|letter|decision|report|engineer|technician|driver|courier|money|payment|credit|link|tracking|order|part|parts|card|" \
	"invoice|quote|collection|visit|voucher|cheque|check|message|text|result|results|feedback|summary|copy|one|everything|all"

static const Phrase phrases[] = {
	/* what we mean to do: less sure than "will" */
	{ PHRASE_VERB, WHO_WE | WHO_THING | WHO_NONE, VERB_DOES, 65, "aim|aims|plan|plans|intend|intends|mean to =*" },
	{ PHRASE_VERB, WHO_ANY, VERB_SET, 60, "=aiming|shooting for @time" },
	{ PHRASE_VERB, WHO_ANY, VERB_SET, 60, BE " ~ =aiming|shooting for @time" },
	{ PHRASE_VERB, WHO_WE | WHO_THING | WHO_NONE, VERB_DOES, 65, BE " ~ aiming|planning|intending|looking|working to|for|towards =*" },
	{ PHRASE_VERB, WHO_ANY, VERB_DOES, 65, "aiming|planning|intending to|for =*" },
	{ PHRASE_VERB, WHO_ANY, VERB_DOES, 65, "intention|plan|aim|target|goal|priority is to =*" },
	{ PHRASE_VERB, WHO_ANY, VERB_DOES, 65, "intention|plan|aim|target to =*" },
	{ PHRASE_VERB, WHO_WE, VERB_GIVES, 60, "expect|anticipate|foresee =*" },
	{ PHRASE_VERB, WHO_WE, VERB_GIVES, 60, BE " ~ expecting|anticipating =*" },
	{ PHRASE_VERB, WHO_WE | WHO_THING, VERB_DOES, 65, "would ~ aim|plan|look to =*" },
	{ PHRASE_VERB, WHO_WE, VERB_GIVES, 65, "want you to =have|get|be|receive" },
	{ PHRASE_VERB, WHO_WE, VERB_HAPPENS, 75, HAVE " a|an|the|another ** =coming|arriving|landing|going ?out|over|in" },
	{ PHRASE_VERB, WHO_WE, VERB_GIVES, 60, "would|should ~ expect|anticipate =*" },
	{ PHRASE_VERB, WHO_WE, VERB_DOES, 80, BE " ~ committed|determined to =*" },
	/* what is on its way to happen */
	{ PHRASE_VERB, WHO_THING, VERB_HAPPENS, 70, BE " ~ expected|projected|estimated|set|due|scheduled|booked|planned|bound|confirmed to =*" },
	{ PHRASE_VERB, WHO_THING, VERB_HAPPENS, 70, BE " ~ on course|track|schedule|target to|for =*" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 70, "expected|due|scheduled|set to =arrive|reach|be|land|come|deliver|ship|leave|call" },
	{ PHRASE_VERB, WHO_THING, VERB_HAPPENS, 70, BE " ~ due|expected =back|out|here|with|there" },
	{ PHRASE_VERB, WHO_GOODS, VERB_HAPPENS, 70, BE " ~ =due|expected ?on|at|by|in|for|within @time" },
	{ PHRASE_VERB, WHO_GOODS, VERB_HAPPENS, 70, "=leaves" },
	{ PHRASE_VERB, WHO_ANY, VERB_STOPS, 0, "ought to have @past" },
	{ PHRASE_VERB, WHO_ANY, VERB_HAPPENS, 65, "ought to ~ =be|arrive|have|reach|get|receive|land|come|see|hear" },
	{ PHRASE_VERB, WHO_THING | WHO_YOU, VERB_HAPPENS, 55, BE " ~ likely|bound|sure|certain to =be|arrive|have|reach|get|receive|land|come|see|hear|take" },
	{ PHRASE_VERB, WHO_THING, VERB_HAPPENS, 70, "looks set to =*" },
	{ PHRASE_VERB, WHO_THING, VERB_HAPPENS, 70, BE " ~ due|expected =in on|by|at|tomorrow|today|this|next|from" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 70, "gets ~ =@past" },
	{ PHRASE_VERB, WHO_THING, VERB_HAPPENS, 70, BE " ~ =expected|anticipated ?by|within|on|in|around|before @time" },
	{ PHRASE_VERB, WHO_THING | WHO_WE, VERB_HAPPENS, 75, "is|are to =follow|be|arrive|reach|call|come|deliver|go|send" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 75, BE " ~ being ~ =@past" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 75, BE " ~ =going out|back|over|off|through|into|onto" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 70, BE " =out|on for|its|the|her|his delivery|way|van" },
	{ PHRASE_VERB, WHO_THING, VERB_HAPPENS, 70, "=going out|back|over" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 70, "=goes out|back|over|off|into|onto" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 70, "=leaves our|my|here|us" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 70, "=arrives|ships|lands|comes|reaches|drops|clears|hits" },
	{ PHRASE_VERB, WHO_THIS, VERB_HAPPENS, 65, "=takes|needs ?about|around|roughly|approximately|up|between|another ?to @time" },
	{ PHRASE_VERB, WHO_ANY, VERB_HAPPENS, 75, "for =delivery|collection|installation ?by|on|before|between|at @time" },
	{ PHRASE_VERB, WHO_THING | WHO_WE, VERB_HAPPENS, 75, BE " ~ =with you|your" },
	{ PHRASE_VERB, WHO_THING | WHO_WE, VERB_HAPPENS, 75, BE " ~ =back to|with you" },
	{ PHRASE_VERB, WHO_THING | WHO_WE, VERB_HAPPENS, 60, "can ~ =be with|there|round|out|over" },
	/* what is fixed */
	{ PHRASE_VERB, WHO_ANY, VERB_SET, 80, BE " ~ =set|down|in for @time" },
	{ PHRASE_VERB, WHO_ANY, VERB_SET, 80, BE " ~ =" SET " ?in|down|out for|on|to|between" },
	{ PHRASE_VERB, WHO_THING | WHO_YOU, VERB_SET, 80, HAVE " ~ been ~ =" SET },
	{ PHRASE_VERB, WHO_THING | WHO_YOU, VERB_SET, 80, HAVE " ~ been ~ =put|pushed|brought|changed|postponed ?back|forward to|until|by" },
	{ PHRASE_VERB, WHO_NONE, VERB_SET, 80, "=booked|scheduled|rebooked|arranged ?you|it|this|him|her|them in|down|for" },
	{ PHRASE_VERB, WHO_WE | WHO_NONE, VERB_SET, 80, "got|have|put you|it|this|him|her|them ?all =in|down|booked|scheduled|pencilled ?in|down for|on|at" },
	{ PHRASE_VERB, WHO_WE | WHO_NONE, VERB_SET, 80, HAVE " ~ got|put|had you|it|this|him|her|them ?all =in|down|booked|scheduled|pencilled ?in|down for|on|at" },
	{ PHRASE_VERB, WHO_WE | WHO_NONE, VERB_SET, 80, HAVE " ~ booked|rebooked|arranged|scheduled|rescheduled|rearranged|moved|changed|brought|pushed|postponed ** =for|to @time" },
	{ PHRASE_VERB, WHO_WE | WHO_NONE, VERB_DOES, 75, HAVE " ~ set|made|put|left ** to =call|ring|phone|email|write|chase|contact|update|follow|speak" },
	{ PHRASE_VERB, WHO_WE | WHO_NONE, VERB_SET, 75, HAVE " ~ diarised|diarized ** =for|to @time" },
	{ PHRASE_VERB, WHO_WE | WHO_NONE, VERB_DOES, 75, HAVE " ~ arranged|asked|got|told|instructed|scheduled ** to|for|and =" BRINGS },
	{ PHRASE_VERB, WHO_WE | WHO_THING | WHO_NONE, VERB_DOES, 75, HAVE " ~ promised|agreed|committed|undertaken|pledged|vowed ?me|us to =*" },
	/* what we can do for this customer */
	{ PHRASE_VERB, WHO_WE | WHO_NONE, VERB_DOES, 55,
		"can ~ =get|have|do|send|bring|come|arrange|be|deliver|fix|collect|refund|redo|repair|replace|give|take|swap|move|rebook|make|pay|"
		"credit|change|book|extend|offer|fit|mend|clean|remake|upgrade|reset|install|visit|call|ring|phone|email|ship|post" },
	{ PHRASE_VERB, WHO_WE, VERB_DOES, 60, BE " ~ able to ~ =*" },
	/* asking for a little time */
	{ PHRASE_VERB, WHO_NONE, VERB_WAITS, 75, "=bear|stay|stick with me|us" },
	{ PHRASE_VERB, WHO_NONE, VERB_WAITS, 75, "=leave|keep it|this|that|everything with me|us" },
	{ PHRASE_VERB, WHO_NONE, VERB_WAITS, 75, "=give|allow|grant me|us|it|them|him|her ?just|until|about|up|another|like ?to|the @time" },
	{ PHRASE_VERB, WHO_NONE, VERB_WAITS, 70, "=allow|give ?up|about|around|roughly|further ?to @time ** for the|your|this|it|us|our|that" },
	{ PHRASE_VERB, WHO_NONE, VERB_WAITS, 70, "=allow|give until @time" },
	{ PHRASE_VERB, WHO_NONE, VERB_WAITS, 70, "=hold|hang on|tight" },
	{ PHRASE_VERB, WHO_WE | WHO_THING, VERB_WAITS, 70, "=need|needs until|another|about|roughly|around|a|up ?further|little ?to @time" },
	{ PHRASE_VERB, WHO_WE | WHO_THING, VERB_WAITS, 70, "will ~ =need|take until|another|about|roughly|up ?to @time" },
	/* said in few words */
	{ PHRASE_VERB, WHO_FIRST, VERB_GIVES, 75, "=look|watch out for" },
	{ PHRASE_VERB, WHO_NONE, VERB_DOES, 80, "=back|over|round to|with you" },
	{ PHRASE_VERB, WHO_FIRST, VERB_HAPPENS, 75, "=with you by|within|before|on|in @time" },
	{ PHRASE_VERB, WHO_FIRST, VERB_DOES, 75, "=sorted|done|fixed|delivered|refunded|resolved|shipped|ready ?for|with ?you by|within|before @time" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 70, "=ready ?for|with|to ?you|go|collect|collection|pickup ?on|by|at|from|within|in @time" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_SET, 75, "=booked|scheduled|confirmed|arranged|rebooked|planned ?in ?with|for ?you|us|: ?for|on|at|by ?: @time" },
	{ PHRASE_VERB, WHO_ANY, VERB_DATE, 75, "delivery|arrival|collection|completion|release|expected|estimated|installation|dispatch ?delivery =date|time|slot|window|eta of" },
	{ PHRASE_VERB, WHO_ANY, VERB_DATE, 75, "=eta of" },
	{ PHRASE_VERB, WHO_FIRST, VERB_DOES, 75, "=speak|talk|chat|catch ?to|with|up ?you ?again|then|soon ?on|at @time" },
	{ PHRASE_VERB, WHO_FIRST, VERB_DOES, 75, "=call|ring|text|phone|email you" },
	{ PHRASE_VERB, WHO_FIRST, VERB_DOES, 75, "=calling|ringing|emailing|sending|texting|posting|shipping|refunding|popping|dispatching|processing" },
	{ PHRASE_VERB, WHO_YOU, VERB_GIVES, 80, BE " ~ =getting|receiving" },
	{ PHRASE_VERB, WHO_FIRST, VERB_DOES, 65, "looking|aiming|planning to =*" },
	{ PHRASE_VERB, WHO_YOU, VERB_GIVES, 85, "can|may|should ~ =expect" },
	{ PHRASE_VERB, WHO_ANY, VERB_GIVES, 80, "=coming|heading|winging your|its|over way|you|to" },
	{ PHRASE_VERB, WHO_THING | WHO_NONE, VERB_HAPPENS, 75, "to =follow" },
	{ PHRASE_VERB, WHO_FIRST, VERB_BARE, 70, "=update|refund|news|details|confirmation|replacement|delivery|parcel|package|money|payment|"
		"credit|letter|decision|engineer|technician|driver|courier|callback|response|tracking|feedback|results" },
	{ PHRASE_VERB, WHO_FIRST, VERB_BARE, 70, "next|full|further|more|new|expected|estimated|revised|updated|planned|your|another|first|a|an|final|written|the|our|my =" THINGS },
	/* what takes a promise back */
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "try|trying|tries to|and|my|our|again|everything" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "bit|any|with of|luck ?luck" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "take|collect|debit your|a|the ?next|first|monthly|annual payment|instalment|fee|subscription|premium|rent" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "asking you" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "chance|possibility|risk that|of|it|you" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "wish i|we|it|you" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "close|closing ~ this|your|the case|ticket|file|complaint|chat|conversation" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "fingers crossed" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "all being well" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "under normal" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "in|as theory|general" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "as a rule" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "see|check|find if|whether|what|out i|we|if" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "would|could ~ love|prefer|rather" },
	{ PHRASE_HEDGES, WHO_ANY, VERB_STOPS, 0, "used|supposed|meant to" },
	{ PHRASE_STRAYS, WHO_ANY, VERB_STOPS, 0, "if need|needed|necessary|not|possible|anything ?be" },
	{ PHRASE_STRAYS, WHO_ANY, VERB_STOPS, 0, "no|not matter|problem|problems|worries|doubt|later|only|to|bother" },
	/* what the customer, or chance, must do first */
	{ PHRASE_CONDITION, WHO_ANY, VERB_STOPS, 0, "in case" },
	{ PHRASE_CONDITION, WHO_ANY, VERB_STOPS, 0, "subject to" },
	{ PHRASE_CONDITION, WHO_ANY, VERB_STOPS, 0, "long as" },
	{ PHRASE_CONDITION, WHO_ANY, VERB_STOPS, 0,
		"upon|on|following|after|from|pending|of ?the|your receipt|receiving|confirmation|approval|signature|payment|return|acceptance|returning|signing" },
	{ PHRASE_CONDITION, WHO_ANY, VERB_STOPS, 0, "on the|this condition|understanding" },
};

/* The element of a pattern: its words, and what is asked of them. */
typedef struct {
	const char *words;
	gsize n;
	gboolean optional, verb;
} Element;

static const char *
next_element(const char *pattern, Element *ret)
{
	pattern += strspn(pattern, " ");
	*ret = (Element){ .optional = *pattern == '?' };
	pattern += ret->optional;
	ret->verb = *pattern == '=';
	pattern += ret->verb;
	ret->words = pattern;
	ret->n = strcspn(pattern, " ");
	return pattern + ret->n;
}

static gboolean
element_is(const Element *element, const char *word)
{
	return strlen(word) == element->n && strncmp(element->words, word, element->n) == 0;
}

static gboolean
is_sign(const Token *token)
{
	return token->word[0] == '\0' || strchr(",;:-()&", token->word[0]) != NULL;
}

static gboolean
one_of(const Element *element, const char *word)
{
	const char *p = element->words, *end = p + element->n;
	gsize n = strlen(word);

	while (p < end) {
		gsize m = strcspn(p, "| ");

		if (m == n && strncmp(p, word, n) == 0)
			return TRUE;
		p += m + 1;
	}
	return FALSE;
}

static gboolean
takes(const Element *element, const Token *token)
{
	gsize n = strlen(token->word);

	if (element_is(element, "*"))
		return !is_sign(token);
	if (element_is(element, "@time"))
		return token->time != T_NONE;
	if (element_is(element, "@past"))
		return (token->bits & (G_PAST | G_SET)) != 0 || (n > 3 && strcmp(token->word + n - 2, "ed") == 0);
	return one_of(element, token->word);
}

static gboolean
matches(const char *pattern, const Token *tokens, guint at, guint to, PhraseHit *hit)
{
	enum { WORDS_BETWEEN = 5 };
	Element element;
	const char *rest;

	if (*pattern == '\0') {
		hit->end = at;
		return TRUE;
	}
	rest = next_element(pattern, &element);
	if (element_is(&element, "~")) {
		while (at < to && (tokens[at].bits & G_ADVERB) != 0 && strcmp(tokens[at].word, "be") != 0)
			at++;
		return matches(rest, tokens, at, to, hit);
	}
	if (element_is(&element, "**")) {
		for (guint n = 0; n <= WORDS_BETWEEN && at + n < to; n++) {
			if (matches(rest, tokens, at + n, to, hit))
				return TRUE;
			if (is_sign(&tokens[at + n]) && tokens[at + n].word[0] != '-')
				return FALSE;
		}
		return FALSE;
	}
	if (at < to && takes(&element, &tokens[at]) && matches(rest, tokens, at + 1, to, hit)) {
		if (element.verb)
			hit->verb = at;
		return TRUE;
	}
	return element.optional && matches(rest, tokens, at, to, hit);
}

/* The rows by the words they begin with. */
static gpointer
make_index(gpointer unused G_GNUC_UNUSED)
{
	GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

	for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++) {
		Element first;
		g_autofree char *all = NULL;
		g_auto(GStrv) words = NULL;

		next_element(phrases[i].pattern, &first);
		all = g_strndup(first.words, first.n);
		words = g_strsplit(all, "|", -1);
		for (char **word = words; *word != NULL; word++) {
			GPtrArray *rows = g_hash_table_lookup(index, *word);

			if (rows == NULL)
				g_hash_table_insert(index, g_strdup(*word), rows = g_ptr_array_new());
			g_ptr_array_add(rows, (gpointer)&phrases[i]);
		}
	}
	return index;
}

static const GPtrArray *
rows_of(const Token *token)
{
	static GOnce once = G_ONCE_INIT;

	return g_hash_table_lookup(g_once(&once, make_index, NULL), token->word);
}

gboolean
phrase_begins(const Token *token)
{
	return rows_of(token) != NULL;
}

gboolean
phrase_at(const Token *tokens, guint at, guint to, PhraseKind kind, guint who, PhraseHit *ret_hit)
{
	const GPtrArray *rows = rows_of(&tokens[at]);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const Phrase *phrase = g_ptr_array_index(rows, i);
		PhraseHit hit = { .phrase = phrase, .verb = at };

		if (phrase->kind != kind || (phrase->who & who) == 0 || !matches(phrase->pattern, tokens, at, to, &hit))
			continue;
		*ret_hit = hit;
		return TRUE;
	}
	return FALSE;
}
