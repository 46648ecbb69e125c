#include "base/ids.h"
#include "base/secret.h"
#include "kit/kit.h"
#include "mailbox/thread.h"
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

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/thread/ids-are-ours-alone", test_ids_are_ours_alone);
	kit_add_plain("/thread/plus-addresses-survive-lower-case", test_plus_addresses_survive_lower_case);
	kit_add_plain("/thread/an-id-is-one-however-it-is-written", test_an_id_is_one_however_it_is_written);
	return kit_run();
}
