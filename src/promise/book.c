/* book.c - policies and calendars in memory, one copy a connection. */
#include "promise/book.h"
#include "promise/calendar_rows.h"
#include "book.sql.h"
#include "policy.sql.h"

#define BELIEVED_US (1 * G_USEC_PER_SEC)
enum { PRODUCT_DEPTH_MAX = 16 };

static const char the_book[] = "clock book"; /* the key of db_keep */

static void
clock_book_free(gpointer data)
{
	ClockBook *book = data;

	g_ptr_array_unref(book->policies);
	g_hash_table_unref(book->calendars);
	g_free(book->zone);
	g_clear_pointer(&book->parents, g_hash_table_unref);
	g_free(book);
}

static gboolean
read_policies(Db *db, ClockBook *book, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_POLICY_LIST, DB_NO_ARGS, error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		ClockPolicy *one = clock_policy_read(rows, error);

		if (one == NULL)
			return FALSE;
		g_ptr_array_add(book->policies, one);
		book->segments |= one->segment != NULL && one->removed_at == 0 && one->active;
		book->products |= one->product_id != 0 && one->removed_at == 0 && one->active;
	}
	return db_ended(&local, error);
}

static ClockBook *
read_book(Db *db, gint64 generation, const char *zone, GError **error)
{
	ClockBook *book = g_new0(ClockBook, 1);

	book->generation = generation;
	book->zone = g_strdup(zone);
	book->looked_us = g_get_monotonic_time();
	book->policies = g_ptr_array_new_with_free_func((GDestroyNotify)clock_policy_free);
	book->calendars = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)calendar_free);
	if (read_policies(db, book, error) && calendars_fill(db, zone, book->calendars, &book->house_calendar_id, error))
		return book;
	clock_book_free(book);
	return NULL;
}

static gboolean
look(Db *db, gint64 *ret_generation, char **ret_zone, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_BOOK_NOW, DB_NO_ARGS, error);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		*ret_generation = db_rows_int(rows, "generation");
		*ret_zone = g_strdup(db_rows_text(rows, "zone"));
		return TRUE;
	}
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error_literal(error, ERR, ERR_CORRUPT, "the row of clock_book is gone");
	return FALSE;
}

ClockBook *
clock_book(Db *db, GError **error)
{
	ClockBook *book = db_kept(db, the_book);
	g_autofree char *zone = NULL;
	gint64 generation = 0;

	if (book != NULL && g_get_monotonic_time() - book->looked_us < BELIEVED_US)
		return book;
	if (!look(db, &generation, &zone, error))
		return NULL;
	if (book != NULL && book->generation == generation && g_strcmp0(book->zone, zone) == 0) {
		book->looked_us = g_get_monotonic_time();
		return book;
	}
	if ((book = read_book(db, generation, zone, error)) != NULL)
		db_keep(db, the_book, book, clock_book_free);
	return book;
}

ClockBook *
clock_book_with(Db *db, gint64 policy_id, GError **error)
{
	ClockBook *book = clock_book(db, error);

	if (book == NULL || policy_id == 0 || clock_book_policy(book, policy_id) != NULL)
		return book;
	clock_book_forget(db);
	return clock_book(db, error);
}

void
clock_book_forget(Db *db)
{
	db_keep(db, the_book, NULL, NULL);
}

gboolean
clock_book_changed_in(Db *db, GError **error)
{
	/* Should this transaction be undone, what is read anew is the old one. */
	clock_book_forget(db);
	return db_exec(db, &SQL_BOOK_CHANGED, DB_NO_ARGS, NULL, error);
}

const ClockPolicy *
clock_book_policy(const ClockBook *book, gint64 id)
{
	for (guint i = 0; i < book->policies->len; i++)
		if (((const ClockPolicy *)book->policies->pdata[i])->id == id)
			return book->policies->pdata[i];
	return NULL;
}

Calendar *
clock_book_calendar(const ClockBook *book, gint64 id)
{
	return g_hash_table_lookup(book->calendars, &id);
}

Calendar *
clock_book_house_calendar(ClockBook *book)
{
	static const gint64 nobody = 0;
	Calendar *calendar = clock_book_calendar(book, book->house_calendar_id);

	if (calendar != NULL)
		return calendar;
	if (!g_hash_table_contains(book->calendars, &nobody))
		g_hash_table_insert(book->calendars, g_memdup2(&nobody, sizeof nobody), calendar_new_always(NULL));
	return clock_book_calendar(book, nobody);
}

static gboolean
read_parents(Db *db, ClockBook *book, GError **error)
{
	g_autoptr(GHashTable) parents = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_BOOK_PRODUCTS, DB_NO_ARGS, error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id"), parent = db_rows_int(rows, "parent_id");

		g_hash_table_insert(parents, g_memdup2(&id, sizeof id), g_memdup2(&parent, sizeof parent));
	}
	if (!db_ended(&local, error))
		return FALSE;
	g_clear_pointer(&book->parents, g_hash_table_unref);
	book->parents = g_steal_pointer(&parents);
	return TRUE;
}

gint64 *
clock_book_products(ClockBook *book, Db *db, gint64 product_id, GError **error)
{
	gint64 *all, id = product_id;

	/* A product made since: the tree is read again. Products do not move within it. */
	if ((book->parents == NULL || !g_hash_table_contains(book->parents, &product_id)) && !read_parents(db, book, error))
		return NULL;
	all = g_new0(gint64, PRODUCT_DEPTH_MAX + 1);
	for (guint i = 0; i < PRODUCT_DEPTH_MAX && id != 0; i++) {
		const gint64 *parent = g_hash_table_lookup(book->parents, &id);

		all[i] = id;
		id = parent != NULL ? *parent : 0;
	}
	return all;
}
