/* filter.c - a view and a query as conditions of SQL: scopes and views, and how conditions become a statement. What is asked of the case itself: cases/filter_own.c;
 * of other tables: cases/filter_elsewhere.c. */
#include "cases/filter_inner.h"
#include "list.sql.h"
#include <string.h>

typedef struct {
	char *piece;
	GArray *args;
	Native native;
} Cond;

static void
cond_free(gpointer data)
{
	Cond *cond = data;

	g_free(cond->piece);
	g_array_unref(cond->args);
	g_free(cond);
}

void
filter_add(Filter *filter, const char *piece, const DbArg *args, guint n_args)
{
	Cond *cond = g_new0(Cond, 1);

	cond->piece = g_strdup(piece);
	cond->args = g_array_new(FALSE, FALSE, sizeof(DbArg));
	g_array_append_vals(cond->args, args, n_args);
	g_ptr_array_add(filter->conds, cond);
}

void
filter_last_is(Filter *filter, Native of)
{
	((Cond *)filter->conds->pdata[filter->conds->len - 1])->native = of;
	filter->n_native[of]++;
}

/* How many of a set are read and sorted for a page. Of those that are open and hold much of an order's index, a walk finds
 * a page sooner. */
enum { MOST_OF_ANY = 1000, MOST_OF_OPEN = 500 };

void
filter_add_source(Filter *filter, const DbSql *head, const char *piece, const DbArg *args, guint n_args)
{
	Source *source = g_new0(Source, 1);

	source->head = head;
	source->most = g_str_has_prefix(piece, "s.is_open") ? MOST_OF_OPEN : MOST_OF_ANY;
	source->piece = g_strdup(piece);
	source->args = g_array_new(FALSE, FALSE, sizeof(DbArg));
	g_array_append_vals(source->args, args, n_args);
	g_ptr_array_add(filter->sources, source);
}

static void
source_free(gpointer data)
{
	Source *source = data;

	g_free(source->piece);
	g_array_unref(source->args);
	g_free(source);
}

char *
filter_in_list(const char *column, guint n)
{
	GString *out = g_string_new(column);

	g_string_append(out, n == 1 ? " = ?" : " IN (?");
	for (guint i = 1; i < n; i++)
		g_string_append(out, ", ?");
	if (n > 1)
		g_string_append_c(out, ')');
	return g_string_free(out, FALSE);
}

void
filter_narrow(Span *span, gint64 from_ms, gint64 to_ms)
{
	span->from_ms = MAX(span->from_ms, from_ms);
	span->to_ms = MIN(span->to_ms, to_ms);
}

static const char *const is_pieces[] = {
	[IS_OPEN] = "c.is_open = TRUE",
	[IS_CLOSED] = "(c.is_open = FALSE AND c.merged_into IS NULL)",
	[IS_LATE] = "(c.is_open = TRUE AND c.due_at < ?)",
	[IS_WAITING] = "(c.is_open = TRUE AND c.waiting = TRUE)",
	[IS_UNASSIGNED] = "(c.is_open = TRUE AND c.owner_id IS NULL)",
	[IS_REOPENED] = "c.n_reopened > 0",
	[IS_MERGED] = "c.merged_into IS NOT NULL",
};

void
filter_take_not(Filter *filter, QueryIs what)
{
	g_autofree char *piece = g_strdup_printf("(%s) IS NOT TRUE", is_pieces[what]);

	filter_add(filter, piece, &DB_INT(filter->now_ms), what == IS_LATE ? 1 : 0);
}

void
filter_want_open(Filter *filter)
{
	filter->nothing |= filter->scope == SCOPE_CLOSED || filter->scope == SCOPE_MERGED;
	filter->scope = SCOPE_OPEN;
}

/* What a view or an is: asks for, as scope where it is one. */
void
filter_take_is(Filter *filter, QueryIs what)
{
	switch (what) {
	case IS_CLOSED:
		filter->nothing |= filter->scope == SCOPE_OPEN;
		filter->scope = SCOPE_CLOSED;
		return;
	case IS_MERGED:
		filter->nothing |= filter->scope == SCOPE_OPEN || filter->scope == SCOPE_CLOSED;
		filter->scope = SCOPE_MERGED;
		return;
	case IS_REOPENED: filter_add(filter, is_pieces[what], DB_NO_ARGS); return;
	default: break;
	}
	filter_want_open(filter);
	if (what == IS_LATE) {
		filter->late = TRUE;
		filter_add(filter, "c.due_at < ?", DB_ARGS(DB_INT(filter->now_ms)));
		filter_last_is(filter, NATIVE_DUE);
		filter_add_source(filter, &SQL_LIST_SOURCE_CASES, "s.is_open AND s.due_at < ?", DB_ARGS(DB_INT(filter->now_ms)));
	} else if (what == IS_WAITING) {
		filter->waiting = TRUE;
		filter_add(filter, "c.waiting", DB_NO_ARGS);
		filter_last_is(filter, NATIVE_DUE);
		filter_add_source(filter, &SQL_LIST_SOURCE_CASES, "s.is_open AND s.due_at IS NULL AND s.waiting", DB_NO_ARGS);
	} else if (what == IS_UNASSIGNED) {
		filter_add(filter, "c.owner_id IS NULL", DB_NO_ARGS);
		filter_last_is(filter, NATIVE_DUE);
		filter_add_source(filter, &SQL_LIST_SOURCE_CASES, "s.is_open AND s.owner_id IS NULL", DB_NO_ARGS);
	}
}

