/* policy.h - which targets a case's clocks have: rows with conditions, the most specific one holds. Those of a moment, in memory:
 * promise/book.h; what follows for a case: promise/case_clocks.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "promise/clock_due.h"
#include "store/db.h"
G_BEGIN_DECLS

enum { POLICY_ANY = -1 }; /* severity */
enum { POLICIES_MAX = 200, POLICY_STEP_MAX_MIN = 366 * 1440 };

typedef struct {
	gint64 id, product_id, calendar_id, position, severity, version, created_at, removed_at;
	gboolean active;
	char *ref, *name, *kind, *channel, *segment; /* conditions: NULL, product_id 0, severity POLICY_ANY: any */
	ClockTarget targets[CLOCKS];
	gint64 lead_after, owner_after; /* minutes after the breach; 0: never */
	char *product, *product_ref, *calendar, *calendar_ref; /* for showing */
} ClockPolicy;
void clock_policy_free(ClockPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClockPolicy, clock_policy_free)
ClockPolicy *clock_policy_read(DbRows *rows, GError **error); /* ERR_CORRUPT when its targets are none */
/* {ref, name, active, position, kind, severity, product{ref, name}|null, channel, segment, calendar{ref, name}, acknowledge, acknowledge_pauses,
 * ... of each clock, lead_after, owner_after (as texts, "" none), version} */
json_t *clock_policy_to_json(const ClockPolicy *policy);

/* What of a case a policy looks at. */
typedef struct {
	const char *kind, *channel, *segment; /* segment NULL: none */
	gint64 severity;
	const gint64 *products; /* the case's and those above it, 0-ended; NULL: none */
} PolicyCase;
/* Pure: how well it fits; 0: not at all. Each condition that holds counts more than any depth of product. */
guint clock_policy_fit(const ClockPolicy *policy, const PolicyCase *it);
/* The most specific of @policies (of ClockPolicy, in order) that is active; NULL: no clock runs. */
const ClockPolicy *clock_policy_choose(const GPtrArray *policies, const PolicyCase *it);

/* NULL texts and given bits as in CaseChange: what is not given stays. "" takes a condition or a target away. */
typedef struct {
	guint given;
	const char *name, *kind, *severity, *channel, *segment, *calendar, *lead_after, *owner_after;
	const char *targets[CLOCKS];
	gboolean active, removed, pauses[CLOCKS];
	guint targets_given, pauses_given; /* a bit a clock */
	gint64 position, product_id; /* product_id 0: any */
} PolicyChange;
enum {
	POLICY_NAME = 1 << 0, POLICY_KIND = 1 << 1, POLICY_SEVERITY = 1 << 2, POLICY_PRODUCT = 1 << 3, POLICY_CHANNEL = 1 << 4, POLICY_SEGMENT = 1 << 5,
	POLICY_CALENDAR = 1 << 6, POLICY_LEAD = 1 << 7, POLICY_OWNER = 1 << 8, POLICY_ACTIVE = 1 << 9, POLICY_POSITION = 1 << 10, POLICY_REMOVED = 1 << 11,
};
/* Words a policy's conditions are made of, handed in by who knows them; NULL-ended. */
typedef struct {
	const char *const *kinds, *const *channels, *const *severities;
} PolicyWords;

GPtrArray *clock_policies(Db *db, GError **error); /* those that are not removed, in order */
ClockPolicy *clock_policy_by_ref(Db *db, const char *ref, GError **error); /* ERR_NOT_FOUND; removed ones are none */
/* In the caller's transaction: @ref NULL makes a new one. Events policy.added, policy.changed {fields}, policy.removed; the job that counts
 * running clocks anew (clock.recount) comes with it, except for a removal: clocks that run keep what they had. ERR_INVALID with every field at
 * fault; ERR_CONFLICT when stale, or when the last policy without conditions would go. */
ClockPolicy *clock_policy_write_in(Db *db, const char *ref, gint64 version, const PolicyChange *change, const PolicyWords *words, const Actor *actor, gint64 now_ms, GError **error);
/* One place further up in the list, or down; at its end it stays. Event policy.changed; running clocks are counted anew. ERR_CONFLICT when stale. */
gboolean clock_policy_move_in(Db *db, const char *ref, gint64 version, gboolean up, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
