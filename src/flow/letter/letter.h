/* letter.h - the final response as a letter: its words filled in for one case, drawn as a PDF, kept on the case and sent to the
 * customer. The words themselves: cases/letter_words.h; drawing: paper/letter.h. */
#pragma once
#include "cases/letter_words.h"
#include "flow/mail/file.h"
#include "paper/letter.h"
G_BEGIN_DECLS

/* What a letter can be filled with, besides a macro's variables; NULL-ended. */
extern const char *const letter_variables[]; /* decision reasons points remedies appeal appeal_months appeal_until company house.phone */

/* {outcome, lang, subject, body, faults[{variable, message}], langs[], sent[letter]}: what the letter of this case would say now, in @lang
 * (NULL: the customer's, else the house's). @house: settings_all(). ERR_CONFLICT while nothing is decided. */
json_t *letter_draft(Db *db, const Case *it, const char *lang, const json_t *house, const Actor *actor, gint64 now_ms, GError **error);

/* Those sent in a case, newest first: [{ref, outcome, lang, subject, pages, by_mail, reason, by{ref, name}|null, sent_at, file (ref)}]. */
json_t *letter_list(Db *db, gint64 case_id, GError **error);
/* One by its ref, with body, to (the customer's name) and case{ref, subject}. ERR_NOT_FOUND. */
json_t *letter_get(Db *db, const char *ref, GError **error);

typedef struct {
	const char *lang, *subject, *body; /* as somebody left them */
	const char *reason;                /* why another one; needed from the second on */
	gint64 version;                    /* the case's it was written against; 0: any */
} NewLetter;
/* Whether the house's own font for letters can be had here: ERR_INVALID "/letter_font". NULL and "": none. Slow. */
gboolean letter_font_check(const char *family, GError **error);
/* The letter on paper: letterhead, whom it goes to, day and reference. ERR_INVALID "/body", "/subject" (also where a field is still
 * unfilled). Slow. (transfer full) */
GBytes *letter_pdf(Db *db, const Case *it, const NewLetter *make, const json_t *house, const Actor *actor, gint64 now_ms, PaperFacts *ret_facts, GError **error);
/* In the caller's transaction: the message with the file (a blob that is there already), by mail where possible, the letter's row,
 * event letter.sent {outcome, lang, pages, by_mail, again}. ERR_CONFLICT when stale, merged away or undecided; ERR_INVALID "/reason". */
gboolean letter_send_in(Db *db, const MailContext *context, gint64 case_id, const NewLetter *make, const PaperFacts *facts, const char *hash, gint64 size, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);

G_END_DECLS
