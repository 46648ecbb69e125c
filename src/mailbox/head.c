/* head.c - writing what a message is as a mail. Reading it: mailbox/head_show.c. */
#include "mailbox/head.h"
#include "base/fold.h"
#include "mailbox/thread.h"
#include "head.sql.h"
#include <string.h>

enum { PEOPLE_MAX = 200, IDS_MAX = 100, CONTENT_ID_MAX = 1000, HTML_MAX = 2 * 1024 * 1024 };

/* At *@place, which goes on by one. */
static gboolean
put_person(Db *db, gint64 message_id, gint64 *place, const char *role, const MailAddress *who, GError **error)
{
	g_autofree char *key = NULL;

	if (who == NULL || who->address[0] == '\0')
		return TRUE;
	if ((key = email_fold(who->address)) == NULL)
		key = g_utf8_strdown(who->address, -1);
	return db_exec(db, &SQL_MAIL_PERSON_INSERT, DB_ARGS(DB_INT(message_id), DB_INT((*place)++), DB_TEXT(role), DB_TEXT(who->name), DB_TEXT(who->address), DB_TEXT(key)), NULL, error);
}

static gboolean
put_people(Db *db, gint64 message_id, const MailMessage *mail, GError **error)
{
	const struct {
		const char *role;
		const GPtrArray *list;
	} lists[] = { { "reply_to", mail->reply_to }, { "to", mail->to }, { "cc", mail->cc } };
	gint64 place = 0;

	if (!put_person(db, message_id, &place, "from", mail->from, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		for (guint k = 0; lists[i].list != NULL && k < MIN(lists[i].list->len, PEOPLE_MAX); k++)
			if (!put_person(db, message_id, &place, lists[i].role, lists[i].list->pdata[k], error))
				return FALSE;
	return TRUE;
}

static char *
join(const GPtrArray *list) /* the first, and the last ones: of a header that names thousands */
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; list != NULL && i < list->len; i++)
		if (i == 0 || i + IDS_MAX >= list->len)
			g_string_append_printf(out, "%s%s", i > 0 ? " " : "", (const char *)list->pdata[i]);
	return g_string_free(out, out->len == 0);
}

static char *
problems_row(const GPtrArray *problems)
{
	g_autoptr(json_t) list = json_array();

	for (guint i = 0; problems != NULL && i < problems->len; i++)
		json_array_append_new(list, json_string(problems->pdata[i]));
	return json_array_size(list) > 0 ? json_write(list, NULL) : NULL;
}

/* "spf=pass smtp.mailfrom=...; dkim=fail ..." as {spf, dkim, dmarc, by}: the words of the server that wrote it, which is ours
 * to trust or not; the topmost header is the one of the last hop. (transfer full) NULL when there is none. */
