/* An answer is taken back: what its writer has again, and when they have not. What becomes of the mail: mailbox/test_outbox.c. */
#include "answered.h"
#include "cases/intake.h"
#include "flow/mail/withdraw.h"
#include "flow/promise/promising.h"
#include "org/user.h"
#include "store/blob.h"

static Actor
agent(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) it = user_add(kit->db, &(NewUser){ .email = "ruth@larch.example", .name = "Ruth", .role = "agent", .capacity = -1 }, kit->actor, kit->now_ms, &error);
	Actor actor = *kit->actor;

	g_assert_no_error(error);
	actor.kind = ACTOR_STAFF;
	actor.user_id = it->id;
	return actor;
}

/* An answer with a picture in its words, a file, a copy, a hidden one, and what it answers. */
static gint64
write_whole(Kit *kit, gint64 case_id, const Actor *actor, gint64 send_at)
{
	static const char *const names[] = { "picture-1.png", "offer.pdf" }, *const types[] = { "image/png", "application/pdf" };
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	g_autoptr(GPtrArray) cc = g_ptr_array_new(), bcc = g_ptr_array_new();
	g_autoptr(DbTx) tx = NULL;
	char hashes[2][BLOB_HASH_SIZE];
	gint64 message_id = 0;

	for (guint i = 0; i < 2; i++) {
		g_autoptr(BlobWriter) writer = blob_begin(kit->dir, &error);
		NewAttachment one = { .name = names[i], .media_type = types[i], .hash = hashes[i] };

		g_assert_true(blob_append(writer, names[i], strlen(names[i]), &error) && blob_finish(writer, hashes[i], &one.size, &error));
		g_array_append_val(files, one);
	}
	g_ptr_array_add(cc, (gpointer)"shop@larch.example");
	g_ptr_array_add(bcc, (gpointer)"lawyer@larch.example");
	context.data_dir = kit->dir;
	tx = db_begin(kit->db, &error);
	mail_reply_in(kit->db, &context, case_id, &(NewMessage){ .direction = "outbound", .body = "Here it is:\n[image: picture-1.png]", .attachments = files },
		&(MailReply){ .cc = cc, .bcc = bcc, .quote = TRUE, .send_at = send_at }, actor, kit->now_ms, &message_id, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return kit_count(kit, "SELECT max(id) AS value FROM outbox");
}

static const char *
nth(const json_t *draft, const char *list, guint i, const char *member)
{
	const json_t *one = json_array_get(json_object_get(draft, list), i);

	return member != NULL ? json_text(one, member, "") : json_string_value(one);
}

static void
test_everything_is_the_draft_again(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const Actor ruth = agent(kit);
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE });
	Filed it = first(kit, box);
	gint64 id = write_whole(kit, it.case_id, &ruth, 0);
	g_autoptr(json_t) drafts = NULL, edited = NULL;
	const json_t *draft;

	g_assert_true(mail_withdraw(kit->db, id, &ruth, kit->now_ms, &error));
	g_assert_no_error(error);
	drafts = message_draft_get(kit->db, it.case_id, ruth.user_id, &error);
	draft = json_object_get(drafts, "reply");
	g_assert_cmpstr(json_text(draft, "body", ""), ==, "Here it is:\n[image: picture-1.png]");
	g_assert_cmpuint(json_array_size(json_object_get(draft, "files")), ==, 2);
	g_assert_cmpstr(nth(draft, "files", 0, "name"), ==, "picture-1.png");
	g_assert_cmpstr(nth(draft, "files", 1, "media_type"), ==, "application/pdf");
	g_assert_cmpint(json_int(json_array_get(json_object_get(draft, "files"), 1), "size", 0), ==, 9);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(Attachment) file = attachment_by_ref(kit->db, nth(draft, "files", i, "ref"), &error);

		g_assert_nonnull(file);
		g_assert_cmpint(file->case_id, ==, it.case_id);
	}
	g_assert_cmpstr(nth(draft, "to", 0, NULL), ==, "ann@customer.example");
	g_assert_cmpstr(nth(draft, "cc", 0, NULL), ==, "shop@larch.example");
	g_assert_cmpstr(nth(draft, "bcc", 0, NULL), ==, "lawyer@larch.example");
	g_assert_true(json_is_true(json_object_get(draft, "quote")));
	g_assert_null(json_object_get(draft, "send_at"));
	/* It stays with the words while they are written on, and goes with them. */
	g_assert_true(message_draft_save(kit->db, it.case_id, ruth.user_id, "reply", "Other words", 0, kit->now_ms, &error));
	edited = message_draft_get(kit->db, it.case_id, ruth.user_id, &error);
	g_assert_cmpuint(json_array_size(json_object_get(json_object_get(edited, "reply"), "files")), ==, 2);
	g_assert_cmpstr(json_text(json_object_get(edited, "reply"), "body", ""), ==, "Other words");
	g_assert_true(message_draft_save(kit->db, it.case_id, ruth.user_id, "reply", "", 0, kit->now_ms, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM drafts"), ==, 0);
}

/* What nobody was told is no promise; one that was made by hand, and one of another answer, stay. */
static void
test_its_promises_are_none(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const Actor ruth = agent(kit);
	Filed it = first(kit, mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE }));
	gint64 other = write_whole(kit, it.case_id, &ruth, 0), mine = write_whole(kit, it.case_id, &ruth, 0), promised[3], messages[3];
	g_autofree char *of_mine = g_strdup_printf("SELECT message_id AS value FROM outbox WHERE id = %lld", (long long)mine), *of_other = g_strdup_printf("SELECT message_id AS value FROM outbox WHERE id = %lld", (long long)other);
	static const char *const states[] = { "withdrawn", "open", "open" };

	messages[0] = kit_count(kit, of_mine);
	messages[1] = kit_count(kit, of_other);
	messages[2] = 0;
	for (guint i = 0; i < 3; i++) {
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);
		const NewPromise make = { .what = "We call you", .due_at = kit->now_ms + 86400000, .owner_id = ruth.user_id, .message_id = messages[i], .span_start = 0, .span_end = messages[i] != 0 ? 4 : 0 };

		promising_make_in(kit->db, it.case_id, &make, &ruth, kit->now_ms, &promised[i], NULL, &error);
		g_assert_no_error(error);
		g_assert_true(db_tx_commit(tx, &error));
	}
	g_assert_true(mail_withdraw(kit->db, mine, &ruth, kit->now_ms, &error));
	g_assert_no_error(error);
	for (guint i = 0; i < 3; i++) {
		g_autofree char *sql = g_strdup_printf("SELECT count(*) AS value FROM promises WHERE state = '%s' AND id = %lld", states[i], (long long)promised[i]);

		g_assert_cmpint(kit_count(kit, sql), ==, 1);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'promise.withdrawn'"), ==, 1);
}

