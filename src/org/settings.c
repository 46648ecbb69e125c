/* settings.c - see settings.h. */
#include "org/settings.h"
#include "base/clock.h"
#include "base/fold.h"
#include "base/money.h"
#include "org/user.h"
#include "store/events.h"
#include "settings.sql.h"
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#define KEPT_MS (30 * MS_PER_S)
static const char link_key_name[] = "link_key";

typedef enum { IS_LINE, IS_URL, IS_ZONE, IS_LANG, IS_PAPER, IS_NUMBER, IS_WORD, IS_CURRENCY } SettingType;
typedef struct {
	const char *name;
	SettingType type;
	gint64 max; /* bytes, or the number itself */
	const char *otherwise;
	gboolean from_zero;       /* numbers: 0 is one, and means never */
	const char *const *words; /* IS_WORD: NULL-ended */
} Setting;

static const char *const followup_thens[] = { "close", "follow_up", "stay", NULL };

static const Setting table[] = {
	{ "house", IS_LINE, 120, "" },
	{ "house_line", IS_LINE, 200, "" },
	{ "phone", IS_LINE, 60, "" },
	{ "hours", IS_LINE, 120, "" },
	{ "help_url", IS_URL, 500, "" },
	{ "privacy_url", IS_URL, 500, "" },
	{ "appeal_name", IS_LINE, 200, "" },
	{ "appeal_url", IS_URL, 500, "" },
	{ "complain_intro", IS_LINE, 300, "" },
	{ "house_address", IS_LINE, 300, "" }, /* by post: stands at the head of letters */
	{ "paper", IS_PAPER, 7, "A4" },
	{ "letter_font", IS_LINE, 80, "" }, /* the house's own, installed here; none: ours */
	{ "appeal_months", IS_NUMBER, 24, "6" }, /* how long a customer can turn elsewhere after the final response */
	{ "base_url", IS_URL, 200, "" }, /* how this server is reached from outside */
	{ "zone", IS_ZONE, 47, "UTC" },
	{ "lang", IS_LANG, 7, "en" },
	{ "complaint_owner", IS_LINE, 20, "" }, /* a user's ref: told last of what stays late */
	{ "max_file_mb", IS_NUMBER, 100, "10" },
	{ "followup_days", IS_NUMBER, 365, "14", .from_zero = TRUE }, /* after a case is resolved: "is it still right?" */
	{ "followup_wait_days", IS_NUMBER, 90, "14" },                /* for the answer, */
	{ "followup_then", IS_WORD, 20, "close", .words = followup_thens }, /* and what happens without one */
	{ "currency", IS_CURRENCY, 3, "EUR" },
	{ "approval_hours", IS_NUMBER, 720, "24" }, /* how long somebody who is asked for an approval has */
	{ "webhook_hosts", IS_LINE, 500, "" },      /* machines of the house that may be asked to carry remedies out */
};

struct _Settings {
	pthread_mutex_t lock;
	json_t *kept; /* NULL: to be read */
	gint64 kept_at;
	guint generation; /* of the last change: what was read before it is not kept */
};

Settings *
settings_new(void)
{
	Settings *self = g_new0(Settings, 1);

	pthread_mutex_init(&self->lock, NULL);
	return self;
}

void
settings_free(Settings *settings)
{
	if (settings == NULL)
		return;
	json_decref(settings->kept);
	pthread_mutex_destroy(&settings->lock);
	g_free(settings);
}

void
settings_changed(Settings *settings)
{
	pthread_mutex_lock(&settings->lock);
	g_clear_pointer(&settings->kept, json_decref);
	settings->generation++;
	pthread_mutex_unlock(&settings->lock);
}

static const Setting *
setting_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

static void
put_value(json_t *all, const Setting *setting, const char *text)
{
	if (setting->type == IS_NUMBER)
		json_put_int(all, setting->name, g_ascii_strtoll(text, NULL, 10));
	else
		json_put_text(all, setting->name, text);
}

static json_t *
read_all(Db *db, GError **error)
{
	g_autoptr(json_t) all = json_object();
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SETTING_LIST, DB_NO_ARGS, error);

	if (rows == NULL)
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		put_value(all, &table[i], table[i].otherwise);
	while (db_rows_next(rows, &local)) {
		const Setting *setting = setting_find(db_rows_text(rows, "name"));

		if (setting != NULL)
			put_value(all, setting, db_rows_text(rows, "value"));
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&all);
}

