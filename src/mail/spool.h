/* spool.h - mail that lies in files: one message a file, Maildir, mbox (mboxo, mboxrd, mboxcl2 by Content-Length), a folder
 * of folders. One message at a time, in constant memory but for that message. What a message says: mail/message.h. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef struct _Spool Spool;
/* ERR_NOT_FOUND; ERR_INVALID with what is wrong. Files are read in the order of their names, so that two runs agree. A
 * file that begins with "From " is an mbox, any other is one message; dot files are skipped, links in folders not followed. */
Spool *spool_open(const char *const *paths, GError **error);
/* TRUE: @ret_bytes (transfer full) as they lie there, line ends untouched, and where they came from (@ret_where borrowed
 * until the next call: "inbox.mbox:1234", "cur/1700000000.M1.host:2,S"). mbox: ">From " unquoted, its "From " line and the
 * empty line before the next one not part of the message. FALSE without @error: no more. ERR_NOT_FOUND: this file cannot be
 * read (any more); ERR_LIMIT: this message is larger than 256 MiB. After an error the next call goes on behind it. */
gboolean spool_next(Spool *spool, GBytes **ret_bytes, const char **ret_where, GError **error);
/* Bytes done and in all, for a progress bar. */
void spool_progress(const Spool *spool, gint64 *ret_done, gint64 *ret_total);
void spool_free(Spool *spool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Spool, spool_free)

G_END_DECLS
