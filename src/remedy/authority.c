/* authority.c - see authority.h. The rules' own page: authority_rules.c. */
#include "remedy/authority.h"
#include "authority.sql.h"
#include "base/clock.h"
#include "org/roles.h"
#include "org/user.h"
#include "remedy/rows.h"
#include <string.h>

enum { NAMES_MAX = 3 };

static gint64
limit_of(DbRows *rows, const char *column)
{
	return db_rows_is_null(rows, column) ? NO_LIMIT : db_rows_int(rows, column);
}

gboolean
authority_of(Db *db, gint64 user_id, gint64 type_id, const char *currency, Authority *ret_authority, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_AUTHORITY_FIND, DB_ARGS(DB_INT(user_id), DB_INT(type_id), DB_TEXT(currency)), error);
	GError *local = NULL;
	Authority found = { 0 };

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		found = (Authority){ db_rows_int(rows, "id"), limit_of(rows, "per_remedy"), limit_of(rows, "per_case"), limit_of(rows, "per_customer"), limit_of(rows, "per_month") };
	if (local != NULL) {
		g_propagate_error(error, local);
		return FALSE;
	}
	*ret_authority = found;
	return TRUE;
}

void
period_around(const char *period, const char *zone, gint64 at_ms, gint64 *ret_from_ms, gint64 *ret_to_ms)
{
	g_autoptr(GTimeZone) known = g_time_zone_new_identifier(zone);
	g_autoptr(GTimeZone) place = known != NULL ? g_time_zone_ref(known) : g_time_zone_new_utc();
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / MS_PER_S);
	g_autoptr(GDateTime) here = g_date_time_to_timezone(utc, place);
	int months = strcmp(period, "quarter") == 0 ? 3 : 1, month = (g_date_time_get_month(here) - 1) / months * months + 1, year = g_date_time_get_year(here);
	g_autoptr(GDateTime) from = g_date_time_new(place, year, month, 1, 0, 0, 0);
	g_autoptr(GDateTime) to = g_date_time_new(place, month + months > 12 ? year + 1 : year, (month + months - 1) % 12 + 1, 1, 0, 0, 0);

	*ret_from_ms = g_date_time_to_unix(from) * MS_PER_S;
	*ret_to_ms = g_date_time_to_unix(to) * MS_PER_S;
}

gboolean
authority_used(Db *db, gint64 case_id, gint64 customer_id, gint64 user_id, const char *currency, gint64 but_offer_id, gint64 now_ms, AuthorityUsed *ret_used, GError **error)
{
	g_autofree char *zone = house_text(db, "zone", "UTC", error);
	AuthorityUsed used = { 0 };
	gint64 from, to;

	if (zone == NULL)
		return FALSE;
	period_around("month", zone, now_ms, &from, &to);
	if (!db_query_int(db, &SQL_AUTHORITY_USED_CASE, DB_ARGS(DB_INT(case_id), DB_TEXT(currency), DB_INT(but_offer_id)), &used.on_case, NULL, error))
		return FALSE;
	if (customer_id != 0 && !db_query_int(db, &SQL_AUTHORITY_USED_CUSTOMER, DB_ARGS(DB_INT(customer_id), DB_TEXT(currency), DB_INT(but_offer_id)), &used.on_customer, NULL, error))
		return FALSE;
	if (!db_query_int(db, &SQL_AUTHORITY_USED_MONTH, DB_ARGS(DB_INT(user_id), DB_TEXT(currency), DB_INT(from), DB_INT(but_offer_id)), &used.by_user_month, NULL, error))
		return FALSE;
	*ret_used = used;
	return TRUE;
}

static gboolean
is_over(gint64 limit, gint64 used, gint64 more)
{
	return limit != NO_LIMIT && (used > limit || more > limit - used);
}

