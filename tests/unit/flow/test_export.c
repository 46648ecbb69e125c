/* Every case out and in again: an empty instance then says the same, byte for byte. */
#include "flow/export/export.h"
#include "cases/intake.h"
#include "cases/merge.h"
#include "cases/message.h"
#include "demo/demo.h"
#include "export.sql.h"
#include "flow/import/import.h"
#include "kit/kit.h"
#include "org/user.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void
test_statements(Kit *kit)
{
	for (const DbSql *const *sql = export_sql; *sql != NULL; sql++) {
		g_autoptr(GError) error = NULL;

		db_check(kit->db, *sql, &error);
		g_assert_no_error(error);
	}
}

static void
add_user(Db *db, const Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const NewUser make = { .email = "jo@example.org", .name = "Jo", .role = "agent", .capacity = -1 };
	g_autoptr(User) user = user_add(db, &make, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
}

static gint64
add_case(Kit *kit, NewCase make)
{
	g_autoptr(GError) error = NULL;
	gint64 id;

	make.channel = make.channel != NULL ? make.channel : "form";
	make.severity = make.severity != 0 ? make.severity : -1;
	make.make_words = TRUE;
	g_assert_true(case_intake(kit->db, &make, kit->actor, kit->now_ms, &id, NULL, &error));
	g_assert_no_error(error);
	return id;
}

static void
say(Kit *kit, gint64 case_id, const char *direction, const char *body, gint64 said_at)
{
	g_autoptr(GError) error = NULL;
	const NewMessage make = { .direction = direction, .body = body, .said_at = said_at };

	g_assert_true(message_add(kit->db, case_id, &make, kit->actor, said_at, NULL, &error));
	g_assert_no_error(error);
}

/* Their words stand under their name. */
static void
say_as(Kit *kit, gint64 case_id, const User *user, const char *body)
{
	Actor jo = *kit->actor;
	const NewMessage make = { .direction = "outbound", .body = body, .said_at = kit->now_ms + 4000 };
	g_autoptr(GError) error = NULL;

	jo.kind = ACTOR_STAFF;
	jo.user_id = user->id;
	g_assert_true(message_add(kit->db, case_id, &make, &jo, kit->now_ms + 4000, NULL, &error));
	g_assert_no_error(error);
}

/* A little of everything: words of all kinds, a conversation, files, an owner, a merge, an import's facts. */
static void
fill(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = NULL;
	g_autoptr(Team) team = team_add(kit->db, "Kettle desk", "round_robin", kit->actor, kit->now_ms, NULL);
	g_autoptr(GPtrArray) tags = g_ptr_array_new();
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	const NewAttachment file = { "a \"photo\".jpg", "image/jpeg", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		12 };
	gint64 first, second;

	add_user(kit->db, kit);
	user = user_find_email(kit->db, "jo@example.org", &error);
	g_ptr_array_add(tags, (gpointer) "late");
	g_ptr_array_add(tags, (gpointer) "gift");
	g_array_append_val(files, file);
	first = add_case(kit, (NewCase){ .subject = "=1+1 \"quoted\", with commas;",
				      .body = "Line one\nline two\ttab \\ \x01 ä😀",
				      .tags = tags,
				      .attachments = files,
				      .product = "Kettles",
				      .category = "Quality › Leaks",
				      .severity = 3,
				      .desired_remedy = "a new one",
				      .owner_id = user->id,
				      .team_id = team->id,
				      .customer = { .name = "Ann O'Neil", .email = "Ann@Example.org", .phone = "+49 40 123456" } });
	say(kit, first, "outbound", "We are sorry.", kit->now_ms + 1000);
	say(kit, first, "note", "Third one.", kit->now_ms + 2000);
	say(kit, first, "inbound", "Thank you", kit->now_ms + 3000);
	say_as(kit, first, user, "A new one is on its way.");
	second = add_case(kit, (NewCase){ .body = "It leaks, again", .customer = { .name = "Ann O'Neil", .email = "ann@example.org" } });
	/* Whose address we learnt after the number. */
	add_case(kit, (NewCase){ .body = "Rang us", .channel = "phone", .customer = { .name = "Bea Moss", .phone = "+49 40 654321" } });
	add_case(kit, (NewCase){ .body = "Wrote then", .customer = { .name = "Bea Moss", .email = "bea@example.org", .phone = "+49 40 654321" } });
	add_case(kit, (NewCase){ .subject = "No words",
			      .channel = "import",
			      .external_id = "X-1",
			      .external_hash = 7,
			      .stage = "closed",
			      .outcome = "not_upheld",
			      .received_at = 1000,
			      .resolved_at = 2000,
			      .closed_at = 3000,
			      .root_cause = "Other",
			      .facts = "{\"a\":\"b\\n\",\"n\":[1,2.5,null]}" });
	g_assert_true(case_merge(kit->db, second, first, kit->actor, kit->now_ms + 5000, &error));
	g_assert_no_error(error);
}

static char *
export_all(Store *store, ExportFormat format)
{
	g_autoptr(Export) export = export_new(store, format);
	g_autoptr(GError) error = NULL;
	GString *all = g_string_new(NULL);

	while (export_next(all, export, &error))
		;
	g_assert_no_error(error);
	return g_string_free(all, FALSE);
}

static Store *
empty_store(Kit *kit, const char *name)
{
	g_autofree char *folder = g_build_filename(kit->dir, name, NULL);
	g_autoptr(GError) error = NULL;
	Store *store;

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	store = store_open(&(StoreOptions){ .data_dir = folder, .migrate = TRUE }, &error);
	g_assert_no_error(error);
	return store;
}

static void
take(Kit *kit, Store *store, ImportFormat format, const char *text, const char *tally)
{
	g_autofree char *path = g_build_filename(kit->dir, "all", NULL), *got = NULL;
	g_autoptr(GError) error = NULL;
	ImportAsk ask = { .name = "all", .format = format, .now_ms = kit->now_ms };
	ImportResult result;

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	ask.fd = g_open(path, O_RDONLY | O_CLOEXEC, 0);
	import_run(store, &ask, kit->actor, NULL, NULL, &result, &error);
	g_assert_no_error(error);
	close(ask.fd);
	got = g_strdup_printf(
		"%d %d %d %d", (int)result.n_imported, (int)result.n_updated, (int)result.n_unchanged, (int)result.n_rejected);
	import_result_clear(&result);
	g_assert_cmpstr(got, ==, tally);
}

/* Who answered there has left here: their name stands, and nobody can sign in with it. */
static void
check_people(Store *other)
{
	static const DbSql former = { "former", "SELECT count(*) AS value FROM users WHERE email = 'jo@example.org' AND name = 'Jo' AND removed_at IS NOT NULL AND password_hash IS NULL", 0, FALSE };
	gint64 n = 0;

	g_assert_true(db_query_int(store_reader(other, NULL), &former, DB_NO_ARGS, &n, NULL, NULL));
	g_assert_cmpint(n, ==, 1);
}

static void
check_round_trip(Kit *kit, ExportFormat format, ImportFormat import)
{
	g_autoptr(Store) other = NULL;
	g_autofree char *before = NULL, *after = NULL;

	fill(kit);
	before = export_all(kit_store(kit), format);
	other = empty_store(kit, "other");
	take(kit, other, import, before, "5 0 0 0");
	after = export_all(other, format);
	g_assert_cmpstr(before, ==, after);
	check_people(other);
	take(kit, other, import, before, "0 0 5 0");
}

static void
test_json(Kit *kit)
{
	check_round_trip(kit, EXPORT_NDJSON, IMPORT_NDJSON);
}

static void
test_table(Kit *kit)
{
	check_round_trip(kit, EXPORT_CSV, IMPORT_CSV);
}

/* Into the instance it came from: nothing is doubled, nothing changes. */
static void
test_into_itself(Kit *kit)
{
	g_autofree char *before = NULL, *after = NULL;

	fill(kit);
	before = export_all(kit_store(kit), EXPORT_NDJSON);
	take(kit, kit_store(kit), IMPORT_NDJSON, before, "0 0 5 0");
	after = export_all(kit_store(kit), EXPORT_NDJSON);
	g_assert_cmpstr(before, ==, after);
}

/* More than one piece and more than one page: no case is missing, none comes twice. */
static void
test_many(Kit *kit)
{
	g_autofree char *all = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, NULL);
	g_auto(GStrv) lines = NULL;

	for (int i = 0; i < 350; i++) {
		g_autofree char *body = g_strnfill((gsize)i * 7, 'x');
		const NewCase make = { .subject = "many", .body = body, .channel = "form", .severity = -1 };

		g_assert_true(case_intake_in(kit->db, &make, kit->actor, kit->now_ms, NULL, NULL, NULL));
	}
	g_assert_true(db_tx_commit(tx, NULL));
	all = export_all(kit_store(kit), EXPORT_NDJSON);
	lines = g_strsplit(all, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 351);
	for (int i = 0; i < 349; i++)
		g_assert_cmpstr(lines[i], !=, lines[i + 1]);
}

