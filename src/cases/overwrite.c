/* overwrite.c - a case brought to what its imported row says now. By hand: cases/change.c; new ones: cases/restore.c. */
#include "cases/record.h"
#include "cases/restore.h"
#include "cases/tags.h"
#include "cases/words.h"
#include "restore.sql.h"
#include <string.h>

enum { SNIPPET = 200 };

typedef struct {
	Db *db;
	const NewCase *make;
	guint given;
	gboolean apply;
	const Actor *actor;
	gint64 now_ms;
	gboolean changed;
} Overwrite;

static gboolean
same_facts(const char *a, const char *b)
{
	g_autoptr(json_t) x = a != NULL ? json_loads(a, JSON_DECODE_ANY, NULL) : NULL,
			  y = b != NULL ? json_loads(b, JSON_DECODE_ANY, NULL) : NULL;

	return (json_object_size(x) == 0 && json_object_size(y) == 0) || json_equal(x, y);
}

static gboolean
same_path(const char *path, const char *text)
{
	g_autofree char *a = path != NULL ? tree_fold(path) : NULL, *b = text != NULL ? tree_fold(text) : NULL;

	return g_strcmp0(a, b) == 0;
}

static gboolean
same_tags(const char *joined, const GPtrArray *tags)
{
	g_autoptr(GPtrArray) clean = tags_clean(tags, NULL);
	g_autofree char *text = clean != NULL ? tags_join(clean) : NULL;

	return g_strcmp0(joined, text) == 0;
}

static void
note(const Overwrite *self, CaseChange *change, guint bit, gboolean same)
{
	if ((self->given & bit) && !same)
		change->given |= bit;
}

