/* mail_house.h - what runs for mail beside the server, put together: filing, fetching, LMTP, sending. The parts: flow/mail/. */
#pragma once
#include "flow/mail/bulk.h"
#include "flow/mail/fetch.h"
#include "flow/mail/file.h"
#include "flow/mail/lmtp.h"
#include "base/seal.h"
#include "store/store.h"
#include "work/worker.h"
G_BEGIN_DECLS

typedef struct _MailHouse MailHouse;
struct _Settings;  /* org/settings.h */
/* @settings: the server's, so that a change is seen at once; NULL: its own. @serving: fetches and sends too, once started. */
MailHouse *mail_house_new(Store *store, struct _Settings *settings, gboolean serving, GError **error);
void mail_house_free(MailHouse *house);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailHouse, mail_house_free)

const MailContext *mail_house_context(const MailHouse *house);
const SealKey *mail_house_key(const MailHouse *house);
/* Before worker_start(). */
void mail_house_add_jobs(MailHouse *house, Worker *worker);
/* Filing, fetching, and LMTP where @lmtp names a place (NULL: none). */
gboolean mail_house_start(MailHouse *house, const char *lmtp, char **ret_lmtp, GError **error);
/* A stop begins: a server that does not answer is not waited for. Before the worker ends. */
void mail_house_stopping(MailHouse *house);
/* Some mailbox can send, as of a few seconds ago. */
gboolean mail_house_can_send(const MailHouse *house);
/* Mailboxes were changed. */
void mail_house_changed(MailHouse *house);

/* For commands: what takes mail in from files. Borrows @house. */
MailBulk *mail_house_bulk(MailHouse *house);

G_END_DECLS
