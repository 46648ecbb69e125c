/* offer.c - see offer.h. */
#include "flow/remedy/offer.h"
#include "base/clock.h"
#include "base/money.h"
#include "cases/stage.h"
#include "customer/customer.h"
#include "flow/survey/send.h"
#include "flow/customer/tell.h"
#include "org/settings.h"
#include "text/day_words.h"
#include <string.h>

Case *
remedy_case_lock(Db *db, gint64 case_id, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = case_lock(db, case_id, error);

	return it != NULL && case_save(db, it, now_ms, error) ? g_steal_pointer(&it) : NULL;
}

/* Moving a case along with its offer needs no permission of its own. */
static Actor
with_work(const Actor *actor)
{
	Actor able = *actor;

	able.may |= permission_bit("case.write");
	return able;
}

static gboolean
move_to(Db *db, gint64 case_id, const char *stage, gint64 message_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = case_lock(db, case_id, error);
	const Actor able = with_work(actor);

	if (it == NULL)
		return FALSE;
	if (strcmp(it->stage, stage) == 0 || it->merged_into != 0 || stage_move_needs(it->stage, stage) == NULL)
		return TRUE;
	return case_move_on(db, it, &(StageMove){ .stage = stage, .message_id = message_id }, &able, now_ms, error);
}

/* What stands beneath the agent's own words, in the customer's language. */
static const struct {
	const char *choose, *right, *page;
} said[] = {
	{ "Please choose what suits you best:", "Please tell us if this is right for you:", "Please tell us what suits you best: it stands on the page of your complaint." },
	{ "Bitte w\xc3\xa4hlen Sie, was Ihnen am besten passt:", "Bitte sagen Sie uns, ob das f\xc3\xbcr Sie richtig ist:",
	  "Bitte sagen Sie uns, was Ihnen am besten passt: Sie finden es auf der Seite Ihrer Beschwerde." },
};

static char *
body_of(const MailContext *context, const Offer *offer, gboolean german, const char *zone, gint64 now_ms)
{
	g_autofree char *link = context != NULL ? tell_link(context, "choose", offer->ref, (int)offer->days + OFFER_LINK_DAYS, now_ms) : NULL;
	g_autofree char *day = day_words(offer->expires_at, zone, german, FALSE);
	GString *body = g_string_new(offer->words);

	if (body->len > 0)
		g_string_append(body, "\n\n");
	if (link != NULL)
		g_string_append_printf(body, "%s\n%s\n\n", offer->n_options > 1 ? said[german].choose : said[german].right, link);
	else
		g_string_append_printf(body, "%s\n\n", said[german].page);
	g_string_append_printf(body, german ? "Das Angebot gilt bis %s. Ihre Rechte schm\xc3\xa4lert es nicht." : "This is open until %s. It takes none of your rights away.", day);
	return g_string_free(body, FALSE);
}

/* The customer's, else the house's. */
static char *
lang_of(Db *db, const Offer *offer, GError **error)
{
	g_autoptr(Customer) customer = offer->customer_id != 0 ? customer_get(db, offer->customer_id, error) : NULL;

	return offer->customer_id != 0 && customer == NULL ? NULL : survey_customer_lang(db, customer != NULL ? customer->lang : NULL, error);
}

static gboolean
tell_them(Db *db, const MailContext *context, const Offer *offer, const Actor *actor, gint64 now_ms, gint64 *ret_message_id, GError **error)
{
	g_autofree char *lang = lang_of(db, offer, error), *zone = lang != NULL ? settings_now(db, "zone", error) : NULL;
	g_autofree char *body = NULL;

	if (zone == NULL)
		return FALSE;
	body = body_of(context, offer, g_str_has_prefix(lang, "de"), zone, now_ms);
	return tell_customer_in(db, context, offer->case_id, &(Tell){ .body = body }, actor, now_ms, ret_message_id, NULL, error);
}

