/* intake.c - how a case comes into being. What people say on it later: cases/message.c; many at once: flow/import/import.c. */
#include "cases/intake.h"
#include "base/clock.h"
#include "cases/due.h"
#include "cases/record.h"
#include "cases/tags.h"
#include "cases/words.h"
#include "store/refs.h"
#include "case.sql.h"
#include "intake.sql.h"
#include <string.h>

enum { MAX_SUBJECT = 300, MADE_SUBJECT = 80, MAX_REMEDY = 1000, MAX_EXTERNAL = 200, SNIPPET = 200, NORMAL = 1 };

static gboolean
has_words(const char *text)
{
	return text != NULL && text[strspn(text, " \t\r\n")] != '\0';
}

static void
check_word(const char *const *words, const char *word, const char *field, GError **error)
{
	if (word != NULL && !case_word_is(words, word, NULL)) {
		g_autofree char *all = g_strjoinv(", ", (char **)words);

		err_add_field(error, field, "One of: %s.", all);
	}
}

static void
check_times(const NewCase *make, gint64 now_ms, GError **error)
{
	const gint64 times[] = { make->acknowledged_at, make->first_response_at, make->resolved_at, make->closed_at };

	if (make->received_at < 0)
		err_add_field(error, "/received_at", "Not before 1970.");
	if (make->received_at > now_ms + MS_PER_DAY)
		err_add_field(error, "/received_at", "This is in the future.");
	for (guint i = 0; i < G_N_ELEMENTS(times); i++)
		if (times[i] < 0 || times[i] > now_ms + MS_PER_DAY) {
			err_add_field(error, "/stage", "Its times lie between 1970 and now.");
			return;
		}
}

