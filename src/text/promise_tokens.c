/* promise_tokens.c - English text as words: contractions opened, figures read, sentences ended, quotations marked. */
#include "text/promise_tokens.h"
#include <string.h>

typedef struct {
	const char *text;
	gsize size, at;
	GArray *tokens;
	gboolean quoted_line, quoting;
} Reader;

/* "with tonight's post" */
static const Lexeme *
find_day(const char *word)
{
	for (const char *const *day = (const char *const[]){ "today", "tonight", "tomorrow", NULL }; *day != NULL; day++)
		if (g_str_has_prefix(word, *day) && strcmp(word + strlen(*day), "'s") == 0)
			return lexicon_find(*day);
	return NULL;
}

static Token *
add(Reader *reader, gsize start, gsize end, const char *word)
{
	Token token = { .start = (guint32)start, .end = (guint32)end, .quoted = reader->quoting || reader->quoted_line };
	const Lexeme *known = lexicon_find(word);

	if (known == NULL && word[0] == 't')
		known = find_day(word);
	if (known != NULL) {
		token.time = (guint8)known->time;
		token.value = known->value;
		token.bits = known->bits;
		token.begins_time = known->begins_time;
	}
	g_strlcpy(token.word, known != NULL ? known->word : word, sizeof token.word);
	g_array_append_val(reader->tokens, token);
	return &g_array_index(reader->tokens, Token, reader->tokens->len - 1);
}

static Token *
last(const Reader *reader, guint back)
{
	return reader->tokens->len > back ? &g_array_index(reader->tokens, Token, reader->tokens->len - 1 - back) : NULL;
}

/* What stands behind a word's apostrophe, opened: "i'll" is "i will". */
static const char *const endings[][2] = { { "'ll", "will" }, { "'re", "are" }, { "'m", "am" }, { "'ve", "have" }, { "'d", "would" } };
static const char *const whole[][3] = { { "can't", "can", "not" }, { "won't", "will", "not" }, { "shan't", "shall", "not" },
	{ "it's", "it", "is" }, { "that's", "that", "is" }, { "let's", "let", "us" }, { "there's", "there", "is" }, { "he's", "he", "is" },
	{ "she's", "she", "is" }, { "im", "i", "am" }, { "ive", "i", "have" }, { "youll", "you", "will" }, { "theyll", "they", "will" },
	{ "itll", "it", "will" }, { "cant", "can", "not" }, { "wont", "will", "not" }, { "dont", "do", "not" },
	{ "gonna", "going", "to" }, { "gimme", "give", "me" }, { "lemme", "let", "me" }, { "theres", "there", "is" }, { "thats", "that", "is" } };

static void mend_will(Reader *reader);

static void
add_word(Reader *reader, gsize start, gsize end, const char *word)
{
	gsize n = strlen(word);

	for (gsize i = 0; i < G_N_ELEMENTS(whole); i++) {
		if (word[0] == whole[i][0][0] && strcmp(word, whole[i][0]) == 0) {
			add(reader, start, end, whole[i][1]);
			mend_will(reader);
			add(reader, start, end, whole[i][2]);
			return;
		}
	}
	for (gsize i = 0; strchr(word, '\'') != NULL && i < G_N_ELEMENTS(endings); i++) {
		gsize m = strlen(endings[i][0]);

		if (n > m && strcmp(word + n - m, endings[i][0]) == 0) {
			g_autofree char *stem = g_strndup(word, n - m);

			add(reader, start, end, stem);
			add(reader, start, end, endings[i][1]);
			return;
		}
	}
	if (n > 3 && strcmp(word + n - 3, "n't") == 0) {
		g_autofree char *stem = g_strndup(word, n - 3);

		add(reader, start, end, stem);
		add(reader, start, end, "not");
		return;
	}
	add(reader, start, end, word);
}

/* "ill call" at the head of a clause and "we ll" are "I will" and "we will". */
static void
mend_will(Reader *reader)
{
	Token *now = last(reader, 0), *before = last(reader, 1), *first = last(reader, 2);

	if (now == NULL || before == NULL)
		return;
	if (g_str_has_suffix(before->word, "'s") && (g_str_has_suffix(now->word, "ing") || strcmp(now->word, "booked") == 0)) {
		Token be = *now; /* "Sam's fitting them" */

		g_strlcpy(be.word, "is", sizeof be.word);
		be.bits = lexicon_bits("is");
		be.time = T_NONE;
		g_array_insert_val(reader->tokens, reader->tokens->len - 1, be);
	} else if (strcmp(now->word, "ll") == 0) {
		g_strlcpy(now->word, "will", sizeof now->word);
		now->bits = lexicon_bits("will");
	} else if (strcmp(before->word, "ill") == 0 && (now->bits & (G_ACT | G_ADVERB)) != 0 &&
		   (first == NULL || (first->bits & G_BE) == 0)) {
		Token will = *before;

		g_strlcpy(before->word, "i", sizeof before->word);
		before->bits = lexicon_bits("i");
		g_strlcpy(will.word, "will", sizeof will.word);
		will.bits = lexicon_bits("will");
		g_array_insert_val(reader->tokens, reader->tokens->len - 1, will);
	}
}

