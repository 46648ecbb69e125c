/* case.c - reading a case, showing it as JSON, writing its life. Changing its details by hand: cases/change.c. */
#include "cases/case.h"
#include "base/ids.h"
#include "cases/due.h"
#include "store/memo.h"
#include "case.sql.h"
#include <string.h>

const char *const case_kinds[] = { "complaint", "question", "request", "compliment", "suggestion", NULL };
const char *const case_channels[] = { "email", "form", "portal", "chat", "phone", "letter", "in_person", "review", "social", "api", "import", NULL };
const char *const case_stages[] = { "received", "acknowledged", "investigating", "offered", "resolved", "followed_up", "closed", NULL };
const char *const case_outcomes[] = { "upheld", "partly_upheld", "not_upheld", "withdrawn", "out_of_scope", "referred", NULL };
const char *const case_severities[] = { "low", "normal", "high", "critical", NULL };

enum { FIRST_ENDED = 4 }; /* resolved and what comes after it is no longer open */

gboolean
case_word_is(const char *const *words, const char *word, guint *ret_at)
{
	for (guint i = 0; word != NULL && words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0) {
			if (ret_at != NULL)
				*ret_at = i;
			return TRUE;
		}
	return FALSE;
}

gboolean
case_stage_is_ended(const char *stage)
{
	guint at = 0;

	return case_word_is(case_stages, stage, &at) && at >= FIRST_ENDED;
}

static gboolean
is_gap(const char *p)
{
	const guchar byte = (guchar)*p;

	if (byte < 0x80)
		return byte <= ' ' || byte == 0x7f;
	return g_unichar_isspace(g_utf8_get_char(p)) || g_unichar_iscntrl(g_utf8_get_char(p));
}

char *
case_first_words(const char *text, guint max)
{
	char *out = g_malloc(MIN(strlen(text), (gsize)max * 6) + 1), *to = out; /* no character is longer, and a gap is no longer than it was */
	guint n = 0;
	gboolean gap = FALSE;

	for (const char *p = text, *next; *p != '\0' && n < max; p = next) {
		if (!gap && *p > ' ' && *p < 0x7f) { /* nearly always */
			*to++ = *p;
			next = p + 1;
			n++;
			continue;
		}
		next = (guchar)*p < 0x80 ? p + 1 : g_utf8_next_char(p);
		if (is_gap(p)) {
			gap = to > out;
			continue;
		}
		if (gap && ++n < max)
			*to++ = ' ';
		gap = FALSE;
		n++;
		if (next == p + 1) {
			*to++ = *p;
			continue;
		}
		while (p < next && *p != '\0')
			*to++ = *p++;
		next = p;
	}
	*to = '\0';
	return out;
}

void
case_free(Case *it)
{
	if (it == NULL)
		return;
	g_free(it->ref);
	g_free(it->kind);
	g_free(it->subject);
	g_free(it->channel);
	g_free(it->desired_remedy);
	g_free(it->stage);
	g_free(it->outcome);
	g_free(it->external_id);
	g_free(it->facts);
	g_free(it->due_kind);
	g_free(it->snippet);
	g_free(it->customer_ref);
	g_free(it->customer_name);
	g_free(it->owner_ref);
	g_free(it->owner_name);
	g_free(it->team_ref);
	g_free(it->team_name);
	g_free(it->product);
	g_free(it->category);
	g_free(it->root_cause);
	g_free(it->product_ref);
	g_free(it->category_ref);
	g_free(it->root_cause_ref);
	g_free(it->merged_into_ref);
	g_free(it->tags);
	g_free(it->guide);
	clock_row_free(it->clocks);
	g_free(it);
}

/* Kept, or only as long as the row. */
static char *
text_of(DbRows *rows, const char *col, gboolean keep)
{
	const char *text = db_rows_text(rows, col);

	return keep ? g_strdup(text) : (char *)text;
}

