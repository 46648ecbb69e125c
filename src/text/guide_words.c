/* guide_words.c - see the header. A phrase is a row of words; "*" stands for up to three others between them. What is before a phrase can
 * take it back: a denial within four words, or somebody else's feeling ("you will be sorry"). */
#include "text/guide_words.h"
#include <string.h>

enum { MAX_TOKENS = 1600, MAX_PHRASE = 8, GAP = 3, LOOK_BACK = 4 };

static const struct {
	GuideSign sign;
	const char *words;
} phrases[] = {
	{ SIGN_APOLOGY, "i am * sorry" }, { SIGN_APOLOGY, "i'm * sorry" }, { SIGN_APOLOGY, "we are * sorry" }, { SIGN_APOLOGY, "we're * sorry" },
	{ SIGN_APOLOGY, "so sorry" }, { SIGN_APOLOGY, "very sorry" }, { SIGN_APOLOGY, "sorry that" }, { SIGN_APOLOGY, "sorry for" }, { SIGN_APOLOGY, "sorry about" },
	{ SIGN_APOLOGY, "sorry to hear" }, { SIGN_APOLOGY, "i * apologise" }, { SIGN_APOLOGY, "i * apologize" }, { SIGN_APOLOGY, "we * apologise" },
	{ SIGN_APOLOGY, "we * apologize" }, { SIGN_APOLOGY, "my * apologies" }, { SIGN_APOLOGY, "our * apologies" }, { SIGN_APOLOGY, "apologies for" },
	{ SIGN_APOLOGY, "please forgive" }, { SIGN_APOLOGY, "that was our mistake" }, { SIGN_APOLOGY, "we let you down" },
	{ SIGN_APOLOGY, "tut mir * leid" }, { SIGN_APOLOGY, "tut uns * leid" }, { SIGN_APOLOGY, "tun mir * leid" }, { SIGN_APOLOGY, "tun uns * leid" },
	{ SIGN_APOLOGY, "entschuldige mich" }, { SIGN_APOLOGY, "entschuldigen uns" }, { SIGN_APOLOGY, "bitte * um entschuldigung" }, { SIGN_APOLOGY, "bitten * um entschuldigung" },
	{ SIGN_APOLOGY, "bitte * um verzeihung" }, { SIGN_APOLOGY, "bitten * um verzeihung" }, { SIGN_APOLOGY, "bitte entschuldigen sie" }, { SIGN_APOLOGY, "entschuldigung für" },
	{ SIGN_APOLOGY, "verzeihen sie" }, { SIGN_APOLOGY, "das war unser fehler" },
	{ SIGN_EMPATHY, "i understand how" }, { SIGN_EMPATHY, "i * understand why" }, { SIGN_EMPATHY, "i can * imagine" }, { SIGN_EMPATHY, "i can * see why" }, { SIGN_EMPATHY, "i can * see how" },
	{ SIGN_EMPATHY, "i can understand" }, { SIGN_EMPATHY, "we understand how" }, { SIGN_EMPATHY, "must have been" }, { SIGN_EMPATHY, "that must be" }, { SIGN_EMPATHY, "you are right to" },
	{ SIGN_EMPATHY, "ich kann * verstehen" }, { SIGN_EMPATHY, "ich verstehe gut" }, { SIGN_EMPATHY, "ich verstehe * ärger" }, { SIGN_EMPATHY, "wir verstehen * ärger" },
	{ SIGN_EMPATHY, "kann * gut nachvollziehen" }, { SIGN_EMPATHY, "kann * nachvollziehen" }, { SIGN_EMPATHY, "ich kann mir * vorstellen" }, { SIGN_EMPATHY, "das ist ärgerlich" },
	{ SIGN_SUMMARY, "if i understand" }, { SIGN_SUMMARY, "as i understand it" }, { SIGN_SUMMARY, "have i understood" }, { SIGN_SUMMARY, "did i understand" }, { SIGN_SUMMARY, "let me make sure" },
	{ SIGN_SUMMARY, "to make sure i" }, { SIGN_SUMMARY, "to make sure that i" }, { SIGN_SUMMARY, "to sum up" }, { SIGN_SUMMARY, "to summarise" }, { SIGN_SUMMARY, "to summarize" }, { SIGN_SUMMARY, "is that right" },
	{ SIGN_SUMMARY, "richtig verstanden" }, { SIGN_SUMMARY, "richtig verstehe" }, { SIGN_SUMMARY, "fasse * zusammen" }, { SIGN_SUMMARY, "zusammengefasst" }, { SIGN_SUMMARY, "stimmt das so" },
	{ SIGN_OPTIONS, "you can choose" }, { SIGN_OPTIONS, "you may choose" }, { SIGN_OPTIONS, "would you prefer" }, { SIGN_OPTIONS, "would you like us to" }, { SIGN_OPTIONS, "would you rather" },
	{ SIGN_OPTIONS, "we can * offer" }, { SIGN_OPTIONS, "i can * offer" }, { SIGN_OPTIONS, "i would like to offer" }, { SIGN_OPTIONS, "we would like to offer" }, { SIGN_OPTIONS, "we offer you" },
	{ SIGN_OPTIONS, "two options" }, { SIGN_OPTIONS, "these options" }, { SIGN_OPTIONS, "following options" }, { SIGN_OPTIONS, "which would you" },
	{ SIGN_OPTIONS, "können sie * wählen" }, { SIGN_OPTIONS, "sie können wählen" }, { SIGN_OPTIONS, "bieten wir ihnen" }, { SIGN_OPTIONS, "biete ich ihnen" }, { SIGN_OPTIONS, "wir bieten ihnen" },
	{ SIGN_OPTIONS, "ich biete ihnen" }, { SIGN_OPTIONS, "können * ihnen * anbieten" }, { SIGN_OPTIONS, "kann * ihnen * anbieten" }, { SIGN_OPTIONS, "möchten sie lieber" }, { SIGN_OPTIONS, "wäre ihnen lieber" },
	{ SIGN_OPTIONS, "zwei möglichkeiten" }, { SIGN_OPTIONS, "folgende möglichkeiten" },
	{ SIGN_FOLLOW_UP, "is everything * now" }, { SIGN_FOLLOW_UP, "is it still right" }, { SIGN_FOLLOW_UP, "following up" }, { SIGN_FOLLOW_UP, "wanted to check" }, { SIGN_FOLLOW_UP, "did it arrive" },
	{ SIGN_FOLLOW_UP, "did everything" }, { SIGN_FOLLOW_UP, "ist * alles in ordnung" }, { SIGN_FOLLOW_UP, "hat alles geklappt" }, { SIGN_FOLLOW_UP, "wollte nachfragen" }, { SIGN_FOLLOW_UP, "möchte nachfragen" },
};

