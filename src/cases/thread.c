/* thread.c - reading what was said on a case. Writing it: cases/message.c. */
#include "base/ids.h"
#include "base/json_impl.h"
#include "cases/message.h"
#include "message.sql.h"
#include <string.h>

enum { EVENTS_READ = 200 }; /* message_events */

static json_t *
message_row(DbRows *rows)
{
	json_t *one = json_object();
	const char *author_ref = db_rows_text(rows, "author_ref");

	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "direction", db_rows_text(rows, "direction"));
	json_put_text(one, "channel", db_rows_text(rows, "channel"));
	if (author_ref != NULL) {
		json_t *author = json_object();

		json_put_text(author, "ref", author_ref);
		json_put_text(author, "name", db_rows_text(rows, "user_name"));
		json_put(one, "author", author);
	} else {
		json_put(one, "author", json_null());
	}
	json_put_text(one, "author_name", db_rows_text(rows, "author_name"));
	json_put_text(one, "body", db_rows_text(rows, "body"));
	json_put_bool(one, "automatic", db_rows_int(rows, "automatic") != 0);
	json_put_time(one, "said_at", db_rows_int(rows, "said_at"));
	json_put_time(one, "logged_at", db_rows_int(rows, "logged_at"));
	json_put(one, "attachments", json_array());
	return one;
}

/* Hangs each file on its message; @by_id: message id -> its object, borrowed. */
static gboolean
add_attachments(Db *db, gint64 case_id, gint64 since_id, GHashTable *by_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MESSAGE_ATTACHMENTS, DB_ARGS(DB_INT(case_id), DB_INT(since_id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "message_id");
		json_t *message = g_hash_table_lookup(by_id, &id), *one;

		if (message == NULL)
			continue; /* of what this reader is not shown */
		one = json_object();
		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "name", db_rows_text(rows, "name"));
		json_put_text(one, "media_type", db_rows_text(rows, "media_type"));
		json_put_int(one, "size", db_rows_int(rows, "size"));
		json_array_append_new(json_object_get(message, "attachments"), one);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* Takes @taken. @ret_last_id: the highest id among them. */
static json_t *
read_messages(Db *db, gint64 case_id, DbRows *taken, gint64 *ret_last_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(GHashTable) by_id = NULL; /* those with files */
	g_autoptr(DbRows) rows = taken;
	gint64 first_with_files = G_MAXINT64;

	if (rows == NULL)
		return NULL;
	*ret_last_id = 0;
	while (db_rows_next(rows, &local)) {
		const gint64 id = db_rows_int(rows, "id");
		json_t *one = message_row(rows);

		json_array_append_new(list, one);
		*ret_last_id = MAX(*ret_last_id, id);
		if (db_rows_int(rows, "has_files") == 0)
			continue;
		if (by_id == NULL)
			by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
		first_with_files = MIN(first_with_files, id);
		g_hash_table_insert(by_id, g_memdup2(&id, sizeof id), one);
	}
	if (!db_ended(&local, error))
		return NULL;
	json_array_turn(list); /* the newest came first */
	if (by_id != NULL && !add_attachments(db, case_id, first_with_files - 1, by_id, error))
		return NULL;
	return g_steal_pointer(&list);
}

json_t *
message_list(Db *db, gint64 case_id, gboolean with_notes, gint64 since_id, GError **error)
{
	gint64 last_id;

	return read_messages(db, case_id, db_query(db, with_notes ? &SQL_MESSAGE_ROWS : &SQL_MESSAGE_ROWS_THEIRS, DB_ARGS(DB_INT(case_id), DB_INT(since_id)), error), &last_id, error);
}

static gboolean
find_place(Db *db, gint64 case_id, const char *ref, gint64 *ret_said_at, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MESSAGE_PLACE, DB_ARGS(DB_INT(case_id), DB_TEXT(ref)), error);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		*ret_said_at = db_rows_int(rows, "said_at");
		*ret_id = db_rows_int(rows, "id");
		return TRUE;
	}
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "we cannot find this");
	return FALSE;
}

json_t *
message_list_before(Db *db, gint64 case_id, const char *before, guint limit, gint64 *ret_last_id, GError **error)
{
	gint64 said_at = G_MAXINT64, id = G_MAXINT64;
	g_autoptr(json_t) out = NULL, list = NULL;
	gboolean more;

	if (before != NULL && !find_place(db, case_id, before, &said_at, &id, error))
		return NULL;
	/* One more than asked for: whether there are any before them. */
	list = read_messages(db, case_id, db_query(db, &SQL_MESSAGE_ROWS_BEFORE, DB_ARGS(DB_INT(case_id), DB_INT(said_at), DB_INT(id), DB_INT(limit + 1)), error), ret_last_id, error);
	if (list == NULL)
		return NULL;
	more = json_array_size(list) > limit;
	if (more)
		json_array_remove(list, 0);
	out = json_object();
	json_put_text(out, "next", more ? json_text(json_array_get(list, 0), "ref", NULL) : NULL);
	json_put(out, "messages", g_steal_pointer(&list));
	return g_steal_pointer(&out);
}

