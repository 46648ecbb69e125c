/* Files of cases taken in: mapped, dated, told apart, refused row by row, taken up again. */
#include "flow/import/import.h"
#include "flow/import/batch.h"
#include "import.sql.h"
#include "kit/kit.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	ImportFormat format;
	const char *map;
	DateStyle dates;
	gboolean dry_run;
	ImportProgress progress;
} How;

/* Writes @bytes as a file, takes it in; "imported N, updated N, unchanged N, rejected N". */
static char *
take(Kit *kit, const char *bytes, gsize size, const How *how, ImportResult *ret_result, GError **error)
{
	g_autofree char *path = g_build_filename(kit->dir, "in.csv", NULL);
	g_autoptr(json_t) map = how->map != NULL ? json_loads(how->map, 0, NULL) : NULL;
	ImportAsk ask = { .name = "in.csv", .format = how->format, .map = map, .dates = how->dates, .dry_run = how->dry_run };
	ImportResult result;
	gboolean fine;

	g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
	ask.fd = g_open(path, O_RDONLY | O_CLOEXEC, 0);
	g_assert_cmpint(ask.fd, >=, 0);
	fine = import_run(kit_store(kit), &ask, kit->actor, how->progress, NULL, &result, error);
	close(ask.fd);
	if (ret_result != NULL)
		*ret_result = result;
	else
		import_result_clear(&result);
	if (!fine)
		return NULL;
	return g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, result.n_imported,
		result.n_updated, result.n_unchanged, result.n_rejected);
}

static void
assert_taken(Kit *kit, const char *text, const How *how, const char *tally)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *got = take(kit, text, strlen(text), how, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(got, ==, tally);
}

static char *
text_of(Kit *kit, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(kit->db, db_sql_compose(kit->db, "test", sql, 0), DB_NO_ARGS, &error);

	g_assert_no_error(error);
	g_assert_true(db_rows_next(rows, &error));
	return g_strdup(db_rows_text(rows, "value"));
}

static void
assert_text(Kit *kit, const char *sql, const char *expected)
{
	g_autofree char *got = text_of(kit, sql);

	g_assert_cmpstr(got, ==, expected);
}

static void
test_statements(Kit *kit)
{
	for (const DbSql *const *sql = import_sql; *sql != NULL; sql++) {
		g_autoptr(GError) error = NULL;

		db_check(kit->db, *sql, &error);
		g_assert_no_error(error);
	}
}

static const char table[] = "Ticket ID,Created,Title,Description,Status,Priority,Customer Name,Email,Topic,Shop\n"
			    "7,2026-01-05,Kettle leaks,\"It leaks,\nall over\",Open,High,Ann,ann@example.org,Leaks,Kiel\n"
			    "8,2026-01-06,,Where is my order?,Closed,N/A,Bob,nan,Delivery > Late,\n";

static void
test_guessed_columns(Kit *kit)
{
	const How how = { IMPORT_CSV };

	assert_taken(kit, table, &(How){ IMPORT_CSV, .dry_run = TRUE }, "2 0 0 0");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM imports"), ==, 0);
	assert_taken(kit, table, &how, "2 0 0 0");
	assert_text(kit, "SELECT subject AS value FROM cases WHERE external_id = '7'", "Kettle leaks");
	assert_text(kit, "SELECT body AS value FROM messages WHERE said_at = 1767571200000", "It leaks,\nall over");
	assert_text(kit, "SELECT stage AS value FROM cases WHERE external_id = '8'", "closed");
	assert_text(kit, "SELECT facts AS value FROM cases WHERE external_id = '7'", "{\"shop\":\"Kiel\"}");
	assert_text(kit, "SELECT k.path AS value FROM cases c JOIN categories k ON k.id = c.category_id WHERE c.external_id = '8'",
		"Delivery › Late");
	g_assert_cmpint(kit_count(kit, "SELECT severity AS value FROM cases WHERE external_id = '7'"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT severity AS value FROM cases WHERE external_id = '8'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM customers"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM contacts"), ==, 1);
	assert_taken(kit, table, &how, "0 0 2 0");
	assert_taken(kit, table, &(How){ IMPORT_CSV, .dry_run = TRUE }, "0 0 2 0");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM imports WHERE state = 'done'"), ==, 2);
}

