/* hook.c - see hook.h. */
#include "remedy/hook.h"
#include "base/clock.h"
#include "base/outgoing.h"
#include "hook.sql.h"
#include "remedy/rows.h"
#include "store/events.h"
#include "store/refs.h"
#include <sodium.h>
#include <string.h>

void
hook_free(Hook *hook)
{
	if (hook == NULL)
		return;
	g_free(hook->ref);
	g_free(hook->name);
	g_free(hook->url);
	g_free(hook->back_url);
	g_free(hook->sealed);
	g_free(hook);
}

static Hook *
hook_read(DbRows *rows)
{
	Hook *hook = g_new0(Hook, 1);

	hook->id = db_rows_int(rows, "id");
	hook->ref = g_strdup(db_rows_text(rows, "ref"));
	hook->name = g_strdup(db_rows_text(rows, "name"));
	hook->url = g_strdup(db_rows_text(rows, "url"));
	hook->back_url = g_strdup(db_rows_text(rows, "back_url"));
	hook->sealed = g_strdup(db_rows_text(rows, "sealed"));
	hook->timeout_s = db_rows_int(rows, "timeout_s");
	hook->wait_hours = db_rows_int(rows, "wait_hours");
	hook->removed_at = db_rows_int(rows, "removed_at");
	hook->version = db_rows_int(rows, "version");
	return hook;
}

json_t *
hook_to_json(const Hook *hook)
{
	json_t *out = json_object();

	json_put_text(out, "ref", hook->ref);
	json_put_text(out, "name", hook->name);
	json_put_text(out, "url", hook->url);
	json_put_text(out, "back_url", hook->back_url);
	json_put_int(out, "timeout_s", hook->timeout_s);
	json_put_int(out, "wait_hours", hook->wait_hours);
	json_put_bool(out, "removed", hook->removed_at != 0);
	json_put_int(out, "version", hook->version);
	return out;
}

static json_t *
hook_row_json(DbRows *rows)
{
	g_autoptr(Hook) hook = hook_read(rows);

	return hook_to_json(hook);
}

json_t *
hook_list(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_HOOK_LIST, DB_NO_ARGS, error);

	return rows_list(rows, hook_row_json, error);
}

static Hook *
hook_one(Db *db, const char *ref, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_HOOK_ONE, DB_ARGS(DB_TEXT(ref), DB_INT(id)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return hook_read(rows);
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		rows_not_found(error);
	return NULL;
}

Hook *
hook_get(Db *db, gint64 id, GError **error)
{
	return hook_one(db, "", id, error);
}

Hook *
hook_by_ref(Db *db, const char *ref, GError **error)
{
	char written[16];

	return hook_one(db, rows_ref(ref, written), 0, error);
}

gboolean
hook_id_by_ref(Db *db, const char *ref, const char *field, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Hook) hook = hook_by_ref(db, ref, &local);

	if (hook != NULL && hook->removed_at == 0) {
		*ret_id = hook->id;
		return TRUE;
	}
	if (local != NULL && !g_error_matches(local, ERR, ERR_NOT_FOUND))
		g_propagate_error(error, g_steal_pointer(&local));
	else
		err_add_field(error, field, "There is no such system.");
	return FALSE;
}

gboolean
hook_is_within(Db *db, const char *url, gboolean *ret_within, GError **error)
{
	g_autofree char *hosts = house_text(db, "webhook_hosts", "", error), *host = outgoing_host(url);
	g_auto(GStrv) each = hosts != NULL ? g_strsplit_set(hosts, ", ", 100) : NULL;

	*ret_within = FALSE;
	for (guint i = 0; each != NULL && host != NULL && each[i] != NULL; i++)
		*ret_within |= each[i][0] != '\0' && g_ascii_strcasecmp(each[i], host) == 0;
	return hosts != NULL;
}

/* However it is spelled: case, the scheme's own port, a fragment. */
static gboolean
is_same_address(const char *one, const char *other)
{
	g_autoptr(GUri) a = g_uri_parse(one, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, NULL), b = g_uri_parse(other, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, NULL);

	if (a == NULL || b == NULL)
		return strcmp(one, other) == 0;
	return g_ascii_strcasecmp(g_uri_get_scheme(a), g_uri_get_scheme(b)) == 0 && g_ascii_strcasecmp(g_uri_get_host(a) != NULL ? g_uri_get_host(a) : "", g_uri_get_host(b) != NULL ? g_uri_get_host(b) : "") == 0 &&
	       g_uri_get_port(a) == g_uri_get_port(b) && strcmp(g_uri_get_path(a), g_uri_get_path(b)) == 0 && g_strcmp0(g_uri_get_query(a), g_uri_get_query(b)) == 0;
}

