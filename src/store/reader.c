/* reader.c - connections by thread: closed when the thread ends, or when the store does, whichever comes first. */
#include "store/reader.h"
#include "store/db_engine.h"
#include <pthread.h>

typedef struct _Reader Reader;
struct _Reader {
	Readers *of; /* NULL once the store is closed, and then no db */
	Db *db;
	Reader *next; /* of the same thread */
};

struct _Readers {
	char *url;
	GPtrArray *list; /* of Reader, borrowed from their threads */
};

static __thread Reader *mine;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of every Readers' list, and Reader.of */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_end;

static void
thread_ends(void *first)
{
	pthread_mutex_lock(&lock);
	for (Reader *reader = first, *next; reader != NULL; reader = next) {
		next = reader->next;
		if (reader->of != NULL)
			g_ptr_array_remove_fast(reader->of->list, reader);
		db_close(reader->db);
		g_free(reader);
	}
	pthread_mutex_unlock(&lock);
}

static void
key_init(void)
{
	pthread_key_create(&at_end, thread_ends);
}

Readers *
readers_new(const char *url)
{
	Readers *self = g_new0(Readers, 1);

	pthread_once(&once, key_init);
	self->url = g_strdup(url);
	self->list = g_ptr_array_new();
	return self;
}

static Reader *
find_mine(Readers *self)
{
	Reader *reader = mine, *unused = NULL;

	for (; reader != NULL; reader = reader->next) {
		if (reader->of == self) /* nobody else sets it to this */
			return reader;
		if (reader->of == NULL)
			unused = reader;
	}
	if (unused == NULL) {
		unused = g_new0(Reader, 1);
		unused->next = mine;
		mine = unused;
		pthread_setspecific(at_end, mine);
	}
	pthread_mutex_lock(&lock);
	unused->of = self;
	g_ptr_array_add(self->list, unused);
	pthread_mutex_unlock(&lock);
	return unused;
}

Db *
readers_mine(Readers *self, GError **error)
{
	Reader *reader = find_mine(self);

	if (reader->db != NULL && reader->db->broken && !reader->db->in_snapshot)
		g_clear_pointer(&reader->db, db_close);
	if (reader->db == NULL)
		reader->db = db_open(self->url, TRUE, error);
	return reader->db;
}

void
readers_free(Readers *self)
{
	if (self == NULL)
		return;
	pthread_mutex_lock(&lock);
	for (guint i = 0; i < self->list->len; i++) {
		Reader *reader = self->list->pdata[i];

		g_clear_pointer(&reader->db, db_close);
		reader->of = NULL;
	}
	pthread_mutex_unlock(&lock);
	g_ptr_array_unref(self->list);
	g_free(self->url);
	g_free(self);
}