static void
test_changed_rows(Kit *kit)
{
	g_autoptr(GString) text = g_string_new(table);
	const How how = { IMPORT_CSV };

	assert_taken(kit, table, &how, "2 0 0 0");
	g_string_replace(text, "all over", "everywhere", 0);
	g_string_replace(text, "Open,High", "Resolved,High", 0);
	assert_taken(kit, text->str, &(How){ IMPORT_CSV, .dry_run = TRUE }, "0 1 1 0");
	assert_taken(kit, text->str, &how, "0 1 1 0");
	assert_text(kit, "SELECT stage AS value FROM cases WHERE external_id = '7'", "resolved");
	assert_text(kit, "SELECT body AS value FROM messages WHERE said_at = 1767571200000", "It leaks,\neverywhere");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases WHERE external_id = '7' AND is_open"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'case.stage_changed'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT version AS value FROM cases WHERE external_id = '8'"), ==, 1);
	assert_taken(kit, text->str, &how, "0 0 2 0");
}

/* A person changed something since: the row, which did not change, does not change it back. */
static void
test_work_since_is_kept(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const How how = { IMPORT_CSV };

	assert_taken(kit, table, &how, "2 0 0 0");
	g_assert_true(db_exec(kit->db, db_sql_compose(kit->db, "test", "UPDATE cases SET severity = 3", 0), DB_NO_ARGS, NULL, &error));
	assert_taken(kit, table, &how, "0 0 2 0");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases WHERE severity = 3"), ==, 2);
}

