/* pack.h - what lies packed inside a part: uuencoded files in a text, winmail.dat, the content of an opaque signature;
 * and the names files get. The parts themselves: mail/cut.h. All bounded by the bytes they are given. */
#pragma once
#include "mail/message.h"
G_BEGIN_DECLS

/* A name that is safe to save: its last path component, without control characters or leading dots, at most 200 bytes with
 * its extension kept. NULL: nothing is left of it. (transfer full) */
char *mail_file_name(const char *name);

/* A part with this name (raw, may be NULL) and these bytes (taken over). (transfer full) */
MailPart *mail_part_new(const char *media_type, const char *name, guint depth, guint8 *bytes, gsize size);
void mail_part_free(MailPart *part);

/* Joins the lines of format=flowed (RFC 3676); quoted lines keep their depth. (transfer full) */
char *mail_unflow(const char *text, gboolean delsp);

/* Takes "begin 644 name ... end" out of @text (changed in place) into @parts. */
void mail_uu_take(char *text, guint depth, GPtrArray *parts);
/* A whole part in uuencode. FALSE: it is not. */
gboolean mail_uu_decode(const char *text, guint8 **ret_bytes, gsize *ret_size);

typedef struct {
	char *text, *html; /* NULL: none; UTF-8 */
	GPtrArray *parts;  /* of MailPart */
} MailTnef;
/* Outlook's winmail.dat ([MS-OXTNEF]). NULL: it is none. */
MailTnef *mail_tnef_read(const guint8 *bytes, gsize size, guint depth);
void mail_tnef_free(MailTnef *tnef);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailTnef, mail_tnef_free)
/* Outlook's compressed RTF ([MS-OXRTFCP]). NULL: it is broken. (transfer full) */
guint8 *mail_rtf_expand(const guint8 *bytes, gsize size, gsize *ret_size);

/* The content of a CMS SignedData (RFC 5652), as DER or BER. It lies in @bytes, or in @ret_own when it came in pieces
 * (transfer full, else NULL). FALSE: it holds no content, or is something else: an envelope. The signature is not checked. */
gboolean mail_cms_content(const guint8 *bytes, gsize size, const guint8 **ret_content, gsize *ret_size, guint8 **ret_own);
/* The same SignedData without its content, as DER whatever it came as: what Apple's and Microsoft's programs send has no
 * lengths. NULL: it is something else, broken, or larger than 256 KiB. (transfer full) */
GByteArray *mail_cms_detached(const guint8 *bytes, gsize size);

G_END_DECLS
