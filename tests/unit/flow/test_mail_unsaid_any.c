/* test_mail_unsaid_any.c - whatever happens on a case around an answer that is taken back, it ends as one on which the answer was never written: stories by chance, each from
 * its own number, so that one that fails can be told again. By hand: test_mail_unsaid.c. */
#include "unsaid.h"
#include "promise/book.h"

enum { STORIES = 100 };

/* Clocks of all kinds; updates are late now and then. */
static void
run_every_clock(Kit *kit)
{
	static const DbSql TARGETS = { "unsaid_test_targets", "UPDATE clock_policies SET targets = '{\"acknowledge\":[\"24 hours\",true],\"respond\":[\"30 hours\",true],\"answer\":[\"48 hours\",true],"
		"\"update\":[\"1 days\",false],\"resolve\":[\"28 days\",true],\"final\":[\"56 days\",false]}' WHERE name = 'Everything else'", 0, TRUE };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 n = 0;

	g_assert_true(db_exec(kit->db, &TARGETS, NULL, 0, &n, &error) && db_tx_commit(tx, &error));
	g_assert_cmpint(n, ==, 1);
	clock_book_forget(kit->db);
}

typedef struct {
	Kit *kit;
	World it;
	GString *told; /* for whoever reads that it failed */
} Any;

static void
still_ours(Any *any, gint64 case_id)
{
	const NewMessage make = { .direction = "outbound", .body = "We look into it.", .still_ours = TRUE };
	g_autoptr(GError) error = NULL;

	message_add(any->kit->db, case_id, &make, &any->it.ruth, any->kit->now_ms, NULL, &error);
	g_assert_no_error(error);
}

static void
waits_by_hand(Any *any, gint64 case_id)
{
	const CaseChange change = { .given = CASE_WAITING, .waiting = TRUE };
	g_autoptr(GError) error = NULL;

	case_change(any->kit->db, case_id, 0, &change, any->kit->actor, any->kit->now_ms, &error);
	g_assert_no_error(error);
}

/* On both alike. @before: the answer is not written yet; that somebody lets the case wait right after it cannot be told from the answer's own doing. */
static void
anything(Any *any, GRand *chance, gboolean before)
{
	switch (g_rand_int_range(chance, 0, 5)) {
	case 0:
		g_string_append(any->told, " in");
		both_say(any->kit, &any->it, "inbound", "Hello?");
		return;
	case 1:
		g_string_append(any->told, " out");
		both_say(any->kit, &any->it, "outbound", "Could you send a photo?");
		return;
	case 2:
		g_string_append(any->told, " ours");
		still_ours(any, any->it.a);
		still_ours(any, any->it.b);
		return;
	case 3:
		if (!before)
			return;
		g_string_append(any->told, " wait");
		waits_by_hand(any, any->it.a);
		waits_by_hand(any, any->it.b);
		return;
	default: g_string_append(any->told, " -");
	}
}

/* On cases of which one is ended: words of theirs would open that one again, and it would stay so. */
static void
we_say_anything(Any *any, GRand *chance)
{
	if (g_rand_boolean(chance)) {
		g_string_append(any->told, " out");
		both_say(any->kit, &any->it, "outbound", "Could you send a photo?");
	} else if (g_rand_boolean(chance)) {
		g_string_append(any->told, " ours");
		still_ours(any, any->it.a);
		still_ours(any, any->it.b);
	}
}

/* What was told of a clock that is over does not matter any more. */
static char *
looks_without_levels(Kit *kit, gint64 case_id)
{
	g_autofree char *text = looks(kit, case_id);
	char *levels = strstr(text, "levels=");

	*levels = '\0';
	return g_strconcat(text, strchr(levels + 1, ' '), NULL);
}

