/* effects.c - see effects.h. */
#include "action/effects.h"
#include "base/fold.h"
#include <string.h>

const char *const effects_sorts[] = { "done", "effect", "cause", "owner", "title", NULL };

typedef struct {
	json_t *value;
	gint64 ended_at;
	double ratio; /* -1: none */
	char *key;    /* folded, of sorts by words; NULL */
} One;

static void
one_clear(gpointer data)
{
	One *one = data;

	json_decref(one->value);
	g_free(one->key);
}

static json_t *
to_json(const Action *it, const Effect *effect)
{
	g_autoptr(json_t) shown = effect_to_json(effect);
	static const char *const keep[] = { "weeks", "verdict", "before", "after", "ratio", "low", "high" };
	json_t *value = json_object();

	json_put_text(value, "ref", it->ref);
	json_put_text(value, "title", it->title);
	json_put_text(value, "tree", it->cause != NULL ? "cause" : it->category != NULL ? "category" : "product");
	json_put_text(value, "about", it->cause != NULL ? it->cause : it->category != NULL ? it->category : it->product);
	json_put(value, "owner", json_pair(it->owner_ref, "name", it->owner_name));
	json_put_time(value, "opened_at", it->opened_at);
	json_put_time(value, "ended_at", it->ended_at);
	for (guint i = 0; i < G_N_ELEMENTS(keep); i++)
		json_object_put(value, json_key_of(keep[i], TRUE), json_incref(json_object_find(shown, json_key_of(keep[i], TRUE))));
	return value;
}

static char *
key_of(const Action *it, const char *sort)
{
	if (strcmp(sort, "owner") == 0)
		return name_fold(it->owner_name);
	if (strcmp(sort, "title") == 0)
		return name_fold(it->title);
	return strcmp(sort, "cause") == 0 ? name_fold(it->cause != NULL ? it->cause : it->category != NULL ? it->category : it->product) : NULL;
}

static int
compare(gconstpointer a, gconstpointer b, gpointer by_effect)
{
	const One *x = a, *y = b;
	const int later = x->ended_at > y->ended_at ? -1 : x->ended_at < y->ended_at;

	if (x->key != NULL && y->key != NULL && strcmp(x->key, y->key) != 0)
		return strcmp(x->key, y->key);
	if (by_effect == NULL || x->ratio == y->ratio)
		return later;
	if (x->ratio < 0 || y->ratio < 0)
		return x->ratio < 0 ? 1 : -1;
	return x->ratio < y->ratio ? -1 : 1;
}

static gint64
count_of(const GArray *all, const char *verdict)
{
	gint64 n = 0;

	for (guint i = 0; i < all->len; i++)
		n += strcmp(json_text(g_array_index(all, One, i).value, "verdict", ""), verdict) == 0;
	return n;
}

static gboolean
read_all(Db *db, const GPtrArray *actions, const char *sort, gint64 now_ms, GArray *all, GError **error)
{
	for (guint i = 0; i < actions->len; i++) {
		const Action *it = actions->pdata[i];
		Effect effect;
		One one;

		if (!effect_read(db, it, now_ms, &effect, error))
			return FALSE;
		one = (One){ to_json(it, &effect), it->ended_at, effect.weeks > 0 ? effect.ratio.ratio : -1, key_of(it, sort) };
		g_array_append_val(all, one);
	}
	return TRUE;
}

json_t *
effects_read(Db *db, const char *sort, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) actions = action_all(db, &(ActionFilter){ .state = "done" }, EFFECTS_MAX, error);
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(One));
	json_t *value, *list;

	g_array_set_clear_func(all, one_clear);
	if (actions == NULL || !read_all(db, actions, sort, now_ms, all, error))
		return NULL;
	g_array_sort_with_data(all, compare, strcmp(sort, "effect") == 0 ? (gpointer)sort : NULL);
	value = json_object();
	list = json_array();
	for (guint i = 0; i < all->len; i++)
		json_array_append(list, g_array_index(all, One, i).value);
	json_put(value, "effects", list);
	json_put_text(value, "sort", sort);
	json_put_int(value, "n_fewer", count_of(all, "fewer"));
	json_put_int(value, "n_more", count_of(all, "more"));
	json_put_int(value, "n_unsure", all->len - count_of(all, "fewer") - count_of(all, "more"));
	return value;
}
