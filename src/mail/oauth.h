/* oauth.h - a fresh access token for a mailbox that lets nobody in by password (RFC 6749 section 6; XOAUTH2 is then mail/imap.h's and
 * mail/smtp.h's). */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

/* Kept in this process until a minute before it expires. @client_secret may be NULL. ERR_UPSTREAM with the provider's words.
 * (transfer full) */
char *oauth_access_token(const char *token_url, const char *ca_file, const char *client_id, const char *client_secret, const char *refresh_token, GError **error);

G_END_DECLS