static void
tell(Kit *kit, const World *world, guint32 seed)
{
	g_autoptr(GRand) chance = g_rand_new_with_seed(seed);
	g_autoptr(GString) told = g_string_new(NULL);
	g_autofree char *ann = g_strdup_printf("ann%u@customer.example", seed), *ben = g_strdup_printf("ben%u@customer.example", seed), *a = NULL, *b = NULL;
	const int steps = g_rand_int_range(chance, 3, 8), written = g_rand_int_range(chance, 0, steps), back = g_rand_int_range(chance, written + 1, steps + 1);
	const char *then = seed % 3 == 0 ? "resolved" : NULL;
	Any any = { kit, *world, told };
	gint64 id = 0;

	any.it.a = new_case(kit, ann);
	any.it.b = new_case(kit, ben);
	for (int i = 0; i <= steps; i++) {
		/* No step of a clock falls on the very moment of something else. */
		kit->now_ms += g_rand_int_range(chance, 1, 40) * H / 2 + 7 * MS_PER_MINUTE;
		watch(kit);
		g_string_append_printf(told, " %s", i == written ? "WRITTEN" : i == back ? "BACK" : "");
		if (i == written)
			id = writes(kit, any.it.a, &any.it.ruth, "We are sorry. Is it the red one?", &(MailReply){ 0 }, then);
		else if (i == back)
			takes_back(kit, id, &any.it.ruth);
		else if (then == NULL || i < written || i > back)
			anything(&any, chance, i < written || i > back);
		else
			we_say_anything(&any, chance);
	}
	watch(kit);
	a = looks_without_levels(kit, any.it.a);
	b = looks_without_levels(kit, any.it.b);
	if (strcmp(a, b) != 0)
		g_error("story %u:%s\n%s\nis not\n%s", seed, told->str, a, b);
}

/* Two answers, each written and taken back somewhere in the story, in whatever order. */
static void
tell_two(Kit *kit, const World *world, guint32 seed)
{
	g_autoptr(GRand) chance = g_rand_new_with_seed(seed);
	g_autoptr(GString) told = g_string_new(NULL);
	g_autofree char *a = NULL, *b = NULL;
	const char *then = seed % 3 == 0 ? "resolved" : NULL;
	gint written[2], back[2], first = G_MAXINT, last = 0;
	Any any = { kit, *world, told };
	gint64 ids[2] = { 0 };

	for (guint i = 0; i < 2; i++) {
		written[i] = g_rand_int_range(chance, 1, 6);
		back[i] = g_rand_int_range(chance, written[i], 8);
		first = MIN(first, written[i]);
		last = MAX(last, back[i]);
	}
	any.it.a = new_case(kit, "cleo@customer.example");
	any.it.b = new_case(kit, "dan@customer.example");
	for (int i = 0; i <= 9; i++) {
		kit->now_ms += g_rand_int_range(chance, 1, 40) * H / 2 + 7 * MS_PER_MINUTE;
		watch(kit);
		g_string_append_c(told, ' ');
		for (guint k = 0; k < 2; k++) {
			kit->now_ms += 1000;
			if (i == written[k]) {
				g_string_append_printf(told, "WRITTEN%u", k);
				ids[k] = writes(kit, any.it.a, &any.it.ruth, "We are sorry. Is it the red one?", &(MailReply){ 0 }, k == 1 ? then : NULL);
			}
			kit->now_ms += 1000;
			if (i == back[k]) {
				g_string_append_printf(told, "BACK%u", k);
				takes_back(kit, ids[k], &any.it.ruth);
				watch(kit); /* as the next moment has it, before anybody writes: what is late again is told */
			}
		}
		if (i < first || i > last || (then == NULL && i != written[0] && i != written[1]))
			anything(&any, chance, i < first || i > last);
		else if (then != NULL && i != written[0] && i != written[1])
			we_say_anything(&any, chance);
	}
	watch(kit);
	a = looks_without_levels(kit, any.it.a);
	b = looks_without_levels(kit, any.it.b);
	if (strcmp(a, b) != 0)
		g_error("story of two %u:%s\n%s\nis not\n%s", seed, told->str, a, b);
}

