/* Whose case a mail is, where several rules would say different things, and what never reaches a case or moves it. One rule at a
 * time: test_mail_file.c; who is let in: test_mail_parts.c. */
#include "answered.h"
#include "cases/assign.h"
#include "cases/stage.h"
#include "mailbox/thread.h"
#include "org/user.h"

#define ANN "From: Ann Lee <ann@customer.example>\r\nTo: help@larch.example\r\n"

static Filed
from_ann(Kit *kit, gint64 box, const char *id, const char *headers, const char *body)
{
	g_autofree char *raw = g_strdup_printf(ANN "Message-ID: <%s@x>\r\n%s\r\n%s\r\n", id, headers, body);

	return arrive(kit, box, raw);
}

/* A mail that names six cases in six ways goes where the first way says; without that, where the second does; and so on. */
static void
test_each_way_comes_before_the_next(Kit *kit)
{
	static const char *const rules[] = { "token", "in_reply_to", "references", "subject_ref", "external_id", "shared_reference" };
	g_autoptr(GPtrArray) begins = g_ptr_array_new();
	g_autofree char *by_token = NULL, *by_subject = NULL, *plus = NULL;
	gint64 box, wanted[G_N_ELEMENTS(rules)];

	g_ptr_array_add(begins, (gpointer)"INC");
	box = mailbox(kit, (MailboxChange){ .given = MAILBOX_PLUS | MAILBOX_EXTERNAL_IDS | MAILBOX_TRUSTED, .plus = TRUE, .external_ids = begins, .trusted = TRUE });
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autofree char *id = g_strdup_printf("case%u", i);

		wanted[i] = from_ann(kit, box, id, i == 4 ? "X-Redress-External-Id: INC0042\r\n" : i == 5 ? "References: <never0@x> <never1@x> <never2@x> <never3@x> <never4@x> <never5@x>\r\n" : "", "Matter.").case_id;
		for (guint k = 0; k < i; k++)
			g_assert_cmpint(wanted[k], !=, wanted[i]);
	}
	by_token = ref_of(kit, wanted[0]);
	by_subject = ref_of(kit, wanted[3]);
	plus = thread_make_plus(context.link_key, "help@larch.example", by_token);
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autofree char *cc = i < 1 ? g_strdup_printf("Cc: %s\r\n", plus) : g_strdup(""), *ref = i < 4 ? g_strdup_printf("[%s] ", by_subject) : g_strdup("");
		g_autofree char *headers = g_strdup_printf("%s%sReferences: <never%u@x>%s\r\nSubject: %s%s\r\n", cc, i < 2 ? "In-Reply-To: <case1@x>\r\n" : "", i, i < 3 ? " <case2@x>" : "", ref,
			i < 5 ? "INC0042" : "Matter");
		g_autofree char *id = g_strdup_printf("mail%u", i);
		Filed it = from_ann(kit, box, id, headers, "More.");

		g_assert_cmpstr(it.rule, ==, rules[i]);
		g_assert_cmpint(it.case_id, ==, wanted[i]);
		g_assert_cmpstr(it.decision, ==, "filed");
	}
}

static void
test_of_several_references_the_newest(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed a = from_ann(kit, box, "a", "Subject: Kettle\r\n", "Leaks."), b = from_ann(kit, box, "b", "Subject: Toaster\r\n", "Burns.");

	g_assert_cmpint(a.case_id, !=, b.case_id);
	g_assert_cmpint(from_ann(kit, box, "c", "References: <a@x> <b@x>\r\nSubject: Re: x\r\n", "One.").case_id, ==, b.case_id);
	g_assert_cmpint(from_ann(kit, box, "d", "References: <b@x> <a@x> <lost@x>\r\nSubject: Re: x\r\n", "Two.").case_id, ==, a.case_id);
}

static void
close_as_question(Kit *kit, gint64 id)
{
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GError) error = NULL;
		StageMove move = { .stage = i == 0 ? "resolved" : "closed", .outcome = "withdrawn" };
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		if (i == 0)
			case_change_in(kit->db, id, 0, &(CaseChange){ .given = CASE_KIND, .kind = "question" }, kit->actor, kit->now_ms, &error);
		case_move_in(kit->db, id, &move, kit->actor, kit->now_ms, &error);
		g_assert_no_error(error);
		g_assert_true(db_tx_commit(tx, &error));
	}
}

