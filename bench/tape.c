/* tape.c - the recording stands in front of the library's own functions: this program defines them and passes them on
 * (dlsym RTLD_NEXT). A statement belongs to one thread, so one pending list a statement is enough; the tape itself and the
 * lists of lists are under a lock. */
#include "tape.h"
#include "store/db_engine.h"
#include <dlfcn.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_BINDS = 64, MARK = 0xffff };

typedef struct {
	guint8 type; /* SQLITE_INTEGER, _FLOAT, _TEXT, _BLOB, _NULL */
	gint64 i;
	double r;
	char *bytes;
	gsize size;
} Bind;

typedef struct {
	guint16 index; /* of its text in texts */
	guint n;
	Bind binds[MOST_BINDS + 1];
	gboolean stepped, skip;
} Pending;

static gboolean recording;
/* Full-text search keeps its own tables by statements of its own, inside ours: those come by themselves when ours play. */
static __thread int depth;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *tape;
static GHashTable *by_stmt, *by_text;
static GPtrArray *texts;

#define NEXT(name) \
	static __typeof__(name) *next; \
	if (next == NULL) \
		next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static gboolean
is_left_out(const char *text)
{
	static const char *const words[] = { "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA" };

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strncasecmp(text, words[i], strlen(words[i])) == 0)
			return TRUE;
	return FALSE;
}

static Pending *
pending_of(sqlite3_stmt *stmt)
{
	const char *text = sqlite3_sql(stmt);
	Pending *one = g_hash_table_lookup(by_stmt, stmt);
	gpointer index;

	/* sqlite3_exec() gives its statements back out of our sight, and the next one may lie where they lay. */
	if (one != NULL && one->skip == (text == NULL || is_left_out(text)) && (one->skip || strcmp(texts->pdata[one->index], text) == 0))
		return one;
	one = g_new0(Pending, 1);
	one->skip = text == NULL || is_left_out(text);
	if (!one->skip && !g_hash_table_lookup_extended(by_text, text, NULL, &index)) {
		index = GUINT_TO_POINTER(texts->len);
		g_ptr_array_add(texts, g_strdup(text));
		g_hash_table_insert(by_text, texts->pdata[texts->len - 1], index);
	}
	if (!one->skip)
		one->index = (guint16)GPOINTER_TO_UINT(index);
	g_hash_table_insert(by_stmt, stmt, one);
	return one;
}

static void
note(sqlite3_stmt *stmt, int at, guint8 type, gint64 i, double r, const void *bytes, gsize size)
{
	Pending *one;
	Bind *bind;

	if (!recording || depth > 0 || at < 1 || at > MOST_BINDS)
		return;
	pthread_mutex_lock(&lock);
	one = pending_of(stmt);
	pthread_mutex_unlock(&lock);
	one->n = MAX(one->n, (guint)at);
	bind = &one->binds[at];
	g_clear_pointer(&bind->bytes, g_free);
	*bind = (Bind){ type, i, r, bytes != NULL ? g_memdup2(bytes, size) : NULL, size };
}

static void
put(const void *bytes, gsize size)
{
	if (fwrite(bytes, 1, size, tape) != size) {
		perror("tape");
		exit(1);
	}
}

static void
put_step(const Pending *one)
{
	guint8 n = (guint8)one->n;

	put(&one->index, sizeof one->index);
	put(&n, 1);
	for (guint i = 1; i <= one->n; i++) {
		const Bind *bind = &one->binds[i];
		guint8 type = bind->type != 0 ? bind->type : SQLITE_NULL;
		guint32 size = (guint32)bind->size;

		put(&type, 1);
		if (type == SQLITE_INTEGER)
			put(&bind->i, sizeof bind->i);
		else if (type == SQLITE_FLOAT)
			put(&bind->r, sizeof bind->r);
		else if (type != SQLITE_NULL) {
			put(&size, sizeof size);
			put(bind->bytes, size);
		}
	}
}

