/* json_memory.c - where JSON values live. The heap: an answer is made of some hundred small pieces that are freed a moment
 * later on the same thread, so each thread keeps the pieces it freed, by size, and takes them again; they come from malloc
 * in the first place, so a piece may be freed by another thread, or by free(). The arena: pieces one behind the other,
 * let go of together. Under the sanitizers every piece is malloc's, also the arena's: what is used after the end is found. */
#include "base/json_impl.h"
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EACH_BY_ITSELF 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define EACH_BY_ITSELF 1
#endif
#endif
#ifndef EACH_BY_ITSELF
#define EACH_BY_ITSELF 0
#endif

enum { STEP = 16, CLASSES = 24, KEPT = 256 };     /* the pool: up to 368 bytes; KEPT of each size */
enum { FIRST_CHUNK = 96 * 1024, CHUNK = 256 * 1024 }; /* the arena's; the first stays with its thread */

typedef struct _Piece Piece;
struct _Piece {
	Piece *next;
};
typedef struct {
	Piece *first[CLASSES];
	guint n[CLASSES];
} Pool;
typedef struct {
	char *at, *end;
	char *first;     /* the chunk that stays */
	Piece *more;     /* further chunks; under the sanitizers every piece */
	GPtrArray *owes; /* of the heap's values that the arena's hold: one reference each */
	guint depth;
	gboolean paused;
} Arena;

static __thread Pool pool;
static __thread Arena arena;
static __thread gboolean ends; /* the thread's end is arranged for */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_end;
static gboolean pooled;

static void
thread_ends(void *data)
{
	for (guint i = 0; i < CLASSES; i++) {
		Piece *piece;

		while ((piece = pool.first[i]) != NULL) {
			pool.first[i] = piece->next;
			free(piece);
		}
		pool.n[i] = KEPT; /* what is freed from here on is freed */
	}
	g_clear_pointer(&arena.first, free);
	g_clear_pointer(&arena.owes, g_ptr_array_unref);
	arena.at = arena.end = NULL;
}

static void
key_init(void)
{
	pthread_key_create(&at_end, thread_ends);
}

static void
arrange_end(void)
{
	if (ends)
		return;
	ends = TRUE;
	pthread_once(&once, key_init);
	pthread_setspecific(at_end, &pool);
}

void
json_pool_use(void)
{
	pooled = !EACH_BY_ITSELF;
}

/* ---- the heap ---------------------------------------------------------------------------------------------------------- */

static gpointer
pool_take(gsize size)
{
	const gsize i = (size + STEP - 1) / STEP;
	Piece *piece;

	if (i >= CLASSES || !pooled)
		return g_malloc(size);
	piece = pool.first[i];
	if (piece == NULL)
		return g_malloc(MAX(i, 1) * STEP);
	pool.first[i] = piece->next;
	pool.n[i]--;
	return piece;
}

static void
pool_give(gpointer memory)
{
	Piece *piece = memory;
	gsize i;

	if (piece == NULL)
		return;
	i = pooled ? malloc_usable_size(piece) / STEP : CLASSES;
	if (i >= CLASSES || pool.n[i] >= KEPT) {
		g_free(piece);
		return;
	}
	arrange_end();
	piece->next = pool.first[i];
	pool.first[i] = piece;
	pool.n[i]++;
}

/* ---- the arena --------------------------------------------------------------------------------------------------------- */

static gpointer
chunk_add(gsize size)
{
	Piece *chunk = g_malloc(sizeof *chunk + size);

	chunk->next = arena.more;
	arena.more = chunk;
	return chunk + 1;
}

/* What does not fit: a chunk of its own when it is large, else the rest of this one is left. */
static gpointer
arena_more(gsize size)
{
	if (EACH_BY_ITSELF || size > CHUNK / 4)
		return chunk_add(size);
	if (arena.first == NULL) {
		arrange_end();
		arena.at = arena.first = g_malloc(FIRST_CHUNK);
		arena.end = arena.at + FIRST_CHUNK;
	}
	if (size > (gsize)(arena.end - arena.at)) {
		arena.at = chunk_add(CHUNK);
		arena.end = arena.at + CHUNK;
	}
	arena.at += size;
	return arena.at - size;
}

static inline gpointer
arena_take(gsize size)
{
	size = (size + 7) & ~(gsize)7;
	if (G_UNLIKELY(EACH_BY_ITSELF || size > (gsize)(arena.end - arena.at)))
		return arena_more(size);
	arena.at += size;
	return arena.at - size;
}

gboolean
json_arena_is_on(void)
{
	return arena.depth > 0;
}

void
json_arena_begin(void)
{
	arena.depth++;
}

void
json_arena_end(void)
{
	g_return_if_fail(arena.depth > 0);
	if (--arena.depth > 0)
		return;
	for (guint i = 0; arena.owes != NULL && i < arena.owes->len; i++)
		json_decref(arena.owes->pdata[i]);
	if (arena.owes != NULL)
		g_ptr_array_set_size(arena.owes, 0);
	while (arena.more != NULL) {
		Piece *chunk = arena.more;

		arena.more = chunk->next;
		g_free(chunk);
	}
	arena.at = arena.first;
	arena.end = arena.first != NULL ? arena.first + FIRST_CHUNK : NULL;
}

/* ---- both -------------------------------------------------------------------------------------------------------------- */

gpointer
json_take(JsonHome home, gsize size)
{
	return home == JSON_ARENA ? arena_take(size) : pool_take(size);
}

void
json_give(JsonHome home, gpointer memory)
{
	if (home == JSON_HEAP)
		pool_give(memory);
}

JsonHome
json_home(void)
{
	return arena.depth > 0 && !arena.paused ? JSON_ARENA : JSON_HEAP;
}

gboolean
json_home_heap(void)
{
	const gboolean was = arena.paused;

	arena.paused = TRUE;
	return was;
}

void
json_home_back(gboolean was)
{
	arena.paused = was;
}

json_t *
json_copy_to_heap(const json_t *value)
{
	const gboolean was = json_home_heap();
	json_t *copy = json_deep_copy(value);

	json_home_back(was);
	return copy;
}

json_t *
json_keep(json_t *value)
{
	return value != NULL && value->home == JSON_ARENA ? json_copy_to_heap(value) : json_incref(value);
}

json_t *
json_settle(JsonHome home, json_t *value)
{
	if (home == (JsonHome)value->home || value->home == JSON_STATIC)
		return value;
	if (home == JSON_HEAP)
		return json_keep(value);
	if (arena.owes == NULL) {
		arrange_end();
		arena.owes = g_ptr_array_new();
	}
	g_ptr_array_add(arena.owes, value);
	return value;
}
