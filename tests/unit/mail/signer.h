/* signer.h - for the tests of signed mail: somebody with a key and a certificate, and what they sign. */
#pragma once
#include <gnutls/x509.h>
#include <glib.h>
G_BEGIN_DECLS

typedef struct {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t cert;
} Signer;

typedef struct {
	const Signer *issuer;	/* NULL: by themselves */
	const char *email, *dn_email; /* subjectAltName, and in the name; both NULL: an authority */
	const char *purpose;	/* NULL: any */
	unsigned usage;		/* of the key; 0: to sign */
	gint64 from_s, until_s; /* 0: 2020 to 2060 */
} SignerDraft;
Signer *signer_new(SignerDraft draft);
void signer_free(Signer *signer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signer, signer_free)
char *signer_pem(const Signer *signer);

/* A signature of @content, apart from it, as DER, signed at @when ("261120100000Z"; NULL: it does not say), with @middle's certificate (NULL: none) beside it. */
GByteArray *signer_sign(const Signer *signer, const Signer *middle, const char *content, gsize size, const char *when);

G_END_DECLS
