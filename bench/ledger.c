/* ledger.c - how fast a ledger sums: ledger DIR ROWS makes one of that many rows in a fresh data folder, then sums all of it, and the same by a bare
 * SELECT sum(..) GROUP BY currency of the period; each the best of five.
 *
 * Prints {"rows": n, "ours_ms": x, "bare_ms": y}. */
#include "remedy/ledger.h"
#include "store/store.h"
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 5 };

static void
die(const GError *error)
{
	fprintf(stderr, "ledger: %s\n", error->message);
	exit(1);
}

typedef struct {
	gint64 n;
} Fill;

/* Half as many remedies as rows: each done, and taken back, so that every rule of the table holds. */
static gboolean
fill(Db *db, gpointer data, GError **error)
{
	const Fill *it = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autofree char *text = g_strdup_printf(
		"INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, received_at, logged_at, stage_at, changed_at) VALUES (1, 'AAAA-AAAA', 'complaint', 'x', 'api', 1, 'offered', 1, 0, 0, 0, 0);"
		"INSERT INTO offers (id, ref, case_id, state, days, n_options, made_at) VALUES (1, 'AAAA-AAAA', 1, 'given', 14, 1, 0);"
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %" G_GINT64_FORMAT ")"
		" INSERT INTO remedies (id, ref, offer_id, option_n, case_id, type_id, kind, state, amount_minor, currency, goodwill, words, done_by, made_at, changed_at)"
		" SELECT i, 'r' || i, 1, 1, 1, 6, 'refund', 'reversed', i %% 50000, substr('GBPEURJPYKWD', 1 + i %% 4 * 3, 3), i %% 5 = 0, '', 'manual', i, i FROM n;"
		"INSERT INTO ledger (at, entry, remedy_id, case_id, kind, goodwill, amount_minor, currency) SELECT id * 1000, 'done', id, 1, 'refund', goodwill, amount_minor, currency FROM remedies;"
		"INSERT INTO ledger (at, entry, remedy_id, case_id, kind, goodwill, amount_minor, currency) SELECT id * 1000 + 500, 'reversed', id, 1, 'refund', goodwill, -amount_minor / 2, currency FROM remedies;",
		it->n / 2);

	return tx != NULL && db_script(db, text, error) && db_tx_commit(tx, error);
}

static double
best(Db *db, gboolean bare)
{
	const LedgerAsk all = { .from_ms = 0, .to_ms = G_MAXINT64, .goodwill = -1 };
	const DbSql *sum = db_sql_compose(db, "bare_sum", "SELECT max(total) AS value FROM (SELECT sum(amount_minor) AS total FROM ledger WHERE at >= 0 AND at < 9000000000000000 GROUP BY currency) x", 0);
	gint64 least = G_MAXINT64;

	for (int i = 0; i < ROUNDS; i++) {
		g_autoptr(GError) error = NULL;
		gint64 start = g_get_monotonic_time(), value = 0;
		g_autoptr(json_t) sums = bare ? NULL : ledger_sums(db, &all, &error);

		if (bare)
			db_query_int(db, sum, DB_NO_ARGS, &value, NULL, &error);
		if (error != NULL)
			die(error);
		least = MIN(least, g_get_monotonic_time() - start);
	}
	return (double)least / 1000;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	Fill it = { argc > 2 ? g_ascii_strtoll(argv[2], NULL, 10) : 0 };
	Db *db;

	if (argc != 3 || it.n < 2) {
		fputs("ledger DIR ROWS\n", stderr);
		return 2;
	}
	if ((store = store_open(&(StoreOptions){ .data_dir = argv[1], .migrate = TRUE }, &error)) == NULL || !store_write(store, fill, &it, &error) || (db = store_reader(store, &error)) == NULL)
		die(error);
	printf("{\"rows\": %" G_GINT64_FORMAT ", \"ours_ms\": %.2f, \"bare_ms\": %.2f}\n", it.n, best(db, FALSE), best(db, TRUE));
	return 0;
}
