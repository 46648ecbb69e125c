/* query.h - what a person typed into the search, taken apart: see CaseQuery in cases/list.h. What each part asks of the
 * database: cases/filter.h. Private to cases/. */
#pragma once
#include "cases/list.h"
#include "text/span.h"
G_BEGIN_DECLS

typedef enum {
	QUERY_TEXT, /* words to look for: no operator */
	QUERY_IS, QUERY_KIND, QUERY_CHANNEL, QUERY_STAGE, QUERY_SEVERITY, QUERY_OWNER, QUERY_TEAM, QUERY_CUSTOMER, QUERY_CATEGORY,
	QUERY_PRODUCT, QUERY_CAUSE, QUERY_OUTCOME, QUERY_TAG, QUERY_REF, QUERY_ID, QUERY_RECEIVED, QUERY_BEFORE, QUERY_AFTER,
	QUERY_RESOLVED, QUERY_PROMISE, QUERY_CLOCK, QUERY_MISSED, QUERY_REMEDY, QUERY_CSAT, QUERY_NPS, QUERY_CES, QUERY_SURVEY, QUERY_FOLLOWUP, QUERY_N_KEYS
} QueryKey;

typedef enum { IS_OPEN, IS_CLOSED, IS_LATE, IS_WAITING, IS_UNASSIGNED, IS_REOPENED, IS_MERGED, IS_N } QueryIs;
typedef enum { PROMISED_OPEN, PROMISED_DUE, PROMISED_BROKEN, PROMISED_N } QueryPromise;
typedef enum { CLOCK_IS_LATE, CLOCK_IS_SOON, CLOCK_IS_NAMED } QueryClock; /* named: it is this clock that is due next */

typedef struct {
	QueryKey key;
	gboolean minus, phrase; /* excluded; of QUERY_TEXT: in quotes */
	char *value, *text;     /* without quotes; as typed */
	char *fault;            /* why it cannot be read, for the page; NULL when it can */
	gint64 number;          /* QUERY_IS: QueryIs; QUERY_SEVERITY: 0..3; QUERY_PROMISE: QueryPromise; QUERY_CLOCK: QueryClock; QUERY_REMEDY: 1 for a state */
	Span span;            /* of the four times; of scores: the lowest and the highest */
} QueryPart;

struct CaseQuery {
	GPtrArray *parts; /* of QueryPart */
	gboolean prefix;  /* the last word may go on: nothing stands behind it yet */
};

/* What to give the search; FALSE when no words are asked for. The lists borrow from @query. */
typedef struct {
	SearchTerms terms;
	GPtrArray *words, *phrases, *without;
} QueryTerms;
gboolean query_terms(const CaseQuery *query, QueryTerms *ret_terms);
void query_terms_clear(QueryTerms *terms);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(QueryTerms, query_terms_clear)

G_END_DECLS
