/* step_samples.c - see the header. Ours are beginnings to be finished: what is theirs to say stands in brackets. */
#include "cases/step_samples.h"
#include "cases/macro.h"
#include <string.h>

typedef struct {
	const char *step, *lang, *channel, *kind; /* channel, kind NULL: any */
	const char *name, *body;
} Sample;

static const Sample samples[] = {
	{ "listen", "en", "phone", NULL, "On the phone", "Thank you for calling, {{customer.first_name|and thank you for telling me}}. Please tell me what happened; I write it down and will not interrupt." },
	{ "listen", "en", NULL, "compliment", "Thank you", "Dear {{customer.first_name|customer}},\n\nthank you for taking the time to tell us. I pass your words on to the people they are about.\n\n{{agent.first_name}}" },
	{ "listen", "en", NULL, "question", "We have your question", "Dear {{customer.first_name|customer}},\n\nthank you for your question. I look into it myself and answer by [day, time].\n\n{{agent.first_name}}" },
	{ "listen", "en", NULL, NULL, "We have it", "Dear {{customer.first_name|customer}},\n\nthank you for telling us. I have read what you wrote, and it is on my desk now. You hear from me by [day, time].\n\n{{agent.first_name}}" },
	{ "empathise", "en", "phone", NULL, "On the phone", "I am sorry, {{customer.first_name|and I mean it}}. [Name what went wrong, in their words.] That should not have happened." },
	{ "empathise", "en", NULL, NULL, "Sorry, and for what", "I am sorry. [Name what went wrong: two missed visits, then silence.] I can see why you are upset; you were right to tell us." },
	{ "clarify", "en", "phone", NULL, "On the phone", "Let me make sure that I have it right: [what happened, when, what they want]. Is that so? Did I miss anything?" },
	{ "clarify", "en", NULL, NULL, "Have I understood you", "To make sure that I understand you: [what happened, when, what they want]. Is that right? To look further I need [one thing]." },
	{ "offer", "en", NULL, "question", "The answer, and what else is possible", "[The answer.] If that does not fit, we can also [another way]. Which would you prefer?" },
	{ "offer", "en", NULL, NULL, "Two ways to put it right", "We can offer you [first way], or [second way]. Which would you prefer? If neither is right, tell me what would be." },
	{ "act", "en", "phone", NULL, "On the phone", "I do this now: [what]. You hear from me by [day, time], also if it is not done by then. Which number is best?" },
	{ "act", "en", NULL, NULL, "What happens next", "I have [what you did]. It will be [done] by [day, time]. I write to you then, and ask a few days later whether it is still right." },
	{ "learn", "en", NULL, NULL, "What we change", "Because of what you told us we [what changes]. Thank you: it will spare others the same." },
	{ "listen", "de", "phone", NULL, "Am Telefon", "Danke für Ihren Anruf{{#customer.name}}, {{customer.name}}{{/customer.name}}. Bitte erzählen Sie mir, was geschehen ist; ich schreibe mit und unterbreche Sie nicht." },
	{ "listen", "de", NULL, "compliment", "Danke", "Guten Tag{{#customer.name}} {{customer.name}}{{/customer.name}},\n\ndanke, dass Sie sich die Zeit nehmen, uns das zu sagen. Ich gebe Ihre Worte an die weiter, denen sie gelten.\n\n{{agent.name}}" },
	{ "listen", "de", NULL, "question", "Wir haben Ihre Frage", "Guten Tag{{#customer.name}} {{customer.name}}{{/customer.name}},\n\ndanke für Ihre Frage. Ich gehe ihr selbst nach und antworte bis [Tag, Uhrzeit].\n\n{{agent.name}}" },
	{ "listen", "de", NULL, NULL, "Wir haben es", "Guten Tag{{#customer.name}} {{customer.name}}{{/customer.name}},\n\ndanke, dass Sie uns das sagen. Ich habe gelesen, was Sie schreiben, und es liegt jetzt bei mir. Sie hören von mir bis [Tag, Uhrzeit].\n\n{{agent.name}}" },
	{ "empathise", "de", "phone", NULL, "Am Telefon", "Das tut mir leid. [Sagen Sie, was schiefging, mit den Worten des Gegenübers.] Das hätte nicht geschehen dürfen." },
	{ "empathise", "de", NULL, NULL, "Es tut uns leid, und was", "Es tut mir leid. [Sagen Sie, was schiefging: zwei Termine versäumt, dann Schweigen.] Ich kann gut nachvollziehen, dass Sie verärgert sind; es war richtig, uns das zu sagen." },
	{ "clarify", "de", "phone", NULL, "Am Telefon", "Ich fasse kurz zusammen, damit ich nichts falsch mache: [was, wann, was gewünscht ist]. Habe ich Sie richtig verstanden? Fehlt etwas?" },
	{ "clarify", "de", NULL, NULL, "Habe ich Sie verstanden", "Wenn ich Sie richtig verstehe: [was, wann, was gewünscht ist]. Stimmt das so? Um weiterzukommen, brauche ich noch [eines]." },
	{ "offer", "de", NULL, "question", "Die Antwort, und was noch möglich ist", "[Die Antwort.] Wenn das nicht passt, können wir Ihnen auch [ein anderer Weg] anbieten. Was wäre Ihnen lieber?" },
	{ "offer", "de", NULL, NULL, "Zwei Wege, es gutzumachen", "Wir bieten Ihnen [erster Weg] oder [zweiter Weg] an. Was wäre Ihnen lieber? Wenn beides nicht passt, sagen Sie mir, was richtig wäre." },
	{ "act", "de", "phone", NULL, "Am Telefon", "Ich mache jetzt Folgendes: [was]. Sie hören von mir bis [Tag, Uhrzeit], auch wenn es dann noch nicht fertig ist. Unter welcher Nummer erreiche ich Sie am besten?" },
	{ "act", "de", NULL, NULL, "Wie es weitergeht", "Ich habe [was getan wurde]. Bis [Tag, Uhrzeit] ist es [erledigt]. Dann schreibe ich Ihnen, und frage ein paar Tage später, ob alles in Ordnung ist." },
	{ "learn", "de", NULL, NULL, "Was wir ändern", "Wegen Ihres Hinweises ändern wir [was]. Danke: Das erspart anderen dasselbe." },
};

