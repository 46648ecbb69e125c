/* link.c - cases that belong together, and one that is two. Two that are one: cases/merge.c. */
#include "base/ids.h"
#include "cases/merge.h"
#include "cases/record.h"
#include "link.sql.h"
#include <string.h>

enum { MOST_LINKS = 200 };

static gboolean
say_other(Db *db, const char *kind, const Case *it, const char *other_ref, gint64 subject_id, const Actor *actor, gint64 now_ms, GError **error)
{
	json_t *facts = json_object();

	json_put_text(facts, "other", other_ref);
	return record_event(db, kind, it->id, it->version, subject_id, actor, now_ms, facts, error);
}

gboolean
case_link_in(Db *db, gint64 a_id, gint64 b_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Case) a = NULL, b = NULL;
	gint64 changed = 0;

	if (!record_lock_pair(db, a_id, b_id, &a, &b, error) ||
	    !db_exec(db, &SQL_LINK_INSERT, DB_ARGS(DB_INT(MIN(a_id, b_id)), DB_INT(MAX(a_id, b_id)), DB_TEXT("related"), DB_INT(now_ms)), &changed, error))
		return FALSE;
	return changed == 0 || (case_save(db, a, now_ms, error) && case_save(db, b, now_ms, error) && say_other(db, "case.linked", a, b->ref, 0, actor, now_ms, error) &&
	                        say_other(db, "case.linked", b, a->ref, 0, actor, now_ms, error));
}

gboolean
case_link(Db *db, gint64 a_id, gint64 b_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && case_link_in(db, a_id, b_id, actor, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
case_unlink(Db *db, gint64 a_id, gint64 b_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Case) a = NULL, b = NULL;
	gint64 changed = 0;

	if (tx == NULL || !record_lock_pair(db, a_id, b_id, &a, &b, error))
		return FALSE;
	if (a->merged_into == b_id || b->merged_into == a_id) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "these two are merged: undo the merge instead");
		return FALSE;
	}
	if (!db_exec(db, &SQL_LINK_DELETE, DB_ARGS(DB_INT(a_id), DB_INT(b_id)), &changed, error))
		return FALSE;
	if (changed > 0 && (!case_save(db, a, now_ms, error) || !case_save(db, b, now_ms, error) ||
	                    !say_other(db, "case.unlinked", a, b->ref, 0, actor, now_ms, error) || !say_other(db, "case.unlinked", b, a->ref, 0, actor, now_ms, error)))
		return FALSE;
	return db_tx_commit(tx, error);
}

json_t *
case_links(Db *db, gint64 id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_LINK_ROWS, DB_ARGS(DB_INT(id)), error);

	if (rows == NULL)
		return NULL;
	while (json_array_size(list) < MOST_LINKS && db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "subject", db_rows_text(rows, "subject"));
		json_put_text(one, "stage", db_rows_text(rows, "stage"));
		json_put_text(one, "kind", db_rows_text(rows, "kind"));
		json_put_text(one, "role", db_rows_text(rows, "role"));
		json_array_append_new(list, one);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

typedef struct {
	gint64 id, said_at;
	char *channel, *author_name, *body;
	GArray *attachments;
	GStringChunk *texts;
} Words;

static void
words_clear(Words *words)
{
	g_free(words->channel);
	g_free(words->author_name);
	g_free(words->body);
	g_clear_pointer(&words->attachments, g_array_unref);
	g_clear_pointer(&words->texts, g_string_chunk_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

static gboolean
read_attachments(Db *db, Words *words, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SPLIT_ATTACHMENTS, DB_ARGS(DB_INT(words->id)), error);

	if (rows == NULL)
		return FALSE;
	words->texts = g_string_chunk_new(256);
	words->attachments = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	while (db_rows_next(rows, &local)) {
		NewAttachment one = { .size = db_rows_int(rows, "size") };

		one.name = g_string_chunk_insert(words->texts, db_rows_text(rows, "name"));
		one.media_type = g_string_chunk_insert(words->texts, db_rows_text(rows, "media_type"));
		one.hash = g_string_chunk_insert(words->texts, db_rows_text(rows, "hash"));
		g_array_append_val(words->attachments, one);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
read_words(Db *db, gint64 case_id, const char *message_ref, Words *words, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	char ref[REF_SIZE] = "";

	ref_read(message_ref, ref);
	if ((rows = db_query(db, &SQL_SPLIT_MESSAGE, DB_ARGS(DB_INT(case_id), DB_TEXT(ref)), error)) == NULL)
		return FALSE;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			err_add_field(error, "/message", "There is no such message on this case.");
		return FALSE;
	}
	if (strcmp(db_rows_text(rows, "direction"), "inbound") != 0) {
		err_add_field(error, "/message", "Only the customer's words can become a case.");
		return FALSE;
	}
	words->id = db_rows_int(rows, "id");
	words->said_at = db_rows_int(rows, "said_at");
	words->channel = g_strdup(db_rows_text(rows, "channel"));
	words->author_name = g_strdup(db_rows_text(rows, "author_name"));
	words->body = g_strdup(db_rows_text(rows, "body"));
	g_clear_pointer(&rows, db_rows_free);
	return read_attachments(db, words, error);
}

static gboolean
make_from(Db *db, const Case *it, const Words *words, const char *subject, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error)
{
	const NewCase make = {
		.kind = it->kind, .subject = subject, .body = words->body, .channel = words->channel, .customer = { .name = words->author_name },
		.customer_id = it->customer_id, .product = it->product_ref, .severity = it->severity, .received_at = words->said_at,
		.attachments = words->attachments, .owner_id = it->owner_id, .team_id = it->team_id,
	};

	return case_intake_in(db, &make, actor, now_ms, ret_id, ret_ref, error);
}

gboolean
case_split(Db *db, gint64 case_id, const char *message_ref, const char *subject, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Case) it = NULL, shown = NULL, made = NULL;
	g_auto(Words) words = { 0 };
	char ref[16];
	gint64 id;

	if (tx == NULL || (it = case_lock(db, case_id, error)) == NULL || (shown = case_get(db, case_id, error)) == NULL ||
	    !read_words(db, case_id, message_ref, &words, error) || !make_from(db, shown, &words, subject, actor, now_ms, &id, ref, error) ||
	    (made = case_get(db, id, error)) == NULL)
		return FALSE;
	if (!db_exec(db, &SQL_LINK_INSERT, DB_ARGS(DB_INT(case_id), DB_INT(id), DB_TEXT("split"), DB_INT(now_ms)), NULL, error) || !case_save(db, it, now_ms, error) ||
	    !say_other(db, "case.split", it, ref, words.id, actor, now_ms, error) || !say_other(db, "case.split_from", made, it->ref, 0, actor, now_ms, error) ||
	    !db_tx_commit(tx, error))
		return FALSE;
	g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}
