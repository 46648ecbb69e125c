/* test_list.c - the queue: every view in every order, page by page, no row twice and none lost, also while rows change. */
#include "cases/list.h"
#include "world.h"
#include <string.h>

static const char *const orders[] = { "due", "newest", "oldest", "severity", "changed", NULL };

/* 60 cases of all sorts: open and ended, owned or not, waiting, late. */
static void
fill(Kit *kit, gint64 owner_id)
{
	static const char *const channels[] = { "form", "email", "phone" };
	static const char *const tags_even[] = { "vip" };

	world_word(kit, TREE_CATEGORY, "Billing > Refunds");
	world_word(kit, TREE_CATEGORY, "Delivery");
	for (int i = 0; i < 60; i++) {
		g_autoptr(GPtrArray) tags = g_ptr_array_new();
		NewCase make = { .subject = i % 7 == 0 ? "late refund" : "broken kettle", .channel = channels[i % 3], .severity = i % 4, .received_at = kit->now_ms - (i % 10) * MS_PER_DAY,
			         .owner_id = i % 3 == 0 ? owner_id : 0, .category = i % 2 == 0 ? "Billing > Refunds" : "Delivery" };
		gint64 id;

		if (i % 5 == 0)
			g_ptr_array_add(tags, (gpointer)tags_even[0]);
		make.tags = tags;
		if (i % 6 == 5) {
			make.stage = "closed";
			make.outcome = "upheld";
			make.resolved_at = i % 12 == 5 ? kit->now_ms - i * MS_PER_HOUR : 0;
		}
		id = world_case_of(kit, make);
		if (i % 8 == 1)
			world_say(kit, id, "outbound", "We look.", kit->actor);
	}
}

static json_t *
page(Kit *kit, const char *view, const char *text, const char *sort, const char *after, guint limit, const Actor *actor)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(CaseQuery) query = text != NULL ? case_query_parse(text, kit->now_ms, "UTC") : NULL;
	json_t *value = case_list(kit->db, &(CaseListAsk){ .view = view, .query = query, .sort = sort, .after = after, .limit = limit }, actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return value;
}

/* All refs, page by page; fails when one comes twice. @between is called after each page. */
static GPtrArray *
walk(Kit *kit, const char *view, const char *text, const char *sort, guint limit, const Actor *actor, void (*between)(Kit *kit))
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *refs = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *after = NULL;

	for (int n = 0; n < 200; n++) {
		g_autoptr(json_t) value = page(kit, view, text, sort, after, limit, actor);
		json_t *cases = json_object_get(value, "cases"), *one;
		size_t i;

		g_assert_cmpuint(json_array_size(cases), <=, limit);
		json_array_foreach(cases, i, one) {
			if (!g_hash_table_add(seen, g_strdup(json_text(one, "ref", ""))))
				g_error("%s comes twice: view %s, sort %s", json_text(one, "ref", ""), view, sort);
			g_ptr_array_add(refs, g_strdup(json_text(one, "ref", "")));
		}
		g_free(after);
		after = g_strdup(json_text(value, "next", NULL));
		if (after == NULL)
			return refs;
		if (between != NULL)
			between(kit);
	}
	g_error("the pages of view %s, sort %s never end", view, sort);
}

static void
test_every_view_in_every_order(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent");
	Actor agent = world_actor(ruth, "agent");
	const char *const counts[][2] = {
		{ "mine", "SELECT count(*) FROM cases WHERE is_open AND owner_id IS NOT NULL" }, { "unassigned", "SELECT count(*) FROM cases WHERE is_open AND owner_id IS NULL" },
		{ "late", "SELECT count(*) FROM cases WHERE is_open AND due_at < 1795087320000" }, { "waiting", "SELECT count(*) FROM cases WHERE is_open AND waiting" },
		{ "open", "SELECT count(*) FROM cases WHERE is_open" }, { "all", "SELECT count(*) FROM cases" },
	};

	fill(kit, ruth);
	for (guint v = 0; v < G_N_ELEMENTS(counts); v++)
		for (guint s = 0; orders[s] != NULL; s++)
			for (guint limit = 7; limit <= 200; limit += 193) {
				g_autoptr(GPtrArray) refs = walk(kit, counts[v][0], NULL, orders[s], limit, &agent, NULL);

				if (refs->len != kit_count(kit, counts[v][1]))
					g_error("view %s, sort %s: %u rows of %d", counts[v][0], orders[s], refs->len, (int)kit_count(kit, counts[v][1]));
				g_assert_cmpuint(refs->len, >, 0);
			}
}

