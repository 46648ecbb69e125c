/* file.c - see file.h. Reports about our own mail: flow/mail/report.c. */
#include "flow/mail/file.h"
#include "base/clock.h"
#include "base/fold.h"
#include "cases/intake.h"
#include "cases/merge.h"
#include "cases/message.h"
#include "flow/mail/acknowledge.h"
#include "flow/mail/reply.h"
#include "flow/mail/report.h"
#include "flow/mail/route.h"
#include "mail/genuine.h"
#include "mailbox/head.h"
#include "mailbox/thread.h"
#include "org/roles.h"
#include "org/user.h"
#include "mail.sql.h"
#include <string.h>

static const char review_tag[] = "check-sender";
#define ARRIVING_MS (14 * MS_PER_DAY)

typedef struct {
	Db *db;
	const MailContext *context;
	const ReadMail *read;
	const Mailbox *mailbox; /* NULL: none */
	MailRoute *route;
	gint64 now_ms;
	gint64 new_case_id; /* 0: it went into one that was there */
} Filing;

/* When a server first took it; else when we did. */
static gint64
arrived_at(const Filing *self)
{
	gint64 received = self->read->mail->received_ms;

	return received > 0 && received <= self->read->kept->kept_at ? received : self->read->kept->kept_at;
}

/* When the customer said it: as the mail's Date says, unless that is nonsense: later than we have it, or so long before it was handed to a server that it is
 * a wrong clock's. */
static gint64
said_at(const Filing *self)
{
	const MailMessage *mail = self->read->mail;
	const gboolean behind = mail->received_ms > 0 && arrived_at(self) - mail->date_ms > ARRIVING_MS;

	return mail->date_ms > 0 && mail->date_ms <= self->read->kept->kept_at && !behind ? mail->date_ms : arrived_at(self);
}

/* Who wrote an archive that is read in (its servers' dates are as old as it is), or years ago into a mailbox that is followed since today, is told nothing by a machine; after a week without us
 * everybody is. */
static gboolean
is_arriving(const Filing *self)
{
	const KeptMail *kept = self->read->kept;

	return strcmp(kept->way, "import") != 0 && kept->kept_at - MAX(said_at(self), self->read->mail->received_ms) <= ARRIVING_MS;
}

