/* imap.h - one IMAP connection by libetpan over our own stream: folders, UIDs, fetch, IDLE. What a mailbox is and how far it
 * was read: mailbox/. Blocking, one thread; imap_wake() from any other. After ERR_UPSTREAM the connection is of no further
 * use: close it and open another. */
#pragma once
#include "mail/tls.h"
G_BEGIN_DECLS

typedef struct _Imap Imap;

/* Connects, verifies, signs in. ERR_INVALID: a user or secret with control characters. ERR_UPSTREAM; the message says
 * precisely which step failed and what to do: the name does not resolve, refused, certificate not trusted / for another
 * name / expired, STARTTLS not offered, sign-in refused (with the server's words), timed out. Names "host:port" first. */
Imap *imap_open(const MailPeer *peer, GError **error);
void imap_close(Imap *imap); /* says LOGOUT without waiting; takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Imap, imap_close)

/* Names of the folders that can be selected, in UTF-8 (modified UTF-7 undone), in the server's order; char* each. */
GPtrArray *imap_folders(Imap *imap, GError **error);
typedef struct {
	gint64 uidvalidity, uidnext, n_messages; /* uidnext 0: the server does not say */
} ImapFolder;
/* Opens a folder for reading alone (EXAMINE): nothing there is ever changed by us. ERR_NOT_FOUND: no such folder, with the
 * server's words; the connection stays of use. */
gboolean imap_select(Imap *imap, const char *folder, ImapFolder *ret_folder, GError **error);
/* UIDs above @after in the selected folder, ascending, at most @limit; by UID FETCH ranges, never by SEARCH. GArray of gint64. */
GArray *imap_uids_after(Imap *imap, gint64 after, guint limit, GError **error);
/* Every UID the folder holds, ascending: for the daily count and for finding holes. 8 bytes of memory a message. */
GArray *imap_uids_all(Imap *imap, GError **error);
/* The whole raw message, BODY.PEEK[]: never marks it seen. Fetched in pieces and bounded by @max_bytes: of a larger one the
 * first @max_bytes are given and @ret_cut is TRUE. (transfer full); NULL without error: it is gone meanwhile. */
GBytes *imap_fetch(Imap *imap, gint64 uid, gsize max_bytes, gboolean *ret_cut, GError **error);
/* Waits by IDLE until the folder changes, @timeout_s passes or imap_wake(); a server without IDLE is asked (NOOP) every
 * 30 s. @ret_changed: messages came or went since imap_select() or the last wait, also those noticed on the way. */
gboolean imap_wait(Imap *imap, guint timeout_s, gboolean *ret_changed, GError **error);
void imap_wake(Imap *imap); /* ends a wait, the present or the next one; from another thread */
gboolean imap_has_idle(const Imap *imap);

G_END_DECLS
