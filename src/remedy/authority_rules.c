/* authority_rules.c - the rules of authority as an admin writes them: Settings > Authority. What they mean: authority.h. */
#include "authority.sql.h"
#include "org/roles.h"
#include "org/user.h"
#include "remedy/authority.h"
#include "remedy/catalogue.h"
#include "remedy/rows.h"
#include "store/events.h"
#include "store/refs.h"
#include <string.h>

const char *const authority_scopes[] = { "role", "team", "person", NULL };

static json_t *
rule_json(DbRows *rows)
{
	json_t *out = json_object();

	json_put_text(out, "ref", db_rows_text(rows, "ref"));
	json_put_text(out, "scope", db_rows_text(rows, "scope"));
	json_put_text(out, "role", db_rows_text(rows, "role"));
	rows_put_person(out, "team", rows);
	rows_put_person(out, "user", rows);
	rows_put_person(out, "type", rows);
	json_put_text(out, "currency", db_rows_text(rows, "currency"));
	rows_put_limit(out, "per_remedy", rows, "per_remedy");
	rows_put_limit(out, "per_case", rows, "per_case");
	rows_put_limit(out, "per_customer", rows, "per_customer");
	rows_put_limit(out, "per_month", rows, "per_month");
	json_put_int(out, "version", db_rows_int(rows, "version"));
	return out;
}

json_t *
authority_list(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_AUTHORITY_LIST, DB_NO_ARGS, error);

	return rows_list(rows, rule_json, error);
}

json_t *
authority_get(Db *db, const char *ref, GError **error)
{
	char written[16];
	g_autoptr(DbRows) rows = db_query(db, &SQL_AUTHORITY_ONE, DB_ARGS(DB_TEXT(rows_ref(ref, written))), error);

	return rows_one(rows, rule_json, error);
}

typedef struct {
	gint64 team_id, user_id, type_id, limits[4]; /* NO_LIMIT: none */
	const char *scope, *role;
	char currency[4];
} Read;

static gboolean
given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* A missing person, team or remedy is a fault of its field; anything else an error. */
static gboolean
taken(gboolean found, const char *field, const char *words, GError *local, GError **faults)
{
	if (found)
		return TRUE;
	if (local != NULL && !g_error_matches(local, ERR, ERR_NOT_FOUND) && !g_error_matches(local, ERR, ERR_INVALID)) {
		g_clear_error(faults);
		g_propagate_error(faults, g_error_copy(local));
		return FALSE;
	}
	err_add_field(faults, field, "%s", words);
	return FALSE;
}

static void
read_scope(Db *db, const AuthorityRule *rule, Read *read, GError **faults)
{
	g_autoptr(GError) local = NULL;

	if (!given(rule->scope) || !g_strv_contains(authority_scopes, rule->scope)) {
		err_add_field(faults, "/scope", "One of: role, team, person.");
		return;
	}
	read->scope = rule->scope;
	if (strcmp(rule->scope, "role") == 0) {
		if (!given(rule->role) || !g_strv_contains(role_words, rule->role))
			err_add_field(faults, "/role", "There is no such role.");
		read->role = rule->role;
	} else if (strcmp(rule->scope, "team") == 0) {
		g_autoptr(Team) team = given(rule->team) ? team_by_ref(db, rule->team, &local) : NULL;

		if (taken(team != NULL && team->removed_at == 0, "/team", "There is no such team.", local, faults))
			read->team_id = team->id;
	} else {
		g_autoptr(User) user = given(rule->user) ? user_by_ref(db, rule->user, &local) : NULL;

		if (taken(user != NULL && user->removed_at == 0, "/user", "There is no such person.", local, faults))
			read->user_id = user->id;
	}
}

