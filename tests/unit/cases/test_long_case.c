/* A case on which very much was said: what is read is the newest, in the order it was said. */
#include "cases/intake.h"
#include "cases/message.h"
#include "kit/kit.h"

static const DbSql MANY = { "many", "INSERT INTO messages (ref, case_id, direction, channel, body, said_at, logged_at) "
	"SELECT 'long-' || n, CAST($1 AS BIGINT), 'inbound', 'phone', 'Call ' || n, CAST($2 AS BIGINT) + n, CAST($2 AS BIGINT) + n FROM (WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 2050) SELECT n FROM up) AS numbers", 2, TRUE };

static void
test_the_newest_are_read(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = NULL;
	gint64 case_id = 0;

	g_assert_true(case_intake(kit->db, &(NewCase){ .channel = "phone", .subject = "Calls", .body = "The first.", .severity = -1 }, kit->actor, kit->now_ms, &case_id, NULL, &error));
	g_assert_no_error(error);
	g_assert_true(db_exec(kit->db, &MANY, DB_ARGS(DB_INT(case_id), DB_INT(kit->now_ms)), NULL, &error));
	g_assert_no_error(error);
	list = message_list(kit->db, case_id, TRUE, 0, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(json_array_size(list), ==, 2000);
	g_assert_cmpstr(json_text(json_array_get(list, 0), "body", ""), ==, "Call 51");
	g_assert_cmpstr(json_text(json_array_get(list, 1999), "body", ""), ==, "Call 2050");
}

/* Page by page back to the first, each once. */
static void
test_the_others_are_read_before_them(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) newest = NULL;
	g_autofree char *before = NULL;
	gint64 case_id = 0, last_id = 0;
	guint n = 0, wanted = 50;

	g_assert_true(case_intake(kit->db, &(NewCase){ .channel = "phone", .subject = "Calls", .body = "The first.", .severity = -1 }, kit->actor, kit->now_ms, &case_id, NULL, &error));
	g_assert_true(db_exec(kit->db, &MANY, DB_ARGS(DB_INT(case_id), DB_INT(kit->now_ms)), NULL, &error));
	newest = message_list(kit->db, case_id, TRUE, 0, &error);
	before = g_strdup(json_text(json_array_get(newest, 0), "ref", NULL));
	for (guint pages = 1; before != NULL; pages++) {
		g_autoptr(json_t) page = message_list_before(kit->db, case_id, before, 20, &last_id, &error);
		const json_t *list = json_object_get(page, "messages");

		g_assert_no_error(error);
		g_assert_cmpuint(pages, <=, 3);
		n += (guint)json_array_size(list);
		for (gsize i = json_array_size(list); i > 0 && wanted > 0; i--, wanted--) {
			g_autofree char *body = g_strdup_printf("Call %u", wanted);

			g_assert_cmpstr(json_text(json_array_get(list, i - 1), "body", ""), ==, body);
		}
		g_free(before);
		before = g_strdup(json_text(page, "next", NULL));
	}
	g_assert_cmpuint(n, ==, 51); /* the case's own first words, too */
	g_assert_null(message_list_before(kit->db, case_id, "7KQM-4TXB", 20, &last_id, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/cases/long/the-newest-are-read", test_the_newest_are_read);
	kit_add("/cases/long/the-others-are-read-before-them", test_the_others_are_read_before_them);
	return kit_run();
}
