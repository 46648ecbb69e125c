/* timeline.c - a case's history, from the event log. What is new since a version: cases/thread.c. */
#include "cases/timeline.h"
#include "store/memo.h"
#include "timeline.sql.h"
#include <string.h>

static json_t *
event_row(DbRows *rows)
{
	const char *text = db_rows_text(rows, "facts");
	json_t *one = json_object(), *actor = json_object(), *facts = text != NULL && strcmp(text, "{}") != 0 ? json_loads(text, 0, NULL) : NULL;

	json_put_int(one, "id", db_rows_int(rows, "id"));
	json_put_time(one, "at", db_rows_int(rows, "at"));
	json_put_text(one, "kind", db_rows_text(rows, "kind"));
	json_put_text(actor, "kind", db_rows_text(rows, "actor_kind"));
	json_put_text(actor, "ref", db_rows_text(rows, "actor_ref"));
	json_put_text(actor, "name", db_rows_text(rows, "actor_name"));
	json_put(one, "actor", actor);
	json_put(one, "facts", facts != NULL ? facts : json_object());
	json_put_text(one, "message", db_rows_text(rows, "message_ref"));
	return one;
}

/* Facts hold refs, people read names: "to": "7KQM-4TXB" gets "to_name" beside it. */
static const struct {
	const char *key, *name_key;
} named[] = { { "from", "from_name" }, { "to", "to_name" }, { "team", "team_name" } };

static void
put_name(json_t *facts, const char *ref, const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(named); i++)
		if (g_strcmp0(json_text(facts, named[i].key, NULL), ref) == 0)
			json_put_text(facts, named[i].name_key, name);
}

/* The few whom cases are given to are asked for again and again: TRUE when all of them are remembered. */
static gboolean
name_remembered(Db *db, json_t *facts)
{
	gboolean all = TRUE;

	for (guint i = 0; i < G_N_ELEMENTS(named); i++) {
		const char *ref = json_text(facts, named[i].key, NULL);
		g_autoptr(json_t) name = ref != NULL ? memo_find(db, SQL_TIMELINE_PEOPLE.name, memo_number(ref), 0) : NULL;

		if (name != NULL)
			json_put(facts, named[i].name_key, json_incref(name));
		all = all && (name != NULL || ref == NULL);
	}
	return all;
}

static gboolean
name_people(Db *db, json_t *facts, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	if (name_remembered(db, facts))
		return TRUE;
	rows = db_query(db, &SQL_TIMELINE_PEOPLE,
		DB_ARGS(DB_TEXT(json_text(facts, "from", "")), DB_TEXT(json_text(facts, "to", "")), DB_TEXT(json_text(facts, "team", ""))), error);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		const char *ref = db_rows_text(rows, "ref");
		g_autoptr(json_t) name = json_string_nocheck(db_rows_text(rows, "name"));

		put_name(facts, ref, json_string_value(name));
		memo_offer(db, SQL_TIMELINE_PEOPLE.name, memo_number(ref), 0, name);
	}
	return db_ended(&local, error);
}

json_t *
case_timeline(Db *db, gint64 case_id, gint64 before_id, guint limit, GError **error)
{
	const guint asked = CLAMP(limit, 1, 500);
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) out = json_object();
	g_autoptr(DbRows) rows = db_query(db, &SQL_TIMELINE_ROWS,
		DB_ARGS(DB_INT(case_id), DB_INT(before_id > 0 ? before_id : G_MAXINT64), DB_INT(asked + 1)), error);
	json_t *list = json_array(), *one;
	size_t at;

	json_put(out, "events", list);
	json_put(out, "next", json_null());
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		if (json_array_size(list) == asked) {
			json_put_int(out, "next", json_int(json_array_get(list, asked - 1), "id", 0));
			break;
		}
		json_array_append_new(list, event_row(rows));
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	g_clear_pointer(&rows, db_rows_free);
	json_array_foreach(list, at, one)
		if (strcmp(json_text(one, "kind", ""), "case.assigned") == 0 && !name_people(db, json_object_get(one, "facts"), error))
			return NULL;
	return g_steal_pointer(&out);
}