static void
test_orders_are_what_they_say(Kit *kit)
{
	g_autoptr(json_t) due = NULL, newest = NULL, severe = NULL;
	json_t *list;

	fill(kit, world_user(kit, "Ruth", "ruth@example.org", "agent"));
	due = page(kit, "all", NULL, "due", NULL, 200, kit->actor);
	list = json_object_get(due, "cases");
	for (size_t i = 1; i < json_array_size(list); i++) {
		const json_t *a = json_array_get(list, i - 1), *b = json_array_get(list, i);

		g_assert_false(!json_flag(a, "is_open", FALSE) && json_flag(b, "is_open", FALSE));
		if (json_text(b, "due_at", NULL) != NULL)
			g_assert_cmpstr(json_text(a, "due_at", ""), <=, json_text(b, "due_at", ""));
	}
	newest = page(kit, "open", NULL, "newest", NULL, 200, kit->actor);
	list = json_object_get(newest, "cases");
	for (size_t i = 1; i < json_array_size(list); i++)
		g_assert_cmpstr(json_text(json_array_get(list, i - 1), "received_at", ""), >=, json_text(json_array_get(list, i), "received_at", ""));
	severe = page(kit, "open", NULL, "severity", NULL, 200, kit->actor);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(severe, "cases"), 0), "severity", ""), ==, "critical");
}

/* Half of the cases have a promise, the later received the sooner; also ended ones, and one that was merged away since. */
static void
promise_some(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strdup_printf("UPDATE cases SET n_promises = 1, promise_due_at = %" G_GINT64_FORMAT " - id * 3600000 WHERE id %% 2 = 0;"
		"UPDATE cases SET is_open = FALSE, merged_into = 2 WHERE id = 8", kit->now_ms + 40 * MS_PER_HOUR);

	g_assert_true(db_script(kit->db, text, &error));
	g_assert_no_error(error);
}

static void
test_promises_by_their_own_time(Kit *kit)
{
	const struct {
		const char *view, *typed, *count;
	} asked[] = {
		{ "promises", NULL, "" }, { "promises", "is:open", " AND is_open" }, { "promises", "is:closed", " AND NOT is_open" }, { "promises", "channel:form", " AND channel = 'form'" },
		{ "all", "promise:open", "" }, { "all", "promise:soon", " AND promise_due_at < 1795087320000 + 86400000" }, { "open", "promise:soon late", " AND FALSE" },
	};

	fill(kit, world_user(kit, "Ruth", "ruth@example.org", "agent"));
	promise_some(kit);
	g_assert_cmpint(kit->now_ms, ==, 1795087320000);
	for (guint i = 0; i < G_N_ELEMENTS(asked); i++) {
		g_autofree char *count = g_strconcat("SELECT count(*) FROM cases WHERE promise_due_at IS NOT NULL AND merged_into IS NULL", asked[i].count, NULL);
		g_autoptr(GPtrArray) refs = NULL;
		g_autoptr(json_t) value = page(kit, asked[i].view, asked[i].typed, i < 6 ? "due" : NULL, NULL, 200, kit->actor);
		json_t *list = json_object_get(value, "cases");

		g_assert_cmpint(json_flag(value, "by_promise", FALSE), ==, i < 6); /* words are ranked */
		if (i == 6)
			continue;
		refs = walk(kit, asked[i].view, asked[i].typed, "due", 4, kit->actor, NULL);
		g_assert_cmpint(refs->len, ==, kit_count(kit, count));
		g_assert_cmpuint(refs->len, >, 3);
		g_assert_cmpuint(refs->len, ==, json_array_size(list));
		for (size_t k = 0; k < refs->len; k++) {
			g_assert_cmpstr(refs->pdata[k], ==, json_text(json_array_get(list, k), "ref", ""));
			if (k > 0)
				g_assert_cmpstr(json_text(json_array_get(list, k - 1), "promise_due_at", "?"), <, json_text(json_array_get(list, k), "promise_due_at", ""));
		}
	}
}

static void
bring_and_end(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	static int n;

	/* A new one arrives, another one is answered: neither may make the rest come twice. */
	world_case(kit, "in between");
	if (++n % 2 == 0)
		world_say(kit, n % 40 + 1, "note", "seen", kit->actor);
}

