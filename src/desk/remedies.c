/* remedies.c - offering, sending, taking back, doing. The rules: remedy/offer.h, flow/remedy/offer.h, flow/remedy/do.h; deciding what is above one's
 * authority: desk/approvals.c; the customer's side: portal/choose.c. */
#include "desk/remedies.h"
#include "base/money.h"
#include "desk/app.h"
#include "desk/case_answer.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "flow/remedy/do.h"
#include "flow/remedy/offer.h"
#include "org/settings.h"
#include "remedy/catalogue.h"
#include "remedy/fairness.h"

/* ---- offering -------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *type, *amount, *words, *also_type, *also_amount, *also_words;
} OptionDraft;
static const DraftField option_fields[] = {
	{ "type", DRAFT_TEXT, offsetof(OptionDraft, type), .max = 30, .about = "a remedy of the catalogue: its ref, or a kind such as refund" },
	{ "amount", DRAFT_TEXT, offsetof(OptionDraft, amount), .max = 60, .about = "as people write it: 180, 180.50, 1.234,56" },
	{ "words", DRAFT_TEXT, offsetof(OptionDraft, words), .max = 8000, .about = "for the customer; left out: the catalogue's" },
	{ "also_type", DRAFT_TEXT, offsetof(OptionDraft, also_type), .max = 30, .about = "a second remedy of the same option" },
	{ "also_amount", DRAFT_TEXT, offsetof(OptionDraft, also_amount), .max = 60 },
	{ "also_words", DRAFT_TEXT, offsetof(OptionDraft, also_words), .max = 8000 },
	{ NULL },
};
static const DraftSpec option_draft = { "OfferOption", sizeof(OptionDraft), option_fields };

typedef struct {
	DraftGiven given;
	OptionDraft options[OFFER_OPTIONS];
	char *words, *reason, *currency;
	gint64 days;
	gboolean direct;
} OfferDraft;
#define OPTION(n, at) { n, DRAFT_SUB, offsetof(OfferDraft, options[at]), .sub = &option_draft }
static const DraftField offer_fields[] = {
	OPTION("option1", 0), OPTION("option2", 1), OPTION("option3", 2), OPTION("option4", 3),
	{ "words", DRAFT_TEXT, offsetof(OfferDraft, words), .max = 32000, .about = "to the customer, above the choice" },
	{ "reason", DRAFT_TEXT, offsetof(OfferDraft, reason), .max = 16000, .about = "why, for whoever approves it; staff only" },
	{ "currency", DRAFT_TEXT, offsetof(OfferDraft, currency), .max = 3, .about = "left out: the house's" },
	{ "days", DRAFT_INT, offsetof(OfferDraft, days), .min = 1, .max = OFFER_DAYS_MAX, .about = "to think; left out: 14" },
	{ "direct", DRAFT_BOOL, offsetof(OfferDraft, direct), .about = "given at once, without asking the customer to choose" },
	{ NULL },
};
#undef OPTION
static const DraftSpec offer_draft = { "NewOffer", sizeof(OfferDraft), offer_fields };

static json_t *
offer_value(Call *call, const char *ref, GError **error)
{
	g_autoptr(Offer) offer = offer_by_ref(call->db, ref, error);

	return offer != NULL ? offer_to_json(call->db, offer, error) : NULL;
}

/* POST /cases/{ref}/offers */
static json_t *
offer_post(Call *call, GError **error)
{
	const OfferDraft *draft = call->draft;
	NewOffer make = { .words = draft->words, .reason = draft->reason, .currency = draft->currency, .days = draft->days, .direct = draft->direct };
	char ref[16];
	gint64 id;

	for (guint i = 0; i < OFFER_OPTIONS; i++) {
		const OptionDraft *one = &draft->options[i];

		make.options[i].remedies[0] = (NewRemedy){ one->type, one->amount, one->words };
		make.options[i].remedies[1] = (NewRemedy){ one->also_type, one->also_amount, one->also_words };
	}
	if (!desk_case_id(call, &id, error) || !remedy_offer_make(call->db, desk_app(call)->mail, id, &make, call->actor, call->now_ms, ref, error))
		return NULL;
	call_created(call, "/offers/%s", ref);
	if (call->as_page)
		call_redirect(call, "/cases/%s#remedies", call_param(call, "ref"));
	return offer_value(call, ref, error);
}

