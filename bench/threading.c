/* threading.c - how long it takes to find the message an answer belongs to: threading DIR MESSAGES makes so many mails in a fresh data folder, each
 * an answer to the one before in its case, and then looks messages up by Message-ID as filing does (mailbox/thread.h), over a connection like
 * the writer's. Half of the lookups are of ids that are there, of any age; half are of ids nobody has, as a new mail's own.
 *
 * Prints {"messages": n, "us": microseconds of the processor a lookup, the median of the rounds}. */
#include "base/clock.h"
#include "base/secret.h"
#include "mailbox/thread.h"
#include "store/migrate.h"
#include "store/store.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 9, LOOKUPS = 10000, PER_CASE = 4, UNIT = 2000 };

static const DbSql CASE_ADD = { "bench_case", "INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, received_at, logged_at, stage_at, changed_at, n_messages) "
	"VALUES ($1, 'c' || $1, 'complaint', 'Kettle leaks', 'email', 1, 'received', 1, 0, 0, 0, 0, 4)", 1, TRUE };
static const DbSql MESSAGE_ADD = { "bench_message", "INSERT INTO messages (id, ref, case_id, direction, channel, body, said_at, logged_at) "
	"VALUES ($1, 'm' || $1, $2, 'inbound', 'email', $3, 0, 0)", 3, TRUE };

static const char body[] = "The kettle I bought last week leaks at the handle and I would like a new one, or my money back. I have written before and nobody "
	"answered. Please tell me by when I can expect something. Anna Lee";

static void
die(const GError *error)
{
	fprintf(stderr, "threading: %s\n", error->message);
	exit(1);
}

static char *
id_of(gint64 n)
{
	return g_strdup_printf("<%" G_GINT64_FORMAT ".CAF0aK9@mail.example.net>", n * 7919);
}

typedef struct {
	gint64 from, n;
} Fill;

static gboolean
fill(Db *db, gpointer data, GError **error)
{
	const Fill *it = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	for (gint64 i = it->from; tx != NULL && i < it->from + it->n; i++) {
		g_autofree char *id = id_of(i), *before = id_of(i - 1);
		g_autoptr(GPtrArray) references = g_ptr_array_new();
		const gint64 case_id = 1 + (i - 1) / PER_CASE;

		if ((i - 1) % PER_CASE != 0)
			g_ptr_array_add(references, before);
		if (((i - 1) % PER_CASE == 0 && !db_exec(db, &CASE_ADD, DB_ARGS(DB_INT(case_id)), NULL, error)) ||
		    !db_exec(db, &MESSAGE_ADD, DB_ARGS(DB_INT(i), DB_INT(case_id), DB_TEXT(body)), NULL, error) || !thread_put(db, i, id, references, error))
			return FALSE;
	}
	return tx != NULL && db_tx_commit(tx, error);
}

static void
make(const char *dir, gint64 n)
{
	g_autoptr(GError) error = NULL;
	Store *store = store_open(&(StoreOptions){ .data_dir = dir, .making = TRUE, .migrate = TRUE }, &error);

	if (store == NULL)
		die(error);
	for (gint64 i = 1; i <= n; i += UNIT) {
		Fill it = { i, MIN(UNIT, n - i + 1) };

		if (!store_write(store, fill, &it, &error))
			die(error);
	}
	if (!store_keep(store, &error))
		die(error);
}

/* Of this thread: nothing here waits but for the machine's other work, which is not to be measured. */
static gint64
processor_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Microseconds of the processor a lookup. */
static double
look_up(Db *db, char **ids)
{
	g_autoptr(GError) error = NULL;
	const gint64 began_ns = processor_ns();

	for (guint i = 0; i < LOOKUPS; i++) {
		gint64 message_id, case_id;

		if (!thread_find(db, ids[i], TRUE, &message_id, &case_id, &error))
			die(error);
		if ((message_id != 0) != (i % 2 == 0)) {
			fprintf(stderr, "threading: %s gave message %" G_GINT64_FORMAT "\n", ids[i], message_id);
			exit(1);
		}
	}
	return (double)(processor_ns() - began_ns) / 1000 / LOOKUPS;
}

static int
compare(gconstpointer a, gconstpointer b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char **argv)
{
	const gint64 n = argc == 3 ? g_ascii_strtoll(argv[2], NULL, 10) : 0;
	g_autoptr(GRand) chance = g_rand_new_with_seed(7);
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = NULL;
	g_autofree char *url = NULL;
	g_auto(GStrv) ids = g_new0(char *, LOOKUPS + 1);
	double took[ROUNDS];

	if (n < 1 || !secret_init()) {
		fputs("threading DIR MESSAGES\n", stderr);
		return 2;
	}
	make(argv[1], n);
	url = g_strdup_printf("sqlite:%s/redress.db", argv[1]);
	if ((db = db_open(url, FALSE, &error)) == NULL)
		die(error);
	for (guint i = 0; i < LOOKUPS; i++)
		ids[i] = id_of(i % 2 == 0 ? 1 + (gint64)(g_rand_double(chance) * (double)n) : -1 - (gint64)i);
	look_up(db, ids); /* its pages, as a connection that has been at work for a while */
	for (guint i = 0; i < ROUNDS; i++)
		took[i] = look_up(db, ids);
	qsort(took, ROUNDS, sizeof *took, compare);
	printf("{\"messages\": %" G_GINT64_FORMAT ", \"us\": %.3f}\n", n, took[ROUNDS / 2]);
	return 0;
}