int
sqlite3_bind_int64(sqlite3_stmt *stmt, int at, sqlite3_int64 value)
{
	NEXT(sqlite3_bind_int64);
	note(stmt, at, SQLITE_INTEGER, value, 0, NULL, 0);
	return next(stmt, at, value);
}

int
sqlite3_bind_double(sqlite3_stmt *stmt, int at, double value)
{
	NEXT(sqlite3_bind_double);
	note(stmt, at, SQLITE_FLOAT, 0, value, NULL, 0);
	return next(stmt, at, value);
}

int
sqlite3_bind_null(sqlite3_stmt *stmt, int at)
{
	NEXT(sqlite3_bind_null);
	note(stmt, at, SQLITE_NULL, 0, 0, NULL, 0);
	return next(stmt, at);
}

int
sqlite3_bind_text(sqlite3_stmt *stmt, int at, const char *text, int size, void (*destroy)(void *))
{
	NEXT(sqlite3_bind_text);
	if (text == NULL)
		note(stmt, at, SQLITE_NULL, 0, 0, NULL, 0);
	else
		note(stmt, at, SQLITE_TEXT, 0, 0, text, size < 0 ? strlen(text) : (gsize)size);
	return next(stmt, at, text, size, destroy);
}

int
sqlite3_bind_blob(sqlite3_stmt *stmt, int at, const void *bytes, int size, void (*destroy)(void *))
{
	NEXT(sqlite3_bind_blob);
	note(stmt, at, SQLITE_BLOB, 0, 0, bytes, (gsize)size);
	return next(stmt, at, bytes, size, destroy);
}

int
sqlite3_bind_blob64(sqlite3_stmt *stmt, int at, const void *bytes, sqlite3_uint64 size, void (*destroy)(void *))
{
	NEXT(sqlite3_bind_blob64);
	note(stmt, at, SQLITE_BLOB, 0, 0, bytes, (gsize)size);
	return next(stmt, at, bytes, size, destroy);
}

int
sqlite3_step(sqlite3_stmt *stmt)
{
	int rc;

	NEXT(sqlite3_step);
	if (recording && depth == 0) {
		Pending *one;

		pthread_mutex_lock(&lock);
		one = pending_of(stmt);
		if (!one->stepped && !one->skip)
			put_step(one);
		one->stepped = TRUE;
		pthread_mutex_unlock(&lock);
	}
	depth++;
	rc = next(stmt);
	depth--;
	return rc;
}

int
sqlite3_reset(sqlite3_stmt *stmt)
{
	NEXT(sqlite3_reset);
	if (recording && depth == 0) {
		pthread_mutex_lock(&lock);
		pending_of(stmt)->stepped = FALSE;
		pthread_mutex_unlock(&lock);
	}
	return next(stmt);
}

int
sqlite3_finalize(sqlite3_stmt *stmt)
{
	NEXT(sqlite3_finalize);
	pthread_mutex_lock(&lock);
	if (by_stmt != NULL)
		g_hash_table_remove(by_stmt, stmt);
	pthread_mutex_unlock(&lock);
	return next(stmt);
}

static void
pending_free(gpointer data)
{
	Pending *one = data;

	for (guint i = 0; i <= MOST_BINDS; i++)
		g_free(one->binds[i].bytes);
	g_free(one);
}

void
tape_start(const char *dir)
{
	g_autofree char *name = g_build_filename(dir, "tape.XXXXXX", NULL);
	int fd = g_mkstemp(name);

	unlink(name);
	tape = fdopen(fd, "w+");
	by_stmt = g_hash_table_new_full(NULL, NULL, NULL, pending_free);
	by_text = g_hash_table_new(g_str_hash, g_str_equal);
	texts = g_ptr_array_new_with_free_func(g_free);
	recording = TRUE;
}

void
tape_mark(void)
{
	guint16 mark = MARK;

	pthread_mutex_lock(&lock);
	if (recording)
		put(&mark, sizeof mark);
	pthread_mutex_unlock(&lock);
}

void
tape_stop(void)
{
	recording = FALSE;
	fflush(tape);
}

/* ---- playing ---------------------------------------------------------------------------------------------------------- */