static json_t *
offer_get_one(Call *call, GError **error)
{
	return offer_value(call, call_param(call, "ref"), error);
}

/* "option1" ...: {place, type, amount ...}, empty: what was sent stands nearer on the page. */
static void
put_empty_option(json_t *value, guint n)
{
	g_autofree char *place = g_strdup_printf("option%u", n);
	json_t *one = json_object();

	json_put_text(one, "place", place);
	for (guint i = 0; option_fields[i].name != NULL; i++)
		json_put_text(one, option_fields[i].name, NULL);
	json_put(value, place, one);
}

/* The page of an offer that is being written: the catalogue, the reader's authority, what others like this were given. */
static gboolean
offer_panels(Call *call, json_t *value, GError **error)
{
	g_autofree char *house = settings_text(desk_app(call)->settings, call->db, "currency", call->now_ms);
	g_autoptr(Case) it = case_by_ref(call->db, call_param(call, "ref"), error);
	json_t *types = it != NULL ? remedy_type_list(call->db, error) : NULL, *fairness, *currencies;

	if (types == NULL)
		return FALSE;
	json_put(value, "types", types);
	json_put_text(value, "currency", house);
	for (guint n = 1; n <= OFFER_OPTIONS; n++)
		put_empty_option(value, n);
	currencies = json_array();
	for (const char *const *one = currency_codes(); *one != NULL; one++)
		json_array_append_new(currencies, json_string(*one));
	json_put(value, "currencies", currencies);
	if ((fairness = fairness_read(call->db, it, house, 0, error)) == NULL)
		return FALSE;
	json_put(value, "fairness", fairness);
	return desk_panel_chrome(call, value, error);
}

/* Back to the case it is about. */
static json_t *
back_to_case(Call *call, const char *case_ref)
{
	call_redirect(call, "/cases/%s#remedies", case_ref);
	return json_null();
}

static json_t *
offer_after(Call *call, GError **error)
{
	json_t *value = offer_value(call, call_param(call, "ref"), error);

	if (value != NULL && call->as_page)
		json_decref(back_to_case(call, json_text(value, "case", "")));
	return value;
}

static json_t *
send_post(Call *call, GError **error)
{
	if (!remedy_offer_send(call->db, desk_app(call)->mail, call_param(call, "ref"), call->actor, call->now_ms, error))
		return NULL;
	return offer_after(call, error);
}

typedef struct {
	DraftGiven given;
	char *reason, *reference;
	gboolean by_hand;
} WordsDraft;
static const DraftField reason_fields[] = {
	{ "reason", DRAFT_TEXT, offsetof(WordsDraft, reason), .max = 4000, .about = "for staff" },
	{ NULL },
};
static const DraftSpec reason_draft = { "Reason", sizeof(WordsDraft), reason_fields };
static const DraftField take_back_fields[] = {
	{ "reason", DRAFT_TEXT, offsetof(WordsDraft, reason), .max = 4000, .about = "for staff" },
	{ "by_hand", DRAFT_BOOL, offsetof(WordsDraft, by_hand), .about = "it is taken back already; left out: a system of the house that did it is asked to, where it can" },
	{ NULL },
};
static const DraftSpec take_back_draft = { "TakeBack", sizeof(WordsDraft), take_back_fields };
static const DraftField reference_fields[] = {
	{ "reference", DRAFT_TEXT, offsetof(WordsDraft, reference), .max = 1000, .about = "where it can be found again: a transfer's number" },
	{ NULL },
};
static const DraftSpec reference_draft = { "Reference", sizeof(WordsDraft), reference_fields };

static json_t *
withdraw_post(Call *call, GError **error)
{
	const WordsDraft *draft = call->draft;

	if (!remedy_offer_withdraw(call->db, call_param(call, "ref"), draft->reason, call->actor, call->now_ms, error))
		return NULL;
	return offer_after(call, error);
}

/* ---- doing ----------------------------------------------------------------------------------------------------------- */

