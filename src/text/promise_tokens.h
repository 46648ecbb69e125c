/* promise_tokens.h - English text as words with their classes, for when_words.c and promise_words.c only. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* What a word says about time. */
typedef enum {
	T_NONE,
	T_DAY,	   /* today 0, tomorrow 1 */
	T_TONIGHT,
	T_WEEKDAY, /* 1 is Monday */
	T_MONTH,
	T_NUMBER,
	T_ORDINAL, /* 24th */
	T_CLOCK,   /* 14:30, 3pm; the value is the minute of the day */
	T_LOOSE,   /* 10.30: a clock or the tenth of a thirtieth month; the value is hour * 100 + minute */
	T_DATE,	   /* a date in figures; the value is year * 10000 + month * 100 + day, of 3/12 the year is 0 */
	T_PART,	   /* morning, noon: the minute at which it is over */
	T_UNIT,
	T_WORKING,
	T_NEXT,
	T_THIS,
	T_END,
	T_START,
	T_MIDDLE,
	T_FEAST,   /* Christmas; month * 100 + the day before it */
	T_CLOSE,   /* cob */
	T_EOD,
	T_WEEKEND,
	T_FEW,
} TimeClass;
enum { UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_FORTNIGHT, UNIT_MONTH, UNIT_YEAR };

/* What a word does in a sentence; bits. */
typedef enum {
	G_WE = 1 << 0,	      /* I, we */
	G_YOU = 1 << 1,
	G_THEY = 1 << 2,      /* it, he, somebody */
	G_WILL = 1 << 3,
	G_MODAL = 1 << 4,     /* would, might */
	G_SHOULD = 1 << 5,
	G_BE = 1 << 6,
	G_NOT = 1 << 7,
	G_IF = 1 << 8,
	G_AFTER = 1 << 9,     /* when, once, after: a condition where the customer acts */
	G_LEARN = 1 << 10,    /* let you know if: no condition */
	G_HEDGE = 1 << 11,
	G_PLEASE = 1 << 12,
	G_SAID = 1 << 13,
	G_ACT = 1 << 14,      /* what is done for a customer: call, send */
	G_DOING = 1 << 15,    /* calling, sending */
	G_AND = 1 << 16,
	G_PAST = 1 << 17,     /* was, had, sent */
	G_HAVE = 1 << 18,
	G_GET = 1 << 19,      /* what a customer gets: have, receive, hear */
	G_IDLE = 1 << 20,     /* expire, close: what waits for nobody */
	G_VOW = 1 << 21,      /* promise, guarantee */
	G_SET = 1 << 22,      /* booked, arranged */
	G_ADVERB = 1 << 23,
	G_OWN = 1 << 24,      /* working, leaving: what we do for ourselves */
	G_SMALL = 1 << 26,    /* with, to, your: what joins a thing and its time */
	G_PAPER = 1 << 27,    /* letter, terms: what has words of its own */
	G_COST = 1 << 28,     /* rent, interest: what falls due */
	G_GOODS = 1 << 29,    /* parcel, reply: what customers wait for */
	G_ASKS = 1 << 25,     /* what customers are asked for: send, confirm */
} WordClass;

typedef struct {
	guint32 start, end; /* bytes of the text */
	char word[24];	    /* lower case, mended; a sign for itself */
	guint8 time;	    /* TimeClass */
	gboolean bare;	    /* a clock without am or pm: 4 may be 16:00 */
	gboolean money;
	gboolean quoted;
	gboolean ends;	    /* the last of its sentence */
	gboolean asked;	    /* its sentence is a question */
	gboolean begins_time; /* as of Lexeme */
	int value;
	guint32 bits;	    /* WordClass */
} Token;

/* sent, repaired */
gboolean token_is_past(const Token *token);

/* Of Token; behind the last stands an empty one. */
GArray *tokens_read(const char *text, gsize size);

/* promise_figures.c: what @text, which begins with a figure, says at its head; fills @token but for its place. Returns its bytes. */
gsize figures_read(const char *text, Token *token);

/* promise_lexicon.c: what is known of a word. */
typedef struct {
	const char *word;     /* as it is spelled */
	TimeClass time;
	int value;
	guint32 bits;         /* WordClass */
	gboolean begins_time; /* a time may begin with it though it is no word of time: by, the, half */
} Lexeme;
/* Of @word, or of what it is a slip for ("tommorow"); NULL when nothing is known and nothing near. */
const Lexeme *lexicon_find(const char *word);
guint32 lexicon_bits(const char *word);

G_END_DECLS
