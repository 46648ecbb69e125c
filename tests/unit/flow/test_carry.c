/* What hangs on a case that is brought from elsewhere: what is past of it is over and told to nobody, what lies ahead wakes somebody, and what cannot be is refused
 * with its case, alone. (A whole year out and in again: test_export.c.) */
#include "base/ids.h"
#include "carry.sql.h"
#include "flow/follow/follow.h"
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
	for (const DbSql *const *sql = carry_sql; *sql != NULL; sql++) {
		g_autoptr(GError) error = NULL;

		db_check(kit->db, *sql, &error);
		g_assert_no_error(error);
	}
}

/* Imports @text; the tally, and why the first row was refused. */
static char *
take(Kit *kit, const char *text, char **ret_reason)
{
	g_autofree char *path = g_build_filename(kit->dir, "lines", NULL);
	g_autoptr(GError) error = NULL;
	ImportAsk ask = { .name = "lines", .format = IMPORT_NDJSON, .now_ms = kit->now_ms };
	ImportResult result;
	char *tally;

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	ask.fd = g_open(path, O_RDONLY | O_CLOEXEC, 0);
	import_run(kit_store(kit), &ask, kit->actor, NULL, NULL, &result, &error);
	g_assert_no_error(error);
	close(ask.fd);
	tally = g_strdup_printf("%d %d %d %d", (int)result.n_imported, (int)result.n_updated, (int)result.n_unchanged, (int)result.n_rejected);
	if (ret_reason != NULL)
		*ret_reason = g_strdup(result.reason);
	import_result_clear(&result);
	return tally;
}

static void
take_ok(Kit *kit, const char *text, const char *tally)
{
	g_autofree char *reason = NULL, *got = take(kit, text, &reason);

	g_assert_cmpstr(reason, ==, NULL);
	g_assert_cmpstr(got, ==, tally);
}

static char *
case_line(const char *record)
{
	char ref[REF_SIZE];

	ref_new(ref);
	return g_strdup_printf("{\"ref\":\"%s\",\"kind\":\"complaint\",\"subject\":\"A kettle\",\"channel\":\"form\",\"stage\":\"investigating\",\"received_at\":\"2026-11-10T09:00:00Z\","
			       "\"customer\":{\"name\":\"Ann\",\"email\":\"ann@example.org\"},\"messages\":[{\"direction\":\"inbound\",\"channel\":\"form\",\"said_at\":\"2026-11-10T09:00:00Z\",\"body\":\"It leaks\"},"
			       "{\"direction\":\"outbound\",\"channel\":\"form\",\"said_at\":\"2026-11-11T09:00:00Z\",\"body\":\"I ring you\"}],\"record\":%s}\n", ref, record);
}

#define JO "{\"email\":\"jo@example.org\",\"name\":\"Jo Hart\"}"

