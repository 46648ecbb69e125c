/* remedy.c - see remedy.h. Showing them: remedy_json.c. */
#include "remedy/remedy.h"
#include "remedy.sql.h"
#include "remedy/rows.h"
#include "store/events.h"
#include <string.h>

void
remedy_free(Remedy *remedy)
{
	if (remedy == NULL)
		return;
	g_free(remedy->ref);
	g_free(remedy->kind);
	g_free(remedy->state);
	g_free(remedy->words);
	g_free(remedy->reason);
	g_free(remedy->done_by);
	g_free(remedy->fault);
	g_free(remedy->answer);
	g_free(remedy->reference);
	g_free(remedy->type_name);
	g_free(remedy->case_ref);
	g_free(remedy);
}

static void
read_words(Remedy *it, DbRows *rows)
{
	const struct { char **to; const char *column; } texts[] = {
		{ &it->ref, "ref" }, { &it->kind, "kind" }, { &it->state, "state" }, { &it->words, "words" }, { &it->reason, "reason" }, { &it->done_by, "done_by" }, { &it->fault, "fault" },
		{ &it->answer, "answer" }, { &it->reference, "reference" }, { &it->type_name, "type_name" }, { &it->case_ref, "case_ref" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i].to = g_strdup(db_rows_text(rows, texts[i].column));
	g_strlcpy(it->currency, db_rows_text(rows, "currency") != NULL ? db_rows_text(rows, "currency") : "", sizeof it->currency);
	it->goodwill = db_rows_int(rows, "goodwill") != 0;
}

static Remedy *
remedy_read(DbRows *rows)
{
	Remedy *it = g_new0(Remedy, 1);
	const struct { gint64 *to; const char *column; } numbers[] = {
		{ &it->id, "id" }, { &it->offer_id, "offer_id" }, { &it->option_n, "option_n" }, { &it->case_id, "case_id" }, { &it->customer_id, "customer_id" }, { &it->type_id, "type_id" },
		{ &it->amount_minor, "amount_minor" }, { &it->asked_minor, "asked_minor" }, { &it->hook_id, "hook_id" }, { &it->team_id, "team_id" }, { &it->made_by, "made_by" },
		{ &it->authority_id, "authority_id" }, { &it->authorised_at, "authorised_at" }, { &it->approval_id, "approval_id" }, { &it->attempts, "attempts" }, { &it->tried_at, "tried_at" }, { &it->accepted_at, "accepted_at" },
		{ &it->done_at, "done_at" }, { &it->changed_at, "changed_at" }, { &it->version, "version" }, { &it->period_id, "period_id" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
		*numbers[i].to = db_rows_int(rows, numbers[i].column);
	read_words(it, rows);
	return it;
}

static Remedy *
remedy_one(Db *db, const char *ref, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_BY_REF_OR_ID, DB_ARGS(DB_TEXT(ref), DB_INT(id)), error);
	GError *local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return remedy_read(rows);
	if (local != NULL)
		g_propagate_error(error, local);
	else
		rows_not_found(error);
	return NULL;
}

Remedy *
remedy_get(Db *db, gint64 id, GError **error)
{
	return remedy_one(db, "", id, error);
}

Remedy *
remedy_by_ref(Db *db, const char *ref, GError **error)
{
	char written[16];

	return remedy_one(db, rows_ref(ref, written), 0, error);
}

GPtrArray *
remedy_of_offer(Db *db, gint64 offer_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_OF_OFFER, DB_ARGS(DB_INT(offer_id)), error);
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)remedy_free);
	GError *local = NULL;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(all, remedy_read(rows));
	return db_ended(&local, error) ? g_steal_pointer(&all) : NULL;
}

json_t *
remedy_facts(const Remedy *remedy, const Case *it)
{
	json_t *facts = json_object();

	json_put_text(facts, "remedy", remedy->ref);
	json_put_text(facts, "kind", remedy->kind);
	if (remedy->currency[0] != '\0') {
		json_put_int(facts, "amount_minor", remedy->amount_minor);
		json_put_text(facts, "currency", remedy->currency);
	}
	json_put_bool(facts, "goodwill", remedy->goodwill);
	json_put_int(facts, "v", it->version);
	return facts;
}

