/* signer.c - see signer.h. By GnuTLS; what OpenSSL made stands in the folder signed. */
#include "signer.h"
#include <gnutls/abstract.h>
#include <gnutls/pkcs7.h>
#include <string.h>

#define OK(call) g_assert_cmpint(call, >=, 0)

Signer *
signer_new(SignerDraft draft)
{
	static guint8 serial = 1;
	Signer *self = g_new0(Signer, 1);
	const Signer *issuer = draft.issuer != NULL ? draft.issuer : self;
	const gboolean is_authority = draft.email == NULL && draft.dn_email == NULL;
	g_autofree char *name = g_strdup_printf("Signer %u", serial);
	guint8 id[20];
	size_t size = sizeof id;

	OK(gnutls_x509_privkey_init(&self->key));
	OK(gnutls_x509_privkey_generate(self->key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	OK(gnutls_x509_crt_init(&self->cert));
	OK(gnutls_x509_crt_set_version(self->cert, 3));
	OK(gnutls_x509_crt_set_serial(self->cert, &serial, 1));
	serial++;
	OK(gnutls_x509_crt_set_dn_by_oid(self->cert, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name)));
	if (draft.dn_email != NULL)
		OK(gnutls_x509_crt_set_dn_by_oid(self->cert, GNUTLS_OID_PKCS9_EMAIL, 0, draft.dn_email, (unsigned)strlen(draft.dn_email)));
	if (draft.email != NULL)
		OK(gnutls_x509_crt_set_subject_alt_name(self->cert, GNUTLS_SAN_RFC822NAME, draft.email, (unsigned)strlen(draft.email), GNUTLS_FSAN_SET));
	if (draft.purpose != NULL)
		OK(gnutls_x509_crt_set_key_purpose_oid(self->cert, draft.purpose, 0));
	OK(gnutls_x509_crt_set_basic_constraints(self->cert, is_authority, -1));
	OK(gnutls_x509_crt_set_key_usage(self->cert, is_authority ? GNUTLS_KEY_KEY_CERT_SIGN : draft.usage != 0 ? draft.usage : GNUTLS_KEY_DIGITAL_SIGNATURE));
	OK(gnutls_x509_crt_set_activation_time(self->cert, draft.from_s != 0 ? draft.from_s : 1577836800));
	OK(gnutls_x509_crt_set_expiration_time(self->cert, draft.until_s != 0 ? draft.until_s : 2840140800));
	OK(gnutls_x509_crt_set_key(self->cert, self->key));
	OK(gnutls_x509_crt_get_key_id(self->cert, 0, id, &size));
	OK(gnutls_x509_crt_set_subject_key_id(self->cert, id, size));
	OK(gnutls_x509_crt_sign2(self->cert, issuer->cert, issuer->key, GNUTLS_DIG_SHA256, 0));
	return self;
}

void
signer_free(Signer *signer)
{
	if (signer == NULL)
		return;
	gnutls_x509_crt_deinit(signer->cert);
	gnutls_x509_privkey_deinit(signer->key);
	g_free(signer);
}

char *
signer_pem(const Signer *signer)
{
	gnutls_datum_t pem;
	char *out;

	OK(gnutls_x509_crt_export2(signer->cert, GNUTLS_X509_FMT_PEM, &pem));
	out = g_strndup((const char *)pem.data, pem.size);
	gnutls_free(pem.data);
	return out;
}

GByteArray *
signer_sign(const Signer *signer, const Signer *middle, const char *content, gsize size, const char *when)
{
	const gnutls_datum_t data = { (unsigned char *)content, (unsigned)size };
	gnutls_pkcs7_attrs_t attributes = NULL;
	gnutls_pkcs7_t pkcs7;
	gnutls_privkey_t key;
	gnutls_datum_t der;
	GByteArray *out;

	OK(gnutls_pkcs7_init(&pkcs7));
	OK(gnutls_privkey_init(&key));
	OK(gnutls_privkey_import_x509(key, signer->key, 0));
	if (when != NULL) {
		g_autofree char *time = g_strdup_printf("\x17\x0d%s", when);
		gnutls_datum_t utc = { (unsigned char *)time, (unsigned)strlen(time) };

		OK(gnutls_pkcs7_add_attr(&attributes, "1.2.840.113549.1.9.5", &utc, 0));
	}
	if (middle != NULL)
		OK(gnutls_pkcs7_set_crt(pkcs7, middle->cert));
	OK(gnutls_pkcs7_sign(pkcs7, signer->cert, key, &data, attributes, NULL, GNUTLS_DIG_SHA256, GNUTLS_PKCS7_INCLUDE_CERT));
	OK(gnutls_pkcs7_export2(pkcs7, GNUTLS_X509_FMT_DER, &der));
	out = g_byte_array_append(g_byte_array_new(), der.data, der.size);
	gnutls_free(der.data);
	if (attributes != NULL)
		gnutls_pkcs7_attrs_deinit(attributes);
	gnutls_privkey_deinit(key);
	gnutls_pkcs7_deinit(pkcs7);
	return out;
}
