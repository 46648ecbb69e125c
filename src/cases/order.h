/* order.h - the orders of the queue, as stretches that an index walks each: open with something due, open without, ended.
 * One definition for both ways of making a page: walking (cases/walk.h) and sorting a few (cases/few.h). Private. */
#pragma once
#include "cases/filter.h"
G_BEGIN_DECLS

typedef enum { SORT_DUE, SORT_NEWEST, SORT_OLDEST, SORT_SEVERITY, SORT_CHANGED, SORT_RANK } Sort;
typedef enum { KEY_ID, KEY_DUE, KEY_RECEIVED, KEY_CHANGED, KEY_RESOLVED, KEY_PROMISED } OrderKey;

/* Rows of one stretch, in the order of its key and then the id. */
typedef struct {
	const char *piece; /* which rows, as a condition */
	const char *look;  /* as much of it as the index itself knows: for counting how far to look */
	const char *order; /* ORDER BY, so that the index is seen to give it */
	OrderKey key;
	gboolean desc;
	gboolean bounded;  /* the index holds many rows besides that must be skipped */
} Stretch;
enum { MAX_STRETCHES = 8 };

/* Where a row stands, or a page ended. */
typedef struct {
	guint stretch;
	gint64 key, id;
} Place;

/* A row that a page may have. */
typedef struct {
	gint64 id;
	Place place;
	guint hit; /* of a search: which of its hits */
} Candidate;

/* What is due first means the promise, where those promised are asked for. */
gboolean order_is_promised(const Filter *filter, Sort sort);
/* The stretches of @sort for what @filter asks; their number. */
guint order_stretches(const Filter *filter, Sort sort, Stretch ret_stretches[MAX_STRETCHES]);
const char *order_column(OrderKey key); /* "c.due_at" */
/* Where the row of a statement with the columns of list_keys stands: for rows that are sorted here. Of a search by rank its
 * hit says it. */
Place order_read(const Filter *filter, Sort sort, DbRows *rows);
/* For each stretch 1, or -1 where it goes downwards; by rank, upwards. */
void order_ways(const Filter *filter, Sort sort, int ret_ways[MAX_STRETCHES]);
/* <0, 0, >0 as in the order. */
int order_compare(const int ways[MAX_STRETCHES], const Place *a, const Place *b);

/* As the text of a cursor, and back: FALSE for anything that is none, or of another order than what @filter asks for has: there is nothing behind it there, which is not the end of the list. */
char *order_cursor(const Filter *filter, Sort sort, const Place *place);
gboolean order_cursor_read(const char *text, const Filter *filter, Sort sort, Place *ret_place);

G_END_DECLS
