/* acknowledge.c - see acknowledge.h. */
#include "flow/mail/acknowledge.h"
#include "base/clock.h"
#include "cases/macro.h"
#include "cases/message.h"
#include "cases/track_link.h"
#include "flow/mail/reply.h"
#include "flow/customer/tell.h"
#include "customer/customer.h"
#include "mailbox/outbox.h"
#include "promise/case_clocks.h"
#include "text/day_words.h"
#include "text/span.h"
#include "mail.sql.h"
#include <string.h>

/* The house's own words, where the mailbox has none. {{next}} and {{link}} are ours, the rest are a macro's. */
static const char own_body[] =
	"Hello {{customer.first_name|there}},\n\n"
	"Thank you for writing to us. We have your message and will look into it.\n\n"
	"Your reference is {{case.ref}}.\n"
	"What happens next: a person reads your message and answers you by {{next}}.{{link}}\n\n"
	"You need not write again; if you want to add something, simply answer this mail.\n";

static const char own_body_de[] =
	"Guten Tag,\n\n"
	"vielen Dank für Ihre Nachricht. Sie ist bei uns angekommen, und wir kümmern uns darum.\n\n"
	"Ihr Zeichen ist {{case.ref}}.\n"
	"Wie es weitergeht: Ein Mensch liest Ihre Nachricht und antwortet Ihnen bis {{next}}.{{link}}\n\n"
	"Sie müssen nicht noch einmal schreiben; wenn Sie etwas ergänzen möchten, antworten Sie einfach auf diese E-Mail.\n";

static const char cut_words_de[] = "\nBitte beachten Sie: Ihre E-Mail war größer, als wir annehmen können; nur ihr Anfang hat uns erreicht. Bitte senden Sie große Dateien noch einmal, in mehreren kleineren E-Mails.\n";

static const char cut_words[] = "\nPlease note: your mail was larger than we can take, and only its beginning reached us. Please send large files again in several smaller mails.\n";

/* By a machine: never to one, and not too often. */
static gboolean
may_answer(Db *db, const Mailbox *mailbox, const MailMessage *mail, const MailRoute *route, gint64 now_ms, gboolean *ret_may, GError **error)
{
	*ret_may = mailbox != NULL && mailbox->smtp != NULL && !mailbox->paused && route->kind == MAIL_PERSONAL && !route->is_staff &&
	           route->sender[0] != '\0' && mail_may_be_answered(mail, route->kind);
	return !*ret_may || outbox_may_answer(db, route->sender, now_ms, ret_may, error);
}

