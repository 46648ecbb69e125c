/* Of whom a survey is asked: what brings it up, what is looked at again when it is due, and the one rule over all of them: at most one in 30 days. */
#include "felt.h"
#include "base/ids.h"

static void
test_resolving_brings_it_up_and_the_delay_sends_it(Kit *kit)
{
	g_autoptr(Asked) before = NULL, after = NULL;
	gint64 case_id;

	felt_house(kit);
	felt_survey(kit, "csat");
	case_id = felt_resolved(kit, "ann@customer.example");
	before = felt_asked(kit, case_id);
	g_assert_cmpstr(before->state, ==, "waiting");
	kit->now_ms += MS_PER_DAY - 1;
	g_assert_cmpint(felt_run(kit), ==, 0);
	kit->now_ms += 1;
	g_assert_cmpint(felt_run(kit), ==, 2); /* asked, and handed to the mail */
	after = felt_asked(kit, case_id);
	g_assert_cmpstr(after->state, ==, "sent");
	g_assert_cmpint(after->sent_at, ==, kit->now_ms);
	g_assert_cmpint(after->ends_at, ==, kit->now_ms + 14 * MS_PER_DAY);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE unsubscribe LIKE 'https://help.larch.example/no-surveys/%' AND text LIKE '%/survey/%?score=5%' AND html LIKE '%?score=1%'"), ==, 1);
	/* Staff see what was asked, and no link that would let them answer it. */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'outbound' AND automatic AND body LIKE '%How satisfied%' AND body NOT LIKE '%http%'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'survey.sent'"), ==, 1);
}

static void
test_it_expires(Kit *kit)
{
	g_autoptr(Asked) asked = NULL, over = NULL;

	felt_house(kit);
	felt_survey(kit, "csat");
	asked = felt_sent(kit, "ann@customer.example", NULL);
	kit->now_ms = asked->ends_at;
	felt_run(kit);
	over = asked_by_ref(kit->db, asked->ref, NULL);
	g_assert_cmpstr(over->state, ==, "expired");
	g_assert_cmpint(answer_door(over, kit->now_ms), ==, ANSWER_OVER);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'survey.expired'"), ==, 1);
}

/* What happened between the event and its time. */
static void
late_look(Kit *kit, const char *email, void (*meanwhile)(Kit *kit, gint64 case_id), const char *reason)
{
	g_autoptr(Asked) asked = NULL;
	gint64 case_id;

	felt_house(kit);
	felt_survey(kit, "nps");
	case_id = felt_resolved(kit, email);
	kit->now_ms += MS_PER_HOUR;
	meanwhile(kit, case_id);
	kit->now_ms += MS_PER_DAY;
	felt_run(kit);
	asked = asked_get(kit->db, felt_number(kit, "SELECT min(id) AS value FROM survey_asked WHERE case_id = ", case_id), NULL);
	g_assert_cmpstr(asked->state, ==, "not_sent");
	g_assert_cmpstr(asked->reason, ==, reason);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE unsubscribe IS NOT NULL"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_turns"), ==, 0); /* who was not asked keeps the turn */
}

static void
reopen(Kit *kit, gint64 case_id)
{
	world_say(kit, case_id, "inbound", "It leaks again.", kit->actor);
}

static void
test_not_when_reopened(Kit *kit)
{
	late_look(kit, "ann@customer.example", reopen, "reopened");
}

static void
merge_away(Kit *kit, gint64 case_id)
{
	g_autoptr(GError) error = NULL;
	gint64 other = felt_case(kit, "ann@customer.example");

	case_merge(kit->db, case_id, other, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
}

static void
test_not_when_merged(Kit *kit)
{
	late_look(kit, "ann@customer.example", merge_away, "merged");
}

static void
nothing(Kit *kit, gint64 case_id)
{
}

static void
test_not_without_an_address(Kit *kit)
{
	late_look(kit, NULL, nothing, "no_address");
}

static void
lose_customer(Kit *kit, gint64 case_id)
{
	g_autoptr(GError) error = NULL;

	case_change(kit->db, case_id, 0, &(CaseChange){ .given = CASE_CUSTOMER }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
}

static void
test_not_without_a_customer(Kit *kit)
{
	late_look(kit, "ann@customer.example", lose_customer, "no_customer");
}

static void
switch_off(Kit *kit, gint64 case_id)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, NULL);
	g_autoptr(Survey) survey = survey_change_in(kit->db, felt_number(kit, "SELECT survey_id AS value FROM survey_asked WHERE case_id = ", case_id), 0,
		&(SurveyChange){ .given = SURVEY_ACTIVE, .is_active = FALSE }, kit->actor, kit->now_ms, NULL);

	g_assert_nonnull(survey);
	g_assert_true(db_tx_commit(tx, NULL));
}

