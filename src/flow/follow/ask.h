/* ask.h - some days after a case was resolved: "is it still right?" on the case, on the customer's page and by mail; and what
 * happens when nobody answers. */
#pragma once
#include "flow/mail/file.h"
#include "work/worker.h"
G_BEGIN_DECLS

/* In the caller's transaction; nothing when it was put off, and the reason kept when it is not asked. */
gboolean follow_up_ask_in(Db *db, const MailContext *context, gint64 id, gint64 now_ms, GError **error);
/* No answer in time: closed, followed up or left, as the house has set it. */
gboolean follow_up_silence_in(Db *db, gint64 id, gint64 now_ms, GError **error);

/* The jobs followup.ask, followup.silent. @context outlives the worker. */
void follow_up_add_jobs(Worker *worker, const MailContext *context);

G_END_DECLS
