/* head.h - what a message of a case is as a mail: ids, people, why it is here, the folded words, the HTML. The message itself:
 * cases/message.h. */
#pragma once
#include "base/json.h"
#include "mail/message.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	gint64 message_id, mailbox_id;
	gint64 case_id; /* the message's; 0: the message knows */
	const MailMessage *mail; /* ids, people, subject, html, problems */
	const char *kind;
	const json_t *routing;
	const char *words, *spans; /* what was folded away, quotes and signature, and where in it; else NULL. Rows of before 0025 hold the whole text. */
	gboolean cut;
} MailHead;
/* In the caller's transaction, thread ids included. */
gboolean mail_head_put(Db *db, const MailHead *head, GError **error);
/* What we wrote ourselves, as HTML, once it is known; in the caller's transaction. */
gboolean mail_head_put_html(Db *db, gint64 message_id, const char *html, GError **error);
/* "cid:..." stands for the message's attachment with these bytes; @name NULL: whatever it is called. */
gboolean mail_inline_put(Db *db, gint64 message_id, const char *content_id, const char *hash, const char *name, GError **error);

/* What an answer in this case answers: the customer's latest mail; all NULL and 0 when none came by mail. */
typedef struct {
	gint64 message_id, mailbox_id;
	char *internet_id, *in_reply_to, *references, *subject, *thread_index, *thread_topic; /* references: joined by spaces */
} MailAnswered;
void mail_answered_free(MailAnswered *answered);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailAnswered, mail_answered_free)
MailAnswered *mail_head_last(Db *db, gint64 case_id, GError **error);
/* The head of one message that goes out; all empty when it has none. */
MailAnswered *mail_head_of(Db *db, gint64 message_id, GError **error);

/* Adds to each message of @messages (message_list's array, by ref) that came or went by mail: mail {from, reply_to, to[], cc[],
 * subject, internet_id, kind, has_html, raw (mail's ref), auth, crypto, signature_check, problems, cut}, routing, reply_text, quoted, signature,
 * words and spans for showing, delivery[{address, role, state, code, words, changed_at}], outbox{ref, state, ...}. */
gboolean mail_heads_add(Db *db, gint64 case_id, json_t *messages, GError **error);
/* The same for messages whose ids are at most @upto_id: of a very long case not its newest. */
gboolean mail_heads_add_upto(Db *db, gint64 case_id, gint64 upto_id, json_t *messages, GError **error);
/* The HTML of a message as it came; NULL without error when it has none. @ret_case_id for permission. (transfer full) */
char *mail_head_html(Db *db, const char *message_ref, gint64 *ret_case_id, gint64 *ret_message_id, GError **error);
/* {content_id: attachment ref} of the message. */
json_t *mail_head_inline(Db *db, gint64 message_id, GError **error);

G_END_DECLS
