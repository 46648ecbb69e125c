/* What can go wrong around a store: each fault has one clear message that says what to do, and loses nothing. */
#include "kit/kit.h"
#include "store/migrate.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const DbSql ADD = { "add", "INSERT INTO settings (name, value) VALUES ($1, $2)", 2, TRUE };

static gboolean
write_one(Db *db, gpointer data, GError **error)
{
	g_autofree char *name = g_strdup_printf("unit %d", GPOINTER_TO_INT(data)), *value = g_strnfill(3000, 'v');
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &ADD, DB_ARGS(DB_TEXT(name), DB_TEXT(value)), NULL, error) && db_tx_commit(tx, error);
}

static gboolean
run_script(Db *db, gpointer data, GError **error)
{
	return db_script(db, data, error);
}

static void
assert_refused(const StoreOptions *options, int code, const char *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(options, &error);

	g_assert_null(store);
	g_assert_error(error, ERR, code);
	if (strstr(error->message, part) == NULL)
		g_error("'%s' does not say '%s'", error->message, part);
}

static void
test_folder_of_another_server(Kit *kit)
{
	StoreOptions options = { .data_dir = kit->dir, .url = kit->url };

	kit_store(kit);
	assert_refused(&options, ERR_BUSY, "in use by another redress");
}

static void
test_no_folder(Kit *kit)
{
	StoreOptions options = { .data_dir = "/nonexistent/folder", .migrate = TRUE };

	assert_refused(&options, ERR_INTERNAL, "create it");
}

static void
test_foreign_database(Kit *kit)
{
	StoreOptions options = { .data_dir = kit->dir, .url = kit->url, .migrate = TRUE };

	g_assert_true(db_script(kit->db, "DROP TABLE migrations", NULL));
	assert_refused(&options, ERR_INVALID, "belongs to another program");
}

static void
test_newer_schema(Kit *kit)
{
	StoreOptions options = { .data_dir = kit->dir, .url = kit->url, .migrate = TRUE };

	g_assert_true(db_script(kit->db, "INSERT INTO migrations (number, name, hash, applied_at) VALUES (9999, 'later', 'h', 1)", NULL));
	assert_refused(&options, ERR_INVALID, "newer redress");
}

static void
test_other_build(Kit *kit)
{
	StoreOptions options = { .data_dir = kit->dir, .url = kit->url, .migrate = TRUE };

	g_assert_true(db_script(kit->db, "UPDATE migrations SET hash = 'other' WHERE number = 1", NULL));
	assert_refused(&options, ERR_INVALID, "another build");
}

static void
test_older_schema_is_not_touched_unasked(Kit *kit)
{
	StoreOptions options = { .data_dir = kit->dir, .url = kit->url };

	g_assert_true(db_script(kit->db, "DELETE FROM migrations WHERE number = (SELECT max(m.number) FROM migrations AS m)", NULL));
	assert_refused(&options, ERR_INVALID, "older redress");
}

static void
test_file_that_is_no_database(Kit *kit)
{
	g_autofree char *dir = g_build_filename(kit->dir, "other", NULL), *path = g_build_filename(dir, "redress.db", NULL);
	StoreOptions options = { .data_dir = dir, .migrate = TRUE };

	if (kit->engine != DB_SQLITE)
		return;
	g_assert_cmpint(g_mkdir(dir, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, "Dear Sirs, this is a letter and no database, however long it may become in the end.", -1, NULL));
	assert_refused(&options, ERR_INVALID, "no database");
}

static void
test_wrong_address(Kit *kit)
{
	StoreOptions options = { .data_dir = kit->dir, .url = "postgresql://nobody@/nothing?host=/nonexistent" };

	assert_refused(&options, ERR_BUSY, "look at its address");
}

/* A database of its own as step @last left it. (transfer full): its url */
static char *
as_of_step(Kit *kit, const char *dir, int last)
{
	g_autofree char *url = g_strdup_printf("sqlite:%s/redress.db", dir);
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = NULL;

	g_assert_cmpint(g_mkdir(dir, 0700), ==, 0);
	db = db_open(url, FALSE, &error);
	g_assert_no_error(error);
	g_assert_true(migrate_run_to(db, last, 1000, &error));
	g_assert_true(db_script(db, "INSERT INTO settings (name, value) VALUES ('a', '1')", &error));
	g_assert_no_error(error);
	return g_steal_pointer(&url);
}

static void
on(const char *url, const char *script)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = db_open(url, FALSE, &error);

	g_assert_no_error(error);
	g_assert_true(db_script(db, script, &error));
	g_assert_no_error(error);
}

