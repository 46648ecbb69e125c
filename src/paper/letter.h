/* letter.h - a letter as a PDF: letterhead, address, subject, words, page numbers. What it says: flow/letter/letter.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

enum { PAPER_MAX_BODY = 96 * 1024, PAPER_MAX_PAGES = 60 };

extern const char *const paper_sizes[]; /* "A4", "Letter" */

typedef struct {
	const char *size;      /* of paper_sizes; NULL: A4 */
	const char *lang;      /* "de": for hyphenation, shapes of letters and the like; may be NULL */
	const char *house, *address; /* letterhead; the address may have several lines; NULL: none */
	const char *to;        /* whom it goes to, with their address; several lines; may be NULL */
	const char *aside;     /* day and reference, several lines; may be NULL */
	const char *subject;   /* may be NULL */
	const char *body;      /* plain words: paragraphs with an empty line between, UTF-8 */
	const char *font;      /* the house's own, a family installed here; NULL, and where it is not: ours */
	const char *page_words; /* "Page {n} of {all}"; NULL: in English */
	gint64 now_ms;         /* stands in the file as when it was made */
} PaperLetter;

typedef struct {
	guint pages;
	guint unknown; /* characters that no font installed here can draw */
	gboolean font_missing; /* the house's own font is not installed here: it is set in ours */
} PaperFacts;

/* The file's bytes, fonts embedded. ERR_INVALID "/body" when it is too long for PAPER_MAX_PAGES, or no UTF-8; ERR_INTERNAL where
 * the library is missing. Slow (tens of milliseconds): never on the writer. (transfer full) */
GBytes *paper_letter_pdf(const PaperLetter *letter, PaperFacts *ret_facts, GError **error);

G_END_DECLS