static void
test_pages_while_rows_change(Kit *kit)
{
	gint64 before;

	fill(kit, 0);
	before = kit_count(kit, "SELECT count(*) FROM cases");
	for (guint s = 0; s < 4; s++) { /* by last change, what changes moves to the front: it may not come twice, but may be missed */
		g_autoptr(GPtrArray) refs = walk(kit, "all", NULL, orders[s], 9, kit->actor, bring_and_end);

		g_assert_cmpint(refs->len, >=, before);
		before = kit_count(kit, "SELECT count(*) FROM cases");
	}
}

static void
test_filters(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent");
	Actor agent = world_actor(ruth, "agent");
	static const char *const rows[][2] = {
		{ "channel:form", "SELECT count(*) FROM cases WHERE channel = 'form'" },
		{ "channel:form channel:phone", "SELECT count(*) FROM cases WHERE channel IN ('form', 'phone')" },
		{ "-channel:form", "SELECT count(*) FROM cases WHERE channel <> 'form'" },
		{ "severity:critical is:open", "SELECT count(*) FROM cases WHERE severity = 3 AND is_open" },
		{ "owner:me", "SELECT count(*) FROM cases WHERE owner_id IS NOT NULL" },
		{ "owner:ruth is:open", "SELECT count(*) FROM cases WHERE owner_id IS NOT NULL AND is_open" },
		{ "owner:none", "SELECT count(*) FROM cases WHERE owner_id IS NULL" },
		{ "-owner:me", "SELECT count(*) FROM cases WHERE owner_id IS NULL" },
		{ "owner:nobody-of-this-name", "SELECT 0" },
		{ "category:billing", "SELECT count(*) FROM cases WHERE category_id = 2" },
		{ "category:\"Billing > Refunds\" -tag:vip", "SELECT count(*) FROM cases WHERE category_id = 2 AND tags = ''" },
		{ "category:refund", "SELECT count(*) FROM cases WHERE category_id = 2" },
		{ "category:fund", "SELECT count(*) FROM cases WHERE category_id = 2" },
		{ "category:\"100% of_it\"", "SELECT 0" },
		{ "-category:billing", "SELECT count(*) FROM cases WHERE category_id <> 2" },
		{ "product:none", "SELECT count(*) FROM cases" },
		{ "tag:vip", "SELECT count(*) FROM case_tags" },
		{ "tag:VIP is:closed", "SELECT count(*) FROM cases WHERE tags = 'vip' AND NOT is_open" },
		{ "outcome:upheld", "SELECT count(*) FROM cases WHERE outcome = 'upheld'" },
		{ "outcome:none is:open", "SELECT count(*) FROM cases WHERE is_open" },
		{ "is:closed", "SELECT count(*) FROM cases WHERE NOT is_open" },
		{ "-is:closed", "SELECT count(*) FROM cases WHERE is_open" },
		{ "is:late is:unassigned", "SELECT count(*) FROM cases WHERE is_open AND owner_id IS NULL AND due_at < 1795087320000" },
		{ "-is:late is:open", "SELECT count(*) FROM cases WHERE is_open AND (due_at IS NULL OR due_at >= 1795087320000)" },
		{ "is:open is:closed", "SELECT 0" },
		{ "is:merged", "SELECT 0" },
		{ "is:reopened", "SELECT 0" },
		{ "received:today", "SELECT count(*) FROM cases WHERE received_at >= 1795046400000" },
		{ "received:2026-11-15..2026-11-17", "SELECT count(*) FROM cases WHERE received_at >= 1794700800000 AND received_at < 1794960000000" },
		{ "received:2026-11-15 received:2026-11-17", "SELECT count(*) FROM cases WHERE (received_at >= 1794700800000 AND received_at < 1794787200000) OR (received_at >= 1794873600000 AND received_at < 1794960000000)" },
		{ "-received:today", "SELECT count(*) FROM cases WHERE received_at < 1795046400000" },
		{ "before:2026-11-15", "SELECT count(*) FROM cases WHERE received_at < 1794700800000" },
		{ "after:2026-11-15", "SELECT count(*) FROM cases WHERE received_at >= 1794700800000" },
		{ "resolved:30d", "SELECT count(*) FROM cases WHERE resolved_at IS NOT NULL" },
		{ "-resolved:30d", "SELECT count(*) FROM cases WHERE resolved_at IS NULL" },
		{ "stage:closed kind:complaint", "SELECT count(*) FROM cases WHERE stage = 'closed'" },
		{ "refund", "SELECT count(*) FROM cases WHERE subject = 'late refund'" },
		{ "\"late refund\" channel:email", "SELECT count(*) FROM cases WHERE subject = 'late refund' AND channel = 'email'" },
		{ "kettle -refund is:closed", "SELECT count(*) FROM cases WHERE subject <> 'late refund' AND NOT is_open" },
		{ "refund leaks", "SELECT count(*) FROM cases WHERE subject = 'late refund'" },
		{ "zebra", "SELECT 0" },
		{ "stage:nowhere", "SELECT count(*) FROM cases" }, /* a fault is told, not guessed at */
	};

	fill(kit, ruth);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		for (guint s = 0; s < 5; s += i % 4 == 0 ? 1 : 4) {
			g_autoptr(GPtrArray) refs = walk(kit, "all", rows[i][0], orders[s], 23, &agent, NULL);

			if (refs->len != kit_count(kit, rows[i][1]))
				g_error("%s by %s finds %u, not %d", rows[i][0], orders[s], refs->len, (int)kit_count(kit, rows[i][1]));
		}
}

