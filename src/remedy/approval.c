/* approval.c - see approval.h. Lists: approval_list.c. */
#include "remedy/approval.h"
#include "approval.sql.h"
#include "base/clock.h"
#include "cases/notice.h"
#include "org/team.h"
#include "remedy/authority.h"
#include "remedy/delegation.h"
#include "remedy/rows.h"
#include "store/refs.h"
#include "work/job.h"
#include <string.h>

void
approval_free(Approval *approval)
{
	if (approval == NULL)
		return;
	g_free(approval->ref);
	g_free(approval->state);
	g_free(approval->decided_by_name);
	g_free(approval->asked_by_name);
	g_free(approval);
}

static Approval *
approval_one(Db *db, const char *ref, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_APPROVAL_ONE, DB_ARGS(DB_TEXT(ref), DB_INT(id)), error);
	GError *local = NULL;
	Approval *it;

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, local);
		else
			rows_not_found(error);
		return NULL;
	}
	it = g_new0(Approval, 1);
	it->id = db_rows_int(rows, "id");
	it->ref = g_strdup(db_rows_text(rows, "ref"));
	it->remedy_id = db_rows_int(rows, "remedy_id");
	it->case_id = db_rows_int(rows, "case_id");
	it->asked_by = db_rows_int(rows, "asked_by");
	it->asked_of = db_rows_int(rows, "asked_of");
	it->state = g_strdup(db_rows_text(rows, "state"));
	it->due_at = db_rows_int(rows, "due_at");
	it->n_moved = db_rows_int(rows, "n_moved");
	it->decided_at = db_rows_int(rows, "decided_at");
	it->version = db_rows_int(rows, "version");
	it->decided_by_name = g_strdup(db_rows_text(rows, "decided_by_name"));
	it->asked_by_name = g_strdup(db_rows_text(rows, "asked_by_name"));
	return it;
}

Approval *
approval_by_ref(Db *db, const char *ref, GError **error)
{
	char written[16];

	return approval_one(db, rows_ref(ref, written), 0, error);
}

Approval *
approval_get(Db *db, gint64 id, GError **error)
{
	return approval_one(db, "", id, error);
}

/* ---- asking ---------------------------------------------------------------------------------------------------------- */

static gboolean
time_limit(Db *db, gint64 now_ms, gint64 *ret_due_at, GError **error)
{
	g_autofree char *text = house_text(db, "approval_hours", "", error);
	gint64 hours = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;

	*ret_due_at = now_ms + (hours > 0 ? hours : APPROVAL_HOURS) * MS_PER_HOUR;
	return text != NULL;
}

/* Whoever stands in for @user_id, unless that is the one who asks. */
static gboolean
who_is_there(Db *db, gint64 user_id, gint64 asked_by, gint64 now_ms, gint64 *ret_user_id, GError **error)
{
	gint64 other = 0;

	if (!delegation_stand_in(db, user_id, now_ms, &other, error))
		return FALSE;
	*ret_user_id = other != 0 && other != asked_by ? other : user_id;
	return TRUE;
}

static gboolean
tell(Db *db, gint64 user_id, const char *kind, const Case *it, const Remedy *remedy, const char *word, const char *approval_ref, const Actor *actor, gint64 now_ms, GError **error)
{
	json_t *facts = remedy_facts(remedy, it);

	json_put(facts, "value", remedy->currency[0] != '\0' ? money_to_json(remedy->amount_minor, remedy->currency) : json_null());
	json_put_text(facts, "word", word);
	json_put_text(facts, "approval", approval_ref);
	return notice_add(db, user_id, kind, it->id, 0, actor->user_id, facts, now_ms, error);
}

static gboolean
due_later(Db *db, gint64 approval_id, gint64 due_at, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, "approval", approval_id);
	return job_add(db, "approval.due", payload, due_at, now_ms, error);
}

