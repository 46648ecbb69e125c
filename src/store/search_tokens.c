/* search_tokens.c - words of ASCII for FTS5, faster than its own tokenizer tells them: a sixth of what filing a mail costs went there. It stands in
 * front of "unicode61" under the same name, so that every database reads the same with it and without it (its options for words of ASCII are the ones it comes with): whatever holds another letter is handed
 * on, and the words are the same (tests/unit/store/test_search_tokens.c). Looking them up: search_sqlite.c. */
#include "store/search_tokens.h"
#include <string.h>

enum { WORD_MAX = 128 }; /* longer ones are handed on */

typedef struct {
	fts5_tokenizer theirs;
	void *their_context;
} Tokens; /* of a connection */

typedef struct {
	const Tokens *tokens;
	Fts5Tokenizer *inner;
} Tokenizer;

typedef int (*TokenFn)(void *, int, const char *, int, int, int);

/* What a byte becomes in a word; 0: it ends one. Those of other letters are none of ours. */
enum { OTHER = 0x80 };
static guint8 becomes[256];
static guint8 stays[256]; /* small letters and digits */

static void
becomes_fill(void)
{
	for (guint c = 0; c < 256; c++) {
		stays[c] = g_ascii_isdigit((char)c) || g_ascii_islower((char)c);
		becomes[c] = c >= 0x80 ? OTHER : g_ascii_isalnum((char)c) ? (guint8)g_ascii_tolower((char)c) : 0;
	}
}

static int
tokenizer_create(void *context, const char **args, int n, Fts5Tokenizer **ret)
{
	const Tokens *tokens = context;
	Tokenizer *self = g_new0(Tokenizer, 1);
	int rc = tokens->theirs.xCreate(tokens->their_context, args, n, &self->inner);

	self->tokens = tokens;
	*ret = (Fts5Tokenizer *)self;
	if (rc == SQLITE_OK)
		return rc;
	g_free(self);
	*ret = NULL;
	return rc;
}

static void
tokenizer_delete(Fts5Tokenizer *base)
{
	Tokenizer *self = (Tokenizer *)base;

	self->tokens->theirs.xDelete(self->inner);
	g_free(self);
}

/* A piece of the text, told by theirs; places count from the text's beginning. */
typedef struct {
	void *context;
	TokenFn token;
	int from;
} Piece;

static int
piece_token(void *data, int flags, const char *word, int size, int from, int to)
{
	const Piece *piece = data;

	return piece->token(piece->context, flags, word, size, piece->from + from, piece->from + to);
}

/* From @from to where a byte of ASCII ends a word. *@ret_to: there. */
static int
hand_on(const Tokenizer *self, void *context, int flags, const char *text, int size, int from, int *ret_to, TokenFn token)
{
	Piece piece = { context, token, from };
	int to = from;

	while (to < size && becomes[(guchar)text[to]] != 0)
		to++;
	*ret_to = to;
	return self->tokens->theirs.xTokenize(self->inner, &piece, flags, text + from, to - from, piece_token);
}

static int
tokenizer_run(Fts5Tokenizer *base, void *context, int flags, const char *text, int size, TokenFn token)
{
	const Tokenizer *self = (const Tokenizer *)base;
	const guchar *bytes = (const guchar *)text, *p = bytes, *end = p + size;
	int rc = SQLITE_OK;

	while (rc == SQLITE_OK) {
		char word[WORD_MAX];
		const char *told;
		const guchar *from, *most;

		while (p < end && becomes[*p] == 0)
			p++;
		if (p == end)
			break;
		from = p;
		told = (const char *)from;
		most = p + MIN(end - p, WORD_MAX);
		while (p < most && stays[*p]) /* nearly always: it stands there as it is told */
			p++;
		if (p < most && (guint8)(becomes[*p] - 1) < OTHER - 1) {
			p = from;
			for (told = word; p < most && (guint8)(becomes[*p] - 1) < OTHER - 1; p++) /* neither 0 nor OTHER */
				word[p - from] = (char)becomes[*p];
		}
		if (p < end && becomes[*p] != 0) { /* another letter, or very long */
			int at;

			rc = hand_on(self, context, flags, text, size, (int)(from - bytes), &at, token);
			p = bytes + at;
		} else {
			rc = token(context, 0, told, (int)(p - from), (int)(from - bytes), (int)(p - bytes));
		}
	}
	return rc;
}

gboolean
search_tokens_init(fts5_api *api)
{
	fts5_tokenizer ours = { tokenizer_create, tokenizer_delete, tokenizer_run };
	Tokens *tokens = g_new0(Tokens, 1);
	static gsize once;

	if (g_once_init_enter(&once)) {
		becomes_fill();
		g_once_init_leave(&once, 1);
	}
	/* SQLite frees it with the connection. */
	if (api->xFindTokenizer(api, "unicode61", &tokens->their_context, &tokens->theirs) == SQLITE_OK &&
	    api->xCreateTokenizer(api, "unicode61", tokens, &ours, g_free) == SQLITE_OK)
		return TRUE;
	g_free(tokens);
	return FALSE;
}
