/* A mail's own headers, and the reading of it all. Its parts: cut.c, body.c; the words of its fields: words.c. */
#include "mail/message.h"
#include "mail/addresses.h"
#include "mail/body.h"
#include "mail/cut.h"
#include "mail/gmime_start.h"
#include "mail/pack.h"
#include "mail/words.h"
#include <string.h>

enum { HEADERS_MAX = 1000, HEADERS_BYTES = 4 << 20, CR_ONLY_MAX = 4 << 20 };

static MailMessage *
message_new(void)
{
	MailMessage *mail = g_new0(MailMessage, 1);

	mail->in_reply_to = g_ptr_array_new_with_free_func(g_free);
	mail->references = g_ptr_array_new_with_free_func(g_free);
	mail->reply_to = g_ptr_array_new_with_free_func((GDestroyNotify)mail_address_free);
	mail->to = g_ptr_array_new_with_free_func((GDestroyNotify)mail_address_free);
	mail->cc = g_ptr_array_new_with_free_func((GDestroyNotify)mail_address_free);
	mail->delivered_to = g_ptr_array_new_with_free_func(g_free);
	mail->parts = g_ptr_array_new_with_free_func((GDestroyNotify)mail_part_free);
	mail->problems = g_ptr_array_new_with_free_func(g_free);
	mail->header_names = g_ptr_array_new_with_free_func(g_free);
	mail->header_values = g_ptr_array_new_with_free_func(g_free);
	mail->crypto = g_strdup("");
	return mail;
}

void
mail_message_free(MailMessage *mail)
{
	if (mail == NULL)
		return;
	g_free(mail->message_id);
	g_free(mail->subject);
	g_free(mail->return_path);
	g_free(mail->text);
	g_free(mail->html);
	g_free(mail->crypto);
	mail_address_free(mail->from);
	g_ptr_array_unref(mail->in_reply_to);
	g_ptr_array_unref(mail->references);
	g_ptr_array_unref(mail->reply_to);
	g_ptr_array_unref(mail->to);
	g_ptr_array_unref(mail->cc);
	g_ptr_array_unref(mail->delivered_to);
	g_ptr_array_unref(mail->parts);
	g_ptr_array_unref(mail->problems);
	g_ptr_array_unref(mail->header_names);
	g_ptr_array_unref(mail->header_values);
	g_free(mail);
}

static void
read_from(MailMessage *mail, MailSlice value)
{
	g_autoptr(GPtrArray) list = NULL;
	guint best = 0;

	if (mail->from != NULL)
		return;
	list = g_ptr_array_new_with_free_func((GDestroyNotify)mail_address_free);
	mail_addresses_read(value, list);
	/* The first that is an address: "Jones, Ann <ann@example.org>" is two to the grammar, one to people. */
	while (best < list->len && *((MailAddress *)list->pdata[best])->address == '\0')
		best++;
	if (list->len == 0)
		return;
	mail->from = g_ptr_array_steal_index(list, best < list->len ? best : 0);
}

static void
read_return_path(MailMessage *mail, MailSlice value)
{
	g_autofree char *text = NULL;
	g_autoptr(GPtrArray) list = NULL;

	if (mail->return_path != NULL)
		return;
	text = mail_value_text(value);
	list = g_ptr_array_new_with_free_func((GDestroyNotify)mail_address_free);
	mail_addresses_read(value, list);
	mail->return_path = g_strdup(list->len > 0 && strcmp(text, "<>") != 0 ? ((MailAddress *)list->pdata[0])->address : "");
}

static void
read_delivered(MailMessage *mail, MailSlice value)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)mail_address_free);

	mail_addresses_read(value, list);
	for (guint i = 0; i < list->len && mail->delivered_to->len < 100; i++)
		if (*((MailAddress *)list->pdata[i])->address != '\0')
			g_ptr_array_add(mail->delivered_to, g_strdup(((MailAddress *)list->pdata[i])->address));
}

static void
read_id(MailMessage *mail, MailSlice value)
{
	g_autoptr(GPtrArray) ids = NULL;
	g_autofree char *text = NULL;

	if (mail->message_id != NULL)
		return;
	ids = g_ptr_array_new_with_free_func(g_free);
	mail_ids_read(value, ids);
	if (ids->len > 0) {
		mail->message_id = g_strdup(ids->pdata[0]);
		return;
	}
	text = mail_value_text(value);
	if (*text != '\0')
		mail_problem(mail->problems, "its Message-ID is none");
}

/* "Received: from ... by ...; date": of several the oldest. The latest ones are of today also where old mail is fetched or sent on anew. */
static void
read_received(MailMessage *mail, MailSlice value)
{
	const guint8 *mark = value.size > 0 ? memrchr(value.at, ';', value.size) : NULL;

	gint64 at = mark != NULL ? mail_date_read((MailSlice){ mark + 1, value.size - (gsize)(mark + 1 - (const guint8 *)value.at) }) : 0;

	if (at > 0 && (mail->received_ms == 0 || at < mail->received_ms))
		mail->received_ms = at;
}

