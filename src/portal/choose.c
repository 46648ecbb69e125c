/* choose.c - GET and POST /choose/{key}: what we offer, in plain words, and the customer's choice. The rule: flow/remedy/choose.h; where they also come
 * from: portal/track.c. A link that is altered, over, or of another purpose is answered as one that never was. */
#include "portal/choose.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/signed_link.h"
#include "desk/app.h"
#include "flow/remedy/choose.h"
#include "flow/remedy/offer.h"
#include "org/settings.h"
#include <string.h>

static Offer *
chosen_offer(Call *call, GError **error)
{
	g_autoptr(Offer) offer = NULL;
	char ref[16];

	if (signed_link_read(desk_app(call)->link_key, "choose", call_param(call, "key"), call->now_ms, ref) && (offer = offer_by_ref(call->db, ref, NULL)) != NULL && !offer->direct &&
	    strcmp(offer->state, "waiting") != 0 && strcmp(offer->state, "ready") != 0 && strcmp(offer->state, "refused") != 0)
		return g_steal_pointer(&offer);
	g_set_error(error, ERR, ERR_NOT_FOUND, "we cannot find this");
	return NULL;
}

/* What the customer sees of an option: {n, remedies[{kind, name, words, value{}|null}], sum{}|null, state}. Nothing of goodwill, budgets or staff. */
static json_t *
customer_options(const Offer *offer, const GPtrArray *remedies)
{
	json_t *list = json_array();

	for (gint64 n = 1; n <= offer->n_options; n++) {
		json_t *one = json_object(), *parts = json_array();
		gint64 sum = 0;
		const char *state = NULL;

		for (guint i = 0; i < remedies->len; i++) {
			const Remedy *remedy = remedies->pdata[i];
			json_t *part;

			if (remedy->option_n != n)
				continue;
			part = json_object();
			json_put_text(part, "kind", remedy->kind);
			json_put_text(part, "name", remedy->type_name);
			json_put_text(part, "words", remedy->words);
			json_put(part, "value", remedy->currency[0] != '\0' ? money_to_json(remedy->amount_minor, remedy->currency) : json_null());
			json_array_append_new(parts, part);
			sum += remedy->amount_minor;
			state = state == NULL || g_strv_contains((const char *const[]){ "refused", "withdrawn", "expired", NULL }, remedy->state) ? remedy->state : state;
		}
		json_put_int(one, "n", n);
		json_put(one, "sum", sum > 0 ? money_to_json(sum, offer->currency) : json_null());
		json_put(one, "remedies", parts);
		json_put_text(one, "state", state);
		/* An option that was refused inside the house was never offered. */
		if (state != NULL && (g_strv_contains((const char *const[]){ "offered", "declined", "chosen", "doing", "done", "failed", "reversed", NULL }, state)))
			json_array_append_new(list, one);
		else
			json_decref(one);
	}
	return list;
}

static gboolean
has_begun(const GPtrArray *remedies)
{
	for (guint i = 0; i < remedies->len; i++)
		if (g_strv_contains((const char *const[]){ "doing", "done", "failed", "reversed", NULL }, ((const Remedy *)remedies->pdata[i])->state))
			return TRUE;
	return FALSE;
}

/* open, chosen (may be changed), begun, declined, withdrawn, expired, closed. */
static const char *
word_of(const Call *call, const Offer *offer, const Case *it, const GPtrArray *remedies)
{
	if (strcmp(offer->state, "chosen") == 0)
		return has_begun(remedies) || strcmp(it->stage, "closed") == 0 ? "begun" : "chosen";
	if (strcmp(offer->state, "open") != 0)
		return offer->state;
	if (strcmp(it->stage, "closed") == 0)
		return "closed";
	return call->now_ms >= offer->expires_at ? "expired" : "open";
}

