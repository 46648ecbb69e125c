/* oauth.h - a fresh access token for a mailbox that lets nobody in by password (RFC 6749 section 6; XOAUTH2 is then mail/imap.h's and
 * mail/smtp.h's). */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef struct _OauthClient OauthClient;
/* Asks @client's provider with @refresh_token; its answer is appended as it came. */
typedef gboolean (*OauthAsk)(const OauthClient *client, const char *refresh_token, GString *answer, GError **error);
/* Keeps @renewed durably wherever one of @old (NULL-terminated, the earliest first) is kept. */
typedef gboolean (*OauthKeep)(const OauthClient *client, const char *const *old, const char *renewed, gpointer data, GError **error);

/* Who we are at the provider. Strings borrowed for the time of the call. */
struct _OauthClient {
	const char *token_url;
	const char *ca_file; /* one more authority; NULL: none */
	const char *client_id, *client_secret; /* NULL: none */
	const char *refresh_token;
	OauthAsk ask; /* tests bring their own provider; NULL: @token_url over HTTPS */
	OauthKeep keep;
	gpointer keep_data;
};

/* An access token that is good for a minute at least; (transfer full). It is kept in this process until then, and asked for by one thread at a
 * time. A refresh token that the provider gives in place of @client's (section 6: the old one may be void now) is kept by @keep before anybody
 * is given the access token that came with it, and is asked with from then on, whichever of its predecessors @client still has. When it could not
 * be kept, that is the error, and the next call tries to keep it again. ERR_UPSTREAM with the provider's words. */
char *oauth_access_token(const OauthClient *client, GError **error);

/* oauth_ask.c: what a provider says. */
gboolean oauth_ask_provider(const OauthClient *client, const char *refresh_token, GString *answer, GError **error);
/* The access token (transfer full); *@ret_renewed: NULL, or another refresh token than @refresh_token (transfer full). */
char *oauth_read_answer(const OauthClient *client, const GString *answer, const char *refresh_token, char **ret_renewed, gint64 *ret_life_s, GError **error);

G_END_DECLS
