/* The embedded pages: that all compile, and what a page knows. */
#include "http/page.h"
#include "base/clock.h"
#include "kit/kit.h"

static void
test_all_compile(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Pages) pages = pages_new(&error);

	g_assert_no_error(error);
	g_assert_nonnull(pages);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/page/all_compile", test_all_compile);
	return kit_run();
}
