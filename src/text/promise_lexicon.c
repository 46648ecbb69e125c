/* promise_lexicon.c - English words of time and of promising: data. How sentences are made of them: promise_words.c; of
 * times: when_words.c. Another language is another such table. */
#include "text/promise_tokens.h"
#include <string.h>

static const struct {
	const char *word;
	TimeClass class;
	int value;
} times[] = {
	{ "today", T_DAY, 0 },
	{ "tomorrow", T_DAY, 1 },
	{ "tonight", T_TONIGHT, 0 },
	{ "monday", T_WEEKDAY, 1 },
	{ "mon", T_WEEKDAY, 1 },
	{ "tuesday", T_WEEKDAY, 2 },
	{ "tue", T_WEEKDAY, 2 },
	{ "tues", T_WEEKDAY, 2 },
	{ "wednesday", T_WEEKDAY, 3 },
	{ "wed", T_WEEKDAY, 3 },
	{ "weds", T_WEEKDAY, 3 },
	{ "thursday", T_WEEKDAY, 4 },
	{ "thu", T_WEEKDAY, 4 },
	{ "thur", T_WEEKDAY, 4 },
	{ "thurs", T_WEEKDAY, 4 },
	{ "friday", T_WEEKDAY, 5 },
	{ "fri", T_WEEKDAY, 5 },
	{ "saturday", T_WEEKDAY, 6 },
	{ "sat", T_WEEKDAY, 6 },
	{ "sunday", T_WEEKDAY, 7 },
	{ "sun", T_WEEKDAY, 7 },
	{ "january", T_MONTH, 1 },
	{ "jan", T_MONTH, 1 },
	{ "february", T_MONTH, 2 },
	{ "feb", T_MONTH, 2 },
	{ "march", T_MONTH, 3 },
	{ "mar", T_MONTH, 3 },
	{ "april", T_MONTH, 4 },
	{ "apr", T_MONTH, 4 },
	{ "may", T_MONTH, 5 },
	{ "june", T_MONTH, 6 },
	{ "jun", T_MONTH, 6 },
	{ "july", T_MONTH, 7 },
	{ "jul", T_MONTH, 7 },
	{ "august", T_MONTH, 8 },
	{ "aug", T_MONTH, 8 },
	{ "september", T_MONTH, 9 },
	{ "sep", T_MONTH, 9 },
	{ "sept", T_MONTH, 9 },
	{ "october", T_MONTH, 10 },
	{ "oct", T_MONTH, 10 },
	{ "november", T_MONTH, 11 },
	{ "nov", T_MONTH, 11 },
	{ "december", T_MONTH, 12 },
	{ "dec", T_MONTH, 12 },
	{ "a", T_NUMBER, 1 },
	{ "an", T_NUMBER, 1 },
	{ "one", T_NUMBER, 1 },
	{ "two", T_NUMBER, 2 },
	{ "three", T_NUMBER, 3 },
	{ "four", T_NUMBER, 4 },
	{ "five", T_NUMBER, 5 },
	{ "six", T_NUMBER, 6 },
	{ "seven", T_NUMBER, 7 },
	{ "eight", T_NUMBER, 8 },
	{ "nine", T_NUMBER, 9 },
	{ "ten", T_NUMBER, 10 },
	{ "eleven", T_NUMBER, 11 },
	{ "twelve", T_NUMBER, 12 },
	{ "fourteen", T_NUMBER, 14 },
	{ "fifteen", T_NUMBER, 15 },
	{ "twenty", T_NUMBER, 20 },
	{ "thirty", T_NUMBER, 30 },
	{ "forty", T_NUMBER, 40 },
	{ "fifty", T_NUMBER, 50 },
	{ "sixty", T_NUMBER, 60 },
	{ "couple", T_NUMBER, 2 },
	{ "first", T_ORDINAL, 1 },
	{ "second", T_ORDINAL, 2 },
	{ "third", T_ORDINAL, 3 },
	{ "fourth", T_ORDINAL, 4 },
	{ "fifth", T_ORDINAL, 5 },
	{ "sixth", T_ORDINAL, 6 },
	{ "seventh", T_ORDINAL, 7 },
	{ "eighth", T_ORDINAL, 8 },
	{ "ninth", T_ORDINAL, 9 },
	{ "tenth", T_ORDINAL, 10 },
	{ "twelfth", T_ORDINAL, 12 },
	{ "fifteenth", T_ORDINAL, 15 },
	{ "few", T_FEW, 3 },
	{ "several", T_FEW, 3 },
	{ "morning", T_PART, 720 },
	{ "noon", T_PART, 720 },
	{ "midday", T_PART, 720 },
	{ "noontime", T_PART, 720 },
	{ "lunchtime", T_PART, 780 },
	{ "lunch", T_PART, 780 },
	{ "afternoon", T_PART, 1080 },
	{ "teatime", T_PART, 1080 },
	{ "evening", T_PART, 1260 },
	{ "night", T_PART, 1439 },
	{ "midnight", T_PART, 1439 },
	{ "minute", T_UNIT, UNIT_MINUTE },
	{ "minutes", T_UNIT, UNIT_MINUTE },
	{ "min", T_UNIT, UNIT_MINUTE },
	{ "mins", T_UNIT, UNIT_MINUTE },
	{ "hour", T_UNIT, UNIT_HOUR },
	{ "hours", T_UNIT, UNIT_HOUR },
	{ "hr", T_UNIT, UNIT_HOUR },
	{ "hrs", T_UNIT, UNIT_HOUR },
	{ "h", T_UNIT, UNIT_HOUR },
	{ "day", T_UNIT, UNIT_DAY },
	{ "days", T_UNIT, UNIT_DAY },
	{ "week", T_UNIT, UNIT_WEEK },
	{ "weeks", T_UNIT, UNIT_WEEK },
	{ "wk", T_UNIT, UNIT_WEEK },
	{ "wks", T_UNIT, UNIT_WEEK },
	{ "fortnight", T_UNIT, UNIT_FORTNIGHT },
	{ "month", T_UNIT, UNIT_MONTH },
	{ "months", T_UNIT, UNIT_MONTH },
	{ "year", T_UNIT, UNIT_YEAR },
	{ "working", T_WORKING, 0 },
	{ "business", T_WORKING, 0 },
	{ "banking", T_WORKING, 0 },
	{ "work", T_WORKING, 0 },
	{ "next", T_NEXT, 0 },
	{ "following", T_NEXT, 0 },
	{ "this", T_THIS, 0 },
	{ "coming", T_THIS, 0 },
	{ "end", T_END, 0 },
	{ "close", T_END, 1 },
	{ "start", T_START, 0 },
	{ "beginning", T_START, 0 },
	{ "early", T_START, 1 },
	{ "middle", T_MIDDLE, 0 },
	{ "mid", T_MIDDLE, 0 },
	{ "late", T_END, 0 },
	{ "later", T_END, 0 },
	{ "christmas", T_FEAST, 1224 },
	{ "xmas", T_FEAST, 1224 },
	{ "cob", T_CLOSE, 0 },
	{ "eob", T_CLOSE, 0 },
	{ "cop", T_CLOSE, 0 },
	{ "eod", T_EOD, 0 },
	{ "eow", T_EOD, 1 },
	{ "eom", T_EOD, 2 },
	{ "weekend", T_WEEKEND, 0 },
};