/* {ref, name (first)|null, state, words, options[], chosen, expires_at, link} */
static json_t *
choose_value(Call *call, const Offer *offer, GError **error)
{
	g_autoptr(Case) it = case_get(call->db, offer->case_id, error);
	g_autoptr(GPtrArray) remedies = it != NULL ? remedy_of_offer(call->db, offer->id, error) : NULL;
	g_autofree char *first = NULL, *owner = NULL;
	const char *state;
	json_t *value;

	if (remedies == NULL)
		return NULL;
	first = it->customer_name != NULL && it->customer_name[0] != '\0' ? g_strndup(it->customer_name, strcspn(it->customer_name, " ")) : NULL;
	owner = it->owner_name != NULL ? g_strndup(it->owner_name, strcspn(it->owner_name, " ")) : NULL;
	state = word_of(call, offer, it, remedies);
	value = json_object();
	json_put_text(value, "ref", it->ref);
	json_put_text(value, "subject", it->subject);
	json_put_text(value, "name", first);
	json_put_text(value, "owner", owner);
	json_put_text(value, "state", state);
	json_put_bool(value, "can_choose", strcmp(state, "open") == 0 || strcmp(state, "chosen") == 0);
	json_put_text(value, "words", offer->words);
	json_put(value, "options", customer_options(offer, remedies));
	json_put(value, "chosen", offer->chosen != 0 ? json_integer(offer->chosen) : json_null());
	json_put_time(value, "expires_at", offer->expires_at);
	json_put_text(value, "link", call_param(call, "key"));
	return value;
}

/* GET /choose/{key} */
static json_t *
choose_get(Call *call, GError **error)
{
	g_autoptr(Offer) offer = chosen_offer(call, error);

	return offer != NULL ? choose_value(call, offer, error) : NULL;
}

static gboolean
choose_panels(Call *call, json_t *value, GError **error)
{
	json_t *house = settings_house(desk_app(call)->settings, call->db, error);

	if (house == NULL)
		return FALSE;
	json_put(value, "house", house);
	return TRUE;
}

typedef struct {
	DraftGiven given;
	char *option, *words;
} ChoiceDraft;
static const DraftField choice_fields[] = {
	{ "option", DRAFT_TEXT, offsetof(ChoiceDraft, option), .required = TRUE, .max = 10, .about = "its number, or none" },
	{ "words", DRAFT_TEXT, offsetof(ChoiceDraft, words), .max = 64 * 1024, .about = "what we should know; needed with none" },
	{ NULL },
};
static const DraftSpec choice_draft = { "Choice", sizeof(ChoiceDraft), choice_fields };

/* POST /choose/{key} */
static json_t *
choose_post(Call *call, GError **error)
{
	const ChoiceDraft *draft = call->draft;
	g_autoptr(Offer) offer = chosen_offer(call, error), after = NULL;
	Actor customer = { .kind = ACTOR_CUSTOMER, .may = actor_public()->may, .zone = "UTC", .lang = "en", .theme = "auto" };
	guint64 n = 0;

	if (offer == NULL)
		return NULL;
	if (strcmp(draft->option, "none") != 0 && !g_ascii_string_to_unsigned(draft->option, 10, 1, OFFER_OPTIONS, &n, NULL)) {
		err_add_field(error, "/option", "Choose one of these.");
		return NULL;
	}
	customer.case_id = offer->case_id;
	if (!remedy_choose(call->db, offer->ref, (gint64)n, draft->words, &customer, call->now_ms, error))
		return NULL;
	call_redirect(call, "/choose/%s", call_param(call, "key"));
	after = offer_get(call->db, offer->id, error);
	return after != NULL ? choose_value(call, after, error) : NULL;
}

gboolean
portal_put_choose(Call *call, json_t *value, gint64 case_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Offer) offer = offer_open_of_case(call->db, case_id, &local);
	g_autofree char *link = NULL;
	json_t *choose;

	json_put(value, "choose", json_null());
	if (!db_ended(&local, error))
		return FALSE;
	if (offer == NULL || (strcmp(offer->state, "open") == 0 && call->now_ms >= offer->expires_at))
		return TRUE;
	link = signed_link_make(desk_app(call)->link_key, "choose", offer->ref, OFFER_LINK_DAYS + (int)offer->days, call->now_ms);
	choose = json_object();
	json_put_text(choose, "link", link);
	json_put_time(choose, "expires_at", offer->expires_at);
	json_put_bool(choose, "chosen", strcmp(offer->state, "chosen") == 0);
	json_put(value, "choose", choose);
	return TRUE;
}

const Route portal_choose_routes[] = {
	{ "GET", "/choose/{key}", NULL, ROUTE_READ, .handler = choose_get, .page = "choose.html", .panels = choose_panels, .about = "what is offered to a customer, behind their private link" },
	{ "POST", "/choose/{key}", NULL, ROUTE_WRITE, 128 * 1024, choose_post, .page = "choose.html", .draft = &choice_draft, .panels = choose_panels, .flags = ROUTE_NO_CSRF, .about = "the customer's choice, or that none of it is right" },
	{ NULL },
};