static void
test_customers_are_found(Kit *kit)
{
	g_autoptr(json_t) by_address = NULL, by_name = NULL, nobody = NULL;

	world_case_of(kit, (NewCase){ .severity = -1, .customer = { .name = "Ada Lovelace", .email = "ada@example.org" } });
	world_case_of(kit, (NewCase){ .severity = -1, .customer = { .name = "Bob Stone", .email = "bob@example.org" } });
	by_address = page(kit, "all", "customer:ADA@example.org", NULL, NULL, 50, kit->actor);
	by_name = page(kit, "all", "customer:\"ada l\"", NULL, NULL, 50, kit->actor);
	nobody = page(kit, "all", "customer:zoe", NULL, NULL, 50, kit->actor);
	g_assert_cmpuint(json_array_size(json_object_get(by_address, "cases")), ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(by_name, "cases")), ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(nobody, "cases")), ==, 0);
}

static void
test_hits_are_ranked_and_marked(Kit *kit)
{
	g_autoptr(json_t) value = NULL;
	json_t *first;

	world_case_of(kit, (NewCase){ .subject = "kettle", .body = "A long story in which a refund is spoken of once, among many other things that happened.", .severity = -1 });
	world_case_of(kit, (NewCase){ .subject = "refund refund", .body = "My refund, my refund.", .severity = -1 });
	value = page(kit, "all", "refund", NULL, NULL, 50, kit->actor);
	g_assert_cmpint(json_int(value, "n_found", 0), ==, 2);
	g_assert_false(json_flag(value, "partial", TRUE));
	first = json_array_get(json_object_get(value, "cases"), 0);
	g_assert_cmpstr(json_text(first, "subject", ""), ==, "refund refund");
}

/* By rank only as much is looked up as a page needs: nothing may come twice, nothing be lost, and the count says so. */
static void
test_hits_page_by_page(Kit *kit)
{
	g_autoptr(json_t) first = NULL, all = NULL;
	g_autoptr(GPtrArray) refs = NULL;

	for (int i = 0; i < 100; i++) {
		gint64 id = world_case_of(kit, (NewCase){ .subject = i % 3 == 0 ? "refund refund" : "kettle", .body = "I want a refund.", .severity = -1, .channel = i % 2 == 0 ? "form" : "phone" });

		if (i % 4 == 0)
			world_say(kit, id, "note", "refund refund refund", kit->actor);
	}
	refs = walk(kit, "all", "refund", "rank", 7, kit->actor, NULL);
	g_assert_cmpuint(refs->len, ==, 100);
	g_clear_pointer(&refs, g_ptr_array_unref);
	refs = walk(kit, "all", "refund channel:phone", "rank", 7, kit->actor, NULL);
	g_assert_cmpuint(refs->len, ==, 50);
	first = page(kit, "all", "refund", NULL, NULL, 7, kit->actor);
	g_assert_true(json_flag(first, "n_found_more", FALSE));
	g_assert_cmpint(json_int(first, "n_found", 0), >=, 7);
	g_assert_cmpint(json_int(first, "n_found", 0), <, 100);
	all = page(kit, "all", "refund", NULL, NULL, 200, kit->actor);
	g_assert_false(json_flag(all, "n_found_more", TRUE));
	g_assert_cmpint(json_int(all, "n_found", 0), ==, 100);
}

