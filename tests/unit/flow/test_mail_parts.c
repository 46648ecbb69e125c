/* Who gets into a case by mail and who does not, what leaves it, and mail that is odd. The rules one by one: test_mail_file.c. */
#include "answered.h"
#include "cases/merge.h"
#include "flow/customer/tell.h"

/* ---- nobody comes into a case who has no part in it */

static void
test_a_report_by_a_stranger_stays_outside(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box), forged;
	g_autofree char *ref = ref_of(kit, it.case_id);
	g_autofree char *raw = g_strdup_printf("From: MAILER-DAEMON@evil.example\r\nMessage-ID: <evil@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Undelivered [%s]\r\nMIME-Version: 1.0\r\n"
	                      "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nRead this.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
	                      "Reporting-MTA: dns; evil.example\r\n\r\nFinal-Recipient: rfc822; eve@evil.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
	                      "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <first@customer.example>\r\nSubject: x\r\n\r\n--b--\r\n", ref);

	forged = arrive(kit, box, raw);
	g_assert_cmpint(forged.case_id, !=, it.case_id);
	g_assert_cmpstr(forged.state, ==, "set_aside");
	g_assert_cmpint(number(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'inbound' AND case_id = ", it.case_id), ==, 1);
}

static void
test_an_old_servers_bounce_is_told_by_its_address(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE });
	Filed it = first(kit, box), report;
	g_autofree char *ref = ref_of(kit, it.case_id), *raw = NULL;
	char out[16];

	context.data_dir = kit->dir;
	reply(kit, it.case_id, &(MailReply){ 0 }, out);
	raw = g_strdup_printf("From: MAILER-DAEMON@customer.example\r\nMessage-ID: <old@x>\r\nSubject: Undelivered: Re: Kettle leaks [%s]\r\nMIME-Version: 1.0\r\n"
	                      "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
	                      "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ann@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n", ref);
	report = arrive(kit, box, raw);
	g_assert_cmpint(report.case_id, ==, it.case_id);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'bounced'"), ==, 1);
}

static void
test_whom_we_copied_may_answer(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box), bob;
	g_autoptr(GPtrArray) cc = g_ptr_array_new();
	g_autofree char *ref = ref_of(kit, it.case_id), *raw = NULL;
	char out[16];

	context.data_dir = kit->dir;
	g_ptr_array_add(cc, (gpointer)"bob@friend.example");
	reply(kit, it.case_id, &(MailReply){ .cc = cc }, out);
	raw = g_strdup_printf("From: bob@friend.example\r\nMessage-ID: <bob@x>\r\nSubject: Re: Kettle [%s]\r\n\r\nThanks.\r\n", ref);
	bob = arrive(kit, box, raw);
	g_assert_cmpint(bob.case_id, ==, it.case_id);
}

static void
test_a_form_opens_cases_and_enters_none(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = arrive(kit, box, "From: Forms <noreply@forms.example>\r\nReply-To: Ann <ann@customer.example>\r\nMessage-ID: <f1@x>\r\nSubject: Contact\r\n\r\nThe kettle leaks.\r\n"), typed;
	Filed other = arrive(kit, box, "From: Forms <noreply@forms.example>\r\nReply-To: Bob <bob@customer.example>\r\nMessage-ID: <f2@x>\r\nSubject: Contact\r\n\r\nThe toaster burns.\r\n");
	g_autoptr(Case) one = case_get(kit->db, it.case_id, &error), two = case_get(kit->db, other.case_id, &error);
	g_autofree char *raw = g_strdup_printf("From: Forms <noreply@forms.example>\r\nReply-To: Ann <ann@customer.example>\r\nMessage-ID: <f3@x>\r\nSubject: About %s\r\n\r\nNot Ann at all.\r\n", one->ref);

	g_assert_cmpint(one->customer_id, !=, two->customer_id);
	g_assert_cmpstr(one->customer_name, ==, "Ann");
	typed = arrive(kit, box, raw);
	g_assert_cmpint(typed.case_id, !=, it.case_id);
	g_assert_cmpstr(typed.decision, ==, "linked");
}

