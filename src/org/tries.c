/* tries.c - see tries.h. A fixed table of buckets: two accounts that fall into one share its count, which at 4,096 buckets
 * locks a colleague out about never, and no flood of made-up accounts makes it grow. */
#include "org/tries.h"
#include "base/clock.h"
#include "base/fold.h"
#include <pthread.h>
#include <sodium.h>

enum { N_BUCKETS = 4096, MOST_WRONG = 10 };
#define WINDOW_MS (15 * MS_PER_MINUTE)

typedef struct {
	gint64 since_ms;
	guint n;
} Bucket;

struct _Tries {
	pthread_mutex_t lock;
	guint seed; /* so that nobody can choose who shares a bucket */
	Bucket buckets[N_BUCKETS];
};

Tries *
tries_new(void)
{
	Tries *self = g_new0(Tries, 1);

	pthread_mutex_init(&self->lock, NULL);
	self->seed = randombytes_random();
	return self;
}

void
tries_free(Tries *tries)
{
	if (tries == NULL)
		return;
	pthread_mutex_destroy(&tries->lock);
	g_free(tries);
}

static Bucket *
bucket_of(Tries *tries, const char *account)
{
	g_autofree char *key = email_fold(account);
	guint hash = tries->seed;

	for (const char *p = key != NULL ? key : ""; *p != '\0'; p++)
		hash = (hash ^ (guchar)*p) * 16777619u;
	return &tries->buckets[(hash ^ hash >> 16) % N_BUCKETS];
}

gboolean
tries_may(Tries *tries, const char *account, gint64 now_ms)
{
	const Bucket *bucket = bucket_of(tries, account);
	gboolean may;

	pthread_mutex_lock(&tries->lock);
	may = bucket->n < MOST_WRONG || now_ms - bucket->since_ms >= WINDOW_MS;
	pthread_mutex_unlock(&tries->lock);
	return may;
}

void
tries_count(Tries *tries, const char *account, gint64 now_ms)
{
	Bucket *bucket = bucket_of(tries, account);

	pthread_mutex_lock(&tries->lock);
	if (now_ms - bucket->since_ms >= WINDOW_MS) {
		bucket->since_ms = now_ms;
		bucket->n = 0;
	}
	bucket->n++;
	pthread_mutex_unlock(&tries->lock);
}
