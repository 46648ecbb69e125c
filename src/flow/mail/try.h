/* try.h - is a mailbox's server as its page says? Connects, signs in, looks for the folders, and says precisely what is wrong. How
 * servers are reached afterwards: flow/mail/fetch.h, flow/mail/send.h. */
#pragma once
#include "mailbox/mailbox.h"
#include "store/store.h"
G_BEGIN_DECLS

/* @place: "imap" or "smtp". Nothing is changed there. What imap_open() and smtp_test() fail with; ERR_NOT_FOUND: signed in, but a folder
 * that is to be read is not there; the message names it and those there are. */
gboolean mail_try_server(Store *store, const MailServer *server, const SealKey *key, const char *place, GError **error);

G_END_DECLS
