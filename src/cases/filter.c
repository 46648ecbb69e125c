/* filter.c - a view and a query as conditions of SQL. */
#include "cases/filter_inner.h"
#include "base/clock.h"
#include "base/ids.h"
#include "cases/lookup.h"
#include "cases/words.h"
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

/* One of @args, or nothing at all when @none. An excluded value does not exclude cases that have none. */
static void
add_set(Filter *filter, const char *column, const GArray *args, gboolean none, gboolean minus)
{
	g_autofree char *list = args->len > 0 ? filter_in_list(column, args->len) : NULL;
	g_autofree char *empty = none ? g_strdup_printf("%s IS NULL", column) : NULL;
	g_autofree char *both = NULL, *piece = NULL;

	if (list == NULL && empty == NULL)
		return;
	both = list != NULL && empty != NULL ? g_strdup_printf("(%s OR %s)", list, empty) : g_strdup(list != NULL ? list : empty);
	piece = minus ? g_strdup_printf("(%s) IS NOT TRUE", both) : g_strdup(both);
	filter_add(filter, piece, (const DbArg *)args->data, args->len);
}

static gboolean
is_none(const char *value)
{
	return g_ascii_strcasecmp(value, "none") == 0;
}

static const char *
keep(Filter *filter, char *text)
{
	g_ptr_array_add(filter->texts, text);
	return text;
}

static void
add_words(Filter *filter, const CaseQuery *query, QueryKey key, const char *column, gboolean number)
{
	for (int minus = 0; minus <= 1; minus++) {
		g_autoptr(GArray) args = g_array_new(FALSE, FALSE, sizeof(DbArg));
		gboolean none = FALSE;

		EACH_PART(query, part, key, minus) {
			DbArg arg = number ? DB_INT(part->number) : DB_TEXT(part->value);

			if (is_none(part->value))
				none = TRUE;
			else
				g_array_append_val(args, arg);
		}
		add_set(filter, column, args, none, minus);
		if (!minus && args->len > 0 && (key == QUERY_REF || key == QUERY_ID)) {
			g_autofree char *piece = filter_in_list(key == QUERY_REF ? "s.ref" : "s.external_id", args->len);

			filter_add_source(filter, &SQL_LIST_SOURCE_CASES, piece, (const DbArg *)args->data, args->len);
		}
	}
}

/* A word of a tree, by its ref or whole path, and all below it; where there is no such path, all whose path holds it. */
static void
add_tree(Filter *filter, const CaseQuery *query, QueryKey key, const char *column, const char *table)
{
	for (int minus = 0; minus <= 1; minus++) {
		g_autoptr(GArray) args = g_array_new(FALSE, FALSE, sizeof(DbArg));
		g_autoptr(GString) piece = g_string_new(NULL);

		EACH_PART(query, part, key, minus) {
			char ref[REF_SIZE] = "";
			const char *path;

			if (piece->len > 0)
				g_string_append(piece, " OR ");
			if (is_none(part->value)) {
				g_string_append_printf(piece, "%s IS NULL", column);
				continue;
			}
			ref_read(part->value, ref);
			g_string_append_printf(piece,
			                       "%s IN (SELECT w.id FROM %s w WHERE w.ref = ? OR w.path_key = ? OR w.path_key LIKE "
			                       "CASE WHEN EXISTS (SELECT 1 FROM %s e WHERE e.path_key = ?) THEN ? ELSE ? END ESCAPE '!')",
			                       column, table, table);
			path = keep(filter, tree_fold(part->value));
			g_array_append_vals(args,
			                    DB_ARGS(DB_TEXT(keep(filter, g_strdup(ref))), DB_TEXT(path), DB_TEXT(path), DB_TEXT(keep(filter, lookup_like(path, TRUE))),
			                            DB_TEXT(keep(filter, lookup_like(path, FALSE)))));
		}
		if (piece->len == 0)
			continue;
		g_string_prepend_c(piece, '(');
		g_string_append(piece, minus ? ") IS NOT TRUE" : ")");
		filter_add(filter, piece->str, (const DbArg *)args->data, args->len);
	}
}

