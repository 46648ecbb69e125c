/* Two customers who are one, and their undoing. */
#include "customer/customer.h"
#include "kit/kit.h"
#include <string.h>

static gint64
identify(Kit *kit, NewCustomer given)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 id = -1;

	customer_identify(kit->db, &given, kit->actor, kit->now_ms, &id, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, NULL));
	return id;
}
#define IDENTIFY(...) identify(kit, (NewCustomer){ __VA_ARGS__ })

static void
add_case(Kit *kit, const char *ref, gint64 customer_id)
{
	g_autofree char *text = g_strdup_printf(
		"INSERT INTO cases (ref, kind, subject, customer_id, channel, severity, stage, is_open, received_at, logged_at, stage_at, changed_at) "
		"VALUES ('%s', 'complaint', 'x', %" G_GINT64_FORMAT ", 'form', 1, 'received', TRUE, 1, 1, 1, 1)",
		ref, customer_id);
	g_autoptr(GError) error = NULL;

	db_script(kit->db, text, &error);
	g_assert_no_error(error);
}

static gint64
holder_of(Kit *kit, const char *ref)
{
	g_autofree char *sql = g_strdup_printf("SELECT customer_id FROM cases WHERE ref = '%s'", ref);

	return kit_count(kit, sql);
}

static void
assert_contacts(Kit *kit, gint64 id, const char *want)
{
	g_autoptr(Customer) customer = customer_get(kit->db, id, NULL);
	g_autoptr(GString) got = g_string_new(NULL);

	for (guint i = 0; i < customer->contacts->len; i++)
		g_string_append_printf(got, "%s%s", i > 0 ? " " : "", ((Contact *)customer->contacts->pdata[i])->value);
	g_assert_cmpstr(got->str, ==, want);
}