static gint64
count_on(const char *url, const char *text)
{
	const DbSql sql = { "count", text, 0, FALSE };
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = db_open(url, FALSE, &error);
	gint64 n = -1;

	g_assert_no_error(error);
	g_assert_true(db_query_int(db, &sql, DB_NO_ARGS, &n, NULL, &error));
	return n;
}

/* An upgrade that fails in the middle leaves the database as it was, and a copy of it beside. */
static void
test_failed_upgrade_changes_nothing(Kit *kit)
{
	g_autofree char *dir = g_build_filename(kit->dir, "old", NULL), *copy = g_build_filename(dir, "redress.db.before-0002", NULL);
	g_autofree char *part = g_strconcat(copy, ".part", NULL), *copy_url = g_strconcat("sqlite:", copy, NULL), *url = NULL;
	StoreOptions options = { .data_dir = dir, .migrate = TRUE };
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;

	if (kit->engine != DB_SQLITE)
		return;
	url = as_of_step(kit, dir, 1);
	on(url, "CREATE TABLE search (x INTEGER)");
	assert_refused(&options, ERR_INTERNAL, "upgrading the database, step 2 (search)");
	g_assert_cmpint(count_on(url, "SELECT count(*) AS value FROM migrations"), ==, 1);
	g_assert_cmpint(count_on(url, "SELECT count(*) AS value FROM sqlite_schema WHERE name = 'search_docs'"), ==, 0);

	on(url, "DROP TABLE search");
	store = store_open(&options, &error);
	g_assert_no_error(error);
	g_assert_cmpint(count_on(url, "SELECT count(*) AS value FROM sqlite_schema WHERE name = 'search_docs'"), ==, 1);
	g_assert_cmpint(count_on(copy_url, "SELECT count(*) AS value FROM settings WHERE name = 'a'"), ==, 1); /* the copy opens, and holds what was there */
	g_assert_false(g_file_test(part, G_FILE_TEST_EXISTS));
}

/* Every object of the schema with its text, in one line each. (transfer full) */
static char *
schema_of(const char *url)
{
	static const DbSql all = { "schema", "SELECT name || ': ' || coalesce(sql, '') AS line FROM sqlite_schema ORDER BY name", 0, FALSE };
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = db_open(url, TRUE, &error);
	g_autoptr(DbRows) rows = db_query(db, &all, DB_NO_ARGS, &error);
	GString *out = g_string_new(NULL);

	while (db_rows_next(rows, &error))
		g_string_append_printf(out, "%s\n", db_rows_text(rows, "line"));
	g_assert_no_error(error);
	return g_string_free(out, FALSE);
}

/* However old it is: upgraded it is the same as a new one, and keeps what it held. */
static void
test_upgrade_from_each_step(Kit *kit)
{
	g_autofree char *fresh_dir = g_build_filename(kit->dir, "fresh", NULL), *fresh_url = NULL, *fresh = NULL;

	if (kit->engine != DB_SQLITE)
		return;
	fresh_url = as_of_step(kit, fresh_dir, 0);
	fresh = schema_of(fresh_url);
	for (guint i = 0; migrations[i].number != 0; i++) {
		g_autofree char *name = g_strdup_printf("step%d", migrations[i].number), *dir = g_build_filename(kit->dir, name, NULL);
		g_autofree char *url = as_of_step(kit, dir, migrations[i].number), *schema = NULL;
		g_autoptr(GError) error = NULL;
		Store *store = store_open(&(StoreOptions){ .data_dir = dir, .migrate = TRUE }, &error);

		g_assert_no_error(error);
		store_close(store);
		schema = schema_of(url);
		g_assert_cmpstr(schema, ==, fresh);
		g_assert_cmpint(count_on(url, "SELECT count(*) AS value FROM settings WHERE name = 'a'"), ==, 1);
	}
}

/* The database may not grow: SQLite's own full. Everything told as kept is there; afterwards it goes on. */
static void
test_full_database(Kit *kit)
{
	Store *store;
	int n = 0;
	g_autoptr(GError) error = NULL;
	g_autofree char *limit = NULL;

	if (kit->engine != DB_SQLITE)
		return;
	store = kit_store(kit);
	g_assert_true(store_write(store, write_one, GINT_TO_POINTER(-1), NULL));
	limit = g_strdup_printf("PRAGMA max_page_count = %d", (int)kit_count(kit, "SELECT page_count FROM pragma_page_count") + 50);
	g_assert_true(store_write(store, run_script, limit, NULL));
	while (n < 1000 && store_write(store, write_one, GINT_TO_POINTER(n), &error))
		n++;
	g_assert_error(error, ERR, ERR_BUSY);
	if (strstr(error->message, "free some space") == NULL)
		g_error("%s", error->message);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, n + 1);
	g_assert_true(store_write(store, run_script, (gpointer)"PRAGMA max_page_count = 1000000", NULL));
	g_assert_true(store_write(store, write_one, GINT_TO_POINTER(n), NULL));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, n + 2);
}