static void
test_an_id_with_our_address_in_it_is_not_ours(Kit *kit)
{
	Filed it = arrive(kit, mailbox(kit, (MailboxChange){ 0 }), "From: ann@customer.example\r\nMessage-ID: <1795000000-help@larch.example>\r\nSubject: Contact\r\n\r\nThe kettle leaks.\r\n");

	g_assert_cmpint(it.case_id, !=, 0);
	g_assert_cmpstr(it.kind, ==, "personal");
}

static void
test_another_customers_words_are_not_quoted(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed a = first(kit, box), b = arrive(kit, box, "From: Bob <bob@other.example>\r\nMessage-ID: <b@x>\r\nSubject: Secret toaster\r\n\r\nMy secret words.\r\n");
	g_autofree char *mail = NULL;
	char out[16];

	g_assert_true(case_merge(kit->db, b.case_id, a.case_id, kit->actor, kit->now_ms, &error));
	context.data_dir = kit->dir;
	reply(kit, a.case_id, &(MailReply){ .quote = TRUE }, out);
	mail = composed(kit, box, out);
	g_assert_null(strstr(mail, "secret words"));
	g_assert_null(strstr(mail, "Secret toaster"));
	g_assert_nonnull(strstr(mail, "The kettle leaks."));
	g_assert_null(strstr(mail, "X-Loop")); /* a person's answer is no machine's */
}

static void
test_a_blind_copy_stays_blind(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);
	g_autoptr(GPtrArray) bcc = g_ptr_array_new();
	g_autofree char *mail = NULL;
	char out[16];

	context.data_dir = kit->dir;
	g_ptr_array_add(bcc, (gpointer)"lawyer@larch.example");
	reply(kit, it.case_id, &(MailReply){ .bcc = bcc }, out);
	mail = composed(kit, box, out);
	g_assert_null(strstr(mail, "lawyer"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE role = 'bcc'"), ==, 1);
}

/* ---- odd mail */

static void
test_the_same_id_from_another_is_another_mail(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed a = first(kit, box), b = arrive(kit, box, "From: Eve <eve@elsewhere.example>\r\nMessage-ID: <first@customer.example>\r\nSubject: Toaster\r\n\r\nToo hot.\r\n");

	g_assert_cmpstr(b.state, ==, "filed");
	g_assert_cmpint(b.message_id, !=, a.message_id);
	g_assert_cmpint(b.case_id, !=, a.case_id);
}

static void
test_two_mailboxes_handle_it_once_each(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	static const char raw[] = "From: ann@customer.example\r\nTo: help@larch.example, sales@larch.example\r\nMessage-ID: <two@x>\r\nSubject: Kettle\r\n\r\nLeaks.\r\n";
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	g_autoptr(Mailbox) sales = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS, .address = "sales@larch.example" }, kit->actor, kit->now_ms, &error);
	Filed a = arrive(kit, box, raw), b = arrive(kit, sales->id, raw);

	g_assert_cmpstr(a.state, ==, "filed");
	g_assert_cmpstr(b.state, ==, "filed");
	g_assert_cmpint(keep(kit, box, raw), >, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mails"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mails WHERE state = 'kept'"), ==, 0);
}

static void
test_a_changed_subject_stays_and_says_so(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box), answer = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <cs@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: My toaster\r\n\r\nBurns.\r\n");
	g_autoptr(json_t) messages = message_list(kit->db, it.case_id, TRUE, 0, &error);
	gboolean said = FALSE;

	g_assert_cmpint(answer.case_id, ==, it.case_id);
	g_assert_true(mail_heads_add(kit->db, it.case_id, messages, &error));
	for (gsize i = 0; i < json_array_size(messages); i++)
		said = said || json_is_true(json_object_get(json_object_get(json_array_get(messages, i), "routing"), "subject_changed"));
	g_assert_true(said);
}

