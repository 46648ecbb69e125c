#include "kit/kit.h"
#include "mailbox/journal.h"
#include "mailbox/keep.h"
#include "store/db_count.h"
#include <string.h>

static gint64
keep(Kit *kit, gint64 mailbox_id, const char *identity, const char *bytes, gboolean *ret_known)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 id = 0;

	mail_keep_in(kit->db, &(MailKeep){ .mailbox_id = mailbox_id, .way = "pipe", .identity = identity, .bytes = (const guint8 *)bytes, .size = (gint64)strlen(bytes) }, kit->now_ms, &id, ret_known, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return id;
}

static json_t *
journal(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	json_t *value = mail_journal(kit->db, -1, 10, &error);

	g_assert_no_error(error);
	return value;
}

static void
test_the_same_mail_is_kept_once_a_mailbox(Kit *kit)
{
	gboolean known = TRUE;
	gint64 first = keep(kit, 0, "aa", "From: a\n\nhello", &known), again;
	g_autoptr(json_t) counts = NULL;

	g_assert_false(known);
	again = keep(kit, 0, "aa", "From: a\n\nhello", &known);
	g_assert_true(known);
	g_assert_cmpint(again, ==, first);
	keep(kit, 5, "aa", "From: a\n\nhello", &known);
	g_assert_false(known);
	counts = journal(kit);
	g_assert_cmpint(json_int(counts, "seen", 0), ==, 3);
	g_assert_cmpint(json_int(counts, "known", 0), ==, 1);
	g_assert_cmpint(json_int(counts, "kept", 0), ==, 2);
}

static void
test_bytes_come_back_as_they_were(Kit *kit)
{
	static const char bytes[] = "Subject: x\r\n\r\n\x01\x80\xff\r\n";
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) list = NULL;
	g_autoptr(GBytes) back = NULL;
	gsize size;

	keep(kit, 0, "bb", bytes, NULL);
	list = mail_to_file(kit->db, 0, 10, &error);
	g_assert_cmpuint(list->len, ==, 1);
	back = mail_bytes(list->pdata[0], kit->dir, &error);
	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(back, &size), g_bytes_get_size(back), bytes, strlen(bytes));
}

static void
set_aside(Kit *kit, const KeptMail *mail, const char *why)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);

	mail_set_aside_in(kit->db, mail, &(MailAside){ .reason = why }, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
}

static void
test_set_aside_is_seen_and_tried_again(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 id = keep(kit, 0, "cc", "x", NULL);
	g_autoptr(KeptMail) mail = mail_get(kit->db, id, &error), again = NULL;
	g_autoptr(json_t) before = NULL, after = NULL;

	set_aside(kit, mail, "It is odd.");
	before = journal(kit);
	g_assert_cmpint(json_int(before, "set_aside_n", 0), ==, 1);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(before, "set_aside"), 0), "reason", ""), ==, "It is odd.");
	g_assert_true(mail_retry(kit->db, id, kit->actor, kit->now_ms, &error));
	after = journal(kit);
	g_assert_cmpint(json_int(after, "set_aside_n", -1), ==, 0);
	again = mail_get(kit->db, id, &error);
	g_assert_true(again->admitted);
	g_assert_false(mail_retry(kit->db, id, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static gboolean
keep_one(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	gint64 id;

	return tx != NULL && mail_keep_in(kit->db, &(MailKeep){ .way = "pipe", .identity = "dd", .bytes = (const guint8 *)"x", .size = 1 }, kit->now_ms, &id, NULL, error) && db_tx_commit(tx, error);
}

static void
nothing_kept(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mails"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_bytes"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_counts"), ==, 0);
}

static void
test_keeping_is_all_or_nothing(Kit *kit)
{
	kit_torture(kit, keep_one, nothing_kept, NULL, 4);
}

/* A unit of work for two mailboxes in turn, and over midnight: each is counted where it belongs, with a statement for each change of place. */
static void
test_counts_are_gathered(Kit *kit)
{
	static const struct {
		gint64 mailbox_id, days;
		const char *identity;
	} came[] = { { 1, 0, "a" }, { 1, 0, "b" }, { 1, 0, "a" }, { 2, 0, "a" }, { 2, 1, "c" }, { 1, 1, "d" } };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	MailCounts counts = { 0 };
	gint64 id, asked;

	for (guint i = 0; i < G_N_ELEMENTS(came); i++) {
		const MailKeep one = { .mailbox_id = came[i].mailbox_id, .way = "pipe", .identity = came[i].identity, .bytes = (const guint8 *)"x", .size = 1, .counts = &counts };

		g_assert_true(mail_keep_in(kit->db, &one, kit->now_ms + came[i].days * 86400000, &id, NULL, &error));
	}
	g_assert_true(mail_counts_write(kit->db, &counts, &error));
	asked = db_asked(kit->db);
	g_assert_true(mail_counts_write(kit->db, &counts, &error)); /* nothing is left */
	g_assert_cmpint(db_asked(kit->db), ==, asked);
	g_assert_true(db_tx_commit(tx, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_counts"), ==, 4);
	g_assert_cmpint(kit_count(kit, "SELECT n_seen * 10 + n_known AS value FROM mail_counts WHERE mailbox_id = 1 ORDER BY day LIMIT 1"), ==, 31);
	g_assert_cmpint(kit_count(kit, "SELECT n_seen * 10 + n_known AS value FROM mail_counts WHERE mailbox_id = 1 ORDER BY day DESC LIMIT 1"), ==, 10);
	g_assert_cmpint(kit_count(kit, "SELECT n_seen * 10 + n_known AS value FROM mail_counts WHERE mailbox_id = 2 ORDER BY day LIMIT 1"), ==, 10);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/keep/the-same-mail-is-kept-once-a-mailbox", test_the_same_mail_is_kept_once_a_mailbox);
	kit_add("/keep/bytes-come-back-as-they-were", test_bytes_come_back_as_they_were);
	kit_add("/keep/set-aside-is-seen-and-tried-again", test_set_aside_is_seen_and_tried_again);
	kit_add("/keep/counts-are-gathered", test_counts_are_gathered);
	kit_add("/keep/torture/keep", test_keeping_is_all_or_nothing);
	return kit_run();
}
