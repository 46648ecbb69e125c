/* action_show.c - reading actions and showing them. Changing them: action/action.c. */
#include "action/action.h"
#include "base/clock.h"
#include "base/ids.h"
#include "action.sql.h"
#include <string.h>

void
action_free(Action *it)
{
	if (it == NULL)
		return;
	g_free(it->ref);
	g_free(it->title);
	g_free(it->plan);
	g_free(it->effect);
	g_free(it->state);
	g_free(it->ended_words);
	g_free(it->cause);
	g_free(it->cause_ref);
	g_free(it->category);
	g_free(it->category_ref);
	g_free(it->product);
	g_free(it->product_ref);
	g_free(it->case_ref);
	g_free(it->case_subject);
	g_free(it->owner_ref);
	g_free(it->owner_name);
	g_free(it->opened_by_ref);
	g_free(it->opened_by_name);
	g_free(it);
}

static char *
text_of(DbRows *rows, const char *column)
{
	return g_strdup(db_rows_text(rows, column));
}

static Action *
read_action(DbRows *rows)
{
	Action *it = g_new0(Action, 1);

	it->id = db_rows_int(rows, "id");
	it->ref = text_of(rows, "ref");
	it->title = text_of(rows, "title");
	it->plan = text_of(rows, "plan");
	it->effect = text_of(rows, "effect");
	it->state = text_of(rows, "state");
	it->root_cause_id = db_rows_int(rows, "root_cause_id");
	it->category_id = db_rows_int(rows, "category_id");
	it->product_id = db_rows_int(rows, "product_id");
	it->case_id = db_rows_int(rows, "case_id");
	it->owner_id = db_rows_int(rows, "owner_id");
	it->due_at = db_rows_int(rows, "due_at");
	it->opened_at = db_rows_int(rows, "opened_at");
	it->ended_at = db_rows_int(rows, "ended_at");
	it->ended_words = text_of(rows, "ended_words");
	it->version = db_rows_int(rows, "version");
	it->cause = text_of(rows, "cause");
	it->cause_ref = text_of(rows, "cause_ref");
	it->category = text_of(rows, "category");
	it->category_ref = text_of(rows, "category_ref");
	it->product = text_of(rows, "product");
	it->product_ref = text_of(rows, "product_ref");
	it->case_ref = text_of(rows, "case_ref");
	it->case_subject = text_of(rows, "case_subject");
	it->owner_ref = text_of(rows, "owner_ref");
	it->owner_name = text_of(rows, "owner_name");
	it->opened_by_ref = text_of(rows, "opened_by_ref");
	it->opened_by_name = text_of(rows, "opened_by_name");
	return it;
}

static void
put_pair(json_t *value, const char *key, const char *ref, const char *label, const char *text)
{
	json_t *one;

	if (ref == NULL) {
		json_put(value, key, json_null());
		return;
	}
	one = json_object();
	json_put_text(one, "ref", ref);
	json_put_text(one, label, text);
	json_put(value, key, one);
}

json_t *
action_to_json(const Action *it, gint64 now_ms)
{
	json_t *value = json_object();

	json_put_text(value, "ref", it->ref);
	json_put_text(value, "title", it->title);
	json_put_text(value, "plan", it->plan);
	json_put_text(value, "effect", it->effect);
	json_put_text(value, "state", it->state);
	put_pair(value, "cause", it->cause_ref, "path", it->cause);
	put_pair(value, "category", it->category_ref, "path", it->category);
	put_pair(value, "product", it->product_ref, "path", it->product);
	put_pair(value, "case", it->case_ref, "subject", it->case_subject);
	put_pair(value, "owner", it->owner_ref, "name", it->owner_name);
	json_put_time(value, "due_at", it->due_at);
	put_pair(value, "opened_by", it->opened_by_ref, "name", it->opened_by_name);
	json_put_time(value, "opened_at", it->opened_at);
	json_put_time(value, "ended_at", it->ended_at);
	json_put_text(value, "ended_words", it->ended_words[0] != '\0' ? it->ended_words : NULL);
	json_put_bool(value, "late", strcmp(it->state, "open") == 0 && it->due_at < now_ms);
	json_put_int(value, "version", it->version);
	return value;
}

Action *
action_get(Db *db, const char *ref, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	char written[REF_SIZE] = "";

	ref_read(ref, written);
	if ((rows = db_query(db, &SQL_ACTION_BY_REF, DB_ARGS(DB_TEXT(written)), error)) == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return read_action(rows);
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such action");
	return NULL;
}

GPtrArray *
action_all(Db *db, const ActionFilter *filter, guint limit, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)action_free);
	g_autoptr(DbRows) rows = db_query(db, &SQL_ACTION_ROWS, DB_ARGS(DB_TEXT(filter->state), DB_INT(filter->owner_id), DB_INT(filter->root_cause_id), DB_INT(CLAMP(limit, 1, 500))), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(list, read_action(rows));
	return db_ended(&local, error) ? g_steal_pointer(&list) : NULL;
}

json_t *
action_list(Db *db, const ActionFilter *filter, guint limit, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) all = action_all(db, filter, limit, error);
	json_t *list;

	if (all == NULL)
		return NULL;
	list = json_array();
	for (guint i = 0; i < all->len; i++)
		json_array_append_new(list, action_to_json(all->pdata[i], now_ms));
	return list;
}

json_t *
action_list_of_case(Db *db, gint64 case_id, gint64 root_cause_id, gint64 now_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = NULL;

	if (root_cause_id == 0)
		return g_steal_pointer(&list);
	if ((rows = db_query(db, &SQL_ACTION_ROWS_OF_CASE, DB_ARGS(DB_INT(case_id), DB_INT(root_cause_id)), error)) == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();
		gint64 due_at = db_rows_int(rows, "due_at");
		const char *state = db_rows_text(rows, "state");

		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "title", db_rows_text(rows, "title"));
		json_put_text(one, "state", state);
		json_put_time(one, "due_at", due_at);
		json_put_time(one, "ended_at", db_rows_int(rows, "ended_at"));
		json_put_text(one, "owner_name", db_rows_text(rows, "owner_name"));
		json_put_bool(one, "late", strcmp(state, "open") == 0 && due_at < now_ms);
		json_array_append_new(list, one);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}
