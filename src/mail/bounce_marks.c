/* bounce_marks.c - is this mail a report on a mail of ours? By its form where it has one, else by how many of the usual
 * marks it bears. What it says: mail/bounce.c; other mail that no person wrote: mail/automatic.c. */
#include "mail/bounce_inner.h"
#include <string.h>

/* Local parts and names (lower case, letters and digits only) of what reports on mail. */
static const char *const reporters[] = { "mailerdaemon", "postmaster", "maildaemon", "maildeliverysystem", "maildeliversystem",
	"maildeliverysubsystem", "maildelivery", "maileradministrator", "mailadministrator", "systemadministrator", "mailsystem",
	"ndradministrator", "mailrouter", NULL };

static const char *const subjects[] = { "undeliver", "returned mail", "mail delivery", "delivery fail", "failure notice", "delivery status",
	"failed delivery", "failure delivery", "delivery report", "delivery notification", "could not be delivered",
	"couldn't be delivered", "cannot be delivered", "can't be delivered", "not delivered", "delivery problem", "delivery error",
	"delivery has failed", "delivery has been delayed", "delivery delayed", "message delayed", "delayed mail", "mail failure",
	"mail failed", "message frozen", "mail system error", "error sending your mail", "postmaster notify", "warning: could not send",
	"warning: message", "could not send message", "non-delivery", "nondeliverable", "permanent delivery", "mail not",
	"message you sent", "sorry, your message", "loop alert", "are not member", "rejected mail", "unzustellbar", "nicht zugestellt",
	"nicht zustellbar", "zustellung fehlgeschlagen", "unzustellbarkeit", "non remis", "non délivr", "non distribu",
	"échec de la remise", "échec de livraison", "onbestelbaar", "niet bezorgd", "não entregue", "não foi possível entregar",
	"falha na entrega", "no entregado", "no se puede entregar", "no se pudo entregar", "error de entrega", "devuelto",
	"non recapitabile", "mancato recapito", "mancata consegna", "nie można dostarczyć", "niedostarcz", "zwrot", "olevererbart",
	"kan ikke leveres", "kunne ikke leveres", "kunde inte levereras", "toimittam", "nedoručiteln", "kézbesíthetetlen", "не доставлено",
	"недоставлен", "невозможно доставить", "не может быть доставлен", "配信不能", "配信できません", "配信エラー", "送信エラー",
	"メールエラー", "メールが届", "エラーメール", "不達", "退信", "无法送达", "投递失败", "無法傳送", "無法傳遞", "배달되지", "반송",
	"teslim edilemedi", NULL };

static const char *const bodies[] = { "could not be delivered", "couldn't be delivered", "cannot be delivered", "not be delivered",
	"able to deliver", "unable to deliver", "undeliverable", "undelivered", "delivery to the following", "delivery failed",
	"delivery failure", "failed to deliver", "delivery has failed", "delivering your m", "did not reach the following", "not delivered",
	"fatal errors", "delivery problem", "delivery errors", "the following address", "failed permanently", "permanent error",
	"transcript of session", "there was an error", "an error has occurred while", "are not a member", "user unknown", "unknown user",
	"no such user", "mailbox is full", "mailbox full", "mailbox exceeds", "exceeds allowed size", "invalid final delivery",
	"invalid user", "no valid recipients", "failed addresses", "failure reasons", "rejected by a remote", "trouble delivering",
	"returned to sender", "unable to send your", "deferred", "not yet been delivered", "message is being returned", "delivery attempts",
	"host unknown", "duplicated message-id", "group you tried to contact", "recipients returned", "recipient rejected",
	"does not exist", "returned message", "was rejected", "has been rejected", "konnte nicht zugestellt", "nicht zugestellt werden",
	"n'a pas pu être", "n'a pas été remis", "no se pudo entregar", "no se ha podido entregar", "non è stato possibile",
	"não pôde ser entregue", "não pode ser entregue", "kon niet worden", "не может быть доставлен", "не удалось доставить",
	"не доставлено", "送信できませんでした", "配信できませんでした", "送信に失敗", "届けることができ", "送信できません",
	"配信できません", "グループ", "无法投递", "无法送达", "退回", NULL };

/* What each mark weighs; ENOUGH makes a bounce, if a machine shows itself among them. */
enum { REPORTER = 2, SUBJECT = 2, BODY = 2, EMPTY_SENDER = 1, NOREPLY = 1, ENCLOSES = 1, ANSWER = 1, SOFTWARE = 1, ENOUGH = 4 };

enum { LOOKED_AT = 4096 };

gboolean
bounce_has_words(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strstr(text, *words) != NULL)
			return TRUE;
	return FALSE;
}

/* Letters and digits alone, lower case: "Mail.Delivery_System" is "maildeliverysystem". */
static gboolean
is_reporter(const char *text, gsize size)
{
	char bare[64];
	gsize n = 0;

	for (gsize i = 0; i < size && n < sizeof bare - 1; i++)
		if (g_ascii_isalnum(text[i]))
			bare[n++] = g_ascii_tolower(text[i]);
	bare[n] = '\0';
	for (guint i = 0; reporters[i] != NULL; i++)
		if (g_str_has_prefix(bare, reporters[i]) || g_str_has_suffix(bare, reporters[i]))
			return TRUE;
	return FALSE;
}

