/* filter.h - a view and a query as conditions of SQL. What was typed: cases/query.h; the orders they are walked in:
 * cases/order.h. Private to cases/. */
#pragma once
#include "cases/query.h"
#include "cases/where.h"
G_BEGIN_DECLS

typedef enum { SCOPE_ALL, SCOPE_OPEN, SCOPE_CLOSED, SCOPE_MERGED, SCOPE_ANY } Scope; /* any: also those merged away */

/* A set that has an index of its own, which may turn out small, as "s". */
typedef struct {
	const DbSql *head; /* list_source_...: of which table */
	guint most;    /* up to so many are sorted; above, an order is walked */
	char *piece;
	GArray *args;
} Source;

/* Whose index holds a condition by itself: that of what is due, or that of what was promised. */
typedef enum { NATIVE_NOT, NATIVE_DUE, NATIVE_PROMISED } Native;

typedef struct {
	Scope scope;
	gboolean late, waiting;     /* of open ones: which part of the due order they are */
	gboolean promised;          /* only those with an open promise */
	gboolean nothing;           /* a name nobody has: no case can match */
	Span received, resolved, due; /* what the index can be entered with */
	gboolean has_received, has_resolved, has_due; /* a span of it is asked for */
	GPtrArray *conds;           /* of Cond: all that is asked besides scope and the two spans */
	guint n_native[NATIVE_PROMISED + 1]; /* how many of them the index of an order holds */
	GPtrArray *sources;         /* of Source, the smallest first as far as one can tell */
	GPtrArray *texts;           /* owns what args borrow */
	gint64 now_ms;
} Filter;

enum { FILTER_MAX_ARGS = 80 };

/* Looks up the names in @query. ERR_INVALID "/view", or "/q" when it asks for too much at once. */
gboolean filter_init(Filter *filter, Db *db, const char *view, const CaseQuery *query, const Actor *actor, gint64 now_ms, GError **error);
void filter_clear(Filter *filter);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Filter, filter_clear)
/* Each condition as " AND ...". What the index of the order (@of) does not hold is written
 * "(...) IS TRUE", so that no engine takes it as an invitation to another index, and then sorts. */
void filter_put(const Filter *filter, Native of, Where *where);
/* Scope and periods as " AND ...": for sets that are not walked in an order. */
void filter_put_scope(const Filter *filter, Where *where);

G_END_DECLS
