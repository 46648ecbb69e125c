/* automatic.c - did a person write this mail? The marks of robots, as tables. Reports on failed mail: mail/bounce.h. */
#include "mail/automatic.h"
#include "mail/bounce_inner.h"
#include <string.h>

const char *
mail_kind_word(MailKind kind)
{
	static const char *const words[] = { "personal", "auto_reply", "bulk", "bounce", "feedback", "ours" };

	g_return_val_if_fail((guint)kind < G_N_ELEMENTS(words), "personal");
	return words[kind];
}

/* Headers whose value decides: any of @values (between |, as whole words; NULL: anything but no, none, false, 0). */
static const struct {
	const char *name, *values;
	MailKind kind;
} marks[] = {
	{ "Auto-Submitted", NULL, MAIL_AUTO_REPLY },
	{ "X-Autoreply", NULL, MAIL_AUTO_REPLY },
	{ "X-Auto-Reply", NULL, MAIL_AUTO_REPLY },
	{ "X-Autorespond", NULL, MAIL_AUTO_REPLY },
	{ "X-Autoresponder", NULL, MAIL_AUTO_REPLY },
	{ "X-Auto-Response", NULL, MAIL_AUTO_REPLY },
	{ "X-Autoreply-From", NULL, MAIL_AUTO_REPLY },
	{ "X-Mail-Autoreply", NULL, MAIL_AUTO_REPLY },
	{ "X-Vacation", NULL, MAIL_AUTO_REPLY },
	{ "Vacation", NULL, MAIL_AUTO_REPLY },
	{ "X-FC-MachineGenerated", NULL, MAIL_AUTO_REPLY },
	{ "X-POST-MessageClass", "autoresponder", MAIL_AUTO_REPLY },
	{ "Delivered-To", "autoresponder", MAIL_AUTO_REPLY },
	{ "Precedence", "auto_reply|auto-reply|autoreply", MAIL_AUTO_REPLY },
	{ "X-Precedence", "auto_reply|auto-reply|autoreply", MAIL_AUTO_REPLY },
	/* DR, RN and NRN only spare the sender receipts, which people's programs do too */
	{ "X-Auto-Response-Suppress", "all|oof|autoreply", MAIL_AUTO_REPLY },
	{ "X-Loop", NULL, MAIL_AUTO_REPLY },
	{ "List-Id", NULL, MAIL_BULK },
	{ "List-Post", NULL, MAIL_BULK },
	{ "List-Unsubscribe", NULL, MAIL_BULK },
	{ "List-Unsubscribe-Post", NULL, MAIL_BULK },
	{ "List-Subscribe", NULL, MAIL_BULK },
	{ "List-Help", NULL, MAIL_BULK },
	{ "List-Owner", NULL, MAIL_BULK },
	{ "List-Archive", NULL, MAIL_BULK },
	{ "Mailing-List", NULL, MAIL_BULK },
	{ "X-Mailing-List", NULL, MAIL_BULK },
	{ "Precedence", "bulk|junk|list", MAIL_BULK },
	{ "X-Precedence", "bulk|junk|list", MAIL_BULK },
};

/* The whole local part of an address that nobody reads (lower case, letters and digits only); a * stands for the rest. */
static const char *const robots[] = { "mailerdaemon*", "postmaster*", "maildaemon*", "noreply*", "donotreply*", "dontreply*", "neverreply*",
	"nepasrepondre*", "nichtantworten*", "noresponder*", "naoresponda*", "nonrispondere*", "keineantwort*", "bounce*", "autoreply*",
	"autoresponse*", "autoresponder*", "autoanswer*", "autoconfirm*", "nobody", "devnull", "unattended*", "mailsystem", NULL };

/* What an absence is called at the start of a subject (lower case). Only together with a second sign: people write about
 * their absences too. */
