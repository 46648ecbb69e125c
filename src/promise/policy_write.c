/* policy_write.c - making, changing and removing policies. */
#include "base/fold.h"
#include "promise/book.h"
#include "promise/recount.h"
#include "store/events.h"
#include "store/refs.h"
#include "policy.sql.h"
#include <string.h>

enum { NAME_MAX_BYTES = 120, SEGMENT_MAX = 60 };

static gboolean
is_among(const char *const *words, const char *word, gint64 *ret_at)
{
	for (guint i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0) {
			*ret_at = i;
			return TRUE;
		}
	return FALSE;
}

static void
set_word(char **where, const char *word, const char *const *words, const char *field, GError **faults)
{
	gint64 at;

	if (word != NULL && word[0] != '\0' && !is_among(words, word, &at)) {
		err_add_field(faults, field, "There is no such word.");
		return;
	}
	g_free(*where);
	*where = word != NULL && word[0] != '\0' ? g_strdup(word) : NULL;
}

/* After the breach, in minutes; only by the clock. */
static void
set_step(gint64 *where, const char *text, const char *field, GError **faults)
{
	static const gint64 minutes[] = { [TARGET_NONE] = 0, [TARGET_MINUTES] = 1, [TARGET_HOURS] = 60, [TARGET_DAYS] = 1440 };
	ClockTarget step = { 0 };

	if (!target_read(text != NULL ? text : "", &step) || step.unit > TARGET_DAYS || step.amount * minutes[step.unit] > POLICY_STEP_MAX_MIN)
		err_add_field(faults, field, "Write it so: 30 minutes, 4 hours or 2 days; nothing for never.");
	else
		*where = step.amount * minutes[step.unit];
}

static void
set_targets(ClockPolicy *it, const PolicyChange *change, GError **faults)
{
	for (guint i = 0; i < CLOCKS; i++) {
		g_autofree char *field = g_strconcat("/", clock_words[i], NULL);

		if ((change->targets_given & (1u << i)) && !target_read(change->targets[i] != NULL ? change->targets[i] : "", &it->targets[i]))
			err_add_field(faults, field, "Write it so: 24 hours, 56 days, 4 business hours or 15 business days; nothing for no such clock.");
		if (change->pauses_given & (1u << i))
			it->targets[i].pauses = change->pauses[i];
	}
}

static void
set_plain(ClockPolicy *it, const PolicyChange *change, const PolicyWords *words, GError **faults)
{
	const guint given = change->given;
	gint64 at = POLICY_ANY;

	if (given & POLICY_NAME) {
		char *name = line_read(change->name, NAME_MAX_BYTES);

		if (name == NULL)
			err_add_field(faults, "/name", "A policy has a name of one line, at most %d bytes.", NAME_MAX_BYTES);
		g_free(it->name);
		it->name = name;
	}
	if (given & POLICY_KIND)
		set_word(&it->kind, change->kind, words->kinds, "/kind", faults);
	if (given & POLICY_CHANNEL)
		set_word(&it->channel, change->channel, words->channels, "/channel", faults);
	if ((given & POLICY_SEVERITY) && change->severity != NULL && change->severity[0] != '\0' && !is_among(words->severities, change->severity, &at))
		err_add_field(faults, "/severity", "One of: low, normal, high, critical.");
	else if (given & POLICY_SEVERITY)
		it->severity = at;
	if (given & POLICY_SEGMENT) {
		char *key = change->segment != NULL && change->segment[0] != '\0' ? name_fold(change->segment) : NULL;

		if (change->segment != NULL && change->segment[0] != '\0' && (key == NULL || strlen(key) > SEGMENT_MAX))
			err_add_field(faults, "/segment", "A segment is a word or two, at most %d bytes.", SEGMENT_MAX);
		g_free(it->segment);
		it->segment = key;
	}
	if (given & POLICY_LEAD)
		set_step(&it->lead_after, change->lead_after, "/lead_after", faults);
	if (given & POLICY_OWNER)
		set_step(&it->owner_after, change->owner_after, "/owner_after", faults);
	if (given & POLICY_ACTIVE)
		it->active = change->active;
	if (given & POLICY_POSITION)
		it->position = CLAMP(change->position, 0, 10000);
	if (it->lead_after > 0 && it->owner_after > 0 && it->owner_after < it->lead_after)
		err_add_field(faults, "/owner_after", "The complaint owner is told after the team's lead, not before.");
	set_targets(it, change, faults);
}

