/* list.h - the queue: views, filters, search with operators, sorts, keyset pages, counters. */
#pragma once
#include "cases/case.h"
#include "store/search.h"
G_BEGIN_DECLS

/* What somebody typed: `channel:form owner:me category:billing before:2026-03-01 "late refund" -wrong`. Operators: is
 * (open, closed, late, waiting, unassigned, reopened, merged), kind, channel, stage, severity, owner (me, none, ref,
 * name), team, customer, category, product, cause, outcome, tag, ref, id (external), csat, nps, ces (a score or two: 1-2),
 * survey (sent, answered ...), followup (right, not_right ...), received (7d, 30d, 2026-03, a date),
 * before, after (the day itself counts), resolved, promise (open, soon: by now or within a day, broken), clock (late, soon: what is due next
 * is at 75 % of its time, or which clock that is), missed (any, or a clock that ran out), remedy (a kind, a state: of one remedy where both are asked). Times: text/span.h. Several of one kind are "or" (of is: "and");
 * different kinds "and"; a minus in front excludes. category:billing finds it and everything below it; where there is no
 * such path, every path that holds the word; owner, team and customer take a ref, "none", or a name or address. A ref by itself finds its case. */
typedef struct CaseQuery CaseQuery;
/* Never fails on strangers' words: what is no operator is searched for; an operator with an unreadable value is kept as a
 * fault in words for the page. */
CaseQuery *case_query_parse(const char *text, gint64 now_ms, const char *zone);
void case_query_free(CaseQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaseQuery, case_query_free)
/* [{key, value, text (as typed), minus, fault|null}]: the chips under the search box; terms come as key "text". */
json_t *case_query_parts(const CaseQuery *query);

/* Built-in views: mine, unassigned, late, promises, waiting, open, all. */
extern const char *const case_views[];
/* due, newest, oldest, severity, changed; rank besides, for searches. */
extern const char *const case_sorts[];

typedef struct {
	const char *view;       /* a word of case_views; NULL: all */
	const CaseQuery *query; /* NULL: none */
	const char *sort;       /* due, newest, oldest, severity, changed, rank (searches' default); NULL: the default */
	const char *after;      /* cursor from the page before, NULL: the first */
	guint limit;            /* 1..200 */
} CaseListAsk;
/* {cases[case, and unread: how much of it is new to @actor; its snippet with marks where a search hit], next: cursor|null, by_promise (what is due
 * first is the promise here, not what is due next on the case), partial, n_found|null, n_found_more (there are more than n_found)}. ERR_INVALID for an
 * unreadable cursor, view or sort ("/after", "/view", "/sort"). Every order is an index's own, so that a page costs the
 * same however many cases there are. Where words are searched for, or a filter leaves few, those few are sorted. Where a
 * filter without an index leaves little of much, a page may end early: partial, and next goes on from there. Cases that
 * are open come first where a sort is about work (due, severity); those merged away only with is:merged or by ref. */
json_t *case_list(Db *db, const CaseListAsk *ask, const Actor *actor, gint64 now_ms, GError **error);

/* How many in each view for @actor. Counted by one scan of the open cases' index by case_counters_refresh, kept in
 * memory, so that a page never counts. */
typedef struct _CaseCounters CaseCounters;
CaseCounters *case_counters_new(void);
void case_counters_free(CaseCounters *counters);
/* Recounts; called by a worker at most once a second when something changed, and when the clock makes cases late. */
gboolean case_counters_refresh(CaseCounters *counters, Db *db, gint64 now_ms, GError **error);
json_t *case_counters_get(CaseCounters *counters, const Actor *actor); /* {mine, unassigned, late, promises, waiting, open, at} */
/* Whether there is any case at all. */
gboolean case_list_any(Db *db, gboolean *ret_any, GError **error);
/* Cases of one customer, newest first: rows as in the queue, */
json_t *case_list_of_customer(Db *db, gint64 customer_id, guint limit, GError **error);
/* or, but for the case they stand beside, [{ref, kind, subject, stage, outcome, received_at}]. */
json_t *case_heads_beside(Db *db, gint64 customer_id, gint64 except_id, guint limit, GError **error);

G_END_DECLS
