/* decision.c - see the header. When one is needed: stage_check in cases/stage.c. */
#include "cases/decision.h"
#include "cases/record.h"
#include "decision.sql.h"
#include <string.h>

const char *const decision_point_words[] = { "upheld", "partly_upheld", "not_upheld", NULL };

static gboolean
has_words(const char *text)
{
	return text != NULL && text[strspn(text, " \t\r\n")] != '\0';
}

/* ---- rules ---------------------------------------------------------------------------------------------------------- */

static gboolean
check_point(const json_t *point, guint *ret_outcome, GError **error)
{
	const char *text = json_is_object(point) ? json_text(point, "text", NULL) : NULL;

	if (!has_words(text)) {
		err_add_field(error, "/points", "Each point needs words.");
		return FALSE;
	}
	if (!record_check_text(text, DECISION_MAX_POINT, "/points", "A point", error))
		return FALSE;
	if (case_word_is(decision_point_words, json_text(point, "outcome", NULL), ret_outcome))
		return TRUE;
	err_add_field(error, "/points", "Say of each point whether it is upheld, partly upheld or not upheld.");
	return FALSE;
}

static gboolean
check_points(const NewDecision *make, GError **error)
{
	guint n_for = 0, outcome = 0;
	const json_t *one;
	size_t i;

	if (make->points == NULL || json_is_null(make->points))
		return TRUE;
	if (!json_is_array(make->points)) {
		err_add_field(error, "/points", "Points are a list, each with text and outcome.");
		return FALSE;
	}
	if (json_array_size(make->points) > DECISION_MAX_POINTS) {
		err_add_field(error, "/points", "At most %d points.", DECISION_MAX_POINTS);
		return FALSE;
	}
	json_array_foreach(make->points, i, one) {
		if (!check_point(one, &outcome, error))
			return FALSE;
		n_for += outcome != 2;
	}
	if (json_array_size(make->points) == 0 || !case_word_is(decision_point_words, make->outcome, &outcome))
		return TRUE;
	if (outcome == 2 && n_for > 0)
		err_add_field(error, "/points", "A point is upheld: then the whole is not \"not upheld\".");
	else if (outcome != 2 && n_for == 0)
		err_add_field(error, "/points", "No point is upheld: then the whole is \"not upheld\".");
	else
		return TRUE;
	return FALSE;
}

gboolean
decision_check(const NewDecision *make, GError **error)
{
	gboolean fine = TRUE;

	if (make->outcome != NULL && !case_word_is(case_outcomes, make->outcome, NULL)) {
		err_add_field(error, "/outcome", "There is no such outcome.");
		fine = FALSE;
	}
	fine = record_check_text(make->reasons, DECISION_MAX_REASONS, "/reasons", "The reasons", error) && fine;
	return check_points(make, error) && fine;
}

/* ---- writing -------------------------------------------------------------------------------------------------------- */

/* Only what we know of a point, whatever else was sent with it. (transfer full) */
static json_t *
kept_points(const json_t *points)
{
	json_t *kept = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(points, i, one) {
		json_t *point = json_object();

		json_put_text(point, "text", json_text(one, "text", ""));
		json_put_text(point, "outcome", json_text(one, "outcome", ""));
		json_array_append_new(kept, point);
	}
	return kept;
}

gboolean
decision_record(Db *db, const Case *it, const NewDecision *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) points = kept_points(make->points), facts = json_object();
	g_autofree char *text = json_write(points, NULL);
	gint64 id = 0;

	if (!db_query_int(db, &SQL_DECISION_INSERT,
	                  DB_ARGS(DB_INT(it->id), DB_TEXT(make->outcome), DB_TEXT(make->reasons != NULL ? make->reasons : ""), DB_TEXT(text), DB_INT_OR_NULL(actor->user_id), DB_INT(now_ms)), &id, NULL, error))
		return FALSE;
	json_put_text(facts, "outcome", make->outcome);
	json_put_int(facts, "points", (gint64)json_array_size(points));
	json_put_bool(facts, "with_reasons", has_words(make->reasons));
	return record_event(db, "case.decided", it->id, it->version, id, actor, now_ms, g_steal_pointer(&facts), error);
}

/* An ended case keeps its decision; reasons that nobody gave may still be added to it. */
static gboolean
may_decide(Db *db, const Case *it, const NewDecision *make, GError **error)
{
	g_autoptr(json_t) now = NULL;

	if (it->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was merged into another one: decide that", it->ref);
		return FALSE;
	}
	if (it->is_open)
		return TRUE;
	if ((now = decision_get(db, it, error)) == NULL)
		return FALSE;
	if (it->outcome != NULL && strcmp(it->outcome, make->outcome) == 0 && json_text(now, "reasons", NULL) == NULL && has_words(make->reasons))
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "case %s is decided: open it again to decide it anew", it->ref);
	return FALSE;
}

static gboolean
decide(Db *db, gint64 case_id, gint64 version, const NewDecision *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = case_lock(db, case_id, error);

	if (it == NULL || !case_check_version(it, version, error) || !may_decide(db, it, make, error))
		return FALSE;
	g_free(it->outcome);
	it->outcome = g_strdup(make->outcome);
	return case_save(db, it, now_ms, error) && decision_record(db, it, make, actor, now_ms, error);
}

gboolean
decision_make(Db *db, gint64 case_id, gint64 version, const NewDecision *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GError) faults = NULL;
	g_autoptr(DbTx) tx = NULL;

	if (!actor_must(actor, "case.write", error))
		return FALSE;
	decision_check(make, &faults);
	if (make->outcome == NULL)
		err_add_field(&faults, "/outcome", "Say how it was decided.");
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	return (tx = db_begin(db, error)) != NULL && decide(db, case_id, version, make, actor, now_ms, error) && db_tx_commit(tx, error);
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

static json_t *
decision_row(DbRows *rows)
{
	json_t *one = json_object(), *points = json_loads(db_rows_text(rows, "points"), 0, NULL), *by = json_null();
	const char *reasons = db_rows_text(rows, "reasons");

	if (db_rows_text(rows, "by_ref") != NULL) {
		by = json_object();
		json_put_text(by, "ref", db_rows_text(rows, "by_ref"));
		json_put_text(by, "name", db_rows_text(rows, "by_name"));
	}
	json_put_text(one, "outcome", db_rows_text(rows, "outcome"));
	json_put_text(one, "reasons", has_words(reasons) ? reasons : NULL);
	json_put(one, "points", points != NULL ? points : json_array());
	json_put(one, "by", by);
	json_put_time(one, "at", db_rows_int(rows, "made_at"));
	return one;
}

/* An outcome that came with an import: nobody gave reasons here. */
static json_t *
outcome_alone(const Case *it)
{
	json_t *one = json_object();

	json_put_text(one, "outcome", it->outcome);
	json_put_text(one, "reasons", NULL);
	json_put(one, "points", json_array());
	json_put(one, "by", json_null());
	json_put_time(one, "at", it->resolved_at);
	return one;
}

json_t *
decision_get(Db *db, const Case *it, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	if (it->outcome == NULL)
		return json_null();
	if ((rows = db_query(db, &SQL_DECISION_NEWEST, DB_ARGS(DB_INT(it->id)), error)) == NULL)
		return NULL;
	if (db_rows_next(rows, &local) && strcmp(db_rows_text(rows, "outcome"), it->outcome) == 0)
		return decision_row(rows);
	if (local == NULL)
		return outcome_alone(it);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

json_t *
decision_list(Db *db, gint64 case_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_DECISION_ROWS, DB_ARGS(DB_INT(case_id)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		json_array_append_new(list, decision_row(rows));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}
