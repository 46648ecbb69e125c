#include "cases/intake.h"
#include "cases/message.h"
#include "kit/kit.h"
#include "mailbox/mailbox.h"
#include "mailbox/outbox.h"

typedef struct {
	gint64 case_id, message_id, mailbox_id;
} World;

static World
world(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS, .address = "help@example.org" }, kit->actor, kit->now_ms, &error);
	World out = { .mailbox_id = mailbox->id };

	case_intake(kit->db, &(NewCase){ .channel = "email", .subject = "Leak", .body = "It leaks.", .severity = -1 }, kit->actor, kit->now_ms, &out.case_id, NULL, &error);
	g_assert_no_error(error);
	message_add(kit->db, out.case_id, &(NewMessage){ .direction = "outbound", .body = "Sorry." }, kit->actor, kit->now_ms, &out.message_id, &error);
	g_assert_no_error(error);
	return out;
}

static gint64
queue(Kit *kit, const World *it, const char *address, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(GArray) to = g_array_new(FALSE, FALSE, sizeof(OutboxRecipient));
	OutboxRecipient one = { address, "to" };
	gint64 id = 0;

	g_array_append_val(to, one);
	if (tx == NULL || !outbox_add_in(kit->db, &(NewOutbox){ .message_id = it->message_id, .mailbox_id = it->mailbox_id, .due_at = kit->now_ms + OUTBOX_UNDO_MS, .undo_until = kit->now_ms + OUTBOX_UNDO_MS, .recipients = to },
	                   it->case_id, kit->actor, kit->now_ms, &id, NULL, error) || !db_tx_commit(tx, error))
		return 0;
	return id;
}

static char *
state(Kit *kit, gint64 id)
{
	g_autoptr(Outbox) it = outbox_get(kit->db, id, NULL);

	return g_strdup(it->state);
}

static void
end(Kit *kit, gint64 id, const char *state, const OutboxOutcome *outcomes, guint n, const char *event)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	const char *said = NULL;

	g_assert_true(outbox_end_in(kit->db, id, state, "1abc", "said", kit->now_ms, outcomes, n, kit->now_ms, &said, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(said, ==, event);
	g_assert_true(db_tx_commit(tx, &error));
}

static void
test_sent_once(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	World it = world(kit);
	gint64 id = queue(kit, &it, "ann@example.com", &error);
	OutboxOutcome outcome = { "ann@example.com", "sent", 250, "OK" };
	g_autofree char *now = NULL;
	gboolean mine = TRUE;

	g_assert_no_error(error);
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error));
	g_assert_false(mine); /* it may still be undone */
	kit->now_ms += OUTBOX_UNDO_MS;
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error));
	g_assert_true(mine);
	end(kit, id, "sent", &outcome, 1, "mail.sent");
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error));
	g_assert_false(mine);
	now = state(kit, id);
	g_assert_cmpstr(now, ==, "sent");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'sent'"), ==, 1);
}

static void
test_cut_off_is_uncertain_and_a_person_decides(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	World it = world(kit);
	gint64 id = queue(kit, &it, "ann@example.com", &error);
	g_autofree char *cut = NULL, *again = NULL;
	gboolean mine = FALSE;

	kit->now_ms += OUTBOX_UNDO_MS;
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error));
	g_assert_true(mine);
	/* The server died here; its next run finds it so. */
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error));
	g_assert_false(mine);
	cut = state(kit, id);
	g_assert_cmpstr(cut, ==, "uncertain");
	g_assert_true(outbox_retry(kit->db, id, FALSE, kit->actor, kit->now_ms, &error));
	again = state(kit, id);
	g_assert_cmpstr(again, ==, "queued");
}

static gboolean
withdraw(Db *db, gint64 id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && outbox_withdraw_in(db, id, actor, now_ms, error) && db_tx_commit(tx, error);
}

