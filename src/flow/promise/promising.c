/* promising.c - see promising.h. */
#include "flow/promise/promising.h"
#include "base/clock.h"
#include "base/ids.h"
#include "cases/notice.h"
#include "cases/promised.h"
#include "org/team.h"
#include "promising.sql.h"
#include <string.h>

gboolean
promising_make_in(
	Db *db, gint64 case_id, const NewPromise *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error)
{
	g_autoptr(Case) it = case_lock(db, case_id, error);

	if (it == NULL)
		return FALSE;
	if (it->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was merged into another one: promise it there", it->ref);
		return FALSE;
	}
	it->version++;
	return promise_make_in(db, case_id, make, actor, now_ms, ret_id, ret_ref, error) && case_promised_on(db, it, now_ms, error);
}

static gboolean
reckon(Db *db, gint64 id, PromisedBy by, gint64 now_ms, GError **error)
{
	g_autoptr(Promise) it = promise_get(db, id, error);

	return it != NULL && case_promised_in(db, it->case_id, by, now_ms, error);
}

gboolean
promising_change_in(Db *db, gint64 id, gint64 version, const PromiseChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	return promise_change_in(db, id, version, change, actor, now_ms, error) && reckon(db, id, PROMISED_BY_PEOPLE, now_ms, error);
}

gboolean
promising_keep_in(Db *db, gint64 id, gint64 version, gint64 kept_at, const Actor *actor, gint64 now_ms, GError **error)
{
	return promise_keep_in(db, id, version, kept_at, actor, now_ms, error) && reckon(db, id, PROMISED_BY_PEOPLE, now_ms, error);
}

gboolean
promising_withdraw_in(Db *db, gint64 id, gint64 version, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	return promise_withdraw_in(db, id, version, reason, actor, now_ms, error) && reckon(db, id, PROMISED_BY_PEOPLE, now_ms, error);
}

/* ---- with a message ------------------------------------------------------------------------------------------------ */

/* Where @words stand in @body behind @from; line ends may have been sent as CR LF. */
static void
find_span(const char *body, const char *words, gsize *from, NewPromise *make)
{
	g_auto(GStrv) lines = words != NULL && words[0] != '\0' ? g_strsplit(words, "\r", -1) : NULL;
	g_autofree char *plain = lines != NULL ? g_strjoinv("", lines) : NULL;
	const char *at = plain != NULL && body != NULL && *from < strlen(body) ? strstr(body + *from, plain) : NULL;

	if (at == NULL && plain != NULL && body != NULL)
		at = strstr(body, plain);
	if (at == NULL)
		return;
	make->span_start = at - body;
	make->span_end = make->span_start + (gint64)strlen(plain);
	*from = (gsize)make->span_end;
}

gboolean
promising_place(Db *db, gint64 case_id, const char *message_ref, const char *words, NewPromise *make, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	char written[REF_SIZE] = "";
	gsize from = 0;

	ref_read(message_ref, written);
	if ((rows = db_query(db, &SQL_PROMISING_MESSAGE, DB_ARGS(DB_TEXT(written), DB_INT(case_id)), error)) == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		make->message_id = db_rows_int(rows, "id");
		find_span(db_rows_text(rows, "body"), words, &from, make);
		return TRUE;
	}
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		err_add_field(error, "/message", "There is no such message to the customer on this case.");
	return FALSE;
}

/* The rule speaks of "/what"; whoever sent a list wants to know which. */
static void
point_to(GError **error, gsize index, GError *why)
{
	const GPtrArray *fields = err_fields(why);

	if (fields == NULL || fields->len == 0) {
		g_propagate_error(error, why);
		return;
	}
	for (guint i = 0; i < fields->len; i++) {
		const ErrField *one = fields->pdata[i];
		g_autofree char *field = g_strdup_printf("/promises/%" G_GSIZE_FORMAT "%s", index, one->field);

		err_add_field(error, field, "%s", one->message);
	}
	g_error_free(why);
}

static gboolean
read_due(const json_t *one, gint64 *ret_due_at)
{
	const char *text = json_text(one, "due_at", NULL);

	*ret_due_at = 0;
	return text == NULL || time_read(text, ret_due_at);
}