static gboolean
look_up(Db *db, const DbSql *sql, const DbArg *args, guint n_args, const char *field, const char *what, gint64 *ret_id, GError **faults, GError **error)
{
	gboolean found = FALSE;

	if (!db_query_int(db, sql, args, n_args, ret_id, &found, error))
		return FALSE;
	if (!found)
		err_add_field(faults, field, "%s", what);
	return TRUE;
}

static gboolean
set_found(Db *db, ClockPolicy *it, const PolicyChange *change, GError **faults, GError **error)
{
	if (change->given & POLICY_PRODUCT)
		it->product_id = change->product_id;
	return !(change->given & POLICY_CALENDAR) ||
	       look_up(db, &SQL_POLICY_CALENDAR, DB_ARGS(DB_TEXT(change->calendar != NULL ? change->calendar : "")), "/calendar", "There is no such calendar.", &it->calendar_id, faults, error);
}

static gboolean
holds_for_all(const ClockPolicy *it)
{
	return it->active && it->removed_at == 0 && it->kind == NULL && it->severity == POLICY_ANY && it->product_id == 0 && it->channel == NULL && it->segment == NULL;
}

/* A case that no policy fits has no clocks: some policy must hold for all. */
static gboolean
one_holds_for_all(const GPtrArray *all, const ClockPolicy *changed, GError **error)
{
	if (holds_for_all(changed))
		return TRUE;
	for (guint i = 0; i < all->len; i++) {
		const ClockPolicy *other = all->pdata[i];

		if (other->id != changed->id && holds_for_all(other))
			return TRUE;
	}
	g_set_error_literal(error, ERR, ERR_CONFLICT, "this is the only policy for every case that no other one fits: make another such first");
	return FALSE;
}

static char *
targets_text(const ClockPolicy *it)
{
	g_autoptr(json_t) all = json_object();

	for (guint i = 0; i < CLOCKS; i++) {
		g_autofree char *words = target_write(&it->targets[i]);
		json_t *one;

		if (it->targets[i].unit == TARGET_NONE && !it->targets[i].pauses)
			continue;
		one = json_array();
		json_array_append_new(one, json_string(words));
		json_array_append_new(one, json_boolean(it->targets[i].pauses));
		json_put(all, clock_words[i], one);
	}
	return json_write(all, NULL);
}

static gboolean
insert(Db *db, ClockPolicy *it, const char *targets, gint64 now_ms, GError **error)
{
	char ref[REF_SIZE];

	if (!ref_insert(db, &SQL_POLICY_INSERT, ref,
	                DB_ARGS(DB_TEXT(ref), DB_TEXT(it->name), DB_INT(it->position), DB_BOOL(it->active), DB_TEXT(it->kind),
	                        it->severity == POLICY_ANY ? DB_NULL : DB_INT(it->severity), DB_INT_OR_NULL(it->product_id), DB_TEXT(it->channel), DB_TEXT(it->segment),
	                        DB_INT(it->calendar_id), DB_TEXT(targets), DB_INT(it->lead_after), DB_INT(it->owner_after), DB_INT(now_ms)),
	                &it->id, NULL, error))
		return FALSE;
	g_free(it->ref);
	it->ref = g_strdup(ref);
	return TRUE;
}

static gboolean
update(Db *db, const ClockPolicy *it, const char *targets, GError **error)
{
	gint64 n = 0;

	if (!db_exec(db, &SQL_POLICY_UPDATE,
	             DB_ARGS(DB_INT(it->id), DB_INT(it->version), DB_TEXT(it->name), DB_INT(it->position), DB_BOOL(it->active), DB_TEXT(it->kind),
	                     it->severity == POLICY_ANY ? DB_NULL : DB_INT(it->severity), DB_INT_OR_NULL(it->product_id), DB_TEXT(it->channel), DB_TEXT(it->segment),
	                     DB_INT(it->calendar_id), DB_TEXT(targets), DB_INT(it->lead_after), DB_INT(it->owner_after), DB_INT_OR_NULL(it->removed_at)),
	             &n, error))
		return FALSE;
	if (n == 0)
		g_set_error(error, ERR, ERR_CONFLICT, "the policy %s has changed since you began", it->name);
	return n == 1;
}

