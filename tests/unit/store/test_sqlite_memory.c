/* SQLite's memory: what is in a piece stays in it through every change of size, and may be given back on another thread. */
#include "kit/kit.h"
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

enum { PIECES = 4000, LARGEST = 9000, THREADS = 4, ROUNDS = 20000 };

static guint8
byte_of(guint i)
{
	return (guint8)(i * 31 + 7);
}

static void
check(const guint8 *bytes, guint i, gsize size)
{
	for (gsize k = 0; k < size; k++)
		g_assert_cmpint(bytes[k], ==, byte_of(i));
}

static void
test_every_size_becomes_every_size(Kit *kit)
{
	for (guint from = 1; from < LARGEST; from += 61)
		for (guint to = 1; to < LARGEST; to += 67) {
			guint8 *bytes = sqlite3_malloc((int)from);

			g_assert_cmpint(sqlite3_msize(bytes), >=, from);
			g_assert_cmpint((gsize)bytes % 8, ==, 0);
			memset(bytes, byte_of(from), from);
			bytes = sqlite3_realloc(bytes, (int)to);
			g_assert_cmpint(sqlite3_msize(bytes), >=, to);
			check(bytes, from, MIN(from, to));
			sqlite3_free(bytes);
		}
}

typedef struct {
	guint8 *bytes[PIECES];
	gsize sizes[PIECES];
	pthread_mutex_t locks[PIECES];
} Shared;

typedef struct {
	Shared *shared;
	guint seed;
} Hand;

/* Gives back what another thread may have taken, and takes another in its place. */
static void *
exchange(void *data)
{
	const Hand *hand = data;
	Shared *self = hand->shared;
	g_autoptr(GRand) rand = g_rand_new_with_seed(hand->seed);

	for (guint round = 0; round < ROUNDS; round++) {
		const guint i = (guint)g_rand_int_range(rand, 0, PIECES);
		const gsize size = (gsize)g_rand_int_range(rand, 1, LARGEST);

		pthread_mutex_lock(&self->locks[i]);
		check(self->bytes[i], i, self->sizes[i]);
		sqlite3_free(self->bytes[i]);
		self->bytes[i] = sqlite3_malloc((int)size);
		memset(self->bytes[i], byte_of(i), size);
		self->sizes[i] = size;
		pthread_mutex_unlock(&self->locks[i]);
	}
	return NULL;
}

static void
test_threads_exchange_pieces(Kit *kit)
{
	g_autofree Shared *shared = g_new0(Shared, 1);
	pthread_t threads[THREADS];
	Hand hands[THREADS];

	for (guint i = 0; i < PIECES; i++)
		pthread_mutex_init(&shared->locks[i], NULL);
	for (guint i = 0; i < THREADS; i++) {
		hands[i] = (Hand){ shared, i };
		g_assert_cmpint(pthread_create(&threads[i], NULL, exchange, &hands[i]), ==, 0);
	}
	for (guint i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (guint i = 0; i < PIECES; i++) {
		check(shared->bytes[i], i, shared->sizes[i]);
		sqlite3_free(shared->bytes[i]);
		pthread_mutex_destroy(&shared->locks[i]);
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/sqlite_memory/every-size-becomes-every-size", test_every_size_becomes_every_size);
	kit_add("/sqlite_memory/threads-exchange-pieces", test_threads_exchange_pieces);
	return kit_run();
}
