/* change.c - changing by hand what a case is about. Its stage: cases/stage.c; who handles it: cases/assign.c. */
#include "cases/due.h"
#include "cases/intake.h"
#include "cases/record.h"
#include "cases/tags.h"
#include "cases/words.h"
#include "case.sql.h"
#include <string.h>

static const struct {
	guint bit;
	const char *key;
	gboolean open; /* no personal data: old and new words go into the event */
} fields[] = {
	{ CASE_KIND, "kind", TRUE },
	{ CASE_SUBJECT, "subject", FALSE },
	{ CASE_CHANNEL, "channel", TRUE },
	{ CASE_PRODUCT, "product", TRUE },
	{ CASE_CATEGORY, "category", TRUE },
	{ CASE_DESIRED_REMEDY, "desired_remedy", FALSE },
	{ CASE_EXTERNAL_ID, "external_id", FALSE },
	{ CASE_ROOT_CAUSE, "root_cause", TRUE },
	{ CASE_CUSTOMER, "customer", FALSE },
	{ CASE_SEVERITY, "severity", TRUE },
	{ CASE_RECEIVED_AT, "received_at", TRUE },
	{ CASE_TAGS, "tags", TRUE },
	{ CASE_WAITING, "waiting", TRUE },
};

/* The same rules as for a new case: what is not given stands in as something harmless. */
static gboolean
check(const CaseChange *change, gint64 now_ms, GError **error)
{
	const guint given = change->given;
	g_autoptr(GError) faults = NULL;
	NewCase make = { .body = "x", .channel = case_channels[0], .severity = -1 };

	make.kind = given & CASE_KIND ? change->kind : NULL;
	make.channel = given & CASE_CHANNEL ? change->channel : make.channel;
	make.subject = given & CASE_SUBJECT ? change->subject : NULL;
	make.desired_remedy = given & CASE_DESIRED_REMEDY ? change->desired_remedy : NULL;
	make.external_id = given & CASE_EXTERNAL_ID ? change->external_id : NULL;
	make.severity = given & CASE_SEVERITY ? change->severity : -1;
	make.received_at = given & CASE_RECEIVED_AT ? change->received_at : 0;
	make.tags = given & CASE_TAGS ? change->tags : NULL;
	if (!case_intake_check(&make, now_ms, &faults) && !g_error_matches(faults, ERR, ERR_INVALID)) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	if ((given & CASE_KIND) && change->kind == NULL)
		err_add_field(&faults, "/kind", "A case is of some kind.");
	if ((given & CASE_SUBJECT) && (change->subject == NULL || change->subject[strspn(change->subject, " \t\r\n")] == '\0'))
		err_add_field(&faults, "/subject", "A case needs a subject.");
	if ((given & CASE_SEVERITY) && change->severity < 0)
		err_add_field(&faults, "/severity", "One of: low, normal, high, critical.");
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static void
set_text(char **where, const char *text, guint bit, guint *ret_changed)
{
	if (text != NULL && text[0] == '\0')
		text = NULL;
	if (g_strcmp0(*where, text) == 0)
		return;
	g_free(*where);
	*where = g_strdup(text);
	*ret_changed |= bit;
}

static void
set_int(gint64 *where, gint64 value, guint bit, guint *ret_changed)
{
	if (*where == value)
		return;
	*where = value;
	*ret_changed |= bit;
}

static gboolean
set_word(Db *db, Tree tree, const char *text, const char *field, const Actor *actor, gint64 now_ms, gint64 *where, guint bit, guint *ret_changed, GError **error)
{
	gint64 id = 0;

	if (text != NULL && text[0] != '\0' && !tree_resolve(db, tree, text, FALSE, field, actor, now_ms, &id, error))
		return FALSE;
	set_int(where, id, bit, ret_changed);
	return TRUE;
}

static gboolean
set_customer(Db *db, const char *ref, Case *it, guint *ret_changed, GError **error)
{
	gboolean found = TRUE;
	gint64 id = 0;

	if (ref != NULL && ref[0] != '\0' && !db_query_int(db, &SQL_CASE_CUSTOMER_BY_REF, DB_ARGS(DB_TEXT(ref)), &id, &found, error))
		return FALSE;
	if (!found) {
		err_add_field(error, "/customer", "There is no such customer.");
		return FALSE;
	}
	set_int(&it->customer_id, id, CASE_CUSTOMER, ret_changed);
	return TRUE;
}

/* What is plain goes straight into @it; words and the customer are looked up. */
static gboolean
apply(Db *db, Case *it, const CaseChange *change, const GPtrArray *tags, const Actor *actor, gint64 now_ms, guint *ret_changed, GError **error)
{
	const guint given = change->given;
	g_autofree char *joined = tags_join(tags);

	if (given & CASE_KIND)
		set_text(&it->kind, change->kind, CASE_KIND, ret_changed);
	if (given & CASE_SUBJECT) {
		g_autofree char *line = case_first_words(change->subject, 300);

		set_text(&it->subject, line, CASE_SUBJECT, ret_changed);
	}
	if (given & CASE_CHANNEL)
		set_text(&it->channel, change->channel, CASE_CHANNEL, ret_changed);
	if (given & CASE_DESIRED_REMEDY)
		set_text(&it->desired_remedy, change->desired_remedy, CASE_DESIRED_REMEDY, ret_changed);
	if (given & CASE_EXTERNAL_ID)
		set_text(&it->external_id, change->external_id, CASE_EXTERNAL_ID, ret_changed);
	if (given & CASE_SEVERITY)
		set_int(&it->severity, change->severity, CASE_SEVERITY, ret_changed);
	if ((given & CASE_RECEIVED_AT) && change->received_at != 0)
		set_int(&it->received_at, change->received_at, CASE_RECEIVED_AT, ret_changed);
	if ((given & CASE_TAGS) && strcmp(joined, it->tags) != 0) {
		g_free(it->tags);
		it->tags = g_steal_pointer(&joined);
		*ret_changed |= CASE_TAGS;
	}
	if ((given & CASE_WAITING) && it->is_open && it->waiting != !!change->waiting) {
		it->waiting = !!change->waiting;
		*ret_changed |= CASE_WAITING;
	}
	if ((given & CASE_CUSTOMER) && !set_customer(db, change->customer_ref, it, ret_changed, error))
		return FALSE;
	return (!(given & CASE_PRODUCT) || set_word(db, TREE_PRODUCT, change->product, "/product", actor, now_ms, &it->product_id, CASE_PRODUCT, ret_changed, error)) &&
	       (!(given & CASE_CATEGORY) || set_word(db, TREE_CATEGORY, change->category, "/category", actor, now_ms, &it->category_id, CASE_CATEGORY, ret_changed, error)) &&
	       (!(given & CASE_ROOT_CAUSE) || set_word(db, TREE_ROOT_CAUSE, change->root_cause, "/root_cause", actor, now_ms, &it->root_cause_id, CASE_ROOT_CAUSE, ret_changed, error));
}

static gboolean
refuse_taken(Db *db, const char *external_id, GError **error)
{
	gint64 id;
	gboolean found = FALSE;

	if (external_id == NULL)
		return TRUE;
	if (!db_query_int(db, &SQL_CASE_EXTERNAL_TAKEN, DB_ARGS(DB_TEXT(external_id)), &id, &found, error))
		return FALSE;
	if (found)
		g_set_error(error, ERR, ERR_CONFLICT, "there is a case with the external id %s already", external_id);
	return !found;
}

/* What decides which policy holds, and from when it counts. */
#define ABOUT (CASE_KIND | CASE_CHANNEL | CASE_PRODUCT | CASE_CUSTOMER | CASE_SEVERITY | CASE_RECEIVED_AT)

static gboolean
write_details(Db *db, Case *it, guint changed, const GPtrArray *tags, gint64 now_ms, GError **error)
{
	if ((changed & CASE_EXTERNAL_ID) && !refuse_taken(db, it->external_id, error))
		return FALSE;
	if (!due_reckon(db, it, changed & ABOUT ? RECKON_ANEW : RECKON_LIFE, now_ms, error) || !due_keep(db, it, error) ||
	    !db_exec(db, &SQL_CASE_SAVE_DETAILS,
	             DB_ARGS(DB_INT(it->id), DB_TEXT(it->kind), DB_TEXT(it->subject), DB_TEXT(it->channel), DB_INT_OR_NULL(it->product_id),
	                     DB_INT_OR_NULL(it->category_id), DB_TEXT(it->desired_remedy), DB_TEXT(it->external_id), DB_INT_OR_NULL(it->root_cause_id),
	                     DB_INT_OR_NULL(it->customer_id), DB_INT(it->severity), DB_INT(it->received_at), DB_TEXT(it->tags), DB_BOOL(it->waiting),
	                     DB_INT_OR_NULL(it->due_at), DB_TEXT(it->due_kind), DB_INT(now_ms), DB_INT_OR_NULL(it->soon_at)),
	             NULL, error))
		return FALSE;
	it->version++;
	if ((changed & CASE_TAGS) && !tags_put(db, it->id, tags, TRUE, error))
		return FALSE;
	if (changed & (CASE_SUBJECT | CASE_CUSTOMER | CASE_EXTERNAL_ID)) {
		g_autofree char *head = record_head_of(db, it, error);

		return head != NULL && search_put(db, SEARCH_HEAD, it->id, it->id, head, error);
	}
	return TRUE;
}

static gboolean
put_event(Db *db, const Case *before, const Case *after, guint changed, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) was = case_to_json(before), is = case_to_json(after);
	json_t *facts = json_object(), *names = json_array(), *from = json_object(), *to = json_object();

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (!(changed & fields[i].bit))
			continue;
		json_array_append_new(names, json_string(fields[i].key));
		if (!fields[i].open)
			continue;
		json_object_set(from, fields[i].key, json_object_get(was, fields[i].key));
		json_object_set(to, fields[i].key, json_object_get(is, fields[i].key));
	}
	json_put(facts, "fields", names);
	json_put(facts, "from", from);
	json_put(facts, "to", to);
	return record_event(db, "case.changed", after->id, after->version, 0, actor, now_ms, facts, error);
}

gboolean
case_change_in(Db *db, gint64 id, gint64 version, const CaseChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = NULL, before = NULL, after = NULL;
	g_autoptr(GPtrArray) tags = NULL;
	guint changed = 0;

	if (!check(change, now_ms, error) || (tags = tags_clean(change->given & CASE_TAGS ? change->tags : NULL, error)) == NULL ||
	    (it = case_lock(db, id, error)) == NULL || !case_check_version(it, version, error))
		return FALSE;
	if (it->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was merged into another one: change that", it->ref);
		return FALSE;
	}
	if (!apply(db, it, change, tags, actor, now_ms, &changed, error))
		return FALSE;
	if (changed == 0)
		return TRUE;
	return (before = case_get(db, id, error)) != NULL && write_details(db, it, changed, tags, now_ms, error) &&
	       (after = case_get(db, id, error)) != NULL && put_event(db, before, after, changed, actor, now_ms, error);
}

gboolean
case_change(Db *db, gint64 id, gint64 version, const CaseChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && case_change_in(db, id, version, change, actor, now_ms, error) && db_tx_commit(tx, error);
}