/* The policy to be changed, out of @all; a fresh one when @ref is NULL. Borrowed from @all, or owned by @ret_fresh. */
static ClockPolicy *
find(GPtrArray *all, const char *ref, gint64 version, ClockPolicy **ret_fresh, GError **error)
{
	if (ref == NULL && all->len >= POLICIES_MAX) {
		g_set_error(error, ERR, ERR_LIMIT, "at most %d policies", POLICIES_MAX);
		return NULL;
	}
	if (ref == NULL) {
		*ret_fresh = g_new0(ClockPolicy, 1);
		(*ret_fresh)->severity = POLICY_ANY;
		(*ret_fresh)->active = TRUE;
		(*ret_fresh)->position = all->len > 0 ? ((ClockPolicy *)all->pdata[all->len - 1])->position + 1 : 1;
		return *ret_fresh;
	}
	for (guint i = 0; i < all->len; i++) {
		ClockPolicy *it = all->pdata[i];

		if (strcmp(it->ref, ref) != 0)
			continue;
		if (version == 0 || version == it->version)
			return it;
		g_set_error(error, ERR, ERR_CONFLICT, "the policy %s has changed since you began", it->name);
		return NULL;
	}
	g_set_error_literal(error, ERR, ERR_NOT_FOUND, "no such policy");
	return NULL;
}

ClockPolicy *
clock_policy_write_in(Db *db, const char *ref, gint64 version, const PolicyChange *change, const PolicyWords *words, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) all = clock_policies(db, error);
	g_autoptr(ClockPolicy) fresh = NULL;
	g_autoptr(GError) faults = NULL;
	g_autofree char *targets = NULL;
	const char *kind = ref == NULL ? "policy.added" : "policy.changed";
	ClockPolicy *it = all != NULL ? find(all, ref, version, &fresh, error) : NULL;

	if (it == NULL)
		return NULL;
	set_plain(it, change, words, &faults);
	if (!set_found(db, it, change, &faults, error))
		return NULL;
	if (it->calendar_id == 0 && faults == NULL)
		err_add_field(&faults, "/calendar", "Choose the calendar its business time is counted by.");
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return NULL;
	}
	if ((change->given & POLICY_REMOVED) && change->removed) {
		it->removed_at = now_ms;
		kind = "policy.removed";
	}
	targets = targets_text(it);
	if (!one_holds_for_all(all, it, error) || !(ref == NULL ? insert(db, it, targets, now_ms, error) : update(db, it, targets, error)))
		return NULL;
	if (!clock_book_changed_in(db, error) || (it->removed_at == 0 && !clock_recount_ask_in(db, now_ms, error)) ||
	    !event_add(db, &(Event){ .kind = kind, .subject_id = it->id, .at_ms = now_ms, .actor = actor }, NULL, error))
		return NULL;
	if (it->removed_at == 0)
		return clock_policy_by_ref(db, it->ref, error);
	g_ptr_array_set_free_func(all, NULL);
	for (guint i = 0; i < all->len; i++)
		if (all->pdata[i] != it)
			clock_policy_free(all->pdata[i]);
	return it;
}

/* Positions may be the same, or apart: after a move they are 1, 2, 3 ... */
static gboolean
write_places(Db *db, const GPtrArray *all, GError **error)
{
	for (guint i = 0; i < all->len; i++) {
		const ClockPolicy *it = all->pdata[i];

		if (it->position != i + 1 && !db_exec(db, &SQL_POLICY_PLACE, DB_ARGS(DB_INT(it->id), DB_INT(i + 1)), NULL, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
clock_policy_move_in(Db *db, const char *ref, gint64 version, gboolean up, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) all = clock_policies(db, error);
	const ClockPolicy *it = all != NULL ? find(all, ref, version, NULL, error) : NULL;
	guint at = 0;

	if (it == NULL || !g_ptr_array_find(all, it, &at))
		return FALSE;
	if (up ? at == 0 : at + 1 == all->len)
		return TRUE;
	g_ptr_array_insert(all, (gint)(up ? at - 1 : at + 1), g_ptr_array_steal_index(all, at));
	return write_places(db, all, error) && clock_book_changed_in(db, error) && clock_recount_ask_in(db, now_ms, error) &&
	       event_add(db, &(Event){ .kind = "policy.changed", .subject_id = it->id, .at_ms = now_ms, .actor = actor }, NULL, error);
}
