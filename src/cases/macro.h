/* macro.h - words kept ready for replies and notes, with variables that the case fills in. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

/* [{ref, name, body, kind, step, channel, shared, version}]: everybody's and one's own, by name. */
json_t *macro_list(Db *db, gint64 user_id, GError **error);
json_t *macro_get(Db *db, const char *ref, gint64 user_id, GError **error); /* ERR_NOT_FOUND */
/* @kind: for one kind of case only; NULL: any. @shared: everybody's (needs view.share). */
gboolean macro_add(Db *db, const char *name, const char *body, const char *kind, gboolean shared, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
/* NULL: as it is; @kind "": any. @shared -1: as it is; else TRUE: everybody's, FALSE: the
 * actor's own. @version 0: whatever it is. Everybody's need view.share. */
gboolean macro_change(Db *db, const char *ref, gint64 version, const char *name, const char *body, const char *kind, int shared, const Actor *actor, gint64 now_ms, GError **error);
/* For which step of the conversation (cases/guide.h) and channel it is meant; NULL: none, any. In the transaction of what added or
 * changed it. */
gboolean macro_use(Db *db, const char *ref, const char *step, const char *channel, const Actor *actor, GError **error);
gboolean macro_remove(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error);

/* Pure: {text, faults[{variable, message}]}. Variables: {{customer.name}} {{customer.first_name}} {{case.ref}}
 * {{case.subject}} {{case.product}} {{case.category}} {{case.received}} {{agent.name}} {{agent.first_name}} {{team.name}}
 * {{today}}; {{customer.first_name|there}} says what to write when there is none. What is unknown, or has no value and no
 * other word, stays as it stands and is a fault. Nothing is escaped: this is plain text. */
json_t *macro_render(const char *body, const Case *it, const Actor *actor, gint64 now_ms);
/* One of them; NULL: there is none. (transfer full) */
char *macro_value(const char *name, const Case *it, const Actor *actor, gint64 now_ms);
/* A day as a letter says it, in the actor's zone and language: "19 November 2026". (transfer full) */
char *macro_day(gint64 at_ms, const Actor *actor);
/* The variables' names, NULL-ended, for the editor. */
extern const char *const macro_variables[];

G_END_DECLS
