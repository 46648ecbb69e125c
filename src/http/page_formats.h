/* page_formats.h - the formatters of pages, by subject: page_times.c, page_dates.c, page_money.c, page_numbers.c, page_texts.c, page_queries.c,
 * page_tests.c (what a section asks), page_words.c (our own words: stages, kinds, channels), page_said.c (sentences of our rules), page_choices.c (<option>s). What each writes is told in ui/README.md. */
#pragma once
#include "http/page.h"
#include "text/template.h"
G_BEGIN_DECLS

void page_formats_add(TemplateSet *set); /* all of them */
void page_times_add(TemplateSet *set);
void page_dates_add(TemplateSet *set);
void page_money_add(TemplateSet *set);
void page_numbers_add(TemplateSet *set);
void page_texts_add(TemplateSet *set);
void page_queries_add(TemplateSet *set);
void page_choices_add(TemplateSet *set);
void page_tests_add(TemplateSet *set);
void page_words_add(TemplateSet *set);
void page_said_add(TemplateSet *set);

/* A text in the reader's language; @context->data is the TemplateSet. */
const char *page_word(const TemplateContext *context, const char *text);
const char *page_word_n(const TemplateContext *context, const char *one, const char *many, gint64 n);
/* One of our own words as people read it, as {{stage|word}} writes it; not escaped. */
void page_put_word(GString *out, const char *word, gsize size, const TemplateContext *context);
/* Whether there are words for it, or it would be shown as it is written in the program. */
gboolean page_knows_word(const char *word, const TemplateContext *context);
/* A text as it is, a number in @buffer; NULL for what is neither. Not escaped. page_texts.c */
const char *page_scalar(const TemplateValue *value, char buffer[32], gsize *ret_size);
/* Appends @pattern with {name}s replaced; pairs name, text, ..., NULL. A name that is not given stays. */
void page_fill(GString *out, const char *pattern, const char *name, ...) G_GNUC_NULL_TERMINATED;

/* Civil time in a zone. page_zone.c */
typedef struct {
	gint64 day; /* days since 1970-01-01, local */
	int year, month, mday, hour, minute, second; /* month 1..12 */
	int weekday;  /* 0 Monday .. 6 Sunday */
	int offset_s; /* east of Greenwich */
} LocalTime;
/* An unknown zone is UTC. Quick: zones and offsets are kept a thread. */
void local_time(const char *zone, gint64 at_ms, LocalTime *ret_time);
/* Reads the one form our own answers have, "2026-11-19T12:00:00Z" with or without milliseconds, quicker than time_read();
 * FALSE for every other and for the last days of months: ask time_read(). */
gboolean local_time_read(const char *text, gsize size, gint64 *ret_ms);

/* An instant beside now, both as the reader's clock shows them. page_dates.c */
typedef struct {
	const TemplateContext *context;
	gint64 at_ms;
	LocalTime at;
	const LocalTime *now;
} PageWhen;
/* ISO text or a number of milliseconds; 0 and what cannot be read is no time. */
gboolean page_time_of(const TemplateValue *value, gint64 *ret_ms);
gboolean page_when(const TemplateValue *value, const TemplateContext *context, PageWhen *ret_when);
/* today, tomorrow, yesterday, or the date; with the time where @timed says so (always for the first three). */
void page_put_day(GString *out, const PageWhen *when, gboolean timed);

G_END_DECLS