/* Now is 2026-11-19T11:22Z. */
static void
test_what_is_past_is_over(Kit *kit)
{
	g_autofree char *line = case_line(
		"{\"promises\":[{\"ref\":\"AAA2-2222\",\"what\":\"ring\",\"due_at\":\"2026-11-12T09:00:00Z\",\"first_due_at\":\"2026-11-12T09:00:00Z\",\"whole_day\":false,\"owner\":" JO ",\"state\":\"open\",\"source\":\"words\",\"message\":2,\"span_start\":0,\"span_end\":10,\"certainty\":90,\"made_at\":\"2026-11-11T09:00:00Z\",\"made_by\":" JO ",\"n_moved\":0}],"
		"\"offers\":[{\"ref\":\"AAA3-2222\",\"state\":\"chosen\",\"direct\":false,\"words\":\"\",\"days\":14,\"currency\":\"GBP\",\"n_options\":1,\"chosen\":1,\"counts_minor\":2000,\"made_at\":\"2026-11-11T09:00:00Z\"}],"
		"\"remedies\":[{\"ref\":\"AAA4-2222\",\"offer\":\"AAA3-2222\",\"option_n\":1,\"type\":\"REFD-2227\",\"kind\":\"refund\",\"state\":\"doing\",\"amount_minor\":2000,\"asked_minor\":2000,\"currency\":\"GBP\",\"goodwill\":false,\"words\":\"Money back\",\"reason\":\"\",\"done_by\":\"webhook\",\"hook\":\"HHHH-2222\",\"made_at\":\"2026-11-11T09:00:00Z\",\"attempts\":1,\"changed_at\":\"2026-11-11T09:00:00Z\"}],"
		"\"surveys\":[{\"ref\":\"AAA5-2222\",\"survey\":\"FREE-222K\",\"state\":\"waiting\",\"made_at\":\"2026-11-11T09:00:00Z\",\"due_at\":\"2026-11-25T09:00:00Z\"},{\"ref\":\"AAA6-2222\",\"survey\":\"FREE-222K\",\"state\":\"sent\",\"made_at\":\"2026-11-01T09:00:00Z\",\"due_at\":\"2026-11-01T09:00:00Z\",\"sent_at\":\"2026-11-01T09:00:00Z\",\"ends_at\":\"2026-11-15T09:00:00Z\"},"
		"{\"ref\":\"AAA7-2222\",\"survey\":\"FREE-222K\",\"state\":\"answered\",\"made_at\":\"2026-10-01T09:00:00Z\",\"due_at\":\"2026-10-01T09:00:00Z\",\"sent_at\":\"2026-10-01T09:00:00Z\",\"ends_at\":\"2026-10-15T09:00:00Z\",\"answered_at\":\"2026-10-02T09:00:00Z\"}],"
		"\"answers\":[{\"asked\":\"AAA7-2222\",\"question\":1,\"kind\":\"csat\",\"score\":1,\"words\":\"No\"}],"
		"\"recoveries\":[{\"ref\":\"AAA8-2222\",\"asked\":\"AAA7-2222\",\"assignee\":" JO ",\"kind\":\"csat\",\"score\":1,\"state\":\"open\",\"opened_at\":\"2026-10-02T09:00:00Z\",\"due_at\":\"2026-10-03T09:00:00Z\",\"corrected\":false}],"
		"\"follow_ups\":[{\"ref\":\"AAA9-2222\",\"state\":\"waiting\",\"made_at\":\"2026-11-11T09:00:00Z\",\"due_at\":\"2026-11-18T09:00:00Z\"}],"
		"\"clocks\":[{\"resolve_due\":\"2026-11-15T09:00:00Z\",\"acknowledge_due\":\"2026-11-11T09:00:00Z\",\"acknowledge_met\":\"2026-11-10T19:00:00Z\",\"pauses\":\"1794300000000-1794310000000\"}]}");
	g_autofree char *text = g_strconcat(
		"{\"house\":\"survey\",\"ref\":\"FREE-222K\",\"name\":\"How was it\",\"event\":\"case.resolved\",\"delay_minutes\":60,\"sample_pct\":100,\"valid_days\":14,\"recovery_hours\":24,\"words\":{},\"created_at\":\"2026-01-01\"}\n"
		"{\"house\":\"survey_question\",\"survey\":\"FREE-222K\",\"place\":1,\"kind\":\"csat\",\"required\":true,\"points\":5,\"bar\":2,\"words\":{}}\n", line, NULL);

	ref_seed(0);
	take_ok(kit, text, "3 0 0 0");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM promises WHERE state = 'broken' AND next_at IS NULL AND ended_at = due_at + 300000 AND message_id IS NOT NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT n_broken FROM cases"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedies WHERE state = 'failed' AND fault LIKE 'It was under way%' AND hook_id IS NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM survey_asked WHERE state = 'not_sent' AND reason = 'moved'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM survey_asked WHERE state = 'expired'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM recoveries WHERE state = 'open' AND late_at = due_at"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM follow_ups WHERE state = 'not_asked' AND reason = 'moved'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM surveys WHERE NOT is_active"), ==, 1);
	/* A clock that is long late stays late, and rings no more than what is still to come. */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM case_clocks WHERE resolve_due = 1794733200000 AND acknowledge_met = 1794337200000 AND (next_at IS NULL OR next_at > 1795087320000)"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE due_at = 1794733200000 AND due_kind = 'resolve'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind <> 'clock.recount'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices"), ==, 0);
}

