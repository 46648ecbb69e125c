/* reply.c - see reply.h. */
#include "flow/mail/reply.h"
#include "base/fold.h"
#include "flow/mail/pictures.h"
#include "mailbox/head.h"
#include "mailbox/outbox.h"
#include "mailbox/thread.h"
#include "mail.sql.h"
#include <string.h>

enum { HTML_MAX = 512 * 1024 };

static gboolean
find_customer(Db *db, gint64 case_id, char **ret_address, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_CUSTOMER_ADDRESS, DB_ARGS(DB_INT(case_id)), error);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		*ret_address = g_strdup(db_rows_text(rows, "value"));
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
can_send(const Mailbox *mailbox)
{
	return mailbox->smtp != NULL && mailbox->removed_at == 0;
}

Mailbox *
mail_reply_mailbox(Db *db, gint64 case_id, char **ret_to, GError **error)
{
	g_autoptr(MailAnswered) last = mail_head_last(db, case_id, error);
	g_autoptr(Mailbox) mailbox = NULL;
	g_autoptr(GPtrArray) all = NULL;
	g_autofree char *to = NULL;

	if (last == NULL || !find_customer(db, case_id, &to, error))
		return NULL;
	if (last->mailbox_id != 0 && (mailbox = mailbox_get(db, last->mailbox_id, error)) == NULL)
		return NULL;
	if (mailbox == NULL || !can_send(mailbox)) {
		g_clear_pointer(&mailbox, mailbox_free);
		if ((all = mailbox_list(db, error)) == NULL)
			return NULL;
		for (guint i = 0; i < all->len && mailbox == NULL; i++)
			if (can_send(all->pdata[i]))
				mailbox = g_ptr_array_steal_index(all, i);
	}
	if (mailbox != NULL && ret_to != NULL)
		*ret_to = g_steal_pointer(&to);
	return g_steal_pointer(&mailbox);
}

static void
add_line(GPtrArray *list, const char *id)
{
	for (guint i = 0; i < list->len; i++)
		if (strcmp(list->pdata[i], id) == 0)
			return;
	g_ptr_array_add(list, g_strdup(id));
}

/* What an answer refers to: all that the answered one did, and itself. */
static void
take_answered(MailMessage *out, const MailAnswered *last)
{
	g_auto(GStrv) words = last->references != NULL ? g_strsplit(last->references, " ", -1) : NULL;

	if (last->internet_id == NULL)
		return;
	for (guint i = 0; words != NULL && words[i] != NULL; i++)
		add_line(out->references, words[i]);
	add_line(out->references, last->internet_id);
	g_ptr_array_add(out->in_reply_to, g_strdup(last->internet_id));
}

static MailMessage *
message_new(void)
{
	MailMessage *out = g_new0(MailMessage, 1);
	GPtrArray **texts[] = { &out->in_reply_to, &out->references, &out->delivered_to, &out->problems, &out->header_names, &out->header_values };
	GPtrArray **others[] = { &out->reply_to, &out->to, &out->cc, &out->parts }; /* of addresses and parts: none here */

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < G_N_ELEMENTS(others); i++)
		*others[i] = g_ptr_array_new();
	out->from = g_new0(MailAddress, 1);
	out->from->name = g_strdup("");
	out->from->address = g_strdup("");
	return out;
}

static char *
with_ref(const char *subject, const char *case_ref)
{
	return strstr(subject, case_ref) != NULL ? g_strdup(subject) : g_strdup_printf("%s [%s]", subject, case_ref);
}

static char *
answer_subject(const char *subject, const char *case_ref)
{
	g_autofree char *re = g_ascii_strncasecmp(subject, "re:", 3) == 0 ? g_strdup(subject) : g_strconcat("Re: ", subject, NULL);

	return with_ref(re, case_ref);
}

