/* cut.h - where the parts of a mail are: one pass over its bytes, nothing copied, depth and number capped before anything
 * is made of them. What stands in the parts: mail/message.h; the fields of a head: mail/field.h; a part without its encoding:
 * mail/transfer.h. */
#pragma once
#include "mail/field.h"
#include <gmime/gmime.h>
G_BEGIN_DECLS

typedef struct {
	MailSlice head, body;
	MailSlice encoding, disposition, id; /* values as they stand there, perhaps folded */
	GMimeContentType *type;		     /* never NULL */
	int parent;			     /* index of the multipart it is in; -1: the mail itself */
	guint depth;
	gboolean divided; /* a multipart, and its parts follow; all others are leaves */
} MailEntity;

typedef struct {
	GArray *entities;    /* of MailEntity, in the order of the file; the first is the mail */
	GByteArray *decoded; /* what the parts lie in when the whole multipart was encoded; NULL: the mail itself */
} MailCut;

/* @bytes must outlive the result. @problems: char*, appended to. */
MailCut *mail_cut(const guint8 *bytes, gsize size, GPtrArray *problems);
void mail_cut_free(MailCut *cut);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailCut, mail_cut_free)

/* Adds a problem in words unless there are many already. */
void mail_problem(GPtrArray *problems, const char *format, ...) G_GNUC_PRINTF(2, 3);

G_END_DECLS
