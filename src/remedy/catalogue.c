/* catalogue.c - see catalogue.h. */
#include "remedy/catalogue.h"
#include "catalogue.sql.h"
#include "remedy/hook.h"
#include "remedy/rows.h"
#include "store/events.h"
#include "store/refs.h"
#include <string.h>

enum { NAME_MAX_CHARS = 100, LIMITS_MAX = 50 };

void
remedy_type_free(RemedyType *type)
{
	if (type == NULL)
		return;
	g_free(type->ref);
	g_free(type->kind);
	g_free(type->name);
	g_free(type->done_by);
	g_free(type->wording);
	g_free(type->hook_ref);
	g_free(type->hook_name);
	json_decref(type->limits);
	g_free(type);
}

static RemedyType *
type_read(DbRows *rows)
{
	RemedyType *type = g_new0(RemedyType, 1);

	type->id = db_rows_int(rows, "id");
	type->ref = g_strdup(db_rows_text(rows, "ref"));
	type->kind = g_strdup(db_rows_text(rows, "kind"));
	type->name = g_strdup(db_rows_text(rows, "name"));
	type->has_value = db_rows_int(rows, "has_value") != 0;
	type->goodwill = db_rows_int(rows, "goodwill") != 0;
	type->done_by = g_strdup(db_rows_text(rows, "done_by"));
	type->hook_id = db_rows_int(rows, "hook_id");
	type->hook_ref = g_strdup(db_rows_text(rows, "hook_ref"));
	type->hook_name = g_strdup(db_rows_text(rows, "hook_name"));
	type->wording = g_strdup(db_rows_text(rows, "wording"));
	type->limits = json_loads(db_rows_text(rows, "limits"), 0, NULL);
	if (type->limits == NULL)
		type->limits = json_array();
	type->removed_at = db_rows_int(rows, "removed_at");
	type->version = db_rows_int(rows, "version");
	return type;
}

static json_t *
limit_of(const json_t *limit, const char *key)
{
	return json_is_integer(json_object_get(limit, key)) ? money_to_json(json_int(limit, key, 0), json_text(limit, "currency", "")) : json_null();
}

json_t *
remedy_type_to_json(const RemedyType *type)
{
	json_t *out = json_object(), *limits = json_array(), *hook = json_null();
	const json_t *limit;
	size_t i;

	json_put_text(out, "ref", type->ref);
	json_put_text(out, "kind", type->kind);
	json_put_text(out, "name", type->name);
	json_put_bool(out, "has_value", type->has_value);
	json_put_bool(out, "goodwill", type->goodwill);
	json_put_text(out, "done_by", type->done_by);
	if (type->hook_ref != NULL) {
		hook = json_object();
		json_put_text(hook, "ref", type->hook_ref);
		json_put_text(hook, "name", type->hook_name);
	}
	json_put(out, "hook", hook);
	json_put_text(out, "wording", type->wording);
	json_array_foreach(type->limits, i, limit) {
		json_t *one = json_object();

		json_put_text(one, "currency", json_text(limit, "currency", ""));
		json_put(one, "min", limit_of(limit, "min_minor"));
		json_put(one, "max", limit_of(limit, "max_minor"));
		json_array_append_new(limits, one);
	}
	json_put(out, "limits", limits);
	json_put_bool(out, "removed", type->removed_at != 0);
	json_put_int(out, "version", type->version);
	return out;
}

static json_t *
type_row_json(DbRows *rows)
{
	g_autoptr(RemedyType) type = type_read(rows);

	return remedy_type_to_json(type);
}

json_t *
remedy_type_list(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_TYPE_LIST, DB_NO_ARGS, error);

	return rows_list(rows, type_row_json, error);
}

static RemedyType *
first_type(DbRows *rows, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return type_read(rows);
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		rows_not_found(error);
	return NULL;
}

RemedyType *
remedy_type_by_ref(Db *db, const char *ref, GError **error)
{
	char written[16];
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_TYPE_ONE, DB_ARGS(DB_TEXT(rows_ref(ref, written)), DB_INT(0)), error);

	return first_type(rows, error);
}

RemedyType *
remedy_type_get(Db *db, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_TYPE_ONE, DB_ARGS(DB_TEXT(""), DB_INT(id)), error);

	return first_type(rows, error);
}

RemedyType *
remedy_type_find(Db *db, const char *typed, const char *field, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(RemedyType) type = NULL;

	if (typed != NULL && g_strv_contains(remedy_kinds, typed)) {
		g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_TYPE_OF_KIND, DB_ARGS(DB_TEXT(typed)), &local);

		type = first_type(rows, local == NULL ? &local : NULL);
	} else if (typed != NULL) {
		type = remedy_type_by_ref(db, typed, &local);
	}
	if (type != NULL && type->removed_at == 0)
		return g_steal_pointer(&type);
	if (local != NULL && !g_error_matches(local, ERR, ERR_NOT_FOUND))
		g_propagate_error(error, g_steal_pointer(&local));
	else
		err_add_field(error, field, "There is no such remedy.");
	return NULL;
}

