/* gate.h - who may come in: actor, rate, cross-site requests, permission. In this order, before the handler. Private to
 * http/; how permissions are given: org/roles.h. */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

/* With the headers: the actor behind cookie or token, the rates of address and account, and that a browser's write comes
 * from our own pages. FALSE: request->error says why. */
gboolean gate_enter(Request *request);
/* That the actor may use request->route. */
gboolean gate_permit(Request *request);
/* With the body: the token that only our pages know, for writes that a cookie vouches for. */
gboolean gate_token(Request *request);

/* The session's token as pages show it: fresh chance, and a keyed hash of it. (transfer full) */
char *csrf_show(const char *csrf);
/* TRUE for what csrf_show made of this token, and for the token itself. */
gboolean csrf_matches(const char *csrf, const char *shown);

G_END_DECLS
