/* moved.c - see the header. */
#include "cases/moved.h"

GHashTable *
moved_set(void)
{
	return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

void
moved_add(GHashTable *set, const json_t *moved)
{
	const json_t *one;
	size_t at;

	json_array_foreach(json_object_get(moved, "messages"), at, one) {
		gint64 *id = g_new(gint64, 1);

		*id = ABS(json_integer_value(one)); /* negative: cases/merge.c */
		g_hash_table_add(set, id);
	}
}
