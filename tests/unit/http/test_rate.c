/* Token buckets and CSRF tokens: pure, with a moved clock. */
#include "http/gate.h"
#include "http/rate.h"
#include "kit/kit.h"
#include <string.h>

static void
test_bucket(void)
{
	RateTable *rates = rate_table_new();
	const guint64 key = rate_key_address(rates, 's', "192.0.2.1"), other = rate_key_address(rates, 's', "192.0.2.2");

	for (int i = 0; i < 10; i++)
		g_assert_cmpint(rate_take(rates, key, 10, 1000), ==, 0);
	g_assert_cmpint(rate_take(rates, key, 10, 1000), >, 0);
	g_assert_cmpint(rate_take(rates, key, 10, 1000), <=, 7);
	g_assert_cmpint(rate_take(rates, other, 10, 1000), ==, 0);
	g_assert_cmpint(rate_take(rates, key, 10, 1000 + 6100), ==, 0); /* one token came back */
	g_assert_cmpint(rate_take(rates, key, 10, 1000 + 6100), >, 0);
	g_assert_cmpint(rate_take(rates, key, 10, 500), >, 0); /* a clock that went back gives nothing away */
	rate_table_free(rates);
}

static void
test_keys(void)
{
	RateTable *rates = rate_table_new();

	g_assert_true(rate_key_address(rates, 'a', "2001:db8::1") == rate_key_address(rates, 'a', "2001:db8::ffff"));
	g_assert_false(rate_key_address(rates, 'a', "2001:db8::1") == rate_key_address(rates, 'a', "2001:db8:0:1::1"));
	g_assert_false(rate_key_address(rates, 'a', "192.0.2.1") == rate_key_address(rates, 's', "192.0.2.1"));
	g_assert_false(rate_key_account(rates, 'u', 1) == rate_key_account(rates, 'u', 2));
	rate_table_free(rates);
}

static void
test_flood(void)
{
	RateTable *rates = rate_table_new();

	for (guint i = 0; i < 200000; i++) { /* more than fit: each is still served */
		g_autofree char *address = g_strdup_printf("10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);

		g_assert_cmpint(rate_take(rates, rate_key_address(rates, 'a', address), 10, 1000 + i), ==, 0);
	}
	rate_table_free(rates);
}

static void
test_csrf(void)
{
	g_autofree char *one = csrf_show("the session's token"), *two = csrf_show("the session's token");

	g_assert_cmpstr(one, !=, two);
	g_assert_true(csrf_matches("the session's token", one));
	g_assert_true(csrf_matches("the session's token", two));
	g_assert_true(csrf_matches("the session's token", "the session's token"));
	g_assert_false(csrf_matches("another token", one));
	g_assert_false(csrf_matches("", ""));
	g_assert_false(csrf_matches("the session's token", ""));
	one[3] = one[3] == 'A' ? 'B' : 'A';
	g_assert_false(csrf_matches("the session's token", one));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/rate/bucket", test_bucket);
	kit_add_plain("/rate/keys", test_keys);
	kit_add_plain("/rate/flood", test_flood);
	kit_add_plain("/csrf/shown", test_csrf);
	return kit_run();
}