static const char *const absences[] = { "automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response",
	"autoresponse", "auto:", "automated reply", "automated response", "out of office", "out of the office", "out-of-office",
	"ooo:", "vacation", "on vacation", "on leave", "on holiday", "away from", "away until", "absence", "i am away", "i'm away",
	"i am out", "i'm out", "automatische antwort", "abwesenheit", "abwesend", "nicht im büro", "urlaub", "autom. antwort",
	"réponse automatique", "absence du bureau", "message d'absence", "absent", "en congé", "respuesta automática",
	"respuesta automatica", "fuera de la oficina", "ausente", "risposta automatica", "fuori sede", "fuori ufficio", "assenza",
	"resposta automática", "fora do escritório", "ausência", "automatisch antwoord", "afwezig", "autosvar", "automatiskt svar",
	"frånvaro", "fraværende", "ikke på kontoret", "automaattinen vastaus", "poissa", "odpowiedź automatyczna", "automatyczna odpowiedź",
	"nieobecn", "automatická odpověď", "mimo kancelář", "automatikus válasz", "răspuns automat", "otomatik yanıt", "αυτόματη απάντηση",
	"автоматический ответ", "автоответ", "вне офиса", "автоматична відповідь", "自動返信", "自動応答", "不在", "自动回复", "自動回覆",
	"自动答复", "자동 회신", "부재중", "מענה אוטומטי", "رد تلقائي", NULL };

/* What such a mail says of itself. */
static const char *const absent_words[] = { "out of the office", "out of office", "on vacation", "on holiday", "on annual leave",
	"currently away", "will be away", "i am away", "back in the office", "return to the office", "limited access to", "automatic reply",
	"automated response", "automatically generated", "nicht im büro", "abwesend", "im urlaub", "nicht im haus", "wieder erreichbar",
	"absent du bureau", "actuellement absent", "en congé", "de vacaciones", "fuera de la oficina", "in ferie", "fuori ufficio",
	"de férias", "fora do escritório", "afwezig", "op vakantie", "nieobecn", "в отпуске", "отсутств", "不在", "休暇", "自動返信",
	"自动回复", NULL };

/* Whether @value, a list of words with comments and parameters, holds one of @values. */
static gboolean
holds_value(const char *value, const char *values)
{
	g_autofree char *folded = g_ascii_strdown(value, -1);
	g_auto(GStrv) words = g_strsplit_set(folded, " ,;()\t", 64);

	for (guint i = 0; words[i] != NULL; i++) {
		gsize size = strlen(words[i]);

		for (const char *at = values; size > 0; at += strcspn(at, "|") + 1) {
			if (strncmp(at, words[i], size) == 0 && (at[size] == '|' || at[size] == '\0'))
				return TRUE;
			if (at[strcspn(at, "|")] == '\0')
				break;
		}
	}
	return FALSE;
}

/* The word a value begins with: "auto-replied (vacation); owner-email=..." is "auto-replied". */
static char *
first_word(const char *value)
{
	value += strspn(value, " \t\"");
	return g_ascii_strdown(value, (gssize)strcspn(value, " \t;(,\""));
}

static gboolean
is_denied(const char *value)
{
	g_autofree char *word = first_word(value);

	return strcmp(word, "no") == 0 || strcmp(word, "none") == 0 || strcmp(word, "false") == 0 || strcmp(word, "0") == 0 ||
	       *word == '\0';
}

static MailKind
decide(MailKind kind, char **ret_why, const char *name, const char *value)
{
	if (ret_why != NULL) {
		g_autofree char *line = g_strdup_printf("%s%s%.100s", name, value != NULL ? ": " : "", value != NULL ? value : "");

		*ret_why = g_utf8_make_valid(g_strdelimit(line, "\r\n\t", ' '), -1);
	}
	return kind;
}

gboolean
mail_address_is_robot(const char *address)
{
	char bare[64];
	gsize n = 0;

	for (; *address != '\0' && *address != '@' && *address != '+' && n < sizeof bare - 1; address++)
		if (g_ascii_isalnum(*address))
			bare[n++] = g_ascii_tolower(*address);
	bare[n] = '\0';
	for (guint i = 0; robots[i] != NULL; i++) {
		gsize size = strcspn(robots[i], "*");

		if (strncmp(bare, robots[i], size) == 0 && (robots[i][size] == '*' || n == size))
			return TRUE;
	}
	return FALSE;
}

/* Whom an answer would go to; NULL: nobody. */
static const char *
answer_address(const MailMessage *mail)
{
	for (guint i = 0; i < mail->reply_to->len; i++) {
		const MailAddress *address = mail->reply_to->pdata[i];

		if (address->address[0] != '\0')
			return address->address;
	}
	return mail->from->address[0] != '\0' ? mail->from->address : NULL;
}