static gboolean
same_text(const char *a, const char *b)
{
	return g_strcmp0(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* Which details differ, and what they are to be. */
static void
compare_details(const Overwrite *self, const Case *it, CaseChange *change, char **ret_subject)
{
	const NewCase *make = self->make;
	const char *words = make->subject != NULL ? make->subject : make->body;

	*ret_subject = words != NULL ? case_first_words(words, make->subject != NULL ? 300 : 80) : NULL;
	change->kind = make->kind != NULL ? make->kind : case_kinds[0];
	change->subject = *ret_subject;
	change->channel = make->channel;
	change->product = make->product;
	change->category = make->category;
	change->root_cause = make->root_cause;
	change->desired_remedy = make->desired_remedy;
	change->severity = make->severity >= 0 ? make->severity : 1;
	change->received_at = make->received_at;
	change->tags = make->tags;
	note(self, change, CASE_KIND, same_text(it->kind, change->kind));
	note(self, change, CASE_SUBJECT, change->subject == NULL || same_text(it->subject, change->subject));
	note(self, change, CASE_CHANNEL, same_text(it->channel, change->channel));
	note(self, change, CASE_PRODUCT, same_path(it->product, change->product));
	note(self, change, CASE_CATEGORY, same_path(it->category, change->category));
	note(self, change, CASE_ROOT_CAUSE, same_path(it->root_cause, change->root_cause));
	note(self, change, CASE_DESIRED_REMEDY, same_text(it->desired_remedy, change->desired_remedy));
	note(self, change, CASE_SEVERITY, it->severity == change->severity);
	note(self, change, CASE_RECEIVED_AT, change->received_at == 0 || it->received_at == change->received_at);
	note(self, change, CASE_TAGS, same_tags(it->tags, change->tags));
}

/* Words that are not there yet are made; then the rule for changes by hand writes them. */
static gboolean
write_details(const Overwrite *self, const Case *it, const CaseChange *change, GError **error)
{
	const struct {
		guint bit;
		Tree tree;
		const char *text, *field;
	} words[] = {
		{ CASE_PRODUCT, TREE_PRODUCT, change->product, "/product" },
		{ CASE_CATEGORY, TREE_CATEGORY, change->category, "/category" },
		{ CASE_ROOT_CAUSE, TREE_ROOT_CAUSE, change->root_cause, "/root_cause" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		gint64 id;

		if ((change->given & words[i].bit) && words[i].text != NULL &&
			!tree_resolve(self->db, words[i].tree, words[i].text, TRUE, words[i].field, self->actor, self->now_ms, &id, error))
			return FALSE;
	}
	return case_change_in(self->db, it->id, 0, change, self->actor, self->now_ms, error);
}

static gboolean
customer_changed(const Overwrite *self, const Case *it, CaseChange *change, char **ret_ref, GError **error)
{
	g_autoptr(Customer) customer = NULL;
	gint64 id;

	if (!(self->given & CASE_CUSTOMER) || !self->apply)
		return TRUE;
	if (!customer_identify(self->db, &self->make->customer, self->actor, self->now_ms, &id, error))
		return FALSE;
	if (id == 0 || id == it->customer_id)
		return TRUE;
	if ((customer = customer_get(self->db, id, error)) == NULL)
		return FALSE;
	change->given |= CASE_CUSTOMER;
	change->customer_ref = *ret_ref = g_strdup(customer->ref);
	return TRUE;
}

static gboolean
overwrite_details(Overwrite *self, const Case *it, GError **error)
{
	g_autofree char *subject = NULL, *customer_ref = NULL;
	CaseChange change = { 0 };

	compare_details(self, it, &change, &subject);
	if (!customer_changed(self, it, &change, &customer_ref, error))
		return FALSE;
	if (change.given == 0)
		return TRUE;
	self->changed = TRUE;
	return !self->apply || write_details(self, it, &change, error);
}

/* Takes a time into the case when the row has one of its own. */
static void
set_time(gint64 *where, gint64 value, gboolean *ret_differs)
{
	*ret_differs |= *where != value;
	*where = value;
}

static gboolean
stage_event(const Overwrite *self, const Case *it, const char *from, GError **error)
{
	json_t *facts = json_object();

	if (strcmp(from, it->stage) == 0) {
		json_put(facts, "fields", json_pack("[s]", "life"));
		return record_event(self->db, "case.changed", it->id, it->version, 0, self->actor, self->now_ms, facts, error);
	}
	json_put_text(facts, "from", from);
	json_put_text(facts, "to", it->stage);
	json_put_text(facts, "outcome", it->outcome);
	json_put_bool(facts, "imported", TRUE); /* it happened elsewhere: nobody is asked how it was */
	return record_event(self->db, "case.stage_changed", it->id, it->version, 0, self->actor, self->now_ms, facts, error);
}

/* Stage, outcome, times, who has it. */
static gboolean
overwrite_life(Overwrite *self, gint64 id, GError **error)
{
	g_autoptr(Case) it = self->apply ? case_lock(self->db, id, error) : case_get(self->db, id, error);
	g_autofree char *from = it != NULL ? g_strdup(it->stage) : NULL;
	const NewCase *make = self->make;
	const char *stage = make->stage != NULL ? make->stage : case_stages[0];
	gboolean differs = FALSE;

	if (it == NULL)
		return FALSE;
	if ((self->given & RESTORE_STAGE) && strcmp(it->stage, stage) != 0) {
		g_free(it->stage);
		it->stage = g_strdup(stage);
		it->stage_at = self->now_ms;
		differs = TRUE;
	}
	if ((self->given & RESTORE_OUTCOME) && !same_text(it->outcome, make->outcome)) {
		g_free(it->outcome);
		it->outcome = g_strdup(make->outcome);
		differs = TRUE;
	}
	if (self->given & RESTORE_TIMES) {
		set_time(&it->acknowledged_at, make->acknowledged_at != 0 ? make->acknowledged_at : it->acknowledged_at, &differs);
		set_time(&it->first_response_at, make->first_response_at != 0 ? make->first_response_at : it->first_response_at, &differs);
		set_time(&it->resolved_at, make->resolved_at != 0 ? make->resolved_at : it->resolved_at, &differs);
		set_time(&it->closed_at, make->closed_at != 0 ? make->closed_at : it->closed_at, &differs);
	}
	if (self->given & RESTORE_OWNER)
		set_time(&it->owner_id, make->owner_id, &differs);
	if (self->given & RESTORE_TEAM)
		set_time(&it->team_id, make->team_id, &differs);
	if (!differs)
		return TRUE;
	self->changed = TRUE;
	return !self->apply || (case_save(self->db, it, self->now_ms, error) && stage_event(self, it, from, error));
}

static gboolean
first_words(Db *db, gint64 case_id, gint64 *ret_id, char **ret_body, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_RESTORE_FIRST_WORDS, DB_ARGS(DB_INT(case_id)), error);

	*ret_id = 0;
	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		*ret_id = db_rows_int(rows, "id");
		*ret_body = g_strdup(db_rows_text(rows, "body"));
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* The customer's own first words: changed in their place, or written where there were none. */
static gboolean
overwrite_words(Overwrite *self, gint64 id, GError **error)
{
	g_autofree char *body = NULL, *head = NULL, *snippet = NULL;
	g_autoptr(Case) it = NULL;
	gint64 message_id;

	if (!(self->given & RESTORE_BODY) || self->make->body == NULL)
		return TRUE;
	if (!first_words(self->db, id, &message_id, &body, error))
		return FALSE;
	if (message_id != 0 && strcmp(body, self->make->body) == 0)
		return TRUE;
	self->changed = TRUE;
	if (!self->apply)
		return TRUE;
	if ((it = case_lock(self->db, id, error)) == NULL)
		return FALSE;
	snippet = case_first_words(self->make->body, SNIPPET);
	if (message_id == 0) {
		const RecordMessage first = {
			.case_id = id, .said_at = it->received_at, .direction = "inbound", .channel = it->channel, .body = self->make->body
		};

		it->n_messages++;
		if (!record_message(self->db, &first, self->now_ms, &message_id, NULL, error))
			return FALSE;
	} else if (!db_exec(self->db, &SQL_RESTORE_REWORD, DB_ARGS(DB_INT(message_id), DB_TEXT(self->make->body)), NULL, error)) {
		return FALSE;
	}
	g_free(it->snippet);
	it->snippet = g_steal_pointer(&snippet);
	return case_save(self->db, it, self->now_ms, error) && stage_event(self, it, it->stage, error) &&
	       (head = record_head_of(self->db, it, error)) != NULL && search_put(self->db, SEARCH_HEAD, id, id, head, error);
}

gboolean
case_overwrite_in(Db *db, gint64 id, const NewCase *make, guint given, gboolean apply, const Actor *actor, gint64 now_ms,
	gboolean *ret_changed, GError **error)
{
	Overwrite self = { db, make, given, apply, actor, now_ms, FALSE };
	g_autoptr(Case) it = case_get(db, id, error);
	gboolean facts;

	if (it == NULL || !overwrite_details(&self, it, error) || !overwrite_life(&self, id, error) || !overwrite_words(&self, id, error))
		return FALSE;
	facts = (given & RESTORE_FACTS) && !same_facts(it->facts, make->facts);
	self.changed |= facts;
	if (apply && facts &&
		!db_exec(db, &SQL_RESTORE_MARKS, DB_ARGS(DB_INT(id), DB_TEXT(make->facts), DB_INT_OR_NULL(make->external_hash)), NULL,
			error))
		return FALSE;
	if (apply && !facts && !db_exec(db, &SQL_RESTORE_HASH, DB_ARGS(DB_INT(id), DB_INT_OR_NULL(make->external_hash)), NULL, error))
		return FALSE;
	*ret_changed = self.changed;
	return TRUE;
}