static AuthorityAsk
ask_about(const Offer *offer, const Remedy *remedy, gint64 with)
{
	return (AuthorityAsk){ .type_id = remedy->type_id, .case_id = remedy->case_id, .customer_id = offer->customer_id, .offer_id = offer->id, .amount = remedy->amount_minor,
		.with = MAX(with, remedy->amount_minor), .currency = remedy->currency };
}

gboolean
approval_ask_on(Db *db, const Case *it, const Offer *offer, const Remedy *remedy, gint64 with, const Actor *actor, gint64 now_ms, GError **error)
{
	const AuthorityAsk ask = ask_about(offer, remedy, with);
	g_autoptr(GArray) who = NULL;
	gint64 lead = 0, id = 0, asked_of, due_at = 0;
	char ref[REF_SIZE];

	if (!time_limit(db, now_ms, &due_at, error) || !team_lead_over(db, actor->user_id, it->team_id, &lead, error) || (who = authority_who_can(db, &ask, actor->user_id, 0, lead, now_ms, error)) == NULL)
		return FALSE;
	if (who->len == 0) {
		Money sum = { .amount_minor = remedy->amount_minor };
		g_autofree char *text = NULL;

		g_strlcpy(sum.currency, remedy->currency, sizeof sum.currency);
		text = money_text(&sum, "en");
		g_set_error(error, ERR, ERR_CONFLICT, "Nobody else here has the authority for %s on this case. An administrator gives it in the settings.", text);
		return FALSE;
	}
	if (!who_is_there(db, g_array_index(who, gint64, 0), actor->user_id, now_ms, &asked_of, error))
		return FALSE;
	return ref_insert(db, &SQL_APPROVAL_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_INT(remedy->id), DB_INT(it->id), DB_INT(actor->user_id), DB_INT(asked_of), DB_INT(now_ms), DB_INT(due_at)), &id, NULL, error) &&
	       db_exec(db, &SQL_APPROVAL_OF_REMEDY, DB_ARGS(DB_INT(remedy->id), DB_INT(id)), NULL, error) && due_later(db, id, due_at, now_ms, error) &&
	       tell(db, asked_of, "approval_asked", it, remedy, NULL, ref, actor, now_ms, error);
}

/* ---- deciding -------------------------------------------------------------------------------------------------------- */

static gboolean
decided_already(const Approval *approval, GError **error)
{
	if (strcmp(approval->state, "approved") == 0)
		g_set_error(error, ERR, ERR_CONFLICT, "%s approved this already.", approval->decided_by_name);
	else if (strcmp(approval->state, "refused") == 0)
		g_set_error(error, ERR, ERR_CONFLICT, "%s refused this already.", approval->decided_by_name);
	else if (strcmp(approval->state, "lapsed") == 0)
		g_set_error_literal(error, ERR, ERR_CONFLICT, "Nobody decided in time, so this has lapsed.");
	else
		g_set_error_literal(error, ERR, ERR_CONFLICT, "This was taken back: nothing is to be decided any more.");
	return FALSE;
}

static gboolean
holds(Db *db, gint64 user_id, const AuthorityAsk *ask, gint64 now_ms, gboolean *ret_holds, GError **error)
{
	Authority authority;
	AuthorityUsed used;

	if (!authority_of(db, user_id, ask->type_id, ask->currency, &authority, error) ||
	    !authority_used(db, ask->case_id, ask->customer_id, user_id, ask->currency, ask->offer_id, now_ms, &used, error))
		return FALSE;
	*ret_holds = authority_check(&authority, &used, ask->amount, ask->with) == WITHIN;
	return TRUE;
}

static gboolean
say_who_can(Db *db, const AuthorityAsk *ask, const Approval *approval, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) who = authority_who_can(db, ask, approval->asked_by, actor->user_id, 0, now_ms, error);
	g_autofree char *names = who != NULL ? authority_names(db, who, error) : NULL, *text = NULL;
	Money sum = { .amount_minor = ask->amount };

	if (who == NULL || (names == NULL && error != NULL && *error != NULL))
		return FALSE;
	g_strlcpy(sum.currency, ask->currency, sizeof sum.currency);
	text = money_text(&sum, "en");
	if (names != NULL)
		g_set_error(error, ERR, ERR_DENIED, "Approving %s needs more authority than yours. %s can.", text, names);
	else
		g_set_error(error, ERR, ERR_DENIED, "Approving %s needs more authority than yours.", text);
	return FALSE;
}

