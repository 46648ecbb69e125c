/* merge.c - two cases that are one, and taking that back. Linking and splitting: cases/link.c; customers that are one:
 * customer/merge.c. */
#include "cases/merge.h"
#include "cases/guide.h"
#include "base/clock.h"
#include "cases/promised.h"
#include "cases/record.h"
#include "link.sql.h"
#include "merge.sql.h"
#include <string.h>

/* The ids of its messages. The one that the head's document holds is written negative: it has no document of its own,
 * gets one while it is on the other case, and loses it when it goes back. */
static json_t *
read_messages(Db *db, const Case *source, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) ids = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_MERGE_MESSAGE_IDS, DB_ARGS(DB_INT(source->id)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		gboolean in_head = json_array_size(ids) == 0 && db_rows_int(rows, "logged_at") == source->logged_at;
		gint64 id = db_rows_int(rows, "id");

		json_array_append_new(ids, json_integer(in_head ? -id : id));
	}
	if (local == NULL)
		return g_steal_pointer(&ids);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

static gint64
in_head(const json_t *ids)
{
	gint64 first = json_integer_value(json_array_get(ids, 0));

	return first < 0 ? -first : 0;
}

/* The search finds a message under the case it is on; the head's words go with the message they were written with. */
static gboolean
move_head(Db *db, const Case *source, const json_t *ids, gint64 target_id, GError **error)
{
	g_autofree char *head = record_head_of(db, source, error);

	if (head == NULL || !search_remove(db, SEARCH_HEAD, source->id, error))
		return FALSE;
	return in_head(ids) == 0 || search_put(db, SEARCH_MESSAGE, in_head(ids), target_id, head, error);
}

static char *
moved_text(json_t *ids)
{
	g_autoptr(json_t) moved = json_object();

	json_put(moved, "messages", json_incref(ids));
	return json_write(moved, NULL);
}

static gboolean
recount(Db *db, Case *it, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MERGE_RECOUNT, DB_ARGS(DB_INT(it->id)), error), words = NULL;

	if (rows == NULL || !db_rows_next(rows, error))
		return FALSE;
	it->n_messages = db_rows_int(rows, "n");
	it->last_inbound_at = db_rows_int(rows, "last_inbound_at");
	it->last_message_at = db_rows_int(rows, "last_message_at");
	g_clear_pointer(&rows, db_rows_free);
	if ((words = db_query(db, &SQL_MERGE_LAST_WORDS, DB_ARGS(DB_INT(it->id)), error)) == NULL)
		return FALSE;
	if (db_rows_next(words, &local)) {
		g_free(it->snippet);
		it->snippet = case_first_words(db_rows_text(words, "body"), 200);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
say(Db *db, const char *kind, const Case *it, const char *key, const char *other_ref, const Actor *actor, gint64 now_ms, GError **error)
{
	json_t *facts = json_object();

	json_put_text(facts, key, other_ref);
	return record_event(db, kind, it->id, it->version, 0, actor, now_ms, facts, error);
}

static gboolean
check_pair(const Case *source, const Case *target, GError **error)
{
	if (source->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was merged already", source->ref);
		return FALSE;
	}
	if (target->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was itself merged into another one: merge into that", target->ref);
		return FALSE;
	}
	return TRUE;
}

static gboolean
move_rows(Db *db, gint64 source_id, gint64 target_id, json_t *messages, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autofree char *moved = moved_text(messages);
	gint64 id;

	return db_exec(db, &SQL_MERGE_MOVE_MESSAGES, DB_ARGS(DB_INT(source_id), DB_INT(target_id)), NULL, error) &&
	       db_exec(db, &SQL_MERGE_MOVE_ATTACHMENTS, DB_ARGS(DB_INT(source_id), DB_INT(target_id)), NULL, error) &&
	       db_query_int(db, &SQL_MERGE_INSERT, DB_ARGS(DB_INT(source_id), DB_INT(target_id), DB_TEXT(moved), DB_INT_OR_NULL(actor->user_id), DB_INT(now_ms)), &id, NULL, error) &&
	       db_exec(db, &SQL_LINK_INSERT, DB_ARGS(DB_INT(target_id), DB_INT(source_id), DB_TEXT("duplicate"), DB_INT(now_ms)), NULL, error);
}

/* What was promised on the one is due on the other, as long as they are merged. */
static gboolean
promises_follow(Db *db, const Case *source, const Case *target, gint64 now_ms, GError **error)
{
	return source->n_promises == 0 || case_promised_in(db, target->id, PROMISED_BY_TIME, now_ms, error);
}

gboolean
case_merge(Db *db, gint64 source_id, gint64 target_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Case) source = NULL, target = NULL;
	g_autoptr(json_t) messages = NULL;

	if (tx == NULL || !record_lock_pair(db, source_id, target_id, &source, &target, error) || !check_pair(source, target, error) ||
	    (messages = read_messages(db, source, error)) == NULL || !move_head(db, source, messages, target_id, error) ||
	    !move_rows(db, source_id, target_id, messages, actor, now_ms, error))
		return FALSE;
	source->merged_into = target_id;
	/* Words that came after our last answer are to be answered, on whichever of the two they came. */
	if (source->last_inbound_at > target->last_message_at)
		target->waiting = FALSE;
	guide_join(target, source);
	if (!recount(db, target, error) || !case_save(db, source, now_ms, error) || !case_save(db, target, now_ms, error) ||
	    !say(db, "case.merged", source, "into", target->ref, actor, now_ms, error) || !say(db, "case.merged", target, "from", source->ref, actor, now_ms, error) ||
	    !promises_follow(db, source, target, now_ms, error))
		return FALSE;
	return db_tx_commit(tx, error);
}

