/* approve.h - when somebody decides about a remedy that was above another's authority, or does not in time. The rule:
 * remedy/approval.h. */
#pragma once
#include "flow/mail/file.h"
#include "remedy/approval.h"
#include "work/job.h"
#include "store/store.h"
G_BEGIN_DECLS

/* One transaction. When it was the last that was waited for, and all is as it was asked for, the offer goes to the customer at once; with
 * another sum whoever wrote it looks over it first. ERR_CONFLICT too when the team's budget was used meanwhile: nothing is decided then. */
gboolean remedy_approve(Db *db, const MailContext *context, const char *ref, const Decision *decision, const Actor *actor, gint64 now_ms, GError **error);

/* JobHandlers: approval.due {approval}, offer.expire {offer}. */
gboolean remedy_approval_due_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);
gboolean remedy_offer_expire_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);

G_END_DECLS
