/* unsaid.h - a case twice, an answer on the first of them, and how both stand; for test_mail_unsaid.c. */
#pragma once
#include "cases/guide.h"
#include "cases/intake.h"
#include "cases/merge.h"
#include "cases/message.h"
#include "cases/stage.h"
#include "flow/clock/watch.h"
#include "flow/follow/follow.h"
#include "flow/mail/reply.h"
#include "flow/mail/withdraw.h"
#include "kit/kit.h"
#include "mailbox/mailbox.h"
#include "mailbox/outbox.h"
#include "org/roles.h"
#include "org/user.h"
#include "promise/case_clocks.h"
#include "survey/survey.h"
#include <string.h>

#define H MS_PER_HOUR
#define D MS_PER_DAY

static MailContext context = { .link_key = { 1, 2, 3 } };

typedef struct {
	Actor ruth;
	gint64 a, b; /* the same case twice: an answer is taken back on the first */
} World;

/* ---- who does what --------------------------------------------------------------------------------------------------- */

static inline gint64
new_case(Kit *kit, const char *email)
{
	g_autoptr(GError) error = NULL;
	const NewCase make = { .kind = "request", .subject = "Kettle", .body = "It leaks.", .channel = "email", .severity = -1, .customer = { .name = "Ann Lee", .email = email } };
	gint64 id = 0;

	case_intake(kit->db, &make, kit->actor, kit->now_ms, &id, NULL, &error);
	g_assert_no_error(error);
	return id;
}

static inline World
begin(Kit *kit)
{
	MailServer smtp = { .host = (char *)"smtp.example.org", .port = 25, .security = (char *)"none", .auth = (char *)"none" };
	const MailboxChange change = { .given = MAILBOX_ADDRESS | MAILBOX_SMTP, .address = "help@larch.example", .smtp = &smtp };
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = user_add(kit->db, &(NewUser){ .email = "ruth@larch.example", .name = "Ruth", .role = "agent", .capacity = -1 }, kit->actor, kit->now_ms, &error);
	g_autoptr(Mailbox) box = mailbox_add(kit->db, &change, kit->actor, kit->now_ms, &error);
	World it = { .ruth = { .kind = ACTOR_STAFF, .user_id = user->id, .may = role_may("agent"), .zone = "UTC", .lang = "en" } };

	g_assert_no_error(error);
	context.data_dir = kit->dir;
	events_follow(kit->db, flow_follow);
	it.a = new_case(kit, "ann@customer.example");
	it.b = new_case(kit, "ben@customer.example");
	return it;
}

/* By mail, which can be taken back; the row of the outbox. @then: the stage it is moved to with it, which is when it leaves. */
static inline gint64
writes(Kit *kit, gint64 case_id, const Actor *actor, const char *body, const MailReply *how, const char *then)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 message_id = 0;

	mail_reply_in(kit->db, &context, case_id, &(NewMessage){ .direction = "outbound", .body = body, .automatic = how->automatic, .then = then }, how, actor, kit->now_ms, &message_id, NULL, &error);
	g_assert_no_error(error);
	if (then != NULL && !mail_reply_is_later(how, kit->now_ms))
		case_move_in(kit->db, case_id, &(StageMove){ .stage = then, .message_id = message_id }, actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return kit_count(kit, "SELECT max(id) AS value FROM outbox");
}

static inline void
says(Kit *kit, gint64 case_id, const char *direction, const char *body, const Actor *actor)
{
	g_autoptr(GError) error = NULL;

	message_add(kit->db, case_id, &(NewMessage){ .direction = direction, .body = body }, actor, kit->now_ms, NULL, &error);
	g_assert_no_error(error);
}

static inline void
both_say(Kit *kit, const World *it, const char *direction, const char *body)
{
	const Actor *actor = direction[0] == 'i' ? kit->actor : &it->ruth;

	says(kit, it->a, direction, body, actor);
	says(kit, it->b, direction, body, actor);
}

