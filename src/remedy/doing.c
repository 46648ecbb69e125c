/* doing.c - see doing.h. */
#include "remedy/doing.h"
#include "base/money.h"
#include "cases/notice.h"
#include "remedy/takeback.h"

gboolean
remedy_done_on(Db *db, const Case *it, Remedy *remedy, const char *reference, const char *answer, const Actor *actor, gint64 now_ms, GError **error)
{
	const RemedyStep step = { .amount_minor = -1, .reference = reference, .answer = answer, .by_hand = actor->kind != ACTOR_SYSTEM };

	return remedy_become_on(db, it, remedy, "done", &step, actor, now_ms, error) && ledger_add_on(db, it, remedy, "done", actor, now_ms, error) &&
	       offer_account_on(db, remedy->offer_id, remedy, "done", error);
}

gboolean
remedy_fail_on(Db *db, const Case *it, Remedy *remedy, const char *fault, const char *answer, const Actor *actor, gint64 now_ms, GError **error)
{
	const RemedyStep step = { .amount_minor = -1, .fault = fault, .answer = answer };
	gint64 whom = it->owner_id != 0 ? it->owner_id : remedy->made_by;
	json_t *facts;

	if (!remedy_become_on(db, it, remedy, "failed", &step, actor, now_ms, error))
		return FALSE;
	if (whom == 0)
		return TRUE;
	facts = remedy_facts(remedy, it);
	json_put(facts, "value", remedy->currency[0] != '\0' ? money_to_json(remedy->amount_minor, remedy->currency) : json_null());
	json_put_text(facts, "name", remedy->type_name);
	return notice_add(db, whom, "remedy_failed", it->id, 0, actor->user_id, facts, now_ms, error);
}

gboolean
remedy_reverse_on(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	const RemedyStep step = { .amount_minor = -1, .fault = reason };

	return takeback_close_on(db, remedy->id, NULL, NULL, error) && remedy_become_on(db, it, remedy, "reversed", &step, actor, now_ms, error) && ledger_add_on(db, it, remedy, "reversed", actor, now_ms, error) &&
	       offer_account_on(db, remedy->offer_id, remedy, "reversed", error);
}

gboolean
remedy_drop_on(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	const RemedyStep step = { .amount_minor = -1, .fault = reason };
	gboolean chosen = g_str_equal(remedy->state, "chosen") || g_str_equal(remedy->state, "failed");

	/* What the customer has not taken is withdrawn with its offer. */
	if (!chosen)
		return remedy_is_past(remedy, error);
	return remedy_become_on(db, it, remedy, "withdrawn", &step, actor, now_ms, error) && offer_account_on(db, remedy->offer_id, remedy, "withdrawn", error);
}
