/* try.c - see try.h. */
#include "flow/mail/try.h"
#include "flow/mail/peer.h"
#include "mail/imap.h"
#include "mail/smtp.h"
#include <string.h>

enum { NAMES_SHOWN = 12 };

/* "INBOX, Sent, Trash, ..." */
static char *
names_there(Imap *imap)
{
	g_autoptr(GPtrArray) names = imap_folders(imap, NULL);
	GString *out = g_string_new(NULL);

	for (guint i = 0; names != NULL && i < names->len && i < NAMES_SHOWN; i++)
		g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", (const char *)names->pdata[i]);
	if (names != NULL && names->len > NAMES_SHOWN)
		g_string_append(out, ", ...");
	return g_string_free(out, FALSE);
}

static gboolean
has_folders(Imap *imap, const MailServer *server, GError **error)
{
	for (char **name = server->folders; name != NULL && *name != NULL; name++) {
		g_autoptr(GError) why = NULL;
		g_autofree char *there = NULL;
		ImapFolder folder;

		if (imap_select(imap, *name, &folder, &why))
			continue;
		if (!g_error_matches(why, ERR, ERR_NOT_FOUND)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		there = names_there(imap);
		g_set_error(error, ERR, ERR_NOT_FOUND, /* said */ "%s:%d: the sign-in is fine, but there is no folder \"%s\" to read; there are: %s", server->host, (int)server->port, *name, there);
		return FALSE;
	}
	return TRUE;
}

gboolean
mail_try_server(Store *store, const MailServer *server, const SealKey *key, const char *place, GError **error)
{
	g_autofree char *secret = NULL;
	g_autoptr(Imap) imap = NULL;
	MailPeer peer;

	if (!mail_peer_of(store, server, key, place, &peer, &secret, error))
		return FALSE;
	if (strcmp(place, "smtp") == 0)
		return smtp_test(&peer, error);
	return (imap = imap_open(&peer, error)) != NULL && has_folders(imap, server, error);
}
