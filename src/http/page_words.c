/* page_words.c - our own words as people read them: {{stage|word}}. The words themselves belong to cases/case.h and its
 * neighbours; here is how each is shown, and that it can be translated. A word without a row is shown with spaces for
 * underscores and a capital, and looked up so in the catalogue; so is a whole sentence ({{message|word}}). */
#include "http/page_formats.h"
#include <stdarg.h>
#include <string.h>

typedef struct {
	const char *word, *shown;
} Shown;

/* In the order of the alphabet. */
static const Shown table[] = {
	{ "account", WORD("Account") },
	{ "acknowledge", WORD("Acknowledge") },
	{ "acknowledged", WORD("Acknowledged") },
	{ "admin", WORD("Administrator") },
	{ "agent", WORD("Agent") },
	{ "angry", WORD("Angry") },
	{ "annoyed", WORD("Annoyed") },
	{ "answer", WORD("Answer") },
	{ "any", WORD("Any") },
	{ "api", WORD("API") },
	{ "apology", WORD("An apology") },
	{ "approved", WORD("Approved") },
	{ "auditor", WORD("Auditor") },
	{ "body", WORD("Text") },
	{ "broken", WORD("Broken") },
	{ "category", WORD("Category") },
	{ "channel", WORD("Channel") },
	{ "chat", WORD("Chat") },
	{ "chosen", WORD("Chosen") },
	{ "clock", WORD("Clock") },
	{ "closed", WORD("Closed") },
	{ "compensation", WORD("Compensation for distress") },
	{ "complaint", WORD("Complaint") },
	{ "compliment", WORD("Compliment") },
	{ "correction", WORD("A correction") },
	{ "credit", WORD("Credit") },
	{ "critical", WORD("Critical") },
	{ "customer", WORD("Customer") },
	{ "customer.email", WORD("Customer's email") },
	{ "customer.external_id", WORD("Customer's external number") },
	{ "customer.name", WORD("Customer's name") },
	{ "customer.phone", WORD("Customer's phone") },
	{ "declined", WORD("Declined") },
	{ "desired_remedy", WORD("Wished remedy") },
	{ "discount", WORD("A discount") },
	{ "doing", WORD("In progress") },
	{ "done", WORD("Done") },
	{ "email", WORD("Email") },
	{ "expired", WORD("Expired") },
	{ "explanation", WORD("An explanation") },
	{ "external_id", WORD("Outside number") },
	{ "failed", WORD("Failed") },
	{ "final", WORD("Final response") },
	{ "follow_up", WORD("Follow-up") },
	{ "followed_up", WORD("Followed up") },
	{ "form", WORD("Web form") },
	{ "free_service", WORD("A free service") },
	{ "high", WORD("High") },
	{ "import", WORD("Import") },
	{ "in_person", WORD("In person") },
	{ "inbound", WORD("Received message") },
	{ "investigating", WORD("Investigating") },
	{ "kind", WORD("Kind") },
	{ "late", WORD("Late") },
	{ "least_loaded", WORD("To the least loaded") },
	{ "letter", WORD("Letter") },
	{ "low", WORD("Low") },
	{ "missed", WORD("Missed") },
	{ "normal", WORD("Normal") },
	{ "not_upheld", WORD("Not upheld") },
	{ "note", WORD("Note") },
	{ "offered", WORD("Offered") },
	{ "other", WORD("Something else") },
	{ "out_of_scope", WORD("Out of scope") },
	{ "outbound", WORD("Sent message") },
	{ "outcome", WORD("Outcome") },
	{ "partial_refund", WORD("Part of the money back") },
	{ "partly_upheld", WORD("Partly upheld") },
	{ "phone", WORD("Phone") },
	{ "portal", WORD("Portal") },
	{ "product", WORD("Product") },
	{ "promise", WORD("Promise") },
	{ "proposed", WORD("Proposed") },
	{ "question", WORD("Question") },
	{ "received", WORD("Received") },
	{ "received_at", WORD("Received at") },
	{ "referred", WORD("Referred") },
	{ "refund", WORD("Money back") },
	{ "refused", WORD("Refused") },
	{ "remedy", WORD("Remedy") },
	{ "repair", WORD("A repair") },
	{ "replacement", WORD("A replacement") },
	{ "reply", WORD("Reply") },
	{ "request", WORD("Request") },
	{ "resolve", WORD("Put right") },
	{ "resolved", WORD("Resolved") },
	{ "respond", WORD("A person's first answer") },
	{ "reversed", WORD("Taken back") },
	{ "review", WORD("Review") },
	{ "root_cause", WORD("Root cause") },
	{ "round_robin", WORD("In turn") },
	{ "severity", WORD("Severity") },
	{ "social", WORD("Social media") },
	{ "soon", WORD("Due soon") },
	{ "subject", WORD("Subject") },
	{ "suggestion", WORD("Suggestion") },
	{ "supervisor", WORD("Supervisor") },
	{ "tags", WORD("Tags") },
	{ "update", WORD("Our next word") },
	{ "upheld", WORD("Upheld") },
	{ "withdrawn", WORD("Withdrawn") },
};

