/* kit_pg.c - one database a process, emptied between two tests: making and dropping one costs a hundred times as much.
 * A test that changed the schema, or what is recorded of its migrations, gets the next one a new database. */
#include "kit/kit_pg.h"
#include "base/err.h"
#include "store/migrate.h"
#include <string.h>
#include <unistd.h>

static Db *admin, *inside; /* connections to the server's own database and to ours */
static char *name, *url;
static gint64 shape; /* of the schema, as it was made */
static guint n_made;

/* The server's address with another database's name. */
static char *
url_of(const char *database)
{
	const char *server = g_getenv("TEST_PG"), *path = strchr(strstr(server, "//") + 2, '/'), *options = strchr(server, '?');
	gsize head = path != NULL ? (gsize)(path - server) : options != NULL ? (gsize)(options - server) : strlen(server);

	return g_strdup_printf("%.*s/%s%s", (int)head, server, database, options != NULL ? options : "");
}

static void run_admin(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void
run_admin(const char *format, ...)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	va_list ap;

	if (admin == NULL)
		admin = db_open(g_getenv("TEST_PG"), FALSE, &error);
	g_assert_no_error(error);
	va_start(ap, format);
	text = g_strdup_vprintf(format, ap);
	va_end(ap);
	db_script(admin, text, &error);
	g_assert_no_error(error);
}

/* Changes when a table, a column, an index or a recorded migration does. 0 when it cannot be seen. */
static gint64
shape_now(void)
{
	static const char text[] =
		"SELECT CAST((SELECT sum(CAST(oid AS BIGINT) * 31 + relnatts * 7 + relchecks) FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
		" + (SELECT sum(number * 13 + hashtext(hash) + hashtext(name)) FROM migrations) AS BIGINT) AS value";
	gint64 value = 0;

	(void)db_query_int(inside, db_sql_compose(inside, "shape", text, 0), DB_NO_ARGS, &value, NULL, NULL);
	return value;
}

/* Rows out but those of the migrations, numbers from 1 again. FALSE when somebody still holds a table. */
static gboolean
empty(void)
{
	return db_script(inside,
	                 "DO $$ DECLARE t RECORD; BEGIN "
	                 "SET LOCAL lock_timeout = '2s'; SET LOCAL session_replication_role = replica; "
	                 "FOR t IN SELECT c.oid::regclass AS n FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
	                 " AND c.relname <> 'migrations' AND pg_relation_size(c.oid) > 0 LOOP EXECUTE 'DELETE FROM ' || t.n; END LOOP; "
	                 "PERFORM setval(c.oid::regclass, 1, FALSE) FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace; "
	                 "FOR t IN SELECT c.relname AS n FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'made'::regnamespace"
	                 " LOOP EXECUTE format('INSERT INTO public.%I SELECT * FROM made.%I', t.n, t.n);"
	                 " EXECUTE format('SELECT setval(pg_get_serial_sequence(''public.%I'', ''id''), (SELECT max(id) FROM made.%I))', t.n, t.n); END LOOP; "
	                 "END $$",
	                 NULL);
}

/* What the migrations themselves wrote is kept aside: it is there in every fresh database. */
static void
keep_made(void)
{
	g_autoptr(GError) error = NULL;

	db_script(inside,
	          "CREATE SCHEMA made; DO $$ DECLARE t RECORD; BEGIN "
	          "FOR t IN SELECT c.relname AS n FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
	          " AND c.relname <> 'migrations' AND pg_relation_size(c.oid) > 0 LOOP EXECUTE format('CREATE TABLE made.%I AS TABLE public.%I', t.n, t.n); END LOOP; END $$",
	          &error);
	g_assert_no_error(error);
}

static void
drop(void)
{
	g_clear_pointer(&inside, db_close);
	run_admin("DROP DATABASE %s WITH (FORCE)", name);
	g_clear_pointer(&name, g_free);
	g_clear_pointer(&url, g_free);
}

char *
kit_pg_fresh(gint64 now_ms)
{
	g_autoptr(GError) error = NULL;

	if (name != NULL && (shape_now() != shape || !empty()))
		drop();
	if (name == NULL) {
		name = g_strdup_printf("kit_%d_%u", (int)getpid(), ++n_made);
		run_admin("CREATE DATABASE %s", name);
		url = url_of(name);
		inside = db_open(url, FALSE, &error);
		g_assert_no_error(error);
		migrate_run(inside, now_ms, &error);
		g_assert_no_error(error);
		keep_made();
		shape = shape_now();
		g_assert_cmpint(shape, !=, 0);
	}
	return g_strdup(url);
}

void
kit_pg_end(void)
{
	if (name != NULL)
		drop();
	g_clear_pointer(&admin, db_close);
}
