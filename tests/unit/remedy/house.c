#include "house.h"
#include "cases/intake.h"
#include "org/roles.h"
#include "org/user.h"
#include "remedy/authority.h"
#include "remedy/catalogue.h"
#include "remedy/doing.h"
#include "remedy/hook.h"
#include <string.h>

gint64
house_user(Kit *kit, const char *name, const char *role, gint64 team_id, Actor *ret_actor)
{
	g_autofree char *email = g_strdup_printf("%s@example.org", name);
	const NewUser make = { .email = email, .name = name, .role = role, .capacity = -1, .team_id = team_id };
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = user_add(kit->db, &make, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	*ret_actor = (Actor){ .kind = ACTOR_STAFF, .user_id = user->id, .team_id = team_id, .may = role_may(role), .zone = "UTC", .lang = "en", .theme = "auto" };
	g_strlcpy(ret_actor->name, name, sizeof ret_actor->name);
	g_strlcpy(ret_actor->ref, user->ref, sizeof ret_actor->ref);
	g_strlcpy(ret_actor->role, role, sizeof ret_actor->role);
	return user->id;
}

void
house_rule(Kit *kit, const char *scope, const char *who, const char *per_remedy, const char *per_case, const char *per_customer, const char *per_month)
{
	const AuthorityRule rule = { .scope = scope, .role = who, .team = who, .user = who, .currency = "GBP", .per_remedy = per_remedy, .per_case = per_case, .per_customer = per_customer, .per_month = per_month };
	g_autoptr(GError) error = NULL;
	char ref[16];

	authority_add(kit->db, &rule, kit->actor, kit->now_ms, ref, &error);
	g_assert_no_error(error);
}

static gint64
add_case(Kit *kit, gint64 team_id, gint64 owner_id, const char *subject)
{
	const NewCase make = { .kind = "complaint", .subject = subject, .body = "It leaks.", .channel = "email", .category = "Appliances > Leaks", .severity = 2, .team_id = team_id, .owner_id = owner_id, .make_words = TRUE,
		.customer = { .name = "Ruth Adeyemi", .email = "ruth@customer.example" }, .received_at = kit->now_ms };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 id = 0;

	case_intake_in(kit->db, &make, kit->actor, kit->now_ms, &id, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return id;
}

void
house_make(Kit *kit, House *house)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Team) team = team_add(kit->db, "Care team", NULL, kit->actor, kit->now_ms, &error);
	g_autoptr(DbTx) tx = NULL;

	g_assert_no_error(error);
	house->team = team->id;
	house->agent = house_user(kit, "Amara", "agent", team->id, &house->as_agent);
	house->lead = house_user(kit, "Jonas", "supervisor", team->id, &house->as_lead);
	house->boss = house_user(kit, "Ellen", "admin", 0, &house->as_boss);
	tx = db_begin(kit->db, &error);
	g_assert_true(team_set_lead_in(kit->db, team->id, house->lead, kit->actor, kit->now_ms, &error) && db_tx_commit(tx, &error));
	house_rule(kit, "role", "agent", "100", "150", "200", "400");
	house_rule(kit, "role", "supervisor", "500", NULL, NULL, NULL);
	house->case_id = add_case(kit, team->id, house->agent, "The floor");
	house->other_case = add_case(kit, team->id, house->agent, "The lamp");
	house->customer = (Actor){ .kind = ACTOR_CUSTOMER, .may = actor_public()->may, .case_id = house->case_id, .zone = "UTC", .lang = "en", .theme = "auto" };
}

