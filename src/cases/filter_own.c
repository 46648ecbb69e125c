/* filter_own.c - what the case's own row says of it: words, trees, people, tags, times, as conditions. What other tables say: cases/filter_elsewhere.c; views
 * and scopes, and how conditions become a statement: cases/filter.c. */
#include "cases/filter_inner.h"
#include "base/ids.h"
#include "cases/lookup.h"
#include "cases/words.h"
#include "list.sql.h"

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

void
filter_add_words(Filter *filter, const CaseQuery *query, QueryKey key, const char *column, gboolean number)
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
void
filter_add_tree(Filter *filter, const CaseQuery *query, QueryKey key, const char *column, const char *table)
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
gboolean
filter_add_people(Filter *filter, Db *db, const CaseQuery *query, QueryKey key, const char *column, const Actor *actor, GError **error)
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

void
filter_add_tags(Filter *filter, const CaseQuery *query)
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

void
filter_add_times(Filter *filter, const CaseQuery *query)
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