static gboolean
is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static gboolean
put_head(const Filing *self, gint64 message_id, GError **error)
{
	const MailHead head = {
		.message_id = message_id, .case_id = self->new_case_id, .mailbox_id = self->read->kept->mailbox_id, .mail = self->read->mail, .kind = mail_kind_word(self->route->kind),
		.routing = self->route->routing, .words = self->read->rest, .spans = self->read->spans, .cut = self->read->kept->cut,
	};

	g_autoptr(MailAnswered) there = self->route->is_staff ? mail_head_of(self->db, message_id, error) : NULL;

	if (self->route->is_staff && there == NULL)
		return FALSE;
	if (there != NULL && there->message_id != 0) /* their answer, sent on under our own head */
		return TRUE;
	if (!mail_head_put(self->db, &head, error))
		return FALSE;
	for (guint i = 0; i < self->read->files->len; i++) {
		const char *content_id = ((const MailPart *)self->read->file_parts->pdata[i])->content_id;

		if (content_id != NULL && !mail_inline_put(self->db, message_id, content_id, g_array_index(self->read->files, NewAttachment, i).hash, NULL, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
is_staff_answer(const Filing *self)
{
	return self->mailbox != NULL && self->mailbox->staff_answers && self->route->kind == MAIL_PERSONAL && mail_is_genuine(self->read->mail, self->mailbox->auth_server);
}

/* Whether the mail went to the customer, too: then they have it already. */
static gboolean
went_to_customer(const Filing *self, gboolean *ret_went, GError **error)
{
	const GPtrArray *lists[] = { self->read->mail->to, self->read->mail->cc };

	*ret_went = FALSE;
	for (guint k = 0; k < G_N_ELEMENTS(lists); k++)
		for (guint i = 0; lists[k] != NULL && i < lists[k]->len && !*ret_went; i++)
			if (!thread_is_customer(self->db, self->route->case_id, ((const MailAddress *)lists[k]->pdata[i])->address, ret_went, error))
				return FALSE;
	return TRUE;
}

/* A colleague answers from their own mail program: by their name on the case, and to the customer. */
static gboolean
file_answer(const Filing *self, gint64 *ret_message_id, GError **error)
{
	g_autoptr(User) user = user_get(self->db, self->route->staff_id, error);
	NewMessage make = { .direction = "outbound", .channel = "email", .body = self->read->body, .said_at = said_at(self), .attachments = self->read->files };
	Actor actor = { .kind = ACTOR_STAFF };
	gboolean went = FALSE;

	if (user == NULL || !went_to_customer(self, &went, error))
		return FALSE;
	actor.user_id = user->id;
	actor.team_id = user->team_id;
	actor.may = role_may(user->role);
	g_strlcpy(actor.ref, user->ref, sizeof actor.ref);
	if (!actor_may(&actor, "message.write") || is_blank(make.body)) {
		make.direction = "note";
		make.author_name = self->route->sender_name;
		make.may_be_empty = TRUE;
		return message_add_in(self->db, self->route->case_id, &make, actor_system(), self->now_ms, ret_message_id, error);
	}
	json_put_text(self->route->routing, "why", WORD("a colleague's answer: our mail server found it genuine"));
	if (went)
		return message_add_in(self->db, self->route->case_id, &make, &actor, self->now_ms, ret_message_id, error);
	return mail_reply_in(self->db, self->context, self->route->case_id, &make, &(MailReply){ .send_at = self->now_ms }, &actor, self->now_ms, ret_message_id, NULL, error);
}

/* One more message of a case. What machines write is filed, and moves nothing. */
static gboolean
file_message(const Filing *self, gint64 *ret_message_id, GError **error)
{
	const ReadMail *read = self->read;
	NewMessage make = {
		.direction = "inbound", .channel = "email", .body = read->body, .author_name = self->route->sender_name[0] != '\0' ? self->route->sender_name : NULL,
		.automatic = self->route->kind != MAIL_PERSONAL && self->route->kind != MAIL_BULK, .said_at = said_at(self), .attachments = read->files,
		.may_be_empty = TRUE, .tell_owner = self->route->kind == MAIL_BOUNCE,
	};

	/* A colleague's mail, by its From, which anybody can write: so it is a note under the name it gives, and an answer by a user only
	 * where the mailbox says whose word counts, and that server found it genuine. */
	if (self->route->is_staff && is_staff_answer(self))
		return file_answer(self, ret_message_id, error);
	if (self->route->is_staff)
		make.direction = "note";
	return message_add_in(self->db, self->route->case_id, &make, actor_system(), self->now_ms, ret_message_id, error);
}

/* Words in a trusted channel's headers that set fields of the new case. */
static void
take_headers(const Filing *self, NewCase *make)
{
	const struct {
		const char *header, **where;
	} fields[] = {
		{ "X-Redress-Kind", &make->kind }, { "X-Redress-Product", &make->product }, { "X-Redress-Category", &make->category },
		{ "X-Redress-External-Id", &make->external_id }, { "X-Redress-Desired-Remedy", &make->desired_remedy },
	};
	const char *severity = mail_message_header(self->read->mail, "X-Redress-Severity");
	guint at = 0;

	if (self->mailbox == NULL || !self->mailbox->trusted)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *value = mail_message_header(self->read->mail, fields[i].header);

		if (!is_blank(value))
			*fields[i].where = value;
	}
	if (severity != NULL && case_word_is(case_severities, severity, &at))
		make->severity = at;
}

/* A name longer than we keep is cut, never a reason to refuse somebody's mail. */
static char *
cut_name(const char *name)
{
	g_autofree char *cut = name != NULL && g_utf8_strlen(name, -1) > 200 ? g_utf8_substring(name, 0, 200) : g_strdup(name);

	return line_read(cut != NULL ? cut : "", 800);
}

static gboolean
open_case(const Filing *self, gint64 *ret_case_id, char ret_ref[16], gint64 *ret_message_id, GError **error)
{
	const ReadMail *read = self->read;
	gboolean forwarded = self->route->is_staff && read->forwarded_from != NULL;
	const char *address = forwarded ? read->forwarded_from : self->route->sender;
	g_autofree char *key = email_fold(address), *name = cut_name(forwarded ? read->forwarded_name : self->route->sender_name);
	g_autofree char *subject = g_utf8_strlen(read->mail->subject, -1) > 300 ? g_utf8_substring(read->mail->subject, 0, 300) : g_strdup(read->mail->subject);
	g_autoptr(GPtrArray) tags = g_ptr_array_new();
	NewCase make = {
		.channel = "email", .subject = is_blank(subject) ? NULL : subject, .body = forwarded && read->forwarded_body != NULL ? read->forwarded_body : read->body,
		.customer = { .name = name, .email = key }, .severity = -1, .received_at = said_at(self), .attachments = read->files, .tags = tags,
		.team_id = self->mailbox != NULL ? self->mailbox->team_id : 0, .ret_message_id = ret_message_id,
	};

	if (is_blank(make.subject) && is_blank(make.body))
		make.subject = "(a mail without words)";
	if (self->route->linked_id != 0)
		g_ptr_array_add(tags, (gpointer)review_tag);
	take_headers(self, &make);
	json_put_bool(self->route->routing, "forwarded", forwarded);
	return case_intake_in(self->db, &make, actor_system(), self->now_ms, ret_case_id, ret_ref, error);
}

static gboolean
file_new(Filing *self, gint64 *ret_message_id, GError **error)
{
	gint64 case_id = 0;
	char ref[16];

	*ret_message_id = 0;
	if (!open_case(self, &case_id, ref, ret_message_id, error))
		return FALSE;
	self->new_case_id = case_id;
	if (*ret_message_id == 0 && !message_add_in(self->db, case_id, &(NewMessage){ .direction = "inbound", .channel = "email", .body = "", .may_be_empty = TRUE, .said_at = said_at(self) }, actor_system(), self->now_ms, ret_message_id, error))
		return FALSE;
	if (self->route->linked_id != 0 && !case_link_in(self->db, self->route->linked_id, case_id, actor_system(), self->now_ms, error))
		return FALSE;
	return !is_arriving(self) || mail_acknowledge_in(self->db, self->context, self->mailbox, self->read->mail, self->route, case_id, self->read->kept->cut, self->now_ms, error);
}

/* By policy an answer to a closed case is a new one, linked with it. */
static gboolean
apply_closed(const Filing *self, GError **error)
{
	g_autoptr(Case) it = NULL;
	gboolean link = self->mailbox != NULL && strcmp(self->mailbox->when_closed, "link") == 0;

	if (!link || self->route->case_id == 0 || self->route->is_staff || self->route->kind != MAIL_PERSONAL)
		return TRUE;
	if ((it = case_get(self->db, self->route->case_id, error)) == NULL)
		return FALSE;
	if (strcmp(it->stage, "closed") != 0)
		return TRUE;
	self->route->linked_id = it->id;
	self->route->case_id = 0;
	json_put_text(self->route->routing, "decision", "linked");
	json_put_text(self->route->routing, "why", WORD("the case is closed: a new one, linked with it, as this mailbox says"));
	return TRUE;
}

/* Why it waits for a person instead; NULL: it does not. */
static const char *
must_wait(const Filing *self)
{
	const MailRoute *route = self->route;

	if (self->read->kept->admitted || route->case_id != 0)
		return NULL;
	if (route->kind == MAIL_AUTO_REPLY)
		return WORD("An automatic answer that belongs to no case of ours.");
	if (route->known || self->mailbox == NULL || strcmp(self->mailbox->when_unknown, "accept") == 0)
		return NULL;
	return strcmp(self->mailbox->when_unknown, "ask") == 0 ? WORD("From somebody we do not know yet: let it in, or leave it.") : WORD("From somebody we do not know: this mailbox keeps such mail apart.");
}

static const MailAside *
aside_of(const Filing *self, const char *reason, MailAside *aside)
{
	*aside = (MailAside){ reason, mail_kind_word(self->route->kind), self->route->sender, self->read->mail->subject };
	return aside;
}

static gboolean
file(Filing *self, GError **error)
{
	const KeptMail *kept = self->read->kept;
	MailAside aside;
	gint64 message_id = 0;
	const char *why;
	char ref[16];

	/* What we sent we have. A house's own forwarding rule may write our address into X-Loop, too: that somebody looks at. */
	if (self->route->kind == MAIL_OURS && thread_read_id(self->context->link_key, self->read->mail->message_id, ref))
		return mail_filed_in(self->db, kept, mail_kind_word(MAIL_OURS), 0, self->now_ms, error);
	if (self->route->kind == MAIL_OURS && !kept->admitted)
		return mail_set_aside_in(self->db, kept, aside_of(self, WORD("Its X-Loop names our own address: it went round, or a rule of the house forwarded it."), &aside), self->now_ms, error);
	if (!mail_report_in(self->db, self->context, self->read, self->route, self->now_ms, error) || !apply_closed(self, error))
		return FALSE;
	if ((self->route->kind == MAIL_BOUNCE || self->route->kind == MAIL_FEEDBACK) && self->route->case_id == 0 && !kept->admitted)
		return mail_set_aside_in(self->db, kept, aside_of(self, WORD("A report about a mail that is none of ours."), &aside), self->now_ms, error);
	if ((why = must_wait(self)) != NULL)
		return mail_wait_in(self->db, kept, aside_of(self, why, &aside), self->now_ms, error);
	if (self->route->case_id != 0 ? !file_message(self, &message_id, error) : !file_new(self, &message_id, error))
		return FALSE;
	/* Of a first one its acknowledgement says it. */
	if (self->route->case_id != 0 && kept->cut && is_arriving(self) &&
	    !mail_tell_cut_in(self->db, self->context, self->mailbox, self->read->mail, self->route, self->route->case_id, self->now_ms, error))
		return FALSE;
	return put_head(self, message_id, error) && mail_filed_in(self->db, kept, mail_kind_word(self->route->kind), message_id, self->now_ms, error);
}

gboolean
mail_file_in(Db *db, const MailContext *context, const ReadMail *read, MailboxMemo *memo, gint64 now_ms, GError **error)
{
	g_auto(MailRoute) route = { 0 };
	const Mailbox *mailbox = read->kept->mailbox_id != 0 ? mailbox_memo_get(memo, db, read->kept->mailbox_id, error) : NULL;
	const MailRouteAsk ask = { .key = context->link_key, .mailbox = mailbox, .envelope_to = read->kept->envelope_to, .kind = read->kind, .kind_why = read->kind_why };
	Filing self = { db, context, read, mailbox, &route, now_ms };

	if ((read->kept->mailbox_id != 0 && mailbox == NULL) || !mail_route_find(db, &ask, read->mail, &route, error))
		return FALSE;
	return file(&self, error);
}
