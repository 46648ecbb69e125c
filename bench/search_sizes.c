/* search_sizes.c - how long a search takes when there are many documents.
 *   search_sizes FOLDER N - fills FOLDER/redress.db with N cases of plausible word frequencies (if it is not there yet),
 *   then times the kinds of search a person makes: the median of 21 runs, and the slowest, in processor time. */
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "store/migrate.h"
#include "store/search.h"
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VOCABULARY 40000
#define WORDS_MEAN 90
#define RUNS 21

static const DbSql CASE_ADD = { "case_add",
	                            "INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, received_at, logged_at, stage_at, changed_at, n_messages) "
	                            "VALUES ($1, $2, 'complaint', $3, 'api', 1, 'received', TRUE, $1, $1, $1, $1, 1)",
	                            3, TRUE };
static const DbSql MESSAGE_ADD = { "message_add",
	                               "INSERT INTO messages (id, ref, case_id, direction, channel, body, said_at, logged_at) "
	                               "VALUES ($1, $2, $1, 'inbound', 'api', $3, $1, $1)",
	                               3, TRUE };

/* Zipf: the r-th word comes with a chance of 1/r. */
static void
word_add(GString *out, GRand *rand)
{
	int r = (int)exp(g_rand_double(rand) * log(VOCABULARY));

	g_string_append_printf(out, "%s%c%c%d", out->len > 0 ? " " : "", 'a' + r % 23, 'a' + r % 19, r);
}

static void
fill(Db *db, gint64 n)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	g_autoptr(GString) body = g_string_new(NULL);
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(GError) error = NULL;
	gint64 began_us = g_get_monotonic_time();

	for (gint64 i = 1; i <= n && error == NULL; i++) {
		int words = g_rand_int_range(rand, 10, 2 * WORDS_MEAN - 10);
		char ref[24];

		if (tx == NULL)
			tx = db_begin(db, &error);
		g_string_truncate(body, 0);
		for (int w = 0; w < words; w++)
			word_add(body, rand);
		/* Each on every third case, together on one in 30,000. */
		if (i % 3 == 0 || i % 30000 == 1)
			g_string_append(body, " oftenone");
		if (i % 3 == 1)
			g_string_append(body, " oftentwo refund refunds refunding");
		if (i % 40000 == 7)
			g_string_append(body, " veryrare");
		g_snprintf(ref, sizeof ref, "%08x%08x", g_rand_int(rand), (guint)i);
		if (error != NULL || !db_exec(db, &CASE_ADD, DB_ARGS(DB_INT(i), DB_TEXT(ref), DB_TEXT("s")), NULL, &error) ||
		    !db_exec(db, &MESSAGE_ADD, DB_ARGS(DB_INT(i), DB_TEXT(ref), DB_TEXT(body->str)), NULL, &error) ||
		    !search_put(db, SEARCH_HEAD, i, i, body->str, &error))
			break;
		if (i % 1000 == 0 || i == n) {
			db_tx_commit(tx, &error);
			g_clear_pointer(&tx, db_tx_free);
		}
	}
	if (error != NULL)
		g_error("%s", error->message);
	printf("filled with %d cases at %.0f a second\n", (int)n, (double)n * 1e6 / (double)(g_get_monotonic_time() - began_us));
}

static int
smaller_first(gconstpointer a, gconstpointer b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Of this thread, so that a busy machine does not change the figures. */
static gint64
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (gint64)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
time_one(Db *db, const char *what, const char *typed)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new(), phrases = g_ptr_array_new();
	g_auto(GStrv) parts = g_strsplit(typed, ",", -1);
	SearchTerms terms = { .words = words, .phrases = phrases };
	gboolean partial = FALSE;
	double ms[RUNS];
	guint found = 0;

	for (guint i = 0; parts[i] != NULL; i++) {
		g_ptr_array_add(strchr(parts[i], ' ') != NULL ? phrases : words, parts[i]);
		if (g_str_has_suffix(parts[i], "*")) {
			parts[i][strlen(parts[i]) - 1] = '\0';
			terms.prefix = TRUE;
		}
	}
	for (int i = 0; i < RUNS; i++) {
		gint64 began_us = cpu_us();
		g_autoptr(SearchFound) all = search_find(db, &terms, 1000, &partial, NULL);
		g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(SearchHit));
		gboolean more;

		search_found_next(all, 50, hits, &more, NULL);
		ms[i] = (double)(cpu_us() - began_us) / 1000;
		found = hits->len;
	}
	qsort(ms, RUNS, sizeof *ms, smaller_first);
	printf("%-28s %-22s %3u%s  %7.2f ms  slowest %7.2f ms\n", what, typed, found, partial ? "+" : " ", ms[RUNS / 2], ms[RUNS - 1]);
}

int
main(int argc, char **argv)
{
	g_autofree char *path = NULL, *url = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = NULL;
	gboolean there;
	GStatBuf st;

	if (argc != 3 || !secret_init())
		return 2;
	path = g_build_filename(argv[1], "redress.db", NULL);
	url = g_strconcat("sqlite:", path, NULL);
	there = g_file_test(path, G_FILE_TEST_EXISTS);
	db = db_open(url, FALSE, &error);
	if (db == NULL || !migrate_run(db, clock_now_ms(), &error))
		g_error("%s", error->message);
	if (!there) {
		db_script(db, "PRAGMA synchronous = OFF", NULL);
		fill(db, atoll(argv[2]));
	}
	db_close(db);
	db = db_open(url, TRUE, &error);
	g_stat(path, &st);
	printf("%s: %.0f MB\n", path, (double)st.st_size / 1e6);
	time_one(db, "rare", "veryrare");
	time_one(db, "absent", "nowhere");
	time_one(db, "common", "ab1");
	time_one(db, "common", "oftenone");
	time_one(db, "two common, often together", "bb1,cc2");
	time_one(db, "two common, rarely together", "oftenone,oftentwo");
	time_one(db, "common and rare", "oftenone,veryrare");
	time_one(db, "common and absent", "oftenone,nowhere");
	time_one(db, "three common", "oftenone,bb1,cc2,dd3");
	time_one(db, "phrase", "refund refunds");
	time_one(db, "phrase of common words", "bb1 cc2");
	time_one(db, "prefix of common words", "refun*");
	time_one(db, "prefix of many words", "bb1*");
	time_one(db, "common and prefix", "oftenone,refun*");
	return 0;
}