static gunichar
char_at(const char *p)
{
	return (guint8)*p < 0x80 ? (gunichar)*p : g_utf8_get_char(p);
}

static gboolean
is_letter(gunichar c)
{
	return c < 0x80 ? g_ascii_isalpha((char)c) : g_unichar_isalpha(c);
}

/* A word of letters, with apostrophes inside; U+2019 is one. */
static void
read_word(Reader *reader)
{
	enum { MOST = 60 };
	char word[MOST + 8];
	gsize start = reader->at, n = 0;

	while (reader->at < reader->size) {
		const char *p = reader->text + reader->at;
		gunichar c = char_at(p);

		if (c == 0x2019 || c == '\'') {
			if (!is_letter(char_at(g_utf8_next_char(p))))
				break;
			c = '\'';
		} else if (!is_letter(c)) {
			break;
		}
		if (n < MOST && c < 0x80)
			word[n++] = g_ascii_tolower((char)c);
		else if (n < MOST)
			n += (gsize)g_unichar_to_utf8(g_unichar_tolower(c), word + n);
		reader->at += (gsize)(g_utf8_next_char(p) - p);
	}
	word[n] = '\0';
	if (strcmp(word, "b") == 0 && reader->text[reader->at] == '4' && !g_ascii_isalnum(reader->text[reader->at + 1])) {
		g_strlcpy(word, "before", sizeof word); /* b4 */
		reader->at++;
	}
	/* e-mail is one word */
	if (strcmp(word, "e") == 0 && g_ascii_strncasecmp(reader->text + reader->at, "-mail", 5) == 0) {
		g_strlcpy(word, "email", sizeof word);
		reader->at += 5;
	}
	add_word(reader, start, reader->at, word);
	mend_will(reader);
}

/* What a run that begins with a figure says: promise_figures.c. */
static void
read_run(Reader *reader)
{
	const Token *sign = last(reader, 0);
	gboolean money = sign != NULL && sign->word[0] == '$' && sign->end == reader->at;
	Token *token = add(reader, reader->at, reader->at, "0");

	token->money = money;
	reader->at += figures_read(reader->text + reader->at, token);
	token->end = (guint32)reader->at;
}

/* TRUE when a dot at @at ends a sentence: a space or the end behind it, and no "Mr" before it. */
static gboolean
dot_ends(const Reader *reader)
{
	const Token *word = last(reader, 0);
	char next = reader->text[reader->at + 1];

	if (next != '\0' && !g_ascii_isspace(next) && next != '"' && next != '\'' && next != ')')
		return FALSE;
	if (word == NULL || word->end != reader->at)
		return TRUE;
	for (const char *const *p = (const char *const[]){ "mr", "mrs", "ms", "dr", "no", "approx", "st", "e", "i", NULL }; *p != NULL; p++)
		if (strcmp(word->word, *p) == 0)
			return next == '\0' || next == '\n';
	if (word->time == T_MONTH || word->time == T_WEEKDAY) /* "24 Nov. at noon" */
		return next == '\0' || next == '\n' || g_ascii_isupper(reader->text[reader->at + 2]) || strlen(word->word) > 5;
	return TRUE;
}

/* "I'll call in ten minutes, ok?" asks nothing. */
static gboolean
only_nods(const Reader *reader)
{
	const Token *word = last(reader, 0);

	for (const char *const *p = (const char *const[]){ "ok", "okay", "alright", "yeah", "deal", NULL }; word != NULL && *p != NULL; p++)
		if (strcmp(word->word, *p) == 0)
			return TRUE;
	return FALSE;
}

/* The words since the sentence before end here; a question asks in all of them. */
static void
end_sentence(Reader *reader, gboolean asked)
{
	for (guint i = reader->tokens->len; i > 0; i--) {
		Token *token = &g_array_index(reader->tokens, Token, i - 1);

		if (token->ends)
			break;
		token->asked = asked;
	}
	if (reader->tokens->len > 0)
		last(reader, 0)->ends = TRUE;
}

