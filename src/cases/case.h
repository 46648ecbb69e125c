/* case.h - the complaint itself: its words, its struct, reading it. Coming in: cases/intake.h; its stages: cases/stage.h;
 * what is said on it: cases/message.h; lists and search: cases/list.h; who handles it: cases/assign.h; merging, splitting,
 * linking: cases/merge.h; its history: cases/timeline.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

/* NULL-ended, in their order; the CHECKs of migrations/ hold the same words. */
extern const char *const case_kinds[];    /* complaint question request compliment suggestion */
extern const char *const case_channels[]; /* email form portal chat phone letter in_person review social api import */
extern const char *const case_stages[];   /* received acknowledged investigating offered resolved followed_up closed */
extern const char *const case_outcomes[]; /* upheld partly_upheld not_upheld withdrawn out_of_scope referred */
extern const char *const case_severities[]; /* low normal high critical; stored as 0..3 */

typedef struct {
	gint64 id, customer_id, product_id, category_id, owner_id, team_id, root_cause_id;
	gint64 severity, version, n_messages, n_reopened, merged_into, external_hash;
	gint64 received_at, logged_at, stage_at, acknowledged_at, first_response_at, resolved_at, closed_at;
	gint64 due_at, soon_at, last_inbound_at, last_message_at, changed_at;
	gint64 promise_due_at, n_promises; /* the next promise that is open (0: none); how many there have been: cases/promised.h */
	char *ref, *kind, *subject, *channel, *desired_remedy, *stage, *outcome, *external_id, *facts, *due_kind, *snippet;
	/* Joined for showing: refs, names and paths; NULL when there is none. */
	char *customer_ref, *customer_name, *owner_ref, *owner_name, *team_ref, *team_name;
	char *product, *category, *root_cause, *product_ref, *category_ref, *root_cause_ref, *merged_into_ref;
	char *tags; /* sorted, joined by commas, "" when none */
	char *guide; /* what our answers did, and ticks by hand (cases/guide.h) */
	gboolean is_open, waiting;
	gboolean has_links; /* case_by_ref and case_get: with another case; a merged one always has */
	gboolean lived; /* elsewhere, and just written down: of its clocks nothing that is past is told */
	struct _ClockRow *clocks; /* cases/due.h; NULL: not read yet */
	gboolean held; /* case_save only reckons: whoever holds the case calls case_write */
} Case;
void case_free(Case *it);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Case, case_free)

Case *case_by_ref(Db *db, const char *ref, GError **error); /* the ref as typed; ERR_NOT_FOUND; not following merges */
Case *case_get(Db *db, gint64 id, GError **error);
/* Only the id behind a ref as typed; ERR_NOT_FOUND in the same words. */
gboolean case_id_by_ref(Db *db, const char *ref, gint64 *ret_id, GError **error);
/* Reads a row of one of our statements that select a whole case; joined names only where @joined. */
Case *case_read(DbRows *rows, gboolean joined);
/* The same with joined names and without a copy: its texts are the row's own and end with it. Nothing of it is freed. */
void case_read_passing(DbRows *rows, Case *ret_case);
/* For rules that write: its own columns, without joined names, and locked until the transaction ends. */
Case *case_lock(Db *db, gint64 id, GError **error);
/* Writes what moves while it is handled (owner, team, stage, times, counts, waiting); is_open and what is due follow by
 * themselves, and @it is at the next version afterwards. In the caller's transaction, after case_lock. */
gboolean case_save(Db *db, Case *it, gint64 now_ms, GError **error);
/* For a story that takes many steps with one case in one transaction (demo/life.c): set held after case_lock, go by the
 * rules that take a Case, and write the row once, as the last of them left it. */
gboolean case_write(Db *db, const Case *it, GError **error);
/* TRUE when @word is one of @words; its place in @ret_at (may be NULL). */
gboolean case_word_is(const char *const *words, const char *word, guint *ret_at);
/* resolved and what comes after it: such a case is no longer open. */
gboolean case_stage_is_ended(const char *stage);
/* The first @max characters of @text on one line, for snippets and subjects. (transfer full) */
char *case_first_words(const char *text, guint max);
/* The case as the API shows it, without messages. Names of keys: docs/adding.md points here.
 * {ref, kind, subject, stage, severity, channel, customer{ref,name}|null, product, category, owner{ref,name}|null,
 *  team{ref,name}|null, desired_remedy, tags[], outcome, root_cause, external_id, received_at, logged_at, stage_at,
 *  acknowledged_at, first_response_at, resolved_at, closed_at, due_at, due_kind, soon_at, waiting, is_open, n_messages,
 *  n_reopened, n_promises, merged_into, last_inbound_at, last_message_at, changed_at, snippet, facts{}, version} */
json_t *case_to_json(const Case *it);

/* What may be changed by hand. Bits of @given say which; NULL clears. Names of category, product, root cause are refs or
 * paths ("Appliances › Leaks" or "Appliances > Leaks"). @version must be the present one, else ERR_CONFLICT; 0: any. */
typedef struct {
	guint given;
	const char *kind, *subject, *channel, *product, *category, *desired_remedy, *external_id, *root_cause, *customer_ref;
	gint64 severity, received_at;
	const GPtrArray *tags; /* of char* */
	gboolean waiting;      /* for the customer */
} CaseChange;
enum {
	CASE_KIND = 1 << 0, CASE_SUBJECT = 1 << 1, CASE_CHANNEL = 1 << 2, CASE_PRODUCT = 1 << 3, CASE_CATEGORY = 1 << 4,
	CASE_DESIRED_REMEDY = 1 << 5, CASE_EXTERNAL_ID = 1 << 6, CASE_ROOT_CAUSE = 1 << 7, CASE_CUSTOMER = 1 << 8,
	CASE_SEVERITY = 1 << 9, CASE_RECEIVED_AT = 1 << 10, CASE_TAGS = 1 << 11,
	CASE_WAITING = 1 << 12,
};
/* One transaction, event case.changed {v, fields[], from{}, to{}}: old and new words only where they are no personal data.
 * Recomputes what is due. Nothing really different: no event, the version stays. ERR_INVALID with every field at fault,
 * ERR_CONFLICT when stale, merged away, or the external id is taken. */
gboolean case_change(Db *db, gint64 id, gint64 version, const CaseChange *change, const Actor *actor, gint64 now_ms, GError **error);

/* The same inside the caller's transaction. */
gboolean case_change_in(Db *db, gint64 id, gint64 version, const CaseChange *change, const Actor *actor, gint64 now_ms, GError **error);

/* Full 409: an ERR_CONFLICT whose message says who did what since; the desk adds the new messages (desk/case_answer.h). */
gboolean case_check_version(const Case *it, gint64 version, GError **error);

G_END_DECLS