/* The draft is as old as the answer was: what the customer wrote since is shown before it goes again. */
static void
test_it_is_as_old_as_it_was(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const Actor ruth = agent(kit);
	const gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE });
	Filed it = first(kit, box);

	for (gint64 wrote = 0; wrote <= 1; wrote++) {
		gint64 id = write_whole(kit, it.case_id, &ruth, kit->now_ms + 3600 * (gint64)1000), base;
		gint64 version = kit_count(kit, "SELECT max(version) FROM cases");
		g_autoptr(json_t) drafts = NULL;
		gboolean news = FALSE;

		if (wrote)
			arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <since@x>\r\nIn-Reply-To: <first@customer.example>\r\nSubject: Re: Kettle leaks\r\n\r\nIt burns.\r\n");
		kit->now_ms += 60000;
		g_assert_true(mail_withdraw(kit->db, id, &ruth, kit->now_ms, &error));
		drafts = message_draft_get(kit->db, it.case_id, ruth.user_id, &error);
		base = json_int(json_object_get(drafts, "reply"), "base_version", 0);
		g_assert_cmpint(base, ==, version);
		g_assert_true(message_any_news(kit->db, it.case_id, base, ruth.user_id, &news, &error));
		g_assert_cmpint(news, ==, wrote);
		g_assert_true(message_draft_save(kit->db, it.case_id, ruth.user_id, "reply", "", 0, kit->now_ms, &error));
	}
}

static void
test_not_before_comes_back_too(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const Actor ruth = agent(kit);
	Filed it = first(kit, mailbox(kit, (MailboxChange){ 0 }));
	gint64 id = write_whole(kit, it.case_id, &ruth, kit->now_ms + 3600 * (gint64)1000);
	g_autoptr(json_t) drafts = NULL;

	g_assert_true(mail_withdraw(kit->db, id, &ruth, kit->now_ms + 60000, &error));
	drafts = message_draft_get(kit->db, it.case_id, ruth.user_id, &error);
	g_assert_nonnull(json_text(json_object_get(drafts, "reply"), "send_at", NULL));
}

static void
test_what_was_begun_since_stays(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const Actor ruth = agent(kit);
	Filed it = first(kit, mailbox(kit, (MailboxChange){ 0 }));
	gint64 id = write_whole(kit, it.case_id, &ruth, 0);
	g_autoptr(json_t) drafts = NULL;

	g_assert_true(message_draft_save(kit->db, it.case_id, ruth.user_id, "reply", "One more thing", 0, kit->now_ms, &error));
	g_assert_true(mail_withdraw(kit->db, id, &ruth, kit->now_ms, &error));
	drafts = message_draft_get(kit->db, it.case_id, ruth.user_id, &error);
	g_assert_cmpstr(json_text(json_object_get(drafts, "reply"), "body", ""), ==, "One more thing");
	g_assert_null(json_object_get(json_object_get(drafts, "reply"), "files"));
}

