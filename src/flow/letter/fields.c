/* fields.c - see the header. Letters are in the customer's language, whatever the page's is: their few words of ours stand here
 * and not in the pages' catalogue. Languages we do not speak get the English ones; their templates say it themselves. */
#include "flow/letter/fields.h"
#include "base/clock.h"
#include "cases/macro.h"
#include "flow/letter/letter.h"
#include "text/span.h"
#include <string.h>

const char *const letter_variables[] = { "decision", "reasons", "points", "remedies", "appeal", "appeal_months", "appeal_until", "company", "house.phone", NULL };

static const struct {
	const char *what, *en, *de;
} spoken[] = {
	{ "upheld", "your complaint is upheld", "Ihre Beschwerde ist berechtigt" },
	{ "partly_upheld", "your complaint is partly upheld", "Ihre Beschwerde ist teilweise berechtigt" },
	{ "not_upheld", "your complaint is not upheld", "Ihre Beschwerde ist nicht berechtigt" },
	{ "withdrawn", "your complaint is closed, as you asked", "Ihre Beschwerde ist auf Ihren Wunsch beendet" },
	{ "out_of_scope", "your complaint is outside what we may decide", "Ihre Beschwerde liegt außerhalb dessen, was wir entscheiden dürfen" },
	{ "referred", "we have passed your complaint on", "wir haben Ihre Beschwerde weitergegeben" },
	{ "point.upheld", "upheld", "berechtigt" },
	{ "point.partly_upheld", "partly upheld", "teilweise berechtigt" },
	{ "point.not_upheld", "not upheld", "nicht berechtigt" },
	{ "month", "month", "Monat" },
	{ "months", "months", "Monaten" },
	{ "page", "Page {n} of {all}", "Seite {n} von {all}" },
	{ "reference", "Our reference", "Unser Zeichen" },
};

const char *
letter_word(const char *lang, const char *what)
{
	for (guint i = 0; i < G_N_ELEMENTS(spoken); i++)
		if (strcmp(spoken[i].what, what) == 0)
			return g_str_has_prefix(lang, "de") ? spoken[i].de : spoken[i].en;
	return what;
}

static char *
points_text(const LetterFields *of)
{
	const json_t *points = json_object_get(of->decision, "points"), *one;
	GString *text = g_string_new(NULL);
	size_t i;

	json_array_foreach(points, i, one) {
		g_autofree char *word = g_strconcat("point.", json_text(one, "outcome", ""), NULL);

		g_string_append_printf(text, "%s\u2022 %s: %s", i > 0 ? "\n" : "", json_text(one, "text", ""), letter_word(of->actor->lang, word));
	}
	return g_string_free(text, FALSE);
}

/* "the Furniture Ombudsman, https://..." */
static char *
appeal_text(const LetterFields *of)
{
	const char *name = json_text(of->house, "appeal_name", ""), *url = json_text(of->house, "appeal_url", "");

	if (name[0] == '\0')
		return NULL;
	return url[0] != '\0' ? g_strdup_printf("%s (%s)", name, url) : g_strdup(name);
}

/* The same day so many months later, or that month's last; in the writer's zone. */
static char *
appeal_until(const LetterFields *of)
{
	g_autoptr(GTimeZone) zone = zone_by_name(of->actor->zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(of->now_ms / MS_PER_S);
	g_autoptr(GDateTime) there = utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;
	g_autoptr(GDateTime) until = there != NULL ? g_date_time_add_months(there, (int)json_int(of->house, "appeal_months", 6)) : NULL;

	return until != NULL ? macro_day(g_date_time_to_unix(until) * MS_PER_S, of->actor) : NULL;
}

static char *
months_text(const LetterFields *of)
{
	gint64 n = json_int(of->house, "appeal_months", 6);

	return g_strdup_printf("%" G_GINT64_FORMAT " %s", n, letter_word(of->actor->lang, n == 1 ? "month" : "months"));
}

char *
letter_field(const char *name, gpointer fields)
{
	const LetterFields *of = fields;
	guint at = 0;

	if (!case_word_is(letter_variables, name, &at))
		return macro_value(name, of->it, of->actor, of->now_ms);
	switch (at) {
	case 0: return g_strdup(letter_word(of->actor->lang, json_text(of->decision, "outcome", "")));
	case 1: return g_strdup(json_text(of->decision, "reasons", NULL));
	case 2: return points_text(of);
	case 3: return g_strdup(of->remedies);
	case 4: return appeal_text(of);
	case 5: return months_text(of);
	case 6: return appeal_until(of);
	case 7: return g_strdup(json_text(of->house, "house", ""));
	default: return g_strdup(json_text(of->house, "phone", ""));
	}
}

gboolean
letter_field_known(const char *name, gpointer fields)
{
	return case_word_is(letter_variables, name, NULL) || case_word_is(macro_variables, name, NULL);
}
