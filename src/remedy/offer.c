/* offer.c - see offer.h. Making one: offer_make.c. */
#include "remedy/offer.h"
#include "offer.sql.h"
#include "base/clock.h"
#include "remedy/budget.h"
#include "remedy/rows.h"
#include "work/job.h"
#include <string.h>

void
offer_free(Offer *offer)
{
	if (offer == NULL)
		return;
	g_free(offer->ref);
	g_free(offer->state);
	g_free(offer->words);
	g_free(offer->case_ref);
	g_free(offer);
}

static Offer *
offer_read(DbRows *rows)
{
	Offer *it = g_new0(Offer, 1);
	const struct { gint64 *to; const char *column; } numbers[] = {
		{ &it->id, "id" }, { &it->case_id, "case_id" }, { &it->customer_id, "customer_id" }, { &it->made_by, "made_by" }, { &it->days, "days" }, { &it->n_options, "n_options" },
		{ &it->chosen, "chosen" }, { &it->counts_minor, "counts_minor" }, { &it->period_id, "period_id" }, { &it->held_minor, "held_minor" }, { &it->made_at, "made_at" },
		{ &it->sent_at, "sent_at" }, { &it->expires_at, "expires_at" }, { &it->decided_at, "decided_at" }, { &it->version, "version" }, { &it->message_id, "message_id" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
		*numbers[i].to = db_rows_int(rows, numbers[i].column);
	it->ref = g_strdup(db_rows_text(rows, "ref"));
	it->state = g_strdup(db_rows_text(rows, "state"));
	it->words = g_strdup(db_rows_text(rows, "words"));
	it->case_ref = g_strdup(db_rows_text(rows, "case_ref"));
	g_strlcpy(it->currency, db_rows_text(rows, "currency") != NULL ? db_rows_text(rows, "currency") : "", sizeof it->currency);
	it->direct = db_rows_int(rows, "direct") != 0;
	return it;
}

static Offer *
first_offer(DbRows *rows, gboolean or_none, GError **error)
{
	GError *local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return offer_read(rows);
	if (local != NULL)
		g_propagate_error(error, local);
	else if (!or_none)
		rows_not_found(error);
	return NULL;
}

Offer *
offer_get(Db *db, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_OFFER_ONE, DB_ARGS(DB_TEXT(""), DB_INT(id)), error);

	return first_offer(rows, FALSE, error);
}

Offer *
offer_by_ref(Db *db, const char *ref, GError **error)
{
	char written[16];
	g_autoptr(DbRows) rows = db_query(db, &SQL_OFFER_ONE, DB_ARGS(DB_TEXT(rows_ref(ref, written)), DB_INT(0)), error);

	return first_offer(rows, FALSE, error);
}

Offer *
offer_open_of_case(Db *db, gint64 case_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_OFFER_OPEN_OF_CASE, DB_ARGS(DB_INT(case_id)), error);

	return first_offer(rows, TRUE, error);
}

Offer *
offer_of_message(Db *db, gint64 message_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_OFFER_OF_MESSAGE, DB_ARGS(DB_INT(message_id)), error);

	return first_offer(rows, TRUE, error);
}

gboolean
offer_said_in(Db *db, const Offer *offer, gint64 message_id, GError **error)
{
	return db_exec(db, &SQL_OFFER_SAID, DB_ARGS(DB_INT(offer->id), DB_INT(message_id)), NULL, error);
}

/* ---- steps ----------------------------------------------------------------------------------------------------------- */

static gboolean
is_past(const Offer *offer, GError **error)
{
	static const struct { const char *state, *words; } said[] = {
		{ "waiting", WORD("This offer waits for approval.") }, { "ready", WORD("This offer is not sent yet.") }, { "open", WORD("This offer is with the customer.") }, { "chosen", WORD("The customer has chosen already.") },
		{ "given", WORD("This was given already.") }, { "declined", WORD("The customer said that none of it is right.") }, { "refused", WORD("This offer was refused.") }, { "withdrawn", WORD("This offer was withdrawn.") },
		{ "expired", WORD("This offer has run out.") },
	};

	for (guint i = 0; i < G_N_ELEMENTS(said); i++)
		if (strcmp(said[i].state, offer->state) == 0)
			g_set_error_literal(error, ERR, ERR_CONFLICT, said[i].words);
	return FALSE;
}

