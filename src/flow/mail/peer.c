/* peer.c - see peer.h. */
#include "flow/mail/peer.h"
#include "mail/oauth.h"
#include <string.h>

typedef struct {
	Store *store;
	const SealKey *key;
	const OauthClient *client;
	const char *const *old;
	const char *renewed;
} Renewal;

static gboolean
store_renewed(Db *db, gpointer data, GError **error)
{
	const Renewal *it = data;

	return mailbox_token_renewed(db, it->key, it->client->token_url, it->client->client_id, it->old, it->renewed, error);
}

static gboolean
keep_renewed(const OauthClient *client, const char *const *old, const char *renewed, gpointer data, GError **error)
{
	Renewal *it = data;

	it->client = client;
	it->old = old;
	it->renewed = renewed;
	return store_write(it->store, store_renewed, it, error);
}

/* (transfer full) */
static char *
access_token(Store *store, const MailServer *server, const SealKey *key, const char *place, const char *refresh_token, GError **error)
{
	g_autofree char *client_secret = NULL;
	Renewal renewal = { .store = store, .key = key };
	OauthClient client = { .token_url = server->token_url, .ca_file = server->ca_file, .client_id = server->client_id, .refresh_token = refresh_token,
		.keep = keep_renewed, .keep_data = &renewal };

	if (server->sealed_client_secret != NULL && (client_secret = unseal(key, place, server->sealed_client_secret, error)) == NULL)
		return NULL;
	client.client_secret = client_secret;
	return oauth_access_token(&client, error);
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
