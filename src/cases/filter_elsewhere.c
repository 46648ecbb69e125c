/* filter_elsewhere.c - what promises, clocks, remedies and surveys say of a case, as conditions. Its own row: cases/filter.c. */
#include "cases/filter_inner.h"
#include "base/clock.h"
#include "list.sql.h"

/* "Open" is a set with an index of its own; what is due of it is its beginning. Promises are to be kept also where the case has ended. */
void
filter_take_promise(Filter *filter, QueryPromise what, gboolean minus)
{
	const DbArg soon = DB_INT(filter->now_ms + MS_PER_DAY);

	if (what == PROMISED_BROKEN) {
		filter_add(filter, minus ? "c.n_broken = 0" : "c.n_broken > 0", DB_NO_ARGS);
		if (!minus)
			filter_add_source(filter, &SQL_LIST_SOURCE_CASES, "s.n_broken > 0", DB_NO_ARGS);
	} else if (minus) {
		filter_add(filter, what == PROMISED_OPEN ? "c.promise_due_at IS NULL" : "(c.promise_due_at < ?) IS NOT TRUE", &soon, what == PROMISED_OPEN ? 0 : 1);
	} else if (what == PROMISED_OPEN) {
		filter_add(filter, "c.promise_due_at IS NOT NULL", DB_NO_ARGS);
		filter_last_is(filter, NATIVE_PROMISED);
		filter->promised = TRUE;
		filter_add_source(filter, &SQL_LIST_SOURCE_CASES, "s.merged_into IS NULL AND s.promise_due_at IS NOT NULL", DB_NO_ARGS);
	} else {
		filter_add(filter, "c.promise_due_at < ?", &soon, 1);
		filter_last_is(filter, NATIVE_PROMISED);
		filter->promised = TRUE;
		filter_add_source(filter, &SQL_LIST_SOURCE_CASES, "s.merged_into IS NULL AND s.promise_due_at < ?", &soon, 1);
	}
}

/* Soon: of what is due next, the 75 % of its own clock are gone; it begins in the due order where what is late ends. */
static void
take_soon(Filter *filter, gboolean minus)
{
	if (minus) {
		filter_add(filter, "(c.due_at > ? AND c.soon_at <= ?) IS NOT TRUE", DB_ARGS(DB_INT(filter->now_ms), DB_INT(filter->now_ms)));
		return;
	}
	filter_want_open(filter);
	filter->has_due = TRUE;
	filter_narrow(&filter->due, filter->now_ms + 1, G_MAXINT64);
	filter_add(filter, "c.soon_at <= ?", DB_ARGS(DB_INT(filter->now_ms)));
}

static void
take_named(Filter *filter, const CaseQuery *query, gboolean minus)
{
	g_autoptr(GArray) args = g_array_new(FALSE, FALSE, sizeof(DbArg));
	g_autofree char *list = NULL, *piece = NULL;

	EACH_PART(query, part, QUERY_CLOCK, minus)
		if (part->number == CLOCK_IS_NAMED)
			g_array_append_vals(args, &DB_TEXT(part->value), 1);
	if (args->len == 0)
		return;
	list = filter_in_list("c.due_kind", args->len);
	piece = minus ? g_strdup_printf("(%s) IS NOT TRUE", list) : g_steal_pointer(&list);
	filter_add(filter, piece, (const DbArg *)args->data, args->len);
	if (!minus)
		filter_want_open(filter);
}

void
filter_take_clocks(Filter *filter, const CaseQuery *query)
{
	for (int minus = 0; minus <= 1; minus++) {
		EACH_PART(query, part, QUERY_PROMISE, minus)
			filter_take_promise(filter, (QueryPromise)part->number, minus);
		EACH_PART(query, part, QUERY_CLOCK, minus) {
			if (part->number == CLOCK_IS_SOON)
				take_soon(filter, minus);
			else if (part->number == CLOCK_IS_LATE && minus)
				filter_take_not(filter, IS_LATE);
			else if (part->number == CLOCK_IS_LATE)
				filter_take_is(filter, IS_LATE);
		}
		take_named(filter, query, minus);
	}
}

/* Cases of which a row of @table (that of @head) says so. Seen from the case, its rows are looked up by the index of cases and nothing else ("IS TRUE"); where few rows say
 * it, they are found by theirs. */
