/* test_guide_words.c - agents' sentences and what they do; the ones that only look like it stand beside them. */
#include "kit/kit.h"
#include "text/guide_words.h"
#include <string.h>

/* a apology, e empathy, q question, s summary, o options, f follow-up */
static const struct {
	const char *signs, *text;
} table[] = {
	{ "a", "I am sorry." }, { "a", "I’m sorry for the delay" }, { "a", "We are truly sorry that it leaked." }, { "a", "I do apologise for this." }, { "a", "Please accept our sincere apologies." },
	{ "a", "I'm so sorry to hear this." }, { "a", "Es tut mir leid." }, { "a", "Das tut uns sehr leid, Frau Lima." }, { "a", "Ich bitte Sie um Entschuldigung." }, { "a", "Bitte entschuldigen Sie die Verspätung." },
	{ "a", "Wir entschuldigen uns dafür." }, { "a", "WE APOLOGISE FOR THIS" }, { "a", "Dear Ruth, you should not have to be the one who remembers. I am sorry." }, { "a", "This should not have happened. I am very sorry about it." },
	{ "", "You'll be sorry." }, { "", "You will be very sorry about that" }, { "", "I am not sorry." }, { "", "We are not at all sorry for it" }, { "", "I am sorry to say that it is too late." }, { "", "I am sorry, but that is our policy." },
	{ "", "You do not need to apologise." }, { "", "There is no need to say sorry." }, { "", "I cannot apologise for that." }, { "", "Das wird Ihnen leid tun." }, { "", "Es tut mir nicht leid." }, { "", "Sie brauchen sich nicht zu entschuldigen." },
	{ "", "We regret nothing. Sorry state of affairs." }, { "", "I am sorry if you feel that way." }, { "", "> I am sorry\n> said somebody\nThank you." }, { "", "They are so sorry for themselves" },
	{ "e", "I can see why you are upset." }, { "e", "That must have been a shock." }, { "e", "Ich kann Ihren Ärger gut verstehen." }, { "e", "Ich kann das gut nachvollziehen." }, { "", "I cannot understand why." }, { "", "Ich kann das nicht nachvollziehen." },
	{ "q", "When did the engineer come?" }, { "q", "Could you send me a photo of it? Thank you." }, { "q", "An welchem Tag war das genau?" }, { "", "Is there anything else I can do for you?" }, { "", "Haben Sie noch weitere Fragen?" }, { "", "See https://x.example/a?b=1 for it." },
	{ "", "Why?" }, { "", "> When did the engineer come?\nOn Monday." },
	{ "sq", "If I understand you right, it leaked twice. Is that what happened?" }, { "s", "To sum up: two visits were missed." }, { "s", "Wenn ich Sie richtig verstehe, kam niemand." }, { "sq", "Habe ich Sie da richtig verstanden?" },
	{ "o", "You can choose between a refund and a new one." }, { "oq", "Would you prefer a refund or a repair?" }, { "o", "We can offer you £50." }, { "o", "Wir bieten Ihnen eine Reparatur an." }, { "o", "Wir können Ihnen 50 Euro anbieten." }, { "oq", "Möchten Sie lieber das Geld zurück?" },
	{ "", "We cannot offer you that." }, { "", "We can not offer you that." }, { "", "Wir können Ihnen das nicht anbieten." }, { "", "Wir können Ihnen leider nichts anbieten." }, { "", "There are no two options here" },
	{ "fq", "Is everything working now, as it should?" }, { "f", "I wanted to check that it came." }, { "fq", "Ist nun alles in Ordnung bei Ihnen?" },
	{ "aeo", "Dear Ana, I am sorry. I can imagine how that felt. We can offer a new one." }, { "", "" }, { "", "Thank you for writing. I look into it today." }, { "", "\xff\xfe" },
};

static void
test_table(void)
{
	static const char letters[] = "aeqsof";

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		const char *words[N_SIGNS];

		guide_words_find(table[i].text, words);
		for (guint k = 0; k < N_SIGNS; k++)
			if ((words[k] != NULL) != (strchr(table[i].signs, letters[k]) != NULL))
				g_error("'%s': sign %c is %s", table[i].text, letters[k], words[k] != NULL ? words[k] : "missing");
	}
}

/* Long texts are cut, not walked for ever; a sign behind the cut is not seen. */
static void
test_long(void)
{
	g_autofree char *filler = g_strnfill(GUIDE_WORDS_MAX, 'a'), *many = NULL;
	g_autofree char *text = g_strconcat(filler, " I am sorry.", NULL);
	GString *words = g_string_new(NULL);
	const char *found[N_SIGNS];

	guide_words_find(text, found);
	g_assert_null(found[SIGN_APOLOGY]);
	for (int i = 0; i < 100000; i++)
		g_string_append(words, "i ");
	many = g_string_free(words, FALSE);
	guide_words_find(many, found);
	g_assert_null(found[SIGN_APOLOGY]);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/guide_words/table", test_table);
	kit_add_plain("/guide_words/long", test_long);
	return kit_run();
}
