/* people.h - what the handlers of people and settings share: links from outside, the zones to choose from, and forgetting
 * what was kept about people once a change of them is durable. */
#pragma once
#include "http/call.h"
G_BEGIN_DECLS

/* How this server is reached: the setting base_url, else what the request was sent to. Without a slash at its end.
 * (transfer full) */
char *desk_base_url(const Call *call, Db *db);
/* Names of time zones as the system knows them, UTC first. (transfer full) */
json_t *desk_zones(void);
/* People, teams or settings changed, durably: actors, lists and settings are read afresh. */
void desk_people_changed(const Call *call);
/* If-Match or "if_match" as a version, 0 when none was sent; ERR_INVALID for an unreadable one. */
gboolean desk_if_match(const Call *call, gint64 *ret_version, GError **error);
/* Runs a unit of work that writes people and forgets what was kept of them. */
gboolean desk_people_write(const Call *call, StoreWork work, gpointer data, GError **error);

G_END_DECLS
