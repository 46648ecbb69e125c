/* policy.c - policies: reading a row, showing it, choosing one for a case. Changing them: promise/policy_write.c. */
#include "promise/policy.h"
#include "base/clock.h"
#include "policy.sql.h"
#include <string.h>

enum { A_CONDITION = 16 }; /* deeper than any product stands (TREE_MAX_DEPTH) */

void
clock_policy_free(ClockPolicy *policy)
{
	if (policy == NULL)
		return;
	g_free(policy->ref);
	g_free(policy->name);
	g_free(policy->kind);
	g_free(policy->channel);
	g_free(policy->segment);
	g_free(policy->product);
	g_free(policy->product_ref);
	g_free(policy->calendar);
	g_free(policy->calendar_ref);
	g_free(policy);
}

static gboolean
read_targets(const char *text, ClockPolicy *policy, GError **error)
{
	g_autoptr(json_t) all = json_read(text, strlen(text), NULL);

	for (guint i = 0; all != NULL && i < CLOCKS; i++) {
		const json_t *one = json_object_get(all, clock_words[i]);
		const char *words = json_string_value(json_array_get(one, 0));

		if (one == NULL)
			continue;
		if (words == NULL || !target_read(words, &policy->targets[i])) {
			g_clear_pointer(&all, json_decref);
			break;
		}
		policy->targets[i].pauses = json_is_true(json_array_get(one, 1));
	}
	if (all == NULL)
		g_set_error(error, ERR, ERR_CORRUPT, "policy %s: its targets cannot be read", policy->ref);
	return all != NULL;
}

ClockPolicy *
clock_policy_read(DbRows *rows, GError **error)
{
	g_autoptr(ClockPolicy) it = g_new0(ClockPolicy, 1);

	it->id = db_rows_int(rows, "id");
	it->ref = g_strdup(db_rows_text(rows, "ref"));
	it->name = g_strdup(db_rows_text(rows, "name"));
	it->position = db_rows_int(rows, "position");
	it->active = db_rows_int(rows, "active") != 0;
	it->kind = g_strdup(db_rows_text(rows, "kind"));
	it->severity = db_rows_is_null(rows, "severity") ? POLICY_ANY : db_rows_int(rows, "severity");
	it->product_id = db_rows_int(rows, "product_id");
	it->channel = g_strdup(db_rows_text(rows, "channel"));
	it->segment = g_strdup(db_rows_text(rows, "segment"));
	it->calendar_id = db_rows_int(rows, "calendar_id");
	it->lead_after = db_rows_int(rows, "lead_after");
	it->owner_after = db_rows_int(rows, "owner_after");
	it->created_at = db_rows_int(rows, "created_at");
	it->removed_at = db_rows_int(rows, "removed_at");
	it->version = db_rows_int(rows, "version");
	it->product = g_strdup(db_rows_text(rows, "product"));
	it->product_ref = g_strdup(db_rows_text(rows, "product_ref"));
	it->calendar = g_strdup(db_rows_text(rows, "calendar"));
	it->calendar_ref = g_strdup(db_rows_text(rows, "calendar_ref"));
	return read_targets(db_rows_text(rows, "targets"), it, error) ? g_steal_pointer(&it) : NULL;
}

static void
put_named(json_t *out, const char *key, const char *ref, const char *name)
{
	json_t *one = ref != NULL ? json_object() : json_null();

	if (ref != NULL) {
		json_put_text(one, "ref", ref);
		json_put_text(one, "name", name);
	}
	json_put(out, key, one);
}

static void
put_minutes(json_t *out, const char *key, gint64 minutes)
{
	ClockTarget step = { 0, TARGET_NONE, FALSE };
	g_autofree char *text = NULL;

	if (minutes > 0)
		step = minutes % 1440 == 0 ? (ClockTarget){ (int)(minutes / 1440), TARGET_DAYS, FALSE } : minutes % 60 == 0
			? (ClockTarget){ (int)(minutes / 60), TARGET_HOURS, FALSE } : (ClockTarget){ (int)minutes, TARGET_MINUTES, FALSE };
	text = target_write(&step);
	json_put_text(out, key, text);
}