static json_t *
kept_ref(Settings *settings, gint64 now_ms, guint *ret_generation)
{
	json_t *all = NULL;

	pthread_mutex_lock(&settings->lock);
	if (settings->kept != NULL && now_ms >= settings->kept_at && now_ms - settings->kept_at < KEPT_MS)
		all = json_incref(settings->kept);
	*ret_generation = settings->generation;
	pthread_mutex_unlock(&settings->lock);
	return all;
}

json_t *
settings_all(Settings *settings, Db *db, gint64 now_ms, GError **error)
{
	guint generation;
	json_t *all = kept_ref(settings, now_ms, &generation);

	if (all != NULL || (all = read_all(db, error)) == NULL)
		return all;
	pthread_mutex_lock(&settings->lock);
	if (generation == settings->generation) {
		json_decref(settings->kept);
		settings->kept = json_keep(all);
		settings->kept_at = now_ms;
	}
	pthread_mutex_unlock(&settings->lock);
	return all;
}

json_t *
settings_house(Settings *settings, Db *db, GError **error)
{
	static const char *const names[][2] = { { "house", "name" }, { "house_line", "line" }, { "phone", "phone" }, { "hours", "hours" },
		{ "help_url", "help_url" }, { "privacy_url", "privacy_url" }, { "appeal_name", "appeal_name" }, { "appeal_url", "appeal_url" },
		{ "complain_intro", "intro" } };
	g_autoptr(json_t) all = settings_all(settings, db, clock_now_ms(), error);
	json_t *house;

	if (all == NULL)
		return NULL;
	house = json_object();
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *text = json_text(all, names[i][0], "");

		json_put_text(house, names[i][1], text[0] != '\0' ? text : NULL);
	}
	return house;
}

char *
settings_text(Settings *settings, Db *db, const char *name, gint64 now_ms)
{
	g_autoptr(json_t) all = settings_all(settings, db, now_ms, NULL);

	return g_strdup(all != NULL ? json_text(all, name, "") : "");
}

char *
settings_now(Db *db, const char *name, GError **error)
{
	const Setting *setting = setting_find(name);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SETTING_GET, DB_ARGS(DB_TEXT(name)), error);
	const char *text;

	g_return_val_if_fail(setting != NULL, NULL);
	if (rows == NULL)
		return NULL;
	text = db_rows_next(rows, &local) ? db_rows_text(rows, "value") : setting->otherwise;
	if (local == NULL)
		return g_strdup(text);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

static gboolean
is_web_address(const char *text)
{
	g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : NULL;

	return scheme != NULL && (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0) && g_uri_get_host(uri) != NULL &&
		g_uri_get_host(uri)[0] != '\0' && strpbrk(text, " \t\r\n\"<>") == NULL;
}

static gboolean
zone_is_known(const char *zone)
{
	g_autoptr(GTimeZone) known = g_time_zone_new_identifier(zone);

	return known != NULL;
}

/* The value as it is stored, "" for the default; NULL with a fault. (transfer full) */
static char *
read_value(const Setting *setting, const json_t *value, GError **faults)
{
	g_autofree char *field = g_strconcat("/", setting->name, NULL);
	g_autofree char *line = json_is_string(value) ? line_read(json_string_value(value), (gsize)MAX(setting->max, 20)) : NULL;
	gint64 number = json_is_integer(value) ? json_integer_value(value) : line != NULL ? g_ascii_strtoll(line, NULL, 10) : 0;

	if (json_is_null(value) || (json_is_string(value) && json_string_value(value)[strspn(json_string_value(value), " \t\r\n")] == '\0'))
		return g_strdup("");
	if (setting->type == IS_NUMBER && number >= (setting->from_zero ? 0 : 1) && number <= setting->max && (json_is_integer(value) || (line != NULL && g_ascii_isdigit(line[0]))))
		return g_strdup_printf("%" G_GINT64_FORMAT, number);
	if (setting->type == IS_NUMBER)
		err_add_field(faults, field, "This is a number from %d to %" G_GINT64_FORMAT ".", setting->from_zero ? 0 : 1, setting->max);
	else if (line == NULL)
		err_add_field(faults, field, "This is one line of at most %" G_GINT64_FORMAT " bytes.", setting->max);
	else if (setting->type == IS_URL && !is_web_address(line))
		err_add_field(faults, field, "This is no address of a web page. One begins with https://.");
	else if (setting->type == IS_ZONE && !zone_is_known(line))
		err_add_field(faults, field, "There is no time zone of this name. One is Europe/Berlin.");
	else if (setting->type == IS_WORD && !g_strv_contains(setting->words, line))
		err_add_field(faults, field, "There is no such word.");
	else if (setting->type == IS_LANG && !g_strv_contains(user_langs, line))
		err_add_field(faults, field, "A language is one of en, de.");
	else if (setting->type == IS_PAPER && strcmp(line, "A4") != 0 && strcmp(line, "Letter") != 0)
		err_add_field(faults, field, "Paper is A4 or Letter.");
	else if (setting->type == IS_CURRENCY && currency_digits(line) < 0)
		err_add_field(faults, field, "There is no such currency. One is EUR.");
	else
		return g_steal_pointer(&line);
	return NULL;
}

