/* Where mail goes: the rules of flow/mail/route.h, one test a line of what mail must survive. */
#include "filed.h"
#include "cases/intake.h"
#include "cases/merge.h"
#include "cases/message.h"
#include "cases/stage.h"
#include "flow/mail/file.h"
#include "flow/mail/forward.h"
#include "flow/mail/reply.h"
#include "kit/kit.h"
#include "mail/message.h"
#include "mailbox/head.h"
#include "mailbox/keep.h"
#include "mailbox/mailbox.h"
#include "mailbox/thread.h"
#include "org/user.h"
#include <string.h>

static void
test_a_first_mail_opens_a_case(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);
	g_autoptr(Case) opened = case_get(kit->db, it.case_id, &error);

	g_assert_cmpstr(it.state, ==, "filed");
	g_assert_cmpstr(it.decision, ==, "new");
	g_assert_cmpstr(opened->channel, ==, "email");
	g_assert_cmpstr(opened->subject, ==, "Kettle leaks");
	g_assert_cmpstr(opened->customer_name, ==, "Ann Lee");
	g_assert_cmpint(opened->received_at, <, kit->now_ms);
}

static void
test_it_is_acknowledged_once(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);

	g_assert_cmpint(number(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'outbound' AND case_id = ", it.case_id), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE automatic"), ==, 1);
	arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <second@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n\r\nStill.\r\n");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE automatic"), ==, 1);
}

static void
test_an_answer_finds_its_case(Kit *kit)
{
	static const struct {
		const char *headers, *rule;
	} ways[] = {
		{ "In-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n", "in_reply_to" },
		{ "References: <else@x> <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n", "references" },
		{ "In-Reply-To: <lost@x>\r\nReferences: <first@customer.example>\r\nSubject: AW: Kettle leaks\r\n", "references" },
	};
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);

	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *raw = g_strdup_printf("From: ANN@customer.example\r\nMessage-ID: <answer%u@x>\r\n%s\r\nIt still leaks.\r\n\r\n> The kettle leaks.\r\n", i, ways[i].headers);
		Filed answer = arrive(kit, box, raw);

		g_assert_cmpint(answer.case_id, ==, it.case_id);
		g_assert_cmpstr(answer.rule, ==, ways[i].rule);
	}
}

static char *
case_ref(Kit *kit, gint64 id)
{
	g_autoptr(Case) it = case_get(kit->db, id, NULL);

	return g_strdup(it->ref);
}

static void
test_a_ref_in_the_subject_leads_home(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box), answer;
	g_autofree char *ref = case_ref(kit, it.case_id), *raw = g_strdup_printf("From: ann@customer.example\r\nMessage-ID: <s@x>\r\nSubject: about [%s]\r\n\r\nAny news?\r\n", ref);

	answer = arrive(kit, box, raw);
	g_assert_cmpint(answer.case_id, ==, it.case_id);
	g_assert_cmpstr(answer.rule, ==, "subject_ref");
}

static void
test_our_token_comes_before_all_else(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_PLUS, .plus = TRUE });
	Filed it = first(kit, box), other, answer;
	g_autofree char *ref = case_ref(kit, it.case_id), *plus = thread_make_plus(context.link_key, "help@larch.example", ref), *raw = NULL;

	other = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <other@x>\r\nSubject: Toaster\r\n\r\nToo hot.\r\n");
	g_assert_cmpint(other.case_id, !=, it.case_id);
	raw = g_strdup_printf("From: ann@customer.example\r\nTo: %s\r\nMessage-ID: <t@x>\r\nIn-Reply-To: <other@x>\r\nSubject: Re: x\r\n\r\nHere.\r\n", plus);
	answer = arrive(kit, box, raw);
	g_assert_cmpint(answer.case_id, ==, it.case_id);
	g_assert_cmpstr(answer.rule, ==, "token");
}

static void
test_a_root_we_never_saw_joins_its_branches(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed a = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <b1@x>\r\nReferences: <root@elsewhere>\r\nSubject: Kettle\r\n\r\nOne.\r\n");
	Filed b = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <b2@x>\r\nReferences: <root@elsewhere>\r\nSubject: Kettle\r\n\r\nTwo.\r\n");

	g_assert_cmpint(b.case_id, ==, a.case_id);
	g_assert_cmpstr(b.rule, ==, "shared_reference");
}

