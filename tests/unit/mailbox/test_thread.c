#include "base/ids.h"
#include "base/secret.h"
#include "kit/kit.h"
#include "mailbox/thread.h"
#include "store/migrate.h"
#include <string.h>

static const guint8 key[SECRET_KEY_SIZE] = { 1, 2, 3 }, other[SECRET_KEY_SIZE] = { 9 };

static void
test_ids_are_ours_alone(void)
{
	g_autofree char *id = NULL, *lower = NULL;
	char made[REF_SIZE], ref[16];

	ref_new(made);
	id = thread_make_id(key, made, "example.org");
	g_assert_true(thread_read_id(key, id, ref));
	g_assert_cmpstr(ref, ==, made);
	lower = g_ascii_strdown(id, -1);
	g_assert_true(thread_read_id(key, lower, ref));
	g_assert_false(thread_read_id(other, id, ref));
	id[12] = id[12] == '0' ? '1' : '0';
	g_assert_false(thread_read_id(key, id, ref));
}

static void
test_plus_addresses_survive_lower_case(void)
{
	g_autofree char *address = NULL, *lower = NULL, *bare = NULL;
	char made[REF_SIZE], ref[16];

	ref_new(made);
	address = thread_make_plus(key, "help@example.org", made);
	lower = g_ascii_strdown(address, -1);
	bare = g_strdup_printf("help+%s.@example.org", made);
	g_assert_true(g_str_has_prefix(address, "help+"));
	g_assert_cmpuint((gsize)(strchr(address, '@') - address), <=, 64);
	g_assert_true(thread_read_plus(key, lower, ref));
	g_assert_cmpstr(ref, ==, made);
	g_assert_false(thread_read_plus(other, address, ref));
	g_assert_false(thread_read_plus(key, "help@example.org", ref));
	g_assert_false(thread_read_plus(key, bare, ref));
}

static void
test_an_id_is_one_however_it_is_written(void)
{
	g_assert_cmpint(mail_id_key("<a@b>"), ==, mail_id_key("a@b"));
	g_assert_cmpint(mail_id_key(" <a@b>\r\n"), ==, mail_id_key("a@b"));
	g_assert_cmpint(mail_id_key("a@b"), !=, mail_id_key("a@c"));
}

static void
find(Kit *kit, const char *id, gboolean own, gint64 message_id, gint64 case_id)
{
	g_autoptr(GError) error = NULL;
	gint64 found_message = -1, found_case = -1;

	g_assert_true(thread_find(kit->db, id, own, &found_message, &found_case, &error));
	g_assert_cmpint(found_message, ==, message_id);
	g_assert_cmpint(found_case, ==, case_id);
}

static void
script(Kit *kit, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(db_script(kit->db, text, &error));
	g_assert_no_error(error);
}

static void
put(Kit *kit, gint64 message_id, const char *id, const char *named)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) references = g_ptr_array_new();

	g_ptr_array_add(references, (gpointer)named);
	g_ptr_array_add(references, (gpointer)named); /* References and In-Reply-To name the same one */
	g_assert_true(thread_put(kit->db, message_id, 0, id, references, &error));
}

static const char cases[] =
	"INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, received_at, logged_at, stage_at, changed_at, n_messages) VALUES "
	"(1, 'c1', 'complaint', 's', 'email', 1, 'received', TRUE, 0, 0, 0, 0, 1), (2, 'c2', 'complaint', 's', 'email', 1, 'received', TRUE, 0, 0, 0, 0, 1); "
	"INSERT INTO messages (id, ref, case_id, direction, channel, body, said_at, logged_at) VALUES (10, 'm10', 1, 'inbound', 'email', '', 0, 0), "
	"(11, 'm11', 1, 'inbound', 'email', '', 0, 0), (12, 'm12', 2, 'inbound', 'email', '', 0, 0);";

static void
test_the_newest_is_found(Kit *kit)
{
	script(kit, cases);
	put(kit, 10, "<a@b>", "<root@b>");
	put(kit, 12, "<c@d>", "<root@b>");
	put(kit, 11, "<a@b>", "<c@d>");
	find(kit, "a@b", TRUE, 11, 1);
	find(kit, "root@b", FALSE, 12, 2);
	find(kit, "root@b", TRUE, 0, 0);
	find(kit, "c@d", FALSE, 11, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_ids"), ==, 6);
}

/* Ids as they were kept before step 15: each is found, once; one that a merge brought to a case goes with its message. */
static void
test_ids_of_before_are_found(Kit *kit)
{
	g_autoptr(GString) rows = g_string_new("INSERT INTO mail_ids (key, message_id, own) VALUES ");
	const Migration *step = migrations;

	while (step->number != 15)
		step++;
	script(kit, cases);
	script(kit, "DROP TABLE mail_ids; CREATE TABLE mail_ids (key {int} NOT NULL, message_id {ref} NOT NULL REFERENCES messages(id), own {bool} NOT NULL) {strict}; "
	       "CREATE INDEX mail_ids_by_key ON mail_ids (key, own, message_id); "
	       "INSERT INTO merges (kind, source_id, target_id, moved, made_at) VALUES ('case', 2, 1, '{}', 0)");
	g_string_append_printf(rows, "(%lld, 10, TRUE), (%lld, 12, TRUE), ", (long long)mail_id_key("a@b"), (long long)mail_id_key("c@d"));
	g_string_append_printf(rows, "(%lld, 12, FALSE), (%lld, 12, FALSE)", (long long)mail_id_key("a@b"), (long long)mail_id_key("a@b"));
	script(kit, rows->str);
	script(kit, step->text);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_ids"), ==, 3);
	find(kit, "a@b", TRUE, 10, 1);
	find(kit, "a@b", FALSE, 12, 2);
	script(kit, "UPDATE messages SET case_id = 2 WHERE id = 10"); /* as when the merge is undone */
	find(kit, "a@b", TRUE, 10, 2);
	find(kit, "c@d", TRUE, 12, 2);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/thread/ids-are-ours-alone", test_ids_are_ours_alone);
	kit_add_plain("/thread/plus-addresses-survive-lower-case", test_plus_addresses_survive_lower_case);
	kit_add_plain("/thread/an-id-is-one-however-it-is-written", test_an_id_is_one_however_it_is_written);
	kit_add("/thread/the-newest-is-found", test_the_newest_is_found);
	kit_add("/thread/ids-of-before-are-found", test_ids_of_before_are_found);
	return kit_run();
}
