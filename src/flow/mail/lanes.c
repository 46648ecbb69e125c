/* lanes.c - see lanes.h. */
#include "flow/mail/lanes.h"
#include <pthread.h>

enum { FIRST_MS = 1000, TOOK_MIN_MS = 20, TOOK_MAX_MS = 60000, WAIT_MAX_MS = 10 * 60 * 1000 };

typedef struct {
	guint n;         /* on their way */
	gint64 took_ms;  /* lately */
	gint64 turn_at;  /* of the last that was told to come again */
} Lane;

struct _MailLanes {
	pthread_mutex_t lock; /* of the rest */
	GHashTable *lanes;    /* server -> Lane: a house has few */
};

MailLanes *
mail_lanes_new(void)
{
	MailLanes *self = g_new0(MailLanes, 1);

	pthread_mutex_init(&self->lock, NULL);
	self->lanes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return self;
}

void
mail_lanes_free(MailLanes *self)
{
	if (self == NULL)
		return;
	g_hash_table_unref(self->lanes);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}

static Lane *
lane_of(MailLanes *self, const char *server)
{
	Lane *lane = g_hash_table_lookup(self->lanes, server);

	if (lane == NULL) {
		lane = g_new0(Lane, 1);
		lane->took_ms = FIRST_MS;
		g_hash_table_insert(self->lanes, g_strdup(server), lane);
	}
	return lane;
}

gboolean
mail_lane_enter(MailLanes *self, const char *server, gint64 now_ms, gint64 *ret_again_at)
{
	gboolean may;
	Lane *lane;

	if (self == NULL)
		return TRUE;
	pthread_mutex_lock(&self->lock);
	lane = lane_of(self, server);
	may = lane->n < LANES_OF_A_SERVER;
	if (may) {
		lane->n++;
	} else {
		lane->turn_at = MIN(MAX(lane->turn_at, now_ms) + MAX(lane->took_ms / LANES_OF_A_SERVER, 1), now_ms + WAIT_MAX_MS);
		*ret_again_at = lane->turn_at;
	}
	pthread_mutex_unlock(&self->lock);
	return may;
}

void
mail_lane_leave(MailLanes *self, const char *server, gint64 took_ms)
{
	Lane *lane;

	if (self == NULL)
		return;
	pthread_mutex_lock(&self->lock);
	lane = lane_of(self, server);
	g_assert(lane->n > 0);
	lane->n--;
	lane->took_ms = (3 * lane->took_ms + CLAMP(took_ms, TOOK_MIN_MS, TOOK_MAX_MS)) / 4;
	pthread_mutex_unlock(&self->lock);
}
