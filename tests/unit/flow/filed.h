/* filed.h - a mail arrives and is filed, as the tests of flow/mail/file.h look at it. */
#pragma once
#include "cases/message.h"
#include "flow/mail/file.h"
#include "kit/kit.h"
#include "mail/message.h"
#include "mailbox/head.h"
#include "mailbox/keep.h"
#include "mailbox/mailbox.h"
#include <string.h>

static MailContext context = { .link_key = { 1, 2, 3 } };

/* What became of one mail. */
typedef struct {
	char state[16], decision[16], rule[24], kind[16], why[200];
	gint64 message_id, case_id;
} Filed;

static inline gint64
mailbox(Kit *kit, MailboxChange change)
{
	g_autoptr(GError) error = NULL;
	MailServer smtp = { .host = (char *)"smtp.example.org", .port = 25, .security = (char *)"none", .auth = (char *)"none" };
	g_autoptr(Mailbox) made = NULL;

	change.given |= MAILBOX_ADDRESS | MAILBOX_SMTP;
	change.address = "help@larch.example";
	change.smtp = &smtp;
	made = mailbox_add(kit->db, &change, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	return made->id;
}

static inline gint64
keep(Kit *kit, gint64 mailbox_id, const char *raw)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(MailIdentity) identity = mail_identity_new();
	char hex[65];
	gint64 id = 0;

	mail_identity_feed(identity, (const guint8 *)raw, strlen(raw));
	mail_identity_end(identity, hex);
	mail_keep_in(kit->db, &(MailKeep){ .mailbox_id = mailbox_id, .way = "pipe", .identity = hex, .bytes = (const guint8 *)raw, .size = (gint64)strlen(raw) }, kit->now_ms, &id, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return id;
}

static inline gint64
number(Kit *kit, const char *sql_up_to_id, gint64 id)
{
	g_autofree char *sql = g_strdup_printf("%s%lld", sql_up_to_id, (long long)id);

	return kit_count(kit, sql);
}

static inline void
look(Kit *kit, gint64 mail_id, Filed *out)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(KeptMail) mail = mail_get(kit->db, mail_id, &error);
	g_autoptr(json_t) messages = NULL;

	g_strlcpy(out->state, mail->state, sizeof out->state);
	out->message_id = number(kit, "SELECT COALESCE(message_id, 0) AS value FROM mails WHERE id = ", mail_id);
	if (out->message_id == 0)
		return;
	out->case_id = number(kit, "SELECT case_id AS value FROM messages WHERE id = ", out->message_id);
	messages = message_list(kit->db, out->case_id, TRUE, 0, &error);
	g_assert_true(mail_heads_add(kit->db, out->case_id, messages, &error));
	for (gsize i = 0; i < json_array_size(messages); i++) {
		const json_t *one = json_array_get(messages, i), *routing = json_object_get(one, "routing"), *head = json_object_get(one, "mail");

		if (head == NULL || g_strcmp0(json_text(head, "raw", ""), mail->ref) != 0)
			continue;
		g_strlcpy(out->decision, json_text(routing, "decision", ""), sizeof out->decision);
		g_strlcpy(out->rule, json_text(routing, "rule", ""), sizeof out->rule);
		g_strlcpy(out->why, json_text(routing, "why", ""), sizeof out->why);
		g_strlcpy(out->kind, json_text(head, "kind", ""), sizeof out->kind);
	}
}

/* @signature: what checking it found; NULL: as it is. */
static inline Filed
arrive_checked(Kit *kit, gint64 mailbox_id, const char *raw, const char *signature)
{
	g_autoptr(GError) error = NULL;
	gint64 id = keep(kit, mailbox_id, raw);
	g_autoptr(KeptMail) mail = mail_get(kit->db, id, &error);
	g_autoptr(ReadMail) read = NULL;
	g_auto(MailboxMemo) memo = { 0 };
	g_autoptr(DbTx) tx = NULL;
	Filed out = { "" };

	context.data_dir = kit->dir;
	read = mail_read(mail, kit->dir, &error);
	g_assert_no_error(error);
	if (signature != NULL)
		read->mail->signature = signature;
	tx = db_begin(kit->db, &error);
	mail_file_in(kit->db, &context, read, &memo, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	look(kit, id, &out);
	return out;
}

static inline Filed
arrive(Kit *kit, gint64 mailbox_id, const char *raw)
{
	return arrive_checked(kit, mailbox_id, raw, NULL);
}

static inline Filed
first(Kit *kit, gint64 mailbox_id)
{
	return arrive(kit, mailbox_id, "From: Ann Lee <ann@customer.example>\r\nTo: help@larch.example\r\nMessage-ID: <first@customer.example>\r\nSubject: Kettle leaks\r\n"
	                               "Date: Thu, 19 Nov 2026 10:00:00 +0000\r\n\r\nThe kettle leaks.\r\n");
}
