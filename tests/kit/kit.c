#include "kit/kit.h"
#include "kit/kit_pg.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/secret.h"
#include "store/migrate.h"
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* 2026-11-19T11:22:00Z */
#define KIT_NOW_MS G_GINT64_CONSTANT(1795087320000)

typedef struct {
	KitTest test;
	void (*plain)(void);
	DbEngineKind engine;
} KitCase;

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER; /* of the two lists below: logs come from any thread */
static GPtrArray *expected, *unexpected;
static GPtrArray *cases;
static char *folder, *template_file; /* made when the first test needs them */
static guint n_made;
static Store *running;

static void
sink(LogLevel level, const char *where, const char *message, gpointer data)
{
	g_autofree char *line = g_strdup_printf("%s: %s", where, message);

	if (level > LOG_WARN_LEVEL)
		return;
	pthread_mutex_lock(&log_lock);
	for (guint i = 0; i < expected->len; i++) {
		if (strstr(line, expected->pdata[i]) != NULL) {
			g_ptr_array_remove_index(expected, i);
			g_clear_pointer(&line, g_free);
			break;
		}
	}
	if (line != NULL)
		g_ptr_array_add(unexpected, g_steal_pointer(&line));
	pthread_mutex_unlock(&log_lock);
}

void
kit_expect_log(const char *part)
{
	pthread_mutex_lock(&log_lock);
	g_ptr_array_add(expected, g_strdup(part));
	pthread_mutex_unlock(&log_lock);
}

static void
check_logs(void)
{
	pthread_mutex_lock(&log_lock);
	for (guint i = 0; i < unexpected->len; i++)
		g_test_message("nobody expected the log line: %s", (char *)unexpected->pdata[i]);
	for (guint i = 0; i < expected->len; i++)
		g_test_message("the log line did not come: %s", (char *)expected->pdata[i]);
	if (unexpected->len + expected->len > 0)
		g_test_fail();
	g_ptr_array_set_size(unexpected, 0);
	g_ptr_array_set_size(expected, 0);
	pthread_mutex_unlock(&log_lock);
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		if (!g_file_test(child, G_FILE_TEST_IS_SYMLINK) && g_file_test(child, G_FILE_TEST_IS_DIR))
			remove_tree(child);
		else
			(void)g_unlink(child);
	}
	(void)g_rmdir(path);
}

static void
make_template(void)
{
	g_autofree char *url = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = NULL;

	template_file = g_build_filename(folder, "template.db", NULL);
	url = g_strconcat("sqlite:", template_file, NULL);
	db = db_open(url, FALSE, &error);
	g_assert_no_error(error);
	db_script(db, "PRAGMA synchronous = OFF", &error);
	migrate_run(db, KIT_NOW_MS, &error);
	g_assert_no_error(error);
}

