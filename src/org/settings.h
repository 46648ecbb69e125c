/* settings.h - what an admin may set for the whole house: a typed table. A person's own: org/user.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "base/secret.h"
#include "store/store.h"
G_BEGIN_DECLS

/* Read once, kept for 30 s or until settings_changed(). Thread-safe. */
typedef struct _Settings Settings;
Settings *settings_new(void);
void settings_free(Settings *settings);
/* They were changed, durably: read again. */
void settings_changed(Settings *settings);

/* All of them: {house, house_line, phone, hours, help_url, privacy_url, appeal_name, appeal_url, complain_intro, house_address,
 * paper, appeal_months, base_url, zone, lang, max_file_mb, currency, approval_hours, webhook_hosts, followup_days (0: never), followup_wait_days, followup_then}; what was never set has its default, "" for texts. (transfer full) a new reference: read only. */
json_t *settings_all(Settings *settings, Db *db, gint64 now_ms, GError **error);
/* The company as customers see it: {name, line, phone, hours, help_url, privacy_url, appeal_name, appeal_url, intro}; null
 * where nothing was set. (transfer full) */
json_t *settings_house(Settings *settings, Db *db, GError **error);
/* One text by its name, "" when it was never set or cannot be read. (transfer full) */
char *settings_text(Settings *settings, Db *db, const char *name, gint64 now_ms);

/* The same inside a transaction, as it is now; NULL with @error. For flows and jobs, which keep nothing. (transfer full) */
char *settings_now(Db *db, const char *name, GError **error);

/* @values: an object of names of settings_all; null or "" goes back to the default. In its own transaction, with event
 * settings.changed {fields}; nothing when nothing differs. ERR_INVALID with every field at fault ("/zone"). */
gboolean settings_change(Db *db, const json_t *values, const Actor *actor, gint64 now_ms, GError **error);
gboolean settings_change_in(Db *db, const json_t *values, const Actor *actor, gint64 now_ms, GError **error);

/* The key that signs customers' links: made at the first call, the same ever after. */
gboolean settings_link_key(Settings *settings, Store *store, guint8 ret_key[SECRET_KEY_SIZE], GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)
G_END_DECLS