static gint64
count(Store *store, const char *sql)
{
	Db *db = store_reader(store, NULL);
	g_autofree char *text = g_strdup_printf("SELECT CAST((%s) AS BIGINT) AS value", sql);
	g_autoptr(GError) error = NULL;
	gint64 value = 0;

	db_query_int(db, db_sql_compose(db, "count", text, 0), DB_NO_ARGS, &value, NULL, &error);
	g_assert_no_error(error);
	return value;
}

/* Of a demo's year: what is compared besides the bytes. */
static void
check_same(Kit *kit, Store *other)
{
	static const char *const sums[] = {
		"SELECT coalesce(sum(amount_minor), 0) FROM ledger WHERE currency = 'GBP'",
		"SELECT coalesce(sum(amount_minor), 0) FROM ledger WHERE entry = 'reversed'",
		"SELECT count(*) FROM events WHERE kind IN ('remedy.done', 'remedy.reversed') AND subject_id IN (SELECT remedy_id FROM ledger)",
		"SELECT coalesce(sum(total_minor), 0) FROM case_given",
		"SELECT coalesce(sum(score), 0) FROM survey_answers",
		"SELECT coalesce(sum(n_promises * 7 + n_broken), 0) FROM cases",
		"SELECT coalesce(sum(promise_due_at % 100003), 0) FROM cases",
		"SELECT count(*) FROM cases WHERE due_kind = 'promise'",
		"SELECT count(*) FROM clock_results WHERE missed",
		"SELECT count(*) FROM remedies r JOIN approvals a ON a.id = r.approval_id AND a.remedy_id = r.id",
		"SELECT count(*) FROM jobs WHERE kind = 'promise.tick'",
	};

	for (guint i = 0; i < G_N_ELEMENTS(sums); i++) {
		g_assert_true(kit->engine == DB_POSTGRES || count(kit_store(kit), sums[i]) != 0); /* a shorter year there */
		g_assert_cmpint(count(kit_store(kit), sums[i]), ==, count(other, sums[i]));
	}
}

