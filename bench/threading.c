/* threading.c - how long it takes to find the message an answer belongs to, among few and among many: threading DIR FEW MANY makes so many
 * mails in two fresh data folders, each an answer to the one before in its case, and then looks messages up by Message-ID as filing does
 * (mailbox/thread.h), over connections like the writer's, in the one and the other in turn: a machine's other work slows both.
 *
 * Half of the lookups are of ids that are there, half of ids nobody has, as in an answer to a mail that never came here; in each round others.
 * Once those that are there are of any age, once of the newest mails, as answers mostly are.
 *
 * Prints {"any": {"few_us", "many_us", "ratio"}, "recent": the same}: microseconds of the processor a lookup and the ratio, medians of the rounds. */
#include "base/clock.h"
#include "base/secret.h"
#include "mailbox/thread.h"
#include "store/migrate.h"
#include "store/store.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 21, LOOKUPS = 10000, PER_CASE = 4, UNIT = 2000, RECENT = 10000 };

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
		    !db_exec(db, &MESSAGE_ADD, DB_ARGS(DB_INT(i), DB_INT(case_id), DB_TEXT(body)), NULL, error) || !thread_put(db, i, 0, id, references, error))
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

typedef struct {
	gint64 n;
	Db *db;
	double took[ROUNDS];
} Side;

/* Among the newest @among; which: the @salt decides. */
static double
look_up_some(const Side *self, GRand *chance, gint64 among, guint salt)
{
	g_auto(GStrv) ids = g_new0(char *, LOOKUPS + 1);

	for (guint i = 0; i < LOOKUPS; i++)
		ids[i] = id_of(i % 2 == 0 ? self->n - (gint64)(g_rand_double(chance) * (double)among) : -1 - (gint64)(salt * LOOKUPS + i));
	return look_up(self->db, ids);
}

static double
median(double *values)
{
	qsort(values, ROUNDS, sizeof *values, compare);
	return values[ROUNDS / 2];
}

static void
measure(const char *name, Side *few, Side *many, GRand *chance, gint64 newest)
{
	Side *sides[] = { few, many };
	double ratio[ROUNDS];

	for (guint i = 0; i < G_N_ELEMENTS(sides); i++) /* their pages, as connections that have been at work for a while */
		look_up_some(sides[i], chance, MIN(newest, sides[i]->n), ROUNDS);
	for (guint round = 0; round < ROUNDS; round++) {
		for (guint i = 0; i < G_N_ELEMENTS(sides); i++)
			sides[i]->took[round] = look_up_some(sides[i], chance, MIN(newest, sides[i]->n), round);
		ratio[round] = many->took[round] / few->took[round];
	}
	printf("\"%s\": {\"few_us\": %.3f, \"many_us\": %.3f, \"ratio\": %.3f}", name, median(few->took), median(many->took), median(ratio));
}

static void
prepare(Side *side, const char *dir, const char *name, const char *n)
{
	g_autofree char *folder = g_build_filename(dir, name, NULL), *url = g_strdup_printf("sqlite:%s/redress.db", folder);
	g_autoptr(GError) error = NULL;

	side->n = g_ascii_strtoll(n, NULL, 10);
	if (side->n < 1 || g_mkdir(folder, 0700) != 0) {
		fprintf(stderr, "threading: %s is no number of messages, or %s is there already\n", n, folder);
		exit(2);
	}
	make(folder, side->n);
	if ((side->db = db_open(url, FALSE, &error)) == NULL)
		die(error);
}

int
main(int argc, char **argv)
{
	g_autoptr(GRand) chance = g_rand_new_with_seed(7);
	Side few = { 0 }, many = { 0 };

	if (argc != 4 || !secret_init()) {
		fputs("threading DIR FEW MANY\n", stderr);
		return 2;
	}
	prepare(&few, argv[1], "few", argv[2]);
	prepare(&many, argv[1], "many", argv[3]);
	printf("{");
	measure("any", &few, &many, chance, many.n);
	printf(", ");
	measure("recent", &few, &many, chance, RECENT);
	printf("}\n");
	db_close(few.db);
	db_close(many.db);
	return 0;
}
