/* peer.h - how a mailbox's server is reached, its secret opened and, where it lets nobody in by password, a fresh access token had for it. What is
 * then said to it: mail/imap.h, mail/smtp.h. */
#pragma once
#include "mail/tls.h"
#include "mailbox/mailbox.h"
#include "store/store.h"
G_BEGIN_DECLS

/* Strings live as long as @server and @ret_secret. @place: "imap" or "smtp", as the secret was sealed. A provider that gives another refresh token
 * in place of ours may void the old one: the new one is durable before anything is done with the answer. */
gboolean mail_peer_of(Store *store, const MailServer *server, const SealKey *key, const char *place, MailPeer *ret_peer, char **ret_secret, GError **error);

G_END_DECLS
