#include "kit/kit.h"
#include "mailbox/folder.h"
#include "mailbox/journal.h"
#include "mailbox/mailbox.h"
#include <string.h>

static Mailbox *
add(Kit *kit, const char *address, GError **error)
{
	return mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS, .address = address }, kit->actor, kit->now_ms, error);
}

static void
test_life(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) made = add(kit, "Help@Example.org", &error), changed = NULL, found = NULL, gone = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(made->address_key, ==, "help@example.org");
	g_assert_true(made->acknowledge);
	changed = mailbox_change(kit->db, made->id, made->version,
	                         &(MailboxChange){ .given = MAILBOX_NAME | MAILBOX_WHEN_CLOSED, .name = "Larch & Fern", .when_closed = "link" }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(changed->name, ==, "Larch & Fern");
	g_assert_cmpstr(changed->when_closed, ==, "link");
	found = mailbox_find(kit->db, "HELP+7KQM-4TXB@example.org", &error);
	g_assert_nonnull(found);
	g_assert_cmpint(found->id, ==, made->id);
	gone = mailbox_change(kit->db, made->id, 0, &(MailboxChange){ .given = MAILBOX_REMOVED, .removed = TRUE }, kit->actor, kit->now_ms, &error);
	g_assert_cmpint(gone->removed_at, ==, kit->now_ms);
	g_assert_null(mailbox_find(kit->db, "help@example.org", &error));
	g_assert_no_error(error);
}

static void
test_an_address_has_one_home(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) also = g_ptr_array_new();
	g_autoptr(Mailbox) first = add(kit, "help@example.org", &error), second = NULL;

	g_ptr_array_add(also, (gpointer) "HELP@example.org");
	second = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_ALSO, .address = "sales@example.org", .also = also }, kit->actor, kit->now_ms, &error);
	g_assert_null(second);
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static void
test_every_fault_is_named(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	MailServer server = { .host = (char *)"no host", .port = 0, .security = (char *)"maybe", .auth = (char *)"password" };

	g_assert_null(mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP | MAILBOX_WHEN_UNKNOWN, .address = "no address", .imap = &server, .when_unknown = "guess" },
	                          kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_cmpuint(err_fields(error)->len, ==, 5);
}

static void
test_a_secret_never_leaves(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	SealKey key = { { 7 } }, other = { { 8 } };
	g_autofree char *sealed = seal(&key, "imap", "hunter2"), *opened = NULL, *text = NULL;
	MailServer server = { .host = (char *)"imap.example.org", .port = 993, .security = (char *)"tls", .auth = (char *)"password", .user = (char *)"help", .sealed = sealed };
	MailServer later = { .host = (char *)"IMAP.example.org", .port = 1993, .security = (char *)"tls", .auth = (char *)"password", .user = (char *)"help" };
	g_autoptr(Mailbox) made = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP, .address = "help@example.org", .imap = &server }, kit->actor, kit->now_ms, &error);
	g_autoptr(Mailbox) changed = NULL, moved = NULL;
	g_autoptr(json_t) value = NULL;

	g_assert_no_error(error);
	changed = mailbox_change(kit->db, made->id, 0, &(MailboxChange){ .given = MAILBOX_IMAP, .imap = &later }, kit->actor, kit->now_ms, &error);
	g_assert_cmpint(changed->imap->port, ==, 1993);
	opened = unseal(&key, "imap", changed->imap->sealed, &error);
	g_assert_cmpstr(opened, ==, "hunter2");
	g_assert_null(unseal(&other, "imap", changed->imap->sealed, NULL));
	g_assert_null(unseal(&key, "smtp", changed->imap->sealed, NULL));
	later.host = (char *)"imap.elsewhere.example";
	moved = mailbox_change(kit->db, made->id, 0, &(MailboxChange){ .given = MAILBOX_IMAP, .imap = &later }, kit->actor, kit->now_ms, &error);
	g_assert_null(moved->imap->sealed);
	value = mailbox_to_json(changed);
	text = json_write(value, NULL);
	g_assert_null(strstr(text, sealed));
	g_assert_nonnull(strstr(text, "\"has_secret\":true"));
}

