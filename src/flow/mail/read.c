/* read.c - see read.h. */
#include "flow/mail/read.h"
#include "base/json.h"
#include "cases/intake.h"
#include "flow/mail/forward.h"
#include "mail/smime.h"
#include "text/clean_html.h"
#include "text/quotes.h"
#include <string.h>

enum { WORDS_MAX = 250 * 1024, FILES_MAX = 200 };

void
read_mail_free(ReadMail *read)
{
	if (read == NULL)
		return;
	mail_message_free(read->mail);
	mail_bounce_free(read->bounce);
	g_free(read->kind_why);
	g_free(read->words);
	g_free(read->body);
	g_free(read->spans);
	g_free(read->rest);
	g_clear_pointer(&read->files, g_array_unref);
	g_clear_pointer(&read->file_parts, g_ptr_array_unref);
	g_clear_pointer(&read->texts, g_string_chunk_free);
	g_free(read->forwarded_name);
	g_free(read->forwarded_from);
	g_free(read->forwarded_body);
	g_free(read);
}

static gboolean
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* At most WORDS_MAX bytes of @taken, cut at a character. (transfer full) */
static char *
bounded(char *taken)
{
	g_autofree char *text = taken;

	if (strlen(text) <= WORDS_MAX)
		return g_steal_pointer(&text);
	return g_strndup(text, (gsize)(g_utf8_find_prev_char(text, text + WORDS_MAX) - text));
}

char *
read_mail_words(const MailMessage *mail)
{
	return is_blank(mail->text) && mail->html != NULL ? html_to_text(mail->html, strlen(mail->html)) : g_strdup(mail->text);
}

static void
take_words(ReadMail *self)
{
	self->words = bounded(read_mail_words(self->mail));
}

/* What is not @body: those words one after another in *@ret_rest, and where each of its spans stands there. (transfer full) */
static char *
spans_row(const char *words, const GArray *spans, char **ret_rest)
{
	g_autoptr(json_t) list = json_array();
	GString *rest = g_string_new(NULL);

	for (guint i = 0; i < spans->len; i++) {
		const QuoteSpan *span = &g_array_index(spans, QuoteSpan, i);
		json_t *one;

		if (span->kind == SPAN_REPLY)
			continue;
		one = json_array();
		json_array_append_new(one, json_integer(span->kind));
		json_array_append_new(one, json_integer((json_int_t)rest->len));
		g_string_append_len(rest, words + span->start, (gssize)(span->end - span->start));
		json_array_append_new(one, json_integer((json_int_t)rest->len));
		json_array_append_new(list, one);
	}
	*ret_rest = g_string_free(rest, FALSE);
	return json_write(list, NULL);
}

/* Nothing new in it (somebody sent back what we wrote, or only their name): then all of it is what they said. */
static void
take_reply(ReadMail *self)
{
	g_autoptr(GArray) spans = quotes_split(self->words, strlen(self->words));

	self->body = quotes_text(self->words, spans, SPAN_REPLY);
	if (is_blank(self->body)) {
		g_free(self->body);
		self->body = g_strdup(self->words);
		return;
	}
	if (spans->len > 1)
		self->spans = spans_row(self->words, spans, &self->rest);
}

static const char *
name_of(ReadMail *self, const MailPart *part, guint number)
{
	g_autofree char *made = NULL;
	const char *slash = strchr(part->media_type, '/');

	if (part->name != NULL && part->name[0] != '\0')
		return g_string_chunk_insert(self->texts, part->name);
	if (strcmp(part->media_type, "message/rfc822") == 0)
		made = g_strdup_printf("message-%u.eml", number);
	else if (strcmp(part->media_type, "text/calendar") == 0)
		made = g_strdup_printf("invitation-%u.ics", number);
	else
		made = g_strdup_printf("part-%u.%s", number, slash != NULL && strlen(slash + 1) <= 5 ? slash + 1 : "bin");
	return g_string_chunk_insert(self->texts, made);
}

static void
take_files(ReadMail *self)
{
	self->files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	self->file_parts = g_ptr_array_new();
	self->texts = g_string_chunk_new(256);
	for (guint i = 0; i < self->mail->parts->len && self->files->len < FILES_MAX; i++) {
		MailPart *part = self->mail->parts->pdata[i];
		NewAttachment one = { .size = (gint64)part->size };
		char hash[BLOB_HASH_SIZE];

		if (part->is_text || part->size == 0)
			continue;
		blob_hash(part->bytes, part->size, hash);
		one.hash = g_string_chunk_insert(self->texts, hash);
		one.name = name_of(self, part, i + 1);
		one.media_type = g_string_chunk_insert(self->texts, part->media_type);
		g_array_append_val(self->files, one);
		g_ptr_array_add(self->file_parts, part);
	}
}

gboolean
read_mail_put_files(const ReadMail *self, BlobLot *lot, GError **error)
{
	for (guint i = 0; i < self->files->len; i++) {
		const MailPart *part = self->file_parts->pdata[i];

		if (!blob_lot_put(lot, g_array_index(self->files, NewAttachment, i).hash, part->bytes, part->size, error))
			return FALSE;
	}
	return TRUE;
}

ReadMail *
mail_read(const KeptMail *kept, const char *data_dir, GError **error)
{
	g_autoptr(ReadMail) self = g_new0(ReadMail, 1);
	g_autoptr(GBytes) bytes = mail_bytes(kept, data_dir, error);
	gsize size = 0;
	const guint8 *start = bytes != NULL ? g_bytes_get_data(bytes, &size) : NULL;

	self->kept = kept;
	if (bytes == NULL || (self->mail = mail_message_read(start, size, error)) == NULL)
		return NULL;
	if (self->mail->crypto[0] != '\0')
		self->mail->signature = mail_signature_word(mail_smime_check(self->mail, start, size, mail_trust_of_system()));
	self->kind = mail_kind(self->mail, NULL, NULL, &self->kind_why);
	self->bounce = self->kind == MAIL_BOUNCE || self->kind == MAIL_FEEDBACK ? mail_bounce_read(self->mail) : NULL;
	take_words(self);
	take_reply(self);
	if (mail_forward_find(self->mail, self->words, &self->forwarded_name, &self->forwarded_from, &self->forwarded_body) && is_blank(self->forwarded_body))
		g_clear_pointer(&self->forwarded_body, g_free);
	take_files(self);
	return g_steal_pointer(&self);
}
