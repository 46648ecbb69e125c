/* A library that is loaded at its first use: what is missing is said by name, and what is there works through the table. */
#include "base/lazy.h"
#include "kit/kit.h"
#include <math.h>
#include <string.h>

static void
test_missing(void)
{
	static const char *const names[] = { "anything", NULL };
	void *table[1] = { NULL };
	LazyLibrary library = { .file = "libredress-has-no-such-thing.so.7", .names = names, .table = table };

	for (int i = 0; i < 2; i++) { /* and a second try says it again */
		g_autoptr(GError) error = NULL;

		g_assert_false(lazy_load(&library, &error));
		g_assert_error(error, ERR, ERR_INTERNAL);
		g_assert_nonnull(strstr(error->message, "libredress-has-no-such-thing.so.7"));
		g_assert_null(table[0]);
	}
}

static void
test_another(void)
{
	static const char *const names[] = { "cos", "redress_has_no_such_function", NULL };
	void *table[2] = { NULL, NULL };
	LazyLibrary library = { .file = "libm.so.6", .names = names, .table = table };
	g_autoptr(GError) error = NULL;

	g_assert_false(lazy_load(&library, &error));
	g_assert_error(error, ERR, ERR_INTERNAL);
	g_assert_nonnull(strstr(error->message, "redress_has_no_such_function"));
}

static void
test_there(void)
{
	static const char *const names[] = { "cos", NULL };
	struct {
		__typeof__(cos) *cos;
	} table = { NULL };
	LazyLibrary library = { .file = "libm.so.6", .names = names, .table = &table };
	g_autoptr(GError) error = NULL;

	g_assert_true(lazy_load(&library, &error));
	g_assert_no_error(error);
	lazy_need(&library);
	g_assert_cmpfloat(table.cos(0), ==, 1);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/lazy/missing", test_missing);
	kit_add_plain("/lazy/another", test_another);
	kit_add_plain("/lazy/there", test_there);
	return kit_run();
}