static void
test_an_answer_opens_a_closed_case_again(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_WHEN_CLOSED, .when_closed = "reopen" });
	Filed it = first(kit, box), answer;
	g_autoptr(Case) closed = NULL, open = NULL;

	close_as_question(kit, it.case_id);
	closed = case_get(kit->db, it.case_id, &error);
	g_assert_cmpstr(closed->stage, ==, "closed");
	answer = from_ann(kit, box, "again", "In-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n", "It leaks again.");
	open = case_get(kit->db, it.case_id, &error);
	g_assert_cmpint(answer.case_id, ==, it.case_id);
	g_assert_cmpstr(open->stage, !=, "closed");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'case.reopened'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 1);
}

/* A form's Reply-To is its visitor; a robot's proves nothing, whoever it names. */
static void
test_the_reply_to_of_a_robot_is_nobody(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);
	Filed robot = arrive(kit, box, "From: noreply@elsewhere.example\r\nReply-To: Ann Lee <ann@customer.example>\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <robot@x>\r\n"
	                               "In-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n\r\nYour ticket was opened.\r\n");

	g_assert_cmpint(robot.case_id, !=, it.case_id);
	g_assert_cmpstr(robot.state, ==, "waiting");
	g_assert_cmpint(number(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'inbound' AND case_id = ", it.case_id), ==, 1);
}

/* ---- loops */

static char *
latest_of_ours(Kit *kit, gint64 box, char **ret_id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Outbox) out = outbox_get(kit->db, kit_count(kit, "SELECT max(id) AS value FROM outbox"), &error);
	g_autoptr(MailAnswered) head = mail_head_of(kit->db, out->message_id, &error);

	*ret_id = g_strdup(head->internet_id);
	return composed(kit, box, out->ref);
}

/* Our own acknowledgement comes back by a rule of the customer's or round the house, whole, to each of our addresses. */
static void
test_our_own_mail_comes_back(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	g_autoptr(Mailbox) sales = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS, .address = "sales@larch.example" }, kit->actor, kit->now_ms, &error);
	Filed it = first(kit, box), back, elsewhere;
	g_autofree char *id = NULL, *mail = latest_of_ours(kit, box, &id);
	gint64 n = kit_count(kit, "SELECT count(*) AS value FROM messages");

	g_assert_nonnull(strstr(mail, "Auto-Submitted: auto-replied"));
	back = arrive(kit, box, mail);
	elsewhere = arrive(kit, sales->id, mail);
	g_assert_cmpstr(back.state, ==, "filed");
	g_assert_cmpstr(elsewhere.state, ==, "filed");
	g_assert_cmpint(back.message_id, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages"), ==, n);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 1);
	g_assert_cmpint(it.case_id, !=, 0);
}

/* A robot that bears no mark answers each of our automatic mails at once: ours is the one that stops, after the first. */
static void
test_a_robot_without_marks_is_answered_once(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = arrive(kit, box, "From: robot@machine.example\r\nMessage-ID: <r@x>\r\nSubject: Ticket 1\r\n\r\nThank you for writing.\r\n");

	for (guint i = 0; i < 5; i++) {
		g_autofree char *id = NULL, *mail = latest_of_ours(kit, box, &id), *raw = g_strdup_printf("From: robot@machine.example\r\nMessage-ID: <r%u@x>\r\nIn-Reply-To: <%s>\r\nSubject: Ticket 1, entry %u\r\n\r\n"
			"Thank you for writing.\r\n", i, id, i);
		Filed again = arrive(kit, box, raw);

		g_assert_cmpint(again.case_id, ==, it.case_id);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'outbound'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox"), ==, 1);
}

/* What is due, and when: one number of all the clocks of the case. */
static gint64
clocks(Kit *kit, gint64 case_id)
{
	return number(kit, "SELECT COALESCE(acknowledge_due, 0) + COALESCE(acknowledge_met, 0) * 3 + COALESCE(respond_due, 0) * 5 + COALESCE(respond_met, 0) * 7 + COALESCE(answer_due, 0) * 11 + "
	                   "COALESCE(answer_from, 0) * 13 + COALESCE(update_due, 0) * 17 + COALESCE(update_from, 0) * 19 + COALESCE(resolve_due, 0) * 23 + COALESCE(next_at, 0) * 29 AS value "
	                   "FROM case_clocks WHERE case_id = ", case_id);
}

static void
test_an_absence_moves_no_clock(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);
	gint64 before;
	char out[16];

	reply(kit, it.case_id, &(MailReply){ 0 }, out);
	before = clocks(kit, it.case_id);
	kit->now_ms += 3600 * (gint64)1000;
	from_ann(kit, box, "away", "Auto-Submitted: auto-replied\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Out of office\r\n", "Back on Monday.");
	g_assert_cmpint(clocks(kit, it.case_id), ==, before);
	from_ann(kit, box, "here", "In-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n", "And now?");
	g_assert_cmpint(clocks(kit, it.case_id), !=, before); /* which a person's words do */
}