static void
must(sqlite3 *db, int rc)
{
	if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
		return;
	fprintf(stderr, "tape: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static const guint8 *
play_step(sqlite3 *db, sqlite3_stmt **stmts, const guint8 *p)
{
	sqlite3_stmt *stmt;
	guint16 index;
	guint8 n;
	int rc;

	memcpy(&index, p, sizeof index), p += sizeof index;
	n = *p++;
	if (stmts[index] == NULL)
		must(db, sqlite3_prepare_v3(db, texts->pdata[index], -1, SQLITE_PREPARE_PERSISTENT, &stmts[index], NULL));
	stmt = stmts[index];
	for (int i = 1; i <= n; i++) {
		guint8 type = *p++;
		gint64 integer;
		double real;
		guint32 size;

		if (type == SQLITE_INTEGER) {
			memcpy(&integer, p, sizeof integer), p += sizeof integer;
			sqlite3_bind_int64(stmt, i, integer);
		} else if (type == SQLITE_FLOAT) {
			memcpy(&real, p, sizeof real), p += sizeof real;
			sqlite3_bind_double(stmt, i, real);
		} else if (type == SQLITE_NULL) {
			sqlite3_bind_null(stmt, i);
		} else {
			memcpy(&size, p, sizeof size), p += sizeof size;
			if (type == SQLITE_TEXT)
				sqlite3_bind_text(stmt, i, (const char *)p, (int)size, SQLITE_STATIC);
			else
				sqlite3_bind_blob(stmt, i, p, (int)size, SQLITE_STATIC);
			p += size;
		}
	}
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		;
	if (rc != SQLITE_DONE)
		fprintf(stderr, "tape: %s\n", sqlite3_sql(stmt));
	must(db, rc);
	sqlite3_reset(stmt);
	return p;
}

static void
run(sqlite3 *db, sqlite3_stmt *stmt)
{
	must(db, sqlite3_step(stmt));
	sqlite3_reset(stmt);
}

static struct {
	const guint8 *at, *end;
	sqlite3 *db;
	sqlite3_stmt **stmts, *begin, *commit;
} play;

void
tape_open(const char *path)
{
	long size = ftell(tape);

	play.at = mmap(NULL, (gsize)size, PROT_READ, MAP_PRIVATE, fileno(tape), 0);
	play.end = play.at + size;
	play.stmts = g_new0(sqlite3_stmt *, texts->len);
	must(NULL, sqlite3_open(path, &play.db));
	if (!search_sqlite_init(play.db)) /* the index for search splits words as it does there */
		exit(1);
	/* The settings of store/sqlite_open.c that cost or save time. */
	must(play.db, sqlite3_exec(play.db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-24576; PRAGMA temp_store=MEMORY;", NULL, NULL, NULL));
	must(play.db, sqlite3_prepare_v3(play.db, "BEGIN IMMEDIATE", -1, SQLITE_PREPARE_PERSISTENT, &play.begin, NULL));
	must(play.db, sqlite3_prepare_v3(play.db, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &play.commit, NULL));
}

double
tape_play(double seconds, guint group, guint64 *ret_units)
{
	const gint64 began = g_get_monotonic_time(), until = seconds > 0 ? began + (gint64)(seconds * G_USEC_PER_SEC) : G_MAXINT64;
	guint64 units = 0;

	run(play.db, play.begin);
	while (play.at < play.end) {
		guint16 index;

		memcpy(&index, play.at, sizeof index);
		if (index != MARK) {
			play.at = play_step(play.db, play.stmts, play.at);
			continue;
		}
		play.at += sizeof index;
		if (++units % group != 0)
			continue;
		run(play.db, play.commit);
		if (g_get_monotonic_time() >= until) {
			*ret_units = units;
			return (double)(g_get_monotonic_time() - began) / G_USEC_PER_SEC;
		}
		run(play.db, play.begin);
	}
	run(play.db, play.commit);
	*ret_units = units;
	return (double)(g_get_monotonic_time() - began) / G_USEC_PER_SEC;
}