static void
read_line_end(Reader *reader)
{
	const char *next = reader->text + reader->at + 1, *p = next + strspn(next, " \t\r");

	reader->quoted_line = *p == '>';
	if (reader->quoted_line || *p == '\n' || *p == '-' || *p == '*' || *p == '\0' ||
		(g_ascii_isdigit(*p) && p[1] == '.' && p[2] == ' ')) {
		end_sentence(reader, FALSE);
		if (*p == '\n')
			reader->quoting = FALSE; /* a quotation mark that was never closed holds for its paragraph */
	}
	reader->at++;
}

/* An apostrophe before a word, whose fellow stands behind one on this line: 'you'll have it tomorrow'. */
static gboolean
begins_quotation(const Reader *reader)
{
	enum { FAR = 300 };
	const char *p = reader->text + reader->at;

	if (reader->quoting || !g_ascii_isalpha(p[1]) || (reader->at > 0 && !g_ascii_isspace(p[-1]) && p[-1] != '('))
		return FALSE;
	for (int n = 1; n < FAR && p[n] != '\0' && p[n] != '\n'; n++)
		if (p[n] == '\'' && !g_ascii_isalpha(p[n + 1]) && p[n - 1] != 's')
			return TRUE;
	return FALSE;
}

static void
read_sign(Reader *reader)
{
	const char *p = reader->text + reader->at;
	gunichar c = g_utf8_get_char(p);
	gsize n = (gsize)(g_utf8_next_char(p) - p);

	if (c == '"' || c == 0x201c || c == 0x201d || c == 0x201e || c == 0xab || c == 0xbb) {
		reader->quoting = c == 0x201c || c == 0x201e || c == 0xab ? TRUE : c == '"' ? !reader->quoting : FALSE;
	} else if (c == 0x2018 || (c == '\'' && begins_quotation(reader))) {
		reader->quoting = TRUE;
	} else if (reader->quoting && (c == 0x2019 || c == '\'')) {
		reader->quoting = FALSE;
	} else if (c == '.' || c == '!' || c == '?' || c == 0x2026) {
		if (c != '.' || dot_ends(reader))
			end_sentence(reader, c == '?' && !only_nods(reader));
	} else if (c == ',' || c == ';' || c == ':' || c == '-' || c == '(' || c == ')' || c == '&') {
		add(reader, reader->at, reader->at + n, (char[]){ (char)c, '\0' });
	} else if (c == '/') {
		add(reader, reader->at, reader->at + n, "or");
	} else if (c == 0x2013 || c == 0x2014) {
		add(reader, reader->at, reader->at + n, "-");
	} else if (c == '$' || c == 0xa3 || c == 0x20ac || c == 0xa5) {
		add(reader, reader->at, reader->at + n, "$");
	}
	reader->at += n;
}

/* "2moro" and "2day" begin with a figure. */
static gboolean
read_two(Reader *reader)
{
	static const char *const twos[][2] = { { "2moro", "tomorrow" }, { "2morrow", "tomorrow" }, { "2day", "today" }, { "2nite", "tonight" },
		{ "2night", "tonight" } };

	for (gsize i = 0; i < G_N_ELEMENTS(twos); i++) {
		gsize n = strlen(twos[i][0]);

		if (g_ascii_strncasecmp(reader->text + reader->at, twos[i][0], n) != 0 || g_ascii_isalnum(reader->text[reader->at + n]))
			continue;
		add(reader, reader->at, reader->at + n, twos[i][1]);
		reader->at += n;
		return TRUE;
	}
	return FALSE;
}

GArray *
tokens_read(const char *text, gsize size)
{
	Reader reader = { .text = text, .size = size, .tokens = g_array_sized_new(TRUE, FALSE, sizeof(Token), (guint)size / 4 + 8) };

	reader.quoted_line = text[strspn(text, " \t")] == '>';
	while (reader.at < size) {
		const char *p = text + reader.at;

		if (*p == '\n')
			read_line_end(&reader);
		else if (g_ascii_isspace(*p))
			reader.at++;
		else if (*p == '2' && read_two(&reader))
			continue;
		else if (g_ascii_isdigit(*p))
			read_run(&reader);
		else if (is_letter(char_at(p)))
			read_word(&reader);
		else
			read_sign(&reader);
	}
	end_sentence(&reader, FALSE);
	return reader.tokens;
}
