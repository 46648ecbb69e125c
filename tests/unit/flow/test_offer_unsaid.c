/* test_offer_unsaid.c - an offer was made in an answer that is taken back before anybody got it: it was never made. Two cases side by side, as in test_mail_unsaid.c. */
#include "unsaid.h"
#include "flow/remedy/choose.h"
#include "flow/remedy/offer.h"

static Actor
boss(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = user_add(kit->db, &(NewUser){ .email = "ada@larch.example", .name = "Ada", .role = "admin", .capacity = -1 }, kit->actor, kit->now_ms, &error);
	Actor it = { .kind = ACTOR_STAFF, .may = role_may("admin"), .zone = "UTC", .lang = "en" };

	g_assert_no_error(error);
	it.user_id = user->id;
	g_strlcpy(it.ref, user->ref, sizeof it.ref);
	g_strlcpy(it.role, "admin", sizeof it.role);
	return it;
}

/* The row of the outbox. */
static gint64
offers(Kit *kit, gint64 case_id, const char *words, const Actor *actor, char ret_ref[16])
{
	const NewOffer make = { .options = { { { { .type = "apology" } } }, { { { .type = "repair" } } } }, .words = words };
	g_autoptr(GError) error = NULL;

	remedy_offer_make(kit->db, &context, case_id, &make, actor, kit->now_ms, ret_ref, &error);
	g_assert_no_error(error);
	return kit_count(kit, "SELECT max(id) AS value FROM outbox");
}

static void
expect_state(Kit *kit, const char *ref, const char *state)
{
	g_autoptr(Offer) offer = offer_by_ref(kit->db, ref, NULL);

	g_assert_cmpstr(offer->state, ==, state);
}

static char *
draft_of(Kit *kit, gint64 case_id, const Actor *actor)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) drafts = message_draft_get(kit->db, case_id, actor->user_id, &error);

	g_assert_no_error(error);
	return g_strdup(json_text(json_object_get(drafts, "reply"), "body", NULL));
}

static void
test_withdrawn_with_it(Kit *kit)
{
	const World it = begin(kit);
	const Actor ada = boss(kit);
	char ref[16] = "", silent[16] = "";
	gint64 id;

	kit->now_ms += 1 * H;
	both_say(kit, &it, "outbound", "We look into it.");
	kit->now_ms += 1 * H;
	id = offers(kit, it.a, "We are sorry.", &ada, ref);
	expect_state(kit, ref, "open");
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'offered' AND id = ", it.a), ==, 1);
	kit->now_ms += 5000;
	takes_back(kit, id, &ada);
	expect_state(kit, ref, "withdrawn");
	g_assert_cmpint(count(kit, "SELECT count(*) FROM remedies WHERE state = 'withdrawn' AND case_id = ", it.a), ==, 2);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'remedy.withdrawn' AND case_id = ", it.a), ==, 2);
	expect_alike(kit, &it);
	{
		g_autofree char *draft = draft_of(kit, it.a, &ada); /* without the link to it */

		g_assert_cmpstr(draft, ==, "We are sorry.");
	}
	/* Without words of one's own nothing is left to draft; and an offer can be made again. */
	id = offers(kit, it.b, NULL, &ada, silent);
	takes_back(kit, id, &ada);
	expect_state(kit, silent, "withdrawn");
	{
		g_autofree char *draft = draft_of(kit, it.b, &ada);

		g_assert_null(draft);
	}
	offers(kit, it.b, NULL, &ada, silent);
	expect_state(kit, silent, "open");
}

/* The first word on a case at all. */
static void
test_first_word(Kit *kit)
{
	const World it = begin(kit);
	const Actor ada = boss(kit);
	char ref[16] = "";
	gint64 id;

	kit->now_ms += 1 * H;
	id = offers(kit, it.a, "We are sorry.", &ada, ref);
	kit->now_ms += 5000;
	takes_back(kit, id, &ada);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'received' AND id = ", it.a), ==, 1);
}

/* The customer found it on their page and has chosen: they know of it, and it stays. An older offer is none of this answer's. */
static void
test_what_stays(Kit *kit)
{
	const World it = begin(kit);
	const Actor ada = boss(kit), customer = { .kind = ACTOR_CUSTOMER, .case_id = it.a };
	g_autoptr(GError) error = NULL;
	char ref[16] = "", older[16] = "";
	gint64 id;

	kit->now_ms += 1 * H;
	id = offers(kit, it.a, "We are sorry.", &ada, ref);
	kit->now_ms += 2000;
	g_assert_true(remedy_choose(kit->db, ref, 1, NULL, &customer, kit->now_ms, &error));
	kit->now_ms += 1000;
	takes_back(kit, id, &ada);
	expect_state(kit, ref, "chosen");
	offers(kit, it.b, "We are sorry.", &ada, older);
	kit->now_ms += 1 * H;
	id = writes(kit, it.b, &it.ruth, "Did you see it?", &(MailReply){ 0 }, NULL);
	takes_back(kit, id, &it.ruth);
	expect_state(kit, older, "open");
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'offered' AND id = ", it.b), ==, 1);
}

/* Each of two offers says that the case is at "offered": it stays there until none is open. */
static void
test_one_of_two(Kit *kit)
{
	const World it = begin(kit);
	const Actor ada = boss(kit);
	char ref[16] = "", other[16] = "";
	gint64 first, second;

	kit->now_ms += 1 * H;
	first = offers(kit, it.a, "We are sorry.", &ada, ref);
	kit->now_ms += 1000;
	second = offers(kit, it.a, "Or this.", &ada, other);
	kit->now_ms += 1000;
	takes_back(kit, first, &ada);
	expect_state(kit, ref, "withdrawn");
	expect_state(kit, other, "open");
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'offered' AND id = ", it.a), ==, 1);
	kit->now_ms += 1000;
	takes_back(kit, second, &ada);
	expect_alike(kit, &it);
}

typedef struct {
	gint64 id, case_id;
	Actor ada;
	char ref[16], *before;
} Back;

static gboolean
take_back(Kit *kit, gpointer data, GError **error)
{
	const Back *self = data;

	return mail_withdraw(kit->db, self->id, &self->ada, kit->now_ms, error);
}

static void
not_taken_back(Kit *kit, gpointer data)
{
	const Back *self = data;
	g_autofree char *now = looks(kit, self->case_id);

	g_assert_cmpstr(now, ==, self->before);
	expect_state(kit, self->ref, "open");
	g_assert_cmpint(count(kit, "SELECT count(*) FROM outbox WHERE state = 'queued' AND NOT unsaid AND id = ", self->id), ==, 1);
}

static void
test_torture(Kit *kit)
{
	const World it = begin(kit);
	Back self = { .case_id = it.a, .ada = boss(kit) };

	kit->now_ms += 1 * H;
	self.id = offers(kit, it.a, "We are sorry.", &self.ada, self.ref);
	self.before = looks(kit, it.a);
	kit_torture(kit, take_back, not_taken_back, &self, 20);
	expect_state(kit, self.ref, "withdrawn");
	g_free(self.before);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/unsaid/offer/withdrawn-with-it", test_withdrawn_with_it);
	kit_add("/mail/unsaid/offer/first-word", test_first_word);
	kit_add("/mail/unsaid/offer/what-stays", test_what_stays);
	kit_add("/mail/unsaid/offer/one-of-two", test_one_of_two);
	kit_add("/mail/torture/unsaid-offer", test_torture);
	return kit_run();
}
