/* So many pictures a minute for each person, and for one as for another. */
#include "desk/picture_limit.h"

static void
test_each_has_their_own(void)
{
	g_autoptr(PictureLimit) limit = picture_limit_new();
	const gint64 now_ms = 1000000 * (gint64)60000;

	for (guint i = 0; i < PICTURES_PER_MINUTE; i++)
		g_assert_true(picture_limit_take(limit, 1, now_ms + i));
	g_assert_false(picture_limit_take(limit, 1, now_ms + 59999));
	g_assert_true(picture_limit_take(limit, 2, now_ms + 59999));
	g_assert_true(picture_limit_take(limit, 1, now_ms + 60000));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture-limit/each-has-their-own", test_each_has_their_own);
	return g_test_run();
}