const char *
page_word(const TemplateContext *context, const char *text)
{
	return context->data != NULL ? template_set_translate(context->data, context->lang, text) : text;
}

const char *
page_word_n(const TemplateContext *context, const char *one, const char *many, gint64 n)
{
	if (context->data != NULL)
		return template_set_translate_n(context->data, context->lang, one, many, n);
	return n == 1 ? one : many;
}

void
page_fill(GString *out, const char *pattern, const char *name, ...)
{
	const char *at = pattern;

	while (*at != '\0') {
		gsize plain = strcspn(at, "{"), n;
		const char *given = NULL, *key;
		va_list ap;

		template_put(out, at, plain);
		at += plain;
		if (*at == '\0')
			return;
		n = strcspn(at, "}");
		va_start(ap, name);
		for (key = name; key != NULL; key = va_arg(ap, const char *)) {
			const char *text = va_arg(ap, const char *);

			if (strlen(key) == n - 1 && memcmp(key, at + 1, n - 1) == 0)
				given = text;
		}
		va_end(ap);
		if (given != NULL && at[n] == '}') {
			template_put(out, given, strlen(given));
			at += n + 1;
		} else {
			g_string_append_c(out, *at++);
		}
	}
}

static void
put(GString *out, const char *word)
{
	template_put(out, word, strlen(word));
}

/* The rows by their words: every page asks for dozens. Twice as many places as rows at least. */
static guint8 places[256];
G_STATIC_ASSERT(G_N_ELEMENTS(table) < G_N_ELEMENTS(places) / 2);

static gpointer
fill_places(gpointer data)
{
	for (guint row = 0; row < G_N_ELEMENTS(table); row++) {
		guint8 at = json_tag(table[row].word, strlen(table[row].word));

		while (places[at] != 0)
			at++;
		places[at] = (guint8)(row + 1);
	}
	return places;
}

static const Shown *
shown_find(const char *word, gsize size)
{
	for (guint8 at = json_tag(word, size); places[at] != 0; at++)
		if (strncmp(table[places[at] - 1].word, word, size) == 0 && table[places[at] - 1].word[size] == '\0')
			return &table[places[at] - 1];
	return NULL;
}

/* "facts.colour", where an import sends a column that has no field of its own; FALSE when @word is none. */
static gboolean
put_fact(GString *out, const char *word, gsize size, const TemplateContext *context)
{
	g_autofree char *name = NULL;

	if (size <= strlen("facts.") || strncmp(word, "facts.", strlen("facts.")) != 0)
		return FALSE;
	name = g_strndup(word + strlen("facts."), size - strlen("facts."));
	page_fill(out, page_word(context, WORD("kept as “{name}”")), "name", name, NULL);
	return TRUE;
}

void
page_put_word(GString *out, const char *word, gsize size, const TemplateContext *context)
{
	const Shown *row = shown_find(word, size);
	char plain[200];
	const char *shown;

	if (row != NULL) {
		put(out, page_word(context, row->shown));
		return;
	}
	if (put_fact(out, word, size, context))
		return;
	if (size >= sizeof plain) {
		g_autofree char *whole = g_strndup(word, size);

		put(out, page_word(context, whole));
		return;
	}
	memcpy(plain, word, size);
	plain[size] = '\0';
	shown = page_word(context, plain);
	if (shown == plain && memchr(plain, ' ', size) == NULL) {
		g_strdelimit(plain, "_", ' ');
		plain[0] = g_ascii_toupper(plain[0]);
		shown = page_word(context, plain);
	}
	put(out, shown);
}

gboolean
page_knows_word(const char *word, const TemplateContext *context)
{
	g_autofree char *plain = NULL;

	if (shown_find(word, strlen(word)) != NULL)
		return TRUE;
	plain = g_strdelimit(g_strdup(word), "_", ' ');
	plain[0] = g_ascii_toupper(plain[0]);
	return context->data != NULL && template_set_knows(context->data, plain);
}

/* {{stage|word}} */
static gboolean
format_word(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	if (value->text == NULL || value->size == 0)
		return FALSE;
	page_put_word(out, value->text, value->size, context);
	return TRUE;
}

void
page_words_add(TemplateSet *set)
{
	static GOnce once = G_ONCE_INIT;

	g_once(&once, fill_places, NULL);
	template_set_formatter(set, "word", format_word, TEMPLATE_LANG);
}
