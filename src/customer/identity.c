/* identity.c - who is this? The rule of customer_identify (customer.h). Every new case comes by here, so a known address
 * costs one statement and a new one three and an event. */
#include "customer/private.h"
#include "store/refs.h"
#include "identity.sql.h"
#include "contact.sql.h"
#include <string.h>

enum { TRIES = 5, EXTERNAL_MAX = 200, WORD_MAX = 48 };

/* What was given, read: NULL is not given. */
typedef struct {
	char *name, *name_key, *email, *email_key, *phone, *phone_key, *external_id, *lang, *zone;
} Given;

typedef enum { BY_NOTHING, BY_EXTERNAL, BY_EMAIL, BY_PHONE } How;

/* The one it is, with what of theirs is empty. */
typedef struct {
	gint64 id, merged_into;
	How how;
	gboolean has_name, has_lang, has_zone, has_external;
} Match;

static void
given_clear(Given *given)
{
	g_free(given->name);
	g_free(given->name_key);
	g_free(given->email);
	g_free(given->email_key);
	g_free(given->phone);
	g_free(given->phone_key);
	g_free(given->external_id);
	g_free(given->lang);
	g_free(given->zone);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, given_clear)

static gboolean
is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

/* A line as given, without the spaces around it; a fault when it cannot be kept. */
static char *
take_line(const char *text, gsize max, const char *field, GError **faults)
{
	char *line;

	if (is_blank(text))
		return NULL;
	if ((line = line_read(text, max)) == NULL)
		err_add_field(faults, field, "This must be one line of at most %" G_GSIZE_FORMAT " bytes.", max);
	return line;
}