/* The mailbox's language, else the customer's, else English. */
static gboolean
speaks_german(Db *db, const Mailbox *mailbox, gint64 case_id, gboolean *ret_german, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	*ret_german = strcmp(mailbox->language, "de") == 0;
	if (mailbox->language[0] != '\0')
		return TRUE;
	if ((rows = db_query(db, &SQL_MAIL_CUSTOMER_LANG, DB_ARGS(DB_INT(case_id)), error)) == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		*ret_german = db_rows_text(rows, "value") != NULL && g_str_has_prefix(db_rows_text(rows, "value"), "de");
	return db_ended(&local, error);
}

/* By when a person answers: the clock that says so, else whatever is due. */
static gboolean
answer_due(Db *db, const Case *it, gint64 now_ms, gint64 *ret_at_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(ClockRow) row = clock_row_find(db, it->id, &local);
	gint64 respond = row != NULL && row->met[CLOCK_RESPOND] == 0 ? row->due[CLOCK_RESPOND] : 0, answer = row != NULL ? row->due[CLOCK_ANSWER] : 0;

	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (respond != 0 && (answer == 0 || respond < answer))
		*ret_at_ms = respond;
	else
		*ret_at_ms = answer != 0 ? answer : it->due_at != 0 ? it->due_at : now_ms + MS_PER_DAY;
	if (*ret_at_ms <= now_ms) /* it came late: a day that is over is no answer */
		*ret_at_ms = now_ms + MS_PER_DAY;
	return TRUE;
}

/* The customer's own zone, else the house's. */
static gboolean
find_zone(Db *db, const Case *it, char **ret_zone, GError **error)
{
	g_autoptr(Customer) customer = NULL;
	const ClockBook *book = clock_book(db, error);

	if (book == NULL || (it->customer_id != 0 && (customer = customer_get(db, it->customer_id, error)) == NULL))
		return FALSE;
	*ret_zone = g_strdup(customer != NULL && customer->zone != NULL ? customer->zone : book->zone);
	return TRUE;
}

static void
put_own(GString *text, const char *name, const char *value)
{
	g_string_replace(text, name, value, 0);
}

/* NULL: the mailbox has none of its own. */
static char *
write_subject(const Mailbox *mailbox, const Case *it, gint64 now_ms)
{
	g_autoptr(json_t) made = mailbox->ack_subject[0] != '\0' ? macro_render(mailbox->ack_subject, it, actor_system(), now_ms) : NULL;

	return made != NULL ? g_strdelimit(g_strdup(json_text(made, "text", "")), "\r\n\t", ' ') : NULL;
}

static char *
write_body(Db *db, const MailContext *context, const Mailbox *mailbox, const Case *it, gboolean cut, gboolean german, gint64 now_ms, GError **error)
{
	g_autoptr(GString) text = g_string_new(mailbox->ack_body[0] != '\0' ? mailbox->ack_body : german ? own_body_de : own_body);
	g_autofree char *zone = NULL, *next = NULL;
	g_autofree char *link = tell_link(context, "track", it->ref, TRACK_LINK_DAYS, now_ms);
	g_autofree char *link_words = link != NULL ? g_strconcat(german ? "\nSie können jederzeit sehen, wie es steht: " : "\nYou can see at any time where it stands: ", link, NULL) : g_strdup("");
	g_autoptr(json_t) made = NULL;
	gint64 due_at = 0;

	if (!answer_due(db, it, now_ms, &due_at, error) || !find_zone(db, it, &zone, error))
		return NULL;
	next = day_words(due_at, zone, german, TRUE); /* the time by which somebody answers, where the customer is */
	put_own(text, "{{next}}", next);
	put_own(text, "{{link}}", link_words);
	made = macro_render(text->str, it, actor_system(), now_ms);
	return g_strconcat(json_text(made, "text", ""), !cut ? "" : german ? cut_words_de : cut_words, mailbox->signature[0] != '\0' ? "\n-- \n" : "", mailbox->signature, NULL);
}

/* On the case, and to whoever wrote. */
static gboolean
send_in(Db *db, const MailContext *context, const Mailbox *mailbox, const MailMessage *mail, const MailRoute *route, gint64 case_id, const char *subject, const char *body, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) to = g_array_new(FALSE, FALSE, sizeof(OutboxRecipient));
	OutboxRecipient customer = { route->sender, "to" };
	gint64 message_id = 0, outbox_id;

	if (!message_add_in(db, case_id, &(NewMessage){ .direction = "outbound", .channel = "email", .body = body, .automatic = TRUE }, actor_system(), now_ms, &message_id, error))
		return FALSE;
	g_array_append_val(to, customer);
	return mail_reply_head_in(db, context, mailbox, message_id, case_id, mail, subject, now_ms, error) &&
	       outbox_add_in(db, &(NewOutbox){ .message_id = message_id, .mailbox_id = mailbox->id, .due_at = now_ms, .automatic = TRUE, .recipients = to }, case_id, actor_system(), now_ms, &outbox_id, NULL, error);
}

gboolean
mail_acknowledge_in(Db *db, const MailContext *context, const Mailbox *mailbox, const MailMessage *mail, const MailRoute *route, gint64 case_id, gboolean cut, gint64 now_ms, GError **error)
{
	gboolean may = FALSE, german = FALSE;
	g_autoptr(Case) it = NULL;
	g_autofree char *body = NULL, *subject = NULL;

	if (mailbox != NULL && !mailbox->acknowledge)
		return !cut || mail_tell_cut_in(db, context, mailbox, mail, route, case_id, now_ms, error);
	if (!may_answer(db, mailbox, mail, route, now_ms, &may, error))
		return FALSE;
	if (!may)
		return TRUE;
	if ((it = case_get(db, case_id, error)) == NULL || !speaks_german(db, mailbox, case_id, &german, error))
		return FALSE;
	if ((body = write_body(db, context, mailbox, it, cut, german, now_ms, error)) == NULL)
		return FALSE;
	subject = write_subject(mailbox, it, now_ms);
	return send_in(db, context, mailbox, mail, route, case_id, subject, body, now_ms, error);
}

gboolean
mail_tell_cut_in(Db *db, const MailContext *context, const Mailbox *mailbox, const MailMessage *mail, const MailRoute *route, gint64 case_id, gint64 now_ms, GError **error)
{
	gboolean may = FALSE, german = FALSE;
	g_autofree char *body = NULL;

	if (!may_answer(db, mailbox, mail, route, now_ms, &may, error))
		return FALSE;
	if (!may)
		return TRUE;
	if (!speaks_german(db, mailbox, case_id, &german, error))
		return FALSE;
	body = g_strconcat(german ? "Guten Tag,\n" : "Hello,\n", german ? cut_words_de : cut_words, mailbox->signature[0] != '\0' ? "\n-- \n" : "", mailbox->signature, NULL);
	return send_in(db, context, mailbox, mail, route, case_id, NULL, body, now_ms, error);
}