static gboolean
take_view(Filter *filter, const char *view, const Actor *actor, GError **error)
{
	if (view == NULL || strcmp(view, "all") == 0)
		return TRUE;
	if (!case_word_is(case_views, view, NULL)) {
		err_add_field(error, "/view", "There is no such view.");
		return FALSE;
	}
	filter->scope = SCOPE_OPEN;
	if (strcmp(view, "late") == 0)
		filter_take_is(filter, IS_LATE);
	else if (strcmp(view, "waiting") == 0)
		filter_take_is(filter, IS_WAITING);
	else if (strcmp(view, "unassigned") == 0)
		filter_take_is(filter, IS_UNASSIGNED);
	if (strcmp(view, "promises") == 0) {
		filter->scope = SCOPE_ALL;
		filter_take_promise(filter, PROMISED_OPEN, FALSE);
	}
	if (strcmp(view, "mine") != 0)
		return TRUE;
	filter_add(filter, "c.owner_id = ?", DB_ARGS(DB_INT(actor->user_id)));
	filter_last_is(filter, NATIVE_DUE);
	filter_add_source(filter, &SQL_LIST_SOURCE_CASES, "s.is_open AND s.owner_id = ?", DB_ARGS(DB_INT(actor->user_id)));
	return TRUE;
}

static gboolean
check_size(const Filter *filter, GError **error)
{
	guint n = 0;

	for (guint i = 0; i < filter->conds->len; i++)
		n += ((Cond *)filter->conds->pdata[i])->args->len;
	if (n <= FILTER_MAX_ARGS)
		return TRUE;
	err_add_field(error, "/q", "This asks for too much at once: take something out.");
	return FALSE;
}

gboolean
filter_init(Filter *filter, Db *db, const char *view, const CaseQuery *query, const Actor *actor, gint64 now_ms, GError **error)
{
	filter->now_ms = now_ms;
	filter->conds = g_ptr_array_new_with_free_func(cond_free);
	filter->sources = g_ptr_array_new_with_free_func(source_free);
	filter->texts = g_ptr_array_new_with_free_func(g_free);
	filter->received = filter->resolved = filter->due = (Span){ G_MININT64, G_MAXINT64 };
	filter_add_words(filter, query, QUERY_REF, "c.ref", FALSE);
	if (filter->conds->len > 0)
		filter->scope = SCOPE_ANY; /* named outright: also where it was merged away */
	filter_add_words(filter, query, QUERY_ID, "c.external_id", FALSE);
	if (!take_view(filter, view, actor, error))
		return FALSE;
	EACH_PART(query, part, QUERY_IS, FALSE)
		filter_take_is(filter, (QueryIs)part->number);
	EACH_PART(query, part, QUERY_IS, TRUE)
		filter_take_not(filter, (QueryIs)part->number);
	filter_take_clocks(filter, query);
	if (!filter_add_people(filter, db, query, QUERY_CUSTOMER, "c.customer_id", actor, error))
		return FALSE;
	filter_add_tags(filter, query);
	if (!filter_add_people(filter, db, query, QUERY_OWNER, "c.owner_id", actor, error) || !filter_add_people(filter, db, query, QUERY_TEAM, "c.team_id", actor, error))
		return FALSE;
	filter_add_words(filter, query, QUERY_KIND, "c.kind", FALSE);
	filter_add_words(filter, query, QUERY_CHANNEL, "c.channel", FALSE);
	filter_add_words(filter, query, QUERY_STAGE, "c.stage", FALSE);
	filter_add_words(filter, query, QUERY_OUTCOME, "c.outcome", FALSE);
	filter_add_words(filter, query, QUERY_SEVERITY, "c.severity", TRUE);
	filter_add_tree(filter, query, QUERY_CATEGORY, "c.category_id", "categories");
	filter_add_tree(filter, query, QUERY_PRODUCT, "c.product_id", "products");
	filter_add_tree(filter, query, QUERY_CAUSE, "c.root_cause_id", "root_causes");
	filter_add_elsewhere(filter, query);
	filter_add_times(filter, query);
	return check_size(filter, error);
}

void
filter_clear(Filter *filter)
{
	g_clear_pointer(&filter->conds, g_ptr_array_unref);
	g_clear_pointer(&filter->sources, g_ptr_array_unref);
	g_clear_pointer(&filter->texts, g_ptr_array_unref);
}

void
filter_put(const Filter *filter, Native of, Where *where)
{
	for (guint i = 0; i < filter->conds->len; i++) {
		const Cond *cond = filter->conds->pdata[i];
		gboolean plain = of != NATIVE_NOT && cond->native == of;

		g_string_append(where->text, plain ? " AND " : " AND (");
		where_put(where, cond->piece, (const DbArg *)cond->args->data, cond->args->len);
		g_string_append(where->text, plain ? "" : ") IS TRUE");
	}
}

static void
put_span(const Span *span, const char *column, Where *where)
{
	g_autofree char *from = g_strdup_printf(" AND %s >= ?", column), *to = g_strdup_printf(" AND %s < ?", column);

	if (span->from_ms != G_MININT64)
		WHERE_PUT(where, from, DB_INT(span->from_ms));
	if (span->to_ms != G_MAXINT64)
		WHERE_PUT(where, to, DB_INT(span->to_ms));
}

void
filter_put_scope(const Filter *filter, Where *where)
{
	static const char *const scopes[] = {
		[SCOPE_ALL] = " AND c.merged_into IS NULL", [SCOPE_OPEN] = " AND c.is_open = TRUE", [SCOPE_CLOSED] = " AND c.is_open = FALSE AND c.merged_into IS NULL",
		[SCOPE_MERGED] = " AND c.merged_into IS NOT NULL", [SCOPE_ANY] = "",
	};

	g_string_append(where->text, scopes[filter->scope]);
	put_span(&filter->received, "c.received_at", where);
	put_span(&filter->resolved, "c.resolved_at", where);
	put_span(&filter->due, "c.due_at", where);
}
