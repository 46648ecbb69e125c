/* letter_shipped.c - the words of final responses as we ship them. Each says that it is the final response, what was decided and why,
 * what puts it right, and where else the customer can turn, and until when: what ISO 10002 (7.8, 7.9) and the rules for final responses
 * of financial and other ombudsmen ask for. The fields: flow/letter/letter.c. */
#include "cases/letter_words.h"
#include <string.h>

#define EN_OPEN "Dear {{customer.name|customer}},\n\nThank you for telling us about \"{{case.subject}}\" on {{case.received}}. We have looked into it. This is our final response to your complaint {{case.ref}}.\n\n"
#define EN_POINTS "{{#points}}You raised several points. This is what we found on each:\n{{points}}\n\n{{/points}}"
#define EN_WHY "Why we decided so:\n\n{{reasons}}\n\n"
#define EN_REMEDY "{{#remedies}}To put it right:\n{{remedies}}\n\n{{/remedies}}"
#define EN_APPEAL "{{#appeal}}If you do not agree with this answer, you have the right to turn to {{appeal}}. Please do so within {{appeal_months}} of the date of this letter, by {{appeal_until}}. After that day they may not be able to look at it.\n\n{{/appeal}}"
#define EN_CLOSE "If anything in this letter is unclear, or if you know of something that we did not, please write to us: we read every answer.\n\nYours sincerely\n\n{{agent.name}}\n{{company}}"

#define DE_OPEN "Guten Tag{{#customer.name}} {{customer.name}}{{/customer.name}},\n\ndanke, dass Sie uns am {{case.received}} von \"{{case.subject}}\" berichtet haben. Wir sind der Sache nachgegangen. Dies ist unsere abschließende Antwort auf Ihre Beschwerde {{case.ref}}.\n\n"
#define DE_POINTS "{{#points}}Sie haben mehrere Punkte genannt. Das haben wir zu jedem festgestellt:\n{{points}}\n\n{{/points}}"
#define DE_WHY "Warum wir so entschieden haben:\n\n{{reasons}}\n\n"
#define DE_REMEDY "{{#remedies}}Damit machen wir es wieder gut:\n{{remedies}}\n\n{{/remedies}}"
#define DE_APPEAL "{{#appeal}}Wenn Sie mit dieser Antwort nicht einverstanden sind, haben Sie das Recht, sich an {{appeal}} zu wenden. Bitte tun Sie das innerhalb von {{appeal_months}} ab dem Datum dieses Schreibens, spätestens am {{appeal_until}}. Danach kann Ihr Anliegen dort möglicherweise nicht mehr geprüft werden.\n\n{{/appeal}}"
#define DE_CLOSE "Wenn etwas in diesem Schreiben unklar ist oder Sie etwas wissen, das wir nicht wussten, schreiben Sie uns bitte: Wir lesen jede Antwort.\n\nMit freundlichen Grüßen\n\n{{agent.name}}\n{{company}}"

static const char en_subject[] = "Our final response to your complaint {{case.ref}}";
static const char de_subject[] = "Unsere abschließende Antwort auf Ihre Beschwerde {{case.ref}}";