/* A refresh token goes where tokens are had, so it stays with that place; the file of an authority stays until it is taken away. */
static void
test_a_token_stays_with_its_place(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	MailServer server = { .host = (char *)"imap.example.org", .port = 993, .security = (char *)"tls", .auth = (char *)"xoauth2", .user = (char *)"help", .sealed = (char *)"x",
		.sealed_client_secret = (char *)"y", .token_url = (char *)"https://a.example/token", .ca_file = (char *)"/etc/ssl/ours.pem" };
	MailServer later = server;
	g_autoptr(Mailbox) made = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP, .address = "help@example.org", .imap = &server }, kit->actor, kit->now_ms, &error);
	g_autoptr(Mailbox) same = NULL, moved = NULL;

	g_assert_no_error(error);
	later.sealed = later.sealed_client_secret = later.ca_file = NULL;
	same = mailbox_change(kit->db, made->id, 0, &(MailboxChange){ .given = MAILBOX_IMAP, .imap = &later }, kit->actor, kit->now_ms, &error);
	g_assert_cmpstr(same->imap->sealed, ==, "x");
	g_assert_cmpstr(same->imap->sealed_client_secret, ==, "y");
	g_assert_cmpstr(same->imap->ca_file, ==, "/etc/ssl/ours.pem");
	later.token_url = (char *)"https://b.example/token";
	later.ca_file = (char *)"";
	moved = mailbox_change(kit->db, made->id, 0, &(MailboxChange){ .given = MAILBOX_IMAP, .imap = &later }, kit->actor, kit->now_ms, &error);
	g_assert_null(moved->imap->sealed);
	g_assert_null(moved->imap->sealed_client_secret);
	g_assert_null(moved->imap->ca_file);
	later.ca_file = (char *)"ours.pem";
	g_assert_null(mailbox_change(kit->db, made->id, 0, &(MailboxChange){ .given = MAILBOX_IMAP, .imap = &later }, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_INVALID);
}

/* What was wrong with settings that are others now is not said any more; how far a folder was read stays. */
static void
test_trouble_ends_with_its_settings(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	MailServer server = { .host = (char *)"imap.example.org", .port = 993, .security = (char *)"tls", .auth = (char *)"password", .user = (char *)"help" };
	g_autoptr(Mailbox) made = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP, .address = "help@example.org", .imap = &server }, kit->actor, kit->now_ms, &error), changed = NULL;
	g_autoptr(json_t) before = NULL, after = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	MailFolder folder;

	g_assert_true(mail_folder_open_in(kit->db, made->id, "INBOX", 7, &folder, &error));
	g_assert_true(mail_folder_advance_in(kit->db, folder.id, 7, 99, &error));
	g_assert_true(db_tx_commit(tx, &error));
	g_assert_true(mail_folder_trouble(kit->db, made->id, "INBOX", "refused", kit->now_ms, &error));
	g_assert_true(mail_folder_trouble(kit->db, made->id, "Complaints", "no such folder", kit->now_ms, &error));
	before = mail_journal(kit->db, -1, 10, &error);
	g_assert_cmpuint(json_array_size(json_object_get(before, "folders")), ==, 2);
	changed = mailbox_change(kit->db, made->id, 0, &(MailboxChange){ .given = MAILBOX_IMAP, .imap = &server }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	after = mail_journal(kit->db, -1, 10, &error);
	g_assert_cmpuint(json_array_size(json_object_get(after, "folders")), ==, 1);
	g_assert_cmpint(json_int(json_array_get(json_object_get(after, "folders"), 0), "last_uid", 0), ==, 99);
	g_assert_null(json_text(json_array_get(json_object_get(after, "folders"), 0), "error", NULL));
}

static gboolean
add_one(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(Mailbox) made = add(kit, "help@example.org", error);

	return made != NULL;
}

static void
nothing_there(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mailboxes"), ==, 0);
}

static void
test_add_is_all_or_nothing(Kit *kit)
{
	kit_torture(kit, add_one, nothing_there, NULL, 4);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mailbox/life", test_life);
	kit_add("/mailbox/an-address-has-one-home", test_an_address_has_one_home);
	kit_add("/mailbox/every-fault-is-named", test_every_fault_is_named);
	kit_add("/mailbox/a-secret-never-leaves", test_a_secret_never_leaves);
	kit_add("/mailbox/a-token-stays-with-its-place", test_a_token_stays_with_its_place);
	kit_add("/mailbox/trouble-ends-with-its-settings", test_trouble_ends_with_its_settings);
	kit_add("/mailbox/torture/add", test_add_is_all_or_nothing);
	return kit_run();
}
