/* hook.h - the systems of the house that carry remedies out (a shop, a payment system): where, and the key that signs what we send. What is
 * sent and how the answer is taken: flow/remedy/pay.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

enum { HOOK_TIMEOUT_S = 15, HOOK_TIMEOUT_MAX_S = 60, HOOK_WAIT_HOURS = 72, HOOK_WAIT_MAX_HOURS = 24 * 60 };

typedef struct {
	gint64 id, timeout_s, wait_hours /* for a report of what it took on */, removed_at, version;
	char *ref, *name, *url, *sealed;
	char *back_url; /* where it is asked to take back what it did; NULL: a person does that */
} Hook;
void hook_free(Hook *hook);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hook, hook_free)

json_t *hook_list(Db *db, GError **error); /* [{ref, name, url, back_url, timeout_s, wait_hours, version}]; never the key */
Hook *hook_get(Db *db, gint64 id, GError **error);           /* removed ones too */
Hook *hook_by_ref(Db *db, const char *ref, GError **error);  /* ERR_NOT_FOUND */
/* For a form: ERR_INVALID @field when there is none in use. */
gboolean hook_id_by_ref(Db *db, const char *ref, const char *field, gint64 *ret_id, GError **error);

typedef struct {
	const char *name, *url, *sealed; /* NULL: as it is */
	const char *back_url;            /* NULL: as it is; "": none */
	gint64 timeout_s, wait_hours;    /* 0: as it is */
	gboolean removed;
} HookChange;
/* Each in its own transaction, with event hook.added, .changed, .removed. ERR_INVALID with fields: an address that may not be asked
 * (setting webhook_hosts names machines of the house). One that a remedy of the catalogue uses is not removed: ERR_CONFLICT. */
Hook *hook_add(Db *db, const HookChange *make, const Actor *actor, gint64 now_ms, GError **error);
Hook *hook_change(Db *db, const char *ref, gint64 version, const HookChange *change, const Actor *actor, gint64 now_ms, GError **error);
json_t *hook_to_json(const Hook *hook);

/* Whether the setting names this address's host (with its port where it has one) as a machine of the house. */
gboolean hook_is_within(Db *db, const char *url, gboolean *ret_within, GError **error);
/* Pure: "t=TIME,v1=HEX" over "TIME.BODY", HMAC-SHA256. (transfer full) */
char *hook_sign(const char *secret, gint64 now_ms, const char *body);
/* Pure: @header is such a signature over these bytes, at most @window_s old or ahead. In constant time. */
gboolean hook_signed(const char *secret, const char *header, const char *body, gsize size, gint64 window_s, gint64 now_ms);

G_END_DECLS
