/* sqlite_memory.c - a statement takes and gives back some dozens of small pieces each time it runs (a cursor for every index, a row being made).
 * SQLite has a store of its own for them, the lookaside; Debian builds it without. So each thread keeps here what it gave back lately, by size,
 * and takes it again: a fifth of the instructions of malloc and free. A piece may be given back on another thread than it was taken on.
 * Pages of the cache lie in blocks of their own: malloc has the system lengthen a thread's memory by 4 kB at a time, and so twice for each page. */
#include "store/sqlite_memory.h"
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define STEP 64     /* sizes are multiples of it */
#define CLASSES 16  /* up to 1 kB; larger ones are the library's */
#define KEPT_MAX 32 /* of each size, a thread */

#define PAGE 4416   /* a page of 4 kB with what SQLite keeps beside it */
#define PAGES 64    /* of a block */

typedef struct Piece {
	guint64 size;       /* of what follows */
	struct Piece *next; /* while it is kept: the first bytes of what follows */
} Piece;
#define HEAD G_STRUCT_OFFSET(Piece, next)

typedef struct {
	Piece *first[CLASSES + 1];
	guint8 n[CLASSES + 1];
	gboolean ends; /* its end is known to the key below */
} Kept;

static __thread Kept kept;
static pthread_mutex_t page_lock = PTHREAD_MUTEX_INITIALIZER;
static Piece *pages; /* that nobody has; what was a page stays one */
static pthread_key_t at_end;

static void
thread_ended(void *data)
{
	Kept *self = data;

	for (guint i = 0; i <= CLASSES; i++)
		for (Piece *piece = self->first[i], *next; piece != NULL; piece = next) {
			next = piece->next;
			free(piece);
		}
	memset(self, 0, sizeof *self);
}

static Piece *
piece_of(void *bytes)
{
	return (Piece *)((char *)bytes - HEAD);
}

static int
size_for(int n)
{
	return (n + STEP - 1) & ~(STEP - 1);
}

static gboolean
is_page(guint64 size)
{
	return size > 4096 && size <= PAGE;
}

/* One more block, all of it there at once. */
static void
add_pages(void)
{
	const gsize step = HEAD + PAGE;
	char *block = mmap(NULL, PAGES * step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	for (gsize i = 0; block != MAP_FAILED && i < PAGES; i++) {
		Piece *piece = (Piece *)(block + i * step);

		piece->size = PAGE;
		piece->next = pages;
		pages = piece;
	}
}

static void *
take_page(void)
{
	Piece *piece;

	pthread_mutex_lock(&page_lock);
	if (pages == NULL)
		add_pages();
	piece = pages;
	pages = piece != NULL ? piece->next : NULL;
	pthread_mutex_unlock(&page_lock);
	return piece != NULL ? (char *)piece + HEAD : NULL;
}

static void
give_page(Piece *piece)
{
	pthread_mutex_lock(&page_lock);
	piece->next = pages;
	pages = piece;
	pthread_mutex_unlock(&page_lock);
}

static void *
take(int n)
{
	const guint size = (guint)size_for(n), class = size / STEP;
	Piece *piece = class <= CLASSES ? kept.first[class] : NULL;

	if (is_page(size))
		return take_page();
	if (piece != NULL) {
		kept.first[class] = piece->next;
		kept.n[class]--;
	} else if ((piece = malloc(HEAD + size)) == NULL) {
		return NULL;
	}
	piece->size = size;
	return (char *)piece + HEAD;
}

static void
give_back(void *bytes)
{
	Piece *piece = piece_of(bytes);
	const guint64 class = piece->size / STEP;

	if (is_page(piece->size)) {
		give_page(piece);
		return;
	}
	if (class > CLASSES || kept.n[class] == KEPT_MAX) {
		free(piece);
		return;
	}
	if (G_UNLIKELY(!kept.ends))
		kept.ends = pthread_setspecific(at_end, &kept) == 0;
	piece->next = kept.first[class];
	kept.first[class] = piece;
	kept.n[class]++;
}

static void *
resize(void *bytes, int n)
{
	Piece *piece = piece_of(bytes);
	const guint64 size = (guint64)size_for(n);
	void *other;

	if (size == piece->size || (is_page(size) && is_page(piece->size)))
		return bytes;
	if (piece->size / STEP > CLASSES && size / STEP > CLASSES && !is_page(size) && !is_page(piece->size)) {
		if ((piece = realloc(piece, HEAD + size)) == NULL)
			return NULL;
		piece->size = size;
		return (char *)piece + HEAD;
	}
	if ((other = take(n)) == NULL)
		return NULL;
	memcpy(other, bytes, MIN(size, piece->size));
	give_back(bytes);
	return other;
}

static int
size_of(void *bytes)
{
	return bytes != NULL ? (int)piece_of(bytes)->size : 0;
}

static int
begin(void *data)
{
	return pthread_key_create(&at_end, thread_ended) == 0 ? SQLITE_OK : SQLITE_NOMEM;
}

static void
end(void *data)
{
	thread_ended(&kept);
	pthread_key_delete(at_end);
}

#if !defined(__has_feature) /* clang's */
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) /* which sees who uses what was given back */
#define WATCHED TRUE
#else
#define WATCHED FALSE
#endif

void
sqlite_memory_use(void)
{
	static sqlite3_mem_methods ours = { take, give_back, resize, size_of, size_for, begin, end, NULL };

	if (!WATCHED)
		sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
}
