/* memo.c - see memo.h. */
#include "store/memo.h"
#include "store/db_engine.h"
#include <string.h>

/* Bytes of the process, in equal shares, and entries of a connection. Who has as much keeps what it has and nothing new: those who
 * go round and round over more than there is room for find a part of it, and not always what was let go a moment before. When
 * several times as much was refused, other things are wanted now: all it has goes. */
enum { MOST_BYTES = 32 * 1024 * 1024, MOST_ENTRIES = 16384, PATIENCE = 4 };
static guint n_memos; /* atomic */

typedef struct {
	const char *kind; /* static */
	gint64 id, other;
	json_t *value; /* NULL: asked for once */
	gsize bytes;
} Entry;

struct _Memo {
	gint64 state;
	gsize bytes;
	guint refused;
	GHashTable *entries;
};

static guint
entry_hash(gconstpointer key)
{
	const Entry *entry = key;
	const guint64 mixed = ((guint64)entry->id * 0x9E3779B97F4A7C15u) ^ ((guint64)entry->other * 0xC2B2AE3D27D4EB4Fu);

	return (guint)(mixed >> 32) ^ (guint)mixed ^ json_tag(entry->kind, strlen(entry->kind));
}

static gboolean
entry_equal(gconstpointer one, gconstpointer other)
{
	const Entry *a = one, *b = other;

	return a->id == b->id && a->other == b->other && (a->kind == b->kind || strcmp(a->kind, b->kind) == 0);
}

static void
entry_free(gpointer data)
{
	Entry *entry = data;

	json_decref(entry->value);
	g_free(entry);
}

static void
forget(Memo *memo)
{
	g_hash_table_remove_all(memo->entries);
	memo->bytes = 0;
	memo->refused = 0;
}

static gboolean
is_full(const Memo *memo)
{
	return g_hash_table_size(memo->entries) > MOST_ENTRIES || memo->bytes > MOST_BYTES / __atomic_load_n(&n_memos, __ATOMIC_RELAXED);
}

/* Whether one more may be kept. */
static gboolean
has_room(Memo *memo)
{
	if (!is_full(memo))
		return TRUE;
	if (++memo->refused < PATIENCE * g_hash_table_size(memo->entries))
		return FALSE;
	forget(memo);
	return TRUE;
}

void
memo_free(Memo *memo)
{
	if (memo == NULL)
		return;
	__atomic_sub_fetch(&n_memos, 1, __ATOMIC_RELAXED);
	g_hash_table_unref(memo->entries);
	g_free(memo);
}

/* Of this very state; NULL where states have no name. */
static Memo *
memo_now(Db *db)
{
	Memo *memo = db->memo;
	gint64 state;

	if (!db->in_snapshot || db->engine->state == NULL)
		return NULL;
	if (db->snapshot_state == 0)
		db->snapshot_state = db->engine->state(db);
	if ((state = db->snapshot_state) == 0)
		return NULL;
	if (memo == NULL) {
		memo = db->memo = g_new0(Memo, 1);
		__atomic_add_fetch(&n_memos, 1, __ATOMIC_RELAXED);
		memo->entries = g_hash_table_new_full(entry_hash, entry_equal, entry_free, NULL);
	}
	if (memo->state != state) {
		forget(memo);
		memo->state = state;
	}
	return memo;
}

json_t *
memo_find(Db *db, const char *kind, gint64 id, gint64 other)
{
	const Entry wanted = { .kind = kind, .id = id, .other = other };
	Memo *memo = memo_now(db);
	const Entry *entry = memo != NULL ? g_hash_table_lookup(memo->entries, &wanted) : NULL;

	return entry != NULL ? json_incref(entry->value) : NULL;
}

void
memo_offer(Db *db, const char *kind, gint64 id, gint64 other, json_t *value)
{
	const Entry wanted = { .kind = kind, .id = id, .other = other };
	Memo *memo = memo_now(db);
	Entry *entry = memo != NULL ? g_hash_table_lookup(memo->entries, &wanted) : NULL;

	if (memo == NULL || value == NULL)
		return;
	if (entry == NULL) {
		if (has_room(memo))
			g_hash_table_add(memo->entries, g_memdup2(&wanted, sizeof wanted));
	} else if (entry->value != NULL || !is_full(memo)) {
		json_decref(entry->value); /* who found it, and read again, wants a newer one */
		entry->value = json_copy_to_heap(value);
		json_freeze(entry->value);
		memo->bytes -= entry->bytes;
		entry->bytes = json_footprint(entry->value) + sizeof *entry;
		memo->bytes += entry->bytes;
	}
}

gint64
memo_number(const char *ref)
{
	guint64 number = 0;

	for (; *ref != '\0'; ref++)
		if (*ref != '-')
			number = number << 8 | (guchar)*ref;
	return (gint64)number;
}

gboolean
memo_query_int(Db *db, const DbSql *sql, const DbArg *args, guint n_args, gint64 *ret_value, gboolean *ret_found, GError **error)
{
	const gint64 id = n_args > 0 ? args[0].i : 0, other = n_args > 1 ? args[1].i : 0;
	g_autoptr(json_t) known = memo_find(db, sql->name, id, other);
	gboolean found = FALSE;

	g_return_val_if_fail(n_args <= 2 && (n_args < 1 || args[0].type == DB_INT_T) && (n_args < 2 || args[1].type == DB_INT_T), FALSE);
	if (known == NULL) {
		gint64 value = 0;

		if (!db_query_int(db, sql, args, n_args, &value, ret_found != NULL ? &found : NULL, error))
			return FALSE;
		known = ret_found == NULL || found ? json_integer(value) : json_null();
		memo_offer(db, sql->name, id, other, known);
	}
	if (ret_found != NULL)
		*ret_found = json_is_integer(known);
	if (json_is_integer(known))
		*ret_value = json_integer_value(known);
	return TRUE;
}
