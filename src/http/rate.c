/* rate.c - token buckets, four to a set, sets under a few locks. Nothing is allocated after the start, so a flood of
 * addresses costs nothing but older buckets. */
#include "http/rate.h"
#include "base/clock.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

enum { N_SETS = 8192, WAYS = 4, N_LOCKS = 64 };

typedef struct {
	guint64 key;    /* 0: free */
	gint64 at_ms;   /* when @tokens was true */
	float tokens;
} Bucket;

struct _RateTable {
	guint8 secret[crypto_shorthash_KEYBYTES];
	pthread_mutex_t locks[N_LOCKS];
	Bucket sets[N_SETS][WAYS];
};

RateTable *
rate_table_new(void)
{
	RateTable *self = g_new0(RateTable, 1); /* fresh pages: resident only once used */

	randombytes_buf(self->secret, sizeof self->secret);
	for (guint i = 0; i < N_LOCKS; i++)
		pthread_mutex_init(&self->locks[i], NULL);
	return self;
}

void
rate_table_free(RateTable *self)
{
	if (self == NULL)
		return;
	for (guint i = 0; i < N_LOCKS; i++)
		pthread_mutex_destroy(&self->locks[i]);
	g_free(self);
}

static guint64
key_of(const RateTable *self, const void *bytes, gsize size)
{
	guint64 key;

	crypto_shorthash((guint8 *)&key, bytes, size, self->secret);
	return key != 0 ? key : 1;
}

guint64
rate_key_address(const RateTable *self, char what, const char *address)
{
	guint8 bytes[1 + 16] = { (guint8)what };

	if (inet_pton(AF_INET6, address, bytes + 1) == 1)
		return key_of(self, bytes, 1 + 8);
	if (inet_pton(AF_INET, address, bytes + 1) == 1)
		return key_of(self, bytes, 1 + 4);
	return key_of(self, bytes, 1);
}

guint64
rate_key_account(const RateTable *self, char what, gint64 id)
{
	guint8 bytes[1 + sizeof id] = { (guint8)what };

	memcpy(bytes + 1, &id, sizeof id);
	return key_of(self, bytes, sizeof bytes);
}

static Bucket *
bucket_of(Bucket *set, guint64 key)
{
	Bucket *oldest = &set[0];

	for (guint i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].at_ms < oldest->at_ms)
			oldest = &set[i];
	}
	oldest->key = 0;
	return oldest;
}

guint
rate_take(RateTable *self, guint64 key, guint per_minute, gint64 now_ms)
{
	const guint set = (guint)(key % N_SETS);
	const double per_ms = per_minute / (double)MS_PER_MINUTE;
	pthread_mutex_t *lock = &self->locks[set % N_LOCKS];
	Bucket *bucket;
	guint wait = 0;

	pthread_mutex_lock(lock);
	bucket = bucket_of(self->sets[set], key);
	if (bucket->key == 0)
		*bucket = (Bucket){ .key = key, .at_ms = now_ms, .tokens = (float)per_minute };
	bucket->tokens = (float)MIN((double)per_minute, (double)bucket->tokens + (double)MAX(0, now_ms - bucket->at_ms) * per_ms);
	bucket->at_ms = now_ms;
	if (bucket->tokens >= 1)
		bucket->tokens -= 1;
	else
		wait = 1 + (guint)((1 - (double)bucket->tokens) / per_ms / MS_PER_S);
	pthread_mutex_unlock(lock);
	return wait;
}
