/* account_value.h - the resource of GET /account, for the routes that answer with it. */
#pragma once
#include "http/call.h"
G_BEGIN_DECLS

/* Oneself, with "tokens", "sessions" and "made": a new token's secret, shown once, or NULL. */
json_t *account_value(const Call *call, Db *db, const char *made, GError **error);
/* RoutePanels of account.html. */
gboolean account_panels(Call *call, json_t *value, GError **error);

G_END_DECLS
