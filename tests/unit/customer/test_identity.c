/* Who is this? The rule that every new case goes by. */
#include "customer/customer.h"
#include "kit/kit.h"
#include <string.h>

static gint64
identify(Kit *kit, NewCustomer given)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 id = -1;

	g_assert_no_error(error);
	customer_identify(kit->db, &given, kit->actor, kit->now_ms, &id, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, NULL));
	return id;
}
#define IDENTIFY(...) identify(kit, (NewCustomer){ __VA_ARGS__ })

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
test_nothing_is_nobody(Kit *kit)
{
	g_assert_cmpint(IDENTIFY(.name = NULL), ==, 0);
	g_assert_cmpint(IDENTIFY(.name = "  ", .email = "", .phone = " ", .external_id = "", .lang = "en"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers"), ==, 0);
}

static void
test_address_is_one_person(Kit *kit)
{
	gint64 ann = IDENTIFY(.name = "Ann Lee", .email = "ann@example.org");

	g_assert_cmpint(IDENTIFY(.email = " ANN@Example.ORG "), ==, ann);
	g_assert_cmpint(IDENTIFY(.name = "Somebody Else", .email = "ann@example.org"), ==, ann);
	g_assert_cmpint(IDENTIFY(.name = "Ann Lee", .email = "ann.lee@example.org"), !=, ann); /* a name alone is not enough */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers WHERE name = 'Ann Lee'"), ==, 2); /* nothing overwritten */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'customer.added'"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events"), ==, 2); /* a known one brings no event */
}

static void
test_number_needs_the_name(Kit *kit)
{
	gint64 ann = IDENTIFY(.name = "Ann L\xC3\xA9", .phone = "+44 20 7946 0000");
	gint64 bob = IDENTIFY(.name = "Bob", .phone = "+44 20 7946 0000");
	gint64 unnamed;

	g_assert_cmpint(bob, !=, ann); /* a shared telephone */
	g_assert_cmpint(IDENTIFY(.name = "ANN LE", .phone = "0044 (20) 7946-0000"), ==, ann);
	unnamed = IDENTIFY(.phone = "+442079460000");
	g_assert_cmpint(unnamed, !=, ann);
	g_assert_cmpint(unnamed, !=, bob);
	g_assert_cmpint(IDENTIFY(.phone = "+442079460000"), ==, unnamed); /* both without a name */
}

static void
test_external_id_comes_first(Kit *kit)
{
	gint64 a = IDENTIFY(.external_id = "C-1", .email = "a@example.org");
	gint64 b = IDENTIFY(.external_id = "C-2", .email = "b@example.org");

	g_assert_cmpint(IDENTIFY(.external_id = "C-1", .email = "b@example.org"), ==, a);
	assert_contacts(kit, a, "a@example.org"); /* b's address stays b's */
	assert_contacts(kit, b, "b@example.org");
	g_assert_cmpint(IDENTIFY(.external_id = "C-1", .email = "new@example.org", .phone = "0207946000"), ==, a);
	assert_contacts(kit, a, "a@example.org new@example.org 0207946000");
	g_assert_cmpint(IDENTIFY(.external_id = "C-3", .email = "a@example.org"), ==, a); /* then the address; its own id stays */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers WHERE external_id = 'C-3'"), ==, 0);
}

static void
test_what_is_missing_is_filled(Kit *kit)
{
	gint64 ann = IDENTIFY(.email = "ann@example.org");
	g_autoptr(Customer) after = NULL;

	g_assert_cmpint(IDENTIFY(.name = "Ann Lee", .email = "ann@example.org", .phone = "0207946000", .lang = "de", .external_id = "C-9"), ==, ann);
	g_assert_cmpint(IDENTIFY(.name = "Other", .email = "ann@example.org", .phone = "020-7946-000", .lang = "fr", .external_id = "C-8"), ==, ann);
	after = customer_get(kit->db, ann, NULL);
	g_assert_cmpstr(after->name, ==, "Ann Lee");
	g_assert_cmpstr(after->lang, ==, "de");
	g_assert_cmpstr(after->external_id, ==, "C-9");
	assert_contacts(kit, ann, "ann@example.org 0207946000");
	g_assert_cmpint(IDENTIFY(.name = "ann lee", .phone = "0207946000"), ==, ann); /* the filled name is folded as well */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'customer.changed'"), ==, 1);
}

static void
test_merged_are_followed(Kit *kit)
{
	gint64 a = IDENTIFY(.external_id = "A", .email = "a@example.org", .name = "Ann", .phone = "0207946000"), b = IDENTIFY(.email = "b@example.org"),
	       c = IDENTIFY(.email = "c@example.org");

	g_assert_true(customer_merge(kit->db, a, b, kit->actor, kit->now_ms, NULL));
	g_assert_true(customer_merge(kit->db, b, c, kit->actor, kit->now_ms, NULL));
	g_assert_cmpint(IDENTIFY(.email = "a@example.org"), ==, c);
	g_assert_cmpint(IDENTIFY(.external_id = "A"), ==, c);
	g_assert_cmpint(IDENTIFY(.phone = "0207946000", .name = "Ann"), ==, c);
}

static void
test_every_fault_is_named(Kit *kit)
{
	g_autofree char *long_name = g_strnfill(CUSTOMER_NAME_MAX + 1, 'a'), *long_id = g_strnfill(201, 'a');
	const NewCustomer bad = { .name = long_name, .email = "Ann <a@b.org>", .phone = "call me", .external_id = long_id };
	g_autoptr(GError) error = NULL;
	gint64 id = 7;

	g_assert_false(customer_identify(kit->db, &bad, kit->actor, kit->now_ms, &id, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_cmpint(err_fields(error)->len, ==, 4);
	g_assert_cmpstr(((ErrField *)err_fields(error)->pdata[2])->field, ==, "/customer/email");
	g_assert_cmpstr(((ErrField *)err_fields(error)->pdata[3])->field, ==, "/customer/phone");
	g_assert_cmpint(id, ==, 7);
	g_assert_false(customer_check(&bad, NULL));
}

/* The hot path of every new case must stay short. */
static void
test_few_statements(Kit *kit)
{
	const NewCustomer given = { .name = "Ann Lee", .email = "ann@example.org" };
	g_autoptr(DbTx) tx = db_begin(kit->db, NULL);
	gint64 id = 0;

	db_torture = 1000;
	g_assert_true(customer_identify(kit->db, &given, kit->actor, kit->now_ms, &id, NULL));
	g_assert_cmpint(1000 - db_torture, <=, 8); /* look, customer, address, event: four statements, their rows */
	db_torture = 1000;
	g_assert_true(customer_identify(kit->db, &given, kit->actor, kit->now_ms, &id, NULL));
	g_assert_cmpint(1000 - db_torture, <=, 2); /* one statement and its row */
	db_torture = -1;
	g_assert_true(db_tx_commit(tx, NULL));
}

typedef struct {
	Kit *kit;
	gint64 id;
} Racer;

static gboolean
race_once(Racer *racer, Db *db, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	const NewCustomer given = { .name = "Ann Lee", .email = "ann@example.org", .external_id = "C-1" };

	return tx != NULL && customer_identify(db, &given, racer->kit->actor, racer->kit->now_ms, &racer->id, error) && db_tx_commit(tx, error);
}

/* As the store runs a unit of work: once more when the engine asks for it. */
static gpointer
race(gpointer data)
{
	Racer *racer = data;
	g_autoptr(Db) db = db_open(racer->kit->url, FALSE, NULL);

	for (int i = 0; i < 5; i++) {
		g_autoptr(GError) error = NULL;

		if (race_once(racer, db, &error))
			return NULL;
		g_assert_error(error, ERR, ERR_BUSY);
	}
	g_assert_not_reached();
}

/* Two writers at once, as PostgreSQL has them: the second waits for the first, then takes the first's customer. */
static void
test_two_at_once_are_one(Kit *kit)
{
	const NewCustomer given = { .name = "Ann Lee", .email = "ann@example.org" };
	Racer racer = { kit, 0 };
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(GThread) thread = NULL;
	gint64 id = 0;

	if (kit->engine != DB_POSTGRES) {
		g_test_skip("SQLite has one writer");
		return;
	}
	tx = db_begin(kit->db, NULL);
	g_assert_true(customer_identify(kit->db, &given, kit->actor, kit->now_ms, &id, NULL));
	thread = g_thread_new("racer", race, &racer);
	while (kit_count(kit, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 0)
		g_thread_yield();
	g_assert_true(db_tx_commit(tx, NULL));
	g_thread_join(g_steal_pointer(&thread));
	g_assert_cmpint(racer.id, ==, id);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers WHERE external_id = 'C-1'"), ==, 1);
}

static gboolean
torture_new(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	const NewCustomer given = { .name = "Ann Lee", .email = "ann@example.org", .phone = "0207946000", .external_id = "C-1", .lang = "en" };
	gint64 id = 0;

	return tx != NULL && customer_identify(kit->db, &given, kit->actor, kit->now_ms, &id, error) && db_tx_commit(tx, error);
}

static void
nobody_there(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT (SELECT count(*) FROM customers) + (SELECT count(*) FROM contacts) + (SELECT count(*) FROM events)"), ==, 0);
}

static gboolean
torture_known(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	const NewCustomer given = { .external_id = "OLD", .name = "Late Name", .email = "late@example.org", .phone = "0309999999", .zone = "UTC" };
	gint64 id = 0;

	return tx != NULL && customer_identify(kit->db, &given, kit->actor, kit->now_ms, &id, error) && db_tx_commit(tx, error);
}

static void
nothing_learnt(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers WHERE name = 'Late Name'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM contacts WHERE value_key IN ('late@example.org', '0309999999')"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	kit_torture(kit, torture_new, nobody_there, NULL, 8);
	g_assert_cmpint(IDENTIFY(.external_id = "OLD"), !=, 0);
	kit_torture(kit, torture_known, nothing_learnt, NULL, 7);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/identity/nothing-is-nobody", test_nothing_is_nobody);
	kit_add("/identity/address-is-one-person", test_address_is_one_person);
	kit_add("/identity/number-needs-the-name", test_number_needs_the_name);
	kit_add("/identity/external-id-comes-first", test_external_id_comes_first);
	kit_add("/identity/what-is-missing-is-filled", test_what_is_missing_is_filled);
	kit_add("/identity/merged-are-followed", test_merged_are_followed);
	kit_add("/identity/every-fault-is-named", test_every_fault_is_named);
	kit_add("/identity/few-statements", test_few_statements);
	kit_add("/identity/two-at-once-are-one", test_two_at_once_are_one);
	kit_add("/identity/torture", test_torture);
	return kit_run();
}
