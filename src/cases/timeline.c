/* timeline.c - a case's history, from the event log. What is new since a version: cases/thread.c. */
#include "cases/timeline.h"
#include "timeline.sql.h"
#include <string.h>

static json_t *
event_row(DbRows *rows)
{
	json_t *one = json_object(), *actor = json_object(), *facts = json_loads(db_rows_text(rows, "facts"), 0, NULL);

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
static gboolean
name_people(Db *db, json_t *facts, GError **error)
{
	static const char *const keys[] = { "from", "to", "team", NULL };
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_TIMELINE_PEOPLE,
		DB_ARGS(DB_TEXT(json_text(facts, "from", "")), DB_TEXT(json_text(facts, "to", "")), DB_TEXT(json_text(facts, "team", ""))), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		for (guint i = 0; keys[i] != NULL; i++)
			if (g_strcmp0(json_text(facts, keys[i], NULL), db_rows_text(rows, "ref")) == 0) {
				g_autofree char *key = g_strdup_printf("%s_name", keys[i]);

				json_put_text(facts, key, db_rows_text(rows, "name"));
			}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
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