/* Words between bars; a word may stand in several rows. */
static const struct {
	guint32 bits;
	const char *words;
} rows[] = {
	{ G_WE, "|i|we|" },
	{ G_YOU, "|you|u|ya|" },
	{ G_THEY, "|it|he|she|they|who|someone|somebody|everyone|everybody|" },
	{ G_WILL, "|will|shall|wil|" },
	{ G_MODAL, "|would|could|might|may|can|must|ought|" },
	{ G_SHOULD, "|should|" },
	{ G_BE, "|am|is|are|be|" },
	{ G_NOT, "|not|never|cannot|no|nobody|nothing|unable|neither|nor|none|doubt|unlikely|impossible|" },
	{ G_IF, "|if|unless|provided|providing|assuming|supposing|whenever|otherwise|" },
	{ G_AFTER, "|when|once|after|" },
	{ G_LEARN, "|know|tell|confirm|check|see|ask|find|learn|decide|hear|" },
	{ G_HEDGE, "|hopeful|think|believe|reckon|guess|hope|hopes|hoping|hopefully|ideally|possibly|perhaps|maybe|best|attempt|endeavour|"
		   "endeavor|strive|wish|maintenance|stocktaking|theoretically|normally|usually|typically|generally|potentially|" },
	{ G_PLEASE, "|please|kindly|pls|plz|" },
	{ G_SAID, "|said|told|wrote|stated|mentioned|claimed|say|says|writes|claim|state|mention|" },
	{ G_ACT,
		"|call|ring|phone|telephone|contact|write|email|mail|text|message|send|post|ship|dispatch|deliver|bring|collect|visit|come|get|"
		"give|let|update|inform|confirm|tell|reply|respond|answer|revert|return|refund|repay|pay|reimburse|credit|transfer|waive|"
		"replace|repair|fix|mend|resolve|solve|sort|finish|complete|close|cancel|remove|correct|amend|change|check|review|investigate|"
		"look|speak|talk|chase|follow|escalate|raise|arrange|book|rebook|schedule|organise|organize|provide|forward|share|"
		"issue|prepare|process|activate|unblock|reconnect|restore|switch|install|fit|meet|see|have|be|do|make|keep|monitor|report|"
		"explain|decide|settle|compensate|put|run|read|test|recalculate|upgrade|move|reach|drop|pop|hand|take|order|reissue|release|"
		"overnight|arrive|pick|go|discuss|print|add|set|start|begin|submit|sign|show|ping|liaise|circle|shoot|fire|dm|loop|rebill|reship|"
		"pull|dig|file|log|flag|hop|swing|publish|advise|notify|acknowledge|apply|authorise|authorize|approve|lift|unlock|reset|reinstate|"
		"rebook|redeliver|resend|push|pass|recheck|touch|catch|consult|obtain|source|draft|credit|attend|" },
	{ G_DOING, "|calling|ringing|phoning|sending|posting|shipping|dispatching|delivering|bringing|collecting|visiting|coming|refunding|"
		   "paying|crediting|replacing|switching|arriving|returning|transferring|issuing|reconnecting|installing|fitting|"
		   "releasing|reissuing|cancelling|removing|moving|texting|" },
	{ G_AND, "|and|then|but|so|plus|&|" },
	{ G_PAST,
		"|was|were|had|did|came|went|sent|spoke|rang|wrote|got|made|gave|took|left|paid|told|said|thought|lost|broke|found|kept|put|"
		"received|been|yesterday|ago|" },
	{ G_HAVE, "|have|has|" },
	{ G_GET, "|have|receive|recieve|get|hear|see|find|be|notice|" },
	{ G_IDLE,
		"|expire|end|ends|lapse|closed|open|opens|taken|charged|due|debited|need|require|owe|unavailable|available|away|able|"
		"reopen|rise|increase|renew|change|apply|depart|sail|board|wait|await|want|billed|deducted|expected|required|asked|busy|holiday|regret|continue|remain|understand|appreciate|agree|never|" },
	{ G_VOW, "|promise|guarantee|undertake|commit|assure|swear|pledge|" },
	{ G_SET, "|booked|arranged|scheduled|planned|reserved|rebooked|rescheduled|" },
	/* what we do for ourselves: no promise in "I am leaving at five" */
	{ G_OWN, "|writing|working|leaving|finishing|hoping|trying|waiting|wondering|thinking|closing|opening|moving|having|being|going|"
		 "getting|ending|expiring|rising|starting|beginning|changing|increasing|happening|renewing|departing|retiring|staying|travelling|flying|needing|wanting|looking|expecting|running|struggling|missing|apologising|reaching|" },
	/* what may stand between a thing and its time when no verb does */
	{ G_SMALL, "|with|to|for|from|of|out|on|in|by|at|you|your|me|us|back|coming|the|a|an|my|our|way|account|card|inbox|post|no|later|than|"
		   "within|before|due|expected|arriving|sent|about|around|next|this|here|there|-|:|(|" },
	{ G_COST, "|interest|rent|fee|fees|charge|charges|tax|vat|premium|tariff|instalment|subscription|membership|levy|" },
	{ G_GOODS, "|update|call|callback|delivery|reply|response|answer|engineer|technician|parcel|package|result|results|van|driver|courier|"
		   "part|parts|order|replacement|refund|report|decision|shipment|stock|collection|visit|card|cheque|chair|sofa|phone|laptop|bike|"
		   "item|goods|consignment|suitcase|luggage|money|voucher|machine|" },
	{ G_PAPER, "|leaflet|sign|letter|mail|email|message|rule|rules|terms|policy|advert|website|site|page|contract|note|notes|booking|ticket|receipt|"
		   "invoice|law|regulations|" },
	/* what a customer is asked for: "send it and we will" */
	{ G_ASKS, "|send|reply|confirm|tell|say|return|sign|choose|fill|complete|click|drop|upload|provide|forward|let|email|call|ring|text|"
		  "post|pop|answer|pick|quote|attach|" },
	{ G_ADVERB, "|also|then|now|just|personally|certainly|definitely|of|course|all|both|always|still|be|either|gladly|happily|surely|"
		    "immediately|promptly|myself|ourselves|herself|himself|themselves|only|again|probably|likely|absolutely|" },
};

