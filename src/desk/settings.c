/* settings.c - GET and PATCH /settings: the house as customers see it, and how it works. The table: org/settings.h. */
#include "desk/settings.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "flow/letter/letter.h"
#include "org/settings.h"
#include "org/user.h"

static json_t *
settings_value(const Call *call, Db *db, GError **error)
{
	g_autoptr(json_t) all = settings_all(desk_app(call)->settings, db, call->now_ms, error);
	json_t *value;

	if (all == NULL)
		return NULL;
	value = json_object();
	json_put(value, "settings", json_incref(all));
	return value;
}

static json_t *
settings_get(Call *call, GError **error)
{
	return settings_value(call, call->db, error);
}

static gboolean
settings_panels(Call *call, json_t *value, GError **error)
{
	json_put(value, "zones", desk_zones());
	return desk_panel_chrome(call, value, error) && desk_panel_options(call, value, error);
}

typedef struct {
	DraftGiven given;
	char *texts[18];
	gint64 approval_hours, max_file_mb, appeal_months, followup_days, followup_wait_days;
	char *followup_then;
} SettingsDraft;
#define TEXT(n, at, most) { n, DRAFT_TEXT, offsetof(SettingsDraft, texts[at]), .max = most, .keep_empty = TRUE }
enum { OWNER = 16, FONT }; /* their places among the texts */
enum { N_TEXTS = 18, MAX_FILE_MB = N_TEXTS, APPROVAL_HOURS, APPEAL_MONTHS, FOLLOWUP_DAYS, FOLLOWUP_WAIT_DAYS, FOLLOWUP_THEN };
static const DraftField settings_fields[] = {
	TEXT("house", 0, 120), TEXT("house_line", 1, 200), TEXT("phone", 2, 60), TEXT("hours", 3, 120), TEXT("help_url", 4, 500),
	TEXT("privacy_url", 5, 500), TEXT("appeal_name", 6, 200), TEXT("appeal_url", 7, 500), TEXT("complain_intro", 8, 300),
	TEXT("base_url", 9, 200), TEXT("zone", 10, 47), TEXT("lang", 11, 7),
	TEXT("house_address", 12, 300), TEXT("paper", 13, 7), TEXT("currency", 14, 3), TEXT("webhook_hosts", 15, 500), TEXT("complaint_owner", OWNER, 20), TEXT("letter_font", FONT, 80),
	{ "max_file_mb", DRAFT_INT, offsetof(SettingsDraft, max_file_mb), .min = 1, .max = 100, .about = "megabytes a file may have" },
	{ "approval_hours", DRAFT_INT, offsetof(SettingsDraft, approval_hours), .min = 1, .max = 720, .about = "how long somebody who is asked for an approval has" },
	{ "appeal_months", DRAFT_INT, offsetof(SettingsDraft, appeal_months), .min = 1, .max = 24, .about = "how long a customer can turn elsewhere after the final response" },
	{ "followup_days", DRAFT_INT, offsetof(SettingsDraft, followup_days), .min = 0, .max = 365, .about = "after a case is resolved we ask whether it is still right; 0: never" },
	{ "followup_wait_days", DRAFT_INT, offsetof(SettingsDraft, followup_wait_days), .min = 1, .max = 90, .about = "so long we wait for the answer" },
	{ "followup_then", DRAFT_TEXT, offsetof(SettingsDraft, followup_then), .max = 20, .about = "without an answer: close, follow_up, stay" },
	{ NULL },
};
#undef TEXT
static const DraftSpec settings_draft = { "Settings", sizeof(SettingsDraft), settings_fields };

typedef struct {
	const Call *call;
	const json_t *values;
} Work;

static gboolean
settings_work(Db *db, gpointer data, GError **error)
{
	const Work *work = data;

	return settings_change(db, work->values, work->call->actor, work->call->now_ms, error);
}

/* Somebody who is here. */
static gboolean
owner_is_known(Db *db, const char *ref, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(User) user = ref != NULL && ref[0] != '\0' ? user_by_ref(db, ref, &why) : NULL;

	if (ref == NULL || ref[0] == '\0' || (user != NULL && user->removed_at == 0))
		return TRUE;
	err_add_field(error, "/complaint_owner", "We know nobody here as %s.", ref);
	return FALSE;
}

static json_t *
settings_patch(Call *call, GError **error)
{
	const SettingsDraft *draft = call->draft;
	g_autoptr(json_t) values = json_object();
	Work work = { call, values };
	Db *db;

	for (guint i = 0; i < N_TEXTS; i++)
		if (DRAFT_GIVEN(draft, i))
			json_put_text(values, settings_fields[i].name, draft->texts[i]);
	if (DRAFT_GIVEN(draft, MAX_FILE_MB))
		json_put_int(values, settings_fields[MAX_FILE_MB].name, draft->max_file_mb);
	if (DRAFT_GIVEN(draft, APPROVAL_HOURS))
		json_put_int(values, settings_fields[APPROVAL_HOURS].name, draft->approval_hours);
	if (DRAFT_GIVEN(draft, APPEAL_MONTHS))
		json_put_int(values, settings_fields[APPEAL_MONTHS].name, draft->appeal_months);
	if (DRAFT_GIVEN(draft, FOLLOWUP_DAYS))
		json_put_int(values, settings_fields[FOLLOWUP_DAYS].name, draft->followup_days);
	if (DRAFT_GIVEN(draft, FOLLOWUP_WAIT_DAYS))
		json_put_int(values, settings_fields[FOLLOWUP_WAIT_DAYS].name, draft->followup_wait_days);
	if (DRAFT_GIVEN(draft, FOLLOWUP_THEN))
		json_put_text(values, settings_fields[FOLLOWUP_THEN].name, draft->followup_then);
	if (DRAFT_GIVEN(draft, OWNER) && ((db = store_reader(call->store, error)) == NULL || !owner_is_known(db, draft->texts[OWNER], error)))
		return NULL;
	if (DRAFT_GIVEN(draft, FONT) && !letter_font_check(draft->texts[FONT], error))
		return NULL;
	if (!desk_people_write(call, settings_work, &work, error) || (db = store_reader(call->store, error)) == NULL)
		return NULL;
	call_redirect(call, "/settings");
	return settings_value(call, db, error);
}

const Route desk_setting_routes[] = {
	{ "GET", "/settings", "admin.write", ROUTE_READ, .handler = settings_get, .page = "settings.html", .panels = settings_panels, .about = "the house's settings" },
	{ "PATCH", "/settings", "admin.write", ROUTE_SLOW, 64 * 1024, settings_patch, .page = "settings.html", .draft = &settings_draft, .panels = settings_panels, .about = "change them" },
	{ NULL },
};
