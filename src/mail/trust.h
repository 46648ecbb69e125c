/* trust.h - whose signature under a certificate is believed: the authorities this system trusts. What is checked with them:
 * mail/smime.h; servers' certificates: mail/handshake.c. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef struct _MailTrust MailTrust;
/* Those in @pem alone, e.g. in a test. NULL: none can be read there. */
MailTrust *mail_trust_new(const char *pem);
void mail_trust_free(MailTrust *trust);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailTrust, mail_trust_free)

/* Those of this system, read when first asked and again after an hour. Nobody's to free. */
MailTrust *mail_trust_of_system(void);

struct gnutls_x509_crt_int;
/* Whether @chain (who signed first, each followed by its issuer) ends at one of them and is for mail. When it was valid is
 * not looked at: that is a matter of when it was signed. From any thread. */
gboolean mail_trust_has(MailTrust *trust, struct gnutls_x509_crt_int **chain, guint n);

G_END_DECLS