static void
test_ambiguous_dates_are_asked_for(Kit *kit)
{
	static const char text[] = "id,date,text\n1,03/04/2026,first\n2,05/06/2026,second\n";
	g_autoptr(GError) error = NULL;
	g_autofree char *none = take(kit, text, strlen(text), &(How){ IMPORT_CSV }, NULL, &error);

	g_assert_null(none);
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_nonnull(strstr(error->message, "03/04/2026"));
	g_assert_nonnull(strstr(error->message, "--dates"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM imports"), ==, 0);
	assert_taken(kit, text, &(How){ IMPORT_CSV, .dates = DATES_DAY_FIRST }, "2 0 0 0");
	g_assert_cmpint(
		kit_count(kit, "SELECT received_at AS value FROM cases WHERE external_id = '1'"), ==, G_GINT64_CONSTANT(1775174400000));
	assert_taken(kit, text, &(How){ IMPORT_CSV, .dates = DATES_US }, "0 2 0 0");
	g_assert_cmpint(
		kit_count(kit, "SELECT received_at AS value FROM cases WHERE external_id = '1'"), ==, G_GINT64_CONSTANT(1772582400000));
}

/* The rejected rows come back byte for byte, behind line and reason; corrected, the file is taken as it is. */
static void
test_rejects(Kit *kit)
{
	static const char text[] =
		"id;date;text;status\r\n1;2026-01-02;fine;open\r\n2;31.31.2026;\"bad;\r\ndate\";open\r\n3;2026-01-02;\xe4\xf6 bad status;lost\r\n"
		"4;too few\r\n5;2026-01-02;\"open quote;open\r\n6;2026-01-03;fine again;open\r\n7;2026-01-03;deep;open";
	static const char expected[] =
		"rejected_line;rejected_reason;id;date;text;status\r\n"
		"3;\"received_at: \"\"31.31.2026\"\" is no date we can read.\";2;31.31.2026;\"bad;\r\ndate\";open\r\n";
	g_autoptr(GError) error = NULL;
	g_autofree char *tally = NULL, *path = NULL, *rejects = NULL;
	g_autoptr(GString) corrected = NULL;
	ImportResult result;

	tally = take(kit, text, strlen(text), &(How){ IMPORT_CSV }, &result, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(tally, ==, "3 0 0 4");
	g_assert_cmpint(result.reason_line, ==, 3);
	path = g_build_filename(kit->dir, result.rejects, NULL);
	import_result_clear(&result);
	g_assert_true(g_file_get_contents(path, &rejects, NULL, &error));
	g_assert_true(g_str_has_prefix(rejects, expected));
	g_assert_nonnull(strstr(rejects, "\";3;2026-01-02;\xe4\xf6 bad status;lost\r\n"));
	g_assert_nonnull(strstr(rejects, "6;\"It has 2 fields, the header has 4.\";4;too few\r\n"));
	g_assert_nonnull(strstr(rejects, "7;\"a quote is opened and never closed\";5;2026-01-02;\"open quote;open\r\n"));
	corrected = g_string_new(rejects);
	g_string_replace(corrected, ";31.31.2026", ";30.01.2026", 0);
	g_string_replace(corrected, ";lost", ";closed", 0);
	g_string_replace(corrected, "too few", "2026-01-04;not too few;open", 0);
	g_string_replace(corrected, "\"open quote", "closed quote", 0);
	assert_taken(kit, corrected->str, &(How){ IMPORT_CSV }, "4 0 0 0");
	assert_text(kit, "SELECT subject AS value FROM cases WHERE external_id = '3'", "äö bad status");
	assert_text(kit, "SELECT subject AS value FROM cases WHERE external_id = '2'", "bad; date");
}

/* What only the database can refuse takes its own row along, not its batch. */
static void
test_rejected_by_the_database(Kit *kit)
{
	static const char text[] = "id,text,category\n1,one,a\n2,two,a>b>c>d>e>f>g>h\n3,three,b\n";

	assert_taken(kit, text, &(How){ IMPORT_CSV }, "2 0 0 1");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT n_rejected AS value FROM imports"), ==, 1);
}

static void
test_encodings(Kit *kit)
{
	static const char wide[] = "\xff\xfei\0d\0\t\0t\0e\0x\0t\0\n\0"
				   "1\0\t\0\xe4\0=\xd8\0\xde\n\0";
	static const char junk[] = "\xef\xbb\xbfMonthly export\n\nid|text|phone\n2|Grüße|+49 40 1234567\n3|b|\n4|c|\n";
	g_autoptr(GError) error = NULL;
	g_autofree char *tally = take(kit, wide, sizeof wide - 1, &(How){ IMPORT_CSV }, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(tally, ==, "1 0 0 0");
	assert_text(kit, "SELECT subject AS value FROM cases WHERE external_id = '1'", "ä😀");
	assert_taken(kit, junk, &(How){ IMPORT_CSV }, "3 0 0 0");
	assert_text(kit, "SELECT subject AS value FROM cases WHERE external_id = '2'", "Grüße");
}

static void
test_rows_without_ids(Kit *kit)
{
	static const char text[] = "date,text\n2026-01-01,the same\n2026-01-01,other\n2026-01-01,the same\n";
	static const char more[] = "date,text\n2026-01-01,the same\n2026-01-01,other\n2026-01-01,the same\n2026-01-01,the same\n";

	assert_taken(kit, text, &(How){ IMPORT_CSV, .dry_run = TRUE }, "3 0 0 0");
	assert_taken(kit, text, &(How){ IMPORT_CSV }, "3 0 0 0");
	assert_taken(kit, text, &(How){ IMPORT_CSV }, "0 0 3 0");
	assert_taken(kit, more, &(How){ IMPORT_CSV }, "1 0 3 0");
}

static void
test_map(Kit *kit)
{
	static const char text[] = "Nr,Was,Stand,Geheim\n1,Kaputt,Wartet auf Teil,x\n2,Weg,Fertig,y\n";
	static const char map[] = "{\"columns\": {\"Nr\": \"external_id\", \"Was\": \"body\", \"Stand\": \"stage\", \"Geheim\": \"skip\"},"
				  " \"values\": {\"stage\": {\"Wartet auf Teil\": \"investigating\", \"Fertig\": \"resolved\"}}}";
	g_autoptr(GError) error = NULL;
	g_autofree char *none = NULL, *unknown = NULL;

	assert_taken(kit, text, &(How){ IMPORT_CSV, map }, "2 0 0 0");
	assert_text(kit, "SELECT stage AS value FROM cases WHERE external_id = '2'", "resolved");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases WHERE facts IS NOT NULL"), ==, 0);
	none = take(kit, text, strlen(text), &(How){ IMPORT_CSV, "{\"Nummer\": \"external_id\"}" }, NULL, &error);
	g_assert_null(none);
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_nonnull(strstr(error->message, "Nummer"));
	g_clear_error(&error);
	unknown = take(kit, text, strlen(text), &(How){ IMPORT_CSV, "{\"Nr\": \"number\"}" }, NULL, &error);
	g_assert_null(unknown);
	g_assert_error(error, ERR, ERR_INVALID);
}

static void
test_ndjson(Kit *kit)
{
	static const char text[] =
		"{\"external_id\": \"a\", \"kind\": \"question\", \"body\": \"Where?\", \"customer\": {\"name\": \"Ann\", \"email\": \"ann@example.org\"},"
		" \"tags\": [\"one\", \"two\"], \"received_at\": \"2026-01-02T03:04:05Z\", \"weight\": 7, \"facts\": {\"x\": [1, 2]}}\n"
		"\n{\"external_id\": \"b\", \"body\": \"no end\"\n{\"external_id\": \"c\", \"body\": \"fine\", \"owner\": null}\n[1]\n";

	assert_taken(kit, text, &(How){ IMPORT_NDJSON }, "2 0 0 2");
	assert_text(kit, "SELECT facts AS value FROM cases WHERE external_id = 'a'", "{\"x\":[1,2],\"weight\":\"7\"}");
	assert_text(kit, "SELECT tags AS value FROM cases WHERE external_id = 'a'", "one,two");
	g_assert_cmpint(
		kit_count(kit, "SELECT received_at AS value FROM cases WHERE external_id = 'a'"), ==, G_GINT64_CONSTANT(1767323045000));
	assert_taken(kit, text, &(How){ IMPORT_NDJSON }, "0 0 2 2");
}

static char *
many_rows(guint n)
{
	GString *text = g_string_new("id,date,text\n");

	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, i % 100 == 50 ? "%u,never,row %u\n" : "%u,2026-01-01,row %u\n", i, i);
	return g_string_free(text, FALSE);
}

static gboolean
stop_at_once(const ImportResult *so_far, gpointer data)
{
	return FALSE;
}

/* Stopped after a batch: the next run takes it up there, counts on, and the rejects stand once each. */
static void
test_taken_up_again(Kit *kit)
{
	g_autofree char *text = many_rows(3000), *none = NULL, *tally = NULL, *path = NULL, *rejects = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = NULL;
	ImportResult result;
	gint64 first;

	none = take(kit, text, strlen(text), &(How){ IMPORT_CSV, .progress = stop_at_once }, NULL, &error);
	g_assert_null(none);
	g_assert_error(error, ERR, ERR_BUSY);
	g_clear_error(&error);
	first = kit_count(kit, "SELECT n_imported AS value FROM imports WHERE state = 'running'");
	g_assert_cmpint(first, >, 0);
	g_assert_cmpint(first, <, 2970);
	g_assert_cmpint(first, ==, kit_count(kit, "SELECT count(*) AS value FROM cases"));
	tally = take(kit, text, strlen(text), &(How){ IMPORT_CSV }, &result, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(tally, ==, "2970 0 0 30");
	g_assert_true(result.resumed);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 2970);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM imports"), ==, 1);
	path = g_build_filename(kit->dir, result.rejects, NULL);
	import_result_clear(&result);
	g_assert_true(g_file_get_contents(path, &rejects, NULL, NULL));
	lines = g_strsplit(rejects, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 32);
}

static gboolean
operation(Kit *kit, gpointer data, GError **error)
{
	return import_unit_work(kit->db, data, error);
}

static void
nothing_left(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	g_autoptr(ImportPeople) people = import_people_new(kit->db, NULL);
	ImportRow rows[2] = { { .make = { .subject = "a",
					.channel = "import",
					.external_id = "1",
					.severity = -1,
					.category = "x > y",
					.make_words = TRUE } },
		{ .make = { .body = "b", .channel = "import", .external_id = "2", .severity = -1, .customer = { .name = "Ann" } } } };
	ImportContext context;
	ImportUnit unit = { .context = &context, .rows = rows, .n_rows = 2, .now_ms = kit->now_ms };

	import_context_init(&context, kit->actor, people);
	kit_torture(kit, operation, nothing_left, &unit, 10);
	g_assert_cmpint(unit.done.n_imported, ==, 2);
	import_context_clear(&context);
}

/* The public complaints, where they are: all of them, and again. */
static void
test_cfpb(Kit *kit)
{
	const char *shared = g_getenv("REDRESS_SHARED");
	g_autofree char *path = g_build_filename(shared != NULL ? shared : "../shared", "data", "cfpb", "complaints_with_fields.csv", NULL);
	g_autofree char *text = NULL, *first = NULL, *second = NULL;
	g_autoptr(GError) error = NULL;
	gsize size;

	if (!g_file_get_contents(path, &text, &size, NULL)) {
		g_test_skip("shared data absent: cfpb/complaints_with_fields.csv");
		return;
	}
	first = take(kit, text, size, &(How){ IMPORT_CFPB }, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(first, ==, "7779 0 0 0");
	second = take(kit, text, size, &(How){ IMPORT_CFPB }, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(second, ==, "0 0 7779 0");
	assert_text(kit, "SELECT outcome AS value FROM cases WHERE external_id = '3558212'", "upheld");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases WHERE is_open"), ==, 27);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases WHERE customer_id IS NOT NULL"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM case_tags WHERE tag = 'servicemember'"), ==, 2135);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/import/statements", test_statements);
	kit_add("/import/guessed columns", test_guessed_columns);
	kit_add("/import/changed rows", test_changed_rows);
	kit_add("/import/work since is kept", test_work_since_is_kept);
	kit_add("/import/ambiguous dates are asked for", test_ambiguous_dates_are_asked_for);
	kit_add("/import/rejects", test_rejects);
	kit_add("/import/rejected by the database", test_rejected_by_the_database);
	kit_add("/import/encodings", test_encodings);
	kit_add("/import/rows without ids", test_rows_without_ids);
	kit_add("/import/map", test_map);
	kit_add("/import/ndjson", test_ndjson);
	kit_add("/import/taken up again", test_taken_up_again);
	kit_add("/import/torture", test_torture);
	kit_add("/import/cfpb", test_cfpb);
	return kit_run();
}