/* "sorry to say" announces, it does not apologise; "sorry, but" takes back what it says. */
static const char *const not_after_sorry[] = { "but", "inform", "say", "tell", "if", NULL };
static const char *const denials[] = { "not", "never", "cannot", "can't", "don't", "won't", "didn't", "no", "nothing", "neither", "nicht", "nie", "kein", "keine", "keinen", "nichts", "weder", NULL };
static const char *const others[] = { "you", "you'll", "you're", "they", "they'll", "he", "she", NULL };
/* Questions that end a letter and ask nothing. */
static const char *const closing[] = { "anything else", "any other question", "any further question", "any questions", "weitere fragen", "noch fragen", "sonst noch", NULL };

/* The phrases by the first letter of their first word: most words of a text begin none. Made once. */
typedef struct {
	gint16 first[256];                      /* -1: none */
	gint16 next[G_N_ELEMENTS(phrases)];
	guint8 length[G_N_ELEMENTS(phrases)];   /* of the first word, which is never "*" */
} Index;

static gpointer
make_index(gpointer unused G_GNUC_UNUSED)
{
	Index *index = g_new(Index, 1);

	memset(index->first, -1, sizeof index->first);
	for (guint i = G_N_ELEMENTS(phrases); i > 0; i--) { /* so that each list has them in the order they stand in */
		const guint8 letter = (guint8)phrases[i - 1].words[0];

		index->next[i - 1] = index->first[letter];
		index->length[i - 1] = (guint8)strcspn(phrases[i - 1].words, " ");
		index->first[letter] = (gint16)(i - 1);
	}
	return index;
}

