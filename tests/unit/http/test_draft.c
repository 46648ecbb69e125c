/* Drafts: what JSON and forms become, and every fault named. */
#include "http/form.h"
#include "kit/kit.h"
#include <string.h>

static const char *const kinds[] = { "complaint", "question", NULL };

typedef struct {
	DraftGiven given;
	char *name, *email;
} WhoDraft;
static const DraftField who_fields[] = {
	{ "name", DRAFT_TEXT, offsetof(WhoDraft, name) },
	{ "email", DRAFT_TEXT, offsetof(WhoDraft, email), .required = TRUE, .max = 50 },
	{ NULL },
};
static const DraftSpec who_draft = { "Who", sizeof(WhoDraft), who_fields };

typedef struct {
	DraftGiven given;
	char *subject, *notes;
	const char *kind;
	gint64 severity, at;
	gboolean urgent;
	GPtrArray *tags, *files;
	WhoDraft customer;
	json_t *facts;
} Draft;
enum { SUBJECT, NOTES, KIND, SEVERITY, AT, URGENT, TAGS, FILES, CUSTOMER, FACTS };
static const DraftField fields[] = {
	{ "subject", DRAFT_TEXT, offsetof(Draft, subject), .required = TRUE, .max = 20, .min = 2 },
	{ "notes", DRAFT_TEXT, offsetof(Draft, notes), .keep_empty = TRUE },
	{ "kind", DRAFT_WORD, offsetof(Draft, kind), .words = kinds },
	{ "severity", DRAFT_INT, offsetof(Draft, severity), .min = 0, .max = 3 },
	{ "at", DRAFT_TIME, offsetof(Draft, at) },
	{ "urgent", DRAFT_BOOL, offsetof(Draft, urgent) },
	{ "tags", DRAFT_LIST, offsetof(Draft, tags), .max = 3 },
	{ "files", DRAFT_FILES, offsetof(Draft, files), .max = 2 },
	{ "customer", DRAFT_SUB, offsetof(Draft, customer), .sub = &who_draft },
	{ "facts", DRAFT_JSON, offsetof(Draft, facts) },
	{ NULL },
};
static const DraftSpec spec = { "NewCase", sizeof(Draft), fields };

/* "" when it was taken, otherwise "field message; field message". (transfer full) */
static char *
faults_of(const GError *error)
{
	const GPtrArray *list = error != NULL ? err_fields(error) : NULL;
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; list != NULL && i < list->len; i++) {
		const ErrField *one = list->pdata[i];

		g_string_append_printf(out, "%s%s %s", i > 0 ? "; " : "", one->field, one->message);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
read_json(const char *text, Draft *ret_draft)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) value = json_read(text, strlen(text), &error);
	gboolean ok;

	g_assert_no_error(error);
	memset(ret_draft, 0, sizeof *ret_draft);
	ok = draft_read_json(&spec, value, ret_draft, &error);
	g_assert_true(ok == (error == NULL));
	return faults_of(error);
}

static char *
read_form(const char *text, const char *zone, Draft *ret_draft)
{
	g_autoptr(DraftForm) form = form_new();
	g_autoptr(GError) error = NULL;
	gboolean ok;

	g_assert_true(form_read(form, text, strlen(text), &error));
	memset(ret_draft, 0, sizeof *ret_draft);
	ok = draft_read_form(&spec, form, zone, ret_draft, &error);
	g_assert_true(ok == (error == NULL));
	return faults_of(error);
}

static void
test_json(void)
{
	Draft draft;
	g_autofree char *faults = read_json("{\"subject\":\"  The kettle\\u00a0 \",\"notes\":\"\",\"kind\":\"question\",\"severity\":2,\"at\":\"2026-11-19T12:00:00+01:00\","
					    "\"urgent\":true,\"tags\":[\"a\",\" b \",\"\"],\"customer\":{\"email\":\"r@example.org\",\"name\":null},\"facts\":{\"x\":[1,2]}}",
		&draft);

	g_assert_cmpstr(faults, ==, "");
	g_assert_cmpstr(draft.subject, ==, "The kettle");
	g_assert_cmpstr(draft.notes, ==, "");
	g_assert_true(draft.kind == kinds[1]);
	g_assert_cmpint(draft.severity, ==, 2);
	g_assert_cmpint(draft.at, ==, G_GINT64_CONSTANT(1795086000000));
	g_assert_true(draft.urgent);
	g_assert_cmpint(draft.tags->len, ==, 2);
	g_assert_cmpstr(draft.tags->pdata[1], ==, "b");
	g_assert_cmpstr(draft.customer.email, ==, "r@example.org");
	g_assert_null(draft.customer.name);
	g_assert_true(DRAFT_GIVEN(&draft.customer, 0)); /* null: given, and cleared */
	g_assert_true(DRAFT_GIVEN(&draft, FACTS));
	g_assert_false(DRAFT_GIVEN(&draft, FILES));
	draft_clear(&spec, &draft);
}

