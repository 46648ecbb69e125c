/* One statement for many rows: as one after the other, on both engines, also where one of them fails. */
#include "kit/kit.h"
#include "store/many.h"
#include "store/many_text.h"
#include <string.h>

#define N 150 /* more than PostgreSQL is sent at once */

static const DbSql ADD = { "many_add", "INSERT INTO things (n, name) VALUES ($1, $2) ON CONFLICT (n) DO NOTHING RETURNING id AS value", 2, TRUE };
static const DbSql CHANGE = { "many_change", "UPDATE things SET name = $2 WHERE n >= $1 AND n < CAST($1 AS BIGINT) + 2", 2, TRUE };

static void
make(Kit *kit)
{
	g_assert_true(db_script(kit->db, "CREATE TABLE things (id {id}, n {int} NOT NULL UNIQUE, name TEXT NOT NULL) {strict}", NULL));
}

static gboolean
add_many(Kit *kit, gint64 from, gint64 bad, gint64 *ret_values, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	DbArg args[2 * N];

	for (gint64 i = 0; i < N; i++) {
		args[2 * i] = DB_INT(from + i);
		args[2 * i + 1] = i == bad ? DB_NULL : DB_TEXT("a thing");
	}
	return tx != NULL && db_exec_many(kit->db, &ADD, args, N, NULL, ret_values, error) && db_tx_commit(tx, error);
}