static void
test_undo(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	World it = world(kit);
	gint64 id = queue(kit, &it, "ann@example.com", &error);
	gboolean mine = TRUE;

	g_assert_true(withdraw(kit->db, id, kit->actor, kit->now_ms, &error));
	kit->now_ms += OUTBOX_UNDO_MS;
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error));
	g_assert_false(mine);
	g_assert_false(withdraw(kit->db, id, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

/* No server was asked: the address does not stay "queued" below a mail that failed. */
static void
test_what_was_never_tried_failed_for_all(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	World it = world(kit);
	gint64 id = queue(kit, &it, "ann@example.com", &error);
	gboolean mine = FALSE;

	kit->now_ms += OUTBOX_UNDO_MS;
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error));
	end(kit, id, "failed", NULL, 0, "mail.failed");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'failed' AND words = 'said'"), ==, 1);
	g_assert_true(outbox_retry(kit->db, id, FALSE, kit->actor, kit->now_ms, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'queued'"), ==, 1);
}

/* One got it at once, one was refused at once, one later for good: partly sent, until somebody sends again or leaves it. */
static void
test_partly_sent_is_said_and_left_or_sent_again(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	World it = world(kit);
	g_autoptr(GArray) to = g_array_new(FALSE, FALSE, sizeof(OutboxRecipient));
	const OutboxRecipient people[] = { { "ann@example.com", "to" }, { "bob@example.com", "cc" }, { "cleo@example.com", "cc" } };
	const OutboxOutcome first[] = { { "ann@example.com", "sent", 250, "OK" }, { "bob@example.com", "failed", 550, "no" }, { "cleo@example.com", "queued", 451, "later" } };
	const OutboxOutcome second[] = { { "cleo@example.com", "failed", 451, "still not" } }, third[] = { { "bob@example.com", "sent", 250, "OK" }, { "cleo@example.com", "sent", 250, "OK" } };
	g_autoptr(json_t) list = NULL;
	gboolean mine = FALSE;
	gint64 id = 0;

	g_array_append_vals(to, people, 3);
	{
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(outbox_add_in(kit->db, &(NewOutbox){ .message_id = it.message_id, .mailbox_id = it.mailbox_id, .due_at = kit->now_ms, .recipients = to }, it.case_id, kit->actor, kit->now_ms, &id, NULL, &error));
		g_assert_true(db_tx_commit(tx, &error));
	}
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error) && mine);
	end(kit, id, "queued", first, 3, NULL);
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error) && mine);
	end(kit, id, "failed", second, 1, "mail.partly_sent"); /* of those who were left, nobody got it; Ann did */
	list = outbox_list(kit->db, 10, &error);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(list, "outbox"), 0), "state", ""), ==, "partly_sent");
	g_assert_cmpstr(json_text(json_array_get(json_object_get(list, "outbox"), 0), "to", ""), ==, "bob@example.com");
	g_assert_cmpint(kit_count(kit, "SELECT n_refused AS value FROM outbox"), ==, 2);
	g_assert_true(outbox_retry(kit->db, id, FALSE, kit->actor, kit->now_ms, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'queued'"), ==, 2); /* not Ann again */
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error) && mine);
	end(kit, id, "sent", third, 2, "mail.sent");
	g_assert_false(withdraw(kit->db, id, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static void
test_a_partly_sent_one_may_be_left(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	World it = world(kit);
	gint64 id = queue(kit, &it, "ann@example.com", &error);
	const OutboxOutcome outcome = { "ann@example.com", "sent", 250, "OK" };
	static const DbSql REFUSED = { "refused", "INSERT INTO deliveries (outbox_id, message_id, address, address_key, role, state, changed_at) "
	                               "SELECT outbox_id, message_id, 'bob@example.com', 'bob@example.com', 'cc', 'failed', 0 FROM deliveries", 0, TRUE };
	g_autoptr(json_t) list = NULL;
	gboolean mine = FALSE;

	g_assert_true(db_exec(kit->db, &REFUSED, DB_NO_ARGS, NULL, &error));
	kit->now_ms += OUTBOX_UNDO_MS;
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error) && mine);
	end(kit, id, "sent", &outcome, 1, "mail.partly_sent");
	g_assert_true(withdraw(kit->db, id, kit->actor, kit->now_ms, &error));
	g_assert_no_error(error);
	list = outbox_list(kit->db, 10, &error);
	g_assert_cmpuint(json_array_size(json_object_get(list, "outbox")), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE state = 'sent' AND n_refused = 1"), ==, 1);
}

static void
bounce(Kit *kit, gint64 message_id, const char *address, gboolean hard)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);

	outbox_bounced_in(kit->db, message_id, address, hard, "no such user", kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
}