static void
read_limits(const AuthorityRule *rule, const char *lang, Read *read, GError **faults)
{
	static const char *const fields[] = { "/per_remedy", "/per_case", "/per_customer", "/per_month" };
	const char *const typed[] = { rule->per_remedy, rule->per_case, rule->per_customer, rule->per_month };

	if (given(rule->currency) && !currency_read(rule->currency, read->currency))
		err_add_field(faults, "/currency", "There is no such currency.");
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		Money money;

		read->limits[i] = NO_LIMIT;
		if (!given(typed[i]))
			continue;
		if (read->currency[0] == '\0')
			err_add_field(faults, "/currency", "A limit needs its currency.");
		else if (money_read(typed[i], read->currency, lang, fields[i], &money, faults))
			read->limits[i] = money.amount_minor;
	}
}

static gboolean
read_rule(Db *db, const AuthorityRule *rule, const char *lang, Read *read, GError **error)
{
	g_autoptr(GError) faults = NULL, local = NULL;

	read_scope(db, rule, read, &faults);
	read_limits(rule, lang, read, &faults);
	if (given(rule->type)) {
		g_autoptr(RemedyType) type = remedy_type_find(db, rule->type, "/type", &local);

		if (taken(type != NULL, "/type", "There is no such remedy.", local, &faults))
			read->type_id = type->id;
	}
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static DbArg
limit_arg(gint64 limit)
{
	return limit == NO_LIMIT ? DB_NULL : DB_INT(limit);
}

static gboolean
put_event(Db *db, const char *kind, const Actor *actor, gint64 now_ms, const char *ref, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "rule", ref);
	return event_add(db, &(Event){ .kind = kind, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
authority_add(Db *db, const AuthorityRule *rule, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	Read read = { 0 };
	char ref[REF_SIZE];
	gint64 id;

	if (tx == NULL || !read_rule(db, rule, actor->lang, &read, error))
		return FALSE;
	if (!ref_insert(db, &SQL_AUTHORITY_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_TEXT(read.scope), DB_TEXT(read.role), DB_INT_OR_NULL(read.team_id), DB_INT_OR_NULL(read.user_id), DB_INT_OR_NULL(read.type_id),
		DB_TEXT(read.currency[0] != '\0' ? read.currency : NULL), limit_arg(read.limits[0]), limit_arg(read.limits[1]), limit_arg(read.limits[2]), limit_arg(read.limits[3]), DB_INT(now_ms)), &id, NULL, error))
		return FALSE;
	if (!put_event(db, "authority.added", actor, now_ms, ref, error) || !db_tx_commit(tx, error))
		return FALSE;
	g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}

gboolean
authority_change(Db *db, const char *ref, gint64 version, const AuthorityRule *rule, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(json_t) was = tx != NULL ? authority_get(db, ref, error) : NULL;
	Read read = { 0 };
	gint64 changed = 0;

	if (was == NULL || !read_rule(db, rule, actor->lang, &read, error))
		return FALSE;
	if (!db_exec(db, &SQL_AUTHORITY_UPDATE, DB_ARGS(DB_TEXT(json_text(was, "ref", "")), DB_INT(version != 0 ? version : json_int(was, "version", 0)), DB_TEXT(read.scope), DB_TEXT(read.role),
		DB_INT_OR_NULL(read.team_id), DB_INT_OR_NULL(read.user_id), DB_INT_OR_NULL(read.type_id), DB_TEXT(read.currency[0] != '\0' ? read.currency : NULL), limit_arg(read.limits[0]),
		limit_arg(read.limits[1]), limit_arg(read.limits[2]), limit_arg(read.limits[3])), &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "somebody changed this rule meanwhile: look at it again");
		return FALSE;
	}
	return put_event(db, "authority.changed", actor, now_ms, json_text(was, "ref", ""), error) && db_tx_commit(tx, error);
}

gboolean
authority_remove(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	char written[16];
	gint64 changed = 0;

	if (tx == NULL || !db_exec(db, &SQL_AUTHORITY_REMOVE, DB_ARGS(DB_TEXT(rows_ref(ref, written)), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed == 0)
		return rows_not_found(error);
	return put_event(db, "authority.removed", actor, now_ms, written, error) && db_tx_commit(tx, error);
}
