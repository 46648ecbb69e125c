/* mailbox.c - reading mailboxes, and finding the one an address belongs to. Changing them: mailbox/change.c. */
#include "mailbox/mailbox.h"
#include "base/fold.h"
#include "base/ids.h"
#include "mailbox/private.h"
#include "mailbox.sql.h"
#include <string.h>

const char *const mailbox_when_closed[] = { "reopen", "link", NULL };
const char *const mailbox_when_unknown[] = { "accept", "ask", "quarantine", NULL };
const char *const mailbox_languages[] = { "", "en", "de", NULL };

void
mailbox_free(Mailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	g_free(mailbox->ref);
	g_free(mailbox->address);
	g_free(mailbox->address_key);
	g_free(mailbox->name);
	g_free(mailbox->team_ref);
	g_free(mailbox->team_name);
	g_free(mailbox->signature);
	g_free(mailbox->ack_subject);
	g_free(mailbox->ack_body);
	g_free(mailbox->when_closed);
	g_free(mailbox->when_unknown);
	g_free(mailbox->auth_server);
	g_free(mailbox->language);
	g_strfreev(mailbox->also);
	g_strfreev(mailbox->external_ids);
	mail_server_free(mailbox->imap);
	mail_server_free(mailbox->smtp);
	g_free(mailbox);
}

static char **
read_list(const char *text)
{
	g_autoptr(json_t) list = text != NULL ? json_read(text, strlen(text), NULL) : NULL;
	gsize n = json_array_size(list);
	char **out = g_new0(char *, n + 1);

	for (gsize i = 0; i < n; i++)
		out[i] = g_strdup(json_string_value(json_array_get(list, i)));
	return out;
}

static Mailbox *
mailbox_read(DbRows *rows)
{
	Mailbox *self = g_new0(Mailbox, 1);

	self->id = db_rows_int(rows, "id");
	self->ref = g_strdup(db_rows_text(rows, "ref"));
	self->address = g_strdup(db_rows_text(rows, "address"));
	self->address_key = g_strdup(db_rows_text(rows, "address_key"));
	self->also = read_list(db_rows_text(rows, "also"));
	self->external_ids = read_list(db_rows_text(rows, "external_ids"));
	self->name = g_strdup(db_rows_text(rows, "name"));
	self->team_id = db_rows_int(rows, "team_id");
	self->team_ref = g_strdup(db_rows_text(rows, "team_ref"));
	self->team_name = g_strdup(db_rows_text(rows, "team_name"));
	self->signature = g_strdup(db_rows_text(rows, "signature"));
	self->acknowledge = db_rows_int(rows, "acknowledge") != 0;
	self->ack_subject = g_strdup(db_rows_text(rows, "ack_subject"));
	self->ack_body = g_strdup(db_rows_text(rows, "ack_body"));
	self->when_closed = g_strdup(db_rows_text(rows, "when_closed"));
	self->when_unknown = g_strdup(db_rows_text(rows, "when_unknown"));
	self->trusted = db_rows_int(rows, "trusted") != 0;
	self->plus = db_rows_int(rows, "plus") != 0;
	self->max_mb = db_rows_int(rows, "max_mb");
	self->auth_server = g_strdup(db_rows_text(rows, "auth_server"));
	self->staff_answers = db_rows_int(rows, "staff_answers") != 0;
	self->language = g_strdup(db_rows_text(rows, "language"));
	self->imap = server_of_row(db_rows_text(rows, "imap"));
	self->smtp = server_of_row(db_rows_text(rows, "smtp"));
	self->paused = db_rows_int(rows, "paused") != 0;
	self->created_at = db_rows_int(rows, "created_at");
	self->removed_at = db_rows_int(rows, "removed_at");
	self->version = db_rows_int(rows, "version");
	return self;
}

static json_t *
list_json(char **list)
{
	json_t *out = json_array();

	for (char **at = list; at != NULL && *at != NULL; at++)
		json_array_append_new(out, json_string(*at));
	return out;
}