/* A subject that speaks of an absence, and a second sign that it is one. */
static gboolean
is_absence(const MailMessage *mail)
{
	g_autofree char *subject = g_utf8_strdown(mail->subject, MIN((gssize)strlen(mail->subject), 400));
	g_autofree char *text = NULL, *head = NULL;
	gboolean says = FALSE;

	for (guint i = 0; absences[i] != NULL && !says; i++)
		says = absences[i][0] == subject[0] && g_str_has_prefix(subject, absences[i]);
	if (!says)
		return FALSE;
	if (mail->in_reply_to->len > 0 || mail->references->len > 0)
		return TRUE;
	head = g_strndup(mail->text, 2000);
	text = g_utf8_make_valid(head, -1);
	g_free(head);
	head = g_utf8_strdown(text, -1);
	return bounce_has_words(head, absent_words);
}

gboolean
mail_is_ours(const MailMessage *mail, MailIsOurs is_ours, gpointer data, char **ret_why)
{
	if (is_ours == NULL)
		return FALSE;
	if (!mail->made_id && is_ours(mail->message_id, data)) {
		decide(MAIL_OURS, ret_why, "Message-ID", mail->message_id);
		return TRUE;
	}
	for (guint i = 0; i < mail->header_names->len; i++)
		if (g_ascii_strcasecmp(mail->header_names->pdata[i], "X-Loop") == 0 && is_ours(mail->header_values->pdata[i], data)) {
			decide(MAIL_OURS, ret_why, "X-Loop", mail->header_values->pdata[i]);
			return TRUE;
		}
	return FALSE;
}

/* The first row of the table that a header fits; all headers of that name are asked. */
static gboolean
find_mark(const MailMessage *mail, guint *ret_mark, const char **ret_value)
{
	for (guint m = 0; m < G_N_ELEMENTS(marks); m++)
		for (guint i = 0; i < mail->header_names->len; i++) {
			const char *name = mail->header_names->pdata[i], *value = mail->header_values->pdata[i];

			if (((name[0] ^ marks[m].name[0]) & ~0x20) != 0 || g_ascii_strcasecmp(name, marks[m].name) != 0)
				continue;
			if (marks[m].values != NULL ? !holds_value(value, marks[m].values) : is_denied(value))
				continue;
			*ret_mark = m;
			*ret_value = value;
			return TRUE;
		}
	return FALSE;
}

MailKind
mail_kind(const MailMessage *mail, MailIsOurs is_ours, gpointer data, char **ret_why)
{
	const char *auto_submitted = mail_message_header(mail, "Auto-Submitted"), *type = mail_message_header(mail, "Content-Type"),
		   *value = NULL, *answer;
	g_autofree char *word = auto_submitted != NULL ? first_word(auto_submitted) : NULL,
			*folded_type = g_ascii_strdown(type != NULL ? type : "", -1);
	guint mark = 0;

	if (mail_is_ours(mail, is_ours, data, ret_why))
		return MAIL_OURS;
	if (feedback_is_marked(mail, ret_why))
		return MAIL_FEEDBACK;
	if (bounce_is_marked(mail, ret_why))
		return MAIL_BOUNCE;
	if (g_strcmp0(word, "no") == 0)
		return decide(MAIL_PERSONAL, ret_why, "Auto-Submitted", auto_submitted);
	if (strstr(folded_type, "disposition-notification") != NULL)
		return decide(MAIL_AUTO_REPLY, ret_why, "a receipt (RFC 8098)", NULL);
	if (find_mark(mail, &mark, &value)) {
		gboolean absent = marks[mark].kind == MAIL_BULK && is_absence(mail);

		return decide(absent ? MAIL_AUTO_REPLY : marks[mark].kind, ret_why, marks[mark].name, value);
	}
	if (mail->return_path != NULL && *mail->return_path == '\0')
		return decide(MAIL_AUTO_REPLY, ret_why, "Return-Path", "<>");
	answer = answer_address(mail);
	if (mail_address_is_robot(answer != NULL ? answer : "")) /* a contact form's own address counts for nothing beside the visitor's Reply-To */
		return decide(MAIL_AUTO_REPLY, ret_why, answer == mail->from->address ? "From" : "Reply-To", answer);
	if (is_absence(mail))
		return decide(MAIL_AUTO_REPLY, ret_why, "Subject", mail->subject);
	return decide(MAIL_PERSONAL, ret_why, "no mark of a machine", NULL);
}

gboolean
mail_may_be_answered(const MailMessage *mail, MailKind kind)
{
	const char *answer = answer_address(mail);

	return kind == MAIL_PERSONAL && answer != NULL && !mail_address_is_robot(answer) && (mail->return_path == NULL || *mail->return_path != '\0');
}
