/* bare.c - ceilings: the same statements as the product makes, played bare (bench/tape.h).
 *
 *   bare create DIR N GROUP     a fresh data folder; N cases as bench.py's load creates them, commits of GROUP; played in slices: each line of
 *                               the input says for how many seconds, and is answered by a line, after a first one when all is ready
 *   bare import DIR FILE GROUP  the rows of a file in CFPB's form, commits of GROUP of the import's batches
 *   bare mail DIR FOLDER GROUP  the mails of a folder as mail import keeps and files them, commits of GROUP of the import's
 *   bare timers DIR GROUP       the clocks that are due in the cases of a folder (bench.py fills it), told in commits of GROUP
 *
 * Prints {"rate": units a second, "units": n}. */
#include "base/clock.h"
#include "base/secret.h"
#include "cases/intake.h"
#include "flow/clock/watch.h"
#include "flow/import/import.h"
#include "flow/mail/bulk.h"
#include "mail/spool.h"
#include "store/db_engine.h"
#include "tape.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

	if (db == NULL || !db_alone(db, &error)) /* what is recorded need not last */
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

static void
mark_commit(gint64 last_event_id, gpointer data)
{
	tape_mark();
}

/* Kept and filed as an import does it, recorded with its commits; answers how many. */
static gint64
record_mail(const char *dir, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(&(StoreOptions){ .data_dir = dir }, &error);
	const MailContext context = { .data_dir = dir };
	g_autoptr(MailFiler) filer = store != NULL ? mail_filer_new(store, &(MailFilerOptions){ .context = &context }) : NULL;
	g_autoptr(MailBulk) bulk = filer != NULL ? mail_bulk_new(store, &(MailBulkOptions){ .context = &context, .filer = filer, .way = "import" }) : NULL;
	g_autoptr(Spool) spool = spool_open((const char *const[]){ path, NULL }, &error);
	g_autoptr(GBytes) bytes = NULL;
	const char *where;
	gint64 n = 0;

	if (bulk == NULL || spool == NULL)
		die(error);
	store_watch(store, mark_commit, NULL);
	while (spool_next(spool, &bytes, &where, &error)) {
		MailIncoming *mail = mail_incoming_new(dir, MAIL_BYTES_MAX);

		if (!mail_incoming_feed(mail, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error) || !mail_incoming_end(mail, &error) || !mail_bulk_add(bulk, mail, 0, ++n, &error))
			die(error);
		g_clear_pointer(&bytes, g_bytes_unref);
	}
	if (error != NULL || !mail_bulk_end(bulk, &error))
		die(error);
	store_unwatch(store, mark_commit, NULL);
	return n;
}

/* All that is due by now, in groups, recorded; answers how many. */
static gint64
record_timers(const char *path, guint group)
{
	g_autofree char *url = g_strconcat("sqlite:", path, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = db_open(url, FALSE, &error);
	gint64 all = 0;
	guint n = 1;

	while (db != NULL && n > 0) {
		g_autoptr(DbTx) tx = db_begin(db, &error);

		if (tx == NULL || !clock_watch_batch_in(db, clock_now_ms(), group, &n, &error) || !db_tx_commit(tx, &error))
			break;
		tape_mark();
		all += n;
	}
	if (error != NULL)
		die(error);
	return all;
}

static void
say_rate(double units, double seconds)
{
	printf("{\"rate\": %.1f, \"units\": %.0f}\n", seconds > 0 ? units / seconds : 0, units);
	fflush(stdout);
}

static void
play_slices(guint group)
{
	char line[32];

	say_rate(0, 0);
	while (fgets(line, sizeof line, stdin) != NULL) {
		guint64 units;
		double seconds = tape_play(g_ascii_strtod(line, NULL), group, &units);

		say_rate((double)units, seconds);
	}
}

int
main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	const gboolean create = strcmp(mode, "create") == 0, import = strcmp(mode, "import") == 0, mail = strcmp(mode, "mail") == 0, timers = strcmp(mode, "timers") == 0;
	g_autofree char *from = NULL, *to = NULL;
	gint64 n_rows = 0;
	guint group;
	guint64 units;
	double seconds;

	if (!(create || import || mail || timers) || argc != (timers ? 4 : 5) || !secret_init())
		return 2;
	group = MAX((guint)strtoul(argv[argc - 1], NULL, 10), 1);
	from = g_build_filename(argv[2], "redress.db", NULL);
	to = g_build_filename(argv[2], "bare.db", NULL);
	copy_file(from, to);
	tape_start(argv[2]);
	if (import)
		n_rows = record_import(argv[2], argv[3]);
	else if (mail)
		n_rows = record_mail(argv[2], argv[3]);
	else if (timers)
		n_rows = record_timers(from, group);
	else
		record_on(from, (guint)strtoul(argv[3], NULL, 10), group);
	tape_stop();
	tape_open(to);
	if (create) {
		play_slices(group);
		return 0;
	}
	seconds = tape_play(0, timers ? 1 : group, &units);
	say_rate((double)n_rows, seconds);
	return 0;
}