static const ShippedLetter shipped[] = {
	{ "upheld", "en", en_subject,
	  EN_OPEN "Our decision: {{decision}}. You were right to complain, and we are sorry for what happened.\n\n" EN_POINTS EN_WHY EN_REMEDY EN_APPEAL EN_CLOSE },
	{ "partly_upheld", "en", en_subject,
	  EN_OPEN "Our decision: {{decision}}. In part you were right, and for that part we are sorry.\n\n" EN_POINTS EN_WHY EN_REMEDY EN_APPEAL EN_CLOSE },
	{ "not_upheld", "en", en_subject,
	  EN_OPEN "Our decision: {{decision}}. We know that this is not the answer you hoped for, and we want you to be able to follow how we came to it.\n\n" EN_POINTS EN_WHY
	          "{{#remedies}}Without this changing our decision, as a gesture of goodwill:\n{{remedies}}\n\n{{/remedies}}" EN_APPEAL EN_CLOSE },
	{ "withdrawn", "en", en_subject,
	  EN_OPEN "Our decision: {{decision}}. You told us that you do not want to pursue it any further, so we have ended it without deciding who was right.\n\n"
	          "{{#reasons}}What we noted:\n\n{{reasons}}\n\n{{/reasons}}" EN_REMEDY "If you change your mind, an answer to this letter is enough: we open it again.\n\n" EN_APPEAL EN_CLOSE },
	{ "out_of_scope", "en", en_subject,
	  EN_OPEN "Our decision: {{decision}}. This is not a matter that we can decide.\n\n" EN_POINTS EN_WHY EN_REMEDY EN_APPEAL EN_CLOSE },
	{ "referred", "en", en_subject,
	  EN_OPEN "Our decision: {{decision}}. Somebody else is responsible for it and will answer you.\n\n" EN_POINTS "Who that is, and why:\n\n{{reasons}}\n\n" EN_REMEDY EN_APPEAL EN_CLOSE },
	{ "upheld", "de", de_subject,
	  DE_OPEN "Unsere Entscheidung: {{decision}}. Sie haben sich zu Recht beschwert, und was geschehen ist, tut uns leid.\n\n" DE_POINTS DE_WHY DE_REMEDY DE_APPEAL DE_CLOSE },
	{ "partly_upheld", "de", de_subject,
	  DE_OPEN "Unsere Entscheidung: {{decision}}. Zum Teil haben Sie recht, und dieser Teil tut uns leid.\n\n" DE_POINTS DE_WHY DE_REMEDY DE_APPEAL DE_CLOSE },
	{ "not_upheld", "de", de_subject,
	  DE_OPEN "Unsere Entscheidung: {{decision}}. Wir wissen, dass Sie sich eine andere Antwort erhofft haben. Sie sollen nachvollziehen können, wie wir zu ihr gekommen sind.\n\n" DE_POINTS DE_WHY
	          "{{#remedies}}Ohne dass dies unsere Entscheidung ändert, aus Kulanz:\n{{remedies}}\n\n{{/remedies}}" DE_APPEAL DE_CLOSE },
	{ "withdrawn", "de", de_subject,
	  DE_OPEN "Unsere Entscheidung: {{decision}}. Sie haben uns gesagt, dass Sie die Sache nicht weiter verfolgen möchten. Wir haben sie deshalb beendet, ohne zu entscheiden, wer recht hat.\n\n"
	          "{{#reasons}}Was wir festgehalten haben:\n\n{{reasons}}\n\n{{/reasons}}" DE_REMEDY "Wenn Sie es sich anders überlegen, genügt eine Antwort auf dieses Schreiben: Dann öffnen wir den Fall wieder.\n\n" DE_APPEAL DE_CLOSE },
	{ "out_of_scope", "de", de_subject,
	  DE_OPEN "Unsere Entscheidung: {{decision}}. Über diese Sache können wir nicht entscheiden.\n\n" DE_POINTS DE_WHY DE_REMEDY DE_APPEAL DE_CLOSE },
	{ "referred", "de", de_subject,
	  DE_OPEN "Unsere Entscheidung: {{decision}}. Zuständig ist jemand anderes und wird Ihnen antworten.\n\n" DE_POINTS "Wer das ist, und warum:\n\n{{reasons}}\n\n" DE_REMEDY DE_APPEAL DE_CLOSE },
};

const ShippedLetter *
letter_shipped(const char *outcome, const char *lang)
{
	for (guint i = 0; i < G_N_ELEMENTS(shipped); i++)
		if (strcmp(shipped[i].outcome, outcome) == 0 && strcmp(shipped[i].lang, lang) == 0)
			return &shipped[i];
	return NULL;
}