static void
read_joined(DbRows *rows, gboolean keep, Case *it)
{
	it->customer_ref = text_of(rows, "customer_ref", keep);
	it->customer_name = text_of(rows, "customer_name", keep);
	it->owner_ref = text_of(rows, "owner_ref", keep);
	it->owner_name = text_of(rows, "owner_name", keep);
	it->team_ref = text_of(rows, "team_ref", keep);
	it->team_name = text_of(rows, "team_name", keep);
	it->product_ref = text_of(rows, "product_ref", keep);
	it->product = text_of(rows, "product", keep);
	it->category_ref = text_of(rows, "category_ref", keep);
	it->category = text_of(rows, "category", keep);
	it->root_cause_ref = text_of(rows, "root_cause_ref", keep);
	it->root_cause = text_of(rows, "root_cause", keep);
	it->merged_into_ref = text_of(rows, "merged_into_ref", keep);
}

/* In the order of the columns: the store looks for a name first behind the last one it found. */
static void
read_own(DbRows *rows, gboolean keep, Case *it)
{
	it->id = db_rows_int(rows, "id");
	it->ref = text_of(rows, "ref", keep);
	it->kind = text_of(rows, "kind", keep);
	it->subject = text_of(rows, "subject", keep);
	it->customer_id = db_rows_int(rows, "customer_id");
	it->channel = text_of(rows, "channel", keep);
	it->product_id = db_rows_int(rows, "product_id");
	it->category_id = db_rows_int(rows, "category_id");
	it->severity = db_rows_int(rows, "severity");
	it->desired_remedy = text_of(rows, "desired_remedy", keep);
	it->owner_id = db_rows_int(rows, "owner_id");
	it->team_id = db_rows_int(rows, "team_id");
	it->stage = text_of(rows, "stage", keep);
	it->outcome = text_of(rows, "outcome", keep);
	it->root_cause_id = db_rows_int(rows, "root_cause_id");
	it->external_id = text_of(rows, "external_id", keep);
	it->external_hash = db_rows_int(rows, "external_hash");
	it->facts = text_of(rows, "facts", keep);
	it->is_open = db_rows_int(rows, "is_open") != 0;
	it->waiting = db_rows_int(rows, "waiting") != 0;
	it->due_at = db_rows_int(rows, "due_at");
	it->due_kind = text_of(rows, "due_kind", keep);
	it->soon_at = db_rows_int(rows, "soon_at");
	it->received_at = db_rows_int(rows, "received_at");
	it->logged_at = db_rows_int(rows, "logged_at");
	it->stage_at = db_rows_int(rows, "stage_at");
	it->acknowledged_at = db_rows_int(rows, "acknowledged_at");
	it->first_response_at = db_rows_int(rows, "first_response_at");
	it->resolved_at = db_rows_int(rows, "resolved_at");
	it->closed_at = db_rows_int(rows, "closed_at");
	it->last_inbound_at = db_rows_int(rows, "last_inbound_at");
	it->last_message_at = db_rows_int(rows, "last_message_at");
	it->n_messages = db_rows_int(rows, "n_messages");
	it->n_reopened = db_rows_int(rows, "n_reopened");
	it->merged_into = db_rows_int(rows, "merged_into");
	it->snippet = text_of(rows, "snippet", keep);
	it->tags = text_of(rows, "tags", keep);
	it->changed_at = db_rows_int(rows, "changed_at");
	it->version = db_rows_int(rows, "version");
	it->promise_due_at = db_rows_int(rows, "promise_due_at");
	it->n_promises = db_rows_int(rows, "n_promises");
	it->guide = text_of(rows, "guide", keep);
}

Case *
case_read(DbRows *rows, gboolean joined)
{
	Case *it = g_new0(Case, 1);

	read_own(rows, TRUE, it);
	if (joined)
		read_joined(rows, TRUE, it);
	return it;
}

void
case_read_passing(DbRows *rows, Case *ret_case)
{
	read_own(rows, FALSE, ret_case);
	read_joined(rows, FALSE, ret_case);
}

