/* bounce.c - which mail failed, for whom, and whether for good: the order in which a report's evidence is asked. Whether
 * it is a report at all: mail/bounce_marks.c; what words mean: mail/bounce_words.c. */
#include "mail/bounce_inner.h"
#include <string.h>

enum { ENOUGH_WORDS = 16, ID_MAX = 998 }; /* before a blank line ends a reason: "because:" is not one */

static void
recipient_free(BounceRecipient *recipient)
{
	g_free(recipient->address);
	g_free(recipient->sent_to);
	g_free(recipient->status);
	g_free(recipient->reason);
	g_free(recipient);
}

void
mail_bounce_free(MailBounce *bounce)
{
	if (bounce == NULL)
		return;
	g_ptr_array_unref(bounce->recipients);
	g_free(bounce->original_message_id);
	g_free(bounce);
}

BounceRecipient *
bounce_recipient(MailBounce *bounce, char *address)
{
	BounceRecipient *recipient;

	for (guint i = 0; i < bounce->recipients->len; i++) {
		recipient = bounce->recipients->pdata[i];
		if (g_ascii_strcasecmp(recipient->address, address) == 0) {
			g_free(address);
			return recipient;
		}
	}
	if (bounce->recipients->len >= BOUNCE_RECIPIENTS_MAX) {
		g_free(address);
		return NULL;
	}
	recipient = g_new0(BounceRecipient, 1);
	recipient->address = address;
	recipient->sent_to = g_strdup(address);
	recipient->status = g_strdup("");
	recipient->reason = g_strdup("");
	g_ptr_array_add(bounce->recipients, recipient);
	return recipient;
}

void
bounce_set_reason(BounceRecipient *recipient, const char *words, gssize size)
{
	g_autofree char *all =
		g_utf8_make_valid(words, size < 0 ? (gssize)strnlen(words, BOUNCE_WORDS_MAX * 2) : MIN(size, BOUNCE_WORDS_MAX * 2));
	const char *answer = bounce_answer_find(all), *from = answer != NULL ? answer : all;
	GString *line = g_string_new(NULL);

	for (const char *c = from; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar letter = g_utf8_get_char(c);
		gboolean blank = g_unichar_isspace(letter) || g_unichar_iscntrl(letter);

		if (*c == '\n' && line->len > ENOUGH_WORDS && (c[1] == '\n' || (c[1] == '\r' && c[2] == '\n')))
			break;
		if (blank && (line->len == 0 || line->str[line->len - 1] == ' '))
			continue;
		if (line->len + 6 > BOUNCE_REASON_MAX)
			break;
		if (blank)
			g_string_append_c(line, ' ');
		else
			g_string_append_unichar(line, letter);
	}
	g_free(recipient->reason);
	recipient->reason = g_strchomp(g_string_free(line, FALSE));
}

/* "X-Failed-Recipients: a@b, c@d" (Exim, Gmail), whichever way it is repeated. */
static void
read_failed_header(const MailMessage *mail, MailBounce *bounce)
{
	for (guint i = 0; i < mail->header_names->len; i++) {
		const char *value = mail->header_values->pdata[i], *end = value + strlen(value), *stop;

		if (g_ascii_strcasecmp(mail->header_names->pdata[i], "X-Failed-Recipients") != 0)
			continue;
		for (; (value = bounce_address_find(value, end, &stop)) != NULL; value = stop)
			bounce_recipient(bounce, bounce_address_dup(value, stop));
	}
}

/* Nobody else is named: those the mail was for. First without the ones who write or report, then with them: people do
 * write to themselves. */
static void
read_original_to(const BounceSource *source, MailBounce *bounce)
{
	for (guint pass = 0; pass < 2 && bounce->recipients->len == 0; pass++)
		for (guint i = 0; i < source->original_to->len; i++) {
			const char *address = source->original_to->pdata[i];
			g_autofree char *folded = g_ascii_strdown(address, -1);

			if (pass == 0 && g_hash_table_contains(source->innocent, folded))
				continue;
			bounce_recipient(bounce, g_strdup(address));
			break; /* one failed, of several we do not know which */
		}
}

/* The id of the mail that failed also stands in what this one answers, where its reporter is polite. */
static char *
original_id(const BounceSource *source, const char *notified)
{
	const MailMessage *mail = source->mail;
	const char *id = notified != NULL ? notified : source->original_id;
	char *line;

	if ((id == NULL || *id == '\0') && mail->in_reply_to->len > 0)
		id = mail->in_reply_to->pdata[0];
	if ((id == NULL || *id == '\0') && mail->references->len > 0)
		id = mail->references->pdata[mail->references->len - 1];
	if (id == NULL)
		return NULL;
	line = g_utf8_make_valid(id, (gssize)strnlen(id, ID_MAX));
	for (char *c = line; *c != '\0'; c++)
		if (g_ascii_iscntrl(*c) || strchr("<>", *c) != NULL)
			*c = ' ';
	g_strstrip(line);
	return *line != '\0' ? line : (g_free(line), NULL);
}