static void
test_a_stranger_opens_a_linked_case(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);
	Filed stranger = arrive(kit, box, "From: Eve <eve@elsewhere.example>\r\nMessage-ID: <e@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n\r\nTell me all.\r\n");

	g_assert_cmpint(stranger.case_id, !=, it.case_id);
	g_assert_cmpstr(stranger.decision, ==, "linked");
	g_assert_cmpint(number(kit, "SELECT count(*) AS value FROM case_links WHERE b_id = ", stranger.case_id), ==, 1);
	g_assert_cmpint(number(kit, "SELECT count(*) AS value FROM case_tags WHERE tag = 'check-sender' AND case_id = ", stranger.case_id), ==, 1);
	g_assert_cmpint(number(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'inbound' AND case_id = ", it.case_id), ==, 1);
}

static void
test_whoever_was_copied_has_a_part(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = arrive(kit, box, "From: ann@customer.example\r\nCc: Bob <bob@friend.example>\r\nMessage-ID: <cc@x>\r\nSubject: Kettle\r\n\r\nHello.\r\n");
	Filed bob = arrive(kit, box, "From: bob@friend.example\r\nMessage-ID: <bob@x>\r\nIn-Reply-To: <cc@x>\r\nSubject: Re: Kettle\r\n\r\nMine too.\r\n");

	g_assert_cmpint(bob.case_id, ==, it.case_id);
}

static void
test_a_merged_case_sends_answers_to_its_target(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed a = first(kit, box), b = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <dup@x>\r\nSubject: Again\r\n\r\nKettle again.\r\n"), answer;

	g_assert_true(case_merge(kit->db, b.case_id, a.case_id, kit->actor, kit->now_ms, &error));
	answer = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <am@x>\r\nIn-Reply-To: <dup@x>\r\nSubject: Re: Again\r\n\r\nWell?\r\n");
	g_assert_cmpint(answer.case_id, ==, a.case_id);
	g_assert_true(case_merge_undo(kit->db, b.case_id, kit->actor, kit->now_ms, &error));
	answer = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <am2@x>\r\nIn-Reply-To: <dup@x>\r\nSubject: Re: Again\r\n\r\nWell?\r\n");
	g_assert_cmpint(answer.case_id, ==, b.case_id);
	answer = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <am3@x>\r\nIn-Reply-To: <am@x>\r\nSubject: Re: Again\r\n\r\nWell?\r\n");
	g_assert_cmpint(answer.case_id, ==, a.case_id); /* it came to the one they were merged into, and stayed there */
}

static void
close_case(Kit *kit, gint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *sql = g_strdup_printf("SELECT version AS value FROM cases WHERE id = %lld", (long long)id);

	g_assert_cmpint(kit_count(kit, sql), >, 0);
	for (guint i = 0; i < 2; i++) {
		StageMove move = { .stage = i == 0 ? "resolved" : "closed", .outcome = "withdrawn", .root_cause = NULL };
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);
		g_autoptr(Case) it = case_get(kit->db, id, &error);

		if (strcmp(it->kind, "complaint") == 0)
			case_change_in(kit->db, id, 0, &(CaseChange){ .given = CASE_KIND, .kind = "question" }, kit->actor, kit->now_ms, &error);
		case_move_in(kit->db, id, &move, kit->actor, kit->now_ms, &error);
		g_assert_no_error(error);
		g_assert_true(db_tx_commit(tx, &error));
	}
}

static void
test_a_closed_case_is_opened_or_linked_by_policy(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_WHEN_CLOSED, .when_closed = "link" });
	Filed it = first(kit, box), answer;

	close_case(kit, it.case_id);
	answer = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <late@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n\r\nIt leaks again.\r\n");
	g_assert_cmpint(answer.case_id, !=, it.case_id);
	g_assert_cmpstr(answer.decision, ==, "linked");
}

static void
test_an_out_of_office_is_filed_and_moves_nothing(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box), away;
	g_autoptr(Case) before = NULL, after = NULL;

	close_case(kit, it.case_id);
	before = case_get(kit->db, it.case_id, &error);
	away = arrive(kit, box, "From: ann@customer.example\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <ooo@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Out of office\r\n\r\nBack on Monday.\r\n");
	after = case_get(kit->db, it.case_id, &error);
	g_assert_cmpint(away.case_id, ==, it.case_id);
	g_assert_cmpstr(away.kind, ==, "auto_reply");
	g_assert_cmpstr(after->stage, ==, before->stage);
	g_assert_cmpint(after->due_at, ==, before->due_at);
	g_assert_cmpint(after->last_inbound_at, ==, before->last_inbound_at);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox"), ==, 1); /* the first mail's acknowledgement alone */
}

