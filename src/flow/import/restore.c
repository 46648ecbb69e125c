/* restore.c - rows of our own export: cases with their conversation, customers with the ref they had. */
#include "flow/import/restore.h"
#include "base/clock.h"
#include "base/ids.h"
#include "cases/restore.h"
#include "flow/carry/carry.h"
#include "import.sql.h"
#include "store/blob.h"
#include <string.h>

/* Where a row is being written. */
typedef struct {
	Db *db;
	const ImportPeople *people;
	const Actor *actor;
	gint64 now_ms;
} Writer;

static void
message_clear(gpointer data)
{
	RestoreMessage *message = data;

	if (message->attachments != NULL)
		g_array_unref((GArray *)message->attachments);
}

static gboolean
is_hash(const char *text)
{
	return text != NULL && strlen(text) == BLOB_HASH_SIZE - 1 && strspn(text, "0123456789abcdef") == BLOB_HASH_SIZE - 1;
}

static GArray *
read_attachments(const json_t *list, GError **error)
{
	g_autoptr(GArray) out = g_array_new(FALSE, TRUE, sizeof(NewAttachment));
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
	{
		NewAttachment file = { json_text(one, "name", NULL), json_text(one, "media_type", "application/octet-stream"),
			json_text(one, "hash", NULL), json_int(one, "size", 0) };

		if (file.name == NULL || !is_hash(file.hash)) {
			err_add_field(error, "/messages", "An attachment needs a name and the hash of its content.");
			return NULL;
		}
		g_array_append_val(out, file);
	}
	return g_steal_pointer(&out);
}

/* Somebody we know, or come to know, is shown by the name they have here; others keep the one they had. */
static gboolean
find_author(Writer *self, const char *author, RestoreMessage *out, GError **error)
{
	if (author == NULL)
		return TRUE;
	if (!import_people_make_user(self->db, self->people, author, out->author_name, self->actor, self->now_ms, &out->author_id, error))
		return FALSE;
	if (out->author_id != 0)
		out->author_name = NULL;
	else if (out->author_name == NULL)
		out->author_name = author;
	return TRUE;
}

static gboolean
read_message(Writer *self, const json_t *one, const char *channel, RestoreMessage *out, GError **error)
{
	const char *said_at = json_text(one, "said_at", "");
	const json_t *files = json_object_get(one, "attachments");

	out->direction = json_text(one, "direction", "");
	out->channel = json_text(one, "channel", channel);
	out->author_name = json_text(one, "author_name", NULL);
	out->body = json_text(one, "body", NULL);
	out->automatic = json_flag(one, "automatic", FALSE);
	if ((strcmp(out->direction, "inbound") != 0 && strcmp(out->direction, "outbound") != 0 && strcmp(out->direction, "note") != 0) ||
		!case_word_is(case_channels, out->channel, NULL) || out->body == NULL || !time_read(said_at, &out->said_at)) {
		err_add_field(error, "/messages", "A message needs direction (inbound, outbound, note), channel, body and said_at.");
		return FALSE;
	}
	return find_author(self, json_text(one, "author", NULL), out, error) && (json_array_size(files) == 0 || (out->attachments = read_attachments(files, error)) != NULL);
}

static GArray *
read_messages(Writer *self, const json_t *list, const char *channel, GError **error)
{
	g_autoptr(GArray) out = g_array_new(FALSE, TRUE, sizeof(RestoreMessage));
	size_t i;
	json_t *one;

	g_array_set_clear_func(out, message_clear);
	if (!json_is_array(list)) {
		err_add_field(error, "/messages", "The messages are no JSON list.");
		return NULL;
	}
	json_array_foreach(list, i, one)
	{
		RestoreMessage message = { 0 };

		if (!read_message(self, one, channel, &message, error)) {
			message_clear(&message);
			return NULL;
		}
		g_array_append_val(out, message);
	}
	return g_steal_pointer(&out);
}

static gboolean
add_contacts(Db *db, gint64 customer_id, const char *contacts, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) list = json_read(contacts, strlen(contacts), NULL);
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
	{
		const char *kind = json_text(one, "kind", ""), *value = json_text(one, "value", "");
		g_autofree char *key = strcmp(kind, "email") == 0				     ? email_fold(value)
				       : strcmp(kind, "phone") == 0				     ? phone_fold(value)
				       : strcmp(kind, "address") == 0 || strcmp(kind, "handle") == 0 ? name_fold(value)
												     : NULL;

		if (key != NULL &&
			!db_exec(db, &SQL_IMPORT_CONTACT,
				DB_ARGS(DB_INT(customer_id), DB_TEXT(kind), DB_TEXT(value), DB_TEXT(key), DB_INT(now_ms)), NULL, error))
			return FALSE;
	}
	return TRUE;
}

/* The customer by the ref they had; else by what identifies them, and then under that ref when they are new here. */
static gboolean
find_customer(Db *db, const ImportRow *row, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	char ref[REF_SIZE];
	gboolean found = FALSE;

	*ret_id = 0;
	if (row->customer_ref == NULL || !ref_read(row->customer_ref, ref))
		return TRUE;
	if (!db_query_int(db, &SQL_IMPORT_CUSTOMER_BY_REF, DB_ARGS(DB_TEXT(ref)), ret_id, &found, error))
		return FALSE;
	if (found)
		return TRUE;
	*ret_id = 0;
	if (!customer_identify(db, &row->make.customer, actor, now_ms, ret_id, error))
		return FALSE;
	return *ret_id == 0 ||
	       db_exec(db, &SQL_IMPORT_CUSTOMER_NAME_IT, DB_ARGS(DB_INT(*ret_id), DB_TEXT(ref), DB_INT(now_ms)), NULL, error);
}

/* What hangs on the case; whose customer it is may have been found by the case's own rules. */
static gboolean
take_record(const Writer *self, const char *record, gint64 case_id, const GArray *message_ids, GError **error)
{
	g_autoptr(Case) it = case_lock(self->db, case_id, error);
	CarryIn in = { .db = self->db, .people = self->people, .actor = self->actor, .now_ms = self->now_ms, .case_id = case_id, .message_ids = message_ids };

	if (it == NULL)
		return FALSE;
	in.customer_id = it->customer_id;
	return carry_in(&in, record, error);
}

gboolean
import_restore(Db *db, const ImportRow *row, const ImportPeople *people, const Actor *actor, gint64 now_ms, GError **error)
{
	RestoreLife life = { .ref = row->ref,
		.merged_into = row->merged_into,
		.logged_at = row->logged_at,
		.stage_at = row->stage_at,
		.changed_at = row->changed_at,
		.n_reopened = row->n_reopened,
		.waiting = row->waiting };
	Writer self = { db, people, actor, now_ms };
	g_autoptr(json_t) list = NULL;
	g_autoptr(GArray) messages = NULL, ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 case_id;

	if (row->messages != NULL && (list = json_read(row->messages, strlen(row->messages), error)) == NULL)
		return FALSE;
	if (list != NULL && (messages = read_messages(&self, list, row->make.channel, error)) == NULL)
		return FALSE;
	life.messages = messages;
	life.message_ids = ids;
	if (!find_customer(db, row, actor, now_ms, &life.customer_id, error))
		return FALSE;
	if (life.customer_id != 0 && row->contacts != NULL && !add_contacts(db, life.customer_id, row->contacts, now_ms, error))
		return FALSE;
	return case_restore_in(db, &row->make, &life, actor, now_ms, &case_id, NULL, error) && (row->record == NULL || take_record(&self, row->record, case_id, ids, error));
}