json_t *
clock_policy_to_json(const ClockPolicy *policy)
{
	static const char *const severities[] = { "low", "normal", "high", "critical" };
	json_t *out = json_object();

	json_put_text(out, "ref", policy->ref);
	json_put_text(out, "name", policy->name);
	json_put_bool(out, "active", policy->active);
	json_put_int(out, "position", policy->position);
	json_put_text(out, "kind", policy->kind);
	json_put_text(out, "severity", policy->severity == POLICY_ANY ? NULL : severities[CLAMP(policy->severity, 0, 3)]);
	put_named(out, "product", policy->product_ref, policy->product);
	json_put_text(out, "channel", policy->channel);
	json_put_text(out, "segment", policy->segment);
	put_named(out, "calendar", policy->calendar_ref, policy->calendar);
	for (guint i = 0; i < CLOCKS; i++) {
		g_autofree char *text = target_write(&policy->targets[i]), *key = g_strconcat(clock_words[i], "_pauses", NULL);

		json_put_text(out, clock_words[i], text);
		json_put_bool(out, key, policy->targets[i].pauses);
	}
	put_minutes(out, "lead_after", policy->lead_after);
	put_minutes(out, "owner_after", policy->owner_after);
	json_put_int(out, "version", policy->version);
	return out;
}

/* How deep the policy's product stands above the case's; 0: it is none of them. */
static guint
product_fit(const ClockPolicy *policy, const PolicyCase *it)
{
	guint n = 0, at = 0;

	for (; it->products != NULL && it->products[n] != 0; n++)
		if (it->products[n] == policy->product_id)
			at = n + 1;
	return at > 0 ? n - at + 1 : 0;
}

guint
clock_policy_fit(const ClockPolicy *policy, const PolicyCase *it)
{
	guint fit = 1, deep;

	if (policy->kind != NULL) {
		if (g_strcmp0(policy->kind, it->kind) != 0)
			return 0;
		fit += A_CONDITION;
	}
	if (policy->severity != POLICY_ANY) {
		if (policy->severity != it->severity)
			return 0;
		fit += A_CONDITION;
	}
	if (policy->channel != NULL) {
		if (g_strcmp0(policy->channel, it->channel) != 0)
			return 0;
		fit += A_CONDITION;
	}
	if (policy->segment != NULL) {
		if (g_strcmp0(policy->segment, it->segment) != 0)
			return 0;
		fit += A_CONDITION;
	}
	if (policy->product_id != 0) {
		if ((deep = product_fit(policy, it)) == 0)
			return 0;
		fit += A_CONDITION + MIN(deep, A_CONDITION - 8);
	}
	return fit;
}

const ClockPolicy *
clock_policy_choose(const GPtrArray *policies, const PolicyCase *it)
{
	const ClockPolicy *best = NULL;
	guint best_fit = 0;

	for (guint i = 0; i < policies->len; i++) {
		const ClockPolicy *policy = policies->pdata[i];
		guint fit = policy->active && policy->removed_at == 0 ? clock_policy_fit(policy, it) : 0;

		if (fit > best_fit) {
			best = policy;
			best_fit = fit;
		}
	}
	return best;
}

GPtrArray *
clock_policies(Db *db, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)clock_policy_free);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_POLICY_LIST, DB_NO_ARGS, error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		ClockPolicy *one = clock_policy_read(rows, error);

		if (one == NULL)
			return NULL;
		if (one->removed_at == 0)
			g_ptr_array_add(list, one);
		else
			clock_policy_free(one);
	}
	return db_ended(&local, error) ? g_steal_pointer(&list) : NULL;
}

ClockPolicy *
clock_policy_by_ref(Db *db, const char *ref, GError **error)
{
	g_autoptr(GPtrArray) all = clock_policies(db, error);

	for (guint i = 0; all != NULL && i < all->len; i++)
		if (g_strcmp0(((ClockPolicy *)all->pdata[i])->ref, ref) == 0)
			return g_ptr_array_steal_index(all, i);
	if (all != NULL)
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "no such policy");
	return NULL;
}