static gboolean
find_refs(Db *db, gint64 message_id, char ret_message[16], char ret_case[16], GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_MESSAGE_REFS, DB_ARGS(DB_INT(message_id)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return FALSE;
	g_strlcpy(ret_message, db_rows_text(rows, "ref"), 16);
	g_strlcpy(ret_case, db_rows_text(rows, "case_ref"), 16);
	return TRUE;
}

static void
take_mail(MailAnswered *last, const MailMessage *mail, const Mailbox *mailbox)
{
	GString *named = g_string_new(NULL);

	for (guint i = 0; i < mail->references->len; i++)
		g_string_append_printf(named, "%s%s", i > 0 ? " " : "", (const char *)mail->references->pdata[i]);
	last->internet_id = g_strdup(mail->message_id);
	last->references = g_string_free(named, FALSE);
	last->subject = g_strdup(mail->subject);
	last->mailbox_id = mailbox->id;
}

gboolean
mail_reply_head_in(Db *db, const MailContext *context, const Mailbox *mailbox, gint64 message_id, gint64 case_id, const MailMessage *answers, const char *subject, gint64 now_ms, GError **error)
{
	g_autoptr(MailAnswered) last = NULL;
	g_autoptr(MailMessage) out = message_new();
	g_autoptr(json_t) routing = json_object();
	g_autoptr(Case) it = case_get(db, case_id, error);
	char message_ref[16], case_ref[16];

	if (it == NULL || !find_refs(db, message_id, message_ref, case_ref, error))
		return FALSE;
	if (answers != NULL) {
		last = g_new0(MailAnswered, 1);
		take_mail(last, answers, mailbox);
	} else if ((last = mail_head_last(db, case_id, error)) == NULL) {
		return FALSE;
	}
	take_answered(out, last);
	out->message_id = thread_make_id(context->link_key, message_ref, strrchr(mailbox->address, '@') + 1);
	out->subject = subject != NULL ? with_ref(subject, case_ref) : answer_subject(last->subject != NULL && last->subject[0] != '\0' ? last->subject : it->subject, case_ref);
	g_free(out->from->name);
	g_free(out->from->address);
	out->from->name = g_strdup(mailbox->name);
	out->from->address = g_strdup(mailbox->address);
	out->date_ms = now_ms;
	json_put_text(routing, "decision", "sent");
	return mail_head_put(db, &(MailHead){ .message_id = message_id, .mailbox_id = mailbox->id, .mail = out, .kind = "ours", .routing = routing }, error);
}

static void
add_recipients(GArray *out, const GPtrArray *list, const char *role)
{
	for (guint i = 0; list != NULL && i < list->len; i++) {
		OutboxRecipient one = { list->pdata[i], role };
		gboolean there = FALSE;

		for (guint k = 0; k < out->len && !there; k++)
			there = g_ascii_strcasecmp(g_array_index(out, OutboxRecipient, k).address, one.address) == 0;
		if (!there)
			g_array_append_val(out, one);
	}
}

gboolean
mail_reply_is_later(const MailReply *reply, gint64 now_ms)
{
	return reply->send_at > now_ms && !reply->automatic;
}

gboolean
mail_reply_in(Db *db, const MailContext *context, gint64 case_id, const NewMessage *make, const MailReply *reply, const Actor *actor, gint64 now_ms, gint64 *ret_message_id, char ret_outbox[16], GError **error)
{
	g_autofree char *customer = NULL;
	g_autoptr(GError) none = NULL;
	g_autoptr(Mailbox) mailbox = mail_reply_mailbox(db, case_id, &customer, &none);
	g_autoptr(GArray) to = g_array_new(FALSE, FALSE, sizeof(OutboxRecipient));
	gint64 message_id = 0, outbox_id = 0, undo_until = reply->send_at == 0 && !reply->automatic ? now_ms + OUTBOX_UNDO_MS : 0;
	NewMessage said = *make;

	if (none != NULL) {
		g_propagate_error(error, g_steal_pointer(&none));
		return FALSE;
	}
	if (mailbox == NULL) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "There is no mailbox that can send yet: set one up under Settings, Mailboxes.");
		return FALSE;
	}
	if (reply->html != NULL && strlen(reply->html) > HTML_MAX) {
		err_add_field(error, "/html", "At most %d kB.", HTML_MAX / 1024);
		return FALSE;
	}
	add_recipients(to, reply->to, "to");
	if (to->len == 0 && customer != NULL)
		g_array_append_val(to, ((OutboxRecipient){ customer, "to" }));
	add_recipients(to, reply->cc, "cc");
	add_recipients(to, reply->bcc, "bcc");
	said.later = mail_reply_is_later(reply, now_ms);
	if (!message_add_in(db, case_id, &said, actor, now_ms, &message_id, error) || !mail_reply_head_in(db, context, mailbox, message_id, case_id, NULL, reply->subject, now_ms, error) ||
	    (reply->html == NULL && reply->text == NULL && !mail_pictures_put_in(db, mailbox, message_id, make, error)) ||
	    !outbox_add_in(db,
	                   &(NewOutbox){ .message_id = message_id, .mailbox_id = mailbox->id, .due_at = MAX(now_ms, MAX(reply->send_at, undo_until)), .undo_until = undo_until,
	                                 .automatic = reply->automatic, .quote = reply->quote,
	                                 .counts = !said.later ? OUTBOX_COUNTS_NOW : make->still_ours ? OUTBOX_COUNTS_LATER_OURS : OUTBOX_COUNTS_LATER,
	                                 .then = said.later ? make->then : NULL, .html = reply->html, .text = reply->text, .unsubscribe = reply->unsubscribe, .recipients = to },
	                   case_id, actor, now_ms, &outbox_id, ret_outbox, error))
		return FALSE;
	if (ret_message_id != NULL)
		*ret_message_id = message_id;
	return TRUE;
}
