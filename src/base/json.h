/* json.h - small helpers over JSON values: building answers, reading strangers' JSON within bounds. The values: json_value.h. */
#pragma once
#include "base/json_value.h"
G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Reads @size bytes as one JSON value. Refuses (ERR_INVALID, with line and column): not UTF-8, NUL, more than 64 levels,
 * duplicate keys, anything behind the value. (transfer full) */
json_t *json_read(const char *text, gsize size, GError **error);
/* Compact text, keys in the order they were set. (transfer full) */
char *json_write(const json_t *value, gsize *ret_size);

/* Setters for answers. NULL text and time 0 become null; the key stays, so that every answer has the same keys. */
void json_put_text_at(json_t *object, JsonKey key, const char *text);
void json_put_int_at(json_t *object, JsonKey key, gint64 value);
void json_put_real_at(json_t *object, JsonKey key, double value);
void json_put_time_at(json_t *object, JsonKey key, gint64 at_ms);
#define json_put_text(object, key, text) json_put_text_at((object), JSON_KEY(key), (text))
/* What something is named by beside its ref: {ref, @key: @text}; null where @ref is NULL. (transfer full) */
json_t *json_pair(const char *ref, const char *key, const char *text);
#define json_put_int(object, key, value) json_put_int_at((object), JSON_KEY(key), (value))
#define json_put_real(object, key, value) json_put_real_at((object), JSON_KEY(key), (value))
#define json_put_bool(object, key, value) json_object_put((object), JSON_KEY(key), json_boolean(value))
#define json_put_time(object, key, at_ms) json_put_time_at((object), JSON_KEY(key), (at_ms))
#define json_put(object, key, value) ((void)json_object_put((object), JSON_KEY(key), (value))) /* takes @value */

/* Readers with a default; the text is borrowed from @object. */
const char *json_text_at(const json_t *object, JsonKey key, const char *otherwise);
gint64 json_int_at(const json_t *object, JsonKey key, gint64 otherwise);
gboolean json_flag_at(const json_t *object, JsonKey key, gboolean otherwise);
#define json_text(object, key, otherwise) json_text_at((object), JSON_KEY(key), (otherwise))
#define json_int(object, key, otherwise) json_int_at((object), JSON_KEY(key), (otherwise))
#define json_flag(object, key, otherwise) json_flag_at((object), JSON_KEY(key), (otherwise))

G_END_DECLS