/* Files may not grow: as good as a full disk, and seen in the middle of the log. */
static void
test_full_disk(Kit *kit)
{
	struct rlimit before, small;
	Store *store;
	int n = 0;
	g_autoptr(GError) error = NULL;

	if (kit->engine != DB_SQLITE)
		return;
	store = kit_store(kit);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small = before;
	small.rlim_cur = 1500000;
	setrlimit(RLIMIT_FSIZE, &small);
	while (n < 1000 && store_write(store, write_one, GINT_TO_POINTER(n), &error))
		n++;
	setrlimit(RLIMIT_FSIZE, &before);
	g_assert_cmpint(n, >, 10);
	g_assert_error(error, ERR, ERR_BUSY);
	if (strstr(error->message, "free space") == NULL)
		g_error("%s", error->message);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, n);
	g_assert_true(store_write(store, write_one, GINT_TO_POINTER(n), NULL));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, n + 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), ==, 1);
}

/* Another process, as a user without rights to the folder; what it is told comes back through a pipe. */
static void
test_read_only_folder(Kit *kit)
{
	g_autofree char *dir = g_dir_make_tmp("faults-XXXXXX", NULL);
	char said[600] = "";
	int pipes[2], status;
	pid_t pid;

	g_assert_cmpint(pipe(pipes), ==, 0);
	g_assert_cmpint(g_chmod(dir, 0555), ==, 0);
	pid = fork();
	if (pid == 0) {
		g_autoptr(GError) error = NULL;
		StoreOptions options = { .data_dir = dir, .migrate = TRUE };

		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(2);
		if (store_open(&options, &error) != NULL)
			_exit(3);
		if (write(pipes[1], error->message, strlen(error->message)) < 0)
			_exit(4);
		_exit(0);
	}
	close(pipes[1]);
	g_assert_cmpint(read(pipes[0], said, sizeof said - 1), >, 0);
	close(pipes[0]);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_cmpint(status, ==, 0);
	g_assert_nonnull(strstr(said, "writable for the user who runs redress"));
	g_rmdir(dir);
}

/* Writes for ever, and says through the pipe what it was told is durable. */
static void
write_until_killed(Kit *kit, int to)
{
	StoreOptions options = { .data_dir = kit->dir, .url = kit->url, .n_pg_writers = 2 };
	Store *store = store_open(&options, NULL);

	for (int n = 0; store != NULL && store_write(store, write_one, GINT_TO_POINTER(n), NULL); n++) {
		if (write(to, &n, sizeof n) != sizeof n)
			break;
	}
	_exit(1);
}

static void
test_acknowledged_survives_a_kill(Kit *kit)
{
	for (int round = 0; round < 3; round++) {
		int pipes[2], n = -1, last = -1, want = 20 + round * 37;
		pid_t pid;

		g_assert_true(db_script(kit->db, "DELETE FROM settings", NULL));
		g_assert_cmpint(pipe(pipes), ==, 0);
		pid = fork();
		if (pid == 0)
			write_until_killed(kit, pipes[1]);
		close(pipes[1]);
		while (last < want && read(pipes[0], &n, sizeof n) == sizeof n)
			last = n;
		g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
		while (read(pipes[0], &n, sizeof n) == sizeof n)
			last = n;
		close(pipes[0]);
		g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
		g_assert_cmpint(last, >=, want);
		/* Every one that was acknowledged; at most one more, whose answer was on its way. */
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), >=, last + 1);
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), <=, last + 2);
		if (kit->engine == DB_SQLITE)
			g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), ==, 1);
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/faults/other_server", test_folder_of_another_server);
	kit_add("/faults/no_folder", test_no_folder);
	kit_add("/faults/foreign", test_foreign_database);
	kit_add("/faults/newer", test_newer_schema);
	kit_add("/faults/other_build", test_other_build);
	kit_add("/faults/older", test_older_schema_is_not_touched_unasked);
	kit_add("/faults/no_database", test_file_that_is_no_database);
	kit_add("/faults/wrong_address", test_wrong_address);
	kit_add("/faults/failed_upgrade", test_failed_upgrade_changes_nothing);
	kit_add("/faults/upgrade-from-each-step", test_upgrade_from_each_step);
	kit_add("/faults/full_database", test_full_database);
	kit_add("/faults/full_disk", test_full_disk);
	kit_add("/faults/read_only", test_read_only_folder);
	kit_add("/faults/killed", test_acknowledged_survives_a_kill);
	return kit_run();
}