/* On whose authority: one's own, else that of whom one stands in for. */
static gboolean
find_authority(Db *db, const AuthorityAsk *ask, const Approval *approval, const Actor *actor, gint64 now_ms, gint64 *ret_of, GError **error)
{
	gboolean own = FALSE, stands_in = FALSE, theirs = FALSE;

	if (!holds(db, actor->user_id, ask, now_ms, &own, error))
		return FALSE;
	*ret_of = actor->user_id;
	if (own)
		return TRUE;
	/* What was asked of somebody who is away may have been asked of the one who stands in by name: then any of those they stand in for. */
	if (!delegation_is(db, actor->user_id, approval->asked_of, now_ms, &stands_in, error))
		return FALSE;
	if (!stands_in && approval->asked_of == actor->user_id) {
		g_autoptr(GArray) who = authority_who_can(db, ask, approval->asked_by, actor->user_id, 0, now_ms, error);

		for (guint i = 0; who != NULL && i < who->len && !stands_in; i++) {
			*ret_of = g_array_index(who, gint64, i);
			if (!delegation_is(db, actor->user_id, *ret_of, now_ms, &stands_in, error))
				return FALSE;
		}
		if (who == NULL)
			return FALSE;
	} else if (stands_in) {
		*ret_of = approval->asked_of;
	}
	if (stands_in && !holds(db, *ret_of, ask, now_ms, &theirs, error))
		return FALSE;
	return theirs || say_who_can(db, ask, approval, actor, now_ms, error);
}

