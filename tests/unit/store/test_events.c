#include "kit/kit.h"
#include "store/events.h"
#include "store/idempotency.h"
#include <string.h>

static gboolean
add(Db *db, const char *kind, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "to", "resolved");
	json_put_text(facts, "a", "kept in this order");
	return event_add(db, &(Event){ .kind = kind, .subject_id = 7, .at_ms = 1000, .actor = actor_system(), .facts = facts }, NULL, error);
}

static gboolean
add_two(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return tx != NULL && add(kit->db, "test.one", error) && add(kit->db, "test.two", error) && db_tx_commit(tx, error);
}

static void
no_events(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events"), ==, 0);
}

static void
test_written_and_followed(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = NULL, rest = NULL;
	const EventRow *row;
	gint64 last = -1;

	g_assert_true(events_last_id(kit->db, &last, NULL));
	g_assert_cmpint(last, ==, 0);
	kit_torture(kit, add_two, no_events, NULL, 4);
	rows = events_after(kit->db, 0, 0, 10, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(rows->len, ==, 2);
	row = rows->pdata[0];
	g_assert_cmpstr(row->kind, ==, "test.one");
	g_assert_cmpstr(row->facts, ==, "{\"to\":\"resolved\",\"a\":\"kept in this order\"}");
	g_assert_cmpstr(row->actor_kind, ==, "system");
	g_assert_cmpint(row->subject_id, ==, 7);
	g_assert_null(row->case_ref);
	rest = events_after(kit->db, row->id, 0, 10, NULL);
	g_assert_cmpuint(rest->len, ==, 1);
	g_assert_true(events_last_id(kit->db, &last, NULL));
	g_assert_cmpint(last, ==, ((EventRow *)rest->pdata[0])->id);
}

/* The same inside a snapshot, where what ended after it must neither be seen nor skipped. */
static void
test_followers_in_a_snapshot_miss_none(Kit *kit)
{
	Store *store = kit_store(kit);
	g_autoptr(Db) slow = NULL;
	g_autoptr(DbTx) late = NULL;
	g_autoptr(GPtrArray) before = NULL, after = NULL;
	gint64 last = -1;
	Db *reader;

	if (kit->engine == DB_POSTGRES) {
		slow = db_open(kit->url, FALSE, NULL);
		late = db_begin(slow, NULL);
		g_assert_true(add(slow, "test.slow", NULL));
	}
	g_assert_true(add_two(kit, NULL, NULL));
	g_assert_true(store_snapshot_begin(store, &reader, NULL));
	if (late != NULL)
		g_assert_true(db_tx_commit(late, NULL));
	before = events_after(reader, 0, 0, 10, NULL);
	g_assert_cmpuint(before->len, ==, late != NULL ? 0 : 2);
	g_assert_true(events_last_id(reader, &last, NULL));
	store_snapshot_end(store, reader);
	after = events_after(reader, last, 0, 10, NULL);
	g_assert_cmpuint(after->len, ==, late != NULL ? 3 : 0);
}

/* PostgreSQL: a transaction that took its number first commits last. Whoever remembers the highest id seen misses none. */
static void
test_followers_miss_none(Kit *kit)
{
	g_autoptr(Db) slow = NULL, reader = NULL;
	g_autoptr(DbTx) late = NULL, quick = NULL;
	g_autoptr(GPtrArray) before = NULL, after = NULL;
	gint64 last = -1;

	if (kit->engine != DB_POSTGRES)
		return;
	slow = db_open(kit->url, FALSE, NULL);
	reader = db_open(kit->url, TRUE, NULL);
	late = db_begin(slow, NULL);
	g_assert_true(add(slow, "test.slow", NULL));
	quick = db_begin(kit->db, NULL);
	g_assert_true(add(kit->db, "test.quick", NULL));
	g_assert_true(db_tx_commit(quick, NULL));

	before = events_after(reader, 0, 0, 10, NULL);
	g_assert_cmpuint(before->len, ==, 0); /* the quick one is committed, and waits for the slow one */
	g_assert_true(events_last_id(reader, &last, NULL));
	g_assert_cmpint(last, ==, 0);
	g_assert_true(db_tx_commit(late, NULL));
	after = events_after(reader, last, 0, 10, NULL);
	g_assert_cmpuint(after->len, ==, 2);
	g_assert_cmpstr(((EventRow *)after->pdata[0])->kind, ==, "test.slow");
}

static gboolean
put_answer(Kit *kit, gpointer data, GError **error)
{
	const IdempotencyAnswer answer = { .status = 201, .location = (char *)"/x", .body = (char *)"{}", .request_hash = (char *)"h" };
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return tx != NULL && idempotency_put(kit->db, "key", data, &answer, kit->now_ms, error) && db_tx_commit(tx, error);
}

static void
no_answers(Kit *kit, gpointer data)
{
	g_autoptr(IdempotencyAnswer) answer = NULL;

	g_assert_true(idempotency_find(kit->db, "key", data, &answer, NULL));
	g_assert_null(answer);
}

static void
test_answers_by_key_and_who(Kit *kit)
{
	g_autoptr(IdempotencyAnswer) answer = NULL, other = NULL;
	g_autoptr(GError) error = NULL;
	gint64 pruned;

	kit_torture(kit, put_answer, no_answers, (gpointer) "me", 3);
	g_assert_true(idempotency_find(kit->db, "key", "me", &answer, NULL));
	g_assert_cmpint(answer->status, ==, 201);
	g_assert_cmpstr(answer->location, ==, "/x");
	g_assert_null(answer->etag);
	g_assert_cmpstr(answer->request_hash, ==, "h");
	g_assert_true(idempotency_find(kit->db, "key", "somebody else", &other, NULL));
	g_assert_null(other);
	g_assert_false(put_answer(kit, (gpointer) "me", &error));
	g_assert_error(error, ERR, ERR_CONFLICT);

	g_assert_true(idempotency_prune(kit->db, kit->now_ms + IDEMPOTENCY_AGE_MS, 10, &pruned, NULL));
	g_assert_cmpint(pruned, ==, 0);
	g_assert_true(idempotency_prune(kit->db, kit->now_ms + IDEMPOTENCY_AGE_MS + 1, 10, &pruned, NULL));
	g_assert_cmpint(pruned, ==, 1);
	no_answers(kit, (gpointer) "me");
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/events/written", test_written_and_followed);
	kit_add("/events/miss_none", test_followers_miss_none);
	kit_add("/events/snapshot", test_followers_in_a_snapshot_miss_none);
	kit_add("/idempotency/answers", test_answers_by_key_and_who);
	return kit_run();
}
