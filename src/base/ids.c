#include "base/ids.h"
#include <sodium.h>
#include <string.h>

static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
enum { N_LETTERS = 31, N_FREE = 7 };
G_STATIC_ASSERT(sizeof alphabet == N_LETTERS + 1);

static __thread guint64 seeded; /* 0: the system's chance. Only tests and the demo set it. */
/* A batch of chance, so that a busy writer does not ask the kernel once a case. */
static __thread guint8 pool[512];
static __thread gsize pool_left;

static guint32
chance(void)
{
	guint32 value;

	if (seeded != 0) {
		/* splitmix64 */
		guint64 z = (seeded += 0x9E3779B97F4A7C15ull);

		z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
		z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
		return (guint32)(z ^ (z >> 31));
	}
	if (pool_left < sizeof value) {
		randombytes_buf(pool, sizeof pool);
		pool_left = sizeof pool;
	}
	pool_left -= sizeof value;
	memcpy(&value, pool + pool_left, sizeof value);
	return value;
}

/* Weights 1..7 are all invertible modulo the prime 31 and differ from their neighbours: one wrong character and one
 * swap of neighbours always change the sum. */
static char
check_of(const int values[N_FREE])
{
	int sum = 0;

	for (int i = 0; i < N_FREE; i++)
		sum += (i + 1) * values[i];
	return alphabet[sum % N_LETTERS];
}

static void
write_ref(const int values[N_FREE], char ret_ref[REF_SIZE])
{
	for (int i = 0; i < 4; i++)
		ret_ref[i] = alphabet[values[i]];
	ret_ref[4] = '-';
	for (int i = 4; i < N_FREE; i++)
		ret_ref[i + 1] = alphabet[values[i]];
	ret_ref[8] = check_of(values);
	ret_ref[9] = '\0';
}

void
ref_new(char ret_ref[REF_SIZE])
{
	int values[N_FREE];

	for (int i = 0; i < N_FREE; i++)
		values[i] = (int)(((guint64)chance() * N_LETTERS) >> 32);
	write_ref(values, ret_ref);
}

gboolean
ref_read(const char *text, char ret_ref[REF_SIZE])
{
	int values[N_FREE], n = 0;
	char check = '\0';

	for (const char *p = text; *p != '\0'; p++) {
		const char *at;

		if (*p == '-' || *p == ' ')
			continue;
		at = strchr(alphabet, g_ascii_toupper(*p));
		if (at == NULL || n > N_FREE)
			return FALSE;
		if (n < N_FREE)
			values[n] = (int)(at - alphabet);
		else
			check = *at;
		n++;
	}
	if (n != N_FREE + 1 || check != check_of(values))
		return FALSE;
	write_ref(values, ret_ref);
	return TRUE;
}

void
ref_seed(guint64 seed)
{
	seeded = seed;
	pool_left = 0;
}

char *
key_new(gsize n_bytes)
{
	g_autofree guint8 *bytes = g_malloc(n_bytes);
	gsize size = sodium_base64_encoded_len(n_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *out = g_malloc(size);

	randombytes_buf(bytes, n_bytes);
	return sodium_bin2base64(out, size, bytes, n_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
