/* rate.h - how often an address or an account may ask: token buckets in a table of fixed size. Private to http/. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef struct _RateTable RateTable;

RateTable *rate_table_new(void);
void rate_table_free(RateTable *self);
/* Takes one token of @key's bucket, which holds @per_minute and is filled evenly. 0, or the seconds to wait. Any thread.
 * When the table is full the bucket least recently used makes room. */
guint rate_take(RateTable *self, guint64 key, guint per_minute, gint64 now_ms);
/* Keys: @what keeps the kinds apart. An IPv6 address counts by its first 64 bits. */
guint64 rate_key_address(const RateTable *self, char what, const char *address);
guint64 rate_key_account(const RateTable *self, char what, gint64 id);

G_END_DECLS