gboolean
bounce_is_reporter(const char *name, const char *address)
{
	return is_reporter(address, strcspn(address, "@")) || is_reporter(name, strlen(name));
}

/* The head of the words, lower case, without what is quoted. */
static char *
own_words(const char *text)
{
	g_autoptr(GString) own = g_string_new(NULL);

	while (*text != '\0' && own->len < LOOKED_AT) {
		gsize size = strcspn(text, "\n");

		if (*text != '>')
			g_string_append_len(own, text, (gssize)MIN(size, (gsize)LOOKED_AT));
		g_string_append_c(own, ' ');
		text += size + (text[size] == '\n');
	}
	{
		g_autofree char *valid = g_utf8_make_valid(own->str, (gssize)own->len);

		return g_utf8_strdown(valid, -1);
	}
}

/* Re:, Fwd: and the like: somebody speaks of a report. */
static gboolean
is_answer(const char *subject)
{
	gsize n = strcspn(subject, ":");

	return subject[n] == ':' && n >= 1 && n <= 3 && subject[n - 1] != ' ';
}

static gboolean
has_report_type(const MailMessage *mail, const char *type)
{
	const char *content_type = mail_message_header(mail, "Content-Type");
	g_autofree char *folded = g_ascii_strdown(content_type != NULL ? content_type : "", -1);

	return strstr(folded, "multipart/report") != NULL && strstr(folded, type) != NULL;
}

static gboolean
say(char **ret_why, const char *why)
{
	if (ret_why != NULL)
		*ret_why = g_strdup(why);
	return TRUE;
}

gboolean
feedback_is_marked(const MailMessage *mail, char **ret_why)
{
	const char *kind = bounce_sns_kind(mail);

	if (has_report_type(mail, "feedback-report") || bounce_part(mail, bounce_feedback_types) != NULL)
		return say(ret_why, "a feedback report (RFC 5965)");
	if (g_strcmp0(kind, "Complaint") == 0)
		return say(ret_why, "Amazon's notification of a complaint");
	if (mail_message_header(mail, "X-Apple-Unsubscribe") != NULL)
		return say(ret_why, "X-Apple-Unsubscribe");
	/* Microsoft's, which has a subject for a mark and the mail for a part */
	if (g_ascii_strncasecmp(mail->subject, "complaint about message from", 28) == 0 && bounce_part(mail, bounce_original_types) != NULL)
		return say(ret_why, "a complaint with the message");
	return FALSE;
}

static guint
weigh(const MailMessage *mail, gboolean *ret_machine)
{
	g_auto(BounceSource) source = { 0 };
	g_autofree char *own = NULL, *subject = NULL;
	const char *from = mail->from->address;
	guint weight = 0, machine = 0;

	if (bounce_is_reporter(mail->from->name, from) || *from == '\0')
		machine += REPORTER;
	else if (g_ascii_strncasecmp(from, "no-reply", 8) == 0 || g_ascii_strncasecmp(from, "noreply", 7) == 0)
		machine += NOREPLY;
	if (mail->return_path != NULL && *mail->return_path == '\0')
		machine += EMPTY_SENDER;
	if (mail_message_header(mail, "X-MLServer") != NULL)
		machine += SOFTWARE;
	if (machine > 0 || bounce_may_give_back(mail))
		bounce_source_read(&source, mail);
	if (source.has_original)
		machine += ENCLOSES;
	*ret_machine = machine > 0;
	if (machine == 0) /* most mail: its words need not be looked at */
		return 0;
	subject = g_utf8_strdown(mail->subject, MIN((gssize)strlen(mail->subject), LOOKED_AT));
	own = own_words(source.notice);
	if (bounce_has_words(subject, subjects) && (!is_answer(mail->subject) || machine >= REPORTER))
		weight += SUBJECT;
	if (bounce_has_words(own, bodies))
		weight += BODY;
	if (bounce_answer_find(own) != NULL)
		weight += ANSWER;
	return weight + machine;
}

gboolean
bounce_is_marked(const MailMessage *mail, char **ret_why)
{
	gboolean machine = FALSE;

	if (feedback_is_marked(mail, NULL))
		return FALSE;
	if (has_report_type(mail, "delivery-status") || bounce_part(mail, bounce_status_types) != NULL)
		return say(ret_why, "a delivery report (RFC 3464)");
	if (mail_message_header(mail, "X-Failed-Recipients") != NULL)
		return say(ret_why, "X-Failed-Recipients");
	if (bounce_sns_kind(mail) != NULL)
		return say(ret_why, "Amazon's notification of a bounce");
	if (weigh(mail, &machine) >= ENOUGH && machine)
		return say(ret_why, "the words of a delivery report");
	return FALSE;
}
