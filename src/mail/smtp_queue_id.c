/* smtp_queue_id.c - the id under which a server says it keeps a mail: what an operator looks for in its log. See smtp.h. */
#include "mail/smtp.h"
#include <string.h>

/* The most particular first; the id is the first group. */
static const char *const forms[] = {
	"\\bqueued as <?([A-Za-z0-9._-]+)",                                  /* Postfix, and many that speak like it */
	"^(?:\\d\\.\\d\\.\\d )?OK id=([A-Za-z0-9-]{10,40})\\b",              /* Exim */
	"\\[InternalId=(\\d+)",                                              /* Exchange, Microsoft 365 */
	"^(?:\\d\\.\\d\\.\\d )?OK +\\d+ ([a-z0-9_.-]+(?: - g?smtp)?) - gsmtp", /* Gmail */
	"^(?:\\d\\.\\d\\.\\d )?([A-Za-z0-9]{8,20}) Message accepted for delivery", /* Sendmail, OpenSMTPD */
	"^OK ([0-9a-f]{10,40}-[0-9a-f-]{10,60})$",                           /* Amazon SES */
	"^ok \\d+ qp (\\d+)",                                                /* qmail */
	"\\b(?:id|queue id|message id)[=: ]+<?([A-Za-z0-9][A-Za-z0-9._@-]{5,80})",
};

char *
smtp_queue_id(const char *words)
{
	for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autoptr(GRegex) form = g_regex_new(forms[i], G_REGEX_CASELESS, 0, NULL);
		g_autoptr(GMatchInfo) found = NULL;

		g_assert(form != NULL);
		if (g_regex_match(form, words, 0, &found))
			return g_match_info_fetch(found, 1);
	}
	return NULL;
}