static void
test_quarantine_waits_and_is_let_in(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_WHEN_UNKNOWN, .when_unknown = "quarantine" });
	Filed it = first(kit, box);
	g_autoptr(KeptMail) mail = NULL;
	g_autoptr(ReadMail) read = NULL;
	g_auto(MailboxMemo) memo = { 0 };
	g_autoptr(DbTx) tx = NULL;

	g_assert_cmpstr(it.state, ==, "waiting");
	g_assert_true(mail_retry(kit->db, 1, kit->actor, kit->now_ms, &error));
	mail = mail_get(kit->db, 1, &error);
	read = mail_read(mail, kit->dir, &error);
	tx = db_begin(kit->db, &error);
	g_assert_true(mail_file_in(kit->db, &context, read, &memo, kit->now_ms, &error));
	g_assert_true(db_tx_commit(tx, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 1);
}

static void
test_an_external_id_leads_home_where_a_rule_says_so(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) begins = g_ptr_array_new();
	gint64 box;
	Filed it, answer;

	g_ptr_array_add(begins, (gpointer)"INC");
	box = mailbox(kit, (MailboxChange){ .given = MAILBOX_EXTERNAL_IDS | MAILBOX_TRUSTED, .external_ids = begins, .trusted = TRUE });
	it = arrive(kit, box, "From: ann@customer.example\r\nX-Redress-External-Id: INC0042\r\nMessage-ID: <e1@x>\r\nSubject: Kettle\r\n\r\nLeaks.\r\n");
	answer = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <e2@x>\r\nSubject: News of INC0042: kettle\r\n\r\nWell?\r\n");
	g_assert_cmpint(answer.case_id, ==, it.case_id);
	g_assert_cmpstr(answer.rule, ==, "external_id");
}

static gint64
arrive_bytes(Kit *kit, gint64 box, const char *bytes, gsize size, gboolean cut)
{
	g_autoptr(GError) error = NULL;
	static guint n;
	g_autoptr(GBytes) raw = g_bytes_new(bytes, size);
	g_autofree char *stand_in = g_strdup_printf("Subject: stands in %u\r\n\r\n", n++);
	g_autoptr(KeptMail) mail = mail_get(kit->db, keep(kit, box, stand_in), &error);
	g_autoptr(ReadMail) read = NULL;
	g_auto(MailboxMemo) memo = { 0 };
	g_autoptr(DbTx) tx = NULL;

	g_clear_pointer(&mail->bytes, g_bytes_unref);
	mail->bytes = g_bytes_ref(raw);
	mail->cut = cut;
	context.data_dir = kit->dir;
	read = mail_read(mail, kit->dir, &error);
	g_assert_no_error(error);
	tx = db_begin(kit->db, &error);
	mail_file_in(kit->db, &context, read, &memo, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return kit_count(kit, "SELECT COALESCE(max(message_id), 0) AS value FROM mails");
}

static void
test_nul_bytes_are_filed(Kit *kit)
{
	static const char raw[] = "From: A\0nn <ann@customer.example>\r\nMessage-ID: <n\0ul@x>\r\nSubject: Ket\0tle\r\nThread-Topic: t\0t\r\nContent-Type: text/html\r\n\r\n<p>Le\0aks.</p>\r\n";

	g_assert_cmpint(arrive_bytes(kit, mailbox(kit, (MailboxChange){ 0 }), raw, sizeof raw - 1, FALSE), >, 0);
}

/* PostgreSQL's indexes take no value of this length; a header of thousands of ids is not asked for one by one. */
static void
test_very_long_ids_are_filed(Kit *kit)
{
	g_autoptr(GString) raw = g_string_new("From: ann@customer.example\r\nMessage-ID: <long@x>\r\nSubject: s\r\nReferences:");
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	for (guint i = 0; i < 5000; i++)
		g_string_append_printf(raw, " <%08x@x>\r\n", g_rand_int(random));
	g_string_append(raw, "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\nx\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <");
	for (guint i = 0; i < 2000; i++)
		g_string_append_printf(raw, "%08x", g_rand_int(random));
	g_string_append(raw, "@x>\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n");
	g_assert_cmpint(arrive_bytes(kit, mailbox(kit, (MailboxChange){ 0 }), raw->str, raw->len, FALSE), >, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_ids"), <, 100);
	g_assert_cmpint(kit_count(kit, "SELECT max(length(references_)) AS value FROM mail_heads"), <, 10000);
}

static void
test_whoever_sends_too_much_is_told(Kit *kit)
{
	static const char raw[] = "From: ann@customer.example\r\nMessage-ID: <huge@x>\r\nSubject: s\r\n\r\nHuge.\r\n";
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACK_SUBJECT, .ack_subject = "We have your message" });

	arrive_bytes(kit, box, raw, sizeof raw - 1, TRUE);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages WHERE automatic AND body LIKE '%only its beginning%'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_heads WHERE kind = 'ours' AND subject LIKE 'We have your message [%'"), ==, 1);
}