static void
test_bad_asks(Kit *kit)
{
	static const char *const cursors[] = { "x", "d", "d9", "d0.", "d0.1", "d0.1.", "d0.1.1x", "n0.1.1", "d9.1.1", "d0..1", "d0.g.1", NULL };
	/* Of the view of promises as it was once, by what is due first of all. */
	static const char *const old[] = { "d0.1a1f3c7e880.5", "d1.0.5", "d2.1a1f3c7e880.5", "p1.1a1f3c7e880.5", NULL };
	g_autoptr(GError) error = NULL;

	for (guint i = 0; cursors[i] != NULL; i++) {
		g_assert_null(case_list(kit->db, &(CaseListAsk){ .view = "open", .sort = "due", .after = cursors[i], .limit = 10 }, kit->actor, kit->now_ms, &error));
		g_assert_true(world_at_fault(&error, "/after"));
		g_clear_error(&error);
	}
	for (guint i = 0; old[i] != NULL; i++) {
		g_assert_null(case_list(kit->db, &(CaseListAsk){ .view = "promises", .after = old[i], .limit = 10 }, kit->actor, kit->now_ms, &error));
		g_assert_true(world_at_fault(&error, "/after"));
		g_clear_error(&error);
	}
	g_assert_null(case_list(kit->db, &(CaseListAsk){ .view = "hers", .limit = 10 }, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/view"));
	g_clear_error(&error);
	g_assert_null(case_list(kit->db, &(CaseListAsk){ .sort = "colour", .limit = 10 }, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/sort"));
}

static void
test_merged_ones_are_out_of_sight(Kit *kit)
{
	gint64 a = world_case(kit, "one"), b = world_case(kit, "two");
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) gone = NULL;
	g_autoptr(json_t) all = NULL, merged = NULL, named = NULL;

	g_assert_true(case_merge(kit->db, a, b, kit->actor, kit->now_ms, &error));
	gone = world_look(kit, a);
	all = page(kit, "all", NULL, NULL, NULL, 50, kit->actor);
	merged = page(kit, "all", "is:merged", NULL, NULL, 50, kit->actor);
	named = page(kit, "all", gone->ref, NULL, NULL, 50, kit->actor);
	g_assert_cmpuint(json_array_size(json_object_get(all, "cases")), ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(merged, "cases")), ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(named, "cases")), ==, 1);
}

static void
test_counters(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent");
	Actor agent = world_actor(ruth, "agent");
	CaseCounters *counters = case_counters_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) value = NULL;

	fill(kit, ruth);
	g_assert_true(case_counters_refresh(counters, kit->db, kit->now_ms, &error));
	value = case_counters_get(counters, &agent);
	g_assert_cmpint(json_int(value, "mine", -1), ==, kit_count(kit, "SELECT count(*) FROM cases WHERE is_open AND owner_id IS NOT NULL"));
	g_assert_cmpint(json_int(value, "unassigned", -1), ==, kit_count(kit, "SELECT count(*) FROM cases WHERE is_open AND owner_id IS NULL"));
	g_assert_cmpint(json_int(value, "late", -1), ==, kit_count(kit, "SELECT count(*) FROM cases WHERE is_open AND due_at < 1795087320000"));
	g_assert_cmpint(json_int(value, "waiting", -1), ==, kit_count(kit, "SELECT count(*) FROM cases WHERE is_open AND waiting"));
	g_assert_cmpint(json_int(value, "open", -1), ==, kit_count(kit, "SELECT count(*) FROM cases WHERE is_open"));
	case_counters_free(counters);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/list/every-view-in-every-order", test_every_view_in_every_order);
	kit_add("/list/orders-are-what-they-say", test_orders_are_what_they_say);
	kit_add("/list/promises-by-their-own-time", test_promises_by_their_own_time);
	kit_add("/list/pages-while-rows-change", test_pages_while_rows_change);
	kit_add("/list/filters", test_filters);
	kit_add("/list/customers-are-found", test_customers_are_found);
	kit_add("/list/hits-are-ranked-and-marked", test_hits_are_ranked_and_marked);
	kit_add("/list/hits-page-by-page", test_hits_page_by_page);
	kit_add("/list/bad-asks", test_bad_asks);
	kit_add("/list/merged-ones-are-out-of-sight", test_merged_ones_are_out_of_sight);
	kit_add("/list/counters", test_counters);
	return kit_run();
}