json_t *
mailbox_to_json(const Mailbox *mailbox)
{
	json_t *out = json_object(), *team = NULL;

	if (mailbox->team_ref != NULL) {
		team = json_object();
		json_put_text(team, "ref", mailbox->team_ref);
		json_put_text(team, "name", mailbox->team_name);
	}
	json_put_text(out, "ref", mailbox->ref);
	json_put_text(out, "address", mailbox->address);
	json_put(out, "also", list_json(mailbox->also));
	json_put(out, "external_ids", list_json(mailbox->external_ids));
	json_put_text(out, "name", mailbox->name);
	json_put(out, "team", team != NULL ? team : json_null());
	json_put_text(out, "signature", mailbox->signature);
	json_put_bool(out, "acknowledge", mailbox->acknowledge);
	json_put_text(out, "ack_subject", mailbox->ack_subject);
	json_put_text(out, "ack_body", mailbox->ack_body);
	json_put_text(out, "when_closed", mailbox->when_closed);
	json_put_text(out, "when_unknown", mailbox->when_unknown);
	json_put_bool(out, "trusted", mailbox->trusted);
	json_put_bool(out, "plus", mailbox->plus);
	json_put_int(out, "max_mb", mailbox->max_mb);
	json_put_text(out, "auth_server", mailbox->auth_server);
	json_put_bool(out, "staff_answers", mailbox->staff_answers);
	json_put_text(out, "language", mailbox->language);
	json_put(out, "imap", server_to_json(mailbox->imap));
	json_put(out, "smtp", server_to_json(mailbox->smtp));
	json_put_bool(out, "paused", mailbox->paused);
	json_put_time(out, "created_at", mailbox->created_at);
	json_put_time(out, "removed_at", mailbox->removed_at);
	json_put_int(out, "version", mailbox->version);
	return out;
}

/* Takes @rows. */
static Mailbox *
one_mailbox(DbRows *taken, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return mailbox_read(rows);
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "no such mailbox");
	return NULL;
}

Mailbox *
mailbox_get(Db *db, gint64 id, GError **error)
{
	return one_mailbox(db_query(db, &SQL_MAILBOX_BY_ID, DB_ARGS(DB_INT(id)), error), error);
}

const Mailbox *
mailbox_memo_get(MailboxMemo *memo, Db *db, gint64 id, GError **error)
{
	if (memo->last == NULL || memo->last->id != id) {
		mailbox_memo_clear(memo);
		memo->last = mailbox_get(db, id, error);
	}
	return memo->last;
}

void
mailbox_memo_clear(MailboxMemo *memo)
{
	g_clear_pointer(&memo->last, mailbox_free);
}

Mailbox *
mailbox_by_ref(Db *db, const char *ref, GError **error)
{
	char clean[REF_SIZE];

	if (ref == NULL || !ref_read(ref, clean)) {
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "no such mailbox");
		return NULL;
	}
	return one_mailbox(db_query(db, &SQL_MAILBOX_BY_REF, DB_ARGS(DB_TEXT(clean)), error), error);
}

GPtrArray *
mailbox_list(Db *db, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAILBOX_LIST, DB_NO_ARGS, error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(list, mailbox_read(rows));
	if (local == NULL)
		return g_steal_pointer(&list);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

char *
mailbox_plain_address(const char *address)
{
	g_autofree char *key = address != NULL ? email_fold(address) : NULL;
	char *at = key != NULL ? strrchr(key, '@') : NULL, *plus = key != NULL ? strchr(key, '+') : NULL;

	if (at != NULL && plus != NULL && plus < at && plus > key)
		memmove(plus, at, strlen(at) + 1);
	return g_steal_pointer(&key);
}

gboolean
mailbox_has_address(const Mailbox *mailbox, const char *key)
{
	return strcmp(mailbox->address_key, key) == 0 || g_strv_contains((const char *const *)mailbox->also, key);
}

Mailbox *
mailbox_find(Db *db, const char *address, GError **error)
{
	g_autofree char *whole = address != NULL ? email_fold(address) : NULL, *plain = mailbox_plain_address(address);
	g_autoptr(GPtrArray) all = whole != NULL ? mailbox_list(db, error) : NULL;

	for (guint i = 0; all != NULL && i < all->len; i++)
		if (mailbox_has_address(all->pdata[i], whole) || mailbox_has_address(all->pdata[i], plain))
			return g_ptr_array_steal_index(all, i);
	return NULL;
}
