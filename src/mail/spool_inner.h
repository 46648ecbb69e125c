/* spool_inner.h - the two halves of a spool: which files, and the messages within one. Private to mail/. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef struct {
	char *path;
	gint64 size;
	gboolean is_message; /* of a Maildir: one message, whatever it begins with */
} SpoolFile;
void spool_file_free(gpointer file);
/* Appends the files of @path: itself; a Maildir's cur and new (never tmp) and its folders'; else every file below. */
gboolean spool_walk(const char *path, GPtrArray *files, GError **error);

typedef struct _Mbox Mbox;
enum { SPOOL_MESSAGE_MAX = 256 * 1024 * 1024 };
Mbox *mbox_open(const char *path, GError **error);
void mbox_free(Mbox *self);
/* @ret_line: of the "From " line, from 1. FALSE without @error: no more; with ERR_LIMIT the next
 * call goes on behind the message. */
gboolean mbox_next(Mbox *self, GBytes **ret_bytes, gint64 *ret_line, GError **error);
gint64 mbox_offset(const Mbox *self);

G_END_DECLS
