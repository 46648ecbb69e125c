/* cut.h - where the parts of a mail are: one pass over its bytes, nothing copied, depth and number capped before anything
 * is made of them. What stands in the parts: mail/message.h; the words of a header: mail/words.h. */
#pragma once
#include <gmime/gmime.h>
G_BEGIN_DECLS

typedef struct {
	const guint8 *at; /* NULL: absent */
	gsize size;
} MailSlice;

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

/* Takes the next field off @head; lines that are no field are passed over. FALSE: no more. */
gboolean mail_field_next(MailSlice *head, MailSlice *ret_name, MailSlice *ret_value);
gboolean mail_name_is(MailSlice name, const char *wanted);

/* The body without its transfer encoding; a fresh array unless it is not encoded (then NULL: use the body itself).
 * @ret_size: of the array. uuencode is not undone here: mail/uuencode.h. (transfer full) */
guint8 *mail_transfer_decode(MailSlice body, MailSlice encoding, gsize *ret_size);

/* What GMime's decoder still holds when base64 ends without its padding. Returns how many bytes (0 to 2) it put there. */
gsize mail_base64_end(int state, guint32 save, guint8 out[2]);

/* Adds a problem in words unless there are many already. */
void mail_problem(GPtrArray *problems, const char *format, ...) G_GNUC_PRINTF(2, 3);

G_END_DECLS