static void
test_two_robots_stop(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });

	for (guint i = 0; i < 6; i++) {
		g_autofree char *raw = g_strdup_printf("From: robot@machine.example\r\nMessage-ID: <r%u@x>\r\nSubject: Ticket %u received\r\n\r\nThank you for writing.\r\n", i, i);

		arrive(kit, box, raw);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE automatic"), <=, 3);
}

static void
test_a_bounce_reaches_its_recipient(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE });
	Filed it = first(kit, box), report;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autofree char *id = NULL, *raw = NULL;
	gint64 sent = 0;
	char out[16];
	g_autoptr(MailAnswered) head = NULL;

	g_assert_true(mail_reply_in(kit->db, &context, it.case_id, &(NewMessage){ .direction = "outbound", .body = "We send a new one." }, &(MailReply){ 0 }, kit->actor, kit->now_ms, &sent, out, &error));
	g_assert_true(db_tx_commit(tx, &error));
	head = mail_head_of(kit->db, sent, &error);
	raw = g_strdup_printf("From: MAILER-DAEMON@customer.example\r\nMessage-ID: <dsn@x>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
	                      "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
	                      "Reporting-MTA: dns; mx.customer.example\r\n\r\nFinal-Recipient: rfc822; ann@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
	                      "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\nSubject: Re: Kettle leaks\r\n\r\n--b--\r\n", head->internet_id);
	report = arrive(kit, box, raw);
	g_assert_cmpint(report.case_id, ==, it.case_id);
	g_assert_cmpstr(report.kind, ==, "bounce");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'bounced'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM undeliverable"), ==, 1);
}

static void
test_strangers_wait_where_the_mailbox_asks(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_WHEN_UNKNOWN, .when_unknown = "ask" });
	Filed it = first(kit, box);

	g_assert_cmpstr(it.state, ==, "waiting");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 0);
}

static void
test_nothing_but_a_body_is_filed_too(Kit *kit)
{
	Filed none = arrive(kit, 0, "\r\njust words\r\n"), empty = arrive(kit, 0, ""), odd = arrive(kit, 0, "From: <not an address>>\r\nSubject: \xff\xfe\r\n\r\n\x01\x02\r\n");

	g_assert_cmpstr(none.state, ==, "filed");
	g_assert_cmpstr(empty.state, ==, "filed");
	g_assert_cmpstr(odd.state, ==, "filed");
}

static void
test_a_contact_form_speaks_for_its_visitor(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = arrive(kit, box, "From: Website <form@larch.example>\r\nReply-To: Ann <ann@customer.example>\r\nMessage-ID: <f@x>\r\nSubject: Contact\r\n\r\nThe kettle leaks.\r\n");
	g_autoptr(Case) opened = case_get(kit->db, it.case_id, &error);

	g_assert_cmpint(number(kit, "SELECT count(*) AS value FROM contacts WHERE value_key = 'ann@customer.example' AND customer_id = ", opened->customer_id), ==, 1);
}

static void
test_a_colleague_forwards_for_the_customer(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	g_autoptr(User) ruth = user_add(kit->db, &(NewUser){ .email = "ruth@larch.example", .name = "Ruth", .role = "agent", .capacity = -1 }, kit->actor, kit->now_ms, &error);
	Filed it = arrive(kit, box, "From: Ruth <ruth@larch.example>\r\nMessage-ID: <fw@x>\r\nSubject: Fwd: Kettle\r\n\r\nPlease take this.\r\n\r\n---------- Forwarded message ---------\r\n"
	                            "From: Ann Lee <ann@customer.example>\r\nDate: Thu, 19 Nov 2026\r\nSubject: Kettle\r\nTo: ruth@larch.example\r\n\r\nMy kettle leaks.\r\n");
	g_autoptr(Case) opened = case_get(kit->db, it.case_id, &error);

	g_assert_cmpstr(opened->customer_name, ==, "Ann Lee");
}

