/* answered.h - a case is answered by mail, as the tests of flow/mail/reply.h and flow/mail/compose.h look at it. */
#pragma once
#include "filed.h"
#include "flow/mail/compose.h"
#include "flow/mail/reply.h"
#include "mailbox/outbox.h"

static inline char *
ref_of(Kit *kit, gint64 case_id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = case_get(kit->db, case_id, &error);

	return g_strdup(it->ref);
}

/* By the kit's actor; the message. */
static inline gint64
reply(Kit *kit, gint64 case_id, const MailReply *how, char ret_outbox[16])
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 sent = 0;

	mail_reply_in(kit->db, &context, case_id, &(NewMessage){ .direction = "outbound", .body = "We send a new one." }, how, kit->actor, kit->now_ms, &sent, ret_outbox, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return sent;
}

/* As it leaves. */
static inline char *
composed(Kit *kit, gint64 mailbox_id, const char *outbox_ref)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Outbox) out = outbox_by_ref(kit->db, outbox_ref, &error);
	g_autoptr(Mailbox) box = mailbox_get(kit->db, mailbox_id, &error);
	g_autoptr(GBytes) bytes = NULL;

	context.data_dir = kit->dir;
	bytes = mail_compose_outbox(kit->db, &context, out, box, kit->now_ms, &error);
	g_assert_no_error(error);
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}