/* Name and new value of each that was given: a checked copy of @values as texts. */
static json_t *
check_values(const json_t *values, GError **error)
{
	g_autoptr(json_t) checked = json_object();
	g_autoptr(GError) faults = NULL;
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)values, name, value) {
		const Setting *setting = setting_find(name);
		g_autofree char *text = NULL;

		if (setting == NULL) {
			g_autofree char *field = g_strconcat("/", name, NULL);

			err_add_field(&faults, field, "There is no such setting.");
		} else if ((text = read_value(setting, value, &faults)) != NULL)
			json_put_text(checked, name, text);
	}
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return NULL;
	}
	return g_steal_pointer(&checked);
}

static gboolean
write_value(Db *db, const char *name, const char *text, GError **error)
{
	return text[0] != '\0' ? db_exec(db, &SQL_SETTING_PUT, DB_ARGS(DB_TEXT(name), DB_TEXT(text)), NULL, error)
			       : db_exec(db, &SQL_SETTING_REMOVE, DB_ARGS(DB_TEXT(name)), NULL, error);
}

static gboolean
differs(const json_t *all, const Setting *setting, const char *text)
{
	const char *wanted = text[0] != '\0' ? text : setting->otherwise;

	if (setting->type == IS_NUMBER)
		return json_int(all, setting->name, 0) != g_ascii_strtoll(wanted, NULL, 10);
	return strcmp(json_text(all, setting->name, ""), wanted) != 0;
}

gboolean
settings_change_in(Db *db, const json_t *values, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) checked = check_values(values, error);
	g_autoptr(json_t) all = NULL;
	g_autoptr(json_t) facts = json_object();
	json_t *fields = json_array();
	const Event event = { .kind = "settings.changed", .at_ms = now_ms, .actor = actor, .facts = facts };
	const char *name;
	json_t *value;

	json_put(facts, "fields", fields);
	if (checked == NULL || (all = read_all(db, error)) == NULL)
		return FALSE;
	json_object_foreach(checked, name, value) {
		if (!differs(all, setting_find(name), json_string_value(value)))
			continue;
		if (!write_value(db, name, json_string_value(value), error))
			return FALSE;
		json_array_append_new(fields, json_string(name));
	}
	return json_array_size(fields) == 0 || event_add(db, &event, NULL, error);
}

gboolean
settings_change(Db *db, const json_t *values, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && settings_change_in(db, values, actor, now_ms, error) && db_tx_commit(tx, error);
}

/* ---- the link key ---------------------------------------------------------------------------------------------------- */

static gboolean
key_work(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(DbRows) rows = NULL;
	g_autoptr(GError) local = NULL;
	guint8 fresh[SECRET_KEY_SIZE];
	char hex[2 * SECRET_KEY_SIZE + 1], **ret_hex = data;

	randombytes_buf(fresh, sizeof fresh);
	sodium_bin2hex(hex, sizeof hex, fresh, sizeof fresh);
	if (tx == NULL || !db_exec(db, &SQL_SETTING_PUT_ONCE, DB_ARGS(DB_TEXT(link_key_name), DB_TEXT(hex)), NULL, error) ||
		(rows = db_query(db, &SQL_SETTING_GET, DB_ARGS(DB_TEXT(link_key_name)), error)) == NULL)
		return FALSE;
	g_clear_pointer(ret_hex, g_free);
	if (db_rows_next(rows, &local))
		*ret_hex = g_strdup(db_rows_text(rows, "value"));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	g_clear_pointer(&rows, db_rows_free);
	return db_tx_commit(tx, error);
}

gboolean
settings_link_key(Settings *settings, Store *store, guint8 ret_key[SECRET_KEY_SIZE], GError **error)
{
	g_autofree char *hex = NULL;
	guint8 key[SECRET_KEY_SIZE];
	gsize size = 0;

	if (!store_write(store, key_work, &hex, error))
		return FALSE;
	if (hex == NULL || sodium_hex2bin(key, sizeof key, hex, strlen(hex), NULL, &size, NULL) != 0 || size != sizeof key) {
		g_set_error(error, ERR, ERR_CORRUPT, "the key that signs customers' links is no key");
		return FALSE;
	}
	memcpy(ret_key, key, sizeof key);
	return TRUE;
}
