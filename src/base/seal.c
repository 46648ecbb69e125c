/* seal.c - see seal.h. */
#include "base/seal.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

G_STATIC_ASSERT(sizeof(((SealKey *)NULL)->key) == crypto_secretbox_KEYBYTES);

static gboolean
say(GError **error, const char *path, const char *what)
{
	g_set_error(error, ERR, ERR_INTERNAL, "%s %s: %s", what, path, g_strerror(errno));
	return FALSE;
}

static gboolean
read_key(int fd, const char *path, SealKey *ret_key, GError **error)
{
	SealKey key;

	if (read(fd, key.key, sizeof key.key) != sizeof key.key) {
		g_set_error(error, ERR, ERR_CORRUPT, "%s is not a key of ours: put the right one back from a backup, or remove it and type the passwords and keys again", path);
		return FALSE;
	}
	*ret_key = key;
	return TRUE;
}

/* Under another name first: a key that is there is whole. Who comes second takes the first one's. */
static gboolean
make_key(const char *path, GError **error)
{
	g_autofree char *part = g_strdup_printf("%s.%d.new", path, (int)getpid());
	SealKey key;
	gboolean ok;
	int fd = g_open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return say(error, part, "cannot make");
	randombytes_buf(key.key, sizeof key.key);
	ok = write(fd, key.key, sizeof key.key) == sizeof key.key && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	ok = ok && (link(part, path) == 0 || errno == EEXIST);
	if (!ok)
		say(error, path, "cannot write");
	g_unlink(part);
	sodium_memzero(&key, sizeof key);
	return ok;
}

gboolean
seal_key_open(const char *data_dir, SealKey *ret_key, GError **error)
{
	g_autofree char *path = g_build_filename(data_dir, "seal.key", NULL);
	gboolean ok;
	int fd = g_open(path, O_RDONLY | O_CLOEXEC, 0);

	if (fd < 0 && errno == ENOENT) {
		if (!make_key(path, error))
			return FALSE;
		fd = g_open(path, O_RDONLY | O_CLOEXEC, 0);
	}
	if (fd < 0)
		return say(error, path, "cannot read");
	ok = read_key(fd, path, ret_key, error);
	close(fd);
	return ok;
}

/* The place's own key: what is sealed for one place opens at no other. */
static void
place_key(const SealKey *key, const char *what, guint8 ret_key[crypto_secretbox_KEYBYTES])
{
	crypto_generichash(ret_key, crypto_secretbox_KEYBYTES, (const guint8 *)what, strlen(what), key->key, sizeof key->key);
}

char *
seal(const SealKey *key, const char *what, const char *secret)
{
	gsize size = strlen(secret), all = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + size;
	g_autofree guint8 *bytes = g_malloc(all);
	guint8 place[crypto_secretbox_KEYBYTES];

	place_key(key, what, place);
	randombytes_buf(bytes, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(bytes + crypto_secretbox_NONCEBYTES, (const guint8 *)secret, size, bytes, place);
	sodium_memzero(place, sizeof place);
	return g_base64_encode(bytes, all);
}

char *
unseal(const SealKey *key, const char *what, const char *sealed, GError **error)
{
	gsize all = 0, size;
	g_autofree guint8 *bytes = g_base64_decode(sealed, &all);
	guint8 place[crypto_secretbox_KEYBYTES];
	g_autofree char *secret = NULL;
	gboolean ok;

	if (all < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) {
		g_set_error(error, ERR, ERR_CORRUPT, "the sealed secret of %s is no sealed text", what);
		return NULL;
	}
	size = all - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES;
	secret = g_malloc0(size + 1);
	place_key(key, what, place);
	ok = crypto_secretbox_open_easy((guint8 *)secret, bytes + crypto_secretbox_NONCEBYTES, all - crypto_secretbox_NONCEBYTES, bytes, place) == 0;
	sodium_memzero(place, sizeof place);
	if (ok)
		return g_steal_pointer(&secret);
	g_set_error(error, ERR, ERR_CORRUPT, "the secret of %s was sealed with another key: type it again, or put the old seal.key back", what);
	return NULL;
}
