/* duplicate.c - who may be the same person. See customer.h. Merging them: merge.c.
 *
 * "The same address but for dots and plus parts" has no column of its own, for an index would cost every new customer.
 * Instead the ways to write the address are looked up: with no dot, one, or two of them, each with and without a plus part;
 * and those the address itself has. */
#include "customer/private.h"
#include "lookup.sql.h"
#include <string.h>

enum { SLOTS = 14, FOUND_MAX = 200, LONG_LOCAL = 16, PER_RANGES = 50 };
enum { PHONE_AND_NAME, PHONE, EMAIL_LIKE, NAME, N_REASONS };
static const char *const reasons[N_REASONS] = { "phone_name", "phone", "email_like", "name" };

typedef struct {
	gint64 self_id;
	GArray *ids[N_REASONS]; /* of gint64, in the order found */
	GHashTable *known;      /* ids of all of them */
} Found;

static void
found_clear(Found *found)
{
	for (guint i = 0; i < N_REASONS; i++)
		g_clear_pointer(&found->ids[i], g_array_unref);
	g_clear_pointer(&found->known, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

static void
found_add(Found *found, guint reason, gint64 id)
{
	if (id == found->self_id || g_hash_table_contains(found->known, &id) || g_hash_table_size(found->known) >= FOUND_MAX)
		return;
	g_hash_table_add(found->known, g_memdup2(&id, sizeof id));
	g_array_append_val(found->ids[reason], id);
}

/* An address without dots and plus part before the "@". (transfer full) */
static char *
like_key(const char *email)
{
	GString *out = g_string_new(NULL);
	const char *at = strchr(email, '@');

	for (const char *p = email; p < at && *p != '+'; p++)
		if (*p != '.')
			g_string_append_c(out, *p);
	return g_string_free(g_string_append(out, at), FALSE);
}

static void
add_way(GHashTable *ways, const char *local, gsize size, gsize dot_a, gsize dot_b)
{
	GString *way = g_string_new(NULL);

	for (gsize i = 0; i < size; i++) {
		if (i > 0 && (i == dot_a || i == dot_b))
			g_string_append_c(way, '.');
		g_string_append_c(way, local[i]);
	}
	g_hash_table_add(ways, g_string_free(way, FALSE));
}

/* The ways to write the part before the "@": a set of char*. */
static GHashTable *
local_ways(const char *email, const char *like)
{
	GHashTable *ways = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	gsize size = strcspn(like, "@");

	g_hash_table_add(ways, g_strndup(email, strcspn(email, "+@")));
	add_way(ways, like, size, 0, 0);
	for (gsize a = 1; a < size; a++) {
		add_way(ways, like, size, a, 0);
		for (gsize b = a + 1; size <= LONG_LOCAL && b < size; b++)
			add_way(ways, like, size, a, b);
	}
	return ways;
}

static gboolean
ask_ranges(Db *db, Found *found, const char *like, const DbArg args[2 + 2 * SLOTS], GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_DUPLICATE_BY_RANGES, args, 2 + 2 * SLOTS, error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		g_autofree char *theirs = like_key(db_rows_text(rows, "value_key"));

		if (strcmp(theirs, like) == 0)
			found_add(found, EMAIL_LIKE, db_rows_int(rows, "id"));
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
add_email_like(Db *db, Found *found, const char *email, GError **error)
{
	g_autofree char *like = like_key(email);
	g_autoptr(GHashTable) ways = local_ways(email, like);
	g_autoptr(GPtrArray) bounds = g_ptr_array_new_with_free_func(g_free); /* lo, hi, lo, hi ... */
	const char *domain = strchr(like, '@');
	GHashTableIter iter;
	gpointer way;

	if (like[0] == '@')
		return TRUE; /* nothing left to compare */
	g_hash_table_iter_init(&iter, ways);
	while (g_hash_table_iter_next(&iter, &way, NULL)) {
		g_ptr_array_add(bounds, g_strconcat(way, domain, NULL));
		g_ptr_array_add(bounds, g_strconcat(way, domain, NULL));
		g_ptr_array_add(bounds, g_strconcat(way, "+", NULL));
		g_ptr_array_add(bounds, g_strconcat(way, "+~", NULL));
	}
	for (guint at = 0; at < bounds->len; at += 2 * SLOTS) {
		DbArg args[2 + 2 * SLOTS] = { DB_INT(found->self_id), DB_INT(PER_RANGES) };

		for (guint i = 0; i < 2 * SLOTS; i++)
			args[2 + i] = at + i < bounds->len ? DB_TEXT(bounds->pdata[at + i]) : DB_TEXT(i % 2 == 0 ? "~" : "");
		if (!ask_ranges(db, found, like, args, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
add_phone(Db *db, Found *found, const char *number, const char *name_key, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows =
		db_query(db, &SQL_DUPLICATE_BY_PHONE, DB_ARGS(DB_TEXT(number), DB_TEXT(name_key), DB_INT(found->self_id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		found_add(found, db_rows_int(rows, "same_name") != 0 ? PHONE_AND_NAME : PHONE, db_rows_int(rows, "id"));
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
add_name(Db *db, Found *found, const char *name_key, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_DUPLICATE_BY_NAME, DB_ARGS(DB_TEXT(name_key), DB_INT(found->self_id)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		found_add(found, NAME, db_rows_int(rows, "id"));
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static char *
read_name_key(Db *db, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_DUPLICATE_KEYS, DB_ARGS(DB_INT(id)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return g_strdup(db_rows_text(rows, "name_key"));
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such customer");
	return NULL;
}

/* kind, value_key, kind, value_key ... (transfer full) */
static GPtrArray *
read_contact_keys(Db *db, gint64 id, GError **error)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(DbRows) rows = db_query(db, &SQL_DUPLICATE_CONTACTS, DB_ARGS(DB_INT(id)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		g_ptr_array_add(keys, g_strdup(db_rows_text(rows, "kind")));
		g_ptr_array_add(keys, g_strdup(db_rows_text(rows, "value_key")));
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&keys);
}

static json_t *
found_to_json(Db *db, const Found *found, guint limit, GError **error)
{
	g_autoptr(json_t) list = json_array();

	for (guint reason = 0; reason < N_REASONS; reason++)
		for (guint i = 0; i < found->ids[reason]->len && json_array_size(list) < limit; i++) {
			g_autoptr(Customer) customer = customer_get(db, g_array_index(found->ids[reason], gint64, i), error);
			json_t *one;

			if (customer == NULL)
				return NULL;
			one = json_object();
			json_put(one, "customer", customer_to_json(customer));
			json_put_text(one, "reason", reasons[reason]);
			json_array_append_new(list, one);
		}
	return g_steal_pointer(&list);
}

json_t *
customer_duplicates(Db *db, gint64 id, guint limit, GError **error)
{
	g_auto(Found) found = { .self_id = id };
	g_autofree char *name_key = read_name_key(db, id, error);
	g_autoptr(GPtrArray) keys = NULL;

	if (name_key == NULL || (keys = read_contact_keys(db, id, error)) == NULL)
		return NULL;
	for (guint i = 0; i < N_REASONS; i++)
		found.ids[i] = g_array_new(FALSE, FALSE, sizeof(gint64));
	found.known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	for (guint i = 0; i + 1 < keys->len; i += 2)
		if (strcmp(keys->pdata[i], "phone") == 0 && !add_phone(db, &found, keys->pdata[i + 1], name_key, error))
			return NULL;
	for (guint i = 0; i + 1 < keys->len; i += 2)
		if (strcmp(keys->pdata[i], "email") == 0 && !add_email_like(db, &found, keys->pdata[i + 1], error))
			return NULL;
	if (name_key[0] != '\0' && !add_name(db, &found, name_key, error))
		return NULL;
	return found_to_json(db, &found, limit, error);
}