static gboolean
fits(const char *wanted, const char *is)
{
	return wanted == NULL || wanted[0] == '\0' || g_strcmp0(wanted, is) == 0;
}

static void
add(json_t *list, const char *ref, const Sample *from, const Case *it, const Actor *actor, gint64 now_ms)
{
	json_t *one = json_object(), *filled = macro_render(from->body, it, actor, now_ms);

	json_put_text(one, "ref", ref);
	json_put_text(one, "name", from->name);
	json_put_text(one, "text", json_text(filled, "text", ""));
	json_put_text(one, "body", from->body);
	json_put_text(one, "channel", from->channel);
	json_put_text(one, "kind", from->kind);
	json_put(one, "faults", json_incref(json_object_get(filled, "faults")));
	json_put_bool(one, "shipped", ref == NULL);
	json_array_append_new(list, one);
	json_decref(filled);
}

/* @pass 0: of its channel and kind, 1: of one of them, 2: for any. */
static gboolean
is_in_pass(const char *channel, const char *kind, int pass)
{
	const gboolean has_channel = channel != NULL && channel[0] != '\0', has_kind = kind != NULL && kind[0] != '\0';

	return 2 - (has_channel + has_kind) == pass;
}

json_t *
step_samples(Db *db, const Case *it, const char *step, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) macros = NULL, list = json_array();
	const char *lang = g_str_has_prefix(actor->lang, "de") ? "de" : "en";
	const json_t *one;
	size_t i;

	if (!case_word_is(guide_steps, step, NULL)) {
		err_add_field(error, "/step", "There is no such step.");
		return NULL;
	}
	if ((macros = macro_list(db, actor->user_id, error)) == NULL)
		return NULL;
	for (int pass = 0; pass < 3; pass++)
		json_array_foreach(macros, i, one) {
			const char *channel = json_text(one, "channel", NULL), *kind = json_text(one, "kind", NULL);

			if (strcmp(json_text(one, "step", ""), step) == 0 && fits(channel, it->channel) && fits(kind, it->kind) && is_in_pass(channel, kind, pass))
				add(list, json_text(one, "ref", NULL), &(Sample){ step, lang, channel, kind, json_text(one, "name", ""), json_text(one, "body", "") }, it, actor, now_ms);
		}
	for (int pass = 0; pass < 3; pass++)
		for (guint k = 0; k < G_N_ELEMENTS(samples); k++)
			if (strcmp(samples[k].step, step) == 0 && strcmp(samples[k].lang, lang) == 0 && fits(samples[k].channel, it->channel) && fits(samples[k].kind, it->kind) &&
			    is_in_pass(samples[k].channel, samples[k].kind, pass))
				add(list, NULL, &samples[k], it, actor, now_ms);
	return g_steal_pointer(&list);
}
