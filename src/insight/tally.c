/* tally.c - goes once over the cases of a period and counts. What becomes of the counts: insight/measures.c. */
#include "insight/tally.h"
#include "base/clock.h"
#include "measures.sql.h"
#include <string.h>

static void
group_free(gpointer data)
{
	Group *group = data;

	g_clear_pointer(&group->answers, g_array_unref);
	g_free(group);
}

static GArray *
times_new(void)
{
	return g_array_new(FALSE, FALSE, sizeof(gint64));
}

void
tally_init(Tally *self, const MeasureAsk *ask)
{
	memset(self, 0, sizeof *self);
	self->received_by_step = g_new0(gint64, ask->period->starts->len);
	self->resolved_by_step = g_new0(gint64, ask->period->starts->len);
	self->now.answers = times_new();
	self->now.resolutions = times_new();
	self->before.answers = times_new();
	self->before.resolutions = times_new();
	self->channels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, group_free);
	self->outcomes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, group_free);
	self->categories = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, group_free);
	self->teams = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, group_free);
	self->paths = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	self->team_names = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

void
tally_clear(Tally *self)
{
	GHashTable **tables[] = { &self->channels, &self->outcomes, &self->categories, &self->teams, &self->paths, &self->team_names, &self->wanted };
	GArray **arrays[] = { &self->now.answers, &self->now.resolutions, &self->before.answers, &self->before.resolutions };

	for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
		g_clear_pointer(tables[i], g_hash_table_unref);
	for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
		g_clear_pointer(arrays[i], g_array_unref);
	g_clear_pointer(&self->received_by_step, g_free);
	g_clear_pointer(&self->resolved_by_step, g_free);
}

static Group *
group_of_word(GHashTable *table, const char *word)
{
	Group *group = g_hash_table_lookup(table, word);

	if (group == NULL) {
		group = g_new0(Group, 1);
		group->answers = times_new();
		g_hash_table_insert(table, g_strdup(word), group);
	}
	return group;
}

static Group *
group_of_id(GHashTable *table, gint64 id)
{
	Group *group = g_hash_table_lookup(table, &id);

	if (group == NULL) {
		group = g_new0(Group, 1);
		group->answers = times_new();
		g_hash_table_insert(table, g_memdup2(&id, sizeof id), group);
	}
	return group;
}

/* A row counts when it is of the kind, channel, team and category asked for. */
static gboolean
counts(const Tally *self, const MeasureAsk *ask, DbRows *rows)
{
	gint64 category = db_rows_int(rows, "category_id");

	if (ask->kind != NULL && strcmp(db_rows_text(rows, "kind"), ask->kind) != 0)
		return FALSE;
	if (ask->channel != NULL && strcmp(db_rows_text(rows, "channel"), ask->channel) != 0)
		return FALSE;
	if (ask->team_id != 0 && db_rows_int(rows, "team_id") != ask->team_id)
		return FALSE;
	return self->wanted == NULL || g_hash_table_contains(self->wanted, &category);
}

static void
take_received(Tally *self, const MeasureAsk *ask, DbRows *rows)
{
	gint64 at = db_rows_int(rows, "received_at"), answered = db_rows_int(rows, "first_response_at");
	gint64 acknowledged = db_rows_int(rows, "acknowledged_at"), answer_ms = answered - at, limit = at + ACKNOWLEDGE_HOURS * MS_PER_HOUR;
	int place = report_period_place(ask->period, at);
	Span *span = place >= 0 ? &self->now : &self->before;
	Group *groups[3];

	span->received++;
	/* One whose day is not over yet is neither in time nor late. */
	if (acknowledged != 0 || limit <= ask->now_ms)
		span->acknowledge_due++;
	if (acknowledged != 0 && acknowledged <= limit)
		span->acknowledged++;
	if (answered != 0 && answer_ms >= 0)
		g_array_append_val(span->answers, answer_ms);
	if (place < 0)
		return;
	self->received_by_step[place]++;
	groups[0] = group_of_word(self->channels, db_rows_text(rows, "channel"));
	groups[1] = group_of_id(self->categories, db_rows_int(rows, "category_id"));
	groups[2] = group_of_id(self->teams, db_rows_int(rows, "team_id"));
	for (guint i = 0; i < G_N_ELEMENTS(groups); i++) {
		groups[i]->n++;
		if (i != 1 && answered != 0 && answer_ms >= 0)
			g_array_append_val(groups[i]->answers, answer_ms);
	}
}

