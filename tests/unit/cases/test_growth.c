/* test_growth.c - no first page of a view, in any order, and no search costs more when there are three times as many cases.
 * Counted in steps of SQLite and pages of its file, which are the same in every run; times: bench/bench.py. */
#include "cases/list.h"
#include "cases/unread.h"
#include "world.h"

/* Enough that every bound is reached: of rows looked at, of sets sorted, of documents ranked. */
#define FEW 24000
#define MANY 72000
#define HALF_LATE_MS 5000000
#define MOST_STEPS 40000
#define MOST_PAGES 5000
/* A tree of rows that gets one level deeper costs one page more for each row looked up: 50 cases, 200 notices. */
#define ONE_LEVEL 250

/* One in four is open, and of the open ones one in six each is due, waits, has no owner; a promise is open on one in five of them. */
static const char *const make_cases =
	"WITH RECURSIVE n (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	"INSERT INTO cases (id, ref, kind, subject, channel, severity, owner_id, stage, is_open, waiting, due_at, received_at, logged_at, stage_at, changed_at, n_messages, promise_due_at, n_promises, n_broken, due_kind, soon_at) "
	"SELECT i, 'c' || i, 'complaint', 'late refund', 'form', i * 7919 / 13 %% 2 + 2, CASE WHEN i / 4 %% 6 > 0 THEN i / 4 %% 6 END, 'investigating', i %% 4 = 0, "
	"i %% 4 = 0 AND i %% 7 = 0, CASE WHEN i %% 4 = 0 AND i %% 7 > 0 THEN i * 7919 %% 10000 * 1000 + 1 END, i * 1000, i * 1000, i * 1000, i * 1000 + i * 7919 %% 100000, 1, "
	"CASE WHEN i %% 4 = 0 AND i %% 7 > 0 AND i %% 5 = 0 THEN i * 7919 %% 10000 * 1000 + 1 END, i %% 5 = 0, CASE WHEN i %% 20 = 0 THEN 1 ELSE 0 END, "
	"CASE WHEN i %% 3 = 0 THEN 'answer' ELSE 'resolve' END, CASE WHEN i %% 4 = 0 AND i %% 7 > 0 THEN i * 7919 %% 10000 * 1000 + 1 - 250000 END FROM n";
static const char *const make_messages =
	"INSERT INTO messages (id, ref, case_id, direction, channel, body, said_at, logged_at) SELECT id, 'm' || id, id, 'inbound', 'form', "
	"'My refund is late. ' || CASE WHEN id %% 3 = 0 THEN 'Nobody rang me.' WHEN id %% 5 = 0 THEN 'A catalogue came.' ELSE 'I wait.' END, received_at, received_at "
	"FROM cases WHERE id >= %d";
static const char *const make_docs = "INSERT INTO search_docs (id, key) SELECT id, id * 2 + 1 FROM messages WHERE id >= %d";
static const char *const make_words = "INSERT INTO search (rowid, text) SELECT id, body FROM messages WHERE id >= %d";

static const char *const make_notices = "INSERT INTO notices (user_id, kind, case_id, made_at) SELECT 1, 'reply', id, received_at FROM cases WHERE id >= %d";

/* One clock in five was missed. One case in two was given something, most of it money; repairs are few, however many cases there are. */
static const char *const make_results =
	"INSERT INTO clock_results (case_id, clock, due_at, missed) SELECT id, CASE WHEN id %% 2 = 0 THEN 'resolve' ELSE 'acknowledge' END, received_at + 1000, id %% 5 = 0 FROM cases WHERE id >= %d";
static const char *const make_offer = "INSERT INTO offers (id, ref, case_id, state, days, n_options, made_at) SELECT 1, 'o', 1, 'given', 1, 1, 0 WHERE NOT EXISTS (SELECT 1 FROM offers)";
static const char *const make_remedies =
	"INSERT INTO remedies (ref, offer_id, option_n, case_id, type_id, kind, state, goodwill, words, done_by, made_at, changed_at) SELECT 'r' || id, 1, 1, id, 1, "
	"CASE WHEN id < 24000 AND id %% 48 = 0 THEN 'repair' WHEN id %% 4 = 0 THEN 'refund' ELSE 'credit' END, CASE WHEN id %% 6 = 0 THEN 'declined' ELSE 'done' END, FALSE, '', 'manual', received_at, "
	"received_at FROM cases WHERE id >= %d AND id %% 2 = 0";

static void
run(Kit *kit, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(db_script(kit->db, text, &error));
	g_assert_no_error(error);
}

