/* oauth.h - a fresh access token for a mailbox that lets nobody in by password (RFC 6749 section 6; XOAUTH2 is then mail/imap.h's and
 * mail/smtp.h's). */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

/* Who we are at the provider. Strings borrowed for the time of the call. */
typedef struct {
	const char *token_url;
	const char *ca_file; /* one more authority; NULL: none */
	const char *client_id, *client_secret; /* NULL: none */
	const char *refresh_token;
} OauthClient;

/* Kept in this process until a minute before it expires; asked for by one thread at a time. ERR_UPSTREAM with the provider's words.
 * *@ret_renewed: NULL, or the refresh token that the provider gave in place of @client's (section 6: the old one may be void now). It is given
 * at every call, and asked with from now on, until oauth_stored() says that it is where @client's came from. (transfer full, both) */
char *oauth_access_token(const OauthClient *client, char **ret_renewed, GError **error);
/* @renewed, given in place of @client's, is kept durably: it may be forgotten here. One that came after it stays. */
void oauth_stored(const OauthClient *client, const char *renewed);

G_END_DECLS
