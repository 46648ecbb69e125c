/* peer.c - see peer.h. */
#include "flow/mail/peer.h"
#include "mail/oauth.h"
#include <string.h>

typedef struct {
	const SealKey *key;
	const OauthClient *client;
	const char *renewed;
} Renewal;

static gboolean
store_renewed(Db *db, gpointer data, GError **error)
{
	const Renewal *it = data;

	return mailbox_token_renewed(db, it->key, it->client->token_url, it->client->client_id, it->client->refresh_token, it->renewed, error);
}

/* (transfer full) */
static char *
access_token(Store *store, const MailServer *server, const SealKey *key, const char *place, const char *refresh_token, GError **error)
{
	g_autofree char *client_secret = NULL, *renewed = NULL, *token = NULL;
	OauthClient client = { server->token_url, server->ca_file, server->client_id, NULL, refresh_token };
	Renewal renewal = { key, &client, NULL };

	if (server->sealed_client_secret != NULL && (client_secret = unseal(key, place, server->sealed_client_secret, error)) == NULL)
		return NULL;
	client.client_secret = client_secret;
	if ((token = oauth_access_token(&client, &renewed, error)) == NULL)
		return NULL;
	renewal.renewed = renewed;
	if (renewed == NULL)
		return g_steal_pointer(&token);
	if (!store_write(store, store_renewed, &renewal, error)) {
		g_prefix_error(error, "%s gave a new refresh token, which could not be kept: ", server->token_url);
		return NULL; /* it is still in memory, and comes again with the next try */
	}
	oauth_stored(&client, renewed);
	return g_steal_pointer(&token);
}

gboolean
mail_peer_of(Store *store, const MailServer *server, const SealKey *key, const char *place, MailPeer *ret_peer, char **ret_secret, GError **error)
{
	g_autofree char *secret = NULL;
	gboolean oauth = strcmp(server->auth, "xoauth2") == 0, none = strcmp(server->auth, "none") == 0;

	if (!none && server->sealed != NULL && (secret = unseal(key, place, server->sealed, error)) == NULL)
		return FALSE;
	if (oauth) {
		char *token = access_token(store, server, key, place, secret, error);

		if (token == NULL)
			return FALSE;
		g_free(secret);
		secret = token;
	}
	*ret_peer = (MailPeer){ .host = server->host, .port = (guint)server->port, .ca_file = server->ca_file, .user = none ? NULL : server->user, .xoauth2 = oauth };
	mail_security_read(server->security, &ret_peer->security);
	ret_peer->secret = *ret_secret = g_steal_pointer(&secret);
	return TRUE;
}