/* In any of the languages, in whatever letters, wherever on its line. */
static void
test_what_says_that_a_mail_was_forwarded(void)
{
	static const char *const says[] = { "---------- Forwarded message ---------", "Begin forwarded message:", "-----ORIGINAL MESSAGE-----", "-------- Weitergeleitete Nachricht --------",
		"-----Urspr\xc3\xbcngliche Nachricht-----", "Urspruengliche NACHRICHT", "Message transf\xc3\xa9r\xc3\xa9 :", "Mensaje reenviado", "- Messaggio inoltrato -", "Doorgestuurd bericht",
		"vidarebefordrat meddelande", "Videresendt" };
	static const char *const says_nothing[] = { "the message was forwarded", "sa sa SA hr uu vi", "messag", "forwarded", "I said so, a service", "" };
	static const char raw[] = "From: Ruth <ruth@larch.example>\r\nSubject: Kettle\r\n\r\nwords\r\n";
	g_autoptr(MailMessage) mail = mail_message_read((const guint8 *)raw, sizeof raw - 1, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(says) + G_N_ELEMENTS(says_nothing); i++) {
		const gboolean should = i < G_N_ELEMENTS(says);
		g_autofree char *words = g_strdup_printf("See below, said she.\n%s\nFrom: Ann Lee <ann@customer.example>\n\nIt leaks.\n", should ? says[i] : says_nothing[i - G_N_ELEMENTS(says)]);
		g_autofree char *name = NULL, *address = NULL, *body = NULL;

		g_assert_cmpint(mail_forward_find(mail, words, &name, &address, &body), ==, should);
		g_assert_cmpstr(address, ==, should ? "ann@customer.example" : NULL);
	}
}

/* Anybody can write a colleague's address into From. */
static void
test_a_colleagues_mail_is_a_note_never_an_answer(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	g_autoptr(User) ruth = user_add(kit->db, &(NewUser){ .email = "ruth@larch.example", .name = "Ruth", .role = "agent", .capacity = -1 }, kit->actor, kit->now_ms, &error);
	Filed it = first(kit, box);
	Filed told = arrive(kit, box, "From: Ruth <ruth@larch.example>\r\nTo: ann@customer.example\r\nMessage-ID: <forged@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n\r\nYou get a thousand.\r\n");

	g_assert_cmpint(told.case_id, ==, it.case_id);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'note' AND author_id IS NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'outbound' AND NOT automatic"), ==, 0);
}

static void
test_headers_set_fields_only_where_trusted(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 }), trusted;
	static const char raw[] = "From: ann@customer.example\r\nX-Redress-Severity: critical\r\nX-Redress-Kind: question\r\nSubject: s\r\n";
	g_autofree char *one = g_strconcat(raw, "Message-ID: <one@x>\r\n\r\nx\r\n", NULL), *two = g_strconcat(raw, "Message-ID: <two@x>\r\n\r\nx\r\n", NULL);
	Filed a = arrive(kit, box, one), b;
	g_autoptr(Case) plain = case_get(kit->db, a.case_id, &error), set = NULL;
	g_autoptr(Mailbox) changed = mailbox_change(kit->db, box, 0, &(MailboxChange){ .given = MAILBOX_TRUSTED, .trusted = TRUE }, kit->actor, kit->now_ms, &error);

	trusted = changed->id;
	b = arrive(kit, trusted, two);
	set = case_get(kit->db, b.case_id, &error);
	g_assert_cmpstr(plain->kind, ==, "complaint");
	g_assert_cmpint(plain->severity, ==, 1);
	g_assert_cmpstr(set->kind, ==, "question");
	g_assert_cmpint(set->severity, ==, 3);
}

static void
test_quotes_are_folded_never_lost(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <q@x>\r\nSubject: s\r\n\r\nNew words.\r\n\r\nOn Thu, 19 Nov 2026 at 10:00, Help <help@larch.example> wrote:\r\n> Old words.\r\n");
	g_autoptr(json_t) messages = message_list(kit->db, it.case_id, TRUE, 0, &error);
	const json_t *one = json_array_get(messages, 0);

	g_assert_true(mail_heads_add(kit->db, it.case_id, messages, &error));
	g_assert_cmpstr(json_text(one, "reply_text", ""), ==, "New words.");
	g_assert_nonnull(strstr(json_text(one, "quoted", ""), "Old words."));
}