static void
grow(Kit *kit, int from, int to)
{
	g_autofree char *cases = g_strdup_printf(make_cases, from, to), *messages = g_strdup_printf(make_messages, from);
	g_autofree char *docs = g_strdup_printf(make_docs, from), *words = g_strdup_printf(make_words, from);
	g_autofree char *notices = g_strdup_printf(make_notices, from), *results = g_strdup_printf(make_results, from), *remedies = g_strdup_printf(make_remedies, from);

	run(kit, cases);
	run(kit, messages);
	run(kit, docs);
	run(kit, words);
	run(kit, notices);
	run(kit, results);
	run(kit, make_offer);
	run(kit, remedies);
}

/* What one page costs. The first time statements are prepared, the second time all is as ever. */
static DbWork
cost(Kit *kit, const char *view, const char *sort, const char *typed, const Actor *actor)
{
	DbWork before = { 0, 0 }, after;

	for (int i = 0; i < 2; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(CaseQuery) query = typed != NULL ? case_query_parse(typed, kit->now_ms, "UTC") : NULL;
		g_autoptr(json_t) value = NULL;

		before = db_work(kit->db);
		value = case_list(kit->db, &(CaseListAsk){ .view = view, .query = query, .sort = sort, .limit = 50 }, actor, HALF_LATE_MS, &error);
		g_assert_no_error(error);
		if (json_array_size(json_object_get(value, "cases")) == 0)
			g_error("nothing in view %s, sort %s, \"%s\"", view, sort, typed);
	}
	after = db_work(kit->db);
	return (DbWork){ after.steps - before.steps, after.pages - before.pages };
}

typedef struct {
	const char *view, *sort, *typed;
	DbWork few;
} Ask;

static GArray *
asks(void)
{
	static const char *const searches[] = { "refund ", "nobody", "nobody rang", "\"is late\"", "catalogue", "refu", "refund is:open", NULL };
	static const char *const filters[] = { "channel:form severity:high", "owner:none is:open", "is:closed", "promise:due", "promise:broken", "-promise:broken", "clock:late", "clock:soon", "clock:answer", "-clock:soon clock:resolve",
		                               "missed:resolve", "missed:any", "-missed:any is:open", "remedy:refund", "remedy:done remedy:refund", "remedy:repair", "-remedy:done", NULL };
	GArray *list = g_array_new(FALSE, TRUE, sizeof(Ask));

	for (guint v = 0; case_views[v] != NULL; v++)
		for (guint s = 0; g_strcmp0(case_sorts[s], "rank") != 0; s++)
			g_array_append_val(list, ((Ask){ case_views[v], case_sorts[s], NULL, { 0, 0 } }));
	for (guint i = 0; filters[i] != NULL; i++)
		g_array_append_val(list, ((Ask){ "all", "due", filters[i], { 0, 0 } }));
	for (guint i = 0; searches[i] != NULL; i++)
		g_array_append_val(list, ((Ask){ "all", "rank", searches[i], { 0, 0 } }));
	return list;
}

static void
test_three_times_as_many(Kit *kit)
{
	Actor agent = world_actor(1, "agent");
	g_autoptr(GArray) list = asks();

	if (kit->engine != DB_SQLITE)
		return;
	for (int i = 1; i <= 5; i++) {
		g_autofree char *email = g_strdup_printf("u%d@example.org", i);

		g_assert_cmpint(world_user(kit, "Ruth Adeyemi", email, "agent"), ==, i);
	}
	grow(kit, 1, FEW);
	for (guint i = 0; i < list->len; i++) {
		Ask *ask = &g_array_index(list, Ask, i);

		ask->few = cost(kit, ask->view, ask->sort, ask->typed, &agent);
	}
	grow(kit, FEW + 1, MANY);
	for (guint i = 0; i < list->len; i++) {
		const Ask *ask = &g_array_index(list, Ask, i);
		DbWork many = cost(kit, ask->view, ask->sort, ask->typed, &agent);

		g_test_message("view %s, sort %s, \"%s\": %d steps, then %d; %d pages, then %d", ask->view, ask->sort, ask->typed, (int)ask->few.steps, (int)many.steps, (int)ask->few.pages, (int)many.pages);
		if (many.steps > MOST_STEPS || many.pages > MOST_PAGES || many.steps > ask->few.steps * 5 / 4 || many.pages > ask->few.pages * 3 / 2 + ONE_LEVEL)
			g_error("view %s, sort %s, \"%s\" grows: %d steps, then %d; %d pages, then %d", ask->view, ask->sort, ask->typed, (int)ask->few.steps, (int)many.steps, (int)ask->few.pages, (int)many.pages);
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/growth/three-times-as-many", test_three_times_as_many);
	return kit_run();
}
