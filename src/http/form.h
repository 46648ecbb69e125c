/* form.h - bytes into names and values: application/x-www-form-urlencoded bodies and query strings, and the building of a
 * form from either kind of body. Forms with files: multipart.h. What the values mean: draft.h. */
#pragma once
#include "http/draft.h"
G_BEGIN_DECLS

enum { FORM_FIELDS = 1000, FORM_NAME_BYTES = 200 };

DraftForm *form_new(void);
void form_free(DraftForm *form);
/* The first value of this name, or NULL. Borrowed. */
const char *form_value(const DraftForm *form, const char *name);
/* Adds a pair (takes both). ERR_INVALID beyond FORM_FIELDS pairs, for a long name, and for text that is not UTF-8 or holds
 * a NUL. */
gboolean form_add(DraftForm *form, char *name, char *value, gsize value_size, GError **error);

/* Decodes %xx (and "+" as a space when @plus) in place of @size bytes from @from into @to, which may be the same place and
 * needs @size + 1 bytes; the result ends with NUL. Returns its length, or -1 for a broken escape or a NUL. */
gssize percent_decode(const char *from, gsize size, gboolean plus, char *to);
/* Adds all pairs of an urlencoded text. ERR_INVALID. */
gboolean form_read(DraftForm *form, const char *text, gsize size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DraftForm, form_free)
G_END_DECLS