/* What is often mistyped, beyond one letter. */
static const char *const mended[][2] = { { "tmrw", "tomorrow" }, { "tmr", "tomorrow" }, { "tommorow", "tomorrow" },
	{ "tommorw", "tomorrow" }, { "tmw", "tomorrow" }, { "tomoz", "tomorrow" },
	{ "wensday", "wednesday" }, { "wendsday", "wednesday" }, { "recieve", "receive" }, { "thrusday", "thursday" },
	{ "febuary", "february" }, { "til", "until" }, { "till", "until" }, { "'til", "until" }, { "ur", "your" }, { "u", "you" }, { "ya", "you" }, { "acct", "account" },
	{ "pls", "please" }, { "wil", "will" }, { "b4", "before" } };

/* What is worth mending by one letter: long enough that nothing else is near. */
static const char *const long_words[] = { "tomorrow", "tonight", "monday", "tuesday", "wednesday", "thursday", "saturday", "january",
	"february", "september", "october", "november", "december", "within", "working", "business", "morning", "afternoon", "evening",
	"weekend", "before", "between", "minutes", "fortnight", "receive", "refund", "deliver" };

/* Words at which a time may begin though none is a word of time: when_resolve.c's prepositions, and what when_day.c and when_clock.c look for. */
static const char begins_time[] =
	"about|around|roughly|like|say|sometime|anytime|approx|circa|approximately|by|no|not|before|on|at|within|inside|in|during|over|up|until|between|"
	"after|every|each|of|from|as|less|under|come|since|for|than|the|half|quarter|that|same|new|w";