gboolean
promising_of_message_in(Db *db, gint64 case_id, gint64 message_id, const char *body, const json_t *promises, const Actor *actor,
	gint64 now_ms, GError **error)
{
	enum { MAX_WITH_A_MESSAGE = 20 };
	const json_t *one;
	gsize from = 0;
	size_t i;

	if (promises == NULL || json_is_null(promises))
		return TRUE;
	if (!json_is_array(promises) || json_array_size(promises) > MAX_WITH_A_MESSAGE) {
		err_add_field(error, "/promises", "A list of at most %d promises.", MAX_WITH_A_MESSAGE);
		return FALSE;
	}
	json_array_foreach(promises, i, one)
	{
		NewPromise make = { .what = json_text(one, "what", NULL),
			.whole_day = json_flag(one, "whole_day", FALSE),
			.message_id = message_id,
			.certainty = CLAMP(json_int(one, "certainty", 100), 0, 100) };
		g_autofree char *field = g_strdup_printf("/promises/%zu/due_at", i);
		GError *why = NULL;

		if (!json_is_object(one) || !read_due(one, &make.due_at)) {
			err_add_field(error, field, "This is no time.");
			return FALSE;
		}
		find_span(body, json_text(one, "words", NULL), &from, &make);
		if (promising_make_in(db, case_id, &make, actor, now_ms, NULL, NULL, &why))
			continue;
		point_to(error, i, why);
		return FALSE;
	}
	return TRUE;
}

/* ---- when its time comes ------------------------------------------------------------------------------------------- */

static gboolean
tell(Db *db, gint64 user_id, const char *kind, const Promise *it, gint64 now_ms, GError **error)
{
	json_t *facts;

	if (user_id == 0)
		return TRUE;
	facts = json_object();
	json_put_text(facts, "promise", it->ref);
	json_put_text(facts, "what", it->what);
	json_put_time(facts, "due_at", it->due_at);
	json_put_text(facts, "owner", it->owner_name);
	return notice_add(db, user_id, kind, it->case_id, 0, 0, facts, now_ms, error);
}

static gboolean
tell_people(Db *db, gint64 id, PromiseStep step, gint64 now_ms, GError **error)
{
	static const char *const kinds[] = {
		[PROMISE_SOON] = "promise_soon", [PROMISE_IS_DUE] = "promise_due", [PROMISE_BROKE] = "promise_broken"
	};
	g_autoptr(Promise) it = promise_get(db, id, error);
	g_autoptr(Case) of = it != NULL ? case_get(db, it->case_id, error) : NULL;
	gint64 owner, lead = 0;

	if (of == NULL)
		return FALSE;
	owner = it->owner_id != 0 ? it->owner_id : of->owner_id;
	if (!tell(db, owner, kinds[step], it, now_ms, error))
		return FALSE;
	if (step != PROMISE_BROKE)
		return TRUE;
	return team_lead_over(db, owner, of->team_id, &lead, error) && (lead == owner || tell(db, lead, kinds[step], it, now_ms, error));
}

typedef struct {
	const Job *job;
	gint64 now_ms;
} Tick;

/* The clock may have been set back since the job was due: then it comes again. One made for a time that has moved does not. */
static gboolean
come_again(Db *db, const Tick *tick, gint64 id, GError **error)
{
	g_autoptr(Promise) it = promise_get(db, id, error);

	if (it == NULL)
		return FALSE;
	if (it->next_at <= tick->now_ms || it->next_at != json_int(tick->job->payload, "at", 0))
		return TRUE;
	return job_add(db, tick->job->kind, tick->job->payload, it->next_at, tick->now_ms, error);
}

static gboolean
tick_on_writer(Db *db, gpointer data, GError **error)
{
	const Tick *tick = data;
	const gint64 id = json_int(tick->job->payload, "promise", 0);
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(GError) why = NULL;
	PromiseStep step = PROMISE_NOTHING;

	if (tx == NULL)
		return FALSE;
	if (!promise_tick_in(db, id, tick->now_ms, &step, &why)) {
		if (!g_error_matches(why, ERR, ERR_NOT_FOUND)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
	} else if (step == PROMISE_NOTHING ? !come_again(db, tick, id, error) : !tell_people(db, id, step, tick->now_ms, error)) {
		return FALSE;
	}
	return (step != PROMISE_BROKE || reckon(db, id, PROMISED_BY_TIME, tick->now_ms, error)) && job_end(db, tick->job, error) && db_tx_commit(tx, error);
}

gboolean
promise_tick_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	Tick tick = { job, now_ms };

	(void)data;
	return store_write(store, tick_on_writer, &tick, error);
}
