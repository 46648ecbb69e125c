/* kit.h - what every unit test stands on: a fresh migrated database on each engine, moved clocks, seeded refs, logs that
 * fail a test when nobody expected them.
 *
 *   static void test_life(Kit *kit) { ... kit->db ... kit->now_ms ... }
 *   int main(int argc, char **argv) { kit_init(&argc, &argv); kit_add("/cases/life", test_life); return kit_run(); }
 *
 * Each test runs as /sqlite/cases/life and, where TEST_PG names a server (postgresql://...), as /pg/cases/life. */
#pragma once
#include "base/actor.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "store/db.h"
#include "store/store.h"
G_BEGIN_DECLS

typedef struct {
	Db *db;             /* fresh and migrated; its own, read and write */
	const char *url;    /* to open it a second time (kit_store) */
	char *dir;          /* a temporary data folder, removed afterwards */
	gint64 now_ms;      /* 2026-11-19T11:22:00Z; the test moves it */
	const Actor *actor; /* the system */
	DbEngineKind engine;
} Kit;
typedef void (*KitTest)(Kit *kit);

void kit_init(int *argc, char ***argv);
void kit_add(const char *path, KitTest test);       /* on each engine */
void kit_add_plain(const char *path, void (*test)(void)); /* needs no database: once */
int kit_run(void);

/* A running store (writer and readers) over the kit's database. */
Store *kit_store(Kit *kit);
/* The next log line of this level that contains @part is expected; the test fails if it does not come, as it does on any
 * other warning or error. */
void kit_expect_log(const char *part);
/* Torture: runs @operation with the n-th store call failing, n = 1, 2, 3 ..., until it succeeds; after each failure
 * @unchanged must hold (NULL: only "no transaction is left open" is checked). At least @at_least points must be walked. */
void kit_torture(Kit *kit, gboolean (*operation)(Kit *kit, gpointer data, GError **error), void (*unchanged)(Kit *kit, gpointer data), gpointer data, int at_least);
/* One number from a test's own SQL text (no .sql file needed): for looking at what was left behind. */
gint64 kit_count(Kit *kit, const char *sql);

G_END_DECLS
