/* store_loop.c - what the store's writer costs: durable creations (case, message, event, search) through store_submit()
 * with 64 in flight, against a bare loop of the same statements over the SQLite API in groups of 64.
 *   store_loop FOLDER [N] */
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "store/events.h"
#include "store/migrate.h"
#include "store/search.h"
#include "store/store.h"
#include <glib/gstdio.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define IN_FLIGHT 64

static const char body[] = "I was charged twice for the same order and nobody answers the phone. I have written three times, the last time on Monday, "
                           "and still there is no refund on my card. Please put this right and tell me when I can expect the money.";
static const DbSql CASE_ADD = { "case_add",
	                            "INSERT INTO cases (ref, kind, subject, channel, severity, stage, is_open, received_at, logged_at, stage_at, changed_at, last_message_at, n_messages, snippet) "
	                            "VALUES ($1, 'complaint', $2, 'api', 1, 'received', TRUE, $3, $3, $3, $3, $3, 1, $4) RETURNING id AS value",
	                            4, TRUE };
static const DbSql MESSAGE_ADD = { "message_add",
	                               "INSERT INTO messages (ref, case_id, direction, channel, body, said_at, logged_at) "
	                               "VALUES ($1, $2, 'inbound', 'api', $3, $4, $4) RETURNING id AS value",
	                               4, TRUE };

/* Random as ours are, and so long that none comes twice. */
static void
ref_random(char ref[20])
{
	g_snprintf(ref, 20, "%08x%08x", g_random_int(), g_random_int());
}

static gboolean
create(Db *db, gpointer data, GError **error)
{
	char case_ref[20], message_ref[20];
	gint64 now_ms = clock_now_ms(), case_id, message_id;
	g_autoptr(DbTx) tx = db_begin(db, error);

	ref_random(case_ref);
	ref_random(message_ref);
	return tx != NULL &&
	       db_query_int(db, &CASE_ADD, DB_ARGS(DB_TEXT(case_ref), DB_TEXT("Charged twice"), DB_INT(now_ms), DB_TEXT(body)), &case_id, NULL, error) &&
	       db_query_int(db, &MESSAGE_ADD, DB_ARGS(DB_TEXT(message_ref), DB_INT(case_id), DB_TEXT(body), DB_INT(now_ms)), &message_id, NULL, error) &&
	       event_add(db, &(Event){ .kind = "case.received", .case_id = case_id, .subject_id = message_id, .at_ms = now_ms, .actor = actor_system() }, NULL, error) &&
	       search_put(db, SEARCH_MESSAGE, message_id, case_id, body, error) && db_tx_commit(tx, error);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static guint in_flight, n_done;

static void
done(gpointer data, const GError *error)
{
	if (error != NULL)
		g_error("%s", error->message);
	pthread_mutex_lock(&lock);
	in_flight--;
	n_done++;
	pthread_cond_signal(&cond);
	pthread_mutex_unlock(&lock);
}

static double
through_store(const char *dir, guint n)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(&(StoreOptions){ .data_dir = dir, .migrate = TRUE }, &error);
	StoreStats stats;
	gint64 began_us;

	g_assert_no_error(error);
	began_us = g_get_monotonic_time();
	for (guint i = 0; i < n; i++) {
		pthread_mutex_lock(&lock);
		while (in_flight >= IN_FLIGHT)
			pthread_cond_wait(&cond, &lock);
		in_flight++;
		pthread_mutex_unlock(&lock);
		store_submit(store, create, done, NULL, &error);
		g_assert_no_error(error);
	}
	pthread_mutex_lock(&lock);
	while (in_flight > 0)
		pthread_cond_wait(&cond, &lock);
	pthread_mutex_unlock(&lock);
	store_stats(store, &stats);
	printf("store: %.1f units a group, writer busy %.2f s\n", (double)stats.units / (double)stats.groups, stats.busy_s);
	return (double)n * 1e6 / (double)(g_get_monotonic_time() - began_us);
}

/* The ceiling: SQLite itself, with the settings of our writer's connection and SQLite's own checkpoints. */
typedef struct {
	sqlite3 *db;
	sqlite3_stmt *begin, *commit, *add_case, *add_message, *add_event, *add_doc, *add_words;
} Bare;

static sqlite3_stmt *
bare_prepare(Bare *self, const char *text)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v3(self->db, text, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
		g_error("%s: %s", text, sqlite3_errmsg(self->db));
	return stmt;
}

static gint64
bare_run(Bare *self, sqlite3_stmt *stmt)
{
	gint64 value = 0;
	int rc = sqlite3_step(stmt);

	if (rc == SQLITE_ROW) {
		value = sqlite3_column_int64(stmt, 0);
		rc = sqlite3_step(stmt);
	}
	if (rc != SQLITE_DONE)
		g_error("%s: %s", sqlite3_sql(stmt), sqlite3_errmsg(self->db));
	sqlite3_reset(stmt);
	return value;
}