/* From the nearest words to the farthest, until some tell the cause: the server's answer, what is said about this
 * recipient, all that is said, the subject. Vague words count when there are no plain ones. */
static void
judge(BounceSource *source, BounceRecipient *recipient, gboolean alone)
{
	g_autofree char *all = g_strndup(source->notice, BOUNCE_WORDS_MAX);
	const char *words[4], *about;
	guint n = 0;

	if (recipient->reason[0] != '\0' && bounce_judge(recipient, recipient->reason, FALSE))
		return;
	about = bounce_notice_about(source, recipient);
	if (recipient->reason[0] == '\0')
		bounce_set_reason(recipient, *about != '\0' ? about : all, -1);
	words[n++] = recipient->reason;
	words[n++] = about;
	if (alone) {
		words[n++] = all;
		words[n++] = source->mail->subject;
	}
	for (guint pass = 0; pass < 2; pass++)
		for (guint i = 0; i < n; i++)
			if (bounce_judge(recipient, words[i], pass == 1))
				return;
}

/* RFC 5965, and those that name the recipient elsewhere. */
static void
read_feedback(BounceSource *source, MailBounce *bounce)
{
	const MailMessage *mail = source->mail;
	const MailPart *part = bounce_part(mail, bounce_feedback_types);
	g_autofree char *report = part != NULL && part->size > 0
					  ? g_strndup((const char *)part->bytes, MIN(part->size, (gsize)BOUNCE_NOTICE_MAX))
					  : g_strdup("");
	g_auto(GStrv) lines = g_strsplit(report, "\n", 200);
	const char *kind = "";

	bounce->feedback = TRUE;
	for (guint i = 0; lines[i] != NULL; i++) {
		const char *colon = strchr(lines[i], ':');
		char *address = NULL;

		if (g_ascii_strncasecmp(lines[i], "Original-Rcpt-To:", 17) == 0 ||
			g_ascii_strncasecmp(lines[i], "Removal-Recipient:", 18) == 0)
			address = bounce_address_of_field(colon + 1);
		if (address != NULL)
			bounce_recipient(bounce, address);
		if (g_ascii_strncasecmp(lines[i], "Feedback-Type:", 14) == 0)
			kind = g_strstrip(lines[i] + 14);
	}
	if (mail_message_header(mail, "X-Apple-Unsubscribe") != NULL) { /* the reader's program wrote in the reader's name */
		char *reader = bounce_address_of_field(mail->from->address);

		if (reader != NULL)
			bounce_recipient(bounce, reader);
		kind = "opt-out";
	}
	if (bounce->recipients->len == 0) /* a report within a report, as text */
		bounce_status_read(source, source->mail->text, strlen(source->mail->text), bounce);
	if (bounce->recipients->len == 0)
		read_original_to(source, bounce);
	for (guint i = 0; i < bounce->recipients->len; i++) {
		BounceRecipient *recipient = bounce->recipients->pdata[i];

		recipient->action = BOUNCE_COMPLAINED;
		bounce_set_reason(recipient, kind, -1);
	}
}

static void
read_bounce(BounceSource *source, MailBounce *bounce)
{
	const MailPart *status = bounce_part(source->mail, bounce_status_types);

	if (status != NULL && status->size > 0)
		bounce_status_read(source, (const char *)status->bytes, status->size, bounce);
	if (bounce->recipients->len == 0)
		bounce_status_read(source, source->notice, strlen(source->notice), bounce);
	if (bounce->recipients->len == 0) /* a report within a report, as text */
		bounce_status_read(source, source->mail->text, strlen(source->mail->text), bounce);
	if (bounce->recipients->len > 0) {
		bounce_notice_read(source, bounce);
	} else {
		read_failed_header(source->mail, bounce);
		bounce_notice_read(source, bounce);
		if (bounce->recipients->len == 0)
			read_original_to(source, bounce);
		if (bounce_notice_waits(source))
			for (guint i = 0; i < bounce->recipients->len; i++)
				((BounceRecipient *)bounce->recipients->pdata[i])->action = BOUNCE_DELAYED;
	}
	for (guint i = 0; i < bounce->recipients->len; i++)
		judge(source, bounce->recipients->pdata[i], bounce->recipients->len == 1);
}

MailBounce *
mail_bounce_read(const MailMessage *mail)
{
	g_auto(BounceSource) source = { 0 };
	g_autoptr(MailBounce) bounce = NULL;
	g_autofree char *notified = NULL;
	gboolean is_feedback = feedback_is_marked(mail, NULL);

	if (!is_feedback && !bounce_is_marked(mail, NULL))
		return NULL;
	bounce = g_new0(MailBounce, 1);
	bounce->recipients = g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
	bounce_source_read(&source, mail);
	if (bounce_sns_read(mail, bounce))
		notified = g_steal_pointer(&bounce->original_message_id);
	else if (is_feedback)
		read_feedback(&source, bounce);
	else
		read_bounce(&source, bounce);
	bounce->original_message_id = original_id(&source, notified);
	return g_steal_pointer(&bounce);
}
