/* actor_cache.c - see actor_cache.h. Sixteen shards by the first hex letter of the digest, each with a lock of its own that
 * is held for a lookup only. An entry lives 30 s; who holds an actor keeps its entry alive by a count. */
#include "org/actor_cache.h"
#include "base/secret.h"
#include "org/roles.h"
#include "org/tries.h"
#include "actor_cache.sql.h"
#include <string.h>

enum { N_SHARDS = 16, SHARD_MAX = 4096 };
#define FRESH_MS ((gint64)30000)
#define FLUSH_EVERY_MS ((gint64)60000)

typedef struct {
	Actor actor; /* first: callers hold its address */
	gint refs;
	gint64 key_id, loaded_at, expires_at; /* key: the session or the token; expires_at 0: never */
	gint64 seen_at;                       /* under the shard's lock */
	char csrf[64];
} Entry;

typedef struct {
	GMutex lock;
	GHashTable *entries; /* digest -> Entry */
	GHashTable *seen;    /* key -> gint64: use times of entries that are gone, not written yet */
} Shard;

struct _ActorCache {
	Shard shards[N_SHARDS];
	gint generation; /* of the last clear: what was read before it is not kept */
	GMutex flush_lock;
	gint64 flushed_at;
	Tries *tries;
};

static void
entry_unref(gpointer data)
{
	Entry *entry = data;

	if (g_atomic_int_dec_and_test(&entry->refs))
		g_free(entry);
}

/* A session's id as it is, a token's below zero: one table for both. */
static gint64
seen_key(const Entry *entry)
{
	return entry->actor.kind == ACTOR_TOKEN ? -entry->key_id : entry->key_id;
}

static void
keep_seen(GHashTable *seen, gint64 key, gint64 at_ms)
{
	gint64 *there = g_hash_table_lookup(seen, &key);

	if (there != NULL) {
		*there = MAX(*there, at_ms);
		return;
	}
	there = g_new(gint64, 2); /* the value, and its key behind it: freed together */
	there[0] = at_ms;
	there[1] = key;
	g_hash_table_insert(seen, &there[1], there);
}

ActorCache *
actor_cache_new(void)
{
	ActorCache *self = g_new0(ActorCache, 1);

	g_mutex_init(&self->flush_lock);
	self->tries = tries_new();
	for (guint i = 0; i < N_SHARDS; i++) {
		g_mutex_init(&self->shards[i].lock);
		self->shards[i].entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_unref);
		self->shards[i].seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	}
	return self;
}

void
actor_cache_free(ActorCache *cache)
{
	if (cache == NULL)
		return;
	for (guint i = 0; i < N_SHARDS; i++) {
		g_hash_table_unref(cache->shards[i].entries);
		g_hash_table_unref(cache->shards[i].seen);
		g_mutex_clear(&cache->shards[i].lock);
	}
	g_mutex_clear(&cache->flush_lock);
	tries_free(cache->tries);
	g_free(cache);
}

/* Under the shard's lock: the entries go, their use times stay. */
static void
shard_empty(Shard *shard)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, shard->entries);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		Entry *entry = value;

		if (entry->seen_at != 0)
			keep_seen(shard->seen, seen_key(entry), entry->seen_at);
		g_hash_table_iter_remove(&iter);
	}
}

void
actor_cache_clear(ActorCache *cache)
{
	g_atomic_int_inc(&cache->generation);
	for (guint i = 0; i < N_SHARDS; i++) {
		Shard *shard = &cache->shards[i];
		g_autoptr(GMutexLocker) hold G_GNUC_UNUSED = g_mutex_locker_new(&shard->lock);

		shard_empty(shard);
	}
}

static Shard *
shard_of(ActorCache *cache, const char *digest)
{
	return &cache->shards[g_ascii_xdigit_value(digest[0]) & (N_SHARDS - 1)];
}

static void
copy_word(char *to, gsize size, const char *text)
{
	g_strlcpy(to, text != NULL ? text : "", size);
}