static char *
lite_fresh(const char *dir)
{
	g_autofree char *file = g_build_filename(dir, "redress.db", NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = NULL;
	gsize size;

	if (template_file == NULL)
		make_template();
	g_file_get_contents(template_file, &bytes, &size, &error);
	g_assert_no_error(error);
	g_file_set_contents_full(file, bytes, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, &error);
	g_assert_no_error(error);
	return g_strconcat("sqlite:", file, NULL);
}

static void
run_case(gconstpointer data)
{
	const KitCase *one = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *url = NULL;
	Kit kit = { .now_ms = KIT_NOW_MS, .actor = actor_system(), .engine = one->engine };

	kit.dir = g_strdup_printf("%s/%u", folder, ++n_made);
	g_assert_cmpint(g_mkdir(kit.dir, 0700), ==, 0);
	url = one->engine == DB_SQLITE ? lite_fresh(kit.dir) : kit_pg_fresh(KIT_NOW_MS);
	kit.url = url;
	kit.db = db_open(url, FALSE, &error);
	g_assert_no_error(error);
	if (one->engine == DB_SQLITE)
		g_assert_true(db_script(kit.db, "PRAGMA synchronous = OFF", NULL));
	ref_seed(1);
	one->test(&kit);
	db_torture = -1;
	g_clear_pointer(&running, store_close);
	db_close(kit.db);
	remove_tree(kit.dir);
	g_free(kit.dir);
	check_logs();
}

static void
run_plain(gconstpointer data)
{
	const KitCase *one = data;

	ref_seed(1);
	one->plain();
	check_logs();
}

void
kit_init(int *argc, char ***argv)
{
	static GPtrArray *args; /* g_test_init borrows it for the life of the process */
	g_autoptr(GError) error = NULL;

	/* Meson reads TAP; whoever runs one test by hand reads it too. */
	args = g_ptr_array_new();
	for (int i = 0; i < *argc; i++) {
		g_ptr_array_add(args, (*argv)[i]);
		if (i == 0)
			g_ptr_array_add(args, (gpointer)"--tap");
	}
	*argc = (int)args->len;
	g_ptr_array_add(args, NULL);
	*argv = (char **)args->pdata;
	g_test_init(argc, argv, NULL);
	json_pool_use();
	g_assert_true(secret_init());
	expected = g_ptr_array_new_with_free_func(g_free);
	unexpected = g_ptr_array_new_with_free_func(g_free);
	cases = g_ptr_array_new_with_free_func(g_free);
	log_sink_set(sink, NULL);
	folder = g_dir_make_tmp("kit-XXXXXX", &error);
	g_assert_no_error(error);
}

void
kit_add(const char *path, KitTest test)
{
	static const char *const engines[] = { [DB_SQLITE] = "sqlite", [DB_POSTGRES] = "pg" };

	for (int i = DB_SQLITE; i <= DB_POSTGRES; i++) {
		g_autofree char *name = g_strdup_printf("/%s%s", engines[i], path);
		KitCase *one;

		if (i == DB_POSTGRES && g_getenv("TEST_PG") == NULL)
			continue;
		one = g_new(KitCase, 1);
		*one = (KitCase){ .test = test, .engine = i };
		g_ptr_array_add(cases, one);
		g_test_add_data_func(name, one, run_case);
	}
}

void
kit_add_plain(const char *path, void (*test)(void))
{
	KitCase *one = g_new0(KitCase, 1);

	one->plain = test;
	g_ptr_array_add(cases, one);
	g_test_add_data_func(path, one, run_plain);
}

int
kit_run(void)
{
	int rc = g_test_run();

	kit_pg_end();
	remove_tree(folder);
	return rc;
}

Store *
kit_store(Kit *kit)
{
	g_autoptr(GError) error = NULL;

	if (running == NULL) {
		running = store_open(&(StoreOptions){ .data_dir = kit->dir, .url = kit->url, .n_pg_writers = 4 }, &error);
		g_assert_no_error(error);
	}
	return running;
}

void
kit_torture(Kit *kit, gboolean (*operation)(Kit *kit, gpointer data, GError **error), void (*unchanged)(Kit *kit, gpointer data), gpointer data, int at_least)
{
	int n = 0;

	for (;; n++) {
		g_autoptr(GError) error = NULL;
		gboolean ok, spared;

		g_assert_cmpint(n, <, 10000);
		db_torture = n;
		ok = operation(kit, data, &error);
		spared = db_torture >= 0;
		db_torture = -1;
		if (db_in_tx(kit->db))
			g_error("torture, call %d: a transaction was left open", n);
		if (spared) { /* the n-th call was never made: this was the whole walk */
			if (!ok)
				g_error("torture: the operation fails untortured: %s", error != NULL ? error->message : "(no error)");
			break;
		}
		if (ok)
			g_error("torture, call %d: the operation succeeded although a store call failed", n);
		if (error == NULL)
			g_error("torture, call %d: failed without an error", n);
		if (unchanged != NULL)
			unchanged(kit, data);
	}
	if (n < at_least)
		g_error("torture: only %d store calls were walked, at least %d were expected", n, at_least);
}

gint64
kit_count(Kit *kit, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strdup_printf("SELECT (%s) AS value", sql);
	gint64 value = 0;

	db_query_int(kit->db, db_sql_compose(kit->db, "count", text, 0), DB_NO_ARGS, &value, NULL, &error);
	g_assert_no_error(error);
	return value;
}
