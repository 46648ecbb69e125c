/* order.c - the orders of the queue. Each stretch names its index in migrations/0001_start.sql; tests/unit/cases/test_plan.c
 * holds them to it. */
#include "cases/order.h"
#include <stdio.h>
#include <string.h>

/* "= TRUE" and "= FALSE" where an index over all cases shall be walked: SQLite takes "is_open" alone as an invitation to
 * the indexes over open ones, and sorts. */
#define DUE_SOME { "c.is_open AND c.due_at IS NOT NULL", "c.is_open AND c.due_at IS NOT NULL", "c.due_at, c.id", KEY_DUE, FALSE, FALSE }
#define DUE_NONE { "c.is_open AND c.due_at IS NULL", "c.is_open AND c.due_at IS NULL", "c.due_at, c.id", KEY_ID, FALSE, FALSE }
#define ENDED { "c.is_open = FALSE AND c.merged_into IS NULL", "c.is_open = FALSE", "c.received_at DESC, c.id DESC", KEY_RECEIVED, TRUE, FALSE }
#define PROMISED "c.promise_due_at IS NOT NULL AND c.merged_into IS NULL"
#define SEVERE(n) { "c.is_open AND c.severity = " n, "c.is_open AND c.severity = " n, "c.severity, c.received_at, c.id", KEY_RECEIVED, FALSE, FALSE }

static const Stretch due_open[] = { DUE_SOME, DUE_NONE }, due_all[] = { DUE_SOME, DUE_NONE, ENDED };
static const Stretch ended[] = { ENDED };
static const Stretch severity_open[] = { SEVERE("3"), SEVERE("2"), SEVERE("1"), SEVERE("0") };
static const Stretch severity_all[] = { SEVERE("3"), SEVERE("2"), SEVERE("1"), SEVERE("0"), ENDED };

static const struct {
	const char *piece;
	gboolean bounded;
} scopes[] = {
	[SCOPE_ALL] = { "c.merged_into IS NULL", FALSE },
	[SCOPE_OPEN] = { "c.is_open = TRUE", TRUE },
	[SCOPE_CLOSED] = { "c.is_open = FALSE AND c.merged_into IS NULL", FALSE },
	[SCOPE_MERGED] = { "c.merged_into IS NOT NULL", TRUE },
	[SCOPE_ANY] = { "1 = 1", FALSE },
};

/* A promise is to be kept also where the case has ended. */
static const Stretch promised[] = {
	[SCOPE_ALL] = { PROMISED, PROMISED, "c.promise_due_at, c.id", KEY_PROMISED, FALSE, FALSE },
	[SCOPE_OPEN] = { PROMISED " AND c.is_open = TRUE", PROMISED, "c.promise_due_at, c.id", KEY_PROMISED, FALSE, TRUE },
	[SCOPE_CLOSED] = { PROMISED " AND c.is_open = FALSE", PROMISED, "c.promise_due_at, c.id", KEY_PROMISED, FALSE, TRUE },
};

static guint
copy(const Stretch *from, guint n, Stretch *to)
{
	memcpy(to, from, n * sizeof *from);
	return n;
}

static guint
by_time(const Filter *filter, OrderKey key, gboolean desc, Stretch *out)
{
	static const char *const orders[][2] = {
		[KEY_RECEIVED] = { "c.received_at, c.id", "c.received_at DESC, c.id DESC" },
		[KEY_CHANGED] = { "c.changed_at, c.id", "c.changed_at DESC, c.id DESC" },
		[KEY_RESOLVED] = { "c.resolved_at, c.id", "c.resolved_at DESC, c.id DESC" },
	};
	Stretch one = { scopes[filter->scope].piece, "1 = 1", orders[key][desc], key, desc, scopes[filter->scope].bounded };

	/* By the time they were received, open ones have an index of their own. */
	if (filter->scope == SCOPE_OPEN && key == KEY_RECEIVED) {
		one.piece = one.look = "c.is_open";
		one.bounded = FALSE;
	}
	*out = one;
	return 1;
}

gboolean
order_is_promised(const Filter *filter, Sort sort)
{
	return sort == SORT_DUE && filter->promised && !filter->has_received && !filter->has_resolved && filter->scope <= SCOPE_CLOSED;
}

