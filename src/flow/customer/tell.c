/* tell.c - see the header. */
#include "flow/customer/tell.h"
#include "base/signed_link.h"
#include "flow/mail/reply.h"
#include "mailbox/outbox.h"

char *
tell_link(const MailContext *context, const char *page, const char *ref, int days, gint64 now_ms)
{
	g_autofree char *base = context != NULL && context->base_url != NULL ? context->base_url(now_ms, context->base_data) : NULL;
	g_autofree char *link = NULL;

	if (base == NULL || base[0] == '\0')
		return NULL;
	link = signed_link_make(context->link_key, page, ref, days, now_ms);
	return g_strdup_printf("%s%s%s/%s", base, g_str_has_suffix(base, "/") ? "" : "/", page, link);
}

gboolean
tell_goes_by_mail(Db *db, const MailContext *context, gint64 case_id, gboolean automatic, gint64 now_ms, gboolean *ret_goes, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *to = NULL;
	g_autoptr(Mailbox) mailbox = context != NULL ? mail_reply_mailbox(db, case_id, &to, &local) : NULL;
	gboolean refuses = FALSE;

	*ret_goes = FALSE;
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (mailbox == NULL || to == NULL)
		return TRUE;
	if (!address_is_undeliverable(db, to, &refuses, error))
		return FALSE;
	*ret_goes = !refuses;
	return refuses || !automatic || outbox_may_answer(db, to, now_ms, ret_goes, error);
}

gboolean
tell_customer_in(Db *db, const MailContext *context, gint64 case_id, const Tell *tell, const Actor *actor, gint64 now_ms, gint64 *ret_message_id, gboolean *ret_by_mail, GError **error)
{
	NewMessage make = { .direction = "outbound", .body = tell->body, .automatic = tell->automatic, .still_ours = tell->still_ours, .attachments = tell->attachments };
	const MailReply how = { .html = tell->html, .subject = tell->subject, .automatic = tell->automatic, .text = tell->mail, .unsubscribe = tell->unsubscribe };
	gboolean by_mail = FALSE;

	if (!tell_goes_by_mail(db, context, case_id, tell->automatic, now_ms, &by_mail, error))
		return FALSE;
	if (by_mail)
		make.channel = "email";
	if (ret_by_mail != NULL)
		*ret_by_mail = by_mail;
	return by_mail ? mail_reply_in(db, context, case_id, &make, &how, actor, now_ms, ret_message_id, NULL, error) : message_add_in(db, case_id, &make, actor, now_ms, ret_message_id, error);
}
