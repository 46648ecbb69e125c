/* picture.c - see picture.h. */
#include "mail/picture.h"
#include "base/curl.lazy.h"
#include "base/open_internet.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum { REDIRECTS_MAX = 3, URL_MAX = 4000 };

static gboolean
is_web_port(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	in_port_t port = 0;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof v4);
		port = v4.sin_port;
	} else if (address->sa_family == AF_INET6) {
		memcpy(&v6, address, sizeof v6);
		port = v6.sin6_port;
	}
	return port == htons(80) || port == htons(443);
}

gboolean
picture_may_connect(const struct sockaddr *address)
{
	return is_web_port(address) && open_internet_has(address);
}

static curl_socket_t
open_socket(void *data, curlsocktype purpose G_GNUC_UNUSED, struct curl_sockaddr *address)
{
	const PictureMay *may = data;

	if (!(*may)(&address->addr))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t
take(char *bytes, size_t one, size_t n, void *data)
{
	GByteArray *out = data;

	if (out->len + n > PICTURE_MAX)
		return 0;
	g_byte_array_append(out, (const guint8 *)bytes, (guint)(one * n));
	return n;
}

static const char *
media_type_of(const GByteArray *bytes)
{
	static const struct { const char *start, *media_type; guint at, size; } kinds[] = {
		{ "\x89PNG\r\n\x1a\n", "image/png", 0, 8 }, { "\xff\xd8\xff", "image/jpeg", 0, 3 }, { "GIF87a", "image/gif", 0, 6 }, { "GIF89a", "image/gif", 0, 6 }, { "WEBP", "image/webp", 8, 4 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (bytes->len >= kinds[i].at + kinds[i].size && memcmp(bytes->data + kinds[i].at, kinds[i].start, kinds[i].size) == 0)
			return kinds[i].media_type;
	return NULL;
}

static CURLcode
perform(const char *url, PictureMay *may, GByteArray *bytes, long *ret_status)
{
	CURL *curl = curl_easy_init();
	CURLcode code;

	if (curl == NULL)
		return CURLE_FAILED_INIT;
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* a proxy of the environment would resolve names for us, unasked */
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, may);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, bytes);
	curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)PICTURE_MAX);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)PICTURE_TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
	curl_easy_cleanup(curl);
	return code;
}

GBytes *
picture_fetch(const char *url, PictureMay may, const char **ret_media_type, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	long status = 0;
	CURLcode code;

	if (strlen(url) > URL_MAX || (g_ascii_strncasecmp(url, "http://", 7) != 0 && g_ascii_strncasecmp(url, "https://", 8) != 0)) {
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "that is no address of a picture");
		return NULL;
	}
	if (!lazy_load(&lazy_curl, error))
		return NULL;
	if ((code = perform(url, &may, bytes, &status)) != CURLE_OK) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "the picture cannot be fetched: %s", curl_easy_strerror(code));
		return NULL;
	}
	if (status != 200 || (*ret_media_type = media_type_of(bytes)) == NULL) {
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no picture at that address");
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}
