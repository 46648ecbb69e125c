#include "desk/lists.h"
#include <pthread.h>

struct _DeskLists {
	pthread_mutex_t lock;
	guint64 generation;
	json_t *kept[DESK_N_LISTS];
};

DeskLists *
desk_lists_new(void)
{
	DeskLists *self = g_new0(DeskLists, 1);

	pthread_mutex_init(&self->lock, NULL);
	return self;
}

static void
forget(DeskLists *self)
{
	for (guint i = 0; i < DESK_N_LISTS; i++)
		g_clear_pointer(&self->kept[i], json_decref);
}

void
desk_lists_free(DeskLists *self)
{
	if (self == NULL)
		return;
	forget(self);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}

json_t *
desk_lists_get(DeskLists *self, DeskList which, guint64 *ret_generation)
{
	json_t *list;

	pthread_mutex_lock(&self->lock);
	*ret_generation = self->generation;
	list = json_incref(self->kept[which]);
	pthread_mutex_unlock(&self->lock);
	return list;
}

void
desk_lists_keep(DeskLists *self, DeskList which, guint64 generation, json_t *list)
{
	pthread_mutex_lock(&self->lock);
	if (generation == self->generation) {
		json_decref(self->kept[which]);
		self->kept[which] = json_keep(list);
	}
	pthread_mutex_unlock(&self->lock);
}

void
desk_lists_changed(DeskLists *self)
{
	pthread_mutex_lock(&self->lock);
	self->generation++;
	forget(self);
	pthread_mutex_unlock(&self->lock);
}
