/* draft_into.h - what the two readers of drafts (draft_json.c, draft_form.c) have in common: setting one member of the
 * struct by its row, and noting faults. Private to http/. */
#pragma once
#include "http/draft.h"
G_BEGIN_DECLS

typedef struct {
	const DraftSpec *spec;
	gpointer draft;
	const char *prefix; /* JSON pointer of the struct: "" or "/customer" */
	guint64 filled;     /* members that hold something, or were already found at fault */
	gboolean ok;        /* FALSE from the first fault on */
	GError **error;
} DraftInto;

/* Index of a name in the table, or -1. */
int draft_index(const DraftSpec *spec, const char *name, gsize size);
static inline gpointer
draft_member(const DraftInto *into, const DraftField *field)
{
	return (char *)into->draft + field->offset;
}

/* Notes a fault of field @index. */
void draft_fault(DraftInto *into, guint index, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Marks a field as sent. */
void draft_mark(DraftInto *into, guint index);
/* Each checks the bounds of the row, then stores or notes the fault. */
void draft_put_text(DraftInto *into, guint index, const char *text, gsize size);
void draft_put_word(DraftInto *into, guint index, const char *text);
void draft_put_int(DraftInto *into, guint index, gint64 value);
/* Adds to a list; FALSE when there are too many, noted as a fault. */
gboolean draft_put_item(DraftInto *into, guint index, const char *text, gsize size);
/* Notes every required field that is still empty. */
void draft_check_required(DraftInto *into);

G_END_DECLS