/* It leaves as its time comes, and its server takes it from nobody yet. */
static void
leaves_in_vain(Kit *kit, gint64 outbox_id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(Outbox) was = NULL;
	const char *event = NULL;
	gboolean mine = FALSE;

	g_assert_true(outbox_begin_in(kit->db, outbox_id, kit->now_ms, &mine, &was, &error) && mine);
	g_assert_true(message_leaves_in(kit->db, was->case_id, was->message_id, was->counts == OUTBOX_COUNTS_LATER_OURS, was->then, kit->now_ms, &error));
	g_assert_true(outbox_end_in(kit->db, outbox_id, "queued", NULL, "busy", kit->now_ms + 60000, NULL, 0, kit->now_ms, &event, &error) && db_tx_commit(tx, &error));
}

/* One that is sent later, taken back before it leaves or after. */
static void
tell_later(Kit *kit, const World *world, guint32 seed)
{
	g_autoptr(GRand) chance = g_rand_new_with_seed(seed);
	g_autoptr(GString) told = g_string_new(NULL);
	g_autofree char *a = NULL, *b = NULL;
	const int steps = g_rand_int_range(chance, 3, 9), written = g_rand_int_range(chance, 0, steps), left = g_rand_int_range(chance, written, steps + 1), back = g_rand_int_range(chance, written + 1, steps + 1);
	const char *then = seed % 3 == 0 ? "resolved" : NULL;
	Any any = { kit, *world, told };
	gint64 id = 0;

	any.it.a = new_case(kit, "eve@customer.example");
	any.it.b = new_case(kit, "fay@customer.example");
	for (int i = 0; i <= steps; i++) {
		kit->now_ms += g_rand_int_range(chance, 1, 40) * H / 2 + 7 * MS_PER_MINUTE;
		watch(kit);
		g_string_append_printf(told, " %s", i == written ? "WRITTEN" : i == back ? "BACK" : i == left && left < back ? "LEAVES" : "");
		if (i == written) {
			id = writes(kit, any.it.a, &any.it.ruth, "We are sorry. Is it the red one?", &(MailReply){ .send_at = kit->now_ms + 60000 }, then);
		} else if (i == back) {
			takes_back(kit, id, &any.it.ruth);
		} else if (i == left && left < back) {
			leaves_in_vain(kit, id);
		} else if (then == NULL || i <= left || i > back) {
			anything(&any, chance, i < written || i > back);
		} else {
			we_say_anything(&any, chance);
		}
	}
	watch(kit);
	a = looks_without_levels(kit, any.it.a);
	b = looks_without_levels(kit, any.it.b);
	if (strcmp(a, b) != 0)
		g_error("story of one sent later %u:%s\n%s\nis not\n%s", seed, told->str, a, b);
}

static void
test_later(Kit *kit)
{
	World world;

	run_every_clock(kit);
	world = begin(kit);
	for (guint32 seed = 0; seed < STORIES; seed++)
		tell_later(kit, &world, seed);
	/* Their words came while it waited, and another one answered them before it left. */
	tell_later(kit, &world, 300);
	tell_later(kit, &world, 912);
}

static void
test_two(Kit *kit)
{
	World world;

	run_every_clock(kit);
	world = begin(kit);
	for (guint32 seed = 0; seed < STORIES; seed++)
		tell_two(kit, &world, seed);
}

static void
test_any(Kit *kit)
{
	World world;

	run_every_clock(kit);
	world = begin(kit);
	for (guint32 seed = 0; seed < STORIES; seed++)
		tell(kit, &world, seed);
	/* Paused by hand before it, and gone on after it, then answered: what was paused puts off what that answer kept. */
	tell(kit, &world, 2009);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/unsaid/any", test_any);
	kit_add("/mail/unsaid/any-two", test_two);
	kit_add("/mail/unsaid/any-later", test_later);
	return kit_run();
}
