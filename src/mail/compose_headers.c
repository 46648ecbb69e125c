/* compose_headers.c - the headers of a mail of ours: encoded words, addresses, the thread, marks of machines. */
#include "mail/compose_inner.h"
#include "gmime.lazy.h"
#include <string.h>

enum { REFERENCES_MAX = 950, NAME_SENT = 200, WORD_BYTES = 42 };

/* As it is when it is short words of ASCII; else encoded words, no character cut (RFC 2047). (transfer full) */
static char *
encoded(const char *text)
{
	GString *out;
	gsize run = 0;
	gboolean plain = strstr(text, "=?") == NULL;

	for (const char *p = text; plain && *p != '\0'; p++) {
		run = *p == ' ' ? 0 : run + 1;
		plain = (guint8)*p < 0x80 && *p != '\t' && run < COMPOSE_LINE && (*p != ' ' || p[1] != ' ');
	}
	if (plain)
		return g_strdup(text);
	out = g_string_new(NULL);
	while (*text != '\0') {
		const char *end = text;
		g_autofree char *coded = NULL;

		while (*end != '\0' && (gsize)(g_utf8_next_char(end) - text) <= WORD_BYTES)
			end = g_utf8_next_char(end);
		coded = g_base64_encode((const guint8 *)text, (gsize)(end - text));
		g_string_append_printf(out, "%s=?UTF-8?B?%s?=", out->len > 0 ? " " : "", coded);
		text = end;
	}
	return g_string_free(out, FALSE);
}

static void
set_header(GMimeMessage *message, const char *name, const char *value)
{
	if (value != NULL)
		g_mime_object_set_header(GMIME_OBJECT(message), name, value, NULL);
}

static void
set_words(GMimeMessage *message, const char *name, const char *text)
{
	g_autofree char *value = text != NULL ? encoded(text) : NULL;

	set_header(message, name, value);
}

static void
set_id(GMimeMessage *message, const char *name, const char *id)
{
	g_autofree char *value = id != NULL ? g_strdup_printf("<%s>", id) : NULL;

	set_header(message, name, value);
}

/* The thread's root, and as many of the newest as fit. */
static void
set_references(GMimeMessage *message, const GPtrArray *references)
{
	g_autoptr(GString) value = NULL;
	guint from;
	gsize size;

	if (references == NULL || references->len == 0)
		return;
	size = strlen(references->pdata[0]) + 3;
	for (from = references->len; from > 1; from--) {
		size += strlen(references->pdata[from - 1]) + 3;
		if (size > REFERENCES_MAX)
			break;
	}
	value = g_string_new(NULL);
	g_string_append_printf(value, "<%s>", (const char *)references->pdata[0]);
	for (guint i = from; i < references->len; i++)
		g_string_append_printf(value, " <%s>", (const char *)references->pdata[i]);
	set_header(message, "References", value->str);
}

static void
add_addresses(GMimeMessage *message, GMimeAddressType type, const GPtrArray *addresses)
{
	for (guint i = 0; addresses != NULL && i < addresses->len; i++) {
		const MailAddress *address = addresses->pdata[i];
		g_autofree char *name = g_strndup(address->name != NULL ? address->name : "", NAME_SENT);

		/* A name of one endless word cannot be folded: its end is left out, whole characters. */
		for (gsize n = strlen(name); n == NAME_SENT && !g_utf8_validate(name, -1, NULL);)
			name[strlen(name) - 1] = '\0';
		/* Nor may a stranger's name hold an address, or what looks encoded: somebody would answer to it. */
		for (char *p = name; *p != '\0'; p++)
			if (*p == '<' || *p == '>' || (*p == '=' && p[1] == '?'))
				*p = ' ';
		g_mime_message_add_mailbox(message, type, *name != '\0' ? name : NULL, address->address);
	}
}

void
compose_set_headers(GMimeMessage *message, const Compose *compose)
{
	g_autoptr(GPtrArray) from = g_ptr_array_new();
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(compose->date_ms / 1000);
	MailAddress reply_to = { NULL, (char *)compose->reply_to };
	g_autofree char *unsubscribe = NULL;

	g_ptr_array_add(from, (gpointer)&compose->from);
	add_addresses(message, GMIME_ADDRESS_TYPE_FROM, from);
	add_addresses(message, GMIME_ADDRESS_TYPE_TO, compose->to);
	add_addresses(message, GMIME_ADDRESS_TYPE_CC, compose->cc);
	if ((compose->to == NULL || compose->to->len == 0) && (compose->cc == NULL || compose->cc->len == 0))
		set_header(message, "To", "undisclosed-recipients:;");
	if (compose->reply_to != NULL)
		g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, reply_to.name, reply_to.address);
	set_words(message, "Subject", compose->subject != NULL ? compose->subject : "");
	g_mime_message_set_date(message, date);
	set_id(message, "Message-Id", compose->message_id);
	set_id(message, "In-Reply-To", compose->in_reply_to);
	set_references(message, compose->references);
	set_header(message, "Thread-Index", compose->thread_index);
	set_words(message, "Thread-Topic", compose->thread_topic);
	set_header(message, "Auto-Submitted", compose->auto_submitted);
	if (compose->auto_submitted != NULL && g_ascii_strcasecmp(compose->auto_submitted, "no") != 0)
		set_header(message, "X-Auto-Response-Suppress", "All"); /* Exchange's out-of-office reads this one */
	set_header(message, "X-Loop", compose->loop_mark);
	if (compose->list_unsubscribe != NULL && *compose->list_unsubscribe != '<')
		unsubscribe = g_strdup_printf("<%s>", compose->list_unsubscribe);
	set_header(message, "List-Unsubscribe", unsubscribe != NULL ? unsubscribe : compose->list_unsubscribe);
	if (unsubscribe != NULL && g_str_has_prefix(compose->list_unsubscribe, "https://"))
		set_header(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"); /* RFC 8058 wants https */
	set_header(message, "MIME-Version", "1.0");
}
