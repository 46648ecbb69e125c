/* felt.h - what the pages behind private links of surveys and following up share. Private to portal/. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

/* One kind answer to a link that is altered, expired, foreign, or none: {state: "gone"} with 404. */
json_t *felt_gone(Call *call);
gboolean felt_panels(Call *call, json_t *value, GError **error);
/* The language of the words; the page speaks it too, where it can. (transfer full) */
char *felt_lang(Call *call, const char *customer_lang);

json_t *still_right_get(Call *call, GError **error);
json_t *still_right_post(Call *call, GError **error);
extern const DraftSpec still_right_draft;

G_END_DECLS
