/* quotes_impl.h - what the files of text/quotes share: the lines of a text, the words of the world's mail programs
 * (text/quotes_words.c), how a quote begins (text/quotes_intro.c) and where a signature does (text/quotes_sign.c). */
#pragma once
#include "text/quotes.h"
#include <string.h>

enum {
	QUOTE_MAX_LINES = 200000, /* a text's further lines count as one */
	INTRO_MAX_LINES = 4,      /* an attribution wraps over at most so many */
	INTRO_MAX_BYTES = 600,
};

typedef struct {
	guint32 start, at, end; /* @at: its first character that is no blank; @end: behind its last one */
	guint32 cut;            /* where a quote begins inside the line; 0: nowhere */
	guint8 kind;            /* QuoteSpanKind */
	guint8 head;            /* which header it is (text/quotes_intro.c), once looked up */
	guint quoted : 1;    /* begins with ">" */
} QuoteLine;

typedef struct {
	const char *text;
	gsize size;
	QuoteLine *lines;
	guint n;
} QuoteText;

static inline gboolean
line_is_blank(const QuoteText *t, guint i)
{
	return t->lines[i].at >= t->lines[i].end;
}

/* The next line from @i on that is not blank; t->n when there is none. */
static inline guint
line_next(const QuoteText *t, guint i)
{
	while (i < t->n && line_is_blank(t, i))
		i++;
	return i;
}

/* How many bytes the blank character at @p has; 0 when it is none. Zero-width and no-break spaces count. */
guint blank_size(const char *p, const char *end);
/* Whether nothing but dashes, underscores, stars and the like stand in the text; @ret_n: how many. FALSE for an empty one. */
gboolean rule_is(const char *p, const char *end, guint *ret_n);
/* The text without such decoration at both ends. */
void bare_of(const char **p, const char **end);

/* Where the quote begins that is announced at line @i, if one is. Lines are counted, both ends included. */
typedef struct {
	guint first, last;
	guint32 cut; /* not 0: the announcement begins inside the first line */
} QuoteIntro;
gboolean intro_find(const QuoteText *t, guint i, QuoteIntro *ret_intro);

/* The first line of the signature that ends the lines @first to @last (both included, the ends not blank), or @last + 1. */
guint sign_find(const QuoteText *t, guint first, guint last);

/* ---- what a line tells of being an announcement (text/quotes_evidence.c) ---- */
typedef struct {
	gboolean date, time, address;
} QuoteEvidence;
guint quote_evidence_n(QuoteEvidence e);
QuoteEvidence quote_evidence_of(const char *p, const char *end);
gboolean quote_digit_within(const char *p, const char *end, gsize n);
/* A block of headers that begins on line @i (text/quotes_head.c). */
gboolean intro_headers_find(const QuoteText *t, guint i, QuoteIntro *intro);

/* ---- the words; all tables end with NULL or 0 ---- */
typedef enum { HEAD_FROM = 1, HEAD_SENT = 2, HEAD_TO = 4, HEAD_SUBJECT = 8, HEAD_DATE = 16, HEAD_OTHER = 32 } HeadKind;
typedef struct {
	HeadKind kind;
	const char *words; /* folded, with "|" between and around them */
} HeadWords;
extern const HeadWords head_words[];

typedef struct {
	const char *word;
	gboolean weak; /* counts only beside an address */
} WroteWord;
extern const WroteWord wrote_words[];
extern const char *const opening_words[];  /* how an attribution begins */
extern const char *const person_words[];   /* what stands in somebody's own sentence, never in an attribution */
extern const char *const original_words[]; /* folded: between dashes they begin a quote */
extern const char *const forward_words[];  /* folded: they do so alone on their line */
typedef struct {
	const char *begin, *end; /* folded; the one or the other may be "" */
} DeviceWords;
extern const DeviceWords device_words[];
extern const char *const goodbye_words[]; /* folded: a line that takes leave */
extern const char *const number_words[];  /* folded: numbers that people give us, which are no telephone's */
extern const char *const phone_words[];   /* folded: labels of a telephone number */