/* Owner, team and customer: refs and names to ids. */
static gboolean
add_people(Filter *filter, Db *db, const CaseQuery *query, QueryKey key, const char *column, const Actor *actor, GError **error)
{
	for (int minus = 0; minus <= 1; minus++) {
		g_autoptr(GArray) args = g_array_new(FALSE, FALSE, sizeof(DbArg)), ids = g_array_new(FALSE, FALSE, sizeof(gint64));
		gboolean none = FALSE, any = FALSE;

		EACH_PART(query, part, key, minus) {
			any = TRUE;
			if (is_none(part->value))
				none = TRUE;
			else if (key == QUERY_OWNER && g_ascii_strcasecmp(part->value, "me") == 0)
				g_array_append_val(ids, actor->user_id);
			else if (!lookup_people(db, key, part->value, ids, error))
				return FALSE;
		}
		for (guint i = 0; i < ids->len; i++)
			g_array_append_vals(args, &DB_INT(g_array_index(ids, gint64, i)), 1);
		if (any && !minus && !none && ids->len == 0)
			filter->nothing = TRUE;
		add_set(filter, column, args, none, minus);
		if (!minus && key == QUERY_OWNER && (none ? ids->len == 0 : ids->len == 1))
			filter_last_is(filter, NATIVE_DUE);
		if (!minus && !none && args->len > 0 && key == QUERY_CUSTOMER) {
			g_autofree char *piece = filter_in_list("s.customer_id", args->len);

			filter_add_source(filter, &SQL_LIST_SOURCE_CASES, piece, (const DbArg *)args->data, args->len);
		}
		if (!minus && filter->scope == SCOPE_OPEN && key == QUERY_OWNER && (none ? ids->len == 0 : ids->len == 1)) {
			if (none)
				filter_add_source(filter, &SQL_LIST_SOURCE_CASES, "s.is_open AND s.owner_id IS NULL", DB_NO_ARGS);
			else
				filter_add_source(filter, &SQL_LIST_SOURCE_CASES, "s.is_open AND s.owner_id = ?", (const DbArg *)args->data, 1);
		}
	}
	return TRUE;
}

static void
add_tags(Filter *filter, const CaseQuery *query)
{
	for (int minus = 0; minus <= 1; minus++) {
		g_autoptr(GArray) args = g_array_new(FALSE, FALSE, sizeof(DbArg));
		g_autofree char *list = NULL, *source = NULL, *piece = NULL;

		EACH_PART(query, part, QUERY_TAG, minus)
			g_array_append_vals(args, &DB_TEXT(keep(filter, g_utf8_strdown(part->value, -1))), 1);
		if (args->len == 0)
			continue;
		list = filter_in_list("t.tag", args->len);
		piece = g_strdup_printf("%sEXISTS (SELECT 1 FROM case_tags t WHERE t.case_id = c.id AND %s)", minus ? "NOT " : "", list);
		filter_add(filter, piece, (const DbArg *)args->data, args->len);
		source = filter_in_list("s.tag", args->len);
		if (!minus)
			filter_add_source(filter, &SQL_LIST_SOURCE_TAGS, source, (const DbArg *)args->data, args->len);
	}
}

void
filter_narrow(Span *span, gint64 from_ms, gint64 to_ms)
{
	span->from_ms = MAX(span->from_ms, from_ms);
	span->to_ms = MIN(span->to_ms, to_ms);
}

