/* quotes_evidence.c - what a line tells of being an announcement: a date, a time, an address. What is made of it: text/quotes_intro.c. */
#include "text/quotes_impl.h"

guint
quote_evidence_n(QuoteEvidence e)
{
	return e.date + e.time + e.address;
}

/* A year, a date in figures or the Chinese, Japanese or Korean sign behind a figure; 10:00, 10.00 or 10h00; name@host. */
QuoteEvidence
quote_evidence_of(const char *p, const char *end)
{
	QuoteEvidence e = { FALSE, FALSE, FALSE };

	while (p < end) {
		const char *figure = p;

		if (*p == '@' && p + 1 < end && g_ascii_isalnum(p[1]))
			e.address = TRUE;
		if (!g_ascii_isdigit(*p)) {
			p++;
			continue;
		}
		while (p < end && g_ascii_isdigit(*p))
			p++;
		if (p - figure == 4 && (strncmp(figure, "19", 2) == 0 || strncmp(figure, "20", 2) == 0))
			e.date = TRUE;
		if (p - figure > 2 || p + 2 >= end)
			continue;
		if (g_str_has_prefix(p, "年") || g_str_has_prefix(p, "月") || g_str_has_prefix(p, "년") || g_str_has_prefix(p, "월"))
			e.date = TRUE;
		if ((*p == ':' || *p == 'h' || *p == 'H' || *p == '.') && g_ascii_isdigit(p[1]) && g_ascii_isdigit(p[2]) &&
			(p + 3 >= end || (p[3] != *p && !g_ascii_isdigit(p[3])) || *p == ':')) {
			e.time = TRUE;
			p += 3;
		} else if (strchr("/.-", *p) != NULL) { /* 2.3.26, 02/03/2026, 2. 3. 26 */
			const char *second = p + 1 + (p[1] == ' '), *digit = second;

			while (second < end && g_ascii_isdigit(*second))
				second++;
			e.date = e.date || (second > digit && second - digit <= 2 && second + 1 < end && *second == *p &&
				g_ascii_isdigit(second[1 + (second[1] == ' ' && second + 2 < end)]));
		}
	}
	return e;
}

gboolean
quote_digit_within(const char *p, const char *end, gsize n)
{
	for (end = MIN(end, p + n); p < end; p++)
		if (g_ascii_isdigit(*p))
			return TRUE;
	return FALSE;
}
