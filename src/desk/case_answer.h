/* case_answer.h - the case as the desk answers it: the resource of GET /cases/{ref}, and what every write on a case gives
 * back. Made on a read-only snapshot. */
#pragma once
#include "http/call.h"
G_BEGIN_DECLS

/* The case named by {ref} in the path. ERR_NOT_FOUND for none and for not yours alike. Sets call->carry. */
gboolean desk_case_id(Call *call, gint64 *ret_id, GError **error);
/* RouteHandler: the case named by {ref}, with messages and links; what GET answers, and every page around one case. */
json_t *desk_case_show(Call *call, GError **error);
/* RouteHandler: the case call->carry names, with messages and links. */
json_t *desk_case_answer(Call *call, GError **error);
/* RouteHandler for writes that carry a version: the case; when the handler has set status 409, also "stale": what came
 * since the version the words were written against, so that they can be kept and sent after reading. */
json_t *desk_case_answer_or_stale(Call *call, GError **error);
/* RoutePanels of case.html: what stands around the case on its page. */
gboolean desk_case_panels(Call *call, json_t *value, GError **error);

/* value[messages] as a page shows them: mine, and where files are; all files are gathered. (transfer full) */
json_t *desk_describe_messages(const Call *call, json_t *value);
/* The seven stages of @value on the page: [{word, at, state: done | now | next | later}]; at of what is still ahead: the aim.
 * *@ret_number: which of them it is now, from 1. */
json_t *desk_case_steps(const json_t *value, gint *ret_number);

/* One panel of the page: value[@name], read once in each state of the database (store/memo.h) for all who look at this case.
 * @read must follow from the case alone: whatever depends on who asks or on the time is worked out behind it, on a copy
 * (json_deep_copy), for what is kept is never changed. @name is static; no other panel has it. */
typedef json_t *(*DeskCasePart)(Call *call, const json_t *value, GError **error);
gboolean desk_case_panel(Call *call, json_t *value, const char *name, DeskCasePart read, GError **error);

/* The version a write was made against: the draft's own @version, else If-Match; 0: none was sent, nothing is guarded. */
gboolean desk_base_version(Call *call, gint64 version, gint64 *ret_version, GError **error);
/* After a failed write: TRUE when it failed only because it was stale; then the answer is a 409 with what is new and
 * @error is cleared. */
gboolean desk_turned_stale(Call *call, GError **error);

G_END_DECLS
