/* mail_report.c - see mail_report.h. */
#include "flow/mail_report.h"
#include "mailbox/outbox.h"
#include "mailbox/thread.h"
#include <string.h>

/* Servers quote the id in the report's own headers too. */
static gboolean
find_original(Db *db, const ReadMail *read, gint64 *ret_message_id, gint64 *ret_case_id, GError **error)
{
	const GPtrArray *lists[] = { read->mail->in_reply_to, read->mail->references };

	if (read->bounce->original_message_id != NULL && !thread_find(db, read->bounce->original_message_id, TRUE, ret_message_id, ret_case_id, error))
		return FALSE;
	for (guint k = 0; k < G_N_ELEMENTS(lists); k++)
		for (guint i = 0; lists[k] != NULL && i < lists[k]->len && *ret_message_id == 0; i++)
			if (!thread_find(db, lists[k]->pdata[i], TRUE, ret_message_id, ret_case_id, error))
				return FALSE;
	return TRUE;
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
	json_t *list;

	if (read->bounce == NULL)
		return TRUE;
	if (!find_original(db, read, &message_id, &case_id, error))
		return FALSE;
	list = json_array();
	json_put(route->routing, "report", list);
	for (guint i = 0; i < read->bounce->recipients->len; i++) {
		const BounceRecipient *one = read->bounce->recipients->pdata[i];

		json_array_append_new(list, bounce_recipient_json(one));
		/* Anybody can write a report: it is believed about our own mail only. */
		if (message_id != 0 && one->action == BOUNCE_FAILED && !outbox_bounced_in(db, message_id, one->address, one->hard, one->reason, now_ms, error))
			return FALSE;
	}
	if (message_id == 0)
		return TRUE;
	route->case_id = case_id;
	route->linked_id = 0;
	json_put_text(route->routing, "rule", "report");
	json_put_text(route->routing, "decision", "filed");
	json_put_text(route->routing, "why", "it speaks of a mail we sent in this case");
	return TRUE;
}
