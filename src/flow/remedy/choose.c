/* choose.c - see choose.h. */
#include "flow/remedy/choose.h"
#include "cases/message.h"
#include "cases/notice.h"
#include "flow/remedy/offer.h"
#include <string.h>

enum { MAX_MERGES = 8 };

static gboolean
tell_owner(Db *db, const Case *it, const Offer *offer, const char *word, gint64 now_ms, GError **error)
{
	gint64 whom = it->owner_id != 0 ? it->owner_id : offer->made_by;
	json_t *facts;

	if (whom == 0)
		return TRUE;
	facts = json_object();
	json_put_text(facts, "word", word);
	json_put_text(facts, "offer", offer->ref);
	return notice_add(db, whom, "remedy_chosen", it->id, 0, 0, facts, now_ms, error);
}

static gboolean
say(Db *db, const Case *it, const char *name, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	const NewMessage make = { .direction = "inbound", .channel = "portal", .body = words, .author_name = name };

	return words == NULL || words[0] == '\0' || message_add_in(db, it->id, &make, actor, now_ms, NULL, error);
}

static gboolean
decline(Db *db, const Case *it, Offer *offer, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	if (strcmp(offer->state, "open") == 0 && strcmp(it->stage, "closed") != 0 && (words == NULL || words[0] == '\0')) {
		err_add_field(error, "/words", "Tell us what would be right, so that we can answer you.");
		return FALSE;
	}
	if (strcmp(offer->state, "open") != 0 || strcmp(it->stage, "closed") == 0)
		return offer_choose_on(db, it, offer, 0, actor, now_ms, error); /* which says why not */
	return offer_end_on(db, it, offer, "declined", NULL, actor, now_ms, error) && remedy_offer_over_in(db, it->id, actor, now_ms, error);
}

/* The offer is laid on the case that its own was merged into, however often. */
static gboolean
follow_merges(Db *db, Offer *offer, GError **error)
{
	gint64 id = offer->case_id;

	for (guint i = 0; i < MAX_MERGES; i++) {
		g_autoptr(Case) it = case_get(db, id, error);

		if (it == NULL)
			return FALSE;
		if (it->merged_into == 0)
			return id == offer->case_id || offer_move_in(db, offer, id, error);
		id = it->merged_into;
	}
	g_set_error(error, ERR, ERR_CORRUPT, "the case of offer %s was merged round in a circle", offer->ref);
	return FALSE;
}

gboolean
remedy_choose(Db *db, const char *ref, gint64 option, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Offer) offer = tx != NULL ? offer_by_ref(db, ref, error) : NULL;
	g_autoptr(Case) it = NULL, named = NULL;
	gboolean again;

	/* @named: whose case it was when it was offered, and whose words these are. */
	if (offer == NULL || (named = case_get(db, offer->case_id, error)) == NULL || !follow_merges(db, offer, error) || (it = case_lock(db, offer->case_id, error)) == NULL)
		return FALSE;
	again = strcmp(offer->state, "chosen") == 0 && offer->chosen == option;
	if (again && (words == NULL || words[0] == '\0'))
		return offer_choose_on(db, it, offer, option, actor, now_ms, error); /* nothing new: nothing is written */
	it->waiting = FALSE;
	if (!case_save(db, it, now_ms, error))
		return FALSE;
	if (option == 0 ? !decline(db, it, offer, words, actor, now_ms, error) : !offer_choose_on(db, it, offer, option, actor, now_ms, error))
		return FALSE;
	if (!again && !tell_owner(db, it, offer, option == 0 ? "declined" : "chosen", now_ms, error))
		return FALSE;
	return say(db, named, named->customer_name, words, actor, now_ms, error) && db_tx_commit(tx, error);
}
