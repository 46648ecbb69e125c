/* bounce_sns.c - Amazon's notifications of bounces and complaints, which come as JSON in a mail. */
#include "base/json.h"
#include "mail/bounce_inner.h"
#include <string.h>

/* The notification, out of its envelope ("Message" is JSON within a text). NULL: it is none. */
static json_t *
read_notification(const MailMessage *mail)
{
	const char *text = mail->text + strspn(mail->text, " \t\r\n"), *end;
	g_autofree char *joined = NULL;
	g_autoptr(json_t) outer = NULL;
	const char *inner;

	if (*text != '{' || strstr(text, "otification") == NULL || strlen(text) > 4 * BOUNCE_NOTICE_MAX)
		return NULL;
	end = strstr(text, "\n--\n"); /* the service's own footer */
	joined = g_strndup(text, end != NULL ? (gsize)(end - text) : strlen(text));
	g_strdelimit(joined, "\r\n", ' '); /* it is folded anywhere, within texts too */
	outer = json_read(joined, strlen(joined), NULL);
	if (outer == NULL || !json_is_object(outer))
		return NULL;
	inner = json_text(outer, "Message", NULL);
	if (inner == NULL)
		return g_steal_pointer(&outer);
	return json_read(inner, strlen(inner), NULL);
}

static const char *
kind_of(const json_t *notification)
{
	const char *kind = json_text(notification, "notificationType", NULL);

	return kind != NULL ? kind : json_text(notification, "eventType", "");
}

const char *
bounce_sns_kind(const MailMessage *mail)
{
	static const char *const kinds[] = { "Bounce", "Complaint", "Delivery" };
	g_autoptr(json_t) notification = read_notification(mail);

	for (guint i = 0; json_is_object(notification) && i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kind_of(notification), kinds[i]) == 0)
			return kinds[i];
	return NULL;
}

static void
add_recipients(const json_t *list, BounceAction action, const char *type, MailBounce *bounce)
{
	for (gsize i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *text = json_is_string(one) ? json_string_value(one) : json_text(one, "emailAddress", "");
		g_autofree char *address = bounce_address_of_field(text);
		BounceRecipient *recipient = address != NULL ? bounce_recipient(bounce, g_steal_pointer(&address)) : NULL;

		if (recipient == NULL)
			continue;
		recipient->action = action;
		g_free(recipient->status);
		recipient->status = g_strdup(json_text(one, "status", ""));
		bounce_set_reason(recipient, json_text(one, "diagnosticCode", type), -1);
		if (!bounce_judge(recipient, recipient->reason, TRUE))
			recipient->hard = action == BOUNCE_FAILED && strcmp(type, "Permanent") == 0;
	}
}

gboolean
bounce_sns_read(const MailMessage *mail, MailBounce *bounce)
{
	g_autoptr(json_t) notification = read_notification(mail);
	const json_t *about, *sent;
	const char *kind = json_is_object(notification) ? kind_of(notification) : "", *id = NULL;

	if (strcmp(kind, "Bounce") == 0) {
		about = json_object_get(notification, "bounce");
		add_recipients(json_object_get(about, "bouncedRecipients"), BOUNCE_FAILED, json_text(about, "bounceType", ""), bounce);
	} else if (strcmp(kind, "Complaint") == 0) {
		about = json_object_get(notification, "complaint");
		bounce->feedback = TRUE;
		add_recipients(json_object_get(about, "complainedRecipients"), BOUNCE_COMPLAINED,
			json_text(about, "complaintFeedbackType", "complaint"), bounce);
	} else if (strcmp(kind, "Delivery") == 0) {
		about = json_object_get(notification, "delivery");
		add_recipients(json_object_get(about, "recipients"), BOUNCE_DELIVERED, json_text(about, "smtpResponse", ""), bounce);
	} else {
		return FALSE;
	}
	sent = json_object_get(notification, "mail");
	id = json_text(json_object_get(sent, "commonHeaders"), "messageId", NULL);
	for (gsize i = 0; id == NULL && i < json_array_size(json_object_get(sent, "headers")); i++) {
		const json_t *header = json_array_get(json_object_get(sent, "headers"), i);

		if (g_ascii_strcasecmp(json_text(header, "name", ""), "Message-ID") == 0)
			id = json_text(header, "value", NULL);
	}
	bounce->original_message_id = g_strdup(id);
	return TRUE;
}