static gboolean
become(Db *db, Offer *offer, const char *to, GError **error)
{
	gint64 changed = 0;

	if (!offer_may_become(offer->state, to))
		return is_past(offer, error);
	if (!db_exec(db, &SQL_OFFER_STEP, DB_ARGS(DB_INT(offer->id), DB_INT(offer->version), DB_TEXT(to), DB_INT_OR_NULL(offer->chosen), DB_INT(offer->counts_minor), DB_INT_OR_NULL(offer->period_id),
		DB_INT(offer->held_minor), DB_INT_OR_NULL(offer->sent_at), DB_INT_OR_NULL(offer->expires_at), DB_INT_OR_NULL(offer->decided_at)), &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "Somebody was quicker: look at it again.");
		return FALSE;
	}
	g_free(offer->state);
	offer->state = g_strdup(to);
	offer->version++;
	return TRUE;
}

static gint64
sum_of(const GPtrArray *remedies, gint64 option_n)
{
	gint64 sum = 0;

	for (guint i = 0; i < remedies->len; i++) {
		const Remedy *one = remedies->pdata[i];

		if (one->option_n == option_n && strcmp(one->state, "refused") != 0 && strcmp(one->state, "withdrawn") != 0 && strcmp(one->state, "expired") != 0)
			sum += one->amount_minor;
	}
	return sum;
}

static gint64
dearest(const Offer *offer, const GPtrArray *remedies)
{
	gint64 most = 0;

	for (gint64 n = 1; n <= offer->n_options; n++)
		most = MAX(most, sum_of(remedies, n));
	return most;
}

/* Every remedy in one of the states @from (commas between), of option @option_n (0: all; below zero: all but that) takes the step. */
static gboolean
each_becomes(Db *db, const Case *it, const GPtrArray *remedies, gint64 option_n, const char *from, const char *to, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	g_auto(GStrv) states = g_strsplit(from, ",", 0);

	for (guint i = 0; i < remedies->len; i++) {
		Remedy *one = remedies->pdata[i];
		const RemedyStep step = { .fault = words, .amount_minor = -1 };
		gboolean meant = option_n == 0 || (option_n > 0 ? one->option_n == option_n : one->option_n != -option_n);

		if (meant && g_strv_contains((const char *const *)states, one->state) && !remedy_become_on(db, it, one, to, &step, actor, now_ms, error))
			return FALSE;
	}
	return TRUE;
}

/* One remedy of an option that was refused takes the others of its option along. */
static gboolean
drop_broken_options(Db *db, const Case *it, const Offer *offer, const GPtrArray *remedies, const Actor *actor, gint64 now_ms, guint *ret_left, gboolean *ret_waits, GError **error)
{
	*ret_left = 0;
	*ret_waits = FALSE;
	for (gint64 n = 1; n <= offer->n_options; n++) {
		gboolean broken = FALSE, waits = FALSE;

		for (guint i = 0; i < remedies->len; i++) {
			const Remedy *one = remedies->pdata[i];

			broken |= one->option_n == n && (strcmp(one->state, "refused") == 0 || strcmp(one->state, "expired") == 0);
			waits |= one->option_n == n && strcmp(one->state, "proposed") == 0;
		}
		if (broken && !each_becomes(db, it, remedies, n, "proposed,approved", "withdrawn", NULL, actor, now_ms, error))
			return FALSE;
		*ret_left += !broken;
		*ret_waits |= waits && !broken;
	}
	return TRUE;
}

static gboolean
as_asked(const GPtrArray *remedies)
{
	for (guint i = 0; i < remedies->len; i++) {
		const Remedy *one = remedies->pdata[i];

		if (strcmp(one->state, "approved") != 0 || one->amount_minor != one->asked_minor)
			return FALSE;
	}
	return TRUE;
}

gboolean
offer_settle_on(Db *db, const Case *it, Offer *offer, const char *none, const Actor *actor, gint64 now_ms, gboolean *ret_ready, GError **error)
{
	g_autoptr(GPtrArray) remedies = remedy_of_offer(db, offer->id, error);
	gboolean waits = FALSE;
	guint left = 0;

	*ret_ready = FALSE;
	if (remedies == NULL || !drop_broken_options(db, it, offer, remedies, actor, now_ms, &left, &waits, error))
		return FALSE;
	if (left == 0) {
		offer->decided_at = now_ms;
		return become(db, offer, none, error) && db_exec(db, &SQL_OFFER_APPROVALS_END, DB_ARGS(DB_INT(offer->id), DB_INT(now_ms)), NULL, error);
	}
	if (waits)
		return TRUE;
	*ret_ready = as_asked(remedies);
	return become(db, offer, "ready", error);
}

