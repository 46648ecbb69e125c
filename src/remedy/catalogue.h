/* catalogue.h - what can be given: each remedy with its name, wording for the customer, bounds and how it is done. Settings >
 * Remedies. Who may give how much: remedy/authority.h; the systems that carry them out: remedy/hook.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "base/money.h"
#include "remedy/state.h"
#include "store/db.h"
G_BEGIN_DECLS

enum { REMEDY_WORDS_MAX = 2000 };

typedef struct {
	gint64 id, hook_id, removed_at, version;
	char *ref, *kind, *name, *done_by, *wording, *hook_ref, *hook_name;
	json_t *limits; /* [{currency, min_minor|null, max_minor|null}] */
	gboolean has_value, goodwill;
} RemedyType;
void remedy_type_free(RemedyType *type);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemedyType, remedy_type_free)
/* {ref, kind, name, has_value, goodwill, done_by, hook{ref, name}|null, wording, limits[{currency, min{}|null, max{}|null}], removed,
 * version} */
json_t *remedy_type_to_json(const RemedyType *type);

json_t *remedy_type_list(Db *db, GError **error); /* in use, in the order they were added */
/* By ref; removed ones too: what was given keeps its type. ERR_NOT_FOUND. */
RemedyType *remedy_type_by_ref(Db *db, const char *ref, GError **error);
RemedyType *remedy_type_get(Db *db, gint64 id, GError **error);
/* For an offer: by ref, or by kind where one of that kind is in use. ERR_INVALID @field. */
RemedyType *remedy_type_find(Db *db, const char *typed, const char *field, GError **error);

typedef struct {
	guint given;
	const char *kind, *name, *done_by, *wording, *hook; /* hook: a ref, "" for none */
	const char *limits; /* lines "GBP 5 to 500", "EUR up to 300", "USD from 10"; "" for none */
	gboolean has_value, goodwill, removed;
} RemedyTypeChange;
enum {
	TYPE_KIND = 1 << 0, TYPE_NAME = 1 << 1, TYPE_HAS_VALUE = 1 << 2, TYPE_GOODWILL = 1 << 3, TYPE_DONE_BY = 1 << 4, TYPE_HOOK = 1 << 5,
	TYPE_WORDING = 1 << 6, TYPE_LIMITS = 1 << 7, TYPE_REMOVED = 1 << 8,
};
/* Each in its own transaction, with event remedy_type.added, .changed {fields}, .removed. ERR_INVALID with every field at fault,
 * ERR_CONFLICT when stale. Removing one keeps what was given with it. */
RemedyType *remedy_type_add(Db *db, const RemedyTypeChange *make, const Actor *actor, gint64 now_ms, GError **error);
RemedyType *remedy_type_change(Db *db, const char *ref, gint64 version, const RemedyTypeChange *change, const Actor *actor, gint64 now_ms, GError **error);

/* Pure: whether a sum fits the remedy's bounds in its currency. ERR_INVALID @field, naming the bound. */
gboolean remedy_type_check(const RemedyType *type, const Money *money, const char *field, GError **error);
/* Pure: the lines of RemedyTypeChange.limits to the stored list, and back. */
json_t *remedy_limits_read(const char *lines, const char *field, GError **error);

G_END_DECLS
