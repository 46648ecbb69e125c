/* keep.h - raw first: a mail's bytes are on disk before anything looks at what they say. What becomes of it: flow/mail/file.h;
 * the list of it all: mailbox/journal.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

enum { MAIL_IN_ROW_MAX = 256 * 1024 }; /* larger ones are blobs, put there before the row is written */

/* What came and what became of it, of one mailbox and day: gathered over a unit of work, so that a mail costs no statement for it.
 * All-zero at first. */
typedef struct {
	gint64 mailbox_id, day, n_seen, n_known, n_filed, n_set_aside;
	gint64 known, filed, set_aside; /* of all mailboxes and days, also those that were written already */
} MailCounts;
/* In the caller's transaction, after its last mail: without it they are lost. */
gboolean mail_counts_write(Db *db, MailCounts *counts, GError **error);

typedef struct {
	gint64 mailbox_id;     /* 0: not known */
	const char *way;       /* imap, pipe, lmtp, import, web */
	const char *identity;  /* mail_identity_end() of the whole mail */
	const guint8 *bytes;   /* NULL when @blob is set */
	const char *blob;      /* its hash in the blob store */
	gint64 size;
	gboolean cut;          /* it was larger, this is its beginning */
	const char *envelope_from, *envelope_to; /* NULL: not known */
	MailCounts *counts;    /* NULL: written at once */
} MailKeep;

/* In the caller's transaction: the mail waits to be filed, and the day's count of the mailbox says so. The same mail again is
 * *@ret_known TRUE, counted as known, and @ret_id is the first one's. @ret_known may be NULL. */
gboolean mail_keep_in(Db *db, const MailKeep *keep, gint64 now_ms, gint64 *ret_id, gboolean *ret_known, GError **error);

/* One that waits to be filed, with its bytes. */
typedef struct {
	gint64 id, mailbox_id, size, kept_at, attempts;
	char *ref, *blob, *way, *envelope_from, *envelope_to, *state;
	char *identity; /* NULL: it is in the journal. Otherwise it has no id and no ref: it comes there with what becomes of it */
	GBytes *bytes; /* NULL while they lie in @blob */
	gboolean cut, admitted; /* admitted: somebody let it in, though its sender is not known */
	MailCounts *counts; /* borrowed by whoever files it among others; NULL: written at once */
} KeptMail;
void kept_mail_free(KeptMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeptMail, kept_mail_free)
/* Of one that is not in the journal: whether the same mail is; then it is counted as known, and nothing else is to be done with it. */
gboolean mail_known_in(Db *db, const KeptMail *mail, gint64 now_ms, gboolean *ret_known, GError **error);
/* Or it goes there first, to be filed later. @ret_id: the first one's where it is known. */
gboolean mail_keep_first_in(Db *db, const KeptMail *mail, gint64 now_ms, gint64 *ret_id, gboolean *ret_known, GError **error);
/* The oldest ones in order of arrival, at most @limit, above @after_id. Array of KeptMail. */
GPtrArray *mail_to_file(Db *db, gint64 after_id, guint limit, GError **error);
KeptMail *mail_by_ref(Db *db, const char *ref, GError **error); /* with its bytes; ERR_NOT_FOUND */
KeptMail *mail_get(Db *db, gint64 id, GError **error);
/* The bytes, wherever they lie. (transfer full) */
GBytes *mail_bytes(const KeptMail *mail, const char *data_dir, GError **error);

/* It is tried alone now, since it was still there when the program started: perhaps the program died of it. If it does so
 * again, the count tells. In a transaction of its own, before its bytes are looked at. */
gboolean mail_attempt(Db *db, const KeptMail *mail, GError **error);
gboolean mail_attempt_over(Db *db, const KeptMail *mail, GError **error); /* the program lived: takes the attempt back */
enum { MAIL_ATTEMPTS = 2 }; /* after that many it is set aside */

/* What became of it; in the caller's transaction, with the day's counts. @kind: mail_kind_word; @message_id 0: it became none
 * (a report about another mail). */
gboolean mail_filed_in(Db *db, const KeptMail *mail, const char *kind, gint64 message_id, gint64 now_ms, GError **error);
typedef struct {
	const char *reason;                 /* for people */
	const char *kind, *sender, *subject; /* as it says, for the list; NULL where it could not be read */
} MailAside;
/* It cannot be filed. Event mail.set_aside. */
gboolean mail_set_aside_in(Db *db, const KeptMail *mail, const MailAside *aside, gint64 now_ms, GError **error);
/* A stranger's, where the mailbox asks first. Event mail.waiting. */
gboolean mail_wait_in(Db *db, const KeptMail *mail, const MailAside *aside, gint64 now_ms, GError **error);
/* Set aside or waiting: again in the queue, and let in this time. In its own transaction; ERR_CONFLICT when it is filed. Event
 * mail.retried. */
gboolean mail_retry(Db *db, gint64 id, const Actor *actor, gint64 now_ms, GError **error);
/* After an upgrade: all that was set aside, once more; nothing where this @version of the program had it already. */
gboolean mail_retry_all(Db *db, const char *version, gint64 now_ms, gint64 *ret_n, GError **error);

G_END_DECLS