static void
bare_create(Bare *self)
{
	char case_ref[20], message_ref[20];
	gint64 now_ms = clock_now_ms(), case_id, message_id;

	ref_random(case_ref);
	ref_random(message_ref);
	sqlite3_bind_text(self->add_case, 1, case_ref, -1, SQLITE_STATIC);
	sqlite3_bind_text(self->add_case, 2, "Charged twice", -1, SQLITE_STATIC);
	sqlite3_bind_int64(self->add_case, 3, now_ms);
	sqlite3_bind_text(self->add_case, 4, body, -1, SQLITE_STATIC);
	case_id = bare_run(self, self->add_case);
	sqlite3_bind_text(self->add_message, 1, message_ref, -1, SQLITE_STATIC);
	sqlite3_bind_int64(self->add_message, 2, case_id);
	sqlite3_bind_text(self->add_message, 3, body, -1, SQLITE_STATIC);
	sqlite3_bind_int64(self->add_message, 4, now_ms);
	message_id = bare_run(self, self->add_message);
	sqlite3_bind_int64(self->add_event, 1, now_ms);
	sqlite3_bind_int64(self->add_event, 2, case_id);
	sqlite3_bind_int64(self->add_event, 3, message_id);
	bare_run(self, self->add_event);
	sqlite3_bind_int64(self->add_doc, 1, message_id * 2 + 1);
	sqlite3_bind_int64(self->add_words, 1, bare_run(self, self->add_doc));
	sqlite3_bind_text(self->add_words, 2, body, -1, SQLITE_STATIC);
	bare_run(self, self->add_words);
}

static double
bare_loop(const char *dir, guint n)
{
	g_autofree char *path = g_build_filename(dir, "redress.db", NULL), *url = g_strconcat("sqlite:", path, NULL);
	g_autoptr(Db) db = db_open(url, FALSE, NULL);
	Bare self = { 0 };
	sqlite3_stmt *all[7];
	gint64 began_us;

	g_assert_true(migrate_run(db, clock_now_ms(), NULL));
	g_clear_pointer(&db, db_close);
	g_assert_cmpint(sqlite3_open_v2(path, &self.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL), ==, SQLITE_OK);
	sqlite3_exec(self.db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -24576", NULL, NULL, NULL);
	all[0] = self.begin = bare_prepare(&self, "BEGIN IMMEDIATE");
	all[1] = self.commit = bare_prepare(&self, "COMMIT");
	all[2] = self.add_case = bare_prepare(&self, CASE_ADD.text);
	all[3] = self.add_message = bare_prepare(&self, MESSAGE_ADD.text);
	all[4] = self.add_event = bare_prepare(&self, "INSERT INTO events (at, kind, case_id, subject_id, actor_kind, facts) VALUES ($1, 'case.received', $2, $3, 'system', '{}') RETURNING id");
	all[5] = self.add_doc = bare_prepare(&self, "INSERT INTO search_docs (key) VALUES ($1) ON CONFLICT (key) DO UPDATE SET id = (SELECT max(d.id) + 1 FROM search_docs AS d) RETURNING id");
	all[6] = self.add_words = bare_prepare(&self, "INSERT INTO search (rowid, text) VALUES ($1, $2)");
	began_us = g_get_monotonic_time();
	for (guint i = 0; i < n; i++) {
		if (i % IN_FLIGHT == 0)
			bare_run(&self, self.begin);
		bare_create(&self);
		if (i % IN_FLIGHT == IN_FLIGHT - 1 || i == n - 1)
			bare_run(&self, self.commit);
	}
	began_us = g_get_monotonic_time() - began_us;
	for (guint i = 0; i < G_N_ELEMENTS(all); i++)
		sqlite3_finalize(all[i]);
	sqlite3_close(self.db);
	return (double)n * 1e6 / (double)began_us;
}

int
main(int argc, char **argv)
{
	guint n = argc > 2 ? (guint)atoi(argv[2]) : 50000;
	g_autofree char *one = NULL, *two = NULL;
	double bare, store;

	if (argc < 2 || !secret_init())
		return 2;
	one = g_build_filename(argv[1], "bare", NULL);
	two = g_build_filename(argv[1], "store", NULL);
	if (g_mkdir_with_parents(one, 0700) != 0 || g_mkdir_with_parents(two, 0700) != 0)
		return 1;
	bare = bare_loop(one, n);
	store = through_store(two, n);
	printf("bare loop %.0f a second, store %.0f a second, ratio %.2f\n", bare, store, store / bare);
	return 0;
}