static void
test_each_row_says_what_it_became(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = NULL;
	gint64 ids[N], again[N], changed[3];
	const DbArg args[] = { DB_INT(N - 1), DB_TEXT("x"), DB_INT(5000), DB_TEXT("y"), DB_INT(3), DB_TEXT("z") };

	make(kit);
	g_assert_true(add_many(kit, 0, -1, ids, &error));
	for (guint i = 1; i < N; i++)
		g_assert_cmpint(ids[i], ==, ids[i - 1] + 1);
	/* Half of them are there already. */
	g_assert_true(add_many(kit, N / 2, -1, again, &error));
	g_assert_no_error(error);
	for (guint i = 0; i < N; i++)
		g_assert_cmpint(again[i] != 0, ==, i >= N - N / 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM things"), ==, N + N / 2);
	tx = db_begin(kit->db, &error);
	g_assert_true(db_exec_many(kit->db, &CHANGE, args, 3, changed, NULL, &error));
	g_assert_true(db_tx_commit(tx, &error));
	g_assert_cmpint(changed[0], ==, 2);
	g_assert_cmpint(changed[1], ==, 0);
	g_assert_cmpint(changed[2], ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM things WHERE name = 'z' AND n IN (3, 4)"), ==, 2);
}

static void
test_one_that_fails_fails_all(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 ids[N];

	make(kit);
	for (gint64 bad = 0; bad < N; bad += 37) {
		g_assert_false(add_many(kit, 0, bad, ids, &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_nonnull(strstr(error->message, "many_add"));
		g_clear_error(&error);
		g_assert_false(db_in_tx(kit->db));
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM things"), ==, 0);
	}
	/* The connection is as good as before. */
	g_assert_true(add_many(kit, 0, -1, ids, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM things"), ==, N);
}

static guint n_followed;

static gboolean
follow(Db *db, const Event *event, gint64 id, GError **error)
{
	g_assert_cmpint(event->case_id, ==, 0);
	g_assert_cmpint(id, >, 0);
	n_followed++;
	return TRUE;
}

static void
test_events_in_their_order(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) facts = json_object();
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 last = 0;
	Event events[N];

	json_put_text(facts, "clock", "answer");
	for (guint i = 0; i < N; i++)
		events[i] = (Event){ .kind = i % 2 == 0 ? "test.even" : "test.odd", .subject_id = i + 1, .at_ms = kit->now_ms, .actor = kit->actor, .facts = i == 7 ? facts : NULL };
	n_followed = 0;
	events_follow(kit->db, follow);
	g_assert_true(event_add_many(kit->db, events, N, &error));
	g_assert_true(event_add_many(kit->db, events, 1, &error));
	g_assert_true(event_add_many(kit->db, events, 0, &error));
	events_follow(kit->db, NULL);
	g_assert_true(db_tx_commit(tx, &error));
	g_assert_cmpuint(n_followed, ==, N + 1);
	g_assert_true(events_last_id(kit->db, &last, &error));
	rows = events_after(kit->db, last - N - 1, 0, 500, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(rows->len, ==, N + 1);
	for (guint i = 0; i < N; i++) {
		const EventRow *row = rows->pdata[i];

		g_assert_cmpstr(row->kind, ==, events[i].kind);
		g_assert_cmpint(row->subject_id, ==, i + 1);
		g_assert_cmpstr(row->facts, ==, i == 7 ? "{\"clock\":\"answer\"}" : "{}");
	}
}

/* An INSERT that takes several rows in one statement must leave the very rows, in their order, with their own values. */
static void
test_rows_of_one_insert(Kit *kit)
{
	static const DbSql PLAIN = { "many_plain", "INSERT INTO things (n, name) VALUES ($1, CAST($2 AS TEXT)) RETURNING id AS value", 2, TRUE };
	static const DbSql UPSERT = { "many_upsert", "INSERT INTO things (n, name) VALUES ($1, $2) ON CONFLICT (n) DO UPDATE SET name = excluded.name", 2, TRUE };
	g_autoptr(GError) error = NULL;
	gint64 ids[N];
	DbArg args[2 * N];

	make(kit);
	for (gint64 i = 0; i < N; i++) {
		args[2 * i] = DB_INT(N - i);
		args[2 * i + 1] = DB_TEXT(i % 3 == 0 ? "it's $1, \"three\"" : "a thing");
	}
	for (guint n = N; n > 0; n -= n > 20 ? 13 : 1) { /* as wide as can be, less so, one by one */
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(db_exec_many(kit->db, &PLAIN, args, n, NULL, ids, &error));
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM things"), ==, n);
		for (guint i = 0; i < n; i++) {
			g_autofree char *same = g_strdup_printf("SELECT count(*) FROM things WHERE id = %" G_GINT64_FORMAT " AND n = %u AND (name = 'a thing') = (%u %% 3 <> 0)", ids[i], N - i, i);

			g_assert_cmpint(kit_count(kit, same), ==, 1);
			args[2 * i + 1] = DB_TEXT("other");
		}
		g_assert_true(db_exec_many(kit->db, &UPSERT, args, n, NULL, NULL, &error));
		g_assert_no_error(error);
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM things WHERE name = 'other'"), ==, n);
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM things"), ==, n);
		for (guint i = 0; i < n; i++)
			args[2 * i + 1] = DB_TEXT(i % 3 == 0 ? "it's $1, \"three\"" : "a thing");
	}
}

static void
test_which_inserts(void)
{
	static const struct { const char *one, *two; } texts[] = {
		{ "INSERT INTO t (a, b) VALUES ($1, $2) RETURNING id", "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) RETURNING id" },
		{ "INSERT INTO t (a, b) VALUES ($2, coalesce($1, 0))", "INSERT INTO t (a, b) VALUES ($2, coalesce($1, 0)), ($4, coalesce($3, 0))" },
		{ "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = excluded.b", "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT (a) DO UPDATE SET b = excluded.b" },
		{ "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO NOTHING", NULL }, { "INSERT INTO t (a, b) VALUES ($1, 'x)') ON CONFLICT (a) DO UPDATE SET b = $2", NULL },
		{ "INSERT INTO t (a, b) VALUES ($1, ')')", NULL }, { "INSERT INTO t (a, b) SELECT $1, $2", NULL }, { "UPDATE t SET a = $1 WHERE b = $2", NULL },
		{ "INSERT INTO t (a, b) VALUES ($1, $2", NULL }, { "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = $2", NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *two = many_text(texts[i].one, 2, 2);

		g_assert_cmpstr(two, ==, texts[i].two);
	}
}

static gboolean
tortured(Kit *kit, gpointer data, GError **error)
{
	gint64 ids[N];

	return add_many(kit, 0, -1, ids, error);
}

static void
nothing_there(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM things"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	make(kit);
	kit_torture(kit, tortured, nothing_there, NULL, 3);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/many/each_row", test_each_row_says_what_it_became);
	kit_add("/many/rows_of_one_insert", test_rows_of_one_insert);
	g_test_add_func("/many/which_inserts", test_which_inserts);
	kit_add("/many/one_that_fails", test_one_that_fails_fails_all);
	kit_add("/many/events", test_events_in_their_order);
	kit_add("/many/torture", test_torture);
	return kit_run();
}
