/* list.c - a page of the queue. What was typed: cases/query.c; as conditions: filter.c; orders: order.c; the two ways to a
 * page: walk.c and few.c; how many there are: counters.c. */
#include "cases/list.h"
#include "cases/few.h"
#include "cases/row.h"
#include "cases/walk.h"
#include "list.sql.h"
#include <string.h>

enum { MAX_PAGE = 200 };

const char *const case_views[] = { "mine", "unassigned", "late", "promises", "waiting", "open", "all", NULL };
const char *const case_sorts[] = { "due", "newest", "oldest", "severity", "changed", "rank", NULL };

typedef struct {
	Filter filter;
	Sort sort;
	Place after;
	gboolean has_after;
	guint limit;
	GArray *candidates; /* more than @limit: there is a next page */
	SearchFound *found; /* NULL: nothing was searched for */
	GArray *hits;       /* of SearchHit: as many of them as were looked up */
	gboolean partial, stopped, counted, more;
	Place stop;
	guint n_found;
} Page;

static void
page_clear(Page *page)
{
	filter_clear(&page->filter);
	g_clear_pointer(&page->candidates, g_array_unref);
	g_clear_pointer(&page->found, search_found_free);
	g_clear_pointer(&page->hits, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, page_clear)

static gboolean
take_ask(const CaseListAsk *ask, gboolean searching, Page *page, GError **error)
{
	const char *sort = ask->sort != NULL ? ask->sort : searching ? "rank" : "due";
	guint at = 0;

	if (!case_word_is(case_sorts, sort, &at)) {
		err_add_field(error, "/sort", "There is no such order.");
		return FALSE;
	}
	page->sort = at == SORT_RANK && !searching ? SORT_DUE : (Sort)at;
	page->limit = CLAMP(ask->limit, 1, MAX_PAGE);
	page->has_after = ask->after != NULL && ask->after[0] != '\0';
	return TRUE;
}

static gboolean
take_place(const CaseListAsk *ask, Page *page, GError **error)
{
	if (!page->has_after || order_cursor_read(ask->after, &page->filter, page->sort, &page->after))
		return TRUE;
	err_add_field(error, "/after", "This is no cursor of this list.");
	return FALSE;
}

/* By rank, hits are looked up only as far as the page goes: what one look brings, and again. */
static gboolean
find_by_rank(Db *db, Page *page, GError **error)
{
	g_autoptr(GArray) batch = g_array_new(FALSE, FALSE, sizeof(Candidate));

	page->more = TRUE;
	while (page->more && page->candidates->len <= page->limit) {
		guint from = page->hits->len;

		g_array_set_size(batch, 0);
		if (!search_found_next(page->found, 1, page->hits, &page->more, error) || !few_of_hits(db, &page->filter, page->sort, page->hits, from, batch, error))
			return FALSE;
		page->n_found += batch->len;
		few_sort(&page->filter, SORT_RANK, page->has_after ? &page->after : NULL, batch);
		g_array_append_vals(page->candidates, batch->data, batch->len);
	}
	return TRUE;
}

static gboolean
find_words(Db *db, const QueryTerms *terms, Page *page, GError **error)
{
	gboolean more = FALSE;

	page->hits = g_array_new(FALSE, FALSE, sizeof(SearchHit));
	if ((page->found = search_find(db, &terms->terms, FEW_NEWEST, &page->partial, error)) == NULL)
		return FALSE;
	page->counted = TRUE;
	if (page->sort == SORT_RANK)
		return find_by_rank(db, page, error);
	if (!search_found_next(page->found, FEW_HITS, page->hits, &more, error) || !few_of_hits(db, &page->filter, page->sort, page->hits, 0, page->candidates, error))
		return FALSE;
	page->partial |= more;
	page->n_found = page->candidates->len;
	few_sort(&page->filter, page->sort, page->has_after ? &page->after : NULL, page->candidates);
	return TRUE;
}

static gboolean
find_page(Db *db, const QueryTerms *terms, gboolean searching, Page *page, GError **error)
{
	const Place *after = page->has_after ? &page->after : NULL;
	const Filter *filter = &page->filter;
	gboolean few = FALSE;

	page->candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));
	if (filter->nothing) {
		page->counted = TRUE;
		return TRUE;
	}
	if (searching)
		return find_words(db, terms, page, error);
	if (!(page->sort == SORT_DUE && walk_knows_all(filter, page->sort)) && !few_of_source(db, filter, page->sort, page->candidates, &few, error))
		return FALSE;
	if (!few)
		return walk_page(db, filter, page->sort, after, page->limit, page->candidates, &page->stopped, &page->stop, error);
	page->counted = TRUE;
	page->n_found = page->candidates->len;
	few_sort(filter, page->sort, after, page->candidates);
	return TRUE;
}

