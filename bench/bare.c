/* bare.c - ceilings: the same statements as the product makes, played bare (bench/tape.h).
 *
 *   bare create DIR GROUP       a fresh data folder; cases as bench.py's load creates them, commits of GROUP
 *   bare import DIR FILE GROUP  the rows of a file in CFPB's form, commits of GROUP of the import's batches
 *
 * Prints {"rate": units a second, "units": n}. */
#include "base/clock.h"
#include "base/secret.h"
#include "cases/intake.h"
#include "flow/import.h"
#include "tape.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES_GROUPED = 40000, CASES_SINGLE = 1500 };

static void
die(const GError *error)
{
	fprintf(stderr, "bare: %s\n", error->message);
	exit(1);
}

static void
copy_file(const char *from, const char *to)
{
	g_autofree char *bytes = NULL;
	g_autoptr(GError) error = NULL;
	gsize size;

	if (!g_file_get_contents(from, &bytes, &size, &error) || !g_file_set_contents(to, bytes, (gssize)size, &error))
		die(error);
}

/* In groups as they will be played: what is written once a commit is on the tape once a group. */
static void
record_cases(Db *db, guint from, guint n)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(db, &error);
	gint64 now_ms = clock_now_ms();

	if (tx == NULL)
		die(error);
	for (guint i = from; i < from + n; i++) {
		g_autofree char *subject = g_strdup_printf("Waiting nine days for a bookcase %u", i), *name = g_strdup_printf("Ruth Adeyemi %u", i);
		g_autofree char *email = g_strdup_printf("ruth%u@example.org", i);
		g_autofree char *body = g_strdup_printf("I ordered a bookcase and took Tuesday off work because you said it would come. "
			"Nobody came and nobody rang. Order LF-%u. Please tell me a day and keep to it.", i);
		NewCase make = { .kind = "complaint", .subject = subject, .body = body, .channel = "api", .severity = 1, .desired_remedy = "A firm date",
			.customer = { .name = name, .email = email } };

		if (!case_intake_in(db, &make, actor_system(), now_ms, NULL, NULL, &error))
			die(error);
		tape_mark();
	}
	if (!db_tx_commit(tx, &error))
		die(error);
}

static void
record_on(const char *path, guint n, guint group)
{
	g_autofree char *url = g_strconcat("sqlite:", path, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = db_open(url, FALSE, &error);

	if (db == NULL)
		die(error);
	for (guint i = 0; i < n; i += group)
		record_cases(db, i, MIN(group, n - i));
}

static gboolean
mark_batch(const ImportResult *so_far, gpointer data)
{
	tape_mark();
	return TRUE;
}

/* The whole import, recorded; answers how many rows. */
static gint64
record_import(const char *dir, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(&(StoreOptions){ .data_dir = dir }, &error);
	ImportAsk ask = { .fd = open(path, O_RDONLY | O_CLOEXEC), .name = "bench", .format = IMPORT_CFPB };
	ImportResult result;

	if (store == NULL || !import_run(store, &ask, actor_system(), mark_batch, NULL, &result, &error))
		die(error);
	import_result_clear(&result);
	return result.n_imported;
}

int
main(int argc, char **argv)
{
	gboolean import = argc == 5 && strcmp(argv[1], "import") == 0;
	g_autofree char *from = NULL, *to = NULL;
	gint64 n_rows = 0;
	guint group;
	guint64 units;
	double seconds;

	if ((!import && (argc != 4 || strcmp(argv[1], "create") != 0)) || !secret_init())
		return 2;
	group = (guint)strtoul(argv[argc - 1], NULL, 10);
	from = g_build_filename(argv[2], "redress.db", NULL);
	to = g_build_filename(argv[2], "bare.db", NULL);
	copy_file(from, to);
	tape_start(argv[2]);
	if (import)
		n_rows = record_import(argv[2], argv[3]);
	else
		record_on(from, group > 1 ? CASES_GROUPED : CASES_SINGLE, MAX(group, 1));
	tape_stop();
	seconds = tape_play(to, group, &units);
	printf("{\"rate\": %.1f, \"units\": %" G_GUINT64_FORMAT "}\n", (double)(import ? (guint64)n_rows : units) / seconds, units);
	return 0;
}
