/* Strangers' JSON and forms into a draft with every kind of field: nothing crashes, and what is taken keeps its bounds. */
#include "http/form.h"
#include "base/err.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize size);

static const char *const words[] = { "complaint", "question", NULL };
typedef struct {
	DraftGiven given;
	char *email;
} Sub;
static const DraftField sub_fields[] = { { "email", DRAFT_TEXT, offsetof(Sub, email), .required = TRUE, .max = 50 }, { NULL } };
static const DraftSpec sub = { "Sub", sizeof(Sub), sub_fields };
typedef struct {
	DraftGiven given;
	char *subject;
	const char *kind;
	gint64 severity, at;
	gboolean urgent;
	GPtrArray *tags;
	Sub customer;
	json_t *facts;
} Draft;
static const DraftField fields[] = {
	{ "subject", DRAFT_TEXT, offsetof(Draft, subject), .required = TRUE, .max = 20 },
	{ "kind", DRAFT_WORD, offsetof(Draft, kind), .words = words },
	{ "severity", DRAFT_INT, offsetof(Draft, severity), .min = 0, .max = 3 },
	{ "at", DRAFT_TIME, offsetof(Draft, at) },
	{ "urgent", DRAFT_BOOL, offsetof(Draft, urgent) },
	{ "tags", DRAFT_LIST, offsetof(Draft, tags), .max = 3 },
	{ "customer", DRAFT_SUB, offsetof(Draft, customer), .sub = &sub },
	{ "facts", DRAFT_JSON, offsetof(Draft, facts) },
	{ NULL },
};
static const DraftSpec spec = { "Draft", sizeof(Draft), fields };

static void
check(Draft *draft, gboolean ok, const GError *error)
{
	g_assert(ok == (error == NULL));
	if (ok) {
		g_assert(draft->subject != NULL && *draft->subject != '\0' && strlen(draft->subject) <= 20);
		g_assert(g_utf8_validate(draft->subject, -1, NULL));
		g_assert(draft->severity >= 0 && draft->severity <= 3);
		g_assert(draft->tags == NULL || draft->tags->len <= 3);
	} else {
		g_assert(err_fields(error) != NULL && err_fields(error)->len > 0);
	}
	draft_clear(&spec, draft);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize size)
{
	g_autoptr(GError) json_error = NULL, form_error = NULL;
	g_autoptr(json_t) value = json_read((const char *)bytes, size, NULL);
	g_autoptr(DraftForm) form = form_new();
	Draft draft = { 0 };
	gboolean ok;

	if (value != NULL) {
		ok = draft_read_json(&spec, value, &draft, &json_error);
		check(&draft, ok, json_error);
	}
	memset(&draft, 0, sizeof draft);
	if (form_read(form, (const char *)bytes, size, NULL)) {
		ok = draft_read_form(&spec, form, "Europe/Berlin", &draft, &form_error);
		check(&draft, ok, form_error);
	}
	return 0;
}