static void
read_field(MailMessage *mail, MailSlice name, MailSlice value)
{
	static const struct {
		const char *name;
		goffset list;
		void (*read)(MailSlice value, GPtrArray *list);
	} lists[] = {
		{ "to", G_STRUCT_OFFSET(MailMessage, to), mail_addresses_read },
		{ "cc", G_STRUCT_OFFSET(MailMessage, cc), mail_addresses_read },
		{ "reply-to", G_STRUCT_OFFSET(MailMessage, reply_to), mail_addresses_read },
		{ "in-reply-to", G_STRUCT_OFFSET(MailMessage, in_reply_to), mail_ids_read },
		{ "references", G_STRUCT_OFFSET(MailMessage, references), mail_ids_read },
	};
	static const struct {
		const char *name;
		void (*read)(MailMessage *mail, MailSlice value);
	} singles[] = {
		{ "from", read_from }, { "message-id", read_id }, { "return-path", read_return_path }, { "delivered-to", read_delivered },
		{ "x-original-to", read_delivered }, { "envelope-to", read_delivered }, { "x-envelope-to", read_delivered }, { "received", read_received },
	};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		if (mail_name_is(name, lists[i].name))
			lists[i].read(value, G_STRUCT_MEMBER(GPtrArray *, mail, lists[i].list));
	for (guint i = 0; i < G_N_ELEMENTS(singles); i++)
		if (mail_name_is(name, singles[i].name))
			singles[i].read(mail, value);
	if (mail->subject == NULL && mail_name_is(name, "subject"))
		mail->subject = g_strdup(g_ptr_array_index(mail->header_values, mail->header_values->len - 1));
	if (mail->date_ms == 0 && mail_name_is(name, "date"))
		mail->date_ms = mail_date_read(value);
}

static void
read_headers(MailMessage *mail, MailSlice head)
{
	MailSlice name, value;
	gsize n_bytes = 0;

	while (mail_field_next(&head, &name, &value)) {
		char *text;

		if (mail->header_names->len >= HEADERS_MAX || n_bytes >= HEADERS_BYTES) {
			mail_problem(mail->problems, "it has too many headers: the last ones are left out");
			break;
		}
		if (value.size > MAIL_VALUE_MAX || name.size > 1000)
			mail_problem(mail->problems, "a header is longer than %d bytes: its end is left out", MAIL_VALUE_MAX);
		text = mail_value_text(value);
		n_bytes += strlen(text) + MIN(name.size, 1000);
		g_ptr_array_add(mail->header_names, g_utf8_make_valid((const char *)name.at, (gssize)MIN(name.size, 1000)));
		g_ptr_array_add(mail->header_values, text);
		read_field(mail, name, value);
	}
	if (mail->from == NULL)
		mail->from = mail_address_new("", "");
	if (*mail->from->address == '\0')
		mail_problem(mail->problems, "who sent it cannot be read");
	if (mail->subject == NULL)
		mail->subject = g_strdup("");
}

static void
make_id(MailMessage *mail, const guint8 *bytes, gsize size)
{
	g_autoptr(MailIdentity) identity = NULL;
	char hex[65];

	if (mail->message_id != NULL)
		return;
	identity = mail_identity_new();
	mail_identity_feed(identity, bytes, size);
	mail_identity_end(identity, hex);
	mail->message_id = g_strdup_printf("%.40s@no-message-id.invalid", hex);
	mail->made_id = TRUE;
	mail_problem(mail->problems, "it has no Message-ID: one is made from its content");
}

/* Lines ended by CR alone, as on old Macintoshes: a copy with LF. NULL: they are not. */
static guint8 *
cr_lines(const guint8 *bytes, gsize size)
{
	guint8 *copy;

	if (size == 0 || size > CR_ONLY_MAX || memchr(bytes, '\n', size) != NULL || memchr(bytes, '\r', size) == NULL)
		return NULL;
	copy = g_memdup2(bytes, size);
	for (gsize i = 0; i < size; i++)
		if (copy[i] == '\r')
			copy[i] = '\n';
	return copy;
}

MailMessage *
mail_message_read(const guint8 *bytes, gsize size, GError **error)
{
	static const guint8 nothing[1] = { 0 };
	MailMessage *mail = message_new();
	g_autoptr(MailCut) cut = NULL;
	g_autofree guint8 *copy = cr_lines(bytes, size);

	mail_start_gmime();
	if (copy != NULL) {
		mail_problem(mail->problems, "its lines end by CR alone");
		bytes = copy;
	}
	if (size == 0) {
		mail_problem(mail->problems, "it is empty");
		bytes = nothing;
	}
	cut = mail_cut(bytes, size, mail->problems);
	read_headers(mail, g_array_index(cut->entities, MailEntity, 0).head);
	mail_body_read(mail, cut);
	make_id(mail, bytes, size);
	return mail;
}

const char *
mail_message_header(const MailMessage *mail, const char *name)
{
	for (guint i = 0; i < mail->header_names->len; i++)
		if (g_ascii_strcasecmp(mail->header_names->pdata[i], name) == 0)
			return mail->header_values->pdata[i];
	return NULL;
}
