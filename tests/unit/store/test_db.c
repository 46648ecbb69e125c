#include "kit/kit.h"
#include <string.h>

static const DbSql ADD = { "add", "INSERT INTO settings (name, value) VALUES ($2, $1)", 2, TRUE };
static const DbSql ADD_RETURNING = { "add_returning", "INSERT INTO settings (name, value) VALUES ($1, $2) RETURNING name, value", 2, TRUE };
static const DbSql LIST = { "list", "SELECT name, value FROM settings ORDER BY name", 0, FALSE };
static const DbSql CHANGE = { "change", "UPDATE settings SET value = $1", 1, TRUE };
static const DbSql LENGTH = { "length", "SELECT length(value) AS value FROM settings WHERE name = $1", 1, FALSE };
static const DbSql TYPES = { "types",
	                         "SELECT CAST($1 AS BIGINT) AS i, CAST($2 AS DOUBLE PRECISION) AS r, CAST($3 AS TEXT) AS t, CAST($4 AS TEXT) AS n", 4, FALSE };

static void
add(Kit *kit, const char *name, const char *value)
{
	g_autoptr(GError) error = NULL;

	db_exec(kit->db, &ADD, DB_ARGS(DB_TEXT(value), DB_TEXT(name)), NULL, &error);
	g_assert_no_error(error);
}

static void
test_arguments_go_by_number(Kit *kit)
{
	g_autoptr(DbRows) rows = NULL;

	add(kit, "name", "value");
	rows = db_query(kit->db, &LIST, DB_NO_ARGS, NULL);
	g_assert_true(db_rows_next(rows, NULL));
	g_assert_cmpstr(db_rows_text(rows, "value"), ==, "value");
	g_assert_cmpstr(db_rows_text(rows, "name"), ==, "name");
	g_assert_false(db_rows_next(rows, NULL));
	g_assert_false(db_rows_next(rows, NULL));
}

static void
test_types(Kit *kit)
{
	for (int again = 0; again < 2; again++) { /* the second time from the cache */
		g_autoptr(GError) error = NULL;
		g_autoptr(DbRows) rows = db_query(kit->db, &TYPES, DB_ARGS(DB_INT(G_MININT64), DB_REAL(0.1), DB_TEXT("gr\xc3\xbc\xc3\x9f"), DB_NULL), &error);

		g_assert_no_error(error);
		g_assert_true(db_rows_next(rows, NULL));
		g_assert_cmpint(db_rows_int(rows, "i"), ==, G_MININT64);
		g_assert_cmpfloat(db_rows_real(rows, "r"), ==, 0.1);
		g_assert_cmpstr(db_rows_text(rows, "t"), ==, "gr\xc3\xbc\xc3\x9f");
		g_assert_true(db_rows_is_null(rows, "n"));
		g_assert_null(db_rows_text(rows, "n"));
		g_assert_cmpint(db_rows_int(rows, "n"), ==, 0);
		g_assert_false(db_rows_is_null(rows, "t"));
	}
}

static void
test_blobs_keep_every_byte(Kit *kit)
{
	static const DbSql PUT = { "put", "INSERT INTO things (id, b) VALUES ($1, $2)", 2, TRUE };
	static const DbSql GET = { "get", "SELECT b FROM things WHERE id = $1", 1, FALSE };
	guint8 all[256];
	gsize size;

	for (int i = 0; i < 256; i++)
		all[i] = (guint8)i;
	g_assert_true(db_script(kit->db, "CREATE TABLE things (id {id}, b {blob}) {strict}", NULL));
	for (int i = 1; i <= 3; i++) {
		g_autoptr(DbRows) rows = NULL;
		g_autoptr(GError) error = NULL;

		db_exec(kit->db, &PUT, DB_ARGS(DB_INT(i), i == 1 ? DB_BLOB(all, sizeof all) : i == 2 ? DB_BLOB("", 0) : DB_NULL), NULL, &error);
		g_assert_no_error(error);
		rows = db_query(kit->db, &GET, DB_ARGS(DB_INT(i)), NULL);
		g_assert_true(db_rows_next(rows, NULL));
		if (i == 1)
			g_assert_cmpmem(db_rows_blob(rows, "b", &size), size, all, sizeof all);
		else
			g_assert_cmpint((db_rows_blob(rows, "b", &size) != NULL), ==, i == 2);
	}
}

static void
test_two_cursors_of_one_statement(Kit *kit)
{
	g_autoptr(DbRows) outer = NULL;
	guint n = 0;

	add(kit, "a", "1");
	add(kit, "b", "2");
	outer = db_query(kit->db, &LIST, DB_NO_ARGS, NULL);
	while (db_rows_next(outer, NULL)) {
		g_autoptr(DbRows) inner = db_query(kit->db, &LIST, DB_NO_ARGS, NULL);

		while (db_rows_next(inner, NULL))
			n++;
	}
	g_assert_cmpuint(n, ==, 4);
}

