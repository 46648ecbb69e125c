/* smime.c - see smime.h. */
#include "mail/smime.h"
#include "mail/cut.h"
#include "mail/pack.h"
#include "mail/transfer.h"
#include "gmime.lazy.h"
#include "gnutls.lazy.h"
#include <string.h>

/* GnuTLS would ask what the time is now. */
#define NO_TIME (GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS)
enum { SIGNATURE_MAX = 1 << 20, SIGNERS_MAX = 4, CERTS_MAX = 16, KEY_BITS_MAX = 8192, SERIAL_MAX = 64 };

/* What was signed, and what was said of it. */
typedef struct {
	MailSlice content;
	guint8 *own;	       /* the content, where it does not lie in the mail as it was signed */
	GByteArray *signature; /* detached, DER */
	guint8 *decoded;
} Signed;

static void
signed_clear(Signed *it)
{
	g_free(it->own);
	g_free(it->decoded);
	g_clear_pointer(&it->signature, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Signed, signed_clear)

const char *
mail_signature_word(MailSignature signature)
{
	static const char *const words[] = { "unchecked", "unreadable", "changed", "untrusted", "other_sender", "expired", "valid" };

	return words[signature];
}

/* ---- what was signed */

/* Lines end by CRLF where they are signed, whatever they end by where they were delivered. */
static gboolean
canonical_lines(Signed *it)
{
	const guint8 *p = it->content.at, *end = p + it->content.size;
	gsize n_bare = 0;
	guint8 *to;

	for (const guint8 *at = p; (at = memchr(at, '\n', (gsize)(end - at))) != NULL; at++)
		if (at == p || at[-1] != '\r')
			n_bare++;
	if (n_bare == 0)
		return TRUE;
	if ((to = g_try_malloc(it->content.size + n_bare)) == NULL)
		return FALSE;
	it->own = to;
	it->content = (MailSlice){ to, it->content.size + n_bare };
	for (const guint8 *from = p; from < end; from++) {
		if (*from == '\n' && (from == p || from[-1] != '\r'))
			*to++ = '\r';
		*to++ = *from;
	}
	return TRUE;
}

static MailSlice
decoded_body(const MailEntity *entity, guint8 **ret_own)
{
	MailSlice body = { NULL, 0 };

	body.at = *ret_own = mail_transfer_decode(entity->body, entity->encoding, &body.size);
	return body.at != NULL ? body : entity->body;
}

/* Base64 between dashed lines, though the transfer encoding would do: taken off. */
static GByteArray *
signature_bytes(MailSlice bytes)
{
	gnutls_datum_t text = { (unsigned char *)bytes.at, (unsigned)bytes.size }, inner = { NULL, 0 };
	GByteArray *out = NULL;

	if (bytes.size > SIGNATURE_MAX)
		return NULL;
	if (bytes.size < 11 || memcmp(bytes.at, "-----BEGIN ", 11) != 0)
		return mail_cms_detached(bytes.at, bytes.size);
	if (gnutls_pem_base64_decode2(NULL, &text, &inner) == 0)
		out = mail_cms_detached(inner.data, inner.size);
	gnutls_free(inner.data);
	return out;
}

/* Nothing in the signature's own part is words: it is called what it is, and holds no content (which a name ending in .p7m would show). */
static gboolean
is_signature(const MailEntity *entity, MailSlice bytes)
{
	const guint8 *content;
	g_autofree guint8 *own = NULL;
	gsize size;

	return !entity->divided && (g_mime_content_type_is_type(entity->type, "application", "pkcs7-signature") || g_mime_content_type_is_type(entity->type, "application", "x-pkcs7-signature")) &&
	       !mail_cms_content(bytes.at, bytes.size, &content, &size, &own);
}

/* Exactly two parts: a third would be shown and be signed by nobody. */
static gboolean
find_parts(const MailCut *cut, Signed *it)
{
	const MailEntity *parts[2] = { NULL, NULL };
	MailSlice bytes;
	guint n = 0;

	for (guint i = 1; i < cut->entities->len; i++) {
		const MailEntity *entity = &g_array_index(cut->entities, MailEntity, i);

		if (entity->parent != 0)
			continue;
		if (n < 2)
			parts[n] = entity;
		n++;
	}
	if (n != 2 || cut->decoded != NULL)
		return FALSE;
	bytes = decoded_body(parts[1], &it->decoded);
	if (!is_signature(parts[1], bytes))
		return FALSE;
	it->signature = signature_bytes(bytes);
	it->content = (MailSlice){ parts[0]->head.at, (gsize)(parts[0]->body.at + parts[0]->body.size - parts[0]->head.at) };
	return it->signature != NULL && canonical_lines(it);
}

static gboolean
find_opaque(const MailEntity *entity, Signed *it)
{
	MailSlice body = decoded_body(entity, &it->decoded);

	if (!mail_cms_content(body.at, body.size, &it->content.at, &it->content.size, &it->own))
		return FALSE;
	it->signature = mail_cms_detached(body.at, body.size);
	if (it->own != NULL)
		g_clear_pointer(&it->decoded, g_free);
	return it->signature != NULL;
}

/* ---- who signed it */

typedef struct {
	const MailMessage *mail;
	MailTrust *trust;
	gnutls_pkcs7_t pkcs7;
	gnutls_datum_t content;
	gnutls_x509_crt_t certs[CERTS_MAX];
	guint n_certs;
} Check;

static void
check_clear(Check *self)
{
	for (guint i = 0; i < self->n_certs; i++)
		gnutls_x509_crt_deinit(self->certs[i]);
	if (self->pkcs7 != NULL)
		gnutls_pkcs7_deinit(self->pkcs7);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Check, check_clear)

/* A certificate that cannot be read, or whose key would cost too much to try, is passed over. */
static void
take_certs(Check *self)
{
	const int n = gnutls_pkcs7_get_crt_count(self->pkcs7);

	for (int i = 0; i < MIN(n, CERTS_MAX); i++) {
		gnutls_datum_t der = { NULL, 0 };
		gnutls_x509_crt_t cert = NULL;
		unsigned bits = 0;

		if (gnutls_pkcs7_get_crt_raw2(self->pkcs7, (unsigned)i, &der) == 0 && gnutls_x509_crt_init(&cert) == 0) {
			if (gnutls_x509_crt_import(cert, &der, GNUTLS_X509_FMT_DER) == 0 && gnutls_x509_crt_get_pk_algorithm(cert, &bits) >= 0 && bits <= KEY_BITS_MAX)
				self->certs[self->n_certs++] = cert;
			else
				gnutls_x509_crt_deinit(cert);
		}
		gnutls_free(der.data);
	}
}

static gboolean
is_of(gnutls_x509_crt_t cert, const gnutls_pkcs7_signature_info_st *info)
{
	guint8 id[SERIAL_MAX];
	size_t size = sizeof id;
	gnutls_datum_t issuer = { NULL, 0 };
	gboolean same;

	if (info->issuer_keyid.size > 0)
		return gnutls_x509_crt_get_subject_key_id(cert, id, &size, NULL) == 0 && size == info->issuer_keyid.size && memcmp(id, info->issuer_keyid.data, size) == 0;
	if (gnutls_x509_crt_get_serial(cert, id, &size) != 0 || size != info->signer_serial.size || memcmp(id, info->signer_serial.data, size) != 0)
		return FALSE;
	if (gnutls_x509_crt_get_raw_issuer_dn(cert, &issuer) != 0)
		return FALSE;
	same = issuer.size == info->issuer_dn.size && memcmp(issuer.data, info->issuer_dn.data, issuer.size) == 0;
	gnutls_free(issuer.data);
	return same;
}

/* The signer's certificate, then its issuer's, as far as they came along. */
static guint
find_chain(Check *self, const gnutls_pkcs7_signature_info_st *info, gnutls_x509_crt_t chain[CERTS_MAX])
{
	guint n = 0, i;

	for (i = 0; i < self->n_certs && n == 0; i++)
		if (is_of(self->certs[i], info))
			chain[n++] = self->certs[i];
	for (i = 0; n > 0 && n < self->n_certs && i < self->n_certs; i++) {
		gboolean is_new = gnutls_x509_crt_check_issuer(chain[n - 1], self->certs[i]) != 0;

		for (guint k = 0; k < n; k++)
			is_new = is_new && chain[k] != self->certs[i];
		if (is_new) {
			chain[n++] = self->certs[i];
			i = G_MAXUINT; /* once more from the first */
		}
	}
	return n;
}

/* RFC 8550 section 4.4.2. */
static gboolean
may_sign(gnutls_x509_crt_t cert)
{
	unsigned usage = 0;

	return gnutls_x509_crt_get_key_usage(cert, &usage, NULL) < 0 || (usage & (GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_NON_REPUDIATION)) != 0;
}

/* What remains to be asked once the words are those that were signed. */
static MailSignature
judge(Check *self, gnutls_x509_crt_t *chain, guint n, gint64 signed_s)
{
	if (!may_sign(chain[0]) || !mail_trust_has(self->trust, chain, n))
		return SIGNATURE_UNTRUSTED;
	if (!gnutls_x509_crt_check_email(chain[0], self->mail->from->address, 0))
		return SIGNATURE_OTHER_SENDER;
	if (signed_s <= 0)
		return SIGNATURE_UNREADABLE;
	for (guint i = 0; i < n; i++)
		if (signed_s < gnutls_x509_crt_get_activation_time(chain[i]) || signed_s > gnutls_x509_crt_get_expiration_time(chain[i]))
			return SIGNATURE_EXPIRED;
	return SIGNATURE_VALID;
}

static MailSignature
check_signer(Check *self, unsigned i)
{
	gnutls_pkcs7_signature_info_st info = { 0 };
	gnutls_x509_crt_t chain[CERTS_MAX];
	gboolean is_pss;
	gint64 signed_s;
	guint n;
	int why;

	if (gnutls_pkcs7_get_signature_info(self->pkcs7, i, &info) != 0)
		return SIGNATURE_UNREADABLE;
	n = find_chain(self, &info, chain);
	signed_s = info.signing_time > 0 ? info.signing_time : self->mail->date_ms / 1000;
	is_pss = gnutls_sign_get_pk_algorithm(info.algo) == GNUTLS_PK_RSA_PSS;
	gnutls_pkcs7_signature_info_deinit(&info);
	if (n == 0)
		return SIGNATURE_UNREADABLE;
	why = gnutls_pkcs7_verify_direct(self->pkcs7, chain[0], i, &self->content, NO_TIME);
	if (why == GNUTLS_E_PK_SIG_VERIFY_FAILED)
		return is_pss ? SIGNATURE_UNREADABLE : SIGNATURE_CHANGED; /* GnuTLS 3.7 takes the wrong hash for RSA-PSS */
	if (why == GNUTLS_E_INSUFFICIENT_SECURITY)
		return SIGNATURE_UNTRUSTED;
	return why < 0 ? SIGNATURE_UNREADABLE : judge(self, chain, n, signed_s); /* above 0: the use of its key, which judge() asks */
}

static MailSignature
check_signed(const MailMessage *mail, const Signed *it, MailTrust *trust)
{
	const gnutls_datum_t der = { it->signature->data, it->signature->len };
	g_auto(Check) self = { .mail = mail, .trust = trust, .content = { (unsigned char *)it->content.at, (unsigned)it->content.size } };
	MailSignature best = SIGNATURE_UNREADABLE;
	int n;

	if (it->content.size == 0 || it->content.size > G_MAXUINT32 || gnutls_pkcs7_init(&self.pkcs7) != 0 ||
	    gnutls_pkcs7_import(self.pkcs7, &der, GNUTLS_X509_FMT_DER) != 0)
		return SIGNATURE_UNREADABLE;
	take_certs(&self);
	n = gnutls_pkcs7_get_signature_count(self.pkcs7);
	for (int i = 0; i < MIN(n, SIGNERS_MAX); i++)
		best = MAX(best, check_signer(&self, (unsigned)i));
	return best;
}

MailSignature
mail_smime_check(const MailMessage *mail, const guint8 *bytes, gsize size, MailTrust *trust)
{
	g_autoptr(GPtrArray) problems = NULL;
	g_autoptr(MailCut) cut = NULL;
	g_auto(Signed) it = { 0 };
	const MailEntity *root;

	if (strcmp(mail->crypto, "smime_signed") != 0 || size == 0 || !lazy_load(&lazy_gnutls, NULL))
		return SIGNATURE_UNCHECKED;
	problems = g_ptr_array_new_with_free_func(g_free); /* mail_message_read() told them already */
	cut = mail_cut(bytes, size, problems);
	root = &g_array_index(cut->entities, MailEntity, 0);
	/* Around it, or beside it in a list's footer, may stand words that nobody signed. */
	if (root->divided && !g_mime_content_type_is_type(root->type, "multipart", "signed"))
		return SIGNATURE_UNCHECKED;
	if (!(root->divided ? find_parts(cut, &it) : find_opaque(root, &it)))
		return SIGNATURE_UNREADABLE;
	return check_signed(mail, &it, trust);
}
