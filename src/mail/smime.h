/* smime.h - whether the signature of a mail signed with S/MIME (RFC 8551) is right: over the words as they came, by whom the
 * mail says it is from, with a certificate that is believed here. Revocations are not asked for: nothing goes over the
 * network. The words inside: mail/body.h, which reads them whatever is found here. */
#pragma once
#include "mail/message.h"
#include "mail/trust.h"
G_BEGIN_DECLS

/* Of several signatures the one that says most counts: later here is better. */
typedef enum {
	SIGNATURE_UNCHECKED,	/* PGP, of which no keys are kept; sealed; signed in part only */
	SIGNATURE_UNREADABLE,	/* broken, too large, without its certificate or its time, or of a kind GnuTLS does not read */
	SIGNATURE_CHANGED,	/* what stands there is not what was signed */
	SIGNATURE_UNTRUSTED,	/* nobody this system trusts says whose certificate it is; or it is made in a way that is no longer safe */
	SIGNATURE_OTHER_SENDER, /* the certificate is for another address than the mail's From */
	SIGNATURE_EXPIRED,	/* it was signed before or after the time of the certificate */
	SIGNATURE_VALID,
} MailSignature;

/* "valid", "changed", ... as the API says it. */
const char *mail_signature_word(MailSignature signature);

/* @mail as it was read of these @bytes. Never fails for what a stranger wrote. Time is linear in @size, but for at most 4
 * signatures by keys of at most 8192 bits and 16 certificates; memory at most twice @size + 8 MiB. From any thread. */
MailSignature mail_smime_check(const MailMessage *mail, const guint8 *bytes, gsize size, MailTrust *trust);

G_END_DECLS