typedef struct {
	gint64 id, target_id;
	json_t *moved;
} Merge;

static void
merge_clear(Merge *merge)
{
	json_decref(merge->moved);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Merge, merge_clear)

static gboolean
find_merge(Db *db, gint64 source_id, gint64 now_ms, Merge *ret_merge, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MERGE_FIND, DB_ARGS(DB_INT(source_id)), error);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_CONFLICT, "this case is not merged");
		return FALSE;
	}
	if (db_rows_int(rows, "made_at") + MERGE_UNDO_MS < now_ms) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "a merge can be taken back for 7 days; this one is older");
		return FALSE;
	}
	ret_merge->id = db_rows_int(rows, "id");
	ret_merge->target_id = db_rows_int(rows, "target_id");
	ret_merge->moved = json_loads(db_rows_text(rows, "moved"), 0, NULL);
	return TRUE;
}

/* Each message that is still on the target goes back, with its files. */
static gboolean
return_messages(Db *db, const Merge *merge, gint64 source_id, GError **error)
{
	json_t *ids = json_object_get(merge->moved, "messages"), *one;
	size_t at;

	json_array_foreach(ids, at, one) {
		const DbArg args[] = { DB_INT(ABS(json_integer_value(one))), DB_INT(merge->target_id), DB_INT(source_id) };

		if (!db_exec(db, &SQL_MERGE_RETURN_MESSAGE, args, G_N_ELEMENTS(args), NULL, error) ||
		    !db_exec(db, &SQL_MERGE_RETURN_ATTACHMENTS, args, G_N_ELEMENTS(args), NULL, error))
			return FALSE;
	}
	return in_head(ids) == 0 || search_remove(db, SEARCH_MESSAGE, in_head(ids), error);
}

static gboolean
return_head(Db *db, const Case *source, GError **error)
{
	g_autofree char *head = record_head_of(db, source, error);

	return head != NULL && search_put(db, SEARCH_HEAD, source->id, source->id, head, error);
}

gboolean
case_merge_undo(Db *db, gint64 source_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Case) source = NULL, target = NULL;
	g_auto(Merge) merge = { 0 };

	if (tx == NULL || !find_merge(db, source_id, now_ms, &merge, error) || !record_lock_pair(db, source_id, merge.target_id, &source, &target, error))
		return FALSE;
	if (target->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was itself merged since: take that back first", target->ref);
		return FALSE;
	}
	source->merged_into = 0;
	if (!return_messages(db, &merge, source_id, error) || !return_head(db, source, error) ||
	    !db_exec(db, &SQL_MERGE_UNDONE, DB_ARGS(DB_INT(merge.id), DB_INT(now_ms)), NULL, error) ||
	    !db_exec(db, &SQL_LINK_DELETE, DB_ARGS(DB_INT(source_id), DB_INT(target->id)), NULL, error) || !recount(db, target, error) ||
	    !case_save(db, source, now_ms, error) || !case_save(db, target, now_ms, error) ||
	    !say(db, "case.unmerged", source, "from", target->ref, actor, now_ms, error) || !say(db, "case.unmerged", target, "was", source->ref, actor, now_ms, error) ||
	    !promises_follow(db, source, target, now_ms, error))
		return FALSE;
	return db_tx_commit(tx, error);
}
