/* handshake.c - the TLS of a stream (stream.h): who the server must prove to be, and why it could not. Certificates are
 * verified always; there is no switch. */
#include "mail/stream.h"
#include "gnutls.lazy.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

struct _MailSession {
	gnutls_session_t session;
	gnutls_certificate_credentials_t roots;
	int why;
};

/* The names a certificate is for: "mail.example.org, imap.example.org". */
static char *
names_of(gnutls_session_t session)
{
	g_autoptr(GString) out = g_string_new(NULL);
	unsigned n = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &n);
	gnutls_x509_crt_t cert;
	char name[256];

	if (chain == NULL || n == 0 || gnutls_x509_crt_init(&cert) != 0)
		return NULL;
	if (gnutls_x509_crt_import(cert, &chain[0], GNUTLS_X509_FMT_DER) == 0) {
		for (unsigned i = 0; i < 5; i++) {
			size_t size = sizeof name - 1;
			const int kind = gnutls_x509_crt_get_subject_alt_name(cert, i, name, &size, NULL);

			if (kind < 0)
				break;
			name[MIN(size, sizeof name - 1)] = '\0';
			if (kind == GNUTLS_SAN_DNSNAME)
				g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", name);
		}
	}
	gnutls_x509_crt_deinit(cert);
	return out->len > 0 ? mail_words(out->str) : NULL;
}

static gboolean
not_verified(const MailStream *stream, gnutls_session_t session, GError **error)
{
	const unsigned status = gnutls_session_get_verify_cert_status(session);
	const char *host = mail_stream_peer(stream)->host;
	g_autofree char *names = NULL;
	gnutls_datum_t words = { NULL, 0 };
	gboolean told = FALSE;

	if ((status & GNUTLS_CERT_EXPIRED) != 0)
		return mail_stream_fail(stream, error, "its certificate has expired: the server's operator must renew it (or this machine's clock is wrong)");
	if ((status & GNUTLS_CERT_NOT_ACTIVATED) != 0)
		return mail_stream_fail(stream, error, "its certificate is not valid yet: this machine's clock may be wrong");
	if ((status & GNUTLS_CERT_SIGNER_NOT_FOUND) != 0)
		return mail_stream_fail(stream, error, "its certificate is not trusted: no authority known here has signed it; for a house's own authority name its CA file");
	if ((status & GNUTLS_CERT_REVOKED) != 0)
		return mail_stream_fail(stream, error, "its certificate has been revoked");
	if ((status & GNUTLS_CERT_UNEXPECTED_OWNER) != 0) {
		names = names_of(session);
		return mail_stream_fail(stream, error, "its certificate is for %s, not for %s: use the name that the certificate has",
			names != NULL ? names : "another name", host);
	}
	if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &words, 0) == 0 && words.data != NULL) {
		mail_stream_fail(stream, error, "its certificate is not trusted: %s", (const char *)words.data);
		told = TRUE;
	}
	gnutls_free(words.data);
	return told ? FALSE : mail_stream_fail(stream, error, "its certificate is not trusted");
}

