/* approve.c - see approve.h. */
#include "flow/remedy/approve.h"
#include "flow/remedy/offer.h"
#include <string.h>

typedef struct {
	Approval *approval;
	Remedy *remedy;
	Offer *offer;
	Case *it;
} Matter;

static void
matter_clear(Matter *matter)
{
	approval_free(matter->approval);
	remedy_free(matter->remedy);
	offer_free(matter->offer);
	case_free(matter->it);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Matter, matter_clear)

static gboolean
open_matter(Db *db, Matter *matter, gint64 now_ms, GError **error)
{
	return matter->approval != NULL && (matter->it = remedy_case_lock(db, matter->approval->case_id, now_ms, error)) != NULL &&
	       (matter->remedy = remedy_get(db, matter->approval->remedy_id, error)) != NULL && (matter->offer = offer_get(db, matter->remedy->offer_id, error)) != NULL;
}

gboolean
remedy_approve(Db *db, const MailContext *context, const char *ref, const Decision *decision, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_auto(Matter) matter = { NULL };
	gboolean ready = FALSE;

	if (tx == NULL || (matter.approval = approval_by_ref(db, ref, error)) == NULL || !open_matter(db, &matter, now_ms, error))
		return FALSE;
	if (!approval_decide_on(db, matter.it, matter.offer, matter.remedy, matter.approval, decision, actor, now_ms, error) ||
	    !offer_settle_on(db, matter.it, matter.offer, "refused", actor, now_ms, &ready, error))
		return FALSE;
	/* In a case that ended meanwhile it stays ready: whoever wrote it decides. */
	if (ready && matter.it->is_open && !remedy_offer_send_in(db, context, matter.it, matter.offer, actor, now_ms, error))
		return FALSE;
	return db_tx_commit(tx, error);
}

/* ---- jobs ------------------------------------------------------------------------------------------------------------ */

typedef struct {
	const Job *job;
	gint64 now_ms;
} Work;

static gboolean
overdue_in(Db *db, const Work *work, GError **error)
{
	g_auto(Matter) matter = { NULL };
	gboolean ready = FALSE;

	if ((matter.approval = approval_get(db, json_int(work->job->payload, "approval", 0), error)) == NULL)
		return FALSE;
	/* Decided, or moved on: another job is there for the later time. */
	if (strcmp(matter.approval->state, "waiting") != 0 || matter.approval->due_at > work->now_ms)
		return TRUE;
	if (!open_matter(db, &matter, work->now_ms, error) || !approval_overdue_on(db, matter.it, matter.offer, matter.remedy, matter.approval, work->now_ms, error))
		return FALSE;
	return strcmp(matter.remedy->state, "expired") != 0 || offer_settle_on(db, matter.it, matter.offer, "expired", actor_system(), work->now_ms, &ready, error);
}

static gboolean
overdue(Db *db, gpointer data, GError **error)
{
	const Work *work = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && overdue_in(db, work, error) && job_end(db, work->job, error) && db_tx_commit(tx, error);
}

gboolean
remedy_approval_due_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	Work work = { job, now_ms };

	return store_write(store, overdue, &work, error);
}

static gboolean
expire_in(Db *db, const Work *work, GError **error)
{
	g_autoptr(Offer) offer = offer_get(db, json_int(work->job->payload, "offer", 0), error);
	g_autoptr(Case) it = NULL;

	if (offer == NULL)
		return FALSE;
	if (strcmp(offer->state, "open") != 0 || offer->expires_at > work->now_ms)
		return TRUE;
	return (it = remedy_case_lock(db, offer->case_id, work->now_ms, error)) != NULL && offer_end_on(db, it, offer, "expired", NULL, actor_system(), work->now_ms, error) &&
	       remedy_offer_over_in(db, it->id, actor_system(), work->now_ms, error);
}

static gboolean
expire(Db *db, gpointer data, GError **error)
{
	const Work *work = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && expire_in(db, work, error) && job_end(db, work->job, error) && db_tx_commit(tx, error);
}

gboolean
remedy_offer_expire_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	Work work = { job, now_ms };

	return store_write(store, expire, &work, error);
}
