/* filing.h - what the filer asks of the writer: these mails filed at once, one put aside, an attempt counted. Private to
 * flow/mail/filer.c, which decides in what order. */
#pragma once
#include "flow/mail/filer.h"
#include "flow/mail/reader.h"
G_BEGIN_DECLS

typedef struct {
	Store *store;
	const MailContext *context;
	MailFiled filed; /* so far */
} MailFiling;

/* The first @n of @items (of MailItem): all in one unit; where one of them spoils it, each by itself, and what our rules refuse is put
 * aside. ERR_BUSY, ERR_LIMIT: the house's own trouble; what is not filed waits. */
gboolean mail_filing_items(MailFiling *self, GPtrArray *items, guint n, GError **error);
/* Also TRUE when somebody else filed it meanwhile. */
gboolean mail_filing_aside(MailFiling *self, GPtrArray *items, guint at, const char *reason, GError **error);
/* Of the first of @items, durably; and back, where the program is still there: what kept it from being filed was not the mail. */
gboolean mail_filing_attempt(MailFiling *self, GPtrArray *items, GError **error);
gboolean mail_filing_attempt_over(MailFiling *self, GPtrArray *items, GError **error);

G_END_DECLS
