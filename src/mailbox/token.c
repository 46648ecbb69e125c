/* token.c - a refresh token that its provider replaced (mailbox.h). How tokens are had: mail/oauth.h; how servers are changed by people:
 * mailbox/change.c. */
#include "mailbox/private.h"
#include "mailbox.sql.h"
#include <string.h>

typedef struct {
	const SealKey *key;
	const char *token_url, *client_id, *fresh;
	const char *const *old;
} Renewal;

/* TRUE: this server was signed in to with one of the old, and is with the new one from now on. */
static gboolean
renew(MailServer *server, const char *place, const Renewal *it)
{
	g_autofree char *secret = NULL;

	if (server == NULL || server->sealed == NULL || strcmp(server->auth, "xoauth2") != 0 || g_strcmp0(server->token_url, it->token_url) != 0 ||
	    g_strcmp0(server->client_id, it->client_id) != 0)
		return FALSE;
	secret = unseal(it->key, place, server->sealed, NULL); /* one that does not open is none of these */
	if (secret == NULL || !g_strv_contains(it->old, secret))
		return FALSE;
	g_free(server->sealed);
	server->sealed = seal(it->key, place, it->fresh);
	return TRUE;
}

static gboolean
put(Db *db, const Mailbox *it, GError **error)
{
	g_autofree char *imap = server_to_row(it->imap), *smtp = server_to_row(it->smtp);
	gint64 changed = 0;

	if (!db_exec(db, &SQL_MAILBOX_SERVERS_PUT, DB_ARGS(DB_INT(it->id), DB_INT(it->version), DB_TEXT(imap), DB_TEXT(smtp)), &changed, error))
		return FALSE;
	if (changed == 0) /* somebody changes it at this moment: the next try reads what they wrote */
		g_set_error(error, ERR, ERR_BUSY, "the mailbox %s was changed meanwhile", it->address);
	return changed > 0;
}

gboolean
mailbox_token_renewed(Db *db, const SealKey *key, const char *token_url, const char *client_id, const char *const *old, const char *fresh, GError **error)
{
	const Renewal it = { key, token_url, client_id, fresh, old };
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(GPtrArray) all = tx != NULL ? mailbox_list(db, error) : NULL;
	guint n = 0;

	if (all == NULL)
		return FALSE;
	for (guint i = 0; i < all->len; i++) {
		Mailbox *one = all->pdata[i];
		const gboolean imap = renew(one->imap, "imap", &it), smtp = renew(one->smtp, "smtp", &it);

		if ((imap || smtp) && !put(db, one, error))
			return FALSE;
		n += imap || smtp;
	}
	if (n == 0) {
		g_set_error_literal(error, ERR, ERR_BUSY, "no mailbox is signed in with the token it replaces any more");
		return FALSE;
	}
	return db_tx_commit(tx, error);
}
