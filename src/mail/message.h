/* message.h - one mail, read: addresses, words, files, and every part, whatever state it came in. Whether a person wrote
 * it: mail/automatic.h; what failed, when it is a bounce: mail/bounce.h; the new words alone: text/quotes.h; safe HTML:
 * text/clean_html.h. Pure: bytes in, struct out; no database, no network. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef struct {
	char *name;    /* UTF-8, one line, may be "" */
	char *address; /* trimmed, one line; "" when there is none that can be read */
} MailAddress;

/* A leaf of the MIME tree in the order of the file. A message inside it is one leaf: what is in it tells a second
 * mail_message_read() of its bytes. What was in a winmail.dat or an opaque signature stands there in its place. */
typedef struct {
	char *media_type;  /* lower case, "text/plain" when absent or unreadable; "application/octet-stream" out of uuencode */
	char *name;        /* a file name that is safe to save: no path, no control character, at most 200 bytes; made for invitations and messages; else NULL: none */
	char *content_id;  /* without <>; NULL: none */
	char *charset;     /* as declared, lower case; NULL: none */
	gboolean is_text;  /* it went into @text or @html of the mail and is no file */
	gboolean is_inline;/* shown in place: referred to by cid: in the HTML, or said so and is an image */
	guint depth;       /* 0: the mail itself */
	guint8 *bytes;     /* decoded; texts too, still in their charset; the whole inner message for message/rfc822 */
	gsize size;
} MailPart;

typedef struct {
	char *message_id;       /* without <>, whitespace removed; made from the content's hash when there is none */
	gboolean made_id;       /* it was made by us */
	GPtrArray *in_reply_to; /* char*, without <> */
	GPtrArray *references;  /* char*, without <>, oldest first, at most 200 (the first and the last ones) */
	char *subject;          /* decoded, one line, "" when none */
	MailAddress *from;      /* the first; name and address "" when there is none */
	GPtrArray *reply_to, *to, *cc; /* of MailAddress */
	GPtrArray *delivered_to;/* char*: Delivered-To, X-Original-To, Envelope-To: which of our addresses it came to */
	char *return_path;      /* NULL: no such header; "": the empty one */
	gint64 date_ms;         /* as who wrote it says; 0: none or unreadable */
	gint64 received_ms;     /* as the first server that took it says: the oldest date of a Received; 0: none */
	char *text;             /* the plain words, UTF-8, "\n" lines, flowed lines joined; "" when there are none; at most 4 MiB */
	char *html;             /* decoded, UTF-8, NOT cleaned, at most 4 MiB, with plain words beside it as <pre>; NULL: none */
	GPtrArray *parts;       /* of MailPart: all leaves; those with !is_text are its files */
	char *crypto;           /* "", "pgp_signed", "pgp_encrypted", "smime_signed", "smime_encrypted": as it says of itself */
	const char *signature;  /* what checking it said (mail/smime.h); NULL: nobody asked */
	GPtrArray *problems;    /* char*: what was odd and how it was read, for the journal; bounded */
	GPtrArray *header_names, *header_values; /* char*, side by side: all headers of the mail itself, values decoded and unfolded; at most 1,000, 64 kB each */
} MailMessage;

void mail_message_free(MailMessage *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailMessage, mail_message_free)

enum { MAIL_PARTS_MAX = 1000, MAIL_DEPTH_MAX = 50 };

/* Never fails for what a stranger wrote: an empty file, one without headers, binary rubbish are mails too, with @problems.
 * Parts beyond MAIL_PARTS_MAX or MAIL_DEPTH_MAX stay undivided bytes of their parent. Time is linear in @size; memory at
 * most twice @size + 32 MiB. Errors: only ERR_INTERNAL (memory). */
MailMessage *mail_message_read(const guint8 *bytes, gsize size, GError **error);

/* Whether what reads mail is on this machine, with ERR_INTERNAL where not: asked once, before there is any. */
gboolean mail_message_ready(GError **error);

/* The first header of that name (any case), decoded; NULL when absent. Borrowed. */
const char *mail_message_header(const MailMessage *mail, const char *name);

/* Who it is, for "have we seen this very mail": BLAKE2b-256 over Message-ID, From, Date, Subject and the body's bytes without
 * CR, as hex; the same for two copies that travelled different ways (Received, Delivered-To, mbox marks do not count).
 * Scans the raw header itself: cheap, and cannot fail. Streaming, because raw mail may be large. */
typedef struct _MailIdentity MailIdentity;
MailIdentity *mail_identity_new(void);
void mail_identity_feed(MailIdentity *identity, const guint8 *bytes, gsize size);
void mail_identity_end(MailIdentity *identity, char ret_hex[65]);
void mail_identity_free(MailIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailIdentity, mail_identity_free)

G_END_DECLS
