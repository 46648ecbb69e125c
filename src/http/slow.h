/* slow.h - the small pool that hashing, exports and uploads run on, so that nothing slow runs on a connection's thread or
 * the writer. Private to http/. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef struct _SlowPool SlowPool;
typedef void (*SlowWork)(gpointer data);

SlowPool *slow_pool_new(guint n_threads);
/* FALSE when 1,000 wait already, or the pool is being stopped. */
gboolean slow_pool_push(SlowPool *self, SlowWork work, gpointer data);
/* Takes no more work; what waits is still done. TRUE once all threads have ended, FALSE when @deadline_us (monotonic) came
 * first: the pool must then be left as it is. */
gboolean slow_pool_stop(SlowPool *self, gint64 deadline_us);
void slow_pool_free(SlowPool *self); /* stopped before */

G_END_DECLS