/* The answer is there when db_query() returns, as on PostgreSQL. */
static void
test_writes_happen_at_once(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(kit->db, &ADD_RETURNING, DB_ARGS(DB_TEXT("a"), DB_TEXT("1")), NULL);
	g_autoptr(DbRows) twice = NULL;

	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 1);
	g_assert_true(db_rows_next(rows, NULL));
	g_assert_cmpstr(db_rows_text(rows, "value"), ==, "1");
	g_clear_pointer(&rows, db_rows_free);
	twice = db_query(kit->db, &ADD_RETURNING, DB_ARGS(DB_TEXT("a"), DB_TEXT("1")), &error);
	g_assert_null(twice);
	g_assert_error(error, ERR, ERR_CONFLICT);
}

/* Lists of words are checked without SQLite making a table of them at each write; what is refused is the same. */
static void
test_lists_are_checked(Kit *kit)
{
	static const DbSql PLAN = { "plan", "SELECT count(*) AS value FROM sqlite_master WHERE sql LIKE '%CHECK (% IN (%'", 0, FALSE };
	static const DbSql BAD = { "bad", "INSERT INTO teams (ref, name, name_key, assign_by, created_at) VALUES ('x', 'x', 'x', 'nonsense', 0)", 0, TRUE };
	static const DbSql LAST = { "last_word", "INSERT INTO teams (ref, name, name_key, assign_by, created_at) VALUES ('y', 'y', 'y', 'least_loaded', 0)", 0, TRUE };
	g_autoptr(GError) error = NULL;
	gint64 n = 0;

	if (db_kind(kit->db) == DB_SQLITE) {
		g_assert_true(db_query_int(kit->db, &PLAN, DB_NO_ARGS, &n, NULL, &error));
		g_assert_no_error(error);
		g_assert_cmpint(n, ==, 0);
	}
	g_assert_false(db_exec(kit->db, &BAD, DB_NO_ARGS, NULL, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_clear_error(&error);
	g_assert_true(db_exec(kit->db, &LAST, DB_NO_ARGS, NULL, &error));
	g_assert_no_error(error);
}

/* On SQLite these are answered without RETURNING (store/sqlite_text.h): the same rows come. */
static void
test_made_ids_and_locks(Kit *kit)
{
	static const DbSql MAKE = { "make", "INSERT INTO teams (ref, name, name_key, created_at)\nVALUES ($1, $2, $2, 0)\nON CONFLICT DO NOTHING\nRETURNING id AS value\n", 2, TRUE };
	static const DbSql LOCK = { "lock", "UPDATE teams SET version = version\nWHERE id = $1\nRETURNING name, version AS value\n", 1, TRUE };
	gint64 first = 0, second = 0, value = 0;
	gboolean found = FALSE;

	g_assert_true(db_query_int(kit->db, &MAKE, DB_ARGS(DB_TEXT("r1"), DB_TEXT("north")), &first, &found, NULL));
	g_assert_true(found);
	g_assert_cmpint(kit_count(kit, "SELECT id FROM teams WHERE name = 'north'"), ==, first);
	add(kit, "a", "1"); /* another table's row in between */
	g_assert_true(db_query_int(kit->db, &MAKE, DB_ARGS(DB_TEXT("r2"), DB_TEXT("north")), &value, &found, NULL));
	g_assert_false(found);
	g_assert_true(db_query_int(kit->db, &MAKE, DB_ARGS(DB_TEXT("r2"), DB_TEXT("south")), &second, &found, NULL));
	g_assert_true(found);
	g_assert_cmpint(kit_count(kit, "SELECT id FROM teams WHERE name = 'south'"), ==, second);
	g_assert_true(db_query_int(kit->db, &LOCK, DB_ARGS(DB_INT(second)), &value, &found, NULL));
	g_assert_true(found);
	g_assert_cmpint(value, ==, 1);
	g_assert_true(db_query_int(kit->db, &LOCK, DB_ARGS(DB_INT(second + 100)), &value, &found, NULL));
	g_assert_false(found);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM teams"), ==, 2);
}

static void
test_errors_by_code(Kit *kit)
{
	static const DbSql NO_NULL = { "no_null", "INSERT INTO settings (name, value) VALUES ($1, NULL)", 1, TRUE };
	static const DbSql NO_TABLE = { "no_table", "SELECT x FROM nowhere", 0, FALSE };
	g_autoptr(GError) error = NULL;
	gint64 value, changed;
	gboolean found;

	add(kit, "a", "1");
	g_assert_false(db_exec(kit->db, &ADD, DB_ARGS(DB_TEXT("2"), DB_TEXT("a")), NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(db_exec(kit->db, &NO_NULL, DB_ARGS(DB_TEXT("x")), NULL, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_clear_error(&error);
	g_assert_null(db_query(kit->db, &NO_TABLE, DB_NO_ARGS, &error));
	g_assert_error(error, ERR, ERR_INTERNAL);
	g_assert_nonnull(strstr(error->message, "no_table"));
	g_clear_error(&error);
	g_assert_false(db_query_int(kit->db, &LENGTH, DB_ARGS(DB_TEXT("z")), &value, NULL, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	g_assert_true(db_query_int(kit->db, &LENGTH, DB_ARGS(DB_TEXT("z")), &value, &found, NULL));
	g_assert_false(found);
	g_assert_true(db_query_int(kit->db, &LENGTH, DB_ARGS(DB_TEXT("a")), &value, &found, NULL));
	g_assert_true(found && value == 1);
	g_assert_true(db_exec(kit->db, &CHANGE, DB_ARGS(DB_TEXT("9")), &changed, NULL));
	g_assert_cmpint(changed, ==, 1);
}

static void
test_leaving_is_rolling_back(Kit *kit)
{
	{
		g_autoptr(DbTx) tx = db_begin(kit->db, NULL);

		add(kit, "a", "1");
		g_assert_true(db_in_tx(kit->db));
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 1);
	}
	g_assert_false(db_in_tx(kit->db));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 0);
	{
		g_autoptr(DbTx) tx = db_begin(kit->db, NULL);

		add(kit, "a", "1");
		g_assert_true(db_tx_commit(tx, NULL));
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 1);
}

static gboolean
add_two(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	if (tx == NULL || !db_exec(kit->db, &ADD, DB_ARGS(DB_TEXT("1"), DB_TEXT("a")), NULL, error) ||
	    !db_exec(kit->db, &ADD, DB_ARGS(DB_TEXT("1"), DB_TEXT("b")), NULL, error) ||
	    (rows = db_query(kit->db, &LIST, DB_NO_ARGS, error)) == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		;
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	return db_tx_commit(tx, error);
}

static void
nothing_kept(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 0);
}

static void
test_torture_walks_every_call(Kit *kit)
{
	kit_torture(kit, add_two, nothing_kept, NULL, 8);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 2);
}

static void
test_composed_statements_are_kept_and_bounded(Kit *kit)
{
	const DbSql *first = db_sql_compose(kit->db, "c", "SELECT 1 AS value", 0);
	g_autoptr(DbRows) open = NULL;
	gint64 value;

	g_assert_true(first == db_sql_compose(kit->db, "c", "SELECT 1 AS value", 0));
	open = db_query(kit->db, first, DB_NO_ARGS, NULL);
	for (int i = 0; i < 1000; i++) {
		g_autofree char *text = g_strdup_printf("SELECT %d AS value", i + 2);

		g_assert_true(db_query_int(kit->db, db_sql_compose(kit->db, "c", text, 0), DB_NO_ARGS, &value, NULL, NULL));
		g_assert_cmpint(value, ==, i + 2);
	}
	g_assert_true(db_rows_next(open, NULL)); /* in use, so it was kept */
	g_assert_cmpint(db_rows_int(open, "value"), ==, 1);
	g_assert_true(first == db_sql_compose(kit->db, "c", "SELECT 1 AS value", 0));
}

static void
test_readers_cannot_write(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) reader = db_open(kit->url, TRUE, &error);

	g_assert_no_error(error);
	g_assert_false(db_exec(reader, &ADD, DB_ARGS(DB_TEXT("1"), DB_TEXT("a")), NULL, &error));
	g_assert_nonnull(error);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 0);
}

static void
test_unknown_address(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(db_open("mysql://joe:secret@host/db", FALSE, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_null(strstr(error->message, "secret"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/db/arguments", test_arguments_go_by_number);
	kit_add("/db/types", test_types);
	kit_add("/db/blobs", test_blobs_keep_every_byte);
	kit_add("/db/two_cursors", test_two_cursors_of_one_statement);
	kit_add("/db/writes_at_once", test_writes_happen_at_once);
	kit_add("/db/made_ids", test_made_ids_and_locks);
	kit_add("/db/lists", test_lists_are_checked);
	kit_add("/db/errors", test_errors_by_code);
	kit_add("/db/rollback", test_leaving_is_rolling_back);
	kit_add("/db/torture", test_torture_walks_every_call);
	kit_add("/db/composed", test_composed_statements_are_kept_and_bounded);
	kit_add("/db/read_only", test_readers_cannot_write);
	kit_add_plain("/db/unknown_address", test_unknown_address);
	return kit_run();
}
