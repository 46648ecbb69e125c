/* remedy_offer.c - see remedy_offer.h. */
#include "flow/remedy_offer.h"
#include "base/clock.h"
#include "base/money.h"
#include "cases/stage.h"
#include "flow/tell_customer.h"
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
move_to(Db *db, gint64 case_id, const char *stage, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = case_lock(db, case_id, error);
	const Actor able = with_work(actor);

	if (it == NULL)
		return FALSE;
	if (strcmp(it->stage, stage) == 0 || it->merged_into != 0 || stage_move_needs(it->stage, stage) == NULL)
		return TRUE;
	return case_move_on(db, it, &(StageMove){ .stage = stage }, &able, now_ms, error);
}

/* "Thursday 3 December": the last day, in words that need no calendar. */
static char *
last_day(gint64 at_ms)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(at_ms / MS_PER_S);

	return g_date_time_format(at, "%A %-d %B");
}

static char *
body_of(const MailContext *context, const Offer *offer, gint64 now_ms)
{
	g_autofree char *link = context != NULL ? tell_link(context, "choose", offer->ref, (int)offer->days + OFFER_LINK_DAYS, now_ms) : NULL;
	g_autofree char *day = last_day(offer->expires_at);
	GString *body = g_string_new(offer->words);

	if (body->len > 0)
		g_string_append(body, "\n\n");
	if (link != NULL)
		g_string_append_printf(body, "%s\n%s\n\n", offer->n_options > 1 ? "Please choose what suits you best:" : "Please tell us if this is right for you:", link);
	else
		g_string_append(body, "Please tell us what suits you best: it stands on the page of your complaint.\n\n");
	g_string_append_printf(body, "This is open until %s. It takes none of your rights away.", day);
	return g_string_free(body, FALSE);
}

static gboolean
tell_them(Db *db, const MailContext *context, const Offer *offer, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autofree char *body = body_of(context, offer, now_ms);
	const Tell tell = { .body = body };

	return tell_customer_in(db, context, offer->case_id, &tell, actor, now_ms, NULL, NULL, error);
}

gboolean
remedy_offer_send_in(Db *db, const MailContext *context, const Case *it, Offer *offer, const Actor *actor, gint64 now_ms, GError **error)
{
	if (!offer_send_on(db, it, offer, actor, now_ms, error))
		return FALSE;
	if (offer->direct)
		return TRUE;
	return move_to(db, it->id, "offered", actor, now_ms, error) && tell_them(db, context, offer, actor, now_ms, error);
}

gboolean
remedy_offer_over_in(Db *db, gint64 case_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Offer) other = offer_open_of_case(db, case_id, &local);
	g_autoptr(Case) it = NULL;

	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (other != NULL)
		return TRUE;
	if ((it = case_get(db, case_id, error)) == NULL)
		return FALSE;
	return strcmp(it->stage, "offered") != 0 || move_to(db, case_id, "investigating", actor, now_ms, error);
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
