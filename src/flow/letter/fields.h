/* fields.h - what the fields of a letter are in one case. Private to flow/letter/. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

typedef struct {
	const Case *it;
	const Actor *actor;     /* who writes, in the letter's language */
	const json_t *decision; /* decision_get() */
	const json_t *house;    /* settings_all() */
	const char *remedies;   /* lines, or NULL */
	gint64 now_ms;
} LetterFields;

char *letter_field(const char *name, gpointer fields); /* of Fill (text/fill.h) */
gboolean letter_field_known(const char *name, gpointer fields);
/* "Page {n} of {all}", "Our reference", in the letter's language. Static. */
const char *letter_word(const char *lang, const char *what);

G_END_DECLS