static void
take_resolved(Tally *self, const MeasureAsk *ask, DbRows *rows)
{
	gint64 at = db_rows_int(rows, "resolved_at"), took = at - db_rows_int(rows, "received_at");
	const char *outcome = db_rows_text(rows, "outcome");
	int place = report_period_place(ask->period, at);
	Span *span = place >= 0 ? &self->now : &self->before;

	span->resolved++;
	span->reopened += db_rows_int(rows, "n_reopened") > 0;
	if (took >= 0)
		g_array_append_val(span->resolutions, took);
	if (place < 0)
		return;
	self->resolved_by_step[place]++;
	group_of_word(self->outcomes, outcome != NULL ? outcome : "")->n++;
}

static void
take_open(Tally *self, const MeasureAsk *ask, DbRows *rows)
{
	static const int days[N_AGES - 1] = { 1, 4, 8, 15, 29, 57 };
	gint64 age = ask->now_ms - db_rows_int(rows, "received_at"), due = db_rows_int(rows, "due_at");
	guint place = 0;

	while (place < N_AGES - 1 && age >= days[place] * MS_PER_DAY)
		place++;
	self->open_by_age[place]++;
	self->late_by_age[place] += due != 0 && due <= ask->now_ms;
}

typedef void (*Take)(Tally *self, const MeasureAsk *ask, DbRows *rows);

static gboolean
go_over(Tally *self, const MeasureAsk *ask, DbRows *taken, Take take, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) why = NULL;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &why))
		if (counts(self, ask, rows))
			take(self, ask, rows);
	if (why != NULL)
		g_propagate_error(error, g_steal_pointer(&why));
	return why == NULL;
}

static gboolean
read_paths(Tally *self, Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MEASURES_CATEGORIES, DB_NO_ARGS, error);
	g_autoptr(GError) why = NULL;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &why)) {
		gint64 id = db_rows_int(rows, "id");

		g_hash_table_insert(self->paths, g_memdup2(&id, sizeof id), g_strdup(db_rows_text(rows, "path")));
	}
	if (why != NULL)
		g_propagate_error(error, g_steal_pointer(&why));
	return why == NULL;
}

static gboolean
read_teams(Tally *self, Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MEASURES_TEAMS, DB_NO_ARGS, error);
	g_autoptr(GError) why = NULL;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &why)) {
		gint64 id = db_rows_int(rows, "id");

		g_hash_table_insert(self->team_names, g_memdup2(&id, sizeof id), g_strconcat(db_rows_text(rows, "ref"), "\n", db_rows_text(rows, "name"), NULL));
	}
	if (why != NULL)
		g_propagate_error(error, g_steal_pointer(&why));
	return why == NULL;
}

/* The category asked for and all below it, by their paths. */
static void
choose_categories(Tally *self, gint64 category_id)
{
	const char *top = g_hash_table_lookup(self->paths, &category_id);
	GHashTableIter iter;
	gpointer id, path;

	self->wanted = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_hash_table_add(self->wanted, g_memdup2(&category_id, sizeof category_id));
	g_hash_table_iter_init(&iter, self->paths);
	while (top != NULL && g_hash_table_iter_next(&iter, &id, &path))
		if (g_str_has_prefix(path, top) && g_str_has_prefix((const char *)path + strlen(top), " › "))
			g_hash_table_add(self->wanted, g_memdup2(id, sizeof(gint64)));
}

gboolean
tally_read(Tally *self, Db *db, const MeasureAsk *ask, GError **error)
{
	const ReportPeriod *period = ask->period;

	if (!read_paths(self, db, error) || !read_teams(self, db, error))
		return FALSE;
	if (ask->category_id != 0)
		choose_categories(self, ask->category_id);
	return go_over(self, ask, db_query(db, &SQL_MEASURES_RECEIVED, DB_ARGS(DB_INT(period->before_from_ms), DB_INT(period->to_ms)), error), take_received, error) &&
	       go_over(self, ask, db_query(db, &SQL_MEASURES_RESOLVED, DB_ARGS(DB_INT(period->before_from_ms), DB_INT(period->to_ms)), error), take_resolved, error) &&
	       go_over(self, ask, db_query(db, &SQL_MEASURES_OPEN, DB_NO_ARGS, error), take_open, error);
}
