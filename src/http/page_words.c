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
	{ "api", WORD("API") },
	{ "apology", WORD("An apology") },
	{ "auditor", WORD("Auditor") },
	{ "body", WORD("Text") },
	{ "category", WORD("Category") },
	{ "channel", WORD("Channel") },
	{ "chat", WORD("Chat") },
	{ "closed", WORD("Closed") },
	{ "complaint", WORD("Complaint") },
	{ "compliment", WORD("Compliment") },
	{ "critical", WORD("Critical") },
	{ "customer", WORD("Customer") },
	{ "desired_remedy", WORD("Wished remedy") },
	{ "email", WORD("Email") },
	{ "explanation", WORD("An explanation") },
	{ "external_id", WORD("External number") },
	{ "followed_up", WORD("Followed up") },
	{ "form", WORD("Web form") },
	{ "high", WORD("High") },
	{ "import", WORD("Import") },
	{ "in_person", WORD("In person") },
	{ "inbound", WORD("Received message") },
	{ "investigating", WORD("Investigating") },
	{ "kind", WORD("Kind") },
	{ "least_loaded", WORD("To the least loaded") },
	{ "letter", WORD("Letter") },
	{ "low", WORD("Low") },
	{ "normal", WORD("Normal") },
	{ "not_upheld", WORD("Not upheld") },
	{ "note", WORD("Note") },
	{ "offered", WORD("Offered") },
	{ "other", WORD("Something else") },
	{ "out_of_scope", WORD("Out of scope") },
	{ "outbound", WORD("Sent message") },
	{ "outcome", WORD("Outcome") },
	{ "partly_upheld", WORD("Partly upheld") },
	{ "phone", WORD("Phone") },
	{ "portal", WORD("Portal") },
	{ "product", WORD("Product") },
	{ "question", WORD("Question") },
	{ "received", WORD("Received") },
	{ "received_at", WORD("Received at") },
	{ "referred", WORD("Referred") },
	{ "refund", WORD("Money back") },
	{ "repair", WORD("A repair") },
	{ "replacement", WORD("A replacement") },
	{ "reply", WORD("Reply") },
	{ "request", WORD("Request") },
	{ "resolve", WORD("Put right") },
	{ "resolved", WORD("Resolved") },
	{ "review", WORD("Review") },
	{ "root_cause", WORD("Root cause") },
	{ "round_robin", WORD("In turn") },
	{ "severity", WORD("Severity") },
	{ "social", WORD("Social media") },
	{ "subject", WORD("Subject") },
	{ "suggestion", WORD("Suggestion") },
	{ "supervisor", WORD("Supervisor") },
	{ "tags", WORD("Tags") },
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

static int
shown_compare(const void *key, const void *row)
{
	return strcmp(key, ((const Shown *)row)->word);
}

/* {{stage|word}} */
static gboolean
format_word(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	char plain[200];
	const Shown *row;
	const char *shown;

	if (value->text == NULL || value->size == 0)
		return FALSE;
	row = bsearch(value->text, table, G_N_ELEMENTS(table), sizeof(Shown), shown_compare);
	if (row != NULL) {
		put(out, page_word(context, row->shown));
		return TRUE;
	}
	shown = page_word(context, value->text);
	if (shown != value->text || value->size >= sizeof plain || memchr(value->text, ' ', value->size) != NULL) {
		put(out, shown);
		return TRUE;
	}
	memcpy(plain, value->text, value->size + 1);
	g_strdelimit(plain, "_", ' ');
	plain[0] = g_ascii_toupper(plain[0]);
	put(out, page_word(context, plain));
	return TRUE;
}

void
page_words_add(TemplateSet *set)
{
	template_set_formatter(set, "word", format_word, TEMPLATE_LANG);
}
