/* bare.c - ceilings: the same statements as the product makes, played bare (bench/tape.h).
 *
 *   bare create DIR GROUP       a fresh data folder; cases as bench.py's load creates them, commits of GROUP
 *   bare import DIR FILE GROUP  the rows of a file in CFPB's form, commits of GROUP rows
 *
 * Prints {"rate": units a second, "units": n}. */
#include "base/clock.h"
#include "base/secret.h"
#include "cases/intake.h"
#include "tape.h"
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

static void
record_cases(Db *db, guint n)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(db, &error);
	gint64 now_ms = clock_now_ms();

	if (tx == NULL)
		die(error);
	for (guint i = 0; i < n; i++) {
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

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *from = NULL, *to = NULL, *url = NULL;
	guint group, n;
	guint64 units;
	double seconds;
	Db *db;

	if (argc != 4 || strcmp(argv[1], "create") != 0 || !secret_init())
		return 2;
	group = (guint)atoi(argv[3]);
	n = group > 1 ? CASES_GROUPED : CASES_SINGLE;
	from = g_build_filename(argv[2], "redress.db", NULL);
	to = g_build_filename(argv[2], "bare.db", NULL);
	url = g_strconcat("sqlite:", from, NULL);
	if ((db = db_open(url, FALSE, &error)) == NULL)
		die(error);
	copy_file(from, to);
	tape_start(argv[2]);
	record_cases(db, n);
	tape_stop();
	db_close(db);
	seconds = tape_play(to, group, &units);
	printf("{\"rate\": %.1f, \"units\": %" G_GUINT64_FORMAT "}\n", (double)units / seconds, units);
	return 0;
}