static gboolean
check_decision(const Remedy *remedy, const Decision *decision, GError **error)
{
	g_autoptr(GError) faults = NULL;
	gboolean lower = decision->amount_minor >= 0 && decision->amount_minor != remedy->amount_minor, needed = !decision->approve || lower;

	if (decision->approve && decision->amount_minor > remedy->amount_minor)
		err_add_field(&faults, "/amount", "Only a lower sum: a higher one must be asked for anew.");
	if (decision->approve && decision->amount_minor == 0)
		err_add_field(&faults, "/amount", "Nothing is no sum: decline it instead.");
	if (needed && (decision->words == NULL || decision->words[0] == '\0'))
		err_add_field(&faults, "/words", "Say why, in a line.");
	else
		rows_check_text(decision->words, FALSE, 2000, "/words", &faults);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gint64
with_of(Db *db, const Offer *offer, const Remedy *remedy, GError **error)
{
	g_autoptr(GPtrArray) all = remedy_of_offer(db, offer->id, error);
	gint64 sum = 0;

	if (all == NULL)
		return -1;
	for (guint i = 0; i < all->len; i++) {
		const Remedy *one = all->pdata[i];

		if (one->option_n == remedy->option_n && one->id != remedy->id)
			sum += one->amount_minor;
	}
	return sum;
}

gboolean
approval_decide_on(Db *db, const Case *it, const Offer *offer, Remedy *remedy, Approval *approval, const Decision *decision, const Actor *actor, gint64 now_ms, GError **error)
{
	AuthorityAsk ask;
	gint64 of = 0, beside, changed = 0;
	RemedyStep step = { .amount_minor = decision->approve ? decision->amount_minor : -1, .fault = decision->approve ? NULL : decision->words };

	if (!actor_must(actor, "remedy.approve", error))
		return FALSE;
	if (strcmp(approval->state, "waiting") != 0)
		return decided_already(approval, error);
	if (actor->user_id == approval->asked_by || actor->user_id == remedy->made_by) {
		g_set_error_literal(error, ERR, ERR_DENIED, "Nobody approves their own.");
		return FALSE;
	}
	if (!check_decision(remedy, decision, error) || (beside = with_of(db, offer, remedy, error)) < 0)
		return FALSE;
	ask = ask_about(offer, remedy, 0);
	if (decision->approve && decision->amount_minor >= 0)
		ask.amount = decision->amount_minor;
	ask.with = ask.amount + beside;
	if (decision->approve && !find_authority(db, &ask, approval, actor, now_ms, &of, error))
		return FALSE;
	if (!db_exec(db, &SQL_APPROVAL_DECIDE, DB_ARGS(DB_INT(approval->id), DB_INT(approval->version), DB_TEXT(decision->approve ? "approved" : "refused"), DB_INT(actor->user_id),
		DB_INT_OR_NULL(of != actor->user_id ? of : 0), DB_INT(now_ms), DB_TEXT(decision->words != NULL ? decision->words : "")), &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "Somebody was quicker: look at it again.");
		return FALSE;
	}
	step.authority_id = of;
	return remedy_become_on(db, it, remedy, decision->approve ? "approved" : "refused", &step, actor, now_ms, error) &&
	       tell(db, approval->asked_by, "approval_decided", it, remedy, decision->approve ? "approved" : "refused", approval->ref, actor, now_ms, error);
}

/* ---- too late -------------------------------------------------------------------------------------------------------- */

static gboolean
next_to_ask(Db *db, const Case *it, const Offer *offer, const Remedy *remedy, const Approval *approval, gint64 now_ms, gint64 *ret_user_id, GError **error)
{
	AuthorityAsk ask = ask_about(offer, remedy, 0);
	g_autoptr(GArray) who = NULL;
	gint64 lead = 0, beside = with_of(db, offer, remedy, error);

	*ret_user_id = 0;
	if (beside < 0 || approval->n_moved >= APPROVAL_MOVES)
		return beside >= 0;
	ask.with = ask.amount + beside;
	if (!team_lead_over(db, approval->asked_of, it->team_id, &lead, error) || (who = authority_who_can(db, &ask, approval->asked_by, approval->asked_of, lead, now_ms, error)) == NULL)
		return FALSE;
	return who->len == 0 || who_is_there(db, g_array_index(who, gint64, 0), approval->asked_by, now_ms, ret_user_id, error);
}

static gboolean
lapse(Db *db, const Case *it, Remedy *remedy, const Approval *approval, gint64 now_ms, GError **error)
{
	gint64 changed = 0;

	if (!db_exec(db, &SQL_APPROVAL_DECIDE, DB_ARGS(DB_INT(approval->id), DB_INT(approval->version), DB_TEXT("lapsed"), DB_NULL, DB_NULL, DB_INT(now_ms), DB_TEXT("")), &changed, error))
		return FALSE;
	return changed == 0 || (remedy_become_on(db, it, remedy, "expired", NULL, actor_system(), now_ms, error) &&
	                           tell(db, approval->asked_by, "approval_decided", it, remedy, "lapsed", approval->ref, actor_system(), now_ms, error));
}

gboolean
approval_overdue_on(Db *db, const Case *it, const Offer *offer, Remedy *remedy, Approval *approval, gint64 now_ms, GError **error)
{
	gint64 next = 0, changed = 0, due_at = 0;

	if (!time_limit(db, now_ms, &due_at, error) || !next_to_ask(db, it, offer, remedy, approval, now_ms, &next, error))
		return FALSE;
	if (next == 0 || next == approval->asked_of)
		return lapse(db, it, remedy, approval, now_ms, error);
	if (!db_exec(db, &SQL_APPROVAL_MOVE, DB_ARGS(DB_INT(approval->id), DB_INT(approval->version), DB_INT(next), DB_INT(due_at)), &changed, error))
		return FALSE;
	return changed == 0 || (due_later(db, approval->id, due_at, now_ms, error) && tell(db, next, "approval_asked", it, remedy, NULL, approval->ref, actor_system(), now_ms, error));
}