static gboolean
given_read(Given *given, const NewCustomer *from, GError **error)
{
	g_autoptr(GError) faults = NULL;

	given->name = take_line(from->name, CUSTOMER_NAME_MAX, "/customer/name", &faults);
	given->name_key = name_fold(given->name);
	given->external_id = take_line(from->external_id, EXTERNAL_MAX, "/customer/external_id", &faults);
	if (!is_blank(from->email)) {
		given->email_key = email_fold(from->email);
		given->email = line_read(from->email, CONTACT_MAX);
		if (given->email_key == NULL || given->email == NULL)
			err_add_field(&faults, "/customer/email", "This is not an e-mail address.");
	}
	if (!is_blank(from->phone)) {
		given->phone_key = phone_fold(from->phone);
		given->phone = line_read(from->phone, CONTACT_MAX);
		if (given->phone_key == NULL || given->phone == NULL)
			err_add_field(&faults, "/customer/phone", "This is not a telephone number.");
	}
	given->lang = line_read(from->lang, WORD_MAX);
	given->zone = line_read(from->zone, WORD_MAX);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

gboolean
customer_check(const NewCustomer *given, GError **error)
{
	g_auto(Given) read = { NULL };

	return given_read(&read, given, error);
}

static gboolean
read_match(DbRows *taken, How how, Match *match, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		match->id = db_rows_int(rows, "id");
		match->merged_into = db_rows_int(rows, "merged_into");
		match->how = how;
		match->has_name = db_rows_text(rows, "name")[0] != '\0';
		match->has_lang = !db_rows_is_null(rows, "lang");
		match->has_zone = !db_rows_is_null(rows, "zone");
		match->has_external = !db_rows_is_null(rows, "external_id");
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* match->id stays 0 when it is nobody we know. */
static gboolean
find_match(Db *db, const Given *given, Match *match, GError **error)
{
	if (given->external_id != NULL &&
		!read_match(db_query(db, &SQL_IDENTITY_BY_EXTERNAL, DB_ARGS(DB_TEXT(given->external_id)), error), BY_EXTERNAL, match, error))
		return FALSE;
	if (match->id == 0 && given->email_key != NULL &&
		!read_match(db_query(db, &SQL_IDENTITY_BY_EMAIL, DB_ARGS(DB_TEXT(given->email_key)), error), BY_EMAIL, match, error))
		return FALSE;
	if (match->id == 0 && given->phone_key != NULL &&
		!read_match(db_query(db, &SQL_IDENTITY_BY_PHONE,
				    DB_ARGS(DB_TEXT(given->phone_key), DB_TEXT(given->name_key != NULL ? given->name_key : "")), error),
			BY_PHONE, match, error))
		return FALSE;
	if (match->merged_into == 0)
		return TRUE;
	if (!customer_follow(db, match->merged_into, &match->id, error))
		return FALSE;
	return read_match(db_query(db, &SQL_IDENTITY_BY_ID, DB_ARGS(DB_INT(match->id)), error), match->how, match, error);
}

static gboolean
fill_words(Db *db, const Given *given, const Match *match, json_t *fields, GError **error)
{
	gboolean name = !match->has_name && given->name != NULL, lang = !match->has_lang && given->lang != NULL,
		 zone = !match->has_zone && given->zone != NULL;

	if (!name && !lang && !zone)
		return TRUE;
	if (!db_exec(db, &SQL_IDENTITY_FILL,
		    DB_ARGS(DB_INT(match->id), DB_TEXT(given->name != NULL ? given->name : ""), DB_TEXT(given->name_key != NULL ? given->name_key : ""),
			    DB_TEXT(given->lang), DB_TEXT(given->zone)),
		    NULL, error))
		return FALSE;
	if (name)
		json_array_append_new(fields, json_string("name"));
	if (lang)
		json_array_append_new(fields, json_string("lang"));
	if (zone)
		json_array_append_new(fields, json_string("zone"));
	return TRUE;
}

static gboolean
fill_keys(Db *db, const Given *given, const Match *match, gint64 now_ms, json_t *fields, GError **error)
{
	gint64 changed = 0;
	gboolean added = FALSE;

	if (given->external_id != NULL && !match->has_external) {
		if (!db_exec(db, &SQL_IDENTITY_FILL_EXTERNAL, DB_ARGS(DB_INT(match->id), DB_TEXT(given->external_id)), &changed, error))
			return FALSE;
		if (changed > 0)
			json_array_append_new(fields, json_string("external_id"));
	}
	if (given->email_key != NULL && match->how != BY_EMAIL) {
		if (!contact_add_folded(db, match->id, "email", given->email, given->email_key, now_ms, &added, error))
			return FALSE;
		if (added)
			json_array_append_new(fields, json_string("email"));
	}
	if (given->phone_key != NULL && match->how != BY_PHONE) {
		if (!contact_add_folded(db, match->id, "phone", given->phone, given->phone_key, now_ms, &added, error))
			return FALSE;
		if (added)
			json_array_append_new(fields, json_string("phone"));
	}
	return TRUE;
}

/* Nothing to learn from what a known address brings along: the common case, told without a statement. */
static gboolean
is_news(const Given *given, const Match *match)
{
	return (given->name != NULL && !match->has_name) || (given->lang != NULL && !match->has_lang) || (given->zone != NULL && !match->has_zone) ||
		(given->external_id != NULL && !match->has_external) || (given->email_key != NULL && match->how != BY_EMAIL) ||
		(given->phone_key != NULL && match->how != BY_PHONE);
}

static gboolean
fill(Db *db, const Given *given, const Match *match, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = NULL;
	json_t *fields;

	if (!is_news(given, match))
		return TRUE;
	facts = json_object();
	fields = json_array();
	json_put(facts, "fields", fields);
	if (!fill_words(db, given, match, fields, error) || !fill_keys(db, given, match, now_ms, fields, error))
		return FALSE;
	return json_array_size(fields) == 0 || customer_event(db, "customer.changed", match->id, facts, actor, now_ms, error);
}

/* *@ret_id stays when the external id is taken. */
static gboolean
insert_customer(Db *db, const Given *given, gint64 now_ms, gint64 *ret_id, GError **error)
{
	gboolean made;
	char ref[REF_SIZE];

	return ref_insert(db, &SQL_IDENTITY_INSERT, ref,
		DB_ARGS(DB_TEXT(ref), DB_TEXT(given->name != NULL ? given->name : ""), DB_TEXT(given->name_key != NULL ? given->name_key : ""),
			DB_TEXT(given->lang), DB_TEXT(given->zone), DB_TEXT(given->external_id), DB_INT(now_ms)),
		ret_id, &made, error);
}

/* *@ret_id stays when somebody else was quicker: look again. */
static gboolean
add(Db *db, const Given *given, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	gint64 id = 0, changed = 0;

	if (!insert_customer(db, given, now_ms, &id, error))
		return FALSE;
	if (id == 0)
		return TRUE;
	if (given->email_key != NULL) {
		if (!db_exec(db, &SQL_CONTACT_INSERT_EMAIL, DB_ARGS(DB_INT(id), DB_TEXT(given->email), DB_TEXT(given->email_key), DB_INT(now_ms)),
			    &changed, error))
			return FALSE;
		if (changed == 0)
			return db_exec(db, &SQL_IDENTITY_DISCARD, DB_ARGS(DB_INT(id)), NULL, error);
	}
	if (given->phone_key != NULL &&
		!db_exec(db, &SQL_CONTACT_INSERT_OTHER,
			DB_ARGS(DB_INT(id), DB_TEXT("phone"), DB_TEXT(given->phone), DB_TEXT(given->phone_key), DB_INT(now_ms)), NULL, error))
		return FALSE;
	if (!customer_event(db, "customer.added", id, NULL, actor, now_ms, error))
		return FALSE;
	*ret_id = id;
	return TRUE;
}

gboolean
customer_identify(Db *db, const NewCustomer *given, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_auto(Given) read = { NULL };
	gint64 id = 0;

	if (!given_read(&read, given, error))
		return FALSE;
	if (read.name == NULL && read.email_key == NULL && read.phone_key == NULL && read.external_id == NULL) {
		*ret_id = 0;
		return TRUE;
	}
	for (int i = 0; id == 0 && i < TRIES; i++) {
		Match match = { 0 };

		if (!find_match(db, &read, &match, error))
			return FALSE;
		if (match.id != 0) {
			if (!fill(db, &read, &match, actor, now_ms, error))
				return FALSE;
			id = match.id;
		} else if (!add(db, &read, actor, now_ms, &id, error))
			return FALSE;
	}
	if (id == 0) {
		g_set_error(error, ERR, ERR_BUSY, "the same customer is being written by others");
		return FALSE;
	}
	*ret_id = id;
	return TRUE;
}