static Case *
read_one(DbRows *rows, gboolean joined, const char *name, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local)) {
		Case *it = case_read(rows, joined);

		if (joined)
			it->has_links = db_rows_int(rows, "has_links_to") != 0 || db_rows_int(rows, "has_links_from") != 0;
		return it;
	}
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error(error, ERR, ERR_NOT_FOUND, "there is no case %s", name);
	return NULL;
}

Case *
case_by_ref(Db *db, const char *ref, GError **error)
{
	g_autoptr(DbRows) rows = NULL;
	char written[REF_SIZE];

	if (!ref_read(ref, written)) {
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no case of this name");
		return NULL;
	}
	rows = db_query(db, &SQL_CASE_BY_REF, DB_ARGS(DB_TEXT(written)), error);
	return read_one(rows, TRUE, written, error);
}

gboolean
case_id_by_ref(Db *db, const char *ref, gint64 *ret_id, GError **error)
{
	char written[REF_SIZE] = "";
	g_autoptr(json_t) known = ref_read(ref, written) ? memo_find(db, SQL_CASE_ID_BY_REF.name, memo_number(written), 0) : NULL;
	gboolean found = known != NULL;
	gint64 id = json_integer_value(known);

	if (known == NULL && written[0] != '\0' && !db_query_int(db, &SQL_CASE_ID_BY_REF, DB_ARGS(DB_TEXT(written)), &id, &found, error))
		return FALSE;
	if (found && known == NULL) {
		known = json_integer(id);
		memo_offer(db, SQL_CASE_ID_BY_REF.name, memo_number(written), 0, known);
	}
	if (!found) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "there is no case %s", written[0] != '\0' ? written : "of this name");
		return FALSE;
	}
	*ret_id = id;
	return TRUE;
}

Case *
case_get(Db *db, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_CASE_BY_ID, DB_ARGS(DB_INT(id)), error);

	return read_one(rows, TRUE, "of this number", error);
}

Case *
case_lock(Db *db, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_CASE_LOCK, DB_ARGS(DB_INT(id)), error);

	return read_one(rows, FALSE, "of this number", error);
}

gboolean
case_write(Db *db, const Case *it, GError **error)
{
	if (db_exec(db, &SQL_CASE_SAVE,
	            DB_ARGS(DB_INT(it->id), DB_INT_OR_NULL(it->owner_id), DB_INT_OR_NULL(it->team_id), DB_TEXT(it->stage), DB_TEXT(it->outcome),
	                    DB_INT_OR_NULL(it->root_cause_id), DB_BOOL(it->is_open), DB_BOOL(it->waiting), DB_INT_OR_NULL(it->due_at),
	                    DB_TEXT(it->due_kind), DB_INT(it->stage_at), DB_INT_OR_NULL(it->acknowledged_at), DB_INT_OR_NULL(it->first_response_at),
	                    DB_INT_OR_NULL(it->resolved_at), DB_INT_OR_NULL(it->closed_at), DB_INT_OR_NULL(it->last_inbound_at),
	                    DB_INT_OR_NULL(it->last_message_at), DB_INT(it->n_messages), DB_INT(it->n_reopened), DB_INT_OR_NULL(it->merged_into),
	                    DB_TEXT(it->snippet), DB_INT(it->changed_at), DB_INT(it->version), DB_TEXT(it->guide != NULL ? it->guide : ""),
	                    DB_INT_OR_NULL(it->soon_at)),
	            NULL, error) &&
	    due_keep(db, it, error))
		return TRUE;
	g_prefix_error(error, "writing case %s: ", it->ref);
	return FALSE;
}