typedef struct {
	const char *word; /* in the folded text, whose end it is cut at */
	guint32 n;
	gboolean ends;    /* a sentence ends behind it */
} Token;

typedef struct {
	Token at[MAX_TOKENS];
	guint n;
} Tokens;

static gboolean
is_word(gunichar c)
{
	return c < 0x80 ? g_ascii_isalnum((char)c) || c == '\'' : g_unichar_isalnum(c);
}

/* Lower case, one kind of apostrophe, without quoted lines and what the mail before said. (transfer full) */
static char *
fold(const char *text)
{
	const gsize size = strnlen(text, GUIDE_WORDS_MAX);
	GString *out = g_string_sized_new(size);
	const char *end = text + size;
	gboolean line_begins = TRUE, quoted = FALSE;

	for (const char *p = text; p < end;) {
		const gboolean plain = (guint8)*p < 0x80;
		const gunichar c = plain ? (gunichar)*p : g_utf8_get_char_validated(p, end - p);

		if (c == (gunichar)-1 || c == (gunichar)-2)
			break;
		if (line_begins)
			quoted = c == '>';
		line_begins = c == '\n';
		if (!quoted && plain)
			g_string_append_c(out, g_ascii_tolower((char)c));
		else if (!quoted)
			g_string_append_unichar(out, c == 0x2019 ? '\'' : g_unichar_tolower(c));
		p = plain ? p + 1 : g_utf8_next_char(p);
	}
	return g_string_free(out, FALSE);
}

static gunichar
char_at(const char *p)
{
	return (guint8)*p < 0x80 ? (gunichar)*p : g_utf8_get_char(p);
}

static gboolean
ends_sentence(char c)
{
	return c == '.' || c == '!' || c == '?' || c == ':' || c == ';' || c == '\n';
}

/* Cuts @p, which is folded, into its words. */
static void
split(char *p, Tokens *ret)
{
	ret->n = 0;
	while (*p != '\0' && ret->n < MAX_TOKENS) {
		Token *token = &ret->at[ret->n];
		char *begin;

		while (*p != '\0' && !is_word(char_at(p))) {
			if (ret->n > 0 && ends_sentence(*p))
				token[-1].ends = TRUE;
			p = g_utf8_next_char(p);
		}
		begin = p;
		while (*p != '\0' && is_word(char_at(p)))
			p = g_utf8_next_char(p);
		if (p == begin)
			break;
		*token = (Token){ begin, (guint32)(p - begin), ends_sentence(*p) };
		ret->n++;
		if (*p != '\0') {
			char *behind = p;

			p = g_utf8_next_char(p);
			*behind = '\0';
		}
	}
}

static gboolean
is_among(const Token *token, const char *const *list)
{
	for (guint i = 0; list[i] != NULL; i++)
		if (token->word[0] == list[i][0] && strcmp(token->word, list[i]) == 0)
			return TRUE;
	return FALSE;
}

/* The token matches the next word of the phrase; @ret_rest: what comes behind it. */
static gboolean
word_is(const Token *token, const char *phrase, const char **ret_rest)
{
	if (strncmp(token->word, phrase, token->n) != 0 || (phrase[token->n] != ' ' && phrase[token->n] != '\0'))
		return FALSE;
	*ret_rest = phrase + token->n + strspn(phrase + token->n, " ");
	return TRUE;
}