static Lexeme *
lexeme_of(GHashTable *table, const char *word)
{
	Lexeme *lexeme = g_hash_table_lookup(table, word);

	if (lexeme == NULL) {
		lexeme = g_new0(Lexeme, 1);
		lexeme->word = g_strdup(word);
		g_hash_table_insert(table, (gpointer)lexeme->word, lexeme);
	}
	return lexeme;
}

static void
add_words(GHashTable *table, const char *between_bars, guint32 bits)
{
	g_auto(GStrv) words = g_strsplit(between_bars, "|", -1);

	for (char **word = words; *word != NULL; word++)
		if (**word != '\0')
			lexeme_of(table, *word)->bits |= bits;
}

/* All that is known of words, by the word, in one table; kept for good. What is mended stands in it under its wrong spelling, too. */
static gpointer
make_lexicon(gpointer unused G_GNUC_UNUSED)
{
	GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
	g_auto(GStrv) begins = g_strsplit(begins_time, "|", -1);

	for (gsize r = 0; r < G_N_ELEMENTS(rows); r++)
		add_words(table, rows[r].words, rows[r].bits);
	for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
		Lexeme *lexeme = lexeme_of(table, times[i].word);

		lexeme->time = times[i].class;
		lexeme->value = times[i].value;
	}
	for (char **word = begins; *word != NULL; word++)
		lexeme_of(table, *word)->begins_time = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(long_words); i++)
		lexeme_of(table, long_words[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(mended); i++) {
		Lexeme *meant = lexeme_of(table, mended[i][1]);

		g_free(g_hash_table_lookup(table, mended[i][0])); /* some stand among the words, too */
		g_hash_table_insert(table, (gpointer)mended[i][0], meant);
	}
	return table;
}

gboolean
token_is_past(const Token *token)
{
	gsize n = strlen(token->word);

	return (token->bits & (G_PAST | G_SET)) != 0 || (n > 4 && strcmp(token->word + n - 2, "ed") == 0 && strcmp(token->word, "need") != 0);
}

static const Lexeme *
lookup(const char *word)
{
	static GOnce once = G_ONCE_INIT;

	return g_hash_table_lookup(g_once(&once, make_lexicon, NULL), word);
}

/* One letter too many, too few, wrong, or two changed round. */
static gboolean
is_near(const char *word, gsize n, const char *right)
{
	gsize m = strlen(right), same = 0;

	if (n + 1 < m || n > m + 1 || word[0] != right[0] || (n > m && strchr("ys", word[n - 1]) != NULL && g_str_has_prefix(word, right))) /* "delivery" is no "deliver" */
		return FALSE;
	while (same < n && same < m && word[same] == right[same])
		same++;
	if (n == m)
		return strcmp(word + same + (same < n), right + same + (same < m)) == 0 ||
		       (same + 1 < n && word[same] == right[same + 1] && word[same + 1] == right[same] &&
			       strcmp(word + same + 2, right + same + 2) == 0);
	return n > m ? strcmp(word + same + 1, right + same) == 0 : strcmp(word + same, right + same + 1) == 0;
}

const Lexeme *
lexicon_find(const char *word)
{
	const Lexeme *known = lookup(word);
	gsize n;

	/* what only may begin a time is no word we know the right spelling of */
	if (known != NULL && (known->bits != 0 || known->time != T_NONE))
		return known;
	n = strlen(word);
	for (gsize i = 0; n >= 6 && n <= 10 && i < G_N_ELEMENTS(long_words); i++)
		if (word[0] == long_words[i][0] && is_near(word, n, long_words[i]))
			return lookup(long_words[i]);
	return known;
}

guint32
lexicon_bits(const char *word)
{
	const Lexeme *known = lookup(word);

	return known != NULL ? known->bits : 0;
}
