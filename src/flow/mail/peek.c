/* peek.c - see peek.h. */
#include "flow/mail/peek.h"
#include "flow/mail/report.h"
#include "mail/automatic.h"
#include "text/quotes.h"
#include <string.h>

static json_t *
person(const MailAddress *who)
{
	json_t *out = json_object();

	json_put_text(out, "name", who->name);
	json_put_text(out, "address", who->address);
	return out;
}

static json_t *
people(const GPtrArray *list)
{
	json_t *out = json_array();

	for (guint i = 0; i < list->len; i++)
		json_array_append_new(out, person(list->pdata[i]));
	return out;
}

static json_t *
parts_of(const MailMessage *mail)
{
	json_t *out = json_array();

	for (guint i = 0; i < mail->parts->len; i++) {
		const MailPart *part = mail->parts->pdata[i];
		json_t *one;

		if (part->is_text)
			continue;
		one = json_object();
		json_put_text(one, "name", part->name);
		json_put_text(one, "media_type", part->media_type);
		json_put_int(one, "size", (gint64)part->size);
		json_put_bool(one, "is_inline", part->is_inline);
		json_array_append_new(out, one);
	}
	return out;
}

static void
put_words(json_t *out, const MailMessage *mail)
{
	static const struct {
		const char *key;
		QuoteSpanKind kind;
	} kinds[] = { { "reply_text", SPAN_REPLY }, { "quoted", SPAN_QUOTED }, { "signature", SPAN_SIGNATURE } };
	g_autofree char *text = read_mail_words(mail);
	g_autoptr(GArray) spans = quotes_split(text, strlen(text));

	json_put_text(out, "text", text);
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *words = quotes_text(text, spans, kinds[i].kind);

		json_put_text(out, kinds[i].key, words);
	}
}

static void
put_report(json_t *out, const MailBounce *bounce)
{
	json_t *list = bounce != NULL ? json_array() : json_null();

	for (guint i = 0; bounce != NULL && i < bounce->recipients->len; i++)
		json_array_append_new(list, bounce_recipient_json(bounce->recipients->pdata[i]));
	json_put(out, "report", list);
	json_put_text(out, "report_of", bounce != NULL ? bounce->original_message_id : NULL);
}

json_t *
mail_peek(const KeptMail *kept, const char *data_dir, GError **error)
{
	g_autoptr(GBytes) bytes = mail_bytes(kept, data_dir, error);
	g_autoptr(MailMessage) mail = NULL;
	g_autoptr(MailBounce) bounce = NULL;
	g_autoptr(json_t) out = json_object();
	g_autofree char *why = NULL;
	json_t *problems = json_array();
	gsize size = 0;
	const guint8 *start = bytes != NULL ? g_bytes_get_data(bytes, &size) : NULL;

	if (bytes == NULL || (mail = mail_message_read(start, size, error)) == NULL)
		return NULL;
	bounce = mail_bounce_read(mail);
	json_put_text(out, "id", kept->ref);
	json_put_text(out, "state", kept->state);
	json_put_text(out, "way", kept->way);
	json_put_int(out, "size", kept->size);
	json_put_time(out, "kept_at", kept->kept_at);
	json_put_text(out, "kind", mail_kind_word(mail_kind(mail, NULL, NULL, &why)));
	json_put_text(out, "kind_why", why);
	json_put(out, "from", person(mail->from));
	json_put(out, "to", people(mail->to));
	json_put(out, "cc", people(mail->cc));
	json_put_text(out, "subject", mail->subject);
	json_put_text(out, "internet_id", mail->message_id);
	json_put_time(out, "sent_at", mail->date_ms);
	put_words(out, mail);
	json_put_bool(out, "has_html", mail->html != NULL);
	json_put(out, "parts", parts_of(mail));
	for (guint i = 0; i < mail->problems->len; i++)
		json_array_append_new(problems, json_string(mail->problems->pdata[i]));
	json_put(out, "problems", problems);
	put_report(out, bounce);
	return g_steal_pointer(&out);
}
