/* Every statement of every .sql file is understood by both engines, with the parameters and the kind the generator found. */
#include "all_sql.h"
#include "kit/kit.h"
#include <string.h>

static void
test_all_prepared(Kit *kit)
{
	const char *engine = kit->engine == DB_SQLITE ? "sqlite" : "postgresql";
	guint n = 0;

	for (const AllSql *one = all_sql; one->file != NULL; one++) {
		g_autoptr(GError) error = NULL;

		if (one->engine[0] != '\0' && strcmp(one->engine, engine) != 0)
			continue;
		if (!db_check(kit->db, &one->sql, &error)) {
			g_test_message("%s: %s", one->file, error->message);
			g_test_fail();
		}
		n++;
	}
	g_assert_cmpuint(n, >, 5);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/statements/all", test_all_prepared);
	return kit_run();
}
