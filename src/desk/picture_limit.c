/* picture_limit.c - see picture_limit.h. */
#include "desk/picture_limit.h"
#include "base/clock.h"
#include <pthread.h>

struct _PictureLimit {
	pthread_mutex_t lock;
	GHashTable *taken; /* user id -> how many in this minute; emptied when the minute is over, so that it stays small */
	gint64 minute;
};

PictureLimit *
picture_limit_new(void)
{
	PictureLimit *self = g_new0(PictureLimit, 1);

	pthread_mutex_init(&self->lock, NULL);
	self->taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return self;
}

void
picture_limit_free(PictureLimit *self)
{
	if (self == NULL)
		return;
	g_hash_table_unref(self->taken);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}

gboolean
picture_limit_take(PictureLimit *self, gint64 user_id, gint64 now_ms)
{
	gint64 minute = now_ms / (60 * MS_PER_S);
	guint n;

	pthread_mutex_lock(&self->lock);
	if (minute != self->minute)
		g_hash_table_remove_all(self->taken);
	self->minute = minute;
	n = GPOINTER_TO_UINT(g_hash_table_lookup(self->taken, &user_id));
	if (n < PICTURES_PER_MINUTE)
		g_hash_table_insert(self->taken, g_memdup2(&user_id, sizeof user_id), GUINT_TO_POINTER(n + 1));
	pthread_mutex_unlock(&self->lock);
	return n < PICTURES_PER_MINUTE;
}
