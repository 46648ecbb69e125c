/* Pictures from elsewhere: only of the open internet, only pictures, not too large. */
#include "mail/picture.h"
#include "fake.h"
#include <arpa/inet.h>
#include <string.h>

static gboolean
may(const char *host, guint16 port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1)
		return picture_may_connect((const struct sockaddr *)&v4);
	g_assert_cmpint(inet_pton(AF_INET6, host, &v6.sin6_addr), ==, 1);
	return picture_may_connect((const struct sockaddr *)&v6);
}

static void
test_addresses(void)
{
	static const char *const open[] = { "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:2800:220:1::1", "2a00:1450::1" };
	static const char *const closed[] = { "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
		"192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1" };

	for (guint i = 0; i < G_N_ELEMENTS(open); i++) {
		g_test_message("%s", open[i]);
		g_assert_true(may(open[i], 80));
		g_assert_true(may(open[i], 443));
		g_assert_false(may(open[i], 25));
	}
	for (guint i = 0; i < G_N_ELEMENTS(closed); i++) {
		g_test_message("%s", closed[i]);
		g_assert_false(may(closed[i], 80));
	}
}

static gboolean
anywhere(const struct sockaddr *address G_GNUC_UNUSED)
{
	return TRUE;
}

/* What is fetched from a server that plays @script; NULL: nothing, for @why. */
static void
check(const char *script, const char *media_type, const char *why)
{
	const char *scripts[] = { script, NULL }, *got = NULL;
	g_autoptr(Fake) fake = fake_start(scripts);
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/a.png", fake_port(fake));
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = picture_fetch(url, anywhere, &got, &error);

	if (media_type != NULL) {
		g_assert_no_error(error);
		g_assert_cmpstr(got, ==, media_type);
		return;
	}
	g_assert_null(bytes);
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	g_assert_nonnull(strstr(error->message, why));
}

#define ASKED "C GET /a.png\nC Host:\nC Accept:\nC\n"

static void
test_fetch(void)
{
	check(ASKED "S HTTP/1.1 200 OK\nS Content-Type: text/plain\nS Connection: close\nS\nR hello", NULL, "no picture");
	check(ASKED "S HTTP/1.1 200 OK\nS Connection: close\nS\nR GIF89a...", "image/gif", NULL);
	check(ASKED "S HTTP/1.1 200 OK\nS Content-Type: image/png\nS Connection: close\nS\nR <svg onload=x>", NULL, "no picture");
	check(ASKED "S HTTP/1.1 404 Not Found\nS Connection: close\nS\nR GIF89a...", NULL, "no picture");
	check(ASKED "S HTTP/1.1 200 OK\nS Content-Length: 5242881\nS\n", NULL, "cannot be fetched");
	check(ASKED "S HTTP/1.1 302 Found\nS Location: file:///etc/passwd\nS Content-Length: 0\nS\n", NULL, "cannot be fetched");
}

static void
test_refused(void)
{
	static const char *const urls[] = { "http://127.0.0.1:80/a.png", "http://localhost/a.png", "http://[::1]/a.png", "http://0/a.png", "http://2130706433/a.png", "file:///etc/passwd", "gopher://example.org/", "ftp://example.org/a.png", "" };

	for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
		const char *media_type = NULL;
		g_autoptr(GError) error = NULL;

		g_test_message("%s", urls[i]);
		g_assert_null(picture_fetch(urls[i], picture_may_connect, &media_type, &error));
		g_assert_error(error, ERR, ERR_NOT_FOUND);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture/addresses", test_addresses);
	g_test_add_func("/picture/fetch", test_fetch);
	g_test_add_func("/picture/refused", test_refused);
	return g_test_run();
}