static void
test_a_reply_goes_out_threaded(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE }), sent = 0;
	Filed it = first(kit, box), answer;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(MailAnswered) head = NULL;
	g_autofree char *raw = NULL;
	char out[16];

	g_assert_true(mail_reply_in(kit->db, &context, it.case_id, &(NewMessage){ .direction = "outbound", .body = "Sorry." }, &(MailReply){ 0 }, kit->actor, kit->now_ms, &sent, out, &error));
	g_assert_true(db_tx_commit(tx, &error));
	head = mail_head_of(kit->db, sent, &error);
	g_assert_cmpstr(head->in_reply_to, ==, "first@customer.example");
	raw = g_strdup_printf("From: ann@customer.example\r\nMessage-ID: <back@x>\r\nIn-Reply-To: <%s>\r\nSubject: %s\r\n\r\nThank you.\r\n", head->internet_id, head->subject);
	answer = arrive(kit, box, raw);
	g_assert_cmpint(answer.case_id, ==, it.case_id);
	g_assert_cmpstr(answer.rule, ==, "in_reply_to");
}

static gboolean
file_one(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_auto(MailboxMemo) memo = { 0 };

	return tx != NULL && mail_file_in(kit->db, &context, data, &memo, kit->now_ms, error) && db_tx_commit(tx, error);
}

static void
nothing_filed(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_heads"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mails WHERE state = 'kept'"), ==, 1);
}

static void
test_filing_is_all_or_nothing(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 id = keep(kit, mailbox(kit, (MailboxChange){ 0 }), "From: Ann <ann@customer.example>\r\nMessage-ID: <first@x>\r\nReferences: <a@x> <b@x>\r\nSubject: Kettle\r\n\r\nLeaks.\r\n");
	g_autoptr(KeptMail) mail = mail_get(kit->db, id, &error);
	g_autoptr(ReadMail) read = mail_read(mail, kit->dir, &error);

	context.data_dir = kit->dir;
	kit_torture(kit, file_one, nothing_filed, read, 15);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/a-first-mail-opens-a-case", test_a_first_mail_opens_a_case);
	kit_add("/mail/it-is-acknowledged-once", test_it_is_acknowledged_once);
	kit_add("/mail/an-answer-finds-its-case", test_an_answer_finds_its_case);
	kit_add("/mail/a-ref-in-the-subject-leads-home", test_a_ref_in_the_subject_leads_home);
	kit_add("/mail/our-token-comes-before-all-else", test_our_token_comes_before_all_else);
	kit_add("/mail/a-root-we-never-saw-joins-its-branches", test_a_root_we_never_saw_joins_its_branches);
	kit_add("/mail/a-stranger-opens-a-linked-case", test_a_stranger_opens_a_linked_case);
	kit_add("/mail/whoever-was-copied-has-a-part", test_whoever_was_copied_has_a_part);
	kit_add("/mail/a-merged-case-sends-answers-to-its-target", test_a_merged_case_sends_answers_to_its_target);
	kit_add("/mail/a-closed-case-is-opened-or-linked-by-policy", test_a_closed_case_is_opened_or_linked_by_policy);
	kit_add("/mail/an-out-of-office-is-filed-and-moves-nothing", test_an_out_of_office_is_filed_and_moves_nothing);
	kit_add("/mail/two-robots-stop", test_two_robots_stop);
	kit_add("/mail/a-bounce-reaches-its-recipient", test_a_bounce_reaches_its_recipient);
	kit_add("/mail/strangers-wait-where-the-mailbox-asks", test_strangers_wait_where_the_mailbox_asks);
	kit_add("/mail/nothing-but-a-body-is-filed-too", test_nothing_but_a_body_is_filed_too);
	kit_add("/mail/a-contact-form-speaks-for-its-visitor", test_a_contact_form_speaks_for_its_visitor);
	g_test_add_func("/mail/what-says-that-a-mail-was-forwarded", test_what_says_that_a_mail_was_forwarded);
	kit_add("/mail/a-colleague-forwards-for-the-customer", test_a_colleague_forwards_for_the_customer);
	kit_add("/mail/a-colleagues-mail-is-a-note-never-an-answer", test_a_colleagues_mail_is_a_note_never_an_answer);
	kit_add("/mail/headers-set-fields-only-where-trusted", test_headers_set_fields_only_where_trusted);
	kit_add("/mail/quotes-are-folded-never-lost", test_quotes_are_folded_never_lost);
	kit_add("/mail/a-reply-goes-out-threaded", test_a_reply_goes_out_threaded);
	kit_add("/mail/torture/file", test_filing_is_all_or_nothing);
	return kit_run();
}