static json_t *
remedy_get_one(Call *call, GError **error)
{
	json_t *value = remedy_show(call->db, call_param(call, "ref"), error);

	if (value != NULL)
		call_etag_version(call, json_int(value, "version", 0));
	return value;
}

static json_t *
remedy_after(Call *call, GError **error)
{
	json_t *value = remedy_show(call->db, call_param(call, "ref"), error);

	if (value != NULL && call->as_page)
		json_decref(back_to_case(call, json_text(json_object_get(value, "case"), "ref", "")));
	return value;
}

static json_t *
done_post(Call *call, GError **error)
{
	const WordsDraft *draft = call->draft;
	gint64 version;

	if (!desk_if_match(call, &version, error) || !remedy_mark_done(call->db, call_param(call, "ref"), version, draft->reference, call->actor, call->now_ms, error))
		return NULL;
	return remedy_after(call, error);
}

static json_t *
reverse_post(Call *call, GError **error)
{
	const WordsDraft *draft = call->draft;
	gint64 version;

	if (!desk_if_match(call, &version, error) || !remedy_reverse(call->db, call_param(call, "ref"), version, draft->reason, draft->by_hand, call->actor, call->now_ms, error))
		return NULL;
	return remedy_after(call, error);
}

static json_t *
stop_post(Call *call, GError **error)
{
	const WordsDraft *draft = call->draft;
	gint64 version;

	if (!desk_if_match(call, &version, error) || !remedy_drop(call->db, call_param(call, "ref"), version, draft->reason, call->actor, call->now_ms, error))
		return NULL;
	return remedy_after(call, error);
}

static json_t *
retry_post(Call *call, GError **error)
{
	gint64 version;

	if (!desk_if_match(call, &version, error) || !remedy_retry(call->db, call_param(call, "ref"), version, call->actor, call->now_ms, error))
		return NULL;
	return remedy_after(call, error);
}

const Route desk_remedy_routes[] = {
	{ "GET", "/cases/{ref}/offer", "remedy.offer", ROUTE_READ, .handler = desk_case_show, .page = "case_offer.html", .panels = offer_panels, .flags = ROUTE_PAGE_ONLY, .about = "an offer as a form" },
	{ "POST", "/cases/{ref}/offers", "remedy.offer", ROUTE_WRITE, 256 * 1024, offer_post, .page = "case_offer.html", .draft = &offer_draft, .panels = offer_panels, .about = "lay up to four options before the customer, or give one at once" },
	{ "GET", "/offers/{ref}", "case.read", ROUTE_READ, .handler = offer_get_one, .flags = ROUTE_API_ONLY, .about = "an offer with its options" },
	{ "POST", "/offers/{ref}/send", "remedy.offer", ROUTE_WRITE, 4096, send_post, .about = "send what was approved otherwise than asked" },
	{ "POST", "/offers/{ref}/withdraw", "remedy.offer", ROUTE_WRITE, 32 * 1024, withdraw_post, .draft = &reason_draft, .about = "take an offer back, as long as nothing of it was chosen" },
	{ "GET", "/remedies/{ref}", "case.read", ROUTE_READ, .handler = remedy_get_one, .flags = ROUTE_API_ONLY, .about = "one remedy, with what the system that does it said" },
	{ "POST", "/remedies/{ref}/done", "remedy.offer", ROUTE_WRITE, 16 * 1024, done_post, .draft = &reference_draft, .about = "it was carried out by hand; with a value this needs remedy.pay" },
	{ "POST", "/remedies/{ref}/reverse", "remedy.pay", ROUTE_WRITE, 32 * 1024, reverse_post, .draft = &take_back_draft, .about = "what was done is taken back, by the system that did it where it can; needs a reason" },
	{ "POST", "/remedies/{ref}/stop", "remedy.offer", ROUTE_WRITE, 32 * 1024, stop_post, .draft = &reason_draft, .about = "chosen or failed, and not to be done after all; needs a reason" },
	{ "POST", "/remedies/{ref}/retry", "remedy.pay", ROUTE_WRITE, 4096, retry_post, .about = "ask the system that does it, or takes it back, again, now" },
	{ NULL },
};