AuthorityVerdict
authority_check(const Authority *authority, const AuthorityUsed *used, gint64 amount, gint64 with)
{
	if (amount == 0)
		return WITHIN;
	if (authority->rule_id == 0)
		return NO_AUTHORITY;
	if (is_over(authority->per_remedy, 0, amount))
		return OVER_REMEDY;
	if (is_over(authority->per_case, used->on_case, with))
		return OVER_CASE;
	if (is_over(authority->per_customer, MAX(used->on_customer, used->on_case), with))
		return OVER_CUSTOMER;
	return is_over(authority->per_month, used->by_user_month, with) ? OVER_MONTH : WITHIN;
}

const char *
authority_verdict_word(AuthorityVerdict verdict)
{
	static const char *const words[] = { "within", "per_remedy", "per_case", "per_customer", "per_month", "none" };

	return words[verdict];
}

/* ---- who can --------------------------------------------------------------------------------------------------------- */

typedef struct {
	gint64 user_id, reach; /* the smallest of the limits that bind */
	gboolean leads;
} Able;

static gint64
reach_of(const Authority *authority)
{
	const gint64 limits[] = { authority->per_remedy, authority->per_case, authority->per_customer, authority->per_month };
	gint64 least = G_MAXINT64;

	for (guint i = 0; i < G_N_ELEMENTS(limits); i++)
		if (limits[i] != NO_LIMIT)
			least = MIN(least, limits[i]);
	return least;
}

static int
compare_able(gconstpointer a, gconstpointer b)
{
	const Able *x = a, *y = b;

	if (x->leads != y->leads)
		return x->leads ? -1 : 1;
	if (x->reach != y->reach)
		return x->reach < y->reach ? -1 : 1;
	return x->user_id < y->user_id ? -1 : x->user_id > y->user_id;
}

static gboolean
look_at(Db *db, const User *user, const AuthorityAsk *ask, gint64 lead_id, gint64 now_ms, GArray *able, GError **error)
{
	Authority authority;
	AuthorityUsed used;
	Able one = { .user_id = user->id, .leads = user->id == lead_id };

	if (!authority_of(db, user->id, ask->type_id, ask->currency, &authority, error) ||
	    !authority_used(db, ask->case_id, ask->customer_id, user->id, ask->currency, ask->offer_id, now_ms, &used, error))
		return FALSE;
	one.reach = reach_of(&authority);
	if (authority_check(&authority, &used, ask->amount, ask->with) == WITHIN)
		g_array_append_val(able, one);
	return TRUE;
}

GArray *
authority_who_can(Db *db, const AuthorityAsk *ask, gint64 but_a, gint64 but_b, gint64 lead_id, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) users = user_list(db, FALSE, error);
	g_autoptr(GArray) able = g_array_new(FALSE, FALSE, sizeof(Able)), ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	const guint64 bit = permission_bit("remedy.approve");

	if (users == NULL)
		return NULL;
	for (guint i = 0; i < users->len; i++) {
		const User *user = users->pdata[i];

		if ((role_may(user->role) & bit) == 0 || user->id == but_a || user->id == but_b)
			continue;
		if (!look_at(db, user, ask, lead_id, now_ms, able, error))
			return NULL;
	}
	g_array_sort(able, compare_able);
	for (guint i = 0; i < able->len; i++)
		g_array_append_val(ids, g_array_index(able, Able, i).user_id);
	return g_steal_pointer(&ids);
}

char *
authority_names(Db *db, const GArray *user_ids, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	guint n = MIN(user_ids->len, NAMES_MAX);

	for (guint i = 0; i < n; i++) {
		g_autoptr(DbRows) rows = db_query(db, &SQL_AUTHORITY_USER_NAME, DB_ARGS(DB_INT(g_array_index(user_ids, gint64, i))), error);
		GError *local = NULL;

		if (rows == NULL)
			return NULL;
		if (db_rows_next(rows, &local))
			g_string_append_printf(names, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", db_rows_text(rows, "name"));
		if (local != NULL) {
			g_propagate_error(error, local);
			return NULL;
		}
	}
	return n > 0 ? g_string_free(g_steal_pointer(&names), FALSE) : NULL;
}
