/* walk.c - a page of the queue by walking indexes in order. Where few are left, they are sorted instead: cases/few.c. */
#include "cases/walk.h"

/* (column, id) behind or before a place. */
static void
put_place(Where *where, const Stretch *stretch, const char *sign, const Place *place)
{
	g_autofree char *piece = NULL;

	if (stretch->key == KEY_ID) {
		piece = g_strdup_printf(" AND c.id %s ?", sign);
		WHERE_PUT(where, piece, DB_INT(place->id));
		return;
	}
	piece = g_strdup_printf(" AND (%s, c.id) %s (?, ?)", order_column(stretch->key), sign);
	WHERE_PUT(where, piece, DB_INT(place->key), DB_INT(place->id));
}

static gboolean
is_bounded(const Span *span)
{
	return span->from_ms != G_MININT64 || span->to_ms != G_MAXINT64;
}

/* A period of the order's own key enters the index; of another column it is one more condition. */
static void
put_span(const char *column, const Span *span, gboolean own, Where *where)
{
	g_autofree char *piece = g_strdup_printf(own ? " AND %s >= ? AND %s < ?" : " AND (%s >= ? AND %s < ?) IS TRUE", column, column);

	if (is_bounded(span))
		WHERE_PUT(where, piece, DB_INT(span->from_ms), DB_INT(span->to_ms));
}

static void
put_start(const Filter *filter, const Stretch *stretch, const Place *after, Where *where)
{
	/* No more than the index has: then the row itself is not looked at. */
	where_init(where, "SELECT c.id, ");
	g_string_append_printf(where->text, "%s AS place FROM cases c WHERE %s", order_column(stretch->key), stretch->piece);
	if (stretch->key == KEY_RECEIVED)
		put_span("c.received_at", &filter->received, TRUE, where);
	if (stretch->key == KEY_RESOLVED)
		put_span("c.resolved_at", &filter->resolved, TRUE, where);
	if (stretch->key == KEY_DUE)
		put_span("c.due_at", &filter->due, TRUE, where);
	if (after != NULL)
		put_place(where, stretch, stretch->desc ? "<" : ">", after);
}

static void
put_end(const Stretch *stretch, Where *where, guint limit)
{
	g_string_append_printf(where->text, " ORDER BY %s", stretch->order);
	WHERE_PUT(where, " LIMIT ?", DB_INT(limit));
}

static Native
native_of(const Stretch *stretch)
{
	if (stretch->key == KEY_PROMISED)
		return NATIVE_PROMISED;
	return stretch->key == KEY_DUE || stretch->key == KEY_ID ? NATIVE_DUE : NATIVE_NOT;
}

void
walk_statement(const Filter *filter, const Stretch *stretch, const Place *after, const Place *until, guint limit, Where *where)
{
	put_start(filter, stretch, after, where);
	if (until != NULL)
		put_place(where, stretch, stretch->desc ? ">=" : "<=", until);
	if (stretch->key != KEY_RECEIVED)
		put_span("c.received_at", &filter->received, FALSE, where);
	if (stretch->key != KEY_RESOLVED)
		put_span("c.resolved_at", &filter->resolved, FALSE, where);
	if (stretch->key != KEY_DUE)
		put_span("c.due_at", &filter->due, FALSE, where);
	filter_put(filter, native_of(stretch), where);
	put_end(stretch, where, limit);
}

static Place
read_place(const Stretch *stretch, guint at, DbRows *rows)
{
	return (Place){ at, stretch->key == KEY_ID ? 0 : db_rows_int(rows, "place"), db_rows_int(rows, "id") };
}

/* The place of the row @n rows further on, filtered or not: how far to look. FALSE in @ret_found: there are not so many. */
static gboolean
find_bound(Db *db, const Filter *filter, const Stretch *stretch, guint at, const Place *after, guint n, Place *ret_place, gboolean *ret_found, GError **error)
{
	Stretch plain = *stretch;
	g_auto(Where) where = { 0 };
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	plain.piece = stretch->look;
	put_start(filter, &plain, after, &where);
	put_end(stretch, &where, 1);
	WHERE_PUT(&where, " OFFSET ?", DB_INT(n - 1));
	if ((rows = where_query(&where, db, "list_bound", error)) == NULL)
		return FALSE;
	*ret_found = db_rows_next(rows, &local);
	if (!db_ended(&local, error))
		return FALSE;
	if (*ret_found)
		*ret_place = read_place(stretch, at, rows);
	return TRUE;
}

static gboolean
read_stretch(Db *db, const Filter *filter, const Stretch *stretch, guint at, const Place *after, const Place *until, guint limit, GArray *out, GError **error)
{
	g_auto(Where) where = { 0 };
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	walk_statement(filter, stretch, after, until, limit, &where);
	if ((rows = where_query(&where, db, "list_walk", error)) == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		Candidate one = { .place = read_place(stretch, at, rows) };

		one.id = one.place.id;
		g_array_append_val(out, one);
	}
	return db_ended(&local, error);
}

/* Conditions that the index of the order does not answer by itself. */
static gboolean
needs_bound(const Filter *filter, Sort sort, const Stretch *stretch)
{
	if ((stretch->key != KEY_RECEIVED && is_bounded(&filter->received)) || (stretch->key != KEY_RESOLVED && is_bounded(&filter->resolved)) ||
	    (stretch->key != KEY_DUE && is_bounded(&filter->due)))
		return TRUE;
	return stretch->bounded || !walk_knows_all(filter, sort);
}

gboolean
walk_knows_all(const Filter *filter, Sort sort)
{
	const gboolean due = sort == SORT_DUE && filter->scope == SCOPE_OPEN && !filter->has_received && !filter->has_resolved;
	const Native of = order_is_promised(filter, sort) ? NATIVE_PROMISED : due ? NATIVE_DUE : NATIVE_NOT;

	return filter->conds->len <= (of != NATIVE_NOT ? filter->n_native[of] : 0);
}

gboolean
walk_can_hold(const Filter *filter, Sort sort, guint at)
{
	if (sort != SORT_DUE || filter->scope != SCOPE_OPEN || order_is_promised(filter, sort) || filter->has_resolved || filter->has_received)
		return TRUE;
	return !((filter->late || filter->has_due) && at == 1) && !(filter->waiting && at == 0);
}

gboolean
walk_page(Db *db, const Filter *filter, Sort sort, const Place *after, guint limit, GArray *ret_candidates, gboolean *ret_stopped, Place *ret_place, GError **error)
{
	Stretch stretches[MAX_STRETCHES];
	guint n = order_stretches(filter, sort, stretches);

	*ret_stopped = FALSE;
	for (guint i = after != NULL ? after->stretch : 0; i < n && ret_candidates->len <= limit; i++) {
		const Place *from = after != NULL && after->stretch == i ? after : NULL;
		guint wanted = limit + 1 - ret_candidates->len;
		gboolean bounded = FALSE;
		Place until;

		if (!walk_can_hold(filter, sort, i))
			continue;
		if (needs_bound(filter, sort, &stretches[i]) && !find_bound(db, filter, &stretches[i], i, from, WALK_LOOK, &until, &bounded, error))
			return FALSE;
		if (!read_stretch(db, filter, &stretches[i], i, from, bounded ? &until : NULL, wanted, ret_candidates, error))
			return FALSE;
		if (bounded && ret_candidates->len <= limit) {
			*ret_stopped = TRUE;
			*ret_place = until;
			return TRUE;
		}
	}
	return TRUE;
}