guint
order_stretches(const Filter *filter, Sort sort, Stretch ret_stretches[MAX_STRETCHES])
{
	if (order_is_promised(filter, sort))
		return copy(&promised[filter->scope], 1, ret_stretches);
	if (sort == SORT_CHANGED)
		return by_time(filter, KEY_CHANGED, TRUE, ret_stretches);
	if (filter->has_resolved && sort != SORT_SEVERITY)
		return by_time(filter, KEY_RESOLVED, sort != SORT_OLDEST, ret_stretches);
	/* Where a span of time is asked for, its own order is the one that finds it; the work at hand oldest first. */
	if (sort == SORT_DUE && filter->has_received)
		return by_time(filter, KEY_RECEIVED, filter->scope != SCOPE_OPEN, ret_stretches);
	if (sort == SORT_NEWEST || sort == SORT_OLDEST || filter->scope == SCOPE_MERGED || filter->scope == SCOPE_ANY)
		return by_time(filter, KEY_RECEIVED, sort != SORT_OLDEST, ret_stretches);
	if (filter->scope == SCOPE_CLOSED)
		return copy(ended, 1, ret_stretches);
	if (sort == SORT_SEVERITY)
		return filter->scope == SCOPE_OPEN ? copy(severity_open, 4, ret_stretches) : copy(severity_all, 5, ret_stretches);
	if (filter->scope == SCOPE_ALL)
		return copy(due_all, 3, ret_stretches);
	return copy(due_open, 2, ret_stretches);
}

const char *
order_column(OrderKey key)
{
	static const char *const columns[] = {
		[KEY_ID] = "c.id", [KEY_DUE] = "c.due_at", [KEY_RECEIVED] = "c.received_at", [KEY_CHANGED] = "c.changed_at", [KEY_RESOLVED] = "c.resolved_at",
		[KEY_PROMISED] = "c.promise_due_at",
	};

	return columns[key];
}

static guint
stretch_of(const Filter *filter, Sort sort, guint n, DbRows *rows)
{
	if (n == 1)
		return 0;
	if (db_rows_int(rows, "is_open") == 0)
		return n - 1;
	if (sort == SORT_SEVERITY)
		return (guint)(3 - CLAMP(db_rows_int(rows, "severity"), 0, 3));
	return db_rows_int(rows, "due_at") != 0 ? 0 : 1;
}

Place
order_read(const Filter *filter, Sort sort, DbRows *rows)
{
	static const char *const columns[] = {
		[KEY_DUE] = "due_at", [KEY_RECEIVED] = "received_at", [KEY_CHANGED] = "changed_at", [KEY_RESOLVED] = "resolved_at", [KEY_PROMISED] = "promise_due_at",
	};
	Stretch stretches[MAX_STRETCHES];
	gint64 id = db_rows_int(rows, "id");
	guint at;

	if (sort == SORT_RANK)
		return (Place){ 0, 0, id };
	at = stretch_of(filter, sort, order_stretches(filter, sort, stretches), rows);
	return (Place){ at, stretches[at].key == KEY_ID ? 0 : db_rows_int(rows, columns[stretches[at].key]), id };
}

void
order_ways(const Filter *filter, Sort sort, int ret_ways[MAX_STRETCHES])
{
	Stretch stretches[MAX_STRETCHES];
	guint n = sort != SORT_RANK ? order_stretches(filter, sort, stretches) : 0;

	for (guint i = 0; i < MAX_STRETCHES; i++)
		ret_ways[i] = i < n && stretches[i].desc ? -1 : 1;
}

int
order_compare(const int ways[MAX_STRETCHES], const Place *a, const Place *b)
{
	const int way = ways[a->stretch];

	if (a->stretch != b->stretch)
		return a->stretch < b->stretch ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -way : way;
	return a->id == b->id ? 0 : a->id < b->id ? -way : way;
}

static char
letter_of(const Filter *filter, Sort sort)
{
	static const char letters[] = "dnoscr";

	return order_is_promised(filter, sort) ? 'p' : letters[sort];
}

char *
order_cursor(const Filter *filter, Sort sort, const Place *place)
{
	return g_strdup_printf("%c%u.%" G_GINT64_MODIFIER "x.%" G_GINT64_MODIFIER "x", letter_of(filter, sort), place->stretch, (guint64)place->key, (guint64)place->id);
}

gboolean
order_cursor_read(const char *text, const Filter *filter, Sort sort, Place *ret_place)
{
	Stretch stretches[MAX_STRETCHES];
	const guint n = sort == SORT_RANK ? 1 : order_stretches(filter, sort, stretches);
	guint64 stretch, key, id;
	char *end;

	if (text[0] != letter_of(filter, sort) || !g_ascii_isdigit(text[1]))
		return FALSE;
	stretch = g_ascii_strtoull(text + 1, &end, 10);
	if (*end != '.' || stretch >= n || !g_ascii_isxdigit(end[1]))
		return FALSE;
	key = g_ascii_strtoull(end + 1, &end, 16);
	if (*end != '.' || !g_ascii_isxdigit(end[1]))
		return FALSE;
	id = g_ascii_strtoull(end + 1, &end, 16);
	if (*end != '\0')
		return FALSE;
	*ret_place = (Place){ (guint)stretch, (gint64)key, (gint64)id };
	return TRUE;
}
