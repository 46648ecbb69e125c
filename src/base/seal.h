/* seal.h - secrets that we must be able to say again (a mailbox's password, a payment system's key) and that nobody shall read from a copy of the
 * database: sealed with a key that lies beside it, in DATA/seal.key, for its owner alone. Passwords of people are hashed
 * instead: base/secret.h. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef struct {
	guint8 key[32];
} SealKey;
/* Reads DATA/seal.key, or makes it. Backups hold it too, or the secrets must be typed again. */
gboolean seal_key_open(const char *data_dir, SealKey *ret_key, GError **error);
/* XSalsa20-Poly1305 under a fresh nonce, as base64. @what is bound in ("imap 7"): a sealed text moved to another place
 * does not open. (transfer full) */
char *seal(const SealKey *key, const char *what, const char *secret);
/* NULL with ERR_CORRUPT: another key, another place, or altered. (transfer full) */
char *unseal(const SealKey *key, const char *what, const char *sealed, GError **error);

G_END_DECLS
