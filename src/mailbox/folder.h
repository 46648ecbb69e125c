/* folder.h - how far each IMAP folder was read: UIDVALIDITY and the highest UID that is kept, written with the mails themselves. Never
 * the Seen flag, never a window of days. Reading it: flow/mail/fetch.h. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	gint64 id, uidvalidity, last_uid;
} MailFolder;
/* Makes it when it is new. Another @uidvalidity than before starts again at 0: what comes again is known by its bytes. In the caller's
 * transaction. */
gboolean mail_folder_open_in(Db *db, gint64 mailbox_id, const char *name, gint64 uidvalidity, MailFolder *ret_folder, GError **error);
/* Everything up to @uid is kept; in the transaction that keeps it. */
gboolean mail_folder_advance_in(Db *db, gint64 id, gint64 uidvalidity, gint64 uid, GError **error);
/* The day's count against the server, and what is wrong just now (NULL: nothing). In its own transaction. */
gboolean mail_folder_checked(Db *db, gint64 mailbox_id, const char *name, gint64 n_server, gint64 n_here, gint64 now_ms, GError **error);
gboolean mail_folder_trouble(Db *db, gint64 mailbox_id, const char *name, const char *why, gint64 now_ms, GError **error);
/* What could not be read was said of settings that are others now; a folder that was never opened is known no more. */
gboolean mail_folder_forget_trouble_in(Db *db, gint64 mailbox_id, GError **error);

G_END_DECLS
