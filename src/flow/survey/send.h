/* send.h - when a survey is due: it is looked at once more, and asked, or not, with the reason kept. What made it due:
 * flow/follow/follow.h; its words: flow/survey/mail.h. */
#pragma once
#include "flow/mail/file.h"
#include "work/worker.h"
G_BEGIN_DECLS

/* In the caller's transaction. Nothing when it was put off, or is not waiting any more. */
gboolean survey_ask_in(Db *db, const MailContext *context, gint64 asked_id, gint64 now_ms, GError **error);

/* The jobs survey.ask, survey.expire, recovery.late. @context outlives the worker. */
void survey_add_jobs(Worker *worker, const MailContext *context);

/* In whose language we write to this customer: theirs, else the house's. (transfer full) */
char *survey_customer_lang(Db *db, const char *customer_lang, GError **error);

G_END_DECLS