/* The token behind the phrase that begins at @at; 0: it does not. */
static guint
phrase_end(const Tokens *tokens, guint at, const char *phrase)
{
	while (*phrase != '\0') {
		guint gap = 0, reach;

		if (*phrase == '*') {
			gap = GAP;
			phrase += 1 + strspn(phrase + 1, " ");
		}
		for (reach = 0;; reach++, at++) {
			if (at >= tokens->n || reach > gap)
				return 0;
			if (word_is(&tokens->at[at], phrase, &phrase))
				break;
			/* Nothing that denies may stand in between, nor the end of the sentence. */
			if (tokens->at[at].ends || is_among(&tokens->at[at], denials))
				return 0;
		}
		at++;
		if (*phrase != '\0' && tokens->at[at - 1].ends)
			return 0;
	}
	return at;
}

static gboolean
is_taken_back(const Tokens *tokens, guint at, guint end, GuideSign sign)
{
	/* "I am sorry" says whose feeling it is; "so sorry" may be anybody's. */
	const gboolean anybodys = sign == SIGN_APOLOGY && (g_str_has_prefix(tokens->at[at].word, "so") || strcmp(tokens->at[at].word, "very") == 0);

	for (guint back = 1; back <= LOOK_BACK && back <= at && !tokens->at[at - back].ends; back++) {
		const Token *word = &tokens->at[at - back];

		if (is_among(word, denials) || (anybodys && is_among(word, others)))
			return TRUE;
	}
	/* "können Ihnen ... nicht anbieten" has it behind or in between: there the phrase itself stops. */
	if (sign != SIGN_APOLOGY)
		return end < tokens->n && !tokens->at[end - 1].ends && is_among(&tokens->at[end], denials);
	for (guint ahead = 0; ahead < 2 && end + ahead < tokens->n; ahead++) {
		if (end + ahead > 0 && tokens->at[end + ahead - 1].ends)
			break;
		if (is_among(&tokens->at[end + ahead], not_after_sorry))
			return TRUE;
	}
	return FALSE;
}

static void
find_phrases(const Tokens *tokens, const char *ret_words[N_SIGNS])
{
	static GOnce once = G_ONCE_INIT;
	const Index *index = g_once(&once, make_index, NULL);

	for (guint at = 0; at < tokens->n; at++) {
		const Token *token = &tokens->at[at];

		for (gint16 i = index->first[(guint8)token->word[0]]; i >= 0; i = index->next[i]) {
			guint end;

			if (index->length[i] != token->n || ret_words[phrases[i].sign] != NULL)
				continue;
			end = phrase_end(tokens, at, phrases[i].words);
			if (end != 0 && !is_taken_back(tokens, at, end, phrases[i].sign))
				ret_words[phrases[i].sign] = phrases[i].words;
		}
	}
}

/* A sentence of three words or more with its mark, and not one that closes a letter. */
static gboolean
asks(const char *folded)
{
	for (const char *mark = folded; (mark = strchr(mark, '?')) != NULL; mark++) {
		const char *begin = mark;
		g_autofree char *sentence = NULL;
		guint spaces = 0;
		gboolean closes = FALSE;

		if (mark[1] != '\0' && !g_ascii_isspace(mark[1]) && strchr("\"')", mark[1]) == NULL)
			continue; /* an address of a page */
		while (begin > folded && strchr(".!?\n", begin[-1]) == NULL)
			begin--;
		sentence = g_strstrip(g_strndup(begin, (gsize)(mark - begin)));
		for (const char *p = sentence; *p != '\0'; p++)
			spaces += *p == ' ';
		for (guint i = 0; closing[i] != NULL; i++)
			closes |= strstr(sentence, closing[i]) != NULL;
		if (spaces >= 2 && !closes)
			return TRUE;
	}
	return FALSE;
}

void
guide_words_find(const char *text, const char *ret_words[N_SIGNS])
{
	g_autofree char *folded = fold(text);
	Tokens tokens;

	for (guint i = 0; i < N_SIGNS; i++)
		ret_words[i] = NULL;
	if (asks(folded))
		ret_words[SIGN_QUESTION] = "?";
	split(folded, &tokens);
	find_phrases(&tokens, ret_words);
}