static gboolean
pay_later(Db *db, const GPtrArray *remedies, gint64 option_n, gint64 now_ms, GError **error)
{
	for (guint i = 0; i < remedies->len; i++) {
		const Remedy *one = remedies->pdata[i];
		g_autoptr(json_t) payload = NULL;

		if (one->option_n != option_n || strcmp(one->done_by, "webhook") != 0 || strcmp(one->state, "chosen") != 0)
			continue;
		payload = json_object();
		json_put_int(payload, "remedy", one->id);
		if (!job_add(db, "remedy.pay", payload, now_ms, now_ms, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
expire_later(Db *db, const Offer *offer, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, "offer", offer->id);
	return job_add(db, "offer.expire", payload, offer->expires_at, now_ms, error);
}

gboolean
offer_send_on(Db *db, const Case *it, Offer *offer, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) remedies = remedy_of_offer(db, offer->id, error);
	Money most = { 0 };
	gint64 team_id;

	if (remedies == NULL || (strcmp(offer->state, "ready") != 0 && !is_past(offer, error)))
		return FALSE;
	most.amount_minor = dearest(offer, remedies);
	g_strlcpy(most.currency, offer->currency, sizeof most.currency);
	team_id = remedies->len > 0 ? ((const Remedy *)remedies->pdata[0])->team_id : 0;
	if (!budget_reserve(db, team_id, &most, it->id, actor, now_ms, &offer->period_id, error))
		return FALSE;
	offer->counts_minor = most.amount_minor;
	offer->held_minor = offer->period_id != 0 ? most.amount_minor : 0;
	offer->sent_at = now_ms;
	offer->expires_at = offer->direct ? 0 : now_ms + offer->days * MS_PER_DAY;
	offer->chosen = offer->direct ? 1 : 0;
	if (!become(db, offer, offer->direct ? "given" : "open", error))
		return FALSE;
	if (!offer->direct)
		return each_becomes(db, it, remedies, 0, "approved", "offered", NULL, actor, now_ms, error) && expire_later(db, offer, now_ms, error);
	return each_becomes(db, it, remedies, 1, "approved", "chosen", NULL, actor, now_ms, error) && pay_later(db, remedies, 1, now_ms, error);
}

/* What the customer is told when they come too late. */
static gboolean
may_choose(const Case *it, const Offer *offer, const GPtrArray *remedies, gint64 n, gint64 now_ms, GError **error)
{
	gboolean there = FALSE, begun = FALSE;
	const char *why = NULL;

	for (guint i = 0; i < remedies->len; i++) {
		const Remedy *one = remedies->pdata[i];

		there |= one->option_n == n && (strcmp(one->state, "offered") == 0 || strcmp(one->state, "declined") == 0 || strcmp(one->state, "chosen") == 0);
		begun |= g_strv_contains((const char *const[]){ "doing", "done", "failed", "reversed", NULL }, one->state);
	}
	if (strcmp(offer->state, "withdrawn") == 0)
		why = WORD("We took this offer back. Write to us if you have questions.");
	else if (strcmp(offer->state, "declined") == 0)
		why = WORD("You told us that none of this is right. We answer you.");
	else if (strcmp(offer->state, "expired") == 0 || (offer->expires_at != 0 && now_ms >= offer->expires_at && strcmp(offer->state, "open") == 0))
		why = WORD("The time to choose is over. Write to us, and we look at it again.");
	else if (strcmp(it->stage, "closed") == 0)
		why = WORD("This matter is closed, so there is nothing to choose any more. Write to us, and it is open again.");
	else if (strcmp(offer->state, "chosen") == 0 && begun)
		why = WORD("You have chosen, and we have begun: it cannot be changed any more.");
	else if (strcmp(offer->state, "open") != 0 && strcmp(offer->state, "chosen") != 0)
		why = WORD("There is nothing to choose here.");
	if (why != NULL)
		g_set_error_literal(error, ERR, ERR_CONFLICT, why);
	else if (!there)
		err_add_field(error, "/option", "Choose one of these.");
	return why == NULL && there;
}

gboolean
offer_choose_on(Db *db, const Case *it, Offer *offer, gint64 n, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) remedies = remedy_of_offer(db, offer->id, error);

	if (remedies == NULL || !may_choose(it, offer, remedies, n, now_ms, error))
		return FALSE;
	if (strcmp(offer->state, "chosen") == 0 && offer->chosen == n)
		return TRUE; /* said twice, meant once */
	offer->chosen = n;
	offer->counts_minor = sum_of(remedies, n);
	offer->decided_at = now_ms;
	/* What is set aside stays that of the dearest option until something begins: another choice needs no new money. */
	return become(db, offer, "chosen", error) && each_becomes(db, it, remedies, -n, "offered,chosen", "declined", NULL, actor, now_ms, error) &&
	       each_becomes(db, it, remedies, n, "offered,declined", "chosen", NULL, actor, now_ms, error) && pay_later(db, remedies, n, now_ms, error);
}

gboolean
offer_end_on(Db *db, const Case *it, Offer *offer, const char *to, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) remedies = NULL;
	gint64 held = offer->held_minor, period = offer->period_id;

	if (!offer_may_become(offer->state, to))
		return is_past(offer, error);
	if ((remedies = remedy_of_offer(db, offer->id, error)) == NULL)
		return FALSE;
	offer->counts_minor = offer->held_minor = 0;
	offer->decided_at = now_ms;
	/* Only what the customer saw can be declined by them. */
	return become(db, offer, to, error) && budget_move(db, period, -held, 0, error) && db_exec(db, &SQL_OFFER_APPROVALS_END, DB_ARGS(DB_INT(offer->id), DB_INT(now_ms)), NULL, error) &&
	       each_becomes(db, it, remedies, 0, strcmp(to, "declined") == 0 ? "offered" : "proposed,approved,offered", to, words, actor, now_ms, error);
}