static gboolean
check(Db *db, const Hook *hook, GError **error)
{
	g_autoptr(GError) faults = NULL;
	gboolean within = FALSE;

	if (!hook_is_within(db, hook->url, &within, error))
		return FALSE;
	rows_check_text(hook->name, TRUE, 100, "/name", &faults);
	outgoing_check_url(hook->url, within, "/url", &faults);
	if (hook->back_url != NULL && !hook_is_within(db, hook->back_url, &within, error))
		return FALSE;
	if (hook->back_url != NULL)
		outgoing_check_url(hook->back_url, within, "/back_url", &faults);
	/* It would pay twice rather than take back. */
	if (hook->back_url != NULL && is_same_address(hook->back_url, hook->url))
		err_add_field(&faults, "/back_url", "Taking back needs an address of its own.");
	if (hook->timeout_s < 1 || hook->timeout_s > HOOK_TIMEOUT_MAX_S)
		err_add_field(&faults, "/timeout_s", "Between 1 and 60 seconds.");
	if (hook->wait_hours < 1 || hook->wait_hours > HOOK_WAIT_MAX_HOURS)
		err_add_field(&faults, "/wait_hours", "Between an hour and 60 days.");
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
put_event(Db *db, const char *kind, gint64 id, const Actor *actor, gint64 now_ms, GError **error)
{
	return event_add(db, &(Event){ .kind = kind, .subject_id = id, .at_ms = now_ms, .actor = actor }, NULL, error);
}

/* An empty field is none. */
static char *
address_or_none(const char *url)
{
	return url != NULL && url[0] != '\0' ? (char *)url : NULL;
}

Hook *
hook_add(Db *db, const HookChange *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	Hook hook = { .back_url = address_or_none(make->back_url), .name = (char *)(make->name != NULL ? make->name : ""), .url = (char *)(make->url != NULL ? make->url : ""), .timeout_s = make->timeout_s != 0 ? make->timeout_s : HOOK_TIMEOUT_S,
		.wait_hours = make->wait_hours != 0 ? make->wait_hours : HOOK_WAIT_HOURS };
	char ref[REF_SIZE];
	gint64 id = 0;

	if (tx == NULL || !check(db, &hook, error) ||
	    !ref_insert(db, &SQL_HOOK_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_TEXT(hook.name), DB_TEXT(hook.url), DB_TEXT(make->sealed), DB_INT(hook.timeout_s), DB_INT(now_ms), DB_INT(hook.wait_hours), DB_TEXT(hook.back_url)), &id, NULL, error))
		return NULL;
	if (!put_event(db, "hook.added", id, actor, now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	return hook_by_ref(db, ref, error);
}

static gboolean
may_remove(Db *db, const Hook *hook, GError **error)
{
	gint64 n = 0;

	if (!db_query_int(db, &SQL_HOOK_USES, DB_ARGS(DB_INT(hook->id)), &n, NULL, error))
		return FALSE;
	if (n > 0)
		g_set_error_literal(error, ERR, ERR_CONFLICT, "remedies of the catalogue are done by this system: change them first");
	return n == 0;
}

Hook *
hook_change(Db *db, const char *ref, gint64 version, const HookChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Hook) was = tx != NULL ? hook_by_ref(db, ref, error) : NULL;
	Hook hook;
	gint64 changed = 0;

	if (was == NULL)
		return NULL;
	hook = *was;
	hook.name = change->name != NULL ? (char *)change->name : was->name;
	hook.url = change->url != NULL ? (char *)change->url : was->url;
	hook.back_url = change->back_url != NULL ? address_or_none(change->back_url) : was->back_url;
	hook.sealed = change->sealed != NULL ? (char *)change->sealed : was->sealed;
	hook.timeout_s = change->timeout_s != 0 ? change->timeout_s : was->timeout_s;
	hook.wait_hours = change->wait_hours != 0 ? change->wait_hours : was->wait_hours;
	if (!check(db, &hook, error) || (change->removed && !may_remove(db, was, error)))
		return NULL;
	if (!db_exec(db, &SQL_HOOK_UPDATE, DB_ARGS(DB_INT(was->id), DB_INT(version != 0 ? version : was->version), DB_TEXT(hook.name), DB_TEXT(hook.url), DB_TEXT(hook.sealed), DB_INT(hook.timeout_s),
		DB_INT_OR_NULL(change->removed ? now_ms : 0), DB_INT(hook.wait_hours), DB_TEXT(hook.back_url)), &changed, error))
		return NULL;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "somebody changed this system meanwhile: look at it again");
		return NULL;
	}
	if (!put_event(db, change->removed ? "hook.removed" : "hook.changed", was->id, actor, now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	return hook_get(db, was->id, error);
}

char *
hook_sign(const char *secret, gint64 now_ms, const char *body)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ".%s", now_ms / MS_PER_S, body);
	g_autofree char *hex = g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guint8 *)secret, strlen(secret), text, -1);

	return g_strdup_printf("t=%" G_GINT64_FORMAT ",v1=%s", now_ms / MS_PER_S, hex);
}

/* "t=1700000000,v1=HEX" taken apart. */
static gboolean
read_signature(const char *header, gint64 *ret_t, const char **ret_hex)
{
	char *end;

	if (header == NULL || !g_str_has_prefix(header, "t=") || !g_ascii_isdigit(header[2]))
		return FALSE;
	*ret_t = g_ascii_strtoll(header + 2, &end, 10);
	if (!g_str_has_prefix(end, ",v1="))
		return FALSE;
	*ret_hex = end + 4;
	return strlen(*ret_hex) == 64;
}

gboolean
hook_signed(const char *secret, const char *header, const char *body, gsize size, gint64 window_s, gint64 now_ms)
{
	g_autoptr(GHmac) hmac = NULL;
	g_autofree char *at = NULL;
	const char *hex;
	gint64 t;

	if (!read_signature(header, &t, &hex) || t < now_ms / MS_PER_S - window_s || t > now_ms / MS_PER_S + window_s)
		return FALSE;
	at = g_strdup_printf("%" G_GINT64_FORMAT ".", t);
	hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guint8 *)secret, strlen(secret));
	g_hmac_update(hmac, (const guint8 *)at, -1);
	g_hmac_update(hmac, (const guint8 *)body, (gssize)size);
	return sodium_memcmp(g_hmac_get_string(hmac), hex, 64) == 0;
}