static void
test_what_lies_ahead_wakes(Kit *kit)
{
	g_autofree char *line = case_line(
		"{\"promises\":[{\"ref\":\"BAA2-2222\",\"what\":\"ring\",\"due_at\":\"2026-11-29T09:00:00Z\",\"first_due_at\":\"2026-11-29T09:00:00Z\",\"whole_day\":false,\"state\":\"open\",\"source\":\"hand\",\"made_at\":\"2026-11-11T09:00:00Z\",\"n_moved\":0}],"
		"\"offers\":[{\"ref\":\"BAA3-2222\",\"state\":\"open\",\"direct\":false,\"words\":\"\",\"days\":14,\"n_options\":1,\"counts_minor\":0,\"made_at\":\"2026-11-11T09:00:00Z\",\"expires_at\":\"2026-11-25T09:00:00Z\"}],"
		"\"remedies\":[{\"ref\":\"BAA4-2222\",\"offer\":\"BAA3-2222\",\"option_n\":1,\"type\":\"APGY-222P\",\"kind\":\"apology\",\"state\":\"proposed\",\"amount_minor\":0,\"asked_minor\":0,\"goodwill\":false,\"words\":\"Sorry\",\"reason\":\"\",\"done_by\":\"manual\",\"made_at\":\"2026-11-11T09:00:00Z\",\"attempts\":0,\"changed_at\":\"2026-11-11T09:00:00Z\"}],"
		"\"approvals\":[{\"ref\":\"BAA5-2222\",\"remedy\":\"BAA4-2222\",\"asked_by\":" JO ",\"asked_of\":{\"email\":\"lead@example.org\",\"name\":\"Lea\"},\"state\":\"waiting\",\"made_at\":\"2026-11-11T09:00:00Z\",\"due_at\":\"2026-11-21T09:00:00Z\",\"n_moved\":0}]}");

	take_ok(kit, line, "1 0 0 0");
	g_assert_cmpint(kit_count(kit, "SELECT due_at FROM jobs WHERE kind = 'promise.tick'"), ==, 1795856400000); /* a day before */
	g_assert_cmpint(kit_count(kit, "SELECT promise_due_at FROM cases"), ==, 1795942800000);
	g_assert_cmpint(kit_count(kit, "SELECT due_at FROM jobs WHERE kind = 'offer.expire'"), ==, 1795597200000);
	g_assert_cmpint(kit_count(kit, "SELECT due_at FROM jobs WHERE kind = 'approval.due'"), ==, 1795251600000);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedies r JOIN approvals a ON a.id = r.approval_id"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM users WHERE name = 'Lea' AND removed_at IS NOT NULL"), ==, 1);
}