/* What several periods of one operator span is what the index is entered with; each of them is a condition besides. */
static void
add_spans(Filter *filter, const CaseQuery *query, QueryKey key, const char *column, Span *hull)
{
	for (int minus = 0; minus <= 1; minus++) {
		g_autoptr(GArray) args = g_array_new(FALSE, FALSE, sizeof(DbArg));
		g_autoptr(GString) piece = g_string_new(NULL);
		Span wide = { G_MAXINT64, G_MININT64 };

		EACH_PART(query, part, key, minus) {
			g_string_append_printf(piece, "%s(%s >= ? AND %s < ?)", piece->len > 0 ? " OR " : "", column, column);
			g_array_append_vals(args, DB_ARGS(DB_INT(part->span.from_ms), DB_INT(part->span.to_ms)));
			wide.from_ms = MIN(wide.from_ms, part->span.from_ms);
			wide.to_ms = MAX(wide.to_ms, part->span.to_ms);
		}
		if (args->len == 0)
			continue;
		if (!minus)
			filter_narrow(hull, wide.from_ms, wide.to_ms);
		if (!minus && args->len == 2)
			continue;
		g_string_prepend_c(piece, '(');
		g_string_append(piece, minus ? ") IS NOT TRUE" : ")");
		filter_add(filter, piece->str, (const DbArg *)args->data, args->len);
	}
}

static void
add_times(Filter *filter, const CaseQuery *query)
{
	EACH_PART(query, part, QUERY_BEFORE, FALSE)
		filter_narrow(&filter->received, G_MININT64, part->span.from_ms);
	EACH_PART(query, part, QUERY_AFTER, FALSE)
		filter_narrow(&filter->received, part->span.from_ms, G_MAXINT64);
	EACH_PART(query, part, QUERY_BEFORE, TRUE)
		filter_narrow(&filter->received, part->span.from_ms, G_MAXINT64);
	EACH_PART(query, part, QUERY_AFTER, TRUE)
		filter_narrow(&filter->received, G_MININT64, part->span.from_ms);
	add_spans(filter, query, QUERY_RECEIVED, "c.received_at", &filter->received);
	filter->has_received = filter->received.from_ms != G_MININT64 || filter->received.to_ms != G_MAXINT64;
	EACH_PART(query, part, QUERY_RESOLVED, FALSE)
		filter->has_resolved = TRUE;
	add_spans(filter, query, QUERY_RESOLVED, "c.resolved_at", &filter->resolved);
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
	add_words(filter, query, QUERY_REF, "c.ref", FALSE);
	if (filter->conds->len > 0)
		filter->scope = SCOPE_ANY; /* named outright: also where it was merged away */
	add_words(filter, query, QUERY_ID, "c.external_id", FALSE);
	if (!take_view(filter, view, actor, error))
		return FALSE;
	EACH_PART(query, part, QUERY_IS, FALSE)
		filter_take_is(filter, (QueryIs)part->number);
	EACH_PART(query, part, QUERY_IS, TRUE)
		filter_take_not(filter, (QueryIs)part->number);
	filter_take_clocks(filter, query);
	if (!add_people(filter, db, query, QUERY_CUSTOMER, "c.customer_id", actor, error))
		return FALSE;
	add_tags(filter, query);
	if (!add_people(filter, db, query, QUERY_OWNER, "c.owner_id", actor, error) || !add_people(filter, db, query, QUERY_TEAM, "c.team_id", actor, error))
		return FALSE;
	add_words(filter, query, QUERY_KIND, "c.kind", FALSE);
	add_words(filter, query, QUERY_CHANNEL, "c.channel", FALSE);
	add_words(filter, query, QUERY_STAGE, "c.stage", FALSE);
	add_words(filter, query, QUERY_OUTCOME, "c.outcome", FALSE);
	add_words(filter, query, QUERY_SEVERITY, "c.severity", TRUE);
	add_tree(filter, query, QUERY_CATEGORY, "c.category_id", "categories");
	add_tree(filter, query, QUERY_PRODUCT, "c.product_id", "products");
	add_tree(filter, query, QUERY_CAUSE, "c.root_cause_id", "root_causes");
	filter_add_elsewhere(filter, query);
	add_times(filter, query);
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