/* Also one who writes to a case that is there, and where arrivals are not acknowledged. */
static void
test_too_much_is_told_on_a_case_too(Kit *kit)
{
	static const char raw[] = "From: ann@customer.example\r\nMessage-ID: <huge@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n\r\nHuge.\r\n";
	static const char robot[] = "From: ann@customer.example\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <away@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Away\r\n\r\nHuge.\r\n";
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE });
	Filed it = first(kit, box);

	arrive_bytes(kit, box, robot, sizeof robot - 1, TRUE);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox"), ==, 0);
	arrive_bytes(kit, box, raw, sizeof raw - 1, TRUE);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 1);
	g_assert_cmpint(number(kit, "SELECT count(*) AS value FROM messages WHERE automatic AND direction = 'outbound' AND body LIKE 'Hello,%only its beginning%' AND case_id = ", it.case_id), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE automatic"), ==, 1);
}

static gint64
acknowledged_by(Kit *kit, gint64 box, const char *way, int days_ago)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(kit->now_ms / 1000 - days_ago * 24 * 3600);
	g_autofree char *date = g_date_time_format(at, "%a, %d %b %Y %H:%M:%S +0000"), *raw = g_strdup_printf("From: %s%d@customer.example\r\nMessage-ID: <%s%d@x>\r\nDate: %s\r\nSubject: s\r\n\r\nLeaks.\r\n",
		way, days_ago, way, days_ago, date);
	g_autoptr(KeptMail) mail = mail_get(kit->db, keep(kit, box, raw), &error);
	g_autoptr(ReadMail) read = NULL;
	g_auto(MailboxMemo) memo = { 0 };
	g_autoptr(DbTx) tx = NULL;
	const gint64 before = kit_count(kit, "SELECT count(*) AS value FROM outbox");

	g_free(mail->way);
	mail->way = g_strdup(way);
	context.data_dir = kit->dir;
	read = mail_read(mail, kit->dir, &error);
	tx = db_begin(kit->db, &error);
	g_assert_true(mail_file_in(kit->db, &context, read, &memo, kit->now_ms, &error) && db_tx_commit(tx, &error));
	return kit_count(kit, "SELECT count(*) AS value FROM outbox") - before;
}

/* Nobody hears from a machine about what they wrote years ago; after a week without us they do. */
static void
test_an_archive_is_not_acknowledged(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });

	g_assert_cmpint(acknowledged_by(kit, box, "imap", 0), ==, 1);
	g_assert_cmpint(acknowledged_by(kit, box, "imap", 8), ==, 1);
	g_assert_cmpint(acknowledged_by(kit, box, "imap", 400), ==, 0);
	g_assert_cmpint(acknowledged_by(kit, box, "import", 0), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 4);
}

