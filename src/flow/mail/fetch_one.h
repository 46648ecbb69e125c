/* fetch_one.h - one mailbox being fetched, on its thread. Which ones there are: flow/mail/fetch.c. Private to flow/. */
#pragma once
#include "flow/mail/fetch.h"
G_BEGIN_DECLS

typedef struct _FetchOne FetchOne;
/* How long it waits for the server's word at a time, after how long it looks although there was none (servers forget to say it), and how often what a
 * folder holds is counted against what we have. */
typedef struct {
	guint wait_s;
	gint64 look_again_ms, count_every_ms;
} FetchPace;
/* Takes @mailbox. @pace NULL: 1 min, 10 min, a day. */
FetchOne *fetch_one_start(Store *store, const MailContext *context, const SealKey *key, Mailbox *mailbox, const FetchPace *pace);
gint64 fetch_one_mailbox(const FetchOne *one, gint64 *ret_version);
/* Asks it to end; fetch_one_join() waits. */
void fetch_one_stop(FetchOne *one);
void fetch_one_join(FetchOne *one);

G_END_DECLS