static void
test_a_hard_bounce_closes_an_address_we_wrote_to(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	World it = world(kit);
	gboolean refuses = TRUE;

	queue(kit, &it, "ann@example.com", &error);
	bounce(kit, it.message_id, "stranger@example.com", TRUE);
	g_assert_true(address_is_undeliverable(kit->db, "stranger@example.com", &refuses, &error));
	g_assert_false(refuses);
	bounce(kit, it.message_id, "ann@example.com", FALSE);
	g_assert_true(address_is_undeliverable(kit->db, "ann@example.com", &refuses, &error));
	g_assert_false(refuses);
	kit_count(kit, "SELECT count(*) AS value FROM deliveries");
	{
		World second = { it.case_id, it.message_id, it.mailbox_id };

		queue(kit, &second, "ann@example.com", &error);
		g_assert_no_error(error);
	}
	bounce(kit, it.message_id, "Ann@Example.com", TRUE);
	g_assert_true(address_is_undeliverable(kit->db, "ann@example.com", &refuses, &error));
	g_assert_true(refuses);
	g_assert_cmpint(queue(kit, &it, "ann@example.com", &error), ==, 0);
	g_assert_error(error, ERR, ERR_INVALID);
	g_clear_error(&error);
	{
		g_autoptr(json_t) closed = address_closed_of_case(kit->db, it.case_id, &error);

		g_assert_cmpuint(json_array_size(closed), ==, 1);
		g_assert_cmpstr(json_text(json_array_get(closed, 0), "address", ""), ==, "ann@example.com");
		g_assert_cmpstr(json_text(json_array_get(closed, 0), "reason", ""), ==, "no such user");
	}
	g_assert_true(address_allow(kit->db, "ANN@example.com", kit->actor, kit->now_ms, &error));
	g_assert_true(address_is_undeliverable(kit->db, "ann@example.com", &refuses, &error));
	g_assert_false(refuses);
	g_assert_false(address_allow(kit->db, "ann@example.com", kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'mail.bounced' AND case_id IS NULL"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'mail.address_allowed'"), ==, 1);
}

static gboolean
queue_one(Kit *kit, gpointer data, GError **error)
{
	return queue(kit, data, "ann@example.com", error) != 0;
}

static void
nothing_queued(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM jobs WHERE kind = 'mail.send'"), ==, 0);
}

static void
test_queueing_is_all_or_nothing(Kit *kit)
{
	World it = world(kit);

	kit_torture(kit, queue_one, nothing_queued, &it, 5);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/outbox/sent-once", test_sent_once);
	kit_add("/outbox/cut-off-is-uncertain-and-a-person-decides", test_cut_off_is_uncertain_and_a_person_decides);
	kit_add("/outbox/undo", test_undo);
	kit_add("/outbox/partly-sent", test_partly_sent_is_said_and_left_or_sent_again);
	kit_add("/outbox/partly-sent-and-left", test_a_partly_sent_one_may_be_left);
	kit_add("/outbox/what-was-never-tried-failed-for-all", test_what_was_never_tried_failed_for_all);
	kit_add("/outbox/a-hard-bounce-closes-an-address-we-wrote-to", test_a_hard_bounce_closes_an_address_we_wrote_to);
	kit_add("/outbox/torture/queue", test_queueing_is_all_or_nothing);
	return kit_run();
}