static inline void
moves(Kit *kit, gint64 case_id, const char *stage, const Actor *actor)
{
	g_autoptr(GError) error = NULL;

	case_move(kit->db, case_id, &(StageMove){ .stage = stage }, actor, kit->now_ms, &error);
	g_assert_no_error(error);
}

static inline void
takes_back(Kit *kit, gint64 outbox_id, const Actor *actor)
{
	g_autoptr(GError) error = NULL;

	mail_withdraw(kit->db, outbox_id, actor, kit->now_ms, &error);
	g_assert_no_error(error);
}

static inline void
watch(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	guint n = 0;

	g_assert_true(clock_watch_batch_in(kit->db, kit->now_ms, 100, &n, &error));
	g_assert_true(db_tx_commit(tx, &error));
}

/* ---- how it stands --------------------------------------------------------------------------------------------------- */

static inline void
put_rows(Kit *kit, GString *out, const DbSql *sql, gint64 case_id, const char *const *columns)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(kit->db, sql, DB_ARGS(DB_INT(case_id)), &error);

	g_assert_no_error(error);
	while (db_rows_next(rows, &error)) {
		for (guint i = 0; columns[i] != NULL; i++) {
			const gboolean text = columns[i][0] == '"';
			const char *name = columns[i] + (text ? 1 : 0), *words = text ? db_rows_text(rows, name) : NULL;

			if (text)
				g_string_append_printf(out, "%s=%s ", name, words != NULL ? words : "-");
			else
				g_string_append_printf(out, "%s=%" G_GINT64_FORMAT " ", name, db_rows_int(rows, name));
		}
		g_string_append_c(out, '\n');
	}
	g_assert_no_error(error);
}

/* All that an answer changes, but for counts and versions. */
static inline char *
looks(Kit *kit, gint64 case_id)
{
	static const DbSql CASE = { "unsaid_test_case", "SELECT stage, outcome, guide, due_kind, waiting, is_open, due_at, soon_at, stage_at, acknowledged_at, first_response_at, resolved_at, closed_at, "
		"last_inbound_at, last_message_at, n_reopened FROM cases WHERE id = $1", 1, FALSE };
	static const DbSql CLOCKS_ROW = { "unsaid_test_clocks", "SELECT * FROM case_clocks WHERE case_id = $1", 1, FALSE };
	static const DbSql RESULTS = { "unsaid_test_results", "SELECT clock, due_at, met_at, missed FROM clock_results WHERE case_id = $1 ORDER BY clock, due_at, met_at", 1, FALSE };
	static const char *const of_case[] = { "\"stage", "\"outcome", "\"guide", "\"due_kind", "waiting", "is_open", "due_at", "soon_at", "stage_at", "acknowledged_at", "first_response_at", "resolved_at",
		"closed_at", "last_inbound_at", "last_message_at", "n_reopened", NULL };
	static const char *const of_clocks[] = { "acknowledge_due", "acknowledge_met", "respond_due", "respond_met", "answer_due", "answer_from", "update_due", "update_from", "resolve_due", "resolve_met",
		"resolve_from", "final_due", "final_met", "follow_up_due", "follow_up_met", "promise_due", "levels", "\"pauses", "next_at", NULL };
	static const char *const of_results[] = { "\"clock", "due_at", "met_at", "missed", NULL };
	GString *out = g_string_new(NULL);

	put_rows(kit, out, &CASE, case_id, of_case);
	put_rows(kit, out, &CLOCKS_ROW, case_id, of_clocks);
	put_rows(kit, out, &RESULTS, case_id, of_results);
	return g_string_free(out, FALSE);
}

static inline void
expect_alike(Kit *kit, const World *it)
{
	g_autofree char *a = looks(kit, it->a), *b = looks(kit, it->b);

	g_assert_cmpstr(a, ==, b);
}

static inline gint64
count(Kit *kit, const char *sql, gint64 id)
{
	g_autofree char *whole = g_strdup_printf("%s%" G_GINT64_FORMAT, sql, id);

	return kit_count(kit, whole);
}