static void
test_not_when_switched_off(Kit *kit)
{
	late_look(kit, "ann@customer.example", switch_off, "switched_off");
}

static void
stop(Kit *kit, gint64 case_id)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, NULL);

	g_assert_true(asked_stop_in(kit->db, felt_number(kit, "SELECT customer_id AS value FROM cases WHERE id = ", case_id), TRUE, kit->actor, kit->now_ms, NULL));
	g_assert_true(asked_stop_in(kit->db, felt_number(kit, "SELECT customer_id AS value FROM cases WHERE id = ", case_id), TRUE, kit->actor, kit->now_ms, NULL));
	g_assert_true(db_tx_commit(tx, NULL));
}

static void
test_not_who_wants_no_more(Kit *kit)
{
	late_look(kit, "ann@customer.example", stop, "unsubscribed");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'survey.stopped'"), ==, 1); /* said twice, once an event */
}

static void
long_down(Kit *kit, gint64 case_id)
{
	kit->now_ms += 16 * MS_PER_DAY;
}

static void
test_not_weeks_too_late(Kit *kit)
{
	late_look(kit, "ann@customer.example", long_down, "too_late");
}

/* Resolved, opened, resolved again: one waits, from the last time on. */
static void
test_resolved_again_waits_anew(Kit *kit)
{
	gint64 case_id;

	felt_house(kit);
	felt_survey(kit, "csat");
	case_id = felt_resolved(kit, "ann@customer.example");
	kit->now_ms += 20 * MS_PER_HOUR;
	reopen(kit, case_id);
	felt_move(kit, case_id, "resolved");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked"), ==, 1);
	kit->now_ms += 10 * MS_PER_HOUR;
	felt_run(kit);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE state = 'waiting'"), ==, 1);
	kit->now_ms += 14 * MS_PER_HOUR;
	felt_run(kit);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE state = 'sent'"), ==, 1);
}

static void
test_conditions(Kit *kit)
{
	gint64 mine, other, low;

	felt_house(kit);
	world_word(kit, TREE_CATEGORY, "Appliances > Leaks");
	world_word(kit, TREE_CATEGORY, "Appliances2");
	felt_survey_of(kit, "Leaks", "csat", (SurveyChange){ .given = SURVEY_CATEGORY | SURVEY_SEVERITY | SURVEY_KIND, .category = "Appliances", .severity = 2, .kind = "question" });
	mine = world_case_of(kit, (NewCase){ .subject = "a", .kind = "question", .severity = 3, .category = "Appliances > Leaks", .customer = { .email = "a@customer.example" } });
	other = world_case_of(kit, (NewCase){ .subject = "b", .kind = "question", .severity = 3, .category = "Appliances2", .customer = { .email = "b@customer.example" } });
	low = world_case_of(kit, (NewCase){ .subject = "c", .kind = "question", .severity = 1, .category = "Appliances", .customer = { .email = "c@customer.example" } });
	felt_move(kit, mine, "resolved");
	felt_move(kit, other, "resolved");
	felt_move(kit, low, "resolved");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT case_id AS value FROM survey_asked"), ==, mine);
}

