/* choose.h - the customer's choice of a remedy, behind its private link. */
#pragma once
#include "http/route.h"

extern const Route portal_choose_routes[];
/* "choose": {link, expires_at, chosen: bool} when something is to be chosen on this case, else null. For the tracking page. */
gboolean portal_put_choose(Call *call, json_t *value, gint64 case_id, GError **error);
