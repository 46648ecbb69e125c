/* receive.h - a mail's bytes on their way in, from a pipe, LMTP, IMAP or a file: into memory while small, into the blob store
 * when large, and from there durably into the journal. Understanding them: flow/mail/filer.h. */
#pragma once
#include "base/err.h"
#include "mailbox/keep.h"
#include "store/store.h"
G_BEGIN_DECLS

typedef struct _MailIncoming MailIncoming;
/* @max_bytes: what is beyond is not kept, and the mail is marked as cut. */
MailIncoming *mail_incoming_new(const char *data_dir, gsize max_bytes);
gboolean mail_incoming_feed(MailIncoming *incoming, const guint8 *bytes, gsize size, GError **error);
/* Not more than that, if less was fed so far; what is beyond is not kept. */
void mail_incoming_limit(MailIncoming *incoming, gsize max_bytes);
/* Whoever brought it had to cut it already. */
void mail_incoming_mark_cut(MailIncoming *incoming);
/* No more comes: what is large is on disk now. ERR_BUSY for a full disk. */
gboolean mail_incoming_end(MailIncoming *incoming, GError **error);
/* What mail_keep_in() wants, all borrowed from @incoming; way, mailbox and envelope are the caller's to set. */
void mail_incoming_keep(const MailIncoming *incoming, MailKeep *ret_keep);
/* The bytes of one that is no blob, kept as long as wanted. (transfer full) */
GBytes *mail_incoming_bytes(const MailIncoming *incoming);
/* The beginning of the mail, for mail_mailbox_of(); borrowed. */
const guint8 *mail_incoming_head(const MailIncoming *incoming, gsize *ret_size);
void mail_incoming_free(MailIncoming *incoming);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailIncoming, mail_incoming_free)

/* Which of @mailboxes (mailbox_list()) a mail is for: @address when given (ERR_NOT_FOUND when it is none of ours), else one of the addresses that the
 * head of the mail names in Delivered-To, X-Original-To, Envelope-To, To or Cc, else the only mailbox there is, else 0. */
gboolean mail_mailbox_of(const GPtrArray *mailboxes, const char *address, const guint8 *head, gsize size, gint64 *ret_mailbox_id, GError **error);

enum { MAIL_BYTES_MAX = 200 * 1024 * 1024, MAIL_BYTES_SURE = 1024 * 1024 }; /* of one mail; every mailbox takes so much */
/* How many bytes of a mail are kept: as its mailbox says, MAIL_BYTES_MAX when it is for none. */
gsize mail_bytes_limit(const GPtrArray *mailboxes, gint64 mailbox_id);

G_END_DECLS