static void
test_other_events(Kit *kit)
{
	Actor ruth = world_actor(world_user(kit, "Ruth", "ruth@example.org", "agent"), "agent");
	gint64 case_id;

	felt_house(kit);
	felt_survey_of(kit, "After an answer", "ces", (SurveyChange){ .given = SURVEY_EVENT, .event = "message.sent" });
	felt_survey_of(kit, "After the end", "nps", (SurveyChange){ .given = SURVEY_EVENT, .event = "case.closed" });
	case_id = felt_case(kit, "ann@customer.example");
	world_say(kit, case_id, "outbound", "By ourselves.", kit->actor);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked"), ==, 0); /* no person's words */
	world_say(kit, case_id, "outbound", "We look into it.", &ruth);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked"), ==, 1);
	felt_move(kit, case_id, "resolved");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked"), ==, 1);
	felt_move(kit, case_id, "closed");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked"), ==, 2);
	/* Both are due; the first takes the turn. */
	kit->now_ms += MS_PER_DAY;
	felt_run(kit);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE state = 'sent'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE reason = 'asked_lately'"), ==, 1);
}

static void
test_once_in_30_days(Kit *kit)
{
	g_autoptr(Asked) first = NULL, second = NULL, third = NULL;
	gint64 a, b;

	felt_house(kit);
	felt_survey(kit, "csat");
	first = felt_sent(kit, "ann@customer.example", NULL);
	a = felt_resolved(kit, "ann@customer.example");
	kit->now_ms = first->sent_at + 30 * MS_PER_DAY - 1;
	kit->now_ms -= 16 * MS_PER_DAY;
	felt_run(kit);
	second = felt_asked(kit, a);
	g_assert_cmpstr(second->reason, ==, "asked_lately");
	kit->now_ms = first->sent_at + 29 * MS_PER_DAY;
	b = felt_resolved(kit, "ann@customer.example");
	kit->now_ms += MS_PER_DAY;
	felt_run(kit);
	third = felt_asked(kit, b);
	g_assert_cmpstr(third->state, ==, "sent"); /* to the millisecond */
}

static gboolean
ask_one(Db *db, gpointer data, GError **error)
{
	const Kit *kit = ((gpointer *)data)[0];
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && survey_ask_in(db, &felt_context, GPOINTER_TO_SIZE(((gpointer *)data)[1]), kit->now_ms, error) && db_tx_commit(tx, error);
}

typedef struct {
	GMutex lock;
	GCond cond;
	guint left;
} Gate;

static void
asked_done(gpointer data, const GError *error)
{
	Gate *gate = ((gpointer *)data)[2];

	g_assert_no_error(error);
	g_mutex_lock(&gate->lock);
	gate->left--;
	g_cond_signal(&gate->cond);
	g_mutex_unlock(&gate->lock);
}

/* Twelve cases of one customer fall due at the same moment, and many write at once. */
static void
test_once_also_when_all_ask_at_once(Kit *kit)
{
	enum { N = 12 };
	Gate gate = { .left = N };
	gpointer units[N][3];
	Store *store;

	felt_house(kit);
	felt_survey(kit, "csat");
	for (guint i = 0; i < N; i++)
		felt_resolved(kit, "ann@customer.example");
	kit->now_ms += MS_PER_DAY;
	store = kit_store(kit);
	for (guint i = 0; i < N; i++) {
		units[i][0] = kit;
		units[i][1] = GSIZE_TO_POINTER(i + 1);
		units[i][2] = &gate;
		g_assert_true(store_submit(store, ask_one, asked_done, units[i], NULL));
	}
	g_mutex_lock(&gate.lock);
	while (gate.left > 0)
		g_cond_wait(&gate.cond, &gate.lock);
	g_mutex_unlock(&gate.lock);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE state = 'sent'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE reason = 'asked_lately'"), ==, N - 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE unsubscribe IS NOT NULL"), ==, 1);
}

/* Two customers turn out to be one: the turn of either holds for both. */
static void
test_merging_customers_keeps_the_turn(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Asked) first = NULL, second = NULL;
	gint64 a, b;

	felt_house(kit);
	felt_survey(kit, "csat");
	first = felt_sent(kit, "ann@customer.example", &a);
	b = felt_resolved(kit, "ann.lee@work.example");
	customer_merge(kit->db, felt_number(kit, "SELECT customer_id AS value FROM cases WHERE id = ", a), felt_number(kit, "SELECT customer_id AS value FROM cases WHERE id = ", b), kit->actor,
		kit->now_ms, &error);
	g_assert_no_error(error);
	kit->now_ms += MS_PER_DAY;
	felt_run(kit);
	second = felt_asked(kit, b);
	g_assert_cmpstr(second->reason, ==, "asked_lately");
}

