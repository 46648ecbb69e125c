/* growth.c - what a page of the queue and a search cost inside, without the server around them: steps of the database's
 * program and pages of the file looked at, the same in every run, and processor time, the least of many runs.
 *   growth FOLDER EMAIL [WORDS...] - every view in every order as EMAIL sees it, then each search; one line of JSON each.
 * Times as a person meets them: bench.py. */
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "cases/list.h"
#include "org/roles.h"
#include "org/user.h"
#include <stdio.h>
#include <time.h>

#define RUNS 15
#define ROWS 50

/* Of this thread, so that a busy machine does not change the figures. */
static gint64
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
measure(Db *db, const Actor *actor, const char *view, const char *sort, const char *typed)
{
	gint64 least_us = G_MAXINT64, first_us = 0, now_ms = clock_now_ms();
	DbWork before = { 0, 0 }, after = { 0, 0 };
	g_autoptr(json_t) last = NULL;

	for (int i = 0; i < RUNS; i++) {
		g_autoptr(CaseQuery) query = typed != NULL ? case_query_parse(typed, now_ms, "UTC") : NULL;
		g_autoptr(GError) error = NULL;
		gint64 began_us = cpu_us(), us;

		before = db_work(db);
		g_clear_pointer(&last, json_decref);
		if ((last = case_list(db, &(CaseListAsk){ .view = view, .query = query, .sort = sort, .limit = ROWS }, actor, now_ms, &error)) == NULL)
			g_error("%s", error->message);
		after = db_work(db);
		us = cpu_us() - began_us;
		if (i == 0)
			first_us = us;
		least_us = MIN(least_us, us);
	}
	printf("{\"name\": \"%s%s%s\", \"steps\": %d, \"pages\": %d, \"us\": %d, \"first_us\": %d, \"rows\": %d, \"found\": %d, \"partial\": %s}\n", typed != NULL ? "search " : view,
	       typed != NULL ? typed : " by ", typed != NULL ? "" : sort, (int)(after.steps - before.steps), (int)(after.pages - before.pages), (int)least_us, (int)first_us,
	       (int)json_array_size(json_object_get(last, "cases")), (int)json_integer_value(json_object_get(last, "n_found")), json_flag(last, "partial", FALSE) ? "true" : "false");
	fflush(stdout);
}

static Actor
actor_of(Db *db, const char *email)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = user_find_email(db, email, &error);
	Actor actor = { .kind = ACTOR_STAFF, .zone = "UTC", .lang = "en" };

	if (user == NULL)
		g_error("%s: %s", email, error != NULL ? error->message : "nobody has this address");
	actor.user_id = user->id;
	actor.may = role_may(user->role);
	return actor;
}

int
main(int argc, char **argv)
{
	g_autofree char *url = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = NULL;
	Actor actor;

	if (argc < 3 || !secret_init())
		return 2;
	url = g_strconcat("sqlite:", argv[1], "/redress.db", NULL);
	if ((db = db_open(url, TRUE, &error)) == NULL)
		g_error("%s", error->message);
	actor = actor_of(db, argv[2]);
	for (guint v = 0; argc == 3 && case_views[v] != NULL; v++)
		for (guint s = 0; g_strcmp0(case_sorts[s], "rank") != 0; s++)
			measure(db, &actor, case_views[v], case_sorts[s], NULL);
	for (int i = 3; i < argc; i++)
		measure(db, &actor, "all", "rank", argv[i]);
	return 0;
}