static void
copy_name(char *to, gsize size, const char *text)
{
	const char *end;

	copy_word(to, size, text);
	if (!g_utf8_validate(to, -1, &end))
		to[end - to] = '\0'; /* cut inside a character */
}

static Entry *
entry_read(DbRows *rows, ActorKind kind, gint64 now_ms)
{
	Entry *self = g_new0(Entry, 1);
	Actor *actor = &self->actor;

	actor->kind = kind;
	actor->user_id = db_rows_int(rows, "id");
	actor->team_id = db_rows_int(rows, "team_id");
	copy_word(actor->ref, sizeof actor->ref, db_rows_text(rows, "ref"));
	copy_name(actor->name, sizeof actor->name, db_rows_text(rows, "name"));
	copy_word(actor->role, sizeof actor->role, db_rows_text(rows, "role"));
	copy_word(actor->zone, sizeof actor->zone, db_rows_text(rows, "zone"));
	copy_word(actor->lang, sizeof actor->lang, db_rows_text(rows, "lang"));
	copy_word(actor->theme, sizeof actor->theme, db_rows_text(rows, "theme"));
	actor->keys = db_rows_int(rows, "keys") != 0;
	actor->may = role_may(actor->role);
	self->refs = 1;
	self->key_id = db_rows_int(rows, "key_id");
	self->loaded_at = now_ms;
	if (kind == ACTOR_STAFF) {
		self->expires_at = db_rows_int(rows, "expires_at");
		copy_word(self->csrf, sizeof self->csrf, db_rows_text(rows, "csrf"));
	}
	return self;
}

/* NULL: nobody, or an error; a request without an actor is answered as a stranger's either way. */
static Entry *
entry_load(Db *db, ActorKind kind, const char *digest, gint64 now_ms)
{
	g_autoptr(DbRows) rows = kind == ACTOR_STAFF ? db_query(db, &SQL_ACTOR_OF_SESSION, DB_ARGS(DB_TEXT(digest), DB_INT(now_ms)), NULL)
						     : db_query(db, &SQL_ACTOR_OF_TOKEN, DB_ARGS(DB_TEXT(digest)), NULL);

	return rows != NULL && db_rows_next(rows, NULL) ? entry_read(rows, kind, now_ms) : NULL;
}

/* Under the lock. A session's digest and a token's are never the same value, but a cookie sent as a token must not pass. */
static Entry *
entry_find(Shard *shard, ActorKind kind, const char *digest, gint64 now_ms)
{
	Entry *entry = g_hash_table_lookup(shard->entries, digest);

	if (entry == NULL || entry->actor.kind != kind)
		return NULL;
	if (now_ms - entry->loaded_at >= FRESH_MS || now_ms < entry->loaded_at || (entry->expires_at != 0 && now_ms >= entry->expires_at))
		return NULL;
	g_atomic_int_inc(&entry->refs);
	entry->seen_at = now_ms;
	return entry;
}

static void
entry_keep(Shard *shard, const char *digest, Entry *entry)
{
	const Entry *before = g_hash_table_lookup(shard->entries, digest);

	if (before == NULL && g_hash_table_size(shard->entries) >= SHARD_MAX)
		shard_empty(shard);
	g_atomic_int_inc(&entry->refs);
	g_hash_table_insert(shard->entries, g_strdup(digest), entry);
}

static Entry *
entry_get(ActorCache *cache, Db *db, ActorKind kind, const char *secret, gint64 now_ms)
{
	g_autofree char *digest = token_digest(secret);
	Shard *shard = shard_of(cache, digest);
	gint generation = g_atomic_int_get(&cache->generation);
	Entry *entry;

	g_mutex_lock(&shard->lock);
	entry = entry_find(shard, kind, digest, now_ms);
	g_mutex_unlock(&shard->lock);
	if (entry != NULL)
		return entry;
	if ((entry = entry_load(db, kind, digest, now_ms)) == NULL)
		return NULL;
	g_mutex_lock(&shard->lock);
	entry->seen_at = now_ms;
	if (generation == g_atomic_int_get(&cache->generation))
		entry_keep(shard, digest, entry);
	else
		keep_seen(shard->seen, seen_key(entry), now_ms);
	g_mutex_unlock(&shard->lock);
	return entry;
}