static gboolean
handshake_failed(const MailStream *stream, gnutls_session_t session, int why, GError **error)
{
	if (why == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
		return not_verified(stream, session, error);
	if (why == GNUTLS_E_UNEXPECTED_PACKET_LENGTH || why == GNUTLS_E_UNSUPPORTED_VERSION_PACKET || why == GNUTLS_E_UNEXPECTED_PACKET)
		return mail_stream_fail(stream, error, "does not speak TLS here (%s): check the port, or choose STARTTLS", gnutls_strerror(why));
	if (why == GNUTLS_E_FATAL_ALERT_RECEIVED)
		return mail_stream_fail(stream, error, "refused the TLS handshake: %s", gnutls_alert_get_name(gnutls_alert_get(session)));
	if (why == GNUTLS_E_PREMATURE_TERMINATION || why == GNUTLS_E_PUSH_ERROR || why == GNUTLS_E_PULL_ERROR)
		return mail_stream_fail(stream, error, "closed the connection in the TLS handshake: check the port, or choose STARTTLS");
	return mail_stream_fail(stream, error, "the TLS handshake failed: %s", gnutls_strerror(why));
}

static gboolean
load_roots(MailSession *self, const MailStream *stream, GError **error)
{
	const char *file = mail_stream_peer(stream)->ca_file;
	int why;

	if ((why = gnutls_certificate_allocate_credentials(&self->roots)) != 0)
		return mail_stream_fail(stream, error, "TLS: %s", gnutls_strerror(why));
	gnutls_certificate_set_x509_system_trust(self->roots); /* none on this machine: then nothing is trusted, and that is said */
	if (file != NULL && (why = gnutls_certificate_set_x509_trust_file(self->roots, file, GNUTLS_X509_FMT_PEM)) <= 0)
		return mail_stream_fail(stream, error, "the CA file %s holds no certificate that can be read%s%s", file, why < 0 ? ": " : "", why < 0 ? gnutls_strerror(why) : "");
	return TRUE;
}

static gboolean
prepare(MailSession *self, const MailStream *stream, GError **error)
{
	const char *host = mail_stream_peer(stream)->host;
	guint8 address[16];
	int why;

	if ((why = gnutls_init(&self->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL)) != 0 ||
		(why = gnutls_set_default_priority_append(self->session, "-VERS-TLS1.0:-VERS-TLS1.1", NULL, 0)) != 0 ||
		(why = gnutls_credentials_set(self->session, GNUTLS_CRD_CERTIFICATE, self->roots)) != 0)
		return mail_stream_fail(stream, error, "TLS: %s", gnutls_strerror(why));
	/* An address is no server name (RFC 6066), but a certificate may be for one. */
	if (inet_pton(AF_INET, host, address) != 1 && inet_pton(AF_INET6, host, address) != 1)
		gnutls_server_name_set(self->session, GNUTLS_NAME_DNS, host, strlen(host));
	gnutls_session_set_verify_cert(self->session, host, 0);
	gnutls_transport_set_int(self->session, mail_stream_fd(stream));
	return TRUE;
}

static short
wanted(const MailSession *self)
{
	return gnutls_record_get_direction(self->session) == 0 ? POLLIN : POLLOUT;
}

MailSession *
mail_session_open(MailStream *stream, GError **error)
{
	MailSession *self = g_new0(MailSession, 1);
	int why;

	if (!lazy_load(&lazy_gnutls, error) || !load_roots(self, stream, error) || !prepare(self, stream, error))
		goto fail;
	while ((why = gnutls_handshake(self->session)) != 0) {
		if (why == GNUTLS_E_AGAIN || why == GNUTLS_E_INTERRUPTED) {
			if (!mail_stream_wait(stream, wanted(self), error))
				goto fail;
		} else if (gnutls_error_is_fatal(why)) {
			handshake_failed(stream, self->session, why, error);
			goto fail;
		}
	}
	return self;
fail:
	mail_session_free(self);
	return NULL;
}

void
mail_session_free(MailSession *self)
{
	if (self == NULL)
		return;
	if (self->session != NULL) {
		gnutls_bye(self->session, GNUTLS_SHUT_WR); /* never blocks: the socket does not */
		gnutls_deinit(self->session);
	}
	if (self->roots != NULL)
		gnutls_certificate_free_credentials(self->roots);
	g_free(self);
}

/* @n of GnuTLS as read(2) says it. */
static gssize
outcome(MailSession *self, gssize n, short *ret_wait_for)
{
	*ret_wait_for = 0;
	if (n >= 0)
		return n;
	self->why = (int)n;
	if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
		*ret_wait_for = wanted(self);
	return -1;
}

gssize
mail_session_read(MailSession *self, void *bytes, gsize size, short *ret_wait_for)
{
	return outcome(self, gnutls_record_recv(self->session, bytes, size), ret_wait_for);
}

gssize
mail_session_write(MailSession *self, const void *bytes, gsize size, short *ret_wait_for)
{
	return outcome(self, gnutls_record_send(self->session, bytes, size), ret_wait_for);
}

gboolean
mail_session_pending(const MailSession *self)
{
	return gnutls_record_check_pending(self->session) > 0;
}

const char *
mail_session_words(const MailSession *self)
{
	return gnutls_strerror(self->why);
}
