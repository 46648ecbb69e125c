/* letter_words.h - the words of final responses, one text for each outcome and language: those we ship, or what an admin made of
 * them. Filling them in and sending them: flow/letter/letter.h. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

enum { LETTER_MAX_SUBJECT = 300, LETTER_MAX_BODY = 60000 };

typedef struct {
	const char *outcome, *lang, *subject, *body;
} ShippedLetter;
/* NULL for a language we ship none in. */
const ShippedLetter *letter_shipped(const char *outcome, const char *lang);

/* {outcome, lang, subject, body, shipped, version}: an admin's, else ours; ERR_NOT_FOUND for a language that has none. */
json_t *letter_words_get(Db *db, const char *outcome, const char *lang, GError **error);
/* All of them, without bodies: ours, and those of further languages. */
json_t *letter_words_list(Db *db, GError **error);
/* Event letter_words.changed {outcome, lang}. @version 0: whatever it is. ERR_INVALID "/subject", "/body", "/lang", "/outcome"; ERR_CONFLICT
 * when stale. Needs admin.write. */
gboolean letter_words_set(Db *db, const char *outcome, const char *lang, gint64 version, const char *subject, const char *body, const Actor *actor, gint64 now_ms, GError **error);
/* Back to the shipped words (a further language is gone). */
gboolean letter_words_reset(Db *db, const char *outcome, const char *lang, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