Offer *
house_offer(Kit *kit, const Actor *actor, gint64 case_id, gboolean direct, const char *const *options, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(Case) it = tx != NULL ? case_lock(kit->db, case_id, error) : NULL;
	g_autoptr(Offer) offer = NULL;
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	NewOffer make = { .currency = "GBP", .direct = direct, .reason = "two missed visits" };

	if (it == NULL || !case_save(kit->db, it, kit->now_ms, error))
		return NULL;
	for (guint i = 0; options[i] != NULL; i++) {
		char **parts = g_strsplit(options[i], " ", 2);

		g_ptr_array_add(kept, parts);
		make.options[i].remedies[0] = (NewRemedy){ .type = parts[0], .amount = parts[1], .words = "For you." };
	}
	if ((offer = offer_make_on(kit->db, it, &make, actor, kit->now_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	return g_steal_pointer(&offer);
}

typedef struct {
	DbTx *tx;
	Case *it;
	Offer *offer;
} Place;

static void
place_clear(Place *place)
{
	offer_free(place->offer);
	case_free(place->it);
	if (place->tx != NULL)
		db_tx_free(place->tx);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static gboolean
place_open(Kit *kit, Place *place, gint64 offer_id, GError **error)
{
	return (place->tx = db_begin(kit->db, error)) != NULL && (place->offer = offer_get(kit->db, offer_id, error)) != NULL &&
	       (place->it = case_lock(kit->db, place->offer->case_id, error)) != NULL && case_save(kit->db, place->it, kit->now_ms, error);
}

static gboolean
place_commit(Place *place, GError **error)
{
	gboolean ok = db_tx_commit(place->tx, error);

	return ok;
}

gboolean
house_send(Kit *kit, gint64 offer_id, const Actor *actor, GError **error)
{
	g_auto(Place) place = { NULL };

	return place_open(kit, &place, offer_id, error) && offer_send_on(kit->db, place.it, place.offer, actor, kit->now_ms, error) && place_commit(&place, error);
}

gboolean
house_choose(Kit *kit, gint64 offer_id, gint64 n, GError **error)
{
	g_auto(Place) place = { NULL };

	return place_open(kit, &place, offer_id, error) && offer_choose_on(kit->db, place.it, place.offer, n, actor_public(), kit->now_ms, error) && place_commit(&place, error);
}

gboolean
house_decide(Kit *kit, gint64 remedy_id, const Actor *actor, gboolean approve, gint64 amount, const char *words, GError **error)
{
	g_autoptr(Remedy) remedy = remedy_get(kit->db, remedy_id, error);
	g_autoptr(Approval) approval = remedy != NULL ? approval_get(kit->db, remedy->approval_id, error) : NULL;
	const Decision decision = { .approve = approve, .amount_minor = amount, .words = words };
	g_auto(Place) place = { NULL };
	gboolean ready;

	return approval != NULL && place_open(kit, &place, remedy->offer_id, error) &&
	       approval_decide_on(kit->db, place.it, place.offer, remedy, approval, &decision, actor, kit->now_ms, error) &&
	       offer_settle_on(kit->db, place.it, place.offer, "refused", actor, kit->now_ms, &ready, error) && place_commit(&place, error);
}

Remedy *
house_remedy(Kit *kit, gint64 offer_id, gint64 n)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) all = remedy_of_offer(kit->db, offer_id, &error);

	g_assert_no_error(error);
	for (guint i = 0; i < all->len; i++)
		if (((const Remedy *)all->pdata[i])->option_n == n)
			return remedy_get(kit->db, ((const Remedy *)all->pdata[i])->id, NULL);
	g_assert_not_reached();
}

gboolean
house_done(Kit *kit, gint64 remedy_id, const char *became, GError **error)
{
	g_autoptr(Remedy) remedy = remedy_get(kit->db, remedy_id, error);
	g_auto(Place) place = { NULL };
	gboolean ok;

	if (remedy == NULL || !place_open(kit, &place, remedy->offer_id, error))
		return FALSE;
	if (strcmp(became, "done") == 0)
		ok = remedy_done_on(kit->db, place.it, remedy, "TX-1", NULL, kit->actor, kit->now_ms, error);
	else if (strcmp(became, "reversed") == 0)
		ok = remedy_reverse_on(kit->db, place.it, remedy, "a mistake", kit->actor, kit->now_ms, error);
	else
		ok = remedy_drop_on(kit->db, place.it, remedy, "not needed", kit->actor, kit->now_ms, error);
	return ok && place_commit(&place, error);
}

gint64
house_shop(Kit *kit, House *house, const SealKey *key)
{
	g_autofree char *sealed = seal(key, "hook", "our key");
	const HookChange make = { .name = "Shop", .url = "https://shop.example/pay", .sealed = sealed };
	g_autoptr(GError) error = NULL;
	g_autoptr(Hook) hook = NULL;
	g_autoptr(RemedyType) type = NULL, changed = NULL;
	g_autoptr(Offer) offer = NULL;
	g_autoptr(Remedy) remedy = NULL;
	RemedyTypeChange change = { .given = TYPE_DONE_BY | TYPE_HOOK, .done_by = "webhook" };

	house_make(kit, house);
	hook = hook_add(kit->db, &make, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	type = remedy_type_find(kit->db, "refund", "/type", &error);
	change.hook = hook->ref;
	changed = remedy_type_change(kit->db, type->ref, 0, &change, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	offer = house_offer(kit, &house->as_agent, house->case_id, TRUE, ((const char *const[]){ "refund 50", NULL }), &error);
	g_assert_true(house_send(kit, offer->id, &house->as_agent, &error));
	remedy = house_remedy(kit, offer->id, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'remedy.pay'"), ==, 1);
	return remedy->id;
}
