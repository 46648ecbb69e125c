/* listen.c - see listen.h. */
#include "base/listen.h"
#include "base/err.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

static int
fail(int fd, const char *where, GError **error)
{
	const int why = errno;

	if (fd >= 0)
		close(fd);
	if (why == EADDRINUSE)
		g_set_error(error, ERR, ERR_BUSY, "%s is in use by another program; stop that one, or choose another", where);
	else if (why == EACCES)
		g_set_error(error, ERR, ERR_DENIED, "may not listen on %s: ports below 1024 need a privilege; choose another", where);
	else if (why == EADDRNOTAVAIL)
		g_set_error(error, ERR, ERR_INVALID, "%s is no address of this machine; choose another", where);
	else
		g_set_error(error, ERR, ERR_INTERNAL, "cannot listen on %s: %s", where, g_strerror(why));
	return -1;
}

/* A socket file nobody listens on any more is left over from a process that was killed. */
static gboolean
is_left_over(const struct sockaddr_un *address)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat info;
	gboolean dead;

	if (fd < 0)
		return FALSE;
	dead = connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED;
	close(fd);
	return dead && lstat(address->sun_path, &info) == 0 && S_ISSOCK(info.st_mode);
}

static int
open_unix(const char *path, const char *where, GError **error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof address.sun_path || *path == '\0') {
		g_set_error(error, ERR, ERR_INVALID, "%s: the path of a unix socket takes 1 to %d bytes", where, (int)sizeof address.sun_path - 1);
		return -1;
	}
	g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	if (is_left_over(&address))
		unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, BACKLOG) != 0)
		return fail(fd, where, error);
	return fd;
}

/* "host:port" or "[host]:port" into a socket address. */
static gboolean
read_address(const char *where, struct sockaddr_storage *ret_address, socklen_t *ret_size)
{
	const char *colon = strrchr(where, ':');
	g_autofree char *host = NULL;
	guint64 port;

	if (colon == NULL || !g_ascii_string_to_unsigned(colon + 1, 10, 0, 65535, &port, NULL))
		return FALSE;
	if (where[0] == '[' && colon > where && colon[-1] == ']')
		host = g_strndup(where + 1, (gsize)(colon - where) - 2);
	else
		host = g_strndup(where, (gsize)(colon - where));
	memset(ret_address, 0, sizeof *ret_address);
	if (strcmp(host, "localhost") == 0 || *host == '\0') {
		g_free(host);
		host = g_strdup("127.0.0.1");
	}
	if (inet_pton(AF_INET, host, &((struct sockaddr_in *)ret_address)->sin_addr) == 1) {
		struct sockaddr_in *in = (struct sockaddr_in *)ret_address;

		in->sin_family = AF_INET;
		in->sin_port = htons((guint16)port);
		*ret_size = sizeof *in;
		return TRUE;
	}
	if (inet_pton(AF_INET6, host, &((struct sockaddr_in6 *)ret_address)->sin6_addr) == 1) {
		struct sockaddr_in6 *in = (struct sockaddr_in6 *)ret_address;

		in->sin6_family = AF_INET6;
		in->sin6_port = htons((guint16)port);
		*ret_size = sizeof *in;
		return TRUE;
	}
	return FALSE;
}

static char *
address_of(int fd)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	char host[INET6_ADDRSTRLEN] = "";

	getsockname(fd, (struct sockaddr *)&address, &size);
	if (address.ss_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&address;

		inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof host);
		return g_strdup_printf("[%s]:%u", host, ntohs(in->sin6_port));
	}
	inet_ntop(AF_INET, &((const struct sockaddr_in *)&address)->sin_addr, host, sizeof host);
	return g_strdup_printf("%s:%u", host, ntohs(((const struct sockaddr_in *)&address)->sin_port));
}

int
listen_open(const char *where, char **ret_where, char **ret_path, GError **error)
{
	struct sockaddr_storage address;
	socklen_t size;
	const int on = 1;
	int fd;

	if (g_str_has_prefix(where, "unix:")) {
		const char *path = where + strlen("unix:");

		if ((fd = open_unix(path, where, error)) < 0)
			return -1;
		*ret_where = g_strdup(where);
		*ret_path = g_strdup(path);
		return fd;
	}
	if (!read_address(where, &address, &size)) {
		g_set_error(error, ERR, ERR_INVALID, "%s is no address to listen on; write 127.0.0.1:8080, [::1]:8080 or unix:/path", where);
		return -1;
	}
	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(fd, where, error);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, BACKLOG) != 0)
		return fail(fd, where, error);
	*ret_where = address_of(fd);
	*ret_path = NULL;
	return fd;
}

guint
listen_raise_files(guint wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1024;
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = MIN((rlim_t)wanted, limit.rlim_max);
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	return (guint)MIN(limit.rlim_cur, (rlim_t)G_MAXINT);
}