static void
test_a_forwarding_rules_loop_mark_is_shown_to_somebody(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = arrive(kit, box, "From: ann@customer.example\r\nX-Loop: help@larch.example\r\nMessage-ID: <loop@x>\r\nSubject: Kettle\r\n\r\nIt leaks.\r\n");

	g_assert_cmpstr(it.state, ==, "set_aside");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 0);
}

static gint64
tell(Kit *kit, gint64 case_id, gboolean *ret_by_mail)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	const Tell words = { .subject = "Our offer", .body = "Two ways to put it right.", .automatic = TRUE };
	gint64 message_id = 0;

	g_assert_true(tell_customer_in(kit->db, &context, case_id, &words, kit->actor, kit->now_ms, NULL, ret_by_mail, &error)); /* who need not know which message */
	g_assert_true(tell_customer_in(kit->db, &context, case_id, &words, kit->actor, kit->now_ms, &message_id, NULL, &error));
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return message_id;
}

/* It is on the case each time; by mail only as often a day as an address bears of what no person wrote. */
static void
test_telling(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);
	guint n_mails = 0;

	for (int i = 0; i < AUTOMATIC_PER_DAY + 2; i++) {
		gboolean by_mail = FALSE;

		g_assert_cmpint(tell(kit, it.case_id, &by_mail), >, 0);
		n_mails += by_mail;
	}
	g_assert_cmpint(number(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'outbound' AND body = 'Two ways to put it right.' AND case_id = ", it.case_id), ==, 2 * (AUTOMATIC_PER_DAY + 2));
	g_assert_cmpuint(n_mails, >=, 1);
	g_assert_cmpuint(n_mails, <=, AUTOMATIC_PER_DAY);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/a-report-by-a-stranger-stays-outside", test_a_report_by_a_stranger_stays_outside);
	kit_add("/mail/an-old-servers-bounce-is-told-by-its-address", test_an_old_servers_bounce_is_told_by_its_address);
	kit_add("/mail/whom-we-copied-may-answer", test_whom_we_copied_may_answer);
	kit_add("/mail/a-form-opens-cases-and-enters-none", test_a_form_opens_cases_and_enters_none);
	kit_add("/mail/an-id-with-our-address-in-it-is-not-ours", test_an_id_with_our_address_in_it_is_not_ours);
	kit_add("/mail/another-customers-words-are-not-quoted", test_another_customers_words_are_not_quoted);
	kit_add("/mail/a-blind-copy-stays-blind", test_a_blind_copy_stays_blind);
	kit_add("/mail/the-same-id-from-another-is-another-mail", test_the_same_id_from_another_is_another_mail);
	kit_add("/mail/two-mailboxes-handle-it-once-each", test_two_mailboxes_handle_it_once_each);
	kit_add("/mail/a-changed-subject-stays-and-says-so", test_a_changed_subject_stays_and_says_so);
	kit_add("/mail/quarantine-waits-and-is-let-in", test_quarantine_waits_and_is_let_in);
	kit_add("/mail/an-external-id-leads-home-where-a-rule-says-so", test_an_external_id_leads_home_where_a_rule_says_so);
	kit_add("/mail/nul-bytes-are-filed", test_nul_bytes_are_filed);
	kit_add("/mail/very-long-ids-are-filed", test_very_long_ids_are_filed);
	kit_add("/mail/whoever-sends-too-much-is-told", test_whoever_sends_too_much_is_told);
	kit_add("/mail/too-much-is-told-on-a-case-too", test_too_much_is_told_on_a_case_too);
	kit_add("/mail/an-archive-is-not-acknowledged", test_an_archive_is_not_acknowledged);
	kit_add("/mail/a-forwarding-rules-loop-mark-is-shown-to-somebody", test_a_forwarding_rules_loop_mark_is_shown_to_somebody);
	kit_add("/mail-parts/what-we-tell-goes-by-mail-where-it-can", test_telling);
	return kit_run();
}