/* Another case has the same refs: both are here, each with its own. */
static void
test_refs_that_are_taken(Kit *kit)
{
	static const char record[] =
		"{\"offers\":[{\"ref\":\"CAA3-2222\",\"state\":\"given\",\"direct\":true,\"words\":\"\",\"days\":14,\"currency\":\"GBP\",\"n_options\":1,\"chosen\":1,\"counts_minor\":500,\"made_at\":\"2026-11-11T09:00:00Z\"}],"
		"\"remedies\":[{\"ref\":\"CAA4-2222\",\"offer\":\"CAA3-2222\",\"option_n\":1,\"type\":\"REFD-2227\",\"kind\":\"refund\",\"state\":\"done\",\"amount_minor\":500,\"asked_minor\":500,\"currency\":\"GBP\",\"goodwill\":false,\"words\":\"Money back\",\"reason\":\"\",\"done_by\":\"manual\",\"made_at\":\"2026-11-11T09:00:00Z\",\"attempts\":0,\"reference\":\"P-1\",\"done_at\":\"2026-11-12T09:00:00Z\",\"changed_at\":\"2026-11-12T09:00:00Z\"}],"
		"\"ledger\":[{\"at\":\"2026-11-12T09:00:00Z\",\"entry\":\"done\",\"remedy\":\"CAA4-2222\",\"kind\":\"refund\",\"goodwill\":false,\"amount_minor\":500,\"currency\":\"GBP\",\"by\":" JO ",\"reference\":\"P-1\"}]}";
	g_autofree char *one = case_line(record), *two = case_line(record), *both = g_strconcat(one, two, NULL);

	take_ok(kit, both, "2 0 0 0");
	g_assert_cmpint(kit_count(kit, "SELECT count(DISTINCT r.ref) FROM remedies r JOIN offers o ON o.id = r.offer_id AND o.case_id = r.case_id"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT sum(amount_minor) FROM ledger"), ==, 1000);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events e JOIN ledger l ON l.remedy_id = e.subject_id WHERE e.kind = 'remedy.done' AND e.at = l.at"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM case_given WHERE total_minor = 500"), ==, 2);
	take_ok(kit, both, "0 0 2 0");
	g_assert_cmpint(kit_count(kit, "SELECT sum(amount_minor) FROM ledger"), ==, 1000);
}

/* Each is refused with its case; the one beside it is taken. */
static void
test_what_cannot_be(Kit *kit)
{
	static const struct {
		const char *record, *why;
	} bad[] = {
		{ "[]", "no JSON object" },
		{ "{\"decisions\":{}}", "no list" },
		{ "{\"decisions\":[7]}", "no object" },
		{ "{\"decisions\":[{\"outcome\":\"won\",\"reasons\":\"\",\"points\":[],\"made_at\":\"2026-11-11\"}]}", "\"decisions\" cannot be taken" },
		{ "{\"decisions\":[{\"outcome\":\"upheld\",\"reasons\":\"\",\"points\":[],\"made_at\":\"yesterday\"}]}", "no time" },
		{ "{\"decisions\":[{\"outcome\":\"upheld\",\"reasons\":\"\",\"points\":[]}]}", "\"decisions\" cannot be taken" },
		{ "{\"decisions\":[{\"outcome\":3}]}", "another kind" },
		{ "{\"letters\":[{\"ref\":\"DAA2-2222\",\"message\":3,\"outcome\":\"upheld\",\"lang\":\"en\",\"subject\":\"s\",\"body\":\"b\",\"pages\":1,\"by_mail\":true,\"sent_at\":\"2026-11-11\"}]}", "none of the case's messages" },
		{ "{\"remedies\":[{\"ref\":\"DAA3-2222\",\"offer\":\"DAA4-2222\"}]}", "not in the record" },
		{ "{\"surveys\":[{\"ref\":\"DAA5-2222\",\"survey\":\"NONE-2222\",\"state\":\"answered\",\"made_at\":\"2026-11-11\",\"due_at\":\"2026-11-11\"}]}", "\"surveys\" cannot be taken" },
		{ "{\"ledger\":[{\"at\":\"2026-11-11\",\"entry\":\"done\",\"remedy\":\"DAA6-2222\",\"amount_minor\":100000,\"currency\":\"GBP\"}]}", "not in the record" },
		{ "{\"clocks\":[{\"pauses\":\"soon\"}]}", "cannot be" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *one = case_line(bad[i].record), *two = case_line("{}"), *both = g_strconcat(one, two, NULL), *reason = NULL, *tally = take(kit, both, &reason);

		g_assert_cmpstr(tally, ==, "1 0 0 1");
		g_assert_nonnull(reason);
		if (strstr(reason, bad[i].why) == NULL)
			g_error("%s: %s", bad[i].record, reason);
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases"), ==, i + 1);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM decisions"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM ledger"), ==, 0);
}

/* What the house has stays as the house has it. */
static void
test_the_house(Kit *kit)
{
	static const char survey[] = "{\"house\":\"survey\",\"ref\":\"FREE-222K\",\"name\":\"How was it\",\"event\":\"case.resolved\",\"delay_minutes\":60,\"sample_pct\":100,\"valid_days\":14,\"recovery_hours\":24,\"words\":{},\"created_at\":\"2026-01-01\"}\n";
	static const char same_name[] = "{\"house\":\"survey\",\"ref\":\"THER-222S\",\"name\":\"how WAS it\",\"event\":\"case.closed\",\"delay_minutes\":60,\"sample_pct\":100,\"valid_days\":14,\"recovery_hours\":24,\"words\":{},\"created_at\":\"2026-01-01\"}\n";
	static const char type[] = "{\"house\":\"remedy_type\",\"ref\":\"REFD-2227\",\"kind\":\"refund\",\"name\":\"All the money\",\"has_value\":true,\"goodwill\":false,\"wording\":\"\",\"limits\":[],\"created_at\":\"1970-01-01\"}\n";
	static const char again[] = "{\"house\":\"remedy_type\",\"ref\":\"REFD-2227\",\"kind\":\"refund\",\"name\":\"Another name\",\"has_value\":true,\"goodwill\":false,\"wording\":\"\",\"limits\":[],\"created_at\":\"1970-01-01\"}\n";
	static const char action[] = "{\"house\":\"action\",\"ref\":\"HVSE-DEFZ\",\"title\":\"Scan the slips\",\"plan\":\"\",\"effect\":\"\",\"state\":\"open\",\"root_cause\":\"Process \u203a Returns\",\"owner\":" JO ",\"due_at\":\"2026-12-01T09:00:00Z\",\"opened_at\":\"2026-11-01T09:00:00Z\"}\n";
	static const char *const bad[] = { "{\"house\":\"wall\"}\n", "{\"house\":\"survey\",\"name\":\"x\"}\n", "{\"house\":\"action\",\"ref\":\"CRTY-PAAE\",\"title\":\"t\",\"state\":\"maybe\"}\n",
		"{\"house\":\"survey_question\",\"survey\":\"PAY5-DAY9\",\"place\":1,\"kind\":\"csat\",\"required\":true,\"words\":{}}\n" };
	g_autofree char *all = g_strconcat(survey, same_name, type, action, NULL);

	take_ok(kit, all, "4 0 0 0");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM surveys WHERE name = 'how WAS it (THER-222S)'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedy_types WHERE name = 'All the money'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'action.remind'"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM actions a JOIN root_causes r ON r.id = a.root_cause_id WHERE r.name = 'Returns'"), ==, 1);
	take_ok(kit, all, "0 0 4 0");
	take_ok(kit, again, "0 0 1 0");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedy_types WHERE name = 'Another name'"), ==, 0);
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *reason = NULL, *tally = take(kit, bad[i], &reason);

		g_assert_cmpstr(tally, ==, "0 0 0 1");
		g_assert_nonnull(reason);
	}
}

/* In a running server, too: what an import closes or has paid is no reason to ask the customer how it was. */
static void
test_nobody_is_asked(Kit *kit)
{
	static const char survey[] = "{\"house\":\"survey\",\"ref\":\"%s\",\"name\":\"%s\",\"event\":\"%s\",\"delay_minutes\":0,\"sample_pct\":100,\"valid_days\":14,\"recovery_hours\":24,\"words\":{},\"created_at\":\"2026-01-01\"}\n";
	static const char closed[] = "{\"external_id\":\"K-1\",\"subject\":\"A kettle\",\"stage\":\"%s\",\"customer.email\":\"ann@example.org\"}\n";
	g_autofree char *first = g_strdup_printf(survey, "FREE-222K", "Closed", "case.closed"), *second = g_strdup_printf(survey, "THER-222S", "Paid", "remedy.done"), *open = g_strdup_printf(closed, "received"),
		       *shut = g_strdup_printf(closed, "closed");
	g_autoptr(DbTx) tx = NULL;

	take_ok(kit, first, "1 0 0 0");
	take_ok(kit, second, "1 0 0 0");
	tx = db_begin(kit->db, NULL);
	g_assert_true(db_exec(kit->db, db_sql_compose(kit->db, "on", "UPDATE surveys SET is_active = TRUE", 0), DB_NO_ARGS, NULL, NULL) && db_tx_commit(tx, NULL));
	store_follow(kit_store(kit), flow_follow);
	take_ok(kit, open, "1 0 0 0");
	take_ok(kit, shut, "0 1 0 0");
	test_refs_that_are_taken(kit);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE stage = 'closed'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM survey_asked"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'survey.ask'"), ==, 0);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/carry/statements", test_statements);
	kit_add("/carry/what is past is over", test_what_is_past_is_over);
	kit_add("/carry/what lies ahead wakes", test_what_lies_ahead_wakes);
	kit_add("/carry/refs that are taken", test_refs_that_are_taken);
	kit_add("/carry/what cannot be", test_what_cannot_be);
	kit_add("/carry/the house", test_the_house);
	kit_add("/carry/nobody is asked", test_nobody_is_asked);
	return kit_run();
}