/* ---- bounds ---------------------------------------------------------------------------------------------------------- */

/* "GBP 5 to 500", "GBP up to 500", "GBP from 5", "GBP 5-500". */
static json_t *
limit_read(const char *line, const char *field, GError **error)
{
	g_auto(GStrv) parts = NULL;
	g_autofree char *plain = g_strdup(line);
	char currency[4] = "";
	const char *rest, *low = NULL, *high = NULL;
	Money min = { 0 }, max = { 0 };
	json_t *one;

	g_strstrip(plain);
	parts = g_strsplit(plain, " ", 2);
	if (parts[0] == NULL || !currency_read(parts[0], currency) || parts[1] == NULL) {
		err_add_field(error, field, "Write each bound as GBP 5 to 500, GBP up to 500 or GBP from 5.");
		return NULL;
	}
	rest = g_strstrip(parts[1]);
	if (g_str_has_prefix(rest, "up to "))
		high = rest + 6;
	else if (g_str_has_prefix(rest, "from "))
		low = rest + 5;
	else if ((high = strstr(rest, " to ")) != NULL) {
		*(char *)high = '\0';
		low = rest;
		high += 4;
	} else {
		err_add_field(error, field, "Write each bound as GBP 5 to 500, GBP up to 500 or GBP from 5.");
		return NULL;
	}
	if ((low != NULL && !money_read(low, currency, "en", field, &min, error)) || (high != NULL && !money_read(high, currency, "en", field, &max, error)))
		return NULL;
	if (low != NULL && high != NULL && min.amount_minor > max.amount_minor) {
		err_add_field(error, field, "The lower bound is above the upper one.");
		return NULL;
	}
	one = json_object();
	json_put_text(one, "currency", currency);
	json_put(one, "min_minor", low != NULL ? json_integer(min.amount_minor) : json_null());
	json_put(one, "max_minor", high != NULL ? json_integer(max.amount_minor) : json_null());
	return one;
}

json_t *
remedy_limits_read(const char *lines, const char *field, GError **error)
{
	g_auto(GStrv) each = g_strsplit(lines, "\n", LIMITS_MAX + 1);
	g_autoptr(json_t) list = json_array();
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; each[i] != NULL; i++) {
		json_t *one;

		if (g_strstrip(each[i])[0] == '\0')
			continue;
		if ((one = limit_read(each[i], field, error)) == NULL)
			return NULL;
		json_array_append_new(list, one);
		if (!g_hash_table_add(seen, g_strdup(json_text(one, "currency", "")))) {
			err_add_field(error, field, "Each currency once.");
			return NULL;
		}
	}
	return g_steal_pointer(&list);
}

gboolean
remedy_type_check(const RemedyType *type, const Money *money, const char *field, GError **error)
{
	const json_t *limit;
	size_t i;

	json_array_foreach(type->limits, i, limit) {
		Money bound = *money;
		g_autofree char *text = NULL;
		gboolean low = json_is_integer(json_object_get(limit, "min_minor")) && money->amount_minor < json_int(limit, "min_minor", 0);
		gboolean high = json_is_integer(json_object_get(limit, "max_minor")) && money->amount_minor > json_int(limit, "max_minor", 0);

		if (strcmp(json_text(limit, "currency", ""), money->currency) != 0)
			continue;
		if (!low && !high)
			return TRUE;
		bound.amount_minor = json_int(limit, low ? "min_minor" : "max_minor", 0);
		text = money_text(&bound, "en");
		if (low)
			err_add_field(error, field, "%s begins at %s.", type->name, text);
		else
			err_add_field(error, field, "%s goes up to %s.", type->name, text);
		return FALSE;
	}
	if (json_array_size(type->limits) == 0)
		return TRUE;
	err_add_field(error, field, "%s is not given in %s.", type->name, money->currency);
	return FALSE;
}

/* ---- changing -------------------------------------------------------------------------------------------------------- */

static void
set_text(char **at, const char *text)
{
	g_free(*at);
	*at = g_strdup(text != NULL ? text : "");
}

static void
apply_words(RemedyType *type, const RemedyTypeChange *change)
{
	if (change->given & TYPE_KIND)
		set_text(&type->kind, change->kind);
	if (change->given & TYPE_NAME)
		g_strstrip((set_text(&type->name, change->name), type->name));
	if (change->given & TYPE_DONE_BY)
		set_text(&type->done_by, change->done_by);
	if (change->given & TYPE_WORDING)
		set_text(&type->wording, change->wording);
	if (change->given & TYPE_HAS_VALUE)
		type->has_value = change->has_value;
	if (change->given & TYPE_GOODWILL)
		type->goodwill = change->goodwill;
}

