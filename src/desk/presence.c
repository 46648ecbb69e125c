#include "desk/presence.h"
#include <pthread.h>
#include <string.h>

/* A ring is enough: the newest notes of the whole house. 512 people who look at cases at once overwrite each other only
 * after each has been noted, and whoever is overwritten is noted again within the half minute. */
enum { PLACES = 512, MOST_SHOWN = 8 };

typedef struct {
	gint64 user_id, at_ms;
	char ref[16], name[64];
	gboolean typing;
} Place;

struct _Presence {
	pthread_mutex_t lock;
	gint64 case_ids[PLACES]; /* of the places: every page of a case looks through these */
	Place places[PLACES];
	guint next;
	gint64 last_ms; /* of all notes: after PRESENCE_MS without one nobody is anywhere */
};

Presence *
presence_new(void)
{
	Presence *self = g_new0(Presence, 1);

	pthread_mutex_init(&self->lock, NULL);
	return self;
}

void
presence_free(Presence *self)
{
	if (self == NULL)
		return;
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}

static Place *
place_of(Presence *self, gint64 case_id, gint64 user_id)
{
	for (guint i = 0; i < PLACES; i++)
		if (self->case_ids[i] == case_id && self->places[i].user_id == user_id)
			return &self->places[i];
	return NULL;
}

void
presence_note(Presence *self, gint64 case_id, const Actor *who, const char *doing, gint64 now_ms)
{
	Place *place;

	if (who->user_id == 0)
		return;
	pthread_mutex_lock(&self->lock);
	place = place_of(self, case_id, who->user_id);
	if (place == NULL && strcmp(doing, "gone") != 0)
		place = &self->places[self->next++ % PLACES];
	if (place != NULL) {
		self->case_ids[place - self->places] = case_id;
		place->user_id = who->user_id;
		place->at_ms = strcmp(doing, "gone") == 0 ? 0 : now_ms;
		self->last_ms = MAX(self->last_ms, now_ms);
		place->typing = strcmp(doing, "typing") == 0;
		g_strlcpy(place->ref, who->ref, sizeof place->ref);
		g_strlcpy(place->name, who->name, sizeof place->name);
	}
	pthread_mutex_unlock(&self->lock);
}

/* Mostly nobody is: a plain loop over the numbers, which the compiler makes quick. */
static gboolean
has_somebody(const Presence *self, gint64 case_id, gint64 now_ms)
{
	guint n = 0;

	if (self->last_ms + PRESENCE_MS < now_ms)
		return FALSE;
	for (guint i = 0; i < PLACES; i++)
		n += self->case_ids[i] == case_id;
	return n > 0;
}

json_t *
presence_list(Presence *self, gint64 case_id, gint64 except_user_id, gint64 now_ms)
{
	json_t *list = json_array();
	guint n = 0;

	pthread_mutex_lock(&self->lock);
	for (guint i = has_somebody(self, case_id, now_ms) ? 0 : PLACES; i < PLACES && n < MOST_SHOWN; i++) {
		const guint at = (self->next + PLACES - 1 - i) % PLACES;
		const Place *place = &self->places[at];
		json_t *one;

		if (self->case_ids[at] != case_id || place->user_id == except_user_id || place->at_ms + PRESENCE_MS < now_ms)
			continue;
		one = json_object();
		json_put_text(one, "ref", place->ref);
		json_put_text(one, "name", place->name);
		json_put_text(one, "doing", place->typing ? "typing" : "reading");
		json_array_append_new(list, one);
		n++;
	}
	pthread_mutex_unlock(&self->lock);
	return list;
}
