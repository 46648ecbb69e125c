/* trust.c - see trust.h. */
#include "mail/trust.h"
#include "gnutls.lazy.h"
#include <string.h>

enum { AGAIN_S = 3600 };

struct _MailTrust {
	GMutex lock;
	gnutls_x509_trust_list_t list; /* NULL: not read yet */
	gboolean of_system;
	gint64 read_us;
};

void
mail_trust_free(MailTrust *trust)
{
	if (trust == NULL)
		return;
	if (trust->list != NULL)
		gnutls_x509_trust_list_deinit(trust->list, 1);
	g_mutex_clear(&trust->lock);
	g_free(trust);
}

MailTrust *
mail_trust_new(const char *pem)
{
	g_autoptr(MailTrust) self = g_new0(MailTrust, 1);
	const gnutls_datum_t text = { (unsigned char *)pem, (unsigned)strlen(pem) };

	g_mutex_init(&self->lock);
	if (gnutls_x509_trust_list_init(&self->list, 0) < 0 || gnutls_x509_trust_list_add_trust_mem(self->list, &text, NULL, GNUTLS_X509_FMT_PEM, 0, 0) <= 0)
		return NULL;
	return g_steal_pointer(&self);
}

MailTrust *
mail_trust_of_system(void)
{
	static MailTrust system = { .of_system = TRUE };

	return &system;
}

/* Where the system has none, nobody is trusted. */
static void
read_system(MailTrust *self)
{
	const gint64 now_us = g_get_monotonic_time();

	if (!self->of_system || (self->list != NULL && now_us - self->read_us < (gint64)AGAIN_S * G_USEC_PER_SEC))
		return;
	if (self->list != NULL)
		gnutls_x509_trust_list_deinit(self->list, 1);
	self->list = NULL;
	self->read_us = now_us;
	if (gnutls_x509_trust_list_init(&self->list, 0) == 0)
		(void)gnutls_x509_trust_list_add_system_trust(self->list, 0, 0);
}

gboolean
mail_trust_has(MailTrust *trust, gnutls_x509_crt_t *chain, guint n)
{
	gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *)GNUTLS_KP_EMAIL_PROTECTION };
	g_autoptr(GMutexLocker) locked = g_mutex_locker_new(&trust->lock);
	unsigned status = 0;

	read_system(trust);
	return trust->list != NULL && gnutls_x509_trust_list_verify_crt2(trust->list, chain, n, &purpose, 1,
		GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS, &status, NULL) >= 0 && status == 0;
}
