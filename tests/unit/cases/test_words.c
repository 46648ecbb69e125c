/* test_words.c - the trees: found as typed, made on the way in, renamed with all below, removed and brought back. */
#include "cases/word_uses.h"
#include "world.h"

static gint64
resolve(Kit *kit, const char *text, gboolean make, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	gint64 id = 0;

	if (tx == NULL || !tree_resolve(kit->db, TREE_CATEGORY, text, make, "/category", kit->actor, kit->now_ms, &id, error) || !db_tx_commit(tx, error))
		return 0;
	return id;
}

static void
test_found_as_people_type_it(Kit *kit)
{
	static const char *const ways[] = {
		"Appliances \xe2\x80\xba Leaks", "Appliances > Leaks", "appliances>leaks", "  APPLIANCES  >   Leaks ", "Appliances\xe2\x80\xbaLeaks", NULL,
	};
	g_autoptr(GError) error = NULL;
	gint64 id;

	world_word(kit, TREE_CATEGORY, "Appliances > Leaks");
	id = resolve(kit, ways[0], FALSE, &error);
	g_assert_no_error(error);
	for (int i = 0; ways[i] != NULL; i++)
		g_assert_cmpint(resolve(kit, ways[i], FALSE, &error), ==, id);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM categories"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'category.added'"), ==, 2);
	world_word(kit, TREE_PRODUCT, "Ärger > Größe");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM products"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM root_causes"), ==, 0);
}

static void
test_unknown_is_the_field_s_fault(Kit *kit)
{
	static const char *const bad[] = { "Nowhere", "", ">", "a >", "a > > b", "a>b>c>d>e>f>g", NULL };

	for (int i = 0; bad[i] != NULL; i++) {
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(resolve(kit, bad[i], i > 0, &error), ==, 0);
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_true(world_at_fault(&error, "/category"));
	}
}

static char *
ref_of(Kit *kit, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = tree_list(kit->db, TREE_CATEGORY, TRUE, &error);
	json_t *one;
	size_t i;

	g_assert_no_error(error);
	json_array_foreach(list, i, one)
		if (g_strcmp0(json_text(one, "path", ""), path) == 0)
			return g_strdup(json_text(one, "ref", ""));
	g_assert_not_reached();
}

static void
test_renaming_takes_what_is_below_along(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *ref = NULL;

	world_word(kit, TREE_CATEGORY, "Billing > Refunds > Late");
	ref = ref_of(kit, "Billing \xe2\x80\xba Refunds");
	tree_change(kit->db, TREE_CATEGORY, ref, 1, "Money back", FALSE, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpint(resolve(kit, "billing > money back > late", FALSE, &error), !=, 0);
	g_assert_no_error(error);
	tree_change(kit->db, TREE_CATEGORY, ref, 1, "Again", FALSE, kit->actor, kit->now_ms, &error);
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static void
test_removed_with_its_branch_and_brought_back(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *ref = NULL;
	char back[16];

	world_word(kit, TREE_CATEGORY, "Billing > Refunds");
	ref = ref_of(kit, "Billing");
	tree_change(kit->db, TREE_CATEGORY, ref, 0, NULL, TRUE, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM categories WHERE removed_at IS NULL"), ==, 0);
	g_assert_cmpint(resolve(kit, "Billing", FALSE, &error), ==, 0);
	g_clear_error(&error);
	tree_add(kit->db, TREE_CATEGORY, NULL, "Billing", kit->actor, kit->now_ms, back, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(back, ==, ref);
	tree_add(kit->db, TREE_CATEGORY, NULL, "billing", kit->actor, kit->now_ms, back, &error);
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	tree_add(kit->db, TREE_CATEGORY, ref, "a > b", kit->actor, kit->now_ms, back, &error);
	g_assert_true(world_at_fault(&error, "/name"));
}

static gboolean
add_branch(Kit *kit, gpointer data, GError **error)
{
	return resolve(kit, "A > B > C", TRUE, error) != 0;
}

static void
no_branch(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM categories"), ==, 0);
}

static gboolean
rename_branch(Kit *kit, gpointer data, GError **error)
{
	return tree_change(kit->db, TREE_CATEGORY, data, 0, "Z", TRUE, kit->actor, kit->now_ms, error);
}

static void
test_torture(Kit *kit)
{
	g_autofree char *ref = NULL;

	kit_torture(kit, add_branch, no_branch, NULL, 8);
	ref = ref_of(kit, "A");
	kit_torture(kit, rename_branch, NULL, ref, 8);
}

/* How many of the newest cases have it, or something below it. */
static void
test_uses_are_counted(Kit *kit)
{
	static const struct { const char *path; gint64 n; } wanted[] = { { "Billing", 3 }, { "Billing \xE2\x80\xBA Late refund", 2 }, { "Delivery", 0 } };
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) items = NULL;
	gint64 looked_at = 0;

	world_word(kit, TREE_CATEGORY, "Billing > Late refund");
	world_word(kit, TREE_CATEGORY, "Delivery");
	for (guint i = 0; i < 4; i++)
		world_case_of(kit, (NewCase){ .severity = -1, .category = i < 2 ? "Billing > Late refund" : i == 2 ? "Billing" : NULL });
	items = tree_list(kit->db, TREE_CATEGORY, FALSE, &error);
	g_assert_true(word_uses_put(kit->db, TREE_CATEGORY, items, &looked_at, &error));
	g_assert_no_error(error);
	g_assert_cmpint(looked_at, ==, 4);
	g_assert_cmpuint(json_array_size(items), ==, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
		const json_t *one = json_array_get(items, i);

		g_assert_cmpstr(json_text(one, "path", NULL), ==, wanted[i].path);
		g_assert_cmpint(json_int(one, "n_cases", -1), ==, wanted[i].n);
	}
	g_assert_true(word_uses_put(kit->db, TREE_ROOT_CAUSE, json_object_get(NULL, "x"), &looked_at, &error));
	g_assert_true(word_uses_put(kit->db, TREE_PRODUCT, json_object_get(NULL, "x"), &looked_at, &error));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/words/found-as-people-type-it", test_found_as_people_type_it);
	kit_add("/words/unknown-is-the-fields-fault", test_unknown_is_the_field_s_fault);
	kit_add("/words/renaming-takes-what-is-below-along", test_renaming_takes_what_is_below_along);
	kit_add("/words/removed-and-brought-back", test_removed_with_its_branch_and_brought_back);
	kit_add("/words/uses-are-counted", test_uses_are_counted);
	kit_add("/words/torture", test_torture);
	return kit_run();
}