const Actor *
actor_by_session(gpointer cache, Db *db, const char *cookie, gint64 now_ms, char ret_csrf[64])
{
	Entry *entry = entry_get(cache, db, ACTOR_STAFF, cookie, now_ms);

	if (entry == NULL)
		return NULL;
	memcpy(ret_csrf, entry->csrf, sizeof entry->csrf);
	return &entry->actor;
}

const Actor *
actor_by_token(gpointer cache, Db *db, const char *token, gint64 now_ms)
{
	Entry *entry = entry_get(cache, db, ACTOR_TOKEN, token, now_ms);

	return entry != NULL ? &entry->actor : NULL;
}

void
actor_release(gpointer cache G_GNUC_UNUSED, const Actor *actor)
{
	if (actor != NULL)
		entry_unref((gpointer)actor);
}

gboolean
actor_cache_may_try(ActorCache *cache, const char *account, gint64 now_ms)
{
	return tries_may(cache->tries, account, now_ms);
}

void
actor_cache_tried(ActorCache *cache, const char *account, gint64 now_ms)
{
	tries_count(cache->tries, account, now_ms);
}

/* Moves every use time that is not written yet into @all. */
static void
gather(ActorCache *cache, GHashTable *all)
{
	for (guint i = 0; i < N_SHARDS; i++) {
		Shard *shard = &cache->shards[i];
		g_autoptr(GMutexLocker) hold G_GNUC_UNUSED = g_mutex_locker_new(&shard->lock);
		GHashTableIter iter;
		gpointer value;

		g_hash_table_iter_init(&iter, shard->seen);
		while (g_hash_table_iter_next(&iter, NULL, &value))
			keep_seen(all, ((gint64 *)value)[1], ((gint64 *)value)[0]);
		g_hash_table_remove_all(shard->seen);
		g_hash_table_iter_init(&iter, shard->entries);
		while (g_hash_table_iter_next(&iter, NULL, &value)) {
			Entry *entry = value;

			if (entry->seen_at != 0)
				keep_seen(all, seen_key(entry), entry->seen_at);
			entry->seen_at = 0;
		}
	}
}

static gboolean
write_seen(Db *db, GHashTable *all, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	GHashTableIter iter;
	gpointer value;

	if (tx == NULL)
		return FALSE;
	g_hash_table_iter_init(&iter, all);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		gint64 key = ((gint64 *)value)[1], at_ms = ((gint64 *)value)[0];

		if (!db_exec(db, key > 0 ? &SQL_SESSION_SEEN : &SQL_TOKEN_USED, DB_ARGS(DB_INT(ABS(key)), DB_INT(at_ms)), NULL, error))
			return FALSE;
	}
	return db_tx_commit(tx, error);
}

/* Not written: back to where they wait for the next time. */
static void
give_back(ActorCache *cache, GHashTable *all)
{
	Shard *shard = &cache->shards[0];
	g_autoptr(GMutexLocker) hold G_GNUC_UNUSED = g_mutex_locker_new(&shard->lock);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		keep_seen(shard->seen, ((gint64 *)value)[1], ((gint64 *)value)[0]);
}

gboolean
actor_cache_flush(ActorCache *cache, Db *db, gint64 now_ms, GError **error)
{
	g_autoptr(GMutexLocker) hold G_GNUC_UNUSED = g_mutex_locker_new(&cache->flush_lock);
	g_autoptr(GHashTable) all = NULL;

	if (cache->flushed_at != 0 && now_ms - cache->flushed_at < FLUSH_EVERY_MS)
		return TRUE;
	all = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	gather(cache, all);
	if (g_hash_table_size(all) > 0 && !write_seen(db, all, error)) {
		give_back(cache, all);
		return FALSE;
	}
	cache->flushed_at = now_ms;
	return TRUE;
}