static char *
auth_row(const MailMessage *mail)
{
	static const char *const methods[] = { "spf", "dkim", "dmarc" };
	const char *value = mail_message_header(mail, "Authentication-Results");
	g_autoptr(json_t) out = json_object();
	g_auto(GStrv) parts = value != NULL ? g_strsplit(value, ";", 50) : NULL;

	if (value == NULL)
		return NULL;
	json_put_text(out, "by", g_strstrip(parts[0]));
	for (guint i = 0; parts[0] != NULL && parts[i + 1] != NULL; i++) {
		const char *part = g_strchug(parts[i + 1]);

		for (guint k = 0; k < G_N_ELEMENTS(methods); k++) {
			gsize size = strlen(methods[k]);
			g_autofree char *word = NULL;

			if (g_ascii_strncasecmp(part, methods[k], size) != 0 || part[size] != '=' || json_object_get(out, methods[k]) != NULL)
				continue;
			word = g_ascii_strdown(part + size + 1, (gssize)strspn(part + size + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"));
			json_put_text(out, methods[k], word);
		}
	}
	return json_write(out, NULL);
}

/* "smime_signed valid": what it says of itself, and what was found of it. */
static char *
crypto_row(const MailMessage *mail)
{
	if (mail->crypto == NULL || mail->crypto[0] == '\0')
		return NULL;
	return mail->signature != NULL ? g_strconcat(mail->crypto, " ", mail->signature, NULL) : g_strdup(mail->crypto);
}

gboolean
mail_head_put(Db *db, const MailHead *head, GError **error)
{
	const MailMessage *mail = head->mail;
	g_autofree char *in_reply_to = join(mail->in_reply_to), *references = join(mail->references), *problems = problems_row(mail->problems);
	g_autofree char *routing = json_write(head->routing, NULL), *auth = auth_row(mail), *crypto = crypto_row(mail);
	g_autoptr(GPtrArray) named = g_ptr_array_new();

	for (guint i = 0; mail->references != NULL && i < mail->references->len; i++)
		g_ptr_array_add(named, mail->references->pdata[i]);
	for (guint i = 0; mail->in_reply_to != NULL && i < mail->in_reply_to->len; i++)
		g_ptr_array_add(named, mail->in_reply_to->pdata[i]);
	return db_exec(db, &SQL_MAIL_HEAD_INSERT,
	               DB_ARGS(DB_INT(head->message_id), DB_INT(head->mailbox_id), DB_TEXT(mail->message_id), DB_TEXT(in_reply_to), DB_TEXT(references), DB_TEXT(mail->subject),
	                       DB_INT_OR_NULL(mail->date_ms), DB_TEXT(mail_message_header(mail, "Thread-Index")), DB_TEXT(mail_message_header(mail, "Thread-Topic")), DB_TEXT(head->kind),
	                       DB_TEXT(routing), DB_TEXT(auth), DB_TEXT(crypto), DB_TEXT(problems), DB_TEXT(head->words),
	                       DB_TEXT(head->spans), DB_TEXT(mail->html != NULL && strlen(mail->html) <= HTML_MAX ? mail->html : NULL), DB_BOOL(head->cut)),
	               NULL, error) &&
	       put_people(db, head->message_id, mail, error) && thread_put(db, head->message_id, head->case_id, mail->message_id, named, error);
}

gboolean
mail_head_put_html(Db *db, gint64 message_id, const char *html, GError **error)
{
	return db_exec(db, &SQL_MAIL_HEAD_HTML_PUT, DB_ARGS(DB_INT(message_id), DB_TEXT(html)), NULL, error);
}

gboolean
mail_inline_put(Db *db, gint64 message_id, const char *content_id, const char *hash, const char *name, GError **error)
{
	if (strlen(content_id) > CONTENT_ID_MAX)
		return TRUE; /* longer than an index of PostgreSQL takes: the picture stays an attachment */
	return db_exec(db, &SQL_MAIL_INLINE_INSERT, DB_ARGS(DB_INT(message_id), DB_TEXT(content_id), DB_TEXT(hash), DB_TEXT(name)), NULL, error);
}

void
mail_answered_free(MailAnswered *answered)
{
	if (answered == NULL)
		return;
	g_free(answered->internet_id);
	g_free(answered->in_reply_to);
	g_free(answered->references);
	g_free(answered->subject);
	g_free(answered->thread_index);
	g_free(answered->thread_topic);
	g_free(answered);
}

/* Takes @rows; all empty when there is no row. */
static MailAnswered *
read_answered(DbRows *taken, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(MailAnswered) self = g_new0(MailAnswered, 1);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local)) {
		self->message_id = db_rows_int(rows, "message_id");
		self->mailbox_id = db_rows_int(rows, "mailbox_id");
		self->internet_id = g_strdup(db_rows_text(rows, "internet_id"));
		self->in_reply_to = g_strdup(db_rows_text(rows, "in_reply_to"));
		self->references = g_strdup(db_rows_text(rows, "references_"));
		self->subject = g_strdup(db_rows_text(rows, "subject"));
		self->thread_index = g_strdup(db_rows_text(rows, "thread_index"));
		self->thread_topic = g_strdup(db_rows_text(rows, "thread_topic"));
	}
	if (local == NULL)
		return g_steal_pointer(&self);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

MailAnswered *
mail_head_last(Db *db, gint64 case_id, GError **error)
{
	return read_answered(db_query(db, &SQL_MAIL_HEAD_LAST, DB_ARGS(DB_INT(case_id)), error), error);
}

MailAnswered *
mail_head_of(Db *db, gint64 message_id, GError **error)
{
	return read_answered(db_query(db, &SQL_MAIL_HEAD_OF, DB_ARGS(DB_INT(message_id)), error), error);
}