/* ---- what came back */

static void
test_a_bounce_is_told_to_whose_case_it_is(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE });
	g_autoptr(User) ruth = user_add(kit->db, &(NewUser){ .email = "ruth@larch.example", .name = "Ruth", .role = "agent", .capacity = -1 }, kit->actor, kit->now_ms, &error);
	Filed it = first(kit, box);
	g_autoptr(MailAnswered) head = NULL;
	g_autofree char *raw = NULL;
	gint64 n, sent;
	char out[16];

	g_assert_true(case_assign(kit->db, it.case_id, 0, ruth->id, 0, kit->actor, kit->now_ms, &error));
	sent = reply(kit, it.case_id, &(MailReply){ 0 }, out);
	head = mail_head_of(kit->db, sent, &error);
	n = kit_count(kit, "SELECT count(*) AS value FROM notices WHERE kind = 'reply'");
	raw = g_strdup_printf("From: MAILER-DAEMON@customer.example\r\nMessage-ID: <dsn@x>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
	                      "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
	                      "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ann@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
	                      "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\n\r\n--b--\r\n", head->internet_id);
	g_assert_cmpint(arrive(kit, box, raw).case_id, ==, it.case_id);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM notices WHERE kind = 'reply'"), ==, n + 1);
}

/* What was filed stays filed, whatever became of its case and of its bytes: read again, it is known. */
static void
test_what_was_filed_does_not_come_back(Kit *kit)
{
	static const DbSql GONE = { "gone", "UPDATE mail_bytes SET bytes = $1", 1, TRUE };
	static const char raw[] = ANN "Message-ID: <once@x>\r\nSubject: Kettle\r\n\r\nLeaks.\r\n";
	gint64 box = mailbox(kit, (MailboxChange){ 0 }), id;
	g_autoptr(GError) error = NULL;
	Filed it = arrive(kit, box, raw);

	close_as_question(kit, it.case_id);
	g_assert_true(db_exec(kit->db, &GONE, DB_ARGS(DB_BLOB("", 0)), NULL, &error));
	g_assert_no_error(error);
	id = keep(kit, box, raw);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mails"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mails WHERE state = 'kept'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT sum(n_known) AS value FROM mail_counts"), ==, 1);
	g_assert_cmpint(id, ==, kit_count(kit, "SELECT id AS value FROM mails"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/whose/each-way-comes-before-the-next", test_each_way_comes_before_the_next);
	kit_add("/mail/whose/of-several-references-the-newest", test_of_several_references_the_newest);
	kit_add("/mail/whose/an-answer-opens-a-closed-case-again", test_an_answer_opens_a_closed_case_again);
	kit_add("/mail/whose/the-reply-to-of-a-robot-is-nobody", test_the_reply_to_of_a_robot_is_nobody);
	kit_add("/mail/whose/our-own-mail-comes-back", test_our_own_mail_comes_back);
	kit_add("/mail/whose/a-robot-without-marks-is-answered-once", test_a_robot_without_marks_is_answered_once);
	kit_add("/mail/whose/an-absence-moves-no-clock", test_an_absence_moves_no_clock);
	kit_add("/mail/whose/a-bounce-is-told-to-whose-case-it-is", test_a_bounce_is_told_to_whose_case_it_is);
	kit_add("/mail/whose/what-was-filed-does-not-come-back", test_what_was_filed_does_not_come_back);
	return kit_run();
}