/* Nothing of what came is told, sent, asked or paid. */
static void
check_quiet(Store *store)
{
	g_assert_cmpint(count(store, "SELECT count(*) FROM jobs WHERE kind IN ('mail.send', 'survey.ask', 'followup.ask', 'remedy.pay')"), ==, 0);
	g_assert_cmpint(count(store, "SELECT count(*) FROM outbox"), ==, 0);
	g_assert_cmpint(count(store, "SELECT count(*) FROM notices"), ==, 0);
	g_assert_cmpint(count(store, "SELECT count(*) FROM jobs WHERE due_at <= 1795087320000 AND kind <> 'clock.recount'"), ==, 0);
	g_assert_cmpint(count(store, "SELECT count(*) FROM case_clocks WHERE next_at <= 1795087320000"), ==, 0);
}

/* A company's year, with all that was promised, given, decided and felt. */
static void
test_year(Kit *kit)
{
	const guint n = kit->engine == DB_SQLITE ? 500 : 150;
	const DemoOptions options = { .n_cases = n, .seed = 4, .until_ms = kit->now_ms };
	g_autoptr(Store) other = NULL;
	g_autofree char *before = NULL, *after = NULL, *all_new = NULL, *all_known = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(demo_make(kit_store(kit), &options, &error));
	g_assert_no_error(error);
	before = export_all(kit_store(kit), EXPORT_NDJSON);
	lines = g_strsplit(before, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines) - 1, ==, n + 3 + 3 + 6); /* surveys, a question each, actions */
	all_new = g_strdup_printf("%u 0 0 0", g_strv_length(lines) - 1);
	all_known = g_strdup_printf("0 0 %u 0", g_strv_length(lines) - 1);
	other = empty_store(kit, "other");
	take(kit, other, IMPORT_NDJSON, before, all_new);
	after = export_all(other, EXPORT_NDJSON);
	g_assert_cmpstr(before, ==, after);
	check_same(kit, other);
	check_quiet(other);
	take(kit, other, IMPORT_NDJSON, before, all_known);
	check_same(kit, other);
}

static void
test_empty(Kit *kit)
{
	g_autofree char *json = export_all(kit_store(kit), EXPORT_NDJSON), *table = export_all(kit_store(kit), EXPORT_CSV);

	g_assert_cmpstr(json, ==, "");
	g_assert_true(g_str_has_prefix(table, "ref,external_id,kind,"));
	g_assert_true(g_str_has_suffix(table, "facts,messages\r\n"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/export/statements", test_statements);
	kit_add("/export/json", test_json);
	kit_add("/export/table", test_table);
	kit_add("/export/into itself", test_into_itself);
	kit_add("/export/many", test_many);
	kit_add("/export/year", test_year);
	kit_add("/export/empty", test_empty);
	return kit_run();
}
