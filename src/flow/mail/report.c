/* report.c - see report.h. */
#include "flow/mail/report.h"
#include "base/fold.h"
#include "mailbox/outbox.h"
#include "mailbox/thread.h"
#include "mail.sql.h"
#include <string.h>

/* One of our own ids, which nobody else can make: *@ret_message_id stays 0 for any other. */
static gboolean
find_ours(Db *db, const MailContext *context, const char *id, gint64 *ret_message_id, gint64 *ret_case_id, GError **error)
{
	char ref[16];

	return *ret_message_id != 0 || id == NULL || !thread_read_id(context->link_key, id, ref) || thread_find(db, id, TRUE, ret_message_id, ret_case_id, error);
}

/* A report without the id (old servers): in the case that it names otherwise, our last mail to the address it speaks of. */
static gboolean
find_by_address(Db *db, const ReadMail *read, gint64 case_id, gint64 *ret_message_id, gint64 *ret_case_id, GError **error)
{
	for (guint i = 0; case_id != 0 && i < read->bounce->recipients->len && *ret_message_id == 0; i++) {
		const BounceRecipient *one = read->bounce->recipients->pdata[i];
		g_autofree char *key = one->address != NULL ? email_fold(one->address) : NULL;
		gboolean found = FALSE;

		if (key == NULL)
			continue;
		if (!db_query_int(db, &SQL_MAIL_SENT_TO, DB_ARGS(DB_INT(case_id), DB_TEXT(key)), ret_message_id, &found, error))
			return FALSE;
		*ret_case_id = found ? case_id : *ret_case_id;
	}
	return TRUE;
}

/* Servers quote the id in the report's own headers too. */
static gboolean
find_original(Db *db, const MailContext *context, const ReadMail *read, gint64 case_id, gint64 *ret_message_id, gint64 *ret_case_id, GError **error)
{
	const GPtrArray *lists[] = { read->mail->in_reply_to, read->mail->references };

	if (!find_ours(db, context, read->bounce->original_message_id, ret_message_id, ret_case_id, error))
		return FALSE;
	for (guint k = 0; k < G_N_ELEMENTS(lists); k++)
		for (guint i = lists[k] != NULL ? lists[k]->len : 0; i > 0; i--)
			if (!find_ours(db, context, lists[k]->pdata[i - 1], ret_message_id, ret_case_id, error))
				return FALSE;
	return *ret_message_id != 0 || find_by_address(db, read, case_id, ret_message_id, ret_case_id, error);
}

json_t *
bounce_recipient_json(const BounceRecipient *one)
{
	static const char *const actions[] = { "failed", "delayed", "delivered", "complained" };
	json_t *out = json_object();

	json_put_text(out, "address", one->address);
	json_put_text(out, "action", actions[one->action]);
	json_put_text(out, "status", one->status);
	json_put_bool(out, "hard", one->hard);
	json_put_text(out, "reason", one->reason);
	return out;
}

gboolean
mail_report_in(Db *db, const MailContext *context, const ReadMail *read, MailRoute *route, gint64 now_ms, GError **error)
{
	gint64 message_id = 0, case_id = 0;
	g_autoptr(Case) it = NULL;
	json_t *list;

	if (read->bounce == NULL)
		return TRUE;
	if (!find_original(db, context, read, route->case_id != 0 ? route->case_id : route->linked_id, &message_id, &case_id, error))
		return FALSE;
	list = json_array();
	json_put(route->routing, "report", list);
	for (guint i = 0; i < read->bounce->recipients->len; i++) {
		const BounceRecipient *one = read->bounce->recipients->pdata[i];

		json_array_append_new(list, bounce_recipient_json(one));
		/* Anybody can write a report: it is believed about our own mail only. */
		if (message_id != 0 && one->action == BOUNCE_DELIVERED && !outbox_delivered_in(db, message_id, one->address, one->reason, now_ms, error))
			return FALSE;
		if (message_id != 0 && one->action == BOUNCE_FAILED && !outbox_bounced_in(db, message_id, one->address, one->hard, one->reason, now_ms, error))
			return FALSE;
	}
	if (message_id == 0)
		return TRUE;
	if ((it = mail_case_of(db, case_id, error)) == NULL)
		return FALSE;
	route->case_id = it->id;
	route->linked_id = 0;
	json_put_text(route->routing, "rule", "report");
	json_put_text(route->routing, "decision", "filed");
	json_put_text(route->routing, "why", WORD("it speaks of a mail we sent in this case"));
	return TRUE;
}