static void
test_the_sample_is_fair_and_the_same_each_time(void)
{
	guint n = 0;

	ref_seed(7);
	for (guint i = 0; i < 10000; i++) {
		char ref[REF_SIZE];

		ref_new(ref);
		if (asked_is_sampled("7KQM-4TXB", ref, 30))
			n++;
		g_assert_true(asked_is_sampled("7KQM-4TXB", ref, 100));
		g_assert_true(!asked_is_sampled("7KQM-4TXB", ref, 30) || asked_is_sampled("7KQM-4TXB", ref, 31));
	}
	ref_seed(0);
	g_assert_cmpint(n, >, 2860); /* 30 % of 10,000, three standard deviations */
	g_assert_cmpint(n, <, 3140);
	g_assert_cmpint(asked_is_sampled("7KQM-4TXB", "AB12-CD34", 50), ==, asked_is_sampled("7KQM-4TXB", "AB12-CD34", 50));
}

typedef struct {
	gint64 id;
} Torture;

static gboolean
ask_tortured(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return tx != NULL && survey_ask_in(kit->db, &felt_context, ((Torture *)data)->id, kit->now_ms, error) && db_tx_commit(tx, error);
}

static void
still_waits(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE state = 'waiting'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT (SELECT count(*) FROM survey_turns) + (SELECT count(*) FROM outbox) AS value"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	Torture torture;
	gint64 case_id;

	felt_house(kit);
	felt_survey(kit, "csat");
	case_id = felt_resolved(kit, "ann@customer.example");
	torture.id = felt_number(kit, "SELECT id AS value FROM survey_asked WHERE case_id = ", case_id);
	kit->now_ms += MS_PER_DAY;
	kit_torture(kit, ask_tortured, still_waits, &torture, 20);
}

static gboolean
resolve_tortured(Kit *kit, gpointer data, GError **error)
{
	return case_move(kit->db, *(gint64 *)data, &(StageMove){ .stage = "resolved" }, kit->actor, kit->now_ms, error);
}

static void
nothing_planned(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT (SELECT count(*) FROM survey_asked) + (SELECT count(*) FROM follow_ups) + (SELECT count(*) FROM jobs) + (SELECT count(*) FROM cases WHERE stage = 'resolved') AS value"), ==, 0);
}

static void
test_planning_falls_with_what_caused_it(Kit *kit)
{
	gint64 case_id;

	felt_house(kit);
	felt_survey(kit, "csat");
	case_id = felt_case(kit, "ann@customer.example");
	kit_torture(kit, resolve_tortured, nothing_planned, &case_id, 10);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM jobs WHERE kind IN ('survey.ask', 'followup.ask')"), ==, 2);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/asked/sent", test_resolving_brings_it_up_and_the_delay_sends_it);
	kit_add("/asked/expires", test_it_expires);
	kit_add("/asked/reopened", test_not_when_reopened);
	kit_add("/asked/merged", test_not_when_merged);
	kit_add("/asked/no_address", test_not_without_an_address);
	kit_add("/asked/no_customer", test_not_without_a_customer);
	kit_add("/asked/switched_off", test_not_when_switched_off);
	kit_add("/asked/unsubscribed", test_not_who_wants_no_more);
	kit_add("/asked/too_late", test_not_weeks_too_late);
	kit_add("/asked/anew", test_resolved_again_waits_anew);
	kit_add("/asked/conditions", test_conditions);
	kit_add("/asked/events", test_other_events);
	kit_add("/asked/once_in_30_days", test_once_in_30_days);
	kit_add("/asked/at_once", test_once_also_when_all_ask_at_once);
	kit_add("/asked/merged_customers", test_merging_customers_keeps_the_turn);
	kit_add_plain("/asked/sample", test_the_sample_is_fair_and_the_same_each_time);
	kit_add("/asked/torture", test_torture);
	kit_add("/asked/planning_torture", test_planning_falls_with_what_caused_it);
	return kit_run();
}