static void
add_rows(Filter *filter, const char *table, const DbSql *head, const char *condition, const GArray *args, gboolean minus)
{
	g_autofree char *piece = g_strdup_printf("%sEXISTS (SELECT 1 FROM %s s WHERE s.case_id = c.id AND (%s) IS TRUE)", minus ? "NOT " : "", table, condition);

	filter_add(filter, piece, (const DbArg *)args->data, args->len);
	if (!minus)
		filter_add_source(filter, head, condition, (const DbArg *)args->data, args->len);
}

/* The values of @key, of those with this number (-1: any). */
static GArray *
values_of(const CaseQuery *query, QueryKey key, gboolean minus, gint64 number)
{
	GArray *args = g_array_new(FALSE, FALSE, sizeof(DbArg));

	EACH_PART(query, part, key, minus)
		if (number < 0 || part->number == number)
			g_array_append_vals(args, &DB_TEXT(part->value), 1);
	return args;
}

static void
add_missed(Filter *filter, const CaseQuery *query, gboolean minus)
{
	g_autoptr(GArray) args = values_of(query, QUERY_MISSED, minus, -1);
	g_autofree char *list = NULL, *piece = NULL;

	if (args->len == 0)
		return;
	EACH_PART(query, part, QUERY_MISSED, minus)
		if (g_str_equal(part->value, "any"))
			g_array_set_size(args, 0);
	list = args->len > 0 ? filter_in_list("s.clock", args->len) : g_strdup("s.clock IS NOT NULL");
	piece = g_strdup_printf("s.missed AND %s", list);
	add_rows(filter, "clock_results", &SQL_LIST_SOURCE_MISSED, piece, args, minus);
}

/* A kind and a state together are of one remedy; several kinds, or states, are "or". */
static void
add_remedies(Filter *filter, const CaseQuery *query, gboolean minus)
{
	g_autoptr(GArray) args = values_of(query, QUERY_REMEDY, minus, 1), kinds = values_of(query, QUERY_REMEDY, minus, 0);
	g_autofree char *states = args->len > 0 ? filter_in_list("s.state", args->len) : NULL, *kind = kinds->len > 0 ? filter_in_list("s.kind", kinds->len) : NULL;
	g_autofree char *piece = NULL;

	if (states == NULL && kind == NULL)
		return;
	piece = states != NULL && kind != NULL ? g_strdup_printf("%s AND %s", states, kind) : g_strdup(states != NULL ? states : kind);
	g_array_append_vals(args, kinds->data, kinds->len);
	add_rows(filter, "remedies", &SQL_LIST_SOURCE_REMEDIES, piece, args, minus);
}

/* Several scores of one question are "or". */
static void
add_scores(Filter *filter, const CaseQuery *query, QueryKey key, const char *kind, gboolean minus)
{
	g_autoptr(GArray) args = g_array_new(FALSE, FALSE, sizeof(DbArg));
	g_autoptr(GString) any = g_string_new(NULL);
	g_autofree char *piece = NULL;

	EACH_PART(query, part, key, minus) {
		g_string_append(any, any->len > 0 ? " OR (s.score >= ? AND s.score <= ?)" : "(s.score >= ? AND s.score <= ?)");
		g_array_append_vals(args, DB_ARGS(DB_INT(part->span.from_ms), DB_INT(part->span.to_ms)));
	}
	if (any->len == 0)
		return;
	piece = g_strdup_printf("s.kind = '%s' AND s.score IS NOT NULL AND (%s)", kind, any->str);
	add_rows(filter, "survey_answers", &SQL_LIST_SOURCE_ANSWERS, piece, args, minus);
}

static void
add_states(Filter *filter, const CaseQuery *query, QueryKey key, const char *table, const DbSql *head, gboolean minus)
{
	g_autoptr(GArray) args = values_of(query, key, minus, -1);
	g_autofree char *list = NULL;

	if (args->len == 0)
		return;
	list = filter_in_list("s.state", args->len);
	add_rows(filter, table, head, list, args, minus);
}

void
filter_add_elsewhere(Filter *filter, const CaseQuery *query)
{
	for (int minus = 0; minus <= 1; minus++) {
		add_missed(filter, query, minus);
		add_remedies(filter, query, minus);
		add_scores(filter, query, QUERY_CSAT, "csat", minus);
		add_scores(filter, query, QUERY_NPS, "nps", minus);
		add_scores(filter, query, QUERY_CES, "ces", minus);
		add_states(filter, query, QUERY_SURVEY, "survey_asked", &SQL_LIST_SOURCE_SURVEYS, minus);
		add_states(filter, query, QUERY_FOLLOWUP, "follow_ups", &SQL_LIST_SOURCE_FOLLOW_UPS, minus);
	}
}
