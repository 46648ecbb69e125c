/* unsaid_where.c - see the header. */
#include "cases/unsaid_where.h"
#include "cases/moved.h"
#include "unsaid.sql.h"

typedef struct {
	gint64 source_id, target_id, made_at, undone_at;
	GHashTable *moved;
} Merge;

static void
merge_clear(gpointer data)
{
	g_hash_table_unref(((Merge *)data)->moved);
}

static void
place_clear(gpointer data)
{
	g_clear_pointer(&((UnsaidPlace *)data)->words, g_hash_table_unref);
}

static GHashTable *
read_ids(const char *text)
{
	g_autoptr(json_t) moved = json_loads(text, 0, NULL);
	GHashTable *ids = moved_set();

	moved_add(ids, moved);
	return ids;
}

static GArray *
read_merges(Db *db, gint64 holder_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GArray) merges = g_array_new(FALSE, FALSE, sizeof(Merge));
	g_autoptr(DbRows) rows = db_query(db, &SQL_UNSAID_MERGES, DB_ARGS(DB_INT(holder_id)), error);

	g_array_set_clear_func(merges, merge_clear);
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		const Merge one = {
			.source_id = db_rows_int(rows, "source_id"), .target_id = db_rows_int(rows, "target_id"), .made_at = db_rows_int(rows, "made_at"),
			.undone_at = db_rows_int(rows, "undone_at"), .moved = read_ids(db_rows_text(rows, "moved")),
		};

		g_array_append_val(merges, one);
	}
	return db_ended(&local, error) ? g_steal_pointer(&merges) : NULL;
}

static const Merge *
merge_of(const GArray *merges, gint64 source_id)
{
	for (guint i = 0; i < merges->len; i++) {
		const Merge *one = &g_array_index(merges, Merge, i);

		if (one->undone_at == 0 && one->source_id == source_id)
			return one;
	}
	return NULL;
}

static gboolean
is_there(const GArray *places, gint64 case_id)
{
	for (guint i = 0; i < places->len; i++)
		if (g_array_index(places, UnsaidPlace, i).case_id == case_id)
			return TRUE;
	return FALSE;
}

static void
add_place(GArray *places, const GArray *merges, gint64 case_id, gboolean written)
{
	const Merge *merge = merge_of(merges, case_id), *next = merge;
	UnsaidPlace place = { .case_id = case_id, .words_on = case_id, .written = written };

	if (is_there(places, case_id))
		return;
	if (merge != NULL)
		place.words = g_hash_table_ref(merge->moved);
	for (guint i = 0; i < merges->len; i++) {
		const Merge *one = &g_array_index(merges, Merge, i);

		if (one->source_id != case_id || (merge != NULL && one != merge))
			continue;
		place.merged_at = one->made_at;
		place.parted_at = one->undone_at;
	}
	for (guint i = 0; next != NULL && i < merges->len; i++) {
		place.words_on = next->target_id;
		next = merge_of(merges, next->target_id);
	}
	g_array_append_val(places, place);
}

/* Whatever it was on took it along. */
static void
add_targets(GArray *places, const GArray *merges, gint64 message_id)
{
	for (guint i = 0; i < places->len; i++) {
		const gint64 from = g_array_index(places, UnsaidPlace, i).case_id;

		for (guint j = 0; j < merges->len; j++) {
			const Merge *one = &g_array_index(merges, Merge, j);

			if (one->source_id == from && g_hash_table_contains(one->moved, &message_id))
				add_place(places, merges, one->target_id, FALSE);
		}
	}
}

static gint
by_id(gconstpointer a, gconstpointer b)
{
	const gint64 one = ((const UnsaidPlace *)a)->case_id, other = ((const UnsaidPlace *)b)->case_id;

	return one < other ? -1 : one > other;
}

/* The newest there is on one of them; *@ret_case_id stays where it came with an import. */
static gboolean
look_on(Db *db, gint64 case_id, gint64 message_id, gint64 *newest, gint64 *ret_case_id, GError **error)
{
	gboolean found = FALSE;
	gint64 event_id = 0;

	if (!db_query_int(db, &SQL_UNSAID_WRITTEN, DB_ARGS(DB_INT(case_id), DB_INT(message_id)), &event_id, &found, error))
		return FALSE;
	if (found && event_id > *newest) {
		*newest = event_id;
		*ret_case_id = case_id;
	}
	return TRUE;
}

/* The case it was said on, or written on where it never left: where it is now, or one that was merged with that, by however many merges. */
static gboolean
find_written_on(Db *db, const GArray *merges, gint64 message_id, gint64 *ret_case_id, GError **error)
{
	gint64 newest = 0;

	/* Each of them is the source or the target of one. */
	for (guint i = 0; i < merges->len; i++) {
		const Merge *one = &g_array_index(merges, Merge, i);

		if (!look_on(db, one->source_id, message_id, &newest, ret_case_id, error) || !look_on(db, one->target_id, message_id, &newest, ret_case_id, error))
			return FALSE;
	}
	return TRUE;
}

GArray *
unsaid_places(Db *db, gint64 holder_id, gint64 message_id, GError **error)
{
	g_autoptr(GArray) merges = read_merges(db, holder_id, error), places = g_array_new(FALSE, FALSE, sizeof(UnsaidPlace));
	gint64 written_on = holder_id;

	g_array_set_clear_func(places, place_clear);
	if (merges == NULL || !find_written_on(db, merges, message_id, &written_on, error))
		return NULL;
	add_place(places, merges, written_on, TRUE);
	add_targets(places, merges, message_id);
	g_array_sort(places, by_id);
	return g_steal_pointer(&places);
}

gboolean
unsaid_place_has(const UnsaidPlace *place, gint64 message_id, gint64 counted_at)
{
	return place->words == NULL || (counted_at <= place->merged_at && g_hash_table_contains(place->words, &message_id));
}