static gboolean
apply(Db *db, RemedyType *type, const RemedyTypeChange *change, gint64 now_ms, GError **error)
{
	g_autoptr(GError) faults = NULL;
	json_t *limits = change->given & TYPE_LIMITS ? remedy_limits_read(change->limits != NULL ? change->limits : "", "/limits", &faults) : NULL;

	apply_words(type, change);
	if (limits != NULL) {
		json_decref(type->limits);
		type->limits = limits;
	}
	if (change->given & TYPE_HOOK && change->hook != NULL && change->hook[0] != '\0') {
		if (!hook_id_by_ref(db, change->hook, "/hook", &type->hook_id, &faults) && !g_error_matches(faults, ERR, ERR_INVALID)) {
			g_propagate_error(error, g_steal_pointer(&faults));
			return FALSE;
		}
	} else if (change->given & TYPE_HOOK) {
		type->hook_id = 0;
	}
	if (change->given & TYPE_REMOVED)
		type->removed_at = change->removed ? (type->removed_at != 0 ? type->removed_at : now_ms) : 0;
	if (!g_strv_contains(remedy_kinds, type->kind))
		err_add_field(&faults, "/kind", "There is no such kind of remedy.");
	if (!g_strv_contains(remedy_ways, type->done_by))
		err_add_field(&faults, "/done_by", "By hand or by a webhook.");
	rows_check_text(type->name, TRUE, NAME_MAX_CHARS, "/name", &faults);
	rows_check_text(type->wording, FALSE, REMEDY_WORDS_MAX, "/wording", &faults);
	if (strcmp(type->done_by, "webhook") == 0 && type->hook_id == 0)
		err_add_field(&faults, "/hook", "Say which system does it.");
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
put_event(Db *db, const char *kind, const RemedyType *type, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "kind", type->kind);
	return event_add(db, &(Event){ .kind = kind, .subject_id = type->id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

static gboolean
insert(Db *db, RemedyType *type, const char *limits, gint64 now_ms, GError **error)
{
	char ref[REF_SIZE];

	if (!ref_insert(db, &SQL_REMEDY_TYPE_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_TEXT(type->kind), DB_TEXT(type->name), DB_BOOL(type->has_value), DB_BOOL(type->goodwill),
		DB_TEXT(type->done_by), DB_INT_OR_NULL(type->hook_id), DB_TEXT(type->wording), DB_TEXT(limits), DB_INT(now_ms)), &type->id, NULL, error))
		return FALSE;
	set_text(&type->ref, ref);
	return TRUE;
}

RemedyType *
remedy_type_add(Db *db, const RemedyTypeChange *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(RemedyType) type = g_new0(RemedyType, 1);
	g_autofree char *limits = NULL;

	type->kind = g_strdup("other");
	type->name = g_strdup("");
	type->done_by = g_strdup("manual");
	type->wording = g_strdup("");
	type->limits = json_array();
	if (tx == NULL || !apply(db, type, make, now_ms, error))
		return NULL;
	limits = json_write(type->limits, NULL);
	if (!insert(db, type, limits, now_ms, error) || !put_event(db, "remedy_type.added", type, actor, now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	return remedy_type_get(db, type->id, error);
}

RemedyType *
remedy_type_change(Db *db, const char *ref, gint64 version, const RemedyTypeChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(RemedyType) type = tx != NULL ? remedy_type_by_ref(db, ref, error) : NULL;
	g_autofree char *limits = NULL;
	gint64 changed = 0;
	gboolean was_removed;

	if (type == NULL)
		return NULL;
	was_removed = type->removed_at != 0;
	if (!apply(db, type, change, now_ms, error))
		return NULL;
	limits = json_write(type->limits, NULL);
	if (!db_exec(db, &SQL_REMEDY_TYPE_UPDATE, DB_ARGS(DB_INT(type->id), DB_INT(version != 0 ? version : type->version), DB_TEXT(type->kind), DB_TEXT(type->name), DB_BOOL(type->has_value),
		DB_BOOL(type->goodwill), DB_TEXT(type->done_by), DB_INT_OR_NULL(type->hook_id), DB_TEXT(type->wording), DB_TEXT(limits), DB_INT_OR_NULL(type->removed_at)), &changed, error))
		return NULL;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "somebody changed this remedy meanwhile: look at it again");
		return NULL;
	}
	if (!put_event(db, type->removed_at != 0 && !was_removed ? "remedy_type.removed" : "remedy_type.changed", type, actor, now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	return remedy_type_get(db, type->id, error);
}
