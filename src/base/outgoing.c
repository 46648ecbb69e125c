/* outgoing.c - see outgoing.h. */
#include "base/outgoing.h"
#include "base/curl.lazy.h"
#include "base/open_internet.h"
#include <string.h>
#include <sys/socket.h>

void
outgoing_answer_clear(OutgoingAnswer *answer)
{
	g_clear_pointer(&answer->body, g_free);
}

char *
outgoing_host(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
	g_autofree char *small = host != NULL && host[0] != '\0' ? g_ascii_strdown(host, -1) : NULL;

	if (small == NULL)
		return NULL;
	return g_uri_get_port(uri) > 0 ? g_strdup_printf("%s:%d", small, g_uri_get_port(uri)) : g_steal_pointer(&small);
}

gboolean
outgoing_check_url(const char *url, gboolean within, const char *field, GError **error)
{
	g_autoptr(GUri) uri = strlen(url) <= OUTGOING_URL_MAX ? g_uri_parse(url, G_URI_FLAGS_NONE, NULL) : NULL;
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : NULL;
	g_autofree char *host = outgoing_host(url);

	if (host == NULL || scheme == NULL || (g_ascii_strcasecmp(scheme, "https") != 0 && g_ascii_strcasecmp(scheme, "http") != 0) || g_uri_get_userinfo(uri) != NULL) {
		err_add_field(error, field, "An address such as https://shop.example/remedies.");
		return FALSE;
	}
	if (!within && g_ascii_strcasecmp(scheme, "https") != 0) {
		err_add_field(error, field, "Only https, unless the settings name %s as a machine of the house.", host);
		return FALSE;
	}
	return TRUE;
}

static curl_socket_t
open_socket(void *data, curlsocktype purpose G_GNUC_UNUSED, struct curl_sockaddr *address)
{
	const Outgoing *ask = data;

	if (!ask->within && !open_internet_has(&address->addr))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* What is beyond the bound is read and dropped, so that a long answer is still an answer. */
static size_t
take(char *bytes, size_t one, size_t n, void *data)
{
	GString *out = data;
	gsize room = OUTGOING_ANSWER_MAX - MIN(out->len, OUTGOING_ANSWER_MAX), size = one * n;

	g_string_append_len(out, bytes, (gssize)MIN(size, room));
	return size;
}

static CURLcode
perform(const Outgoing *ask, GString *body, long *ret_status)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = NULL;
	CURLcode code;

	if (curl == NULL)
		return CURLE_FAILED_INIT;
	for (guint i = 0; ask->headers != NULL && ask->headers[i] != NULL; i++)
		headers = curl_slist_append(headers, ask->headers[i]);
	headers = curl_slist_append(headers, "Expect:");
	curl_easy_setopt(curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, ask->within ? "http,https" : "https");
	curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* a proxy of the environment would resolve names for us, unasked */
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, ask);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->size);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)ask->timeout_s);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	return code;
}

gboolean
outgoing_post(const Outgoing *ask, OutgoingAnswer *ret_answer, GError **error)
{
	g_autoptr(GString) body = g_string_new(NULL);
	long status = 0;
	CURLcode code;

	if (!lazy_load(&lazy_curl, error))
		return FALSE;
	code = perform(ask, body, &status);
	if (code == CURLE_OPERATION_TIMEDOUT)
		g_set_error(error, ERR, ERR_UPSTREAM, "no answer within %u s", ask->timeout_s);
	else if (code != CURLE_OK)
		g_set_error(error, ERR, ERR_UPSTREAM, "it cannot be reached: %s", curl_easy_strerror(code));
	if (code != CURLE_OK)
		return FALSE;
	ret_answer->status = (guint)status;
	ret_answer->body = g_utf8_make_valid(body->str, (gssize)body->len);
	return TRUE;
}
