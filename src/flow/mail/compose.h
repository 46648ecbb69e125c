/* compose.h - one mail of the outbox as bytes: the message's words with signature and, where asked for, what it answers; plain and
 * as simple HTML; its files. Handing it over: flow/mail/send.h. */
#pragma once
#include "flow/mail/file.h"
#include "mailbox/mailbox.h"
#include "mailbox/outbox.h"
G_BEGIN_DECLS

/* (transfer full) */
GBytes *mail_compose_outbox(Db *db, const MailContext *context, const Outbox *out, const Mailbox *mailbox, gint64 now_ms, GError **error);

/* Pure. Words as HTML that any reader shows alike: one table of one column, paragraphs, links; nothing from outside. @quoted: what is
 * answered, or NULL. (transfer full) */
char *mail_html_of_text(const char *text, const char *signature, const char *quoted);
/* Pure. As text stands in that HTML. (transfer full) */
char *mail_escape(const char *text);
/* Pure. The plain text: words, "-- " and signature, quoted lines. (transfer full) */
char *mail_text_of(const char *text, const char *signature, const char *quoted_intro, const char *quoted);

G_END_DECLS