static void
test_json_faults(void)
{
	static const struct {
		const char *text, *faults;
	} cases[] = {
		{ "{}", "/subject is required" },
		{ "{\"subject\":null}", "/subject is required" },
		{ "{\"subject\":\"  \"}", "/subject is required" },
		{ "{\"subject\":5}", "/subject must be text" },
		{ "{\"subject\":\"x\"}", "/subject is too short: at least 2 characters" },
		{ "{\"subject\":\"123456789012345678901\"}", "/subject is too long: at most 20 bytes" },
		{ "{\"subject\":\"ok\",\"kind\":\"rant\"}", "/kind must be one of: complaint, question" },
		{ "{\"subject\":\"ok\",\"kind\":1}", "/kind must be one of: complaint, question" },
		{ "{\"subject\":\"ok\",\"severity\":\"2\"}", "/severity must be a whole number" },
		{ "{\"subject\":\"ok\",\"severity\":2.5}", "/severity must be a whole number" },
		{ "{\"subject\":\"ok\",\"severity\":4}", "/severity must be between 0 and 3" },
		{ "{\"subject\":\"ok\",\"at\":\"2026-02-30\"}", "/at must be a time such as 2026-11-19T12:00:00Z" },
		{ "{\"subject\":\"ok\",\"urgent\":\"yes\"}", "/urgent must be true or false" },
		{ "{\"subject\":\"ok\",\"tags\":\"a\"}", "/tags must be a list of texts" },
		{ "{\"subject\":\"ok\",\"tags\":[1]}", "/tags must be a list of texts" },
		{ "{\"subject\":\"ok\",\"tags\":[\"a\",\"b\",\"c\",\"d\"]}", "/tags holds too many: at most 3" },
		{ "{\"subject\":\"ok\",\"files\":[]}", "/files files are sent as multipart/form-data" },
		{ "{\"subject\":\"ok\",\"customer\":[]}", "/customer must be an object" },
		{ "{\"subject\":\"ok\",\"customer\":{\"phone\":1}}", "/customer/phone no such field; /customer/email is required" },
		{ "{\"subject\":\"ok\",\"a/b~c\":1}", "/a~1b~0c no such field" },
		{ "{\"severity\":9,\"kind\":\"x\",\"colour\":1}", "/severity must be between 0 and 3; /kind must be one of: complaint, question; /colour no such field; /subject is required" },
		{ "[]", " the body must be a JSON object" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Draft draft;
		g_autofree char *faults = read_json(cases[i].text, &draft);

		g_test_message("%s", cases[i].text);
		g_assert_cmpstr(faults, ==, cases[i].faults);
		draft_clear(&spec, &draft);
	}
}

static void
test_form(void)
{
	Draft draft;
	g_autofree char *faults = read_form("subject=The+kettle%0D%0Aleaks&kind=&severity=3&urgent=0&urgent=on&tags=a%2C+b&tags=c&unknown=1&at=2026-07-01T09:30"
					    "&customer.email=r%40example.org&_csrf=x",
		"Europe/Berlin", &draft);

	g_assert_cmpstr(faults, ==, "");
	g_assert_cmpstr(draft.subject, ==, "The kettle\nleaks");
	g_assert_null(draft.kind);
	g_assert_false(DRAFT_GIVEN(&draft, KIND));
	g_assert_cmpint(draft.severity, ==, 3);
	g_assert_true(draft.urgent);
	g_assert_cmpint(draft.tags->len, ==, 3);
	g_assert_cmpint(draft.at, ==, G_GINT64_CONSTANT(1782891000000)); /* 07:30 in UTC: summer time */
	g_assert_cmpstr(draft.customer.email, ==, "r@example.org");
	g_assert_true(DRAFT_GIVEN(&draft, CUSTOMER));
	draft_clear(&spec, &draft);
}

static void
test_form_faults(void)
{
	static const struct {
		const char *text, *faults;
	} cases[] = {
		{ "", "/subject is required" },
		{ "subject=ok&severity=x", "/severity must be a whole number" },
		{ "subject=ok&at=yesterday", "/at must be a date or a time such as 2026-11-19T12:00" },
		{ "subject=ok&urgent=perhaps", "/urgent must be on or off" },
		{ "subject=ok&customer.name=Ruth", "/customer/email is required" },
		{ "subject=ok&customer.name=", "" }, /* nobody filled that part in */
		{ "subject=ok&tags=a,b,c,d", "/tags holds too many: at most 3" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Draft draft;
		g_autofree char *faults = read_form(cases[i].text, "UTC", &draft);

		g_test_message("%s", cases[i].text);
		g_assert_cmpstr(faults, ==, cases[i].faults);
		draft_clear(&spec, &draft);
	}
}

static void
test_form_unreadable(void)
{
	static const char *const texts[] = { "a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "%ff=a" };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(DraftForm) form = form_new();
		g_autoptr(GError) error = NULL;

		g_assert_false(form_read(form, texts[i], strlen(texts[i]), &error));
		g_assert_error(error, ERR, ERR_INVALID);
	}
}

static void
test_schema(void)
{
	g_autoptr(json_t) schema = draft_schema(&spec);
	const json_t *properties = json_object_get(schema, "properties");
	const json_t *email = json_object_get(json_object_get(json_object_get(properties, "customer"), "properties"), "email");

	g_assert_cmpstr(json_text(schema, "title", NULL), ==, "NewCase");
	g_assert_cmpint(json_object_size(properties), ==, 10);
	g_assert_cmpint(json_int(json_object_get(properties, "severity"), "maximum", 0), ==, 3);
	g_assert_cmpstr(json_text(email, "type", NULL), ==, "string");
	g_assert_cmpstr(json_string_value(json_array_get(json_object_get(schema, "required"), 0)), ==, "subject");
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/draft/json", test_json);
	kit_add_plain("/draft/json_faults", test_json_faults);
	kit_add_plain("/draft/form", test_form);
	kit_add_plain("/draft/form_faults", test_form_faults);
	kit_add_plain("/draft/form_unreadable", test_form_unreadable);
	kit_add_plain("/draft/schema", test_schema);
	return kit_run();
}