/* A page saved the same words late: the rest joins them. */
static void
test_the_same_words_take_the_rest(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const Actor ruth = agent(kit);
	Filed it = first(kit, mailbox(kit, (MailboxChange){ 0 }));
	gint64 id = write_whole(kit, it.case_id, &ruth, 0);
	g_autoptr(json_t) drafts = NULL;

	g_assert_true(message_draft_save(kit->db, it.case_id, ruth.user_id, "reply", "Here it is:\n[image: picture-1.png]", 0, kit->now_ms, &error));
	g_assert_true(mail_withdraw(kit->db, id, &ruth, kit->now_ms, &error));
	drafts = message_draft_get(kit->db, it.case_id, ruth.user_id, &error);
	g_assert_cmpuint(json_array_size(json_object_get(json_object_get(drafts, "reply"), "files")), ==, 2);
}

/* One recipient has it, another is still waited for: as a draft it would go to the first once more. */
static void
test_what_somebody_has_is_no_draft(Kit *kit)
{
	static const DbSql SENT = { "withdraw_test_sent", "UPDATE deliveries SET state = 'sent' WHERE address = 'ann@customer.example' AND outbox_id = $1", 1, TRUE };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = NULL;
	const Actor ruth = agent(kit);
	Filed it = first(kit, mailbox(kit, (MailboxChange){ 0 }));
	gint64 id = write_whole(kit, it.case_id, &ruth, 0), n = 0;

	tx = db_begin(kit->db, &error);
	g_assert_true(db_exec(kit->db, &SENT, DB_ARGS(DB_INT(id)), &n, &error) && db_tx_commit(tx, &error));
	g_assert_cmpint(n, ==, 1);
	g_assert_true(mail_withdraw(kit->db, id, &ruth, kit->now_ms, &error));
	g_assert_no_error(error);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM drafts"), ==, 0);
}

/* The house's own words are nobody's draft; nor is what failed and is given up. */
static void
test_what_no_person_waits_for_is_no_draft(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const Actor ruth = agent(kit);
	Filed it = first(kit, mailbox(kit, (MailboxChange){ 0 }));
	gint64 acknowledged = kit_count(kit, "SELECT max(id) AS value FROM outbox"), failed;
	const char *event = NULL;
	gboolean mine = FALSE;

	g_assert_true(mail_withdraw(kit->db, acknowledged, &ruth, kit->now_ms, &error));
	failed = write_whole(kit, it.case_id, &ruth, kit->now_ms);
	g_assert_true(outbox_begin(kit->db, failed, kit->now_ms, &mine, &error) && mine);
	g_assert_false(mail_withdraw(kit->db, failed, &ruth, kit->now_ms, &error)); /* it is on its way */
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	{
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(outbox_end_in(kit->db, failed, "failed", NULL, "said", 0, NULL, 0, kit->now_ms, &event, &error));
		g_assert_true(db_tx_commit(tx, &error));
	}
	g_assert_true(mail_withdraw(kit->db, failed, &ruth, kit->now_ms, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM drafts"), ==, 0);
}

typedef struct {
	gint64 id;
	Actor actor;
} Withdrawal;

static gboolean
withdraw_one(Kit *kit, gpointer data, GError **error)
{
	const Withdrawal *it = data;

	return mail_withdraw(kit->db, it->id, &it->actor, kit->now_ms, error);
}

static void
still_queued(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM drafts"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE state = 'withdrawn'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'withdrawn'"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	Withdrawal it = { .actor = agent(kit) };
	Filed filed = first(kit, mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE }));

	it.id = write_whole(kit, filed.case_id, &it.actor, 0);
	kit_torture(kit, withdraw_one, still_queued, &it, 6);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/withdraw/everything-is-the-draft-again", test_everything_is_the_draft_again);
	kit_add("/mail/withdraw/its-promises-are-none", test_its_promises_are_none);
	kit_add("/mail/withdraw/it-is-as-old-as-it-was", test_it_is_as_old_as_it_was);
	kit_add("/mail/withdraw/not-before-comes-back-too", test_not_before_comes_back_too);
	kit_add("/mail/withdraw/what-was-begun-since-stays", test_what_was_begun_since_stays);
	kit_add("/mail/withdraw/the-same-words-take-the-rest", test_the_same_words_take_the_rest);
	kit_add("/mail/withdraw/what-somebody-has-is-no-draft", test_what_somebody_has_is_no_draft);
	kit_add("/mail/withdraw/what-no-person-waits-for-is-no-draft", test_what_no_person_waits_for_is_no_draft);
	kit_add("/mail/torture/withdraw", test_torture);
	return kit_run();
}