gboolean
remedy_offer_send_in(Db *db, const MailContext *context, const Case *it, Offer *offer, const Actor *actor, gint64 now_ms, GError **error)
{
	gint64 message_id = 0;

	if (!offer_send_on(db, it, offer, actor, now_ms, error))
		return FALSE;
	if (offer->direct)
		return TRUE;
	/* The words first: the move is theirs, and goes back with them. */
	return tell_them(db, context, offer, actor, now_ms, &message_id, error) && offer_said_in(db, offer, message_id, error) && move_to(db, it->id, "offered", message_id, actor, now_ms, error);
}

/* The stage went back with the answer that set it; where another offer is open, it is that one's now. */
static gboolean
offered_by_another(Db *db, const Case *it, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Offer) other = offer_open_of_case(db, it->id, &local);

	if (!db_ended(&local, error))
		return FALSE;
	return other == NULL || strcmp(other->state, "open") != 0 || !it->is_open || move_to(db, it->id, "offered", other->message_id, actor, now_ms, error);
}

gboolean
remedy_offer_unsaid_in(Db *db, Offer *offer, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = NULL;

	if (strcmp(offer->state, "open") != 0)
		return TRUE;
	if ((it = remedy_case_lock(db, offer->case_id, now_ms, error)) == NULL)
		return FALSE;
	return offer_end_on(db, it, offer, "withdrawn", "The answer was taken back before it left.", actor, now_ms, error) && remedy_offer_over_in(db, it->id, actor, now_ms, error) &&
	       offered_by_another(db, it, actor, now_ms, error);
}

gboolean
remedy_offer_over_in(Db *db, gint64 case_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Offer) other = offer_open_of_case(db, case_id, &local);
	g_autoptr(Case) it = NULL;

	if (!db_ended(&local, error))
		return FALSE;
	if (other != NULL)
		return TRUE;
	if ((it = case_get(db, case_id, error)) == NULL)
		return FALSE;
	return strcmp(it->stage, "offered") != 0 || move_to(db, case_id, "investigating", 0, actor, now_ms, error);
}

gboolean
remedy_offer_make(Db *db, const MailContext *context, gint64 case_id, const NewOffer *make, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Case) named = NULL, it = NULL;
	g_autoptr(Offer) offer = NULL;

	/* Its words are filled in with names, which a locked row does not have. */
	if (tx == NULL || (it = remedy_case_lock(db, case_id, now_ms, error)) == NULL || (named = case_get(db, case_id, error)) == NULL)
		return FALSE;
	if ((offer = offer_make_on(db, named, make, actor, now_ms, error)) == NULL)
		return FALSE;
	if (strcmp(offer->state, "ready") == 0 && !remedy_offer_send_in(db, context, it, offer, actor, now_ms, error))
		return FALSE;
	if (!db_tx_commit(tx, error))
		return FALSE;
	g_strlcpy(ret_ref, offer->ref, 16);
	return TRUE;
}

gboolean
remedy_offer_send(Db *db, const MailContext *context, const char *ref, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Offer) offer = tx != NULL ? offer_by_ref(db, ref, error) : NULL;
	g_autoptr(Case) it = NULL;

	if (offer == NULL || !actor_must(actor, "remedy.offer", error) || (it = remedy_case_lock(db, offer->case_id, now_ms, error)) == NULL)
		return FALSE;
	if (!it->is_open) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s has ended: open it again first", it->ref);
		return FALSE;
	}
	return remedy_offer_send_in(db, context, it, offer, actor, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
remedy_offer_withdraw(Db *db, const char *ref, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Offer) offer = tx != NULL ? offer_by_ref(db, ref, error) : NULL;
	g_autoptr(Case) it = NULL;

	if (offer == NULL || !actor_must(actor, "remedy.offer", error) || (it = remedy_case_lock(db, offer->case_id, now_ms, error)) == NULL)
		return FALSE;
	if (strcmp(offer->state, "chosen") == 0 || strcmp(offer->state, "given") == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "The customer has it already: each remedy of it can be stopped by itself as long as it is not done.");
		return FALSE;
	}
	return offer_end_on(db, it, offer, "withdrawn", reason, actor, now_ms, error) && remedy_offer_over_in(db, it->id, actor, now_ms, error) && db_tx_commit(tx, error);
}
