/* imap_wire.h - what stands between libetpan and an IMAP server: the dialogue before it takes over, the guard on what it is
 * given to parse, the spelling of folder names. Private to mail/. */
#pragma once
#include "mail/imap.h"
#include "mail/stream.h"
G_BEGIN_DECLS

/* Greeting, STARTTLS, sign-in, capabilities: by hand, since libetpan's TLS verifies nobody and its words say little.
 * @ret_idle: the server can IDLE. */
gboolean imap_sign_in(MailStream *stream, const MailPeer *peer, gboolean *ret_idle, GError **error);

/* Looks at every byte before libetpan does, whose parser neither bounds a line nor its recursion. Knows no more of IMAP than
 * lines and literals; on the way it notes what libetpan would drop: that the folder changed, and the server's last words. */
typedef struct {
	guint64 literal_max, budget; /* of this command */
	guint64 literal_left;
	guint n_open, line_size;
	char head[600], tail[32];    /* how the line began; its last bytes, in a ring */
	gboolean in_line;            /* a literal was in this line: the head stays */
	gboolean changed, bye;       /* EXISTS, EXPUNGE or VANISHED was said; BYE was */
	gboolean opening;            /* what is said up to the next tagged answer tells how the folder is, not that it changed */
	char *words;                 /* of the last tagged answer or BYE */
} ImapGuard;
/* A command begins: its answer may take @budget bytes in all, with literals of at most @literal_max. */
void imap_guard_begin(ImapGuard *self, guint64 literal_max, guint64 budget);
/* NULL when all is well, otherwise what is wrong (static). */
const char *imap_guard_feed(ImapGuard *self, const guint8 *bytes, gsize size);
void imap_guard_clear(ImapGuard *self);

/* Modified UTF-7 (RFC 3501, 5.1.3). From the wire: what cannot be read stays as it is. (transfer full) */
char *imap_name_to_wire(const char *name);
char *imap_name_from_wire(const char *wire);

G_END_DECLS