gboolean
remedy_is_past(const Remedy *remedy, GError **error)
{
	static const struct { const char *state, *words; } said[] = {
		{ "proposed", WORD("This waits for approval.") }, { "approved", WORD("This is approved already.") }, { "offered", WORD("This is with the customer, who has not chosen yet.") },
		{ "chosen", WORD("The customer has chosen this already.") }, { "doing", WORD("This is being done right now.") }, { "done", WORD("This was done already.") }, { "failed", WORD("This went wrong and waits for a person.") },
		{ "reversed", WORD("This was taken back.") }, { "refused", WORD("This was refused.") }, { "withdrawn", WORD("This was withdrawn.") }, { "declined", WORD("The customer took something else.") },
		{ "expired", WORD("This has run out.") },
	};

	for (guint i = 0; i < G_N_ELEMENTS(said); i++)
		if (strcmp(said[i].state, remedy->state) == 0)
			g_set_error_literal(error, ERR, ERR_CONFLICT, said[i].words);
	return FALSE;
}

static gboolean
write_step(Db *db, Remedy *remedy, const char *to, const RemedyStep *step, gint64 now_ms, GError **error)
{
	gboolean approves = strcmp(to, "approved") == 0, done = strcmp(to, "done") == 0;
	gint64 changed = 0;

	if (approves && step->amount_minor >= 0)
		remedy->amount_minor = step->amount_minor;
	if (approves && step->authority_id != 0) {
		remedy->authority_id = step->authority_id;
		remedy->authorised_at = now_ms;
	}
	if (step->tried) {
		remedy->attempts++;
		remedy->tried_at = now_ms;
	}
	if (done)
		remedy->done_at = now_ms;
	if (step->by_hand) {
		g_free(remedy->done_by);
		remedy->done_by = g_strdup("manual");
	}
	if (!db_exec(db, &SQL_REMEDY_STEP, DB_ARGS(DB_INT(remedy->id), DB_INT(remedy->version), DB_TEXT(to), DB_INT(remedy->amount_minor), DB_INT_OR_NULL(remedy->authority_id),
		DB_INT_OR_NULL(remedy->authorised_at), DB_INT(remedy->attempts), DB_INT_OR_NULL(remedy->tried_at), DB_TEXT(step->fault), DB_TEXT(step->answer != NULL ? step->answer : remedy->answer),
		DB_TEXT(step->reference != NULL ? step->reference : remedy->reference), DB_INT_OR_NULL(remedy->done_at), DB_INT_OR_NULL(strcmp(to, "reversed") == 0 ? now_ms : 0), DB_INT(now_ms), DB_TEXT(remedy->done_by)),
		&changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "Somebody was quicker: look at it again.");
		return FALSE;
	}
	g_free(remedy->state);
	remedy->state = g_strdup(to);
	if (step->reference != NULL) {
		g_free(remedy->reference);
		remedy->reference = g_strdup(step->reference);
	}
	remedy->version++;
	remedy->changed_at = now_ms;
	return TRUE;
}

gboolean
remedy_become_on(Db *db, const Case *it, Remedy *remedy, const char *to, const RemedyStep *step, const Actor *actor, gint64 now_ms, GError **error)
{
	static const RemedyStep nothing = { .amount_minor = -1 };
	g_autoptr(json_t) more = step != NULL ? step->facts : NULL;
	g_autoptr(json_t) facts = NULL;
	g_autofree char *kind = g_strconcat("remedy.", strcmp(to, "doing") == 0 ? "started" : to, NULL);

	if (!remedy_may_become(remedy->state, to))
		return remedy_is_past(remedy, error);
	if (!write_step(db, remedy, to, step != NULL ? step : &nothing, now_ms, error))
		return FALSE;
	facts = remedy_facts(remedy, it);
	if (more != NULL)
		json_object_update(facts, more);
	return event_add(db, &(Event){ .kind = kind, .case_id = it->id, .subject_id = remedy->id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}
