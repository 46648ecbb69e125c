/* json_pool.c - memory for JSON values. An answer is made of some hundred small pieces that are freed a moment later on the
 * same thread: each thread keeps the pieces it freed, by size, and takes them again. They come from malloc in the first
 * place, so a piece may be freed by another thread, or by free(). Not under the sanitizers, which would see less. */
#include "base/json.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

enum { STEP = 16, CLASSES = 24, KEPT = 256 }; /* up to 368 bytes; KEPT of each size */

typedef struct _Piece Piece;
struct _Piece {
	Piece *next;
};
typedef struct {
	Piece *first[CLASSES];
	guint n[CLASSES];
	gboolean ends; /* the thread's end is arranged for */
} Pool;

static __thread Pool pool;
static pthread_key_t at_end;

static void
pool_empty(void *data)
{
	Pool *self = data;

	for (guint i = 0; i < CLASSES; i++) {
		Piece *piece;

		while ((piece = self->first[i]) != NULL) {
			self->first[i] = piece->next;
			free(piece);
		}
		self->n[i] = KEPT; /* what is freed from here on is freed */
	}
}

static void *
pool_take(gsize size)
{
	const gsize i = (size + STEP - 1) / STEP;
	Piece *piece;

	if (i >= CLASSES)
		return malloc(size);
	piece = pool.first[i];
	if (piece == NULL)
		return malloc(MAX(i, 1) * STEP);
	pool.first[i] = piece->next;
	pool.n[i]--;
	return piece;
}

static void
pool_give(void *memory)
{
	Piece *piece = memory;
	gsize i;

	if (piece == NULL)
		return;
	i = malloc_usable_size(piece) / STEP;
	if (i >= CLASSES || pool.n[i] >= KEPT) {
		free(piece);
		return;
	}
	if (!pool.ends) {
		pool.ends = TRUE;
		pthread_setspecific(at_end, &pool);
	}
	piece->next = pool.first[i];
	pool.first[i] = piece;
	pool.n[i]++;
}

void
json_pool_use(void)
{
	if (pthread_key_create(&at_end, pool_empty) == 0)
		json_set_alloc_funcs(pool_take, pool_give);
}
#else
void
json_pool_use(void)
{
}
#endif
