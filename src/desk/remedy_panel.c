/* remedy_panel.c - what stands about remedies on a case's page: the reader's authority on it, and what others like it were given. */
#include "base/money.h"
#include "desk/remedies.h"
#include "remedy/authority.h"
#include "remedy/fairness.h"
#include "remedy/remedy.h"
#include <string.h>

gboolean
desk_put_remedies(Call *call, json_t *value, gint64 case_id, guint *mark, GError **error)
{
	json_t *list = remedy_list_of_case(call->db, case_id, error), *offer = json_null(), *one;
	size_t i;

	if (list == NULL)
		return FALSE;
	json_array_foreach(list, i, one) {
		const json_t *its_back = json_object_get(one, "takeback");
		json_t *its = json_object_get(one, "offer");

		if (json_is_null(offer) && g_strv_contains((const char *const[]){ "waiting", "ready", "open", NULL }, json_text(its, "state", "")))
			offer = json_incref(its);
		if (json_int(one, "attempts", 0) > 1 || json_text(one, "fault", NULL) != NULL)
			*mark = *mark * 31 + (guint)json_int(one, "attempts", 0) + g_str_hash(json_text(one, "fault", ""));
		if (json_is_object(its_back))
			*mark = *mark * 31 + (guint)json_int(its_back, "attempts", 0) + g_str_hash(json_text(its_back, "fault", ""));
	}
	json_put(value, "remedies", list);
	json_put(value, "offer", offer);
	return TRUE;
}

/* Sums of the JSON that is shown already: asked for and not approved, in the first currency that is under way. */
typedef struct {
	const char *currency;
	gint64 asked, proposed; /* the dearest option that waits; the newest sum, for the drawing */
} UnderWay;

static UnderWay
under_way(const json_t *value)
{
	static const char *const live[] = { "proposed", "approved", "offered", "chosen", "doing", "failed", NULL };
	UnderWay found = { 0 };
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(value, "remedies"), i, one) {
		const json_t *sum = json_object_get(one, "value");
		const char *state = json_text(one, "state", "");

		if (!json_is_object(sum) || !g_strv_contains(live, state))
			continue;
		if (found.currency == NULL)
			found.currency = json_text(sum, "currency", NULL);
		if (g_strcmp0(found.currency, json_text(sum, "currency", NULL)) != 0)
			continue;
		if (strcmp(state, "proposed") == 0)
			found.asked = MAX(found.asked, json_int(sum, "amount_minor", 0));
		found.proposed = MAX(found.proposed, json_int(sum, "amount_minor", 0));
	}
	return found;
}

/* {limit{}|null, used{}, asked{}, over{}|null, used_pct, asked_x_pct, asked_pct, over_x_pct, over_pct, tick_pct}: limit null: bound by none per case. */
static json_t *
authority_json(const Authority *authority, gint64 used, gint64 asked, const char *currency)
{
	gint64 limit = authority->rule_id == 0 ? 0 : authority->per_case != NO_LIMIT ? authority->per_case : authority->per_remedy;
	gint64 all = MAX(MAX(limit, used + asked), 1), within = limit == NO_LIMIT ? asked : CLAMP(limit - used, 0, asked);
	json_t *out = json_object();

	json_put(out, "limit", limit == NO_LIMIT ? json_null() : money_to_json(limit, currency));
	json_put_text(out, "kind", authority->rule_id == 0 ? "none" : authority->per_case != NO_LIMIT ? "per_case" : "per_remedy");
	json_put(out, "used", money_to_json(used, currency));
	json_put(out, "asked", money_to_json(asked, currency));
	json_put(out, "total", money_to_json(used + asked, currency));
	json_put(out, "over", limit != NO_LIMIT && used + asked > limit ? money_to_json(used + asked - limit, currency) : json_null());
	json_put_int(out, "used_pct", MIN(used, limit == NO_LIMIT ? used : MAX(limit, 0)) * 100 / all);
	json_put_int(out, "asked_x_pct", used * 100 / all);
	json_put_int(out, "asked_pct", within * 100 / all);
	json_put_int(out, "over_x_pct", (used + within) * 100 / all);
	json_put_int(out, "over_pct", (asked - within) * 100 / all);
	json_put_int(out, "tick_pct", limit == NO_LIMIT ? 100 : limit * 100 / all);
	return out;
}

gboolean
desk_panel_remedies(Call *call, json_t *value, GError **error)
{
	const UnderWay now = under_way(value);
	g_autoptr(Case) it = NULL;
	Authority authority = { 0 };
	AuthorityUsed used = { 0 };
	json_t *fairness;

	json_put(value, "authority", json_null());
	json_put(value, "fairness", json_null());
	if (now.currency == NULL)
		return TRUE;
	if ((it = case_get(call->db, call->carry, error)) == NULL)
		return FALSE;
	if (!authority_of(call->db, call->actor->user_id, 0, now.currency, &authority, error) ||
	    !authority_used(call->db, it->id, 0, call->actor->user_id, now.currency, 0, call->now_ms, &used, error))
		return FALSE;
	json_put(value, "authority", authority_json(&authority, used.on_case, now.asked, now.currency));
	if ((fairness = fairness_read(call->db, it, now.currency, now.proposed, error)) == NULL)
		return FALSE;
	json_put(value, "fairness", fairness);
	return TRUE;
}
