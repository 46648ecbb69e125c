/* refs.c - see refs.h. What a ref looks like: base/ids.c. */
#include "store/refs.h"
#include "store/db_engine.h"

/* A taken ref three times in turn does not come by chance in any table that fits a disk. */
enum { TRIES = 3 };

static void
draw(const Db *db, char ret_ref[REF_SIZE])
{
	if (db->draw_ref != NULL)
		db->draw_ref(ret_ref, db->draw_ref_data);
	else
		ref_new(ret_ref);
}

gboolean
ref_insert(Db *db, const DbSql *sql, char ref[REF_SIZE], const DbArg *args, guint n_args, gint64 *ret_id, gboolean *ret_made, GError **error)
{
	gboolean made = FALSE;
	gint64 id = 0;

	for (int i = 0; !made && i < TRIES; i++) {
		draw(db, ref);
		if (!db_query_int(db, sql, args, n_args, &id, &made, error))
			return FALSE;
	}
	if (!made && ret_made == NULL) {
		g_set_error(error, ERR, ERR_INTERNAL, "%s: no ref was free in %d tries", sql->name, TRIES);
		return FALSE;
	}
	if (made)
		*ret_id = id;
	if (ret_made != NULL)
		*ret_made = made;
	return TRUE;
}

void
ref_draw_by(Db *db, RefDraw fn, gpointer data)
{
	db->draw_ref = fn;
	db->draw_ref_data = data;
}
