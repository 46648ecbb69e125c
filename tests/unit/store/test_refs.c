/* A ref that is taken by chance is drawn again, in every table that has refs; what else is taken is not mistaken for it. What
 * happens in the tables themselves while many conflict: tests/unit/demo. */
#include "all_sql.h"
#include "kit/kit.h"
#include "store/refs.h"
#include <string.h>

static const DbSql ADD = { "add", "INSERT INTO things (ref, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id AS value", 2, TRUE };

/* Draws what @data names, a letter a draw. */
static void
draw_next(char ret_ref[REF_SIZE], gpointer data)
{
	const char **next = data;

	g_assert_cmpint(**next, !=, '\0');
	g_snprintf(ret_ref, REF_SIZE, "%c", *(*next)++);
}

static gboolean
add(Kit *kit, const char *draws, const char *name, gboolean *ret_made, gint64 *ret_id, char ref[REF_SIZE], GError **error)
{
	const char *next = draws;
	gboolean ok;

	ref_draw_by(kit->db, draw_next, &next);
	ok = ref_insert(kit->db, &ADD, ref, DB_ARGS(DB_TEXT(ref), DB_TEXT(name)), ret_id, ret_made, error);
	ref_draw_by(kit->db, NULL, NULL);
	g_assert_cmpint(*next, ==, '\0'); /* as many as it took */
	return ok;
}

static void
test_a_taken_ref_is_drawn_again(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = NULL;
	gint64 first = 0, id = 0;
	gboolean made = FALSE;
	char ref[REF_SIZE];

	g_assert_true(db_script(kit->db, "CREATE TABLE things (id {id}, ref TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE) {strict}", NULL));
	tx = db_begin(kit->db, &error); /* which a conflict must not end: on PostgreSQL an error would */
	g_assert_true(add(kit, "A", "one", NULL, &first, ref, &error));
	g_assert_true(add(kit, "AAB", "two", NULL, &id, ref, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(ref, ==, "B");
	g_assert_cmpint(id, !=, first);
	/* The name is taken whatever the ref is. */
	id = 7;
	g_assert_true(add(kit, "CDE", "one", &made, &id, ref, &error));
	g_assert_false(made);
	g_assert_cmpint(id, ==, 7);
	g_assert_true(add(kit, "BC", "three", &made, &id, ref, &error));
	g_assert_true(made);
	/* A source of refs that has only one is no chance: it ends, and says so. */
	g_assert_false(add(kit, "AAA", "four", NULL, &id, ref, &error));
	g_assert_error(error, ERR, ERR_INTERNAL);
	g_clear_error(&error);
	g_assert_true(db_tx_commit(tx, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM things"), ==, 3);
}

static void
test_refs_are_of_chance_otherwise(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	char one[REF_SIZE], two[REF_SIZE], read[REF_SIZE];
	gint64 id = 0;

	g_assert_true(db_script(kit->db, "CREATE TABLE things (id {id}, ref TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE) {strict}", NULL));
	g_assert_true(ref_insert(kit->db, &ADD, one, DB_ARGS(DB_TEXT(one), DB_TEXT("one")), &id, NULL, &error));
	g_assert_true(ref_insert(kit->db, &ADD, two, DB_ARGS(DB_TEXT(two), DB_TEXT("two")), &id, NULL, &error));
	g_assert_true(ref_read(one, read) && ref_read(two, read));
	g_assert_cmpstr(one, !=, two);
}

/* Tables whose rows are called by a ref, by the schema. */
static guint
n_tables(Kit *kit)
{
	return (guint)kit_count(kit, kit->engine == DB_SQLITE ?
		"SELECT count(*) FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = 'ref' AND t.name NOT LIKE 'search%'" :
		"SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'ref'");
}

/* Among the columns of an INSERT. */
static gboolean
names_a_ref(const char *insert)
{
	const char *from = strchr(insert, '(');
	g_autofree char *list = from != NULL ? g_strndup(from + 1, strcspn(from + 1, ")")) : g_strdup("");
	g_auto(GStrv) columns = g_strsplit_set(list, ", \n", -1);

	return g_strv_contains((const char *const *)columns, "ref");
}

/* No statement that makes such a row fails because of it: it goes without, gives the id of the row it made, and takes another. */
static void
test_every_insert_can_go_again(Kit *kit)
{
	g_autoptr(GHashTable) tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (const AllSql *one = all_sql; one->file != NULL; one++) {
		g_autofree char *text = g_strchomp(g_strdup(one->sql.text));
		const char *at = strstr(text, "INSERT INTO ");
		g_autofree char *table = at != NULL ? g_strndup(at + 12, strcspn(at + 12, " ")) : NULL;
		g_autofree char *looks = g_strdup_printf("NOT EXISTS (SELECT 1 FROM %s WHERE ref = $1)", table);

		if (at == NULL || !names_a_ref(at))
			continue;
		if (strstr(text, "ON CONFLICT DO NOTHING") == NULL && strstr(text, "ON CONFLICT (ref) DO ") == NULL && strstr(text, looks) == NULL) {
			g_test_message("%s: %s fails when its ref is taken by chance: see store/refs.h", one->file, one->sql.name);
			g_test_fail();
		}
		if (!g_str_has_suffix(text, "RETURNING id AS value")) {
			g_test_message("%s: %s ends in RETURNING id AS value: see store/refs.h", one->file, one->sql.name);
			g_test_fail();
		}
		g_hash_table_add(tables, g_steal_pointer(&table));
	}
	/* All of them but products and root causes, which have the text of categories. */
	g_assert_cmpuint(g_hash_table_size(tables), ==, n_tables(kit) - 2);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/refs/a_taken_ref_is_drawn_again", test_a_taken_ref_is_drawn_again);
	kit_add("/refs/of_chance_otherwise", test_refs_are_of_chance_otherwise);
	kit_add("/refs/every_insert_can_go_again", test_every_insert_can_go_again);
	return kit_run();
}