gboolean
case_intake_check(const NewCase *make, gint64 now_ms, GError **error)
{
	g_autoptr(GError) faults = NULL;
	g_autoptr(GPtrArray) tags = NULL;

	check_word(case_kinds, make->kind, "/kind", &faults);
	if (make->channel == NULL)
		err_add_field(&faults, "/channel", "Say by which channel it came.");
	check_word(case_channels, make->channel, "/channel", &faults);
	check_word(case_stages, make->stage, "/stage", &faults);
	check_word(case_outcomes, make->outcome, "/outcome", &faults);
	if (make->severity < -1 || make->severity > 3)
		err_add_field(&faults, "/severity", "One of: low, normal, high, critical.");
	if (record_check_body(make->body, &faults) && record_check_text(make->subject, MAX_SUBJECT, "/subject", "A subject", &faults) &&
	    !has_words(make->subject) && !has_words(make->body))
		err_add_field(&faults, "/body", "Say what happened.");
	record_check_text(make->desired_remedy, MAX_REMEDY, "/desired_remedy", "The wish", &faults);
	record_check_text(make->external_id, MAX_EXTERNAL, "/external_id", "An external id", &faults);
	record_check_text(make->customer.name, 200, "/customer/name", "A name", &faults);
	check_times(make, now_ms, &faults);
	tags = tags_clean(make->tags, &faults);
	record_check_attachments(make->attachments, &faults);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

/* Faults of input are gathered in @faults, so that all are told at once; anything else ends the work: FALSE. */
static gboolean
gather(GError **faults, GError *one, GError **error)
{
	const GPtrArray *fields = g_error_matches(one, ERR, ERR_INVALID) ? err_fields(one) : NULL;

	if (fields == NULL) {
		g_propagate_error(error, one);
		return FALSE;
	}
	for (guint i = 0; i < fields->len; i++) {
		const ErrField *field = fields->pdata[i];

		err_add_field(faults, field->field, "%s", field->message);
	}
	g_error_free(one);
	return TRUE;
}

typedef struct {
	gint64 customer_id, product_id, category_id, root_cause_id;
} Resolved;

static gboolean
resolve(Db *db, const NewCase *make, const Actor *actor, gint64 now_ms, Resolved *out, GError **error)
{
	const struct {
		Tree tree;
		const char *text, *field;
		gint64 known, *ret_id;
	} words[] = {
		{ TREE_PRODUCT, make->product, "/product", make->product_id, &out->product_id },
		{ TREE_CATEGORY, make->category, "/category", make->category_id, &out->category_id },
		{ TREE_ROOT_CAUSE, make->root_cause, "/root_cause", make->root_cause_id, &out->root_cause_id },
	};
	g_autoptr(GError) faults = NULL;
	GError *one = NULL;

	if (make->customer_id != 0)
		out->customer_id = make->customer_id;
	else if (!customer_identify(db, &make->customer, actor, now_ms, &out->customer_id, &one) && !gather(&faults, one, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		one = NULL;
		*words[i].ret_id = words[i].known;
		if (words[i].known == 0 && has_words(words[i].text) &&
		    !tree_resolve(db, words[i].tree, words[i].text, make->make_words, words[i].field, actor, now_ms, words[i].ret_id, &one) && !gather(&faults, one, error))
			return FALSE;
	}
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

/* What a case lived through before it came to us shows in its times; a new one has just been received. */
static void
fill_life(const NewCase *make, gint64 now_ms, Case *it)
{
	gint64 times[] = { make->acknowledged_at, make->first_response_at, make->resolved_at, make->closed_at };
	guint stage = 0;

	it->received_at = make->received_at != 0 ? make->received_at : now_ms;
	it->logged_at = now_ms;
	it->severity = make->severity >= 0 ? make->severity : NORMAL;
	it->stage = (char *)(make->stage != NULL ? make->stage : "received");
	case_word_is(case_stages, it->stage, &stage);
	it->is_open = stage < 4;
	it->acknowledged_at = make->acknowledged_at;
	it->first_response_at = make->first_response_at;
	it->resolved_at = make->resolved_at;
	it->closed_at = make->closed_at;
	it->stage_at = make->stage != NULL ? it->received_at : now_ms;
	it->changed_at = make->stage != NULL ? it->received_at : now_ms;
	for (guint i = 0; i < G_N_ELEMENTS(times); i++)
		it->stage_at = MAX(it->stage_at, times[i]);
	it->changed_at = MAX(it->changed_at, it->stage_at);
	it->last_inbound_at = it->received_at;
	it->last_message_at = MAX(it->received_at, make->first_response_at);
	/* Files need a message to hang on, even where nothing was written. */
	it->kind = (char *)(make->kind != NULL ? make->kind : case_kinds[0]);
	it->channel = (char *)make->channel;
	it->owner_id = make->owner_id;
	it->team_id = make->team_id;
	it->lived = make->stage != NULL;
	it->n_messages = has_words(make->body) || (make->attachments != NULL && make->attachments->len > 0) ? 1 : 0;
}

static gboolean
refuse_taken(Db *db, const char *external_id, GError **error)
{
	gint64 id;
	gboolean found = FALSE;

	if (!has_words(external_id))
		return TRUE;
	if (!db_query_int(db, &SQL_CASE_EXTERNAL_TAKEN, DB_ARGS(DB_TEXT(external_id)), &id, &found, error))
		return FALSE;
	if (found)
		g_set_error(error, ERR, ERR_CONFLICT, "there is a case with the external id %s already", external_id);
	return !found;
}

static gboolean
insert(Db *db, const NewCase *make, const Case *it, const Resolved *ids, const char *subject, const char *snippet, const char *tags, gint64 *ret_id, char ref[REF_SIZE], GError **error)
{
	gboolean made = FALSE;

	if (!ref_insert(db, &SQL_INTAKE_CASE, ref,
	                DB_ARGS(DB_TEXT(ref), DB_TEXT(make->kind != NULL ? make->kind : case_kinds[0]), DB_TEXT(subject), DB_INT_OR_NULL(ids->customer_id),
	                        DB_TEXT(make->channel), DB_INT_OR_NULL(ids->product_id), DB_INT_OR_NULL(ids->category_id), DB_INT(it->severity),
	                        DB_TEXT(make->desired_remedy), DB_INT_OR_NULL(make->owner_id), DB_INT_OR_NULL(make->team_id), DB_TEXT(it->stage),
	                        DB_TEXT(make->outcome), DB_INT_OR_NULL(ids->root_cause_id), DB_TEXT(has_words(make->external_id) ? make->external_id : NULL), DB_INT_OR_NULL(make->external_hash),
	                        DB_TEXT(make->facts), DB_BOOL(it->is_open), DB_INT_OR_NULL(it->due_at), DB_TEXT(it->due_kind), DB_INT_OR_NULL(it->soon_at), DB_INT(it->received_at),
	                        DB_INT(it->logged_at), DB_INT(it->stage_at), DB_INT_OR_NULL(it->acknowledged_at), DB_INT_OR_NULL(it->first_response_at),
	                        DB_INT_OR_NULL(it->resolved_at), DB_INT_OR_NULL(it->closed_at), DB_INT(it->last_inbound_at), DB_INT(it->last_message_at),
	                        DB_INT(it->n_messages), DB_TEXT(snippet), DB_TEXT(tags), DB_INT(it->changed_at)),
	                ret_id, &made, error) ||
	    (!made && !refuse_taken(db, make->external_id, error)))
		return FALSE;
	if (!made)
		g_set_error_literal(error, ERR, ERR_INTERNAL, "no free ref for a case");
	return made;
}

/* The first words and the documents of the search; a case without a message still has its head. */
static gboolean
put_words(Db *db, const NewCase *make, const Case *it, gint64 id, const char *subject, const char *ref, gint64 now_ms, GError **error)
{
	g_autofree char *head = record_head_text(subject, ref, make->customer.name, make->external_id, make->body);
	const RecordMessage message = {
		.case_id = id, .direction = "inbound", .channel = make->channel, .body = make->body != NULL ? make->body : "", .said_at = it->received_at,
		.author_name = has_words(make->customer.name) ? make->customer.name : NULL, .attachments = make->attachments, .head = head,
	};

	if (it->n_messages == 0)
		return search_put(db, SEARCH_HEAD, id, id, head, error);
	return record_message(db, &message, now_ms, make->ret_message_id, NULL, error);
}

static gboolean
put_event(Db *db, const NewCase *make, const Case *it, gint64 id, const Actor *actor, gint64 now_ms, GError **error)
{
	json_t *facts = json_object();

	json_put_text(facts, "channel", make->channel);
	json_put_text(facts, "stage", it->stage);
	return record_event(db, "case.received", id, 1, 0, actor, now_ms, facts, error);
}

/* Texts of it are the caller's; only what was reckoned is its own. */
typedef Case Made;
static void
made_clear(Made *it)
{
	clock_row_free(it->clocks);
	g_free(it->due_kind);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Made, made_clear)

static gboolean
keep_clocks(Db *db, Case *it, gint64 id, GError **error)
{
	it->id = id;
	return due_keep(db, it, error);
}

gboolean
case_intake_in(Db *db, const NewCase *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error)
{
	g_autofree char *made_subject = NULL, *snippet = NULL, *joined = NULL;
	g_autoptr(GPtrArray) tags = NULL;
	Resolved ids = { 0 };
	g_auto(Made) it = { 0 };
	char ref[REF_SIZE];
	gint64 id;

	if (!case_intake_check(make, now_ms, error) || (tags = tags_clean(make->tags, error)) == NULL || !resolve(db, make, actor, now_ms, &ids, error))
		return FALSE;
	fill_life(make, now_ms, &it);
	made_subject = case_first_words(has_words(make->subject) ? make->subject : make->body, has_words(make->subject) ? MAX_SUBJECT : MADE_SUBJECT);
	snippet = case_first_words(make->body != NULL ? make->body : "", SNIPPET);
	joined = tags_join(tags);
	it.customer_id = ids.customer_id;
	it.product_id = ids.product_id;
	if (!due_reckon(db, &it, RECKON_LIFE, now_ms, error) || !insert(db, make, &it, &ids, made_subject, snippet, joined, &id, ref, error) ||
	    !keep_clocks(db, &it, id, error) || !put_words(db, make, &it, id, made_subject, ref, now_ms, error) || !tags_put(db, id, tags, FALSE, error) || !put_event(db, make, &it, id, actor, now_ms, error))
		return FALSE;
	if (ret_id != NULL)
		*ret_id = id;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}

gboolean
case_intake(Db *db, const NewCase *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	char ref[16];
	gint64 id;

	if (tx == NULL || !case_intake_in(db, make, actor, now_ms, &id, ref, error) || !db_tx_commit(tx, error))
		return FALSE;
	if (ret_id != NULL)
		*ret_id = id;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}
