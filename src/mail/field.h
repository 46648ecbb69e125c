/* field.h - lines and header fields among a mail's bytes: nothing is copied. What stands in a field: mail/words.h, mail/addresses.h; the parts: mail/cut.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef struct {
	const guint8 *at; /* NULL: absent */
	gsize size;
} MailSlice;

/* Takes the next field off @head; lines that are no field are passed over. FALSE: no more. */
gboolean mail_field_next(MailSlice *head, MailSlice *ret_name, MailSlice *ret_value);
gboolean mail_name_is(MailSlice name, const char *wanted);

/* Where the line after @p begins, or @end. */
const guint8 *mail_line_end(const guint8 *p, const guint8 *end);
/* The line's bytes, up to the next one at @next, without what ends it. */
gsize mail_line_size(const guint8 *p, const guint8 *next);
gboolean mail_line_is_blank(const guint8 *p, const guint8 *next);
/* The length of the field's name; 0: the line is no field. @any: letters no name may have are taken, too. */
gsize mail_field_name(const guint8 *p, const guint8 *next, gboolean any);
/* @p goes on with the field above it. */
gboolean mail_field_goes_on(const guint8 *p, const guint8 *next);
/* A field that stands in mails and hardly ever at the start of a sentence. */
gboolean mail_field_is_usual(const guint8 *p, gsize n);

G_END_DECLS