static json_t *
event_row(DbRows *rows, json_t *facts)
{
	json_t *one = json_object(), *actor = json_object();

	json_put_int(one, "id", db_rows_int(rows, "id"));
	json_put_time(one, "at", db_rows_int(rows, "at"));
	json_put_text(one, "kind", db_rows_text(rows, "kind"));
	json_put_text(actor, "kind", db_rows_text(rows, "actor_kind"));
	json_put_text(actor, "ref", db_rows_text(rows, "actor_ref"));
	json_put_text(actor, "name", db_rows_text(rows, "actor_name"));
	json_put(one, "actor", actor);
	json_put(one, "facts", json_incref(facts));
	return one;
}

json_t *
message_since_version(Db *db, gint64 case_id, gint64 version, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) events = json_array(), messages = NULL, out = json_object();
	g_autoptr(DbRows) rows = db_query(db, &SQL_MESSAGE_EVENTS, DB_ARGS(DB_INT(case_id)), error);
	gint64 first_message = 0;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		g_autoptr(json_t) facts = json_loads(db_rows_text(rows, "facts"), 0, NULL);
		const gint64 v = json_int(facts, "v", 0);

		if (v == 0) /* of its mail and the like: no version of the case */
			continue;
		if (v <= version)
			break;
		if (g_str_has_prefix(db_rows_text(rows, "kind"), "message."))
			first_message = db_rows_int(rows, "subject_id");
		json_array_insert_new(events, 0, event_row(rows, facts));
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	g_clear_pointer(&rows, db_rows_free);
	messages = first_message != 0 ? message_list(db, case_id, TRUE, first_message - 1, error) : json_array();
	if (messages == NULL)
		return NULL;
	json_put(out, "messages", g_steal_pointer(&messages));
	json_put(out, "events", g_steal_pointer(&events));
	return g_steal_pointer(&out);
}

/* Of oneself only what brings no words of the customer is no news: a call one wrote down, a case one merged into this may hold what an answer begun before
 * does not know. */
static gboolean
is_news(const char *kind, gboolean own)
{
	const gboolean words = strcmp(kind, "message.received") == 0 || strcmp(kind, "case.merged") == 0 || strcmp(kind, "case.unmerged") == 0;

	if (own)
		return words;
	return g_str_has_prefix(kind, "case.") || (g_str_has_prefix(kind, "message.") && strcmp(kind, "message.noted") != 0);
}

gboolean
message_any_news(Db *db, gint64 case_id, gint64 version, gint64 user_id, gboolean *ret_any, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MESSAGE_EVENTS, DB_ARGS(DB_INT(case_id)), error);
	gboolean met = FALSE;
	guint n = 0;

	*ret_any = FALSE;
	if (rows == NULL)
		return FALSE;
	while (!*ret_any && !met && db_rows_next(rows, &local)) {
		g_autoptr(json_t) facts = json_loads(db_rows_text(rows, "facts"), 0, NULL);
		const gint64 v = json_int(facts, "v", 0);

		n++;
		met = v != 0 && v <= version;
		*ret_any = !met && is_news(db_rows_text(rows, "kind"), db_rows_int(rows, "actor_id") == user_id);
	}
	*ret_any |= !met && n >= EVENTS_READ; /* so much has happened that it was not looked through */
	return db_ended(&local, error);
}

void
attachment_free(Attachment *attachment)
{
	if (attachment == NULL)
		return;
	g_free(attachment->name);
	g_free(attachment->media_type);
	g_free(attachment->direction);
	g_free(attachment);
}

Attachment *
attachment_by_ref(Db *db, const char *ref, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	char written[REF_SIZE] = "";
	Attachment *found;

	ref_read(ref, written);
	if ((rows = db_query(db, &SQL_ATTACHMENT_BY_REF, DB_ARGS(DB_TEXT(written)), error)) == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such file");
		return NULL;
	}
	found = g_new0(Attachment, 1);
	found->case_id = db_rows_int(rows, "case_id");
	found->size = db_rows_int(rows, "size");
	found->name = g_strdup(db_rows_text(rows, "name"));
	found->media_type = g_strdup(db_rows_text(rows, "media_type"));
	found->direction = g_strdup(db_rows_text(rows, "direction"));
	g_strlcpy(found->hash, db_rows_text(rows, "hash"), sizeof found->hash);
	return found;
}
