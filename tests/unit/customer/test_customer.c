/* Customers: reading, changing, contacts, duplicates. */
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
test_read(Kit *kit)
{
	gint64 id = IDENTIFY(.name = "Ann Lee", .phone = "0207946000", .email = "Ann@example.org");
	g_autoptr(GError) none = NULL, bad = NULL;
	g_autoptr(Customer) customer = customer_get(kit->db, id, NULL);
	g_autofree char *typed = g_ascii_strdown(customer->ref, -1);
	g_autoptr(Customer) by_ref = customer_by_ref(kit->db, typed, NULL);
	g_autoptr(json_t) json = customer_to_json(by_ref);

	g_assert_cmpstr(json_text(json, "name", NULL), ==, "Ann Lee");
	g_assert_cmpint(json_array_size(json_object_get(json, "contacts")), ==, 2);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(json, "contacts"), 0), "kind", NULL), ==, "email");
	g_assert_cmpstr(json_text(json_array_get(json_object_get(json, "contacts"), 0), "value", NULL), ==, "Ann@example.org");
	g_assert_null(customer_get(kit->db, id + 1, &none));
	g_assert_error(none, ERR, ERR_NOT_FOUND);
	g_assert_null(customer_by_ref(kit->db, "what", &bad));
	g_assert_error(bad, ERR, ERR_NOT_FOUND);
}

static void
test_change(Kit *kit)
{
	gint64 id = IDENTIFY(.name = "Ann Lee", .email = "ann@example.org");
	const CustomerChange change = { .given = CUSTOMER_NAME | CUSTOMER_LANG | CUSTOMER_ZONE | CUSTOMER_NOTES, .name = " Ann Li ", .lang = "de-AT",
		.zone = "Europe/Vienna", .notes = "Prefers\nthe telephone." };
	const CustomerChange clear = { .given = CUSTOMER_NOTES | CUSTOMER_LANG }, bad = { .given = CUSTOMER_LANG | CUSTOMER_ZONE, .lang = "d", .zone = "Mars" };
	g_autoptr(GError) error = NULL, stale = NULL, faults = NULL;
	g_autoptr(Customer) after = customer_change(kit->db, id, 1, &change, kit->actor, kit->now_ms, &error);
	g_autoptr(Customer) cleared = NULL;
	g_autoptr(Customer) same = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(after->name, ==, "Ann Li");
	g_assert_cmpstr(after->notes, ==, "Prefers\nthe telephone.");
	g_assert_cmpint(after->version, ==, 2);
	g_assert_null(customer_change(kit->db, id, 1, &change, kit->actor, kit->now_ms, &stale));
	g_assert_error(stale, ERR, ERR_CONFLICT);
	same = customer_change(kit->db, id, 2, &change, kit->actor, kit->now_ms, NULL);
	g_assert_cmpint(same->version, ==, 2);
	cleared = customer_change(kit->db, id, 0, &clear, kit->actor, kit->now_ms, NULL);
	g_assert_null(cleared->notes);
	g_assert_null(cleared->lang);
	g_assert_null(customer_change(kit->db, id, 0, &bad, kit->actor, kit->now_ms, &faults));
	g_assert_cmpint(err_fields(faults)->len, ==, 2);
}

static void
test_contacts(Kit *kit)
{
	gint64 ann = IDENTIFY(.email = "ann@example.org"), bob = IDENTIFY(.email = "bob@example.org");
	g_autoptr(GError) taken = NULL, bad = NULL, kind = NULL, none = NULL, nobody = NULL;
	g_autoptr(Customer) after = NULL;
	gint64 contact_id;

	g_assert_true(contact_add(kit->db, ann, "email", " Ann.Lee@example.org ", kit->actor, kit->now_ms, NULL));
	g_assert_true(contact_add(kit->db, ann, "phone", "020 7946 000", kit->actor, kit->now_ms, NULL));
	g_assert_true(contact_add(kit->db, ann, "phone", "0207946000", kit->actor, kit->now_ms, NULL)); /* has it already */
	g_assert_true(contact_add(kit->db, ann, "address", "1 High Street\nLeeds", kit->actor, kit->now_ms, NULL));
	g_assert_true(contact_add(kit->db, bob, "phone", "0207946000", kit->actor, kit->now_ms, NULL)); /* numbers are shared */
	g_assert_false(contact_add(kit->db, ann, "email", "BOB@example.org", kit->actor, kit->now_ms, &taken));
	g_assert_error(taken, ERR, ERR_CONFLICT);
	g_assert_false(contact_add(kit->db, ann, "email", "bob", kit->actor, kit->now_ms, &bad));
	g_assert_cmpstr(((ErrField *)err_fields(bad)->pdata[0])->field, ==, "/value");
	g_assert_false(contact_add(kit->db, ann, "pigeon", "coo", kit->actor, kit->now_ms, &kind));
	g_assert_error(kind, ERR, ERR_INVALID);
	g_assert_false(contact_add(kit->db, 999, "handle", "@ann", kit->actor, kit->now_ms, &nobody));
	g_assert_error(nobody, ERR, ERR_NOT_FOUND);
	after = customer_get(kit->db, ann, NULL);
	g_assert_cmpint(after->contacts->len, ==, 4);
	g_assert_cmpint(after->version, ==, 4);
	contact_id = ((Contact *)after->contacts->pdata[1])->id;
	g_assert_false(contact_remove(kit->db, bob, contact_id, kit->actor, kit->now_ms, &none)); /* another's is not there */
	g_assert_error(none, ERR, ERR_NOT_FOUND);
	g_assert_true(contact_remove(kit->db, ann, contact_id, kit->actor, kit->now_ms, NULL));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM contacts"), ==, 5);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind IN ('contact.added', 'contact.removed')"), ==, 5);
}