gboolean
case_save(Db *db, Case *it, gint64 now_ms, GError **error)
{
	guint stage = 0;

	if (!case_word_is(case_stages, it->stage, &stage)) {
		g_set_error(error, ERR, ERR_CORRUPT, "case %s is in a stage '%s' that there is not", it->ref, it->stage);
		return FALSE;
	}
	it->is_open = stage < FIRST_ENDED && it->merged_into == 0;
	if (!due_reckon(db, it, RECKON_LIFE, now_ms, error))
		return FALSE;
	it->changed_at = now_ms;
	it->version++;
	return it->held || case_write(db, it, error);
}

static void
put_person(json_t *object, const char *key, const char *ref, const char *name)
{
	json_t *one;

	if (ref == NULL) {
		json_put(object, key, json_null());
		return;
	}
	one = json_object();
	json_put_text(one, "ref", ref);
	json_put_text(one, "name", name);
	json_put(object, key, one);
}

static json_t *
tags_to_json(const char *tags)
{
	json_t *list = json_array();

	for (const char *p = tags; p != NULL && *p != '\0';) {
		const char *end = strchrnul(p, ',');

		json_array_append_new(list, json_stringn_nocheck(p, end - p));
		p = *end == ',' ? end + 1 : end;
	}
	return list;
}

static void
put_times(json_t *out, const Case *it)
{
	json_put_time(out, "received_at", it->received_at);
	json_put_time(out, "logged_at", it->logged_at);
	json_put_time(out, "stage_at", it->stage_at);
	json_put_time(out, "acknowledged_at", it->acknowledged_at);
	json_put_time(out, "first_response_at", it->first_response_at);
	json_put_time(out, "resolved_at", it->resolved_at);
	json_put_time(out, "closed_at", it->closed_at);
	json_put_time(out, "due_at", it->due_at);
	json_put_text(out, "due_kind", it->due_kind);
	json_put_time(out, "soon_at", it->soon_at);
	json_put_time(out, "promise_due_at", it->promise_due_at);
	json_put_time(out, "last_inbound_at", it->last_inbound_at);
	json_put_time(out, "last_message_at", it->last_message_at);
	json_put_time(out, "changed_at", it->changed_at);
}

json_t *
case_to_json(const Case *it)
{
	json_t *out = json_object();
	json_t *facts = it->facts != NULL && strcmp(it->facts, "{}") != 0 ? json_loads(it->facts, 0, NULL) : NULL;

	json_put_text(out, "ref", it->ref);
	json_put_text(out, "kind", it->kind);
	json_put_text(out, "subject", it->subject);
	json_put_text(out, "stage", it->stage);
	json_put_text(out, "severity", case_severities[CLAMP(it->severity, 0, 3)]);
	json_put_text(out, "channel", it->channel);
	put_person(out, "customer", it->customer_ref, it->customer_name);
	json_put_text(out, "product", it->product);
	json_put_text(out, "category", it->category);
	put_person(out, "owner", it->owner_ref, it->owner_name);
	put_person(out, "team", it->team_ref, it->team_name);
	json_put_text(out, "desired_remedy", it->desired_remedy);
	json_put(out, "tags", tags_to_json(it->tags));
	json_put_text(out, "outcome", it->outcome);
	json_put_text(out, "root_cause", it->root_cause);
	json_put_text(out, "external_id", it->external_id);
	put_times(out, it);
	json_put_bool(out, "waiting", it->waiting);
	json_put_bool(out, "is_open", it->is_open);
	json_put_int(out, "n_messages", it->n_messages);
	json_put_int(out, "n_reopened", it->n_reopened);
	json_put_int(out, "n_promises", it->n_promises);
	json_put_text(out, "merged_into", it->merged_into_ref);
	json_put_text(out, "snippet", it->snippet);
	json_put(out, "facts", facts != NULL ? facts : json_object());
	json_put_int(out, "version", it->version);
	return out;
}

gboolean
case_check_version(const Case *it, gint64 version, GError **error)
{
	if (version == 0 || version == it->version)
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "case %s has changed since you began: it is at version %" G_GINT64_FORMAT " now, you wrote against %" G_GINT64_FORMAT,
	            it->ref, it->version, version);
	return FALSE;
}
