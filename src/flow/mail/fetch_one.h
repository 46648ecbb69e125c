/* fetch_one.h - one mailbox being fetched, on its thread. Which ones there are: flow/mail/fetch.c. Private to flow/. */
#pragma once
#include "flow/mail/fetch.h"
G_BEGIN_DECLS

typedef struct _FetchOne FetchOne;
/* Takes @mailbox. */
FetchOne *fetch_one_start(Store *store, const MailContext *context, const SealKey *key, Mailbox *mailbox);
gint64 fetch_one_mailbox(const FetchOne *one, gint64 *ret_version);
/* Asks it to end; fetch_one_join() waits. */
void fetch_one_stop(FetchOne *one);
void fetch_one_join(FetchOne *one);

G_END_DECLS
