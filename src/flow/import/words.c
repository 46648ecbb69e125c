#include "flow/import/words.h"
#include "cases/case.h"
#include <string.h>

/* Folded. What stands in cases/case.h is understood anyway. */
static const struct {
	ImportField field;
	const char *theirs, *ours;
} words[] = {
	{ IMPORT_KIND, "problem", "complaint" },
	{ IMPORT_KIND, "incident", "complaint" },
	{ IMPORT_KIND, "grievance", "complaint" },
	{ IMPORT_KIND, "beschwerde", "complaint" },
	{ IMPORT_KIND, "reklamation", "complaint" },
	{ IMPORT_KIND, "inquiry", "question" },
	{ IMPORT_KIND, "enquiry", "question" },
	{ IMPORT_KIND, "frage", "question" },
	{ IMPORT_KIND, "task", "request" },
	{ IMPORT_KIND, "service_request", "request" },
	{ IMPORT_KIND, "feature_request", "suggestion" },
	{ IMPORT_KIND, "praise", "compliment" },
	{ IMPORT_KIND, "lob", "compliment" },
	{ IMPORT_CHANNEL, "e_mail", "email" },
	{ IMPORT_CHANNEL, "mail", "email" },
	{ IMPORT_CHANNEL, "web", "form" },
	{ IMPORT_CHANNEL, "web_form", "form" },
	{ IMPORT_CHANNEL, "webform", "form" },
	{ IMPORT_CHANNEL, "website", "form" },
	{ IMPORT_CHANNEL, "online", "form" },
	{ IMPORT_CHANNEL, "call", "phone" },
	{ IMPORT_CHANNEL, "telephone", "phone" },
	{ IMPORT_CHANNEL, "voice", "phone" },
	{ IMPORT_CHANNEL, "telefon", "phone" },
	{ IMPORT_CHANNEL, "postal_mail", "letter" },
	{ IMPORT_CHANNEL, "post", "letter" },
	{ IMPORT_CHANNEL, "fax", "letter" },
	{ IMPORT_CHANNEL, "brief", "letter" },
	{ IMPORT_CHANNEL, "live_chat", "chat" },
	{ IMPORT_CHANNEL, "messaging", "chat" },
	{ IMPORT_CHANNEL, "walk_in", "in_person" },
	{ IMPORT_CHANNEL, "branch", "in_person" },
	{ IMPORT_CHANNEL, "store", "in_person" },
	{ IMPORT_CHANNEL, "facebook", "social" },
	{ IMPORT_CHANNEL, "twitter", "social" },
	{ IMPORT_CHANNEL, "instagram", "social" },
	{ IMPORT_CHANNEL, "social_media", "social" },
	{ IMPORT_SEVERITY, "minor", "low" },
	{ IMPORT_SEVERITY, "p4", "low" },
	{ IMPORT_SEVERITY, "medium", "normal" },
	{ IMPORT_SEVERITY, "moderate", "normal" },
	{ IMPORT_SEVERITY, "p3", "normal" },
	{ IMPORT_SEVERITY, "major", "high" },
	{ IMPORT_SEVERITY, "p2", "high" },
	{ IMPORT_SEVERITY, "urgent", "critical" },
	{ IMPORT_SEVERITY, "severe", "critical" },
	{ IMPORT_SEVERITY, "p1", "critical" },
	{ IMPORT_STAGE, "new", "received" },
	{ IMPORT_STAGE, "open", "received" },
	{ IMPORT_STAGE, "opened", "received" },
	{ IMPORT_STAGE, "unassigned", "received" },
	{ IMPORT_STAGE, "offen", "received" },
	{ IMPORT_STAGE, "assigned", "acknowledged" },
	{ IMPORT_STAGE, "in_progress", "investigating" },
	{ IMPORT_STAGE, "in_review", "investigating" },
	{ IMPORT_STAGE, "pending", "investigating" },
	{ IMPORT_STAGE, "on_hold", "investigating" },
	{ IMPORT_STAGE, "hold", "investigating" },
	{ IMPORT_STAGE, "waiting", "investigating" },
	{ IMPORT_STAGE, "escalated", "investigating" },
	{ IMPORT_STAGE, "reopened", "investigating" },
	{ IMPORT_STAGE, "in_bearbeitung", "investigating" },
	{ IMPORT_STAGE, "solved", "resolved" },
	{ IMPORT_STAGE, "fixed", "resolved" },
	{ IMPORT_STAGE, "done", "resolved" },
	{ IMPORT_STAGE, "completed", "resolved" },
	{ IMPORT_STAGE, "geloest", "resolved" },
	{ IMPORT_STAGE, "gelöst", "resolved" },
	{ IMPORT_STAGE, "archived", "closed" },
	{ IMPORT_STAGE, "geschlossen", "closed" },
	{ IMPORT_STAGE, "erledigt", "closed" },
	{ IMPORT_OUTCOME, "accepted", "upheld" },
	{ IMPORT_OUTCOME, "justified", "upheld" },
	{ IMPORT_OUTCOME, "partially_upheld", "partly_upheld" },
	{ IMPORT_OUTCOME, "partly_justified", "partly_upheld" },
	{ IMPORT_OUTCOME, "rejected", "not_upheld" },
	{ IMPORT_OUTCOME, "declined", "not_upheld" },
	{ IMPORT_OUTCOME, "unjustified", "not_upheld" },
	{ IMPORT_OUTCOME, "dismissed", "not_upheld" },
	{ IMPORT_OUTCOME, "cancelled", "withdrawn" },
	{ IMPORT_OUTCOME, "transferred", "referred" },
};

static const struct {
	const char *theirs, *stage, *outcome;
} responses[] = {
	{ "closed_with_explanation", "closed", "not_upheld" },
	{ "closed_with_monetary_relief", "closed", "upheld" },
	{ "closed_with_non_monetary_relief", "closed", "upheld" },
	{ "closed_with_relief", "closed", "upheld" },
	{ "closed_without_relief", "closed", "not_upheld" },
	{ "closed", "closed", NULL },
	{ "untimely_response", "closed", NULL }, /* over for the bureau: the company let its time pass */
	{ "in_progress", "investigating", NULL },
};

static const char *const *
our_words(ImportField field)
{
	switch (field) {
	case IMPORT_KIND: return case_kinds;
	case IMPORT_CHANNEL: return case_channels;
	case IMPORT_SEVERITY: return case_severities;
	case IMPORT_STAGE: return case_stages;
	case IMPORT_OUTCOME: return case_outcomes;
	default: return NULL;
	}
}

const char *
import_word(ImportField field, const char *text)
{
	const char *const *ours = our_words(field);
	g_autofree char *folded = NULL;

	for (const char *const *word = ours; *word != NULL; word++)
		if (strcmp(*word, text) == 0)
			return *word;
	folded = import_fold(text);
	for (const char *const *word = ours; *word != NULL; word++)
		if (strcmp(*word, folded) == 0)
			return *word;
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (words[i].field == field && strcmp(words[i].theirs, folded) == 0)
			return words[i].ours;
	return NULL;
}

gboolean
import_cfpb_response(const char *text, const char **ret_stage, const char **ret_outcome)
{
	g_autofree char *folded = import_fold(text);

	for (guint i = 0; i < G_N_ELEMENTS(responses); i++)
		if (strcmp(responses[i].theirs, folded) == 0) {
			*ret_stage = responses[i].stage;
			*ret_outcome = responses[i].outcome;
			return TRUE;
		}
	return FALSE;
}