/* Which cases these are. */
static gint64 *
ids_of(const GArray *candidates, guint n)
{
	gint64 *ids = g_new(gint64, MAX(n, 1));

	for (guint i = 0; i < n; i++)
		ids[i] = g_array_index(candidates, Candidate, i).id;
	return ids;
}

static json_t *
read_rows(Db *db, const Page *page, guint n, const Actor *actor, GError **error)
{
	g_autofree gint64 *ids = ids_of(page->candidates, n);
	g_autoptr(GArray) rows = case_rows(db, ids, n, actor, error);
	g_autoptr(json_t) list = json_array();

	for (guint i = 0; rows != NULL && i < n; i++) {
		CaseRow *row = &g_array_index(rows, CaseRow, i);
		g_autofree char *snippet = NULL;

		if (row->value == NULL)
			continue;
		if (page->found != NULL &&
		    !search_found_snippet(page->found, &g_array_index(page->hits, SearchHit, g_array_index(page->candidates, Candidate, i).hit), &snippet, error))
			return NULL;
		if (snippet != NULL)
			json_put_text(row->value, "snippet", snippet);
		json_array_append_new(list, g_steal_pointer(&row->value));
	}
	return rows != NULL ? g_steal_pointer(&list) : NULL;
}

static char *
next_cursor(const Page *page)
{
	if (page->candidates->len > page->limit)
		return order_cursor(&page->filter, page->sort, &g_array_index(page->candidates, Candidate, page->limit - 1).place);
	return page->stopped ? order_cursor(&page->filter, page->sort, &page->stop) : NULL;
}

json_t *
case_list(Db *db, const CaseListAsk *ask, const Actor *actor, gint64 now_ms, GError **error)
{
	g_auto(Page) page = { 0 };
	g_auto(QueryTerms) terms = { 0 };
	gboolean searching = query_terms(ask->query, &terms);
	g_autofree char *next = NULL;
	json_t *rows, *out;

	if (!take_ask(ask, searching, &page, error) || !filter_init(&page.filter, db, ask->view, ask->query, actor, now_ms, error) ||
	    !take_place(ask, &page, error) || !find_page(db, &terms, searching, &page, error) ||
	    (rows = read_rows(db, &page, MIN(page.candidates->len, page.limit), actor, error)) == NULL)
		return NULL;
	next = next_cursor(&page);
	out = json_object();
	json_put(out, "cases", rows);
	json_put_text(out, "next", next);
	json_put_bool(out, "by_promise", order_is_promised(&page.filter, page.sort));
	json_put_bool(out, "partial", page.partial || page.stopped);
	json_put(out, "n_found", !page.counted ? json_null() : json_integer(page.more ? (page.n_found - 1) / 10 * 10 : page.n_found));
	json_put_bool(out, "n_found_more", page.more);
	return out;
}

gboolean
case_list_any(Db *db, gboolean *ret_any, GError **error)
{
	gint64 id = 0;

	return db_query_int(db, &SQL_LIST_ANY, DB_NO_ARGS, &id, ret_any, error);
}

json_t *
case_heads_beside(Db *db, gint64 customer_id, gint64 except_id, guint limit, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_LIST_HEADS_OF_CUSTOMER, DB_ARGS(DB_INT(customer_id), DB_INT(except_id), DB_INT(limit)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "kind", db_rows_text(rows, "kind"));
		json_put_text(one, "subject", db_rows_text(rows, "subject"));
		json_put_text(one, "stage", db_rows_text(rows, "stage"));
		json_put_text(one, "outcome", db_rows_text(rows, "outcome"));
		json_put_time(one, "received_at", db_rows_int(rows, "received_at"));
		json_array_append_new(list, one);
	}
	if (local == NULL)
		return g_steal_pointer(&list);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

json_t *
case_list_of_customer(Db *db, gint64 customer_id, guint limit, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64)), found = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_LIST_IDS_OF_CUSTOMER, DB_ARGS(DB_INT(customer_id), DB_INT(CLAMP(limit, 1, MAX_PAGE))), error);

	while (rows != NULL && db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id");

		g_array_append_val(ids, id);
	}
	if (rows == NULL || !db_ended(&local, error) || (found = case_rows(db, (const gint64 *)ids->data, ids->len, NULL, error)) == NULL)
		return NULL;
	for (guint i = 0; i < found->len; i++)
		if (g_array_index(found, CaseRow, i).value != NULL)
			json_array_append_new(list, g_steal_pointer(&g_array_index(found, CaseRow, i).value));
	return g_steal_pointer(&list);
}
