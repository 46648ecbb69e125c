/* json.h - small helpers over jansson: building answers, reading strangers' JSON within bounds. */
#pragma once
#include <glib.h>
#include <jansson.h>
G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Once, before any thread begins: values take their memory from small pools, one a thread (json_pool.c). Without it all
 * works as well, slower. */
void json_pool_use(void);

/* Reads @size bytes as one JSON value. Refuses (ERR_INVALID, with line and column): not UTF-8, NUL, more than 64 levels,
 * duplicate keys, anything behind the value. (transfer full) */
json_t *json_read(const char *text, gsize size, GError **error);
/* Compact text, keys in the order they were set. (transfer full) */
char *json_write(const json_t *value, gsize *ret_size);

/* Setters for answers. NULL text and time 0 become null; the key stays, so that every answer has the same keys. */
void json_put_text(json_t *object, const char *key, const char *text);
void json_put_int(json_t *object, const char *key, gint64 value);
void json_put_real(json_t *object, const char *key, double value);
void json_put_bool(json_t *object, const char *key, gboolean value);
void json_put_time(json_t *object, const char *key, gint64 at_ms);
void json_put(json_t *object, const char *key, json_t *value); /* takes @value */

/* Readers with a default; the text is borrowed from @object. */
const char *json_text(const json_t *object, const char *key, const char *otherwise);
gint64 json_int(const json_t *object, const char *key, gint64 otherwise);
gboolean json_flag(const json_t *object, const char *key, gboolean otherwise);

G_END_DECLS