static void
merge(Kit *kit, gint64 source, gint64 target)
{
	g_autoptr(GError) error = NULL;

	customer_merge(kit->db, source, target, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
}

static void
undo(Kit *kit, gint64 source)
{
	g_autoptr(GError) error = NULL;

	customer_merge_undo(kit->db, source, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
}

static void
test_merge_and_undo(Kit *kit)
{
	gint64 a = IDENTIFY(.name = "Ann Lee", .email = "a@example.org", .phone = "0207946000"), b = IDENTIFY(.email = "b@example.org");
	g_autoptr(Customer) source = NULL;
	g_autoptr(Customer) target = NULL;
	g_autoptr(Customer) followed = NULL;
	g_autoptr(Customer) back = NULL;
	g_autoptr(Customer) plain = NULL;
	g_autoptr(json_t) list = NULL;

	add_case(kit, "A1", a);
	add_case(kit, "B1", b);
	merge(kit, a, b);
	assert_contacts(kit, b, "a@example.org b@example.org 0207946000");
	assert_contacts(kit, a, "");
	g_assert_cmpint(holder_of(kit, "A1"), ==, b);
	source = customer_get(kit->db, a, NULL);
	target = customer_get(kit->db, b, NULL);
	g_assert_cmpint(source->merged_into, ==, b);
	g_assert_cmpstr(source->merged_into_ref, ==, target->ref);
	g_assert_cmpstr(target->name, ==, "Ann Lee"); /* it had none */
	followed = customer_by_ref(kit->db, source->ref, NULL);
	g_assert_cmpint(followed->id, ==, b);
	list = customer_merged_list(kit->db, b, kit->now_ms, NULL);
	g_assert_cmpint(json_array_size(list), ==, 1);
	add_case(kit, "B2", b); /* came since: stays */
	undo(kit, a);
	assert_contacts(kit, a, "a@example.org 0207946000");
	assert_contacts(kit, b, "b@example.org");
	g_assert_cmpint(holder_of(kit, "A1"), ==, a);
	g_assert_cmpint(holder_of(kit, "B1"), ==, b);
	g_assert_cmpint(holder_of(kit, "B2"), ==, b);
	back = customer_get(kit->db, a, NULL);
	plain = customer_get(kit->db, b, NULL);
	g_assert_cmpint(back->merged_into, ==, 0);
	g_assert_cmpstr(plain->name, ==, "");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind IN ('customer.merged', 'customer.unmerged')"), ==, 2);
}

static void
test_refusals(Kit *kit)
{
	gint64 a = IDENTIFY(.email = "a@example.org"), b = IDENTIFY(.email = "b@example.org"), c = IDENTIFY(.email = "c@example.org");
	const gint64 pairs[][2] = { { a, a }, { a, c }, { c, a } };
	g_autoptr(GError) none = NULL, unmerged = NULL;
	const CustomerChange change = { .given = CUSTOMER_NAME, .name = "x" };
	g_autoptr(GError) changed = NULL;

	merge(kit, a, b);
	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(customer_merge(kit->db, pairs[i][0], pairs[i][1], kit->actor, kit->now_ms, &error));
		g_assert_error(error, ERR, ERR_CONFLICT);
	}
	g_assert_false(customer_merge(kit->db, c, 999, kit->actor, kit->now_ms, &none));
	g_assert_error(none, ERR, ERR_NOT_FOUND);
	g_assert_false(customer_merge_undo(kit->db, c, kit->actor, kit->now_ms, &unmerged));
	g_assert_error(unmerged, ERR, ERR_CONFLICT);
	g_assert_null(customer_change(kit->db, a, 0, &change, kit->actor, kit->now_ms, &changed));
	g_assert_error(changed, ERR, ERR_CONFLICT);
}

static void
test_undo_ends_after_seven_days(Kit *kit)
{
	gint64 a = IDENTIFY(.email = "a@example.org"), b = IDENTIFY(.email = "b@example.org");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = NULL;

	merge(kit, a, b);
	kit->now_ms += CUSTOMER_UNDO_MS + 1;
	g_assert_false(customer_merge_undo(kit->db, a, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	list = customer_merged_list(kit->db, b, kit->now_ms, NULL);
	g_assert_cmpint(json_array_size(list), ==, 0);
	kit->now_ms -= 1;
	undo(kit, a);
}

/* a into b, b into c: what was a's is c's, and comes back from there. */
static void
test_chain_undone_from_its_beginning(Kit *kit)
{
	gint64 a = IDENTIFY(.email = "a@example.org"), b = IDENTIFY(.email = "b@example.org"), c = IDENTIFY(.email = "c@example.org");

	add_case(kit, "A1", a);
	merge(kit, a, b);
	merge(kit, b, c);
	assert_contacts(kit, c, "a@example.org b@example.org c@example.org");
	undo(kit, a);
	assert_contacts(kit, a, "a@example.org");
	assert_contacts(kit, c, "b@example.org c@example.org");
	g_assert_cmpint(holder_of(kit, "A1"), ==, a);
	undo(kit, b);
	assert_contacts(kit, a, "a@example.org"); /* went over with b, but has come back already */
	assert_contacts(kit, b, "b@example.org");
	assert_contacts(kit, c, "c@example.org");
}

static void
test_chain_undone_from_its_end(Kit *kit)
{
	gint64 a = IDENTIFY(.email = "a@example.org"), b = IDENTIFY(.email = "b@example.org"), c = IDENTIFY(.email = "c@example.org");

	merge(kit, a, b);
	merge(kit, b, c);
	undo(kit, b);
	assert_contacts(kit, b, "a@example.org b@example.org");
	undo(kit, a);
	assert_contacts(kit, a, "a@example.org");
	assert_contacts(kit, b, "b@example.org");
	merge(kit, b, a); /* and the other way round */
	assert_contacts(kit, a, "a@example.org b@example.org");
}

static void
test_what_others_moved_stays(Kit *kit)
{
	gint64 a = IDENTIFY(.email = "a@example.org"), b = IDENTIFY(.email = "b@example.org"), c = IDENTIFY(.email = "c@example.org");
	g_autofree char *move = g_strdup_printf("UPDATE cases SET customer_id = %" G_GINT64_FORMAT " WHERE ref = 'A1'", c);

	add_case(kit, "A1", a);
	merge(kit, a, b);
	g_assert_true(db_script(kit->db, move, NULL)); /* somebody gave the case to c by hand */
	undo(kit, a);
	g_assert_cmpint(holder_of(kit, "A1"), ==, c);
}

typedef struct {
	gint64 a, b;
} Pair;

static gboolean
torture_merge(Kit *kit, gpointer data, GError **error)
{
	return customer_merge(kit->db, ((Pair *)data)->a, ((Pair *)data)->b, kit->actor, kit->now_ms, error);
}

static gboolean
torture_undo(Kit *kit, gpointer data, GError **error)
{
	return customer_merge_undo(kit->db, ((Pair *)data)->a, kit->actor, kit->now_ms, error);
}

static void
not_merged(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers WHERE merged_into IS NOT NULL"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM merges"), ==, 0);
	g_assert_cmpint(holder_of(kit, "A1"), ==, ((Pair *)data)->a);
	assert_contacts(kit, ((Pair *)data)->a, "a@example.org");
}

static void
still_merged(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers WHERE merged_into IS NOT NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM merges WHERE undone_at IS NULL"), ==, 1);
	g_assert_cmpint(holder_of(kit, "A1"), ==, ((Pair *)data)->b);
	assert_contacts(kit, ((Pair *)data)->a, "");
}

static void
test_torture(Kit *kit)
{
	Pair pair = { IDENTIFY(.name = "Ann", .email = "a@example.org"), IDENTIFY(.email = "b@example.org") };

	add_case(kit, "A1", pair.a);
	kit_torture(kit, torture_merge, not_merged, &pair, 12);
	kit_torture(kit, torture_undo, still_merged, &pair, 10);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/merge/and-undo", test_merge_and_undo);
	kit_add("/merge/refusals", test_refusals);
	kit_add("/merge/undo-ends-after-seven-days", test_undo_ends_after_seven_days);
	kit_add("/merge/chain-undone-from-its-beginning", test_chain_undone_from_its_beginning);
	kit_add("/merge/chain-undone-from-its-end", test_chain_undone_from_its_end);
	kit_add("/merge/what-others-moved-stays", test_what_others_moved_stays);
	kit_add("/merge/torture", test_torture);
	return kit_run();
}