/* What is still set aside beyond what was chosen is free from the first step on; later ones find nothing to trim. */
static gboolean
trim(Db *db, const Offer *offer, gint64 *held, GError **error)
{
	gint64 more = offer->period_id != 0 ? *held - offer->counts_minor : 0;

	if (more <= 0)
		return TRUE;
	*held -= more;
	return db_exec(db, &SQL_OFFER_ACCOUNT, DB_ARGS(DB_INT(offer->id), DB_INT(0), DB_INT(-more)), NULL, error) && budget_move(db, offer->period_id, -more, 0, error);
}

gboolean
offer_account_on(Db *db, gint64 offer_id, const Remedy *remedy, const char *became, GError **error)
{
	g_autoptr(Offer) offer = offer_get(db, offer_id, error);
	gint64 amount = remedy->amount_minor, held;
	gboolean bound;

	if (offer == NULL)
		return FALSE;
	held = offer->held_minor;
	bound = offer->period_id != 0;
	if (strcmp(became, "reversed") == 0)
		return db_exec(db, &SQL_OFFER_ACCOUNT, DB_ARGS(DB_INT(offer_id), DB_INT(-amount), DB_INT(0)), NULL, error) && budget_move(db, offer->period_id, 0, -amount, error);
	if (!trim(db, offer, &held, error))
		return FALSE;
	if (strcmp(became, "done") == 0)
		return db_exec(db, &SQL_OFFER_ACCOUNT, DB_ARGS(DB_INT(offer_id), DB_INT(0), DB_INT(bound ? -amount : 0)), NULL, error) && budget_move(db, offer->period_id, -amount, amount, error);
	return db_exec(db, &SQL_OFFER_ACCOUNT, DB_ARGS(DB_INT(offer_id), DB_INT(-amount), DB_INT(bound ? -amount : 0)), NULL, error) && budget_move(db, offer->period_id, -amount, 0, error);
}

gboolean
offer_move_in(Db *db, Offer *offer, gint64 case_id, GError **error)
{
	const DbSql *const moves[] = { &SQL_OFFER_MOVE, &SQL_OFFER_MOVE_REMEDIES, &SQL_OFFER_MOVE_APPROVALS };

	for (guint i = 0; i < G_N_ELEMENTS(moves); i++)
		if (!db_exec(db, moves[i], DB_ARGS(DB_INT(offer->id), DB_INT(case_id)), NULL, error))
			return FALSE;
	offer->case_id = case_id;
	return TRUE;
}