static void
test_contacts_are_bounded(Kit *kit)
{
	gint64 ann = IDENTIFY(.name = "Ann");
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 100; i++) {
		g_autofree char *handle = g_strdup_printf("@ann%d", i);

		g_assert_true(contact_add(kit->db, ann, "handle", handle, kit->actor, kit->now_ms, NULL));
	}
	g_assert_false(contact_add(kit->db, ann, "handle", "@more", kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_LIMIT);
}

/* "ref-of-name:reason ..." of the proposals, in their order. */
static void
assert_duplicates(Kit *kit, gint64 id, guint limit, const char *want)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = customer_duplicates(kit->db, id, limit, &error);
	g_autoptr(GString) got = g_string_new(NULL);

	g_assert_no_error(error);
	for (gsize i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		g_string_append_printf(got, "%s%s:%s", i > 0 ? " " : "", json_text(json_object_get(one, "customer"), "external_id", "?"), json_text(one, "reason", "?"));
	}
	g_assert_cmpstr(got->str, ==, want);
}

static void
test_duplicates(Kit *kit)
{
	gint64 ann = IDENTIFY(.external_id = "ann", .name = "Ann Lee", .email = "annlee@example.org", .phone = "+44 20 7946 000");

	IDENTIFY(.external_id = "name", .name = "ann l\xC3\xA9" "e", .email = "other@example.org");
	IDENTIFY(.external_id = "dots", .email = "ann.lee@example.org");
	IDENTIFY(.external_id = "plus", .email = "a.nn.lee+shop@example.org");
	IDENTIFY(.external_id = "number", .name = "Ben Lee", .phone = "0044207946000");
	IDENTIFY(.external_id = "longer", .email = "annleeds@example.org");
	IDENTIFY(.external_id = "domain", .email = "annlee@example.com");
	IDENTIFY(.external_id = "both", .name = "Ann Lee", .phone = "+44207946000", .email = "third@example.org");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers"), ==, 7); /* the last one was known by number and name */
	{
		g_autoptr(GError) error = NULL;
		g_autoptr(json_t) list = customer_duplicates(kit->db, ann, 10, &error);

		g_assert_no_error(error);
		g_assert_cmpint(json_array_size(list), ==, 4);
	}
	assert_duplicates(kit, ann, 1, "number:phone");
	g_assert_true(contact_add(kit->db, IDENTIFY(.external_id = "name"), "phone", "+44207946000", kit->actor, kit->now_ms, NULL));
	assert_duplicates(kit, ann, 2, "name:phone_name number:phone");
	assert_duplicates(kit, IDENTIFY(.external_id = "domain"), 10, "");
	g_assert_null(customer_duplicates(kit->db, 999, 10, NULL));
}

/* From a dotted address to the plain one, and the way back. */
static void
test_like_addresses_find_each_other(Kit *kit)
{
	static const char *const ways[] = { "john.q.public@example.org", "johnqpublic@example.org", "johnq.public+a@example.org", "johnqpublic+b+c@example.org" };
	gint64 ids[G_N_ELEMENTS(ways)];

	for (guint i = 0; i < G_N_ELEMENTS(ways); i++)
		ids[i] = IDENTIFY(.email = ways[i]);
	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(json_t) list = customer_duplicates(kit->db, ids[i], 10, NULL);

		g_assert_cmpint(json_array_size(list), ==, G_N_ELEMENTS(ways) - 1);
	}
}

static gboolean
torture_change(Kit *kit, gpointer data, GError **error)
{
	const CustomerChange change = { .given = CUSTOMER_NAME, .name = "Other" };
	g_autoptr(Customer) after = customer_change(kit->db, *(gint64 *)data, 0, &change, kit->actor, kit->now_ms, error);

	return after != NULL;
}

static gboolean
torture_contact(Kit *kit, gpointer data, GError **error)
{
	return contact_add(kit->db, *(gint64 *)data, "phone", "0207946000", kit->actor, kit->now_ms, error);
}

static gboolean
torture_remove(Kit *kit, gpointer data, GError **error)
{
	return contact_remove(kit->db, *(gint64 *)data, 1, kit->actor, kit->now_ms, error);
}

static void
as_it_was(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers WHERE name = 'Ann'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM contacts WHERE kind = 'email'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM contacts WHERE kind = 'phone'"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	gint64 id = IDENTIFY(.name = "Ann", .email = "ann@example.org");

	kit_torture(kit, torture_contact, as_it_was, &id, 6);
	g_assert_true(db_script(kit->db, "DELETE FROM contacts WHERE kind = 'phone'", NULL));
	kit_torture(kit, torture_remove, as_it_was, &id, 5);
	g_assert_true(contact_add(kit->db, id, "email", "ann@example.org", kit->actor, kit->now_ms, NULL));
	kit_torture(kit, torture_change, as_it_was, &id, 6);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/customer/read", test_read);
	kit_add("/customer/change", test_change);
	kit_add("/customer/contacts", test_contacts);
	kit_add("/customer/contacts-are-bounded", test_contacts_are_bounded);
	kit_add("/customer/duplicates", test_duplicates);
	kit_add("/customer/like-addresses-find-each-other", test_like_addresses_find_each_other);
	kit_add("/customer/torture", test_torture);
	return kit_run();
}
