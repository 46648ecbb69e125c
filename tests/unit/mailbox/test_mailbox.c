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

static char *
secret_of(const SealKey *key, const char *place, const MailServer *server)
{
	g_autoptr(GError) error = NULL;
	char *secret = unseal(key, place, server->sealed, &error);

	g_assert_no_error(error);
	return secret;
}

/* A provider's new refresh token is kept wherever the old one was, and nowhere else; what people see of the mailbox stays. */
static void
test_a_renewed_token_is_kept(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const SealKey key = { { 7 } };
	g_autofree char *imap = seal(&key, "imap", "old"), *smtp = seal(&key, "smtp", "old"), *another = seal(&key, "imap", "another");
	MailServer in = { .host = (char *)"imap.example.org", .port = 993, .security = (char *)"tls", .auth = (char *)"xoauth2", .user = (char *)"help", .sealed = imap,
		.token_url = (char *)"https://a.example/token", .client_id = (char *)"redress" };
	MailServer out = in, theirs = in, elsewhere = in;
	g_autoptr(Mailbox) first = NULL, second = NULL, third = NULL, kept = NULL, not_theirs = NULL, not_there = NULL;
	g_autofree char *kept_imap = NULL, *kept_smtp = NULL, *second_secret = NULL, *third_secret = NULL;

	out.host = (char *)"smtp.example.org";
	out.port = 587;
	out.sealed = smtp;
	theirs.sealed = another;
	elsewhere.token_url = (char *)"https://b.example/token";
	first = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP | MAILBOX_SMTP, .address = "help@example.org", .imap = &in, .smtp = &out }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	second = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP, .address = "sales@example.org", .imap = &theirs }, kit->actor, kit->now_ms, &error);
	third = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP, .address = "desk@example.org", .imap = &elsewhere }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(mailbox_token_renewed(kit->db, &key, "https://a.example/token", "redress", (const char *const[]){ "older", "old", NULL }, "new", &error));
	g_assert_no_error(error);
	kept = mailbox_get(kit->db, first->id, &error);
	kept_imap = secret_of(&key, "imap", kept->imap);
	kept_smtp = secret_of(&key, "smtp", kept->smtp);
	g_assert_cmpstr(kept_imap, ==, "new");
	g_assert_cmpstr(kept_smtp, ==, "new");
	g_assert_cmpint(kept->version, ==, first->version);
	g_assert_cmpstr(kept->imap->host, ==, "imap.example.org");
	not_theirs = mailbox_get(kit->db, second->id, &error);
	second_secret = secret_of(&key, "imap", not_theirs->imap);
	g_assert_cmpstr(second_secret, ==, "another");
	not_there = mailbox_get(kit->db, third->id, &error);
	third_secret = secret_of(&key, "imap", not_there->imap);
	g_assert_cmpstr(third_secret, ==, "old");
	/* Another process was quicker: what it kept stays. */
	g_assert_false(mailbox_token_renewed(kit->db, &key, "https://a.example/token", "redress", (const char *const[]){ "old", NULL }, "newer", &error));
	g_assert_error(error, ERR, ERR_BUSY);
	g_clear_error(&error);
	g_clear_pointer(&kept, mailbox_free);
	g_clear_pointer(&kept_imap, g_free);
	kept = mailbox_get(kit->db, first->id, &error);
	kept_imap = secret_of(&key, "imap", kept->imap);
	g_assert_cmpstr(kept_imap, ==, "new");
}

static gboolean
renew(Kit *kit, gpointer data, GError **error)
{
	const SealKey *key = data;

	return mailbox_token_renewed(kit->db, key, "https://a.example/token", "redress", (const char *const[]){ "old", NULL }, "new", error);
}

static void
still_old(Kit *kit, gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) it = mailbox_find(kit->db, "help@example.org", &error);
	g_autofree char *secret = secret_of(data, "imap", it->imap);

	g_assert_cmpstr(secret, ==, "old");
}

static void
test_torture_renewed(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	SealKey key = { { 7 } };
	g_autofree char *imap = seal(&key, "imap", "old");
	const MailServer in = { .host = (char *)"imap.example.org", .port = 993, .security = (char *)"tls", .auth = (char *)"xoauth2", .user = (char *)"help", .sealed = imap,
		.token_url = (char *)"https://a.example/token", .client_id = (char *)"redress" };
	g_autoptr(Mailbox) made = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP, .address = "help@example.org", .imap = &in }, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	kit_torture(kit, renew, still_old, &key, 3);
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
	kit_add("/mailbox/a-renewed-token-is-kept", test_a_renewed_token_is_kept);
	kit_add("/mailbox/torture/renewed-token", test_torture_renewed);
	kit_add("/mailbox/trouble-ends-with-its-settings", test_trouble_ends_with_its_settings);
	kit_add("/mailbox/torture/add", test_add_is_all_or_nothing);
	return kit_run();
}
