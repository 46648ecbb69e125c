/* words.c - see words.h. The pages' own words are in ui/words; these are of mails, which no template draws. */
#include "survey/words.h"
#include <string.h>

const char *const survey_shipped_langs[] = { "en", "de", NULL };

static const struct {
	const char *kind, *lang, *ask, *low, *high;
} shipped[] = {
	{ "csat", "en", "How satisfied are you with how we handled this?", "Not at all", "Very" },
	{ "csat", "de", "Wie zufrieden sind Sie damit, wie wir das gelöst haben?", "Gar nicht", "Sehr" },
	{ "nps", "en", "How likely are you to recommend us to a friend or colleague?", "Not at all likely", "Very likely" },
	{ "nps", "de", "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?", "Gar nicht wahrscheinlich", "Sehr wahrscheinlich" },
	{ "ces", "en", "It was easy to get this put right.", "Not at all", "Fully" },
	{ "ces", "de", "Es war leicht, das in Ordnung zu bringen.", "Trifft gar nicht zu", "Trifft voll zu" },
};

static const char *const says[SAY_N][2] = {
	[SAY_SUBJECT] = { "How did we do? One question", "Wie war es? Eine Frage" },
	[SAY_LEAD] = { "You turned to us, and we did something about it. Please tell us how it was for you.",
	               "Sie haben sich an uns gewandt, und wir haben etwas getan. Bitte sagen Sie uns, wie es für Sie war." },
	[SAY_THANKS] = { "Thank you. We read every answer.", "Danke. Wir lesen jede Antwort." },
	[SAY_CHOOSE] = { "Choose a number. A page opens where you send it.", "Wählen Sie eine Zahl. Auf der Seite, die sich öffnet, schicken Sie sie ab." },
	[SAY_OPEN] = { "Answer on a page", "Auf einer Seite antworten" },
	[SAY_ONCE] = { "We ask you at most once in 30 days.", "Wir fragen Sie höchstens einmal in 30 Tagen." },
	[SAY_STOP] = { "Do not ask me again", "Nicht mehr fragen" },
	[SAY_UNTIL] = { "You can answer until %s.", "Sie können bis %s antworten." },
	[SAY_STILL_SUBJECT] = { "Is it still right?", "Ist noch alles in Ordnung?" },
	[SAY_STILL] = { "Some days ago we settled this with you: %s. Is it still right?", "Vor einigen Tagen haben wir das mit Ihnen geklärt: %s. Ist noch alles in Ordnung?" },
	[SAY_STILL_YES] = { "Yes, it is right", "Ja, alles in Ordnung" },
	[SAY_STILL_NO] = { "No, something is not right", "Nein, etwas stimmt nicht" },
	[SAY_STILL_WHY] = { "If something is not right, we open it again at once, and the same person looks after it.",
	                    "Wenn etwas nicht stimmt, öffnen wir den Vorgang sofort wieder, und dieselbe Person kümmert sich darum." },
	[SAY_NOT_RIGHT] = { "It is not right.", "Es ist nicht in Ordnung." },
};

gboolean
survey_lang_is_tag(const char *lang)
{
	gsize n = strlen(lang);

	if (n != 2 && n != 5)
		return FALSE;
	if (!g_ascii_islower(lang[0]) || !g_ascii_islower(lang[1]))
		return FALSE;
	return n == 2 || (lang[2] == '-' && g_ascii_isupper(lang[3]) && g_ascii_isupper(lang[4]));
}

static const json_t *
exactly(const json_t *words, const char *lang)
{
	g_autofree char *plain = g_strndup(lang, strcspn(lang, "-_"));
	const json_t *found = json_object_get(words, lang);

	return found != NULL ? found : json_object_get(words, plain);
}

const json_t *
survey_words_pick(const json_t *words, const char *lang)
{
	const json_t *found = lang != NULL ? exactly(words, lang) : NULL;
	const char *key;
	json_t *value;

	if (found != NULL || (found = json_object_get(words, "en")) != NULL)
		return found;
	json_object_foreach((json_t *)words, key, value)
		return value;
	return NULL;
}

static gboolean
is_of(const char *lang, const char *wanted)
{
	gsize n = strlen(wanted);

	return lang != NULL && strncmp(lang, wanted, n) == 0 && !g_ascii_isalpha(lang[n]);
}

static guint
shipped_at(const char *kind, const char *lang, guint otherwise)
{
	for (guint i = 0; i < G_N_ELEMENTS(shipped); i++)
		if (strcmp(shipped[i].kind, kind) == 0 && is_of(lang, shipped[i].lang))
			return i;
	return otherwise;
}

/* Somebody's own words for the very language come first, then ours for it, then whatever can be understood. */
json_t *
survey_question_words(const char *kind, const json_t *own, const char *lang)
{
	const guint none = G_N_ELEMENTS(shipped);
	const json_t *mine = lang != NULL ? exactly(own, lang) : NULL, *options;
	guint ours = shipped_at(kind, lang, none);
	json_t *out = json_object();

	if (mine == NULL && ours == none && (mine = survey_words_pick(own, lang)) == NULL)
		ours = shipped_at(kind, "en", none);
	json_put_text(out, "ask", mine != NULL ? json_text(mine, "ask", "") : ours < none ? shipped[ours].ask : "");
	json_put_text(out, "low", mine != NULL ? json_text(mine, "low", "") : ours < none ? shipped[ours].low : "");
	json_put_text(out, "high", mine != NULL ? json_text(mine, "high", "") : ours < none ? shipped[ours].high : "");
	options = mine != NULL ? json_object_get(mine, "options") : NULL;
	json_put(out, "options", json_is_array(options) ? json_deep_copy(options) : json_array());
	return out;
}

const char *
survey_say(SurveySay what, const char *lang)
{
	return says[what][is_of(lang, "de") ? 1 : 0];
}

const char *
survey_own_or_say(const json_t *words, const char *lang, const char *key, SurveySay otherwise)
{
	gboolean ours = is_of(lang, "en") || is_of(lang, "de");
	const json_t *own = lang != NULL ? exactly(words, lang) : NULL;
	const char *text = own != NULL ? json_text(own, key, "") : "";

	if (text[0] == '\0' && !ours && (own = json_object_get(words, "en")) != NULL)
		text = json_text(own, key, "");
	return text[0] != '\0' ? text : survey_say(otherwise, lang);
}
