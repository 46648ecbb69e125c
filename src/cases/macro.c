/* macro.c - keeping macros. Filling in their variables: cases/macro_text.c. */
#include "cases/macro.h"
#include "base/ids.h"
#include "cases/guide.h"
#include "cases/record.h"
#include "store/events.h"
#include "store/refs.h"
#include "macro.sql.h"
#include <string.h>

enum { MAX_NAME = 80, MAX_MACRO = 20000 };

static json_t *
macro_row(DbRows *rows)
{
	json_t *one = json_object();

	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "name", db_rows_text(rows, "name"));
	json_put_text(one, "body", db_rows_text(rows, "body"));
	json_put_text(one, "kind", db_rows_text(rows, "kind"));
	json_put_text(one, "step", db_rows_text(rows, "step"));
	json_put_text(one, "channel", db_rows_text(rows, "channel"));
	json_put_bool(one, "shared", db_rows_is_null(rows, "user_id"));
	json_put_int(one, "version", db_rows_int(rows, "version"));
	return one;
}

json_t *
macro_list(Db *db, gint64 user_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_MACRO_ROWS, DB_ARGS(DB_INT(user_id)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		json_array_append_new(list, macro_row(rows));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

static json_t *
read_macro(Db *db, const char *ref, gint64 user_id, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	char written[REF_SIZE] = "";

	ref_read(ref, written);
	if ((rows = db_query(db, &SQL_MACRO_BY_REF, DB_ARGS(DB_TEXT(written), DB_INT(user_id)), error)) == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such macro");
		return NULL;
	}
	if (ret_id != NULL)
		*ret_id = db_rows_int(rows, "id");
	return macro_row(rows);
}

json_t *
macro_get(Db *db, const char *ref, gint64 user_id, GError **error)
{
	return read_macro(db, ref, user_id, NULL, error);
}

static gboolean
check(const char *name, const char *body, const char *kind, gboolean shared, const Actor *actor, GError **error)
{
	g_autoptr(GError) faults = NULL;

	if (name == NULL || name[strspn(name, " \t")] == '\0')
		err_add_field(&faults, "/name", "A macro needs a name.");
	if (body == NULL || body[strspn(body, " \t\r\n")] == '\0')
		err_add_field(&faults, "/body", "Write its words.");
	record_check_text(name, MAX_NAME, "/name", "A name", &faults);
	record_check_text(body, MAX_MACRO, "/body", "A macro", &faults);
	if (kind != NULL && !case_word_is(case_kinds, kind, NULL))
		err_add_field(&faults, "/kind", "There is no such kind of case.");
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	return !shared || actor_must(actor, "view.share", error);
}

static gboolean
say(Db *db, const char *kind, gint64 id, const char *name, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "name", name);
	return event_add(db, &(Event){ .kind = kind, .subject_id = id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
macro_add(Db *db, const char *name, const char *body, const char *kind, gboolean shared, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	char ref[REF_SIZE];
	gint64 id;

	if (kind != NULL && kind[0] == '\0')
		kind = NULL;
	if (!check(name, body, kind, shared, actor, error) || (tx = db_begin(db, error)) == NULL)
		return FALSE;
	if (!ref_insert(db, &SQL_MACRO_INSERT, ref,
	                DB_ARGS(DB_TEXT(ref), DB_TEXT(name), DB_TEXT(body), DB_TEXT(kind), DB_INT_OR_NULL(shared ? 0 : actor->user_id), DB_INT(now_ms)), &id, NULL, error) ||
	    !say(db, "macro.added", id, name, actor, now_ms, error) || !db_tx_commit(tx, error))
		return FALSE;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}

gboolean
macro_change(Db *db, const char *ref, gint64 version, const char *name, const char *body, const char *kind, int shared, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(json_t) old = NULL;
	gboolean was;
	gint64 id;

	if (tx == NULL || (old = read_macro(db, ref, actor->user_id, &id, error)) == NULL)
		return FALSE;
	if (version != 0 && version != json_int(old, "version", 0)) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "this macro has been changed since");
		return FALSE;
	}
	name = name != NULL ? name : json_text(old, "name", "");
	body = body != NULL ? body : json_text(old, "body", "");
	kind = kind == NULL ? json_text(old, "kind", NULL) : kind[0] == '\0' ? NULL : kind;
	was = json_flag(old, "shared", FALSE);
	if (shared < 0)
		shared = was;
	/* What was everybody's is theirs to lose: that too needs the permission. */
	return check(name, body, kind, was || shared, actor, error) &&
	       db_exec(db, &SQL_MACRO_UPDATE, DB_ARGS(DB_INT(id), DB_TEXT(name), DB_TEXT(body), DB_TEXT(kind), DB_INT_OR_NULL(shared ? 0 : actor->user_id)), NULL, error) &&
	       say(db, "macro.changed", id, name, actor, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
macro_remove(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(json_t) old = NULL;
	gint64 id;

	if (tx == NULL || (old = read_macro(db, ref, actor->user_id, &id, error)) == NULL)
		return FALSE;
	if (json_flag(old, "shared", FALSE) && !actor_must(actor, "view.share", error))
		return FALSE;
	return db_exec(db, &SQL_MACRO_REMOVE, DB_ARGS(DB_INT(id), DB_INT(now_ms)), NULL, error) &&
	       say(db, "macro.removed", id, json_text(old, "name", ""), actor, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
macro_use(Db *db, const char *ref, const char *step, const char *channel, const Actor *actor, GError **error)
{
	g_autoptr(json_t) it = read_macro(db, ref, actor->user_id, NULL, error);

	if (it == NULL || (json_flag(it, "shared", FALSE) && !actor_must(actor, "view.share", error)))
		return FALSE;
	if ((step != NULL && !case_word_is(guide_steps, step, NULL)) || (channel != NULL && !case_word_is(case_channels, channel, NULL))) {
		err_add_field(error, step != NULL && !case_word_is(guide_steps, step, NULL) ? "/step" : "/channel", "There is no such word.");
		return FALSE;
	}
	return db_exec(db, &SQL_MACRO_USE, DB_ARGS(DB_TEXT(json_text(it, "ref", "")), DB_TEXT(step), DB_TEXT(channel)), NULL, error);
}
