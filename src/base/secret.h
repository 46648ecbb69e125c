/* secret.h - passwords, tokens and signed links, over libsodium. Who holds them: org/. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Must be called once before anything here or in ids.h. FALSE when the system has no chance to give. */
gboolean secret_init(void);

/* argon2id, interactive limits (64 MiB, about 70 ms): only on the SLOW pool. (transfer full) */
char *password_hash(const char *password, GError **error);
gboolean password_verify(const char *hash, const char *password);

/* BLAKE2b-256 as 64 hex characters: how tokens and sessions are stored. (transfer full) */
char *token_digest(const char *token);

#define SECRET_KEY_SIZE 32
/* Keyed BLAKE2b over @text, first 16 bytes as URL-safe base64: the tail of a signed link. (transfer full) */
char *link_sign(const guint8 key[SECRET_KEY_SIZE], const char *text);
/* Constant time. */
gboolean link_verify(const guint8 key[SECRET_KEY_SIZE], const char *text, const char *signature);

G_END_DECLS
