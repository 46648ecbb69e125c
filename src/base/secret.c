#include "base/secret.h"
#include "base/err.h"
#include <sodium.h>
#include <string.h>

enum { DIGEST = 32, SIGNATURE = 16 };

gboolean
secret_init(void)
{
	return sodium_init() >= 0;
}

char *
password_hash(const char *password, GError **error)
{
	g_autofree char *hash = g_malloc0(crypto_pwhash_STRBYTES);

	if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
		g_set_error(error, ERR, ERR_BUSY, "not enough memory to hash a password");
		return NULL;
	}
	return g_steal_pointer(&hash);
}

gboolean
password_verify(const char *hash, const char *password)
{
	char whole[crypto_pwhash_STRBYTES] = { 0 }; /* the library declares that it reads so many */

	g_strlcpy(whole, hash, sizeof whole);
	return crypto_pwhash_str_verify(whole, password, strlen(password)) == 0;
}

char *
token_digest(const char *token)
{
	guint8 digest[DIGEST];
	char *hex = g_malloc(2 * DIGEST + 1);

	crypto_generichash(digest, sizeof digest, (const guint8 *)token, strlen(token), NULL, 0);
	return sodium_bin2hex(hex, 2 * DIGEST + 1, digest, sizeof digest);
}

char *
link_sign(const guint8 key[SECRET_KEY_SIZE], const char *text)
{
	guint8 digest[SIGNATURE];
	gsize size = sodium_base64_encoded_len(SIGNATURE, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *out = g_malloc(size);

	crypto_generichash(digest, sizeof digest, (const guint8 *)text, strlen(text), key, SECRET_KEY_SIZE);
	return sodium_bin2base64(out, size, digest, sizeof digest, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

gboolean
link_verify(const guint8 key[SECRET_KEY_SIZE], const char *text, const char *signature)
{
	g_autofree char *right = link_sign(key, text);

	return strlen(right) == strlen(signature) && sodium_memcmp(right, signature, strlen(right)) == 0;
}
