/* figure_rows.c - the remedies behind the figures of authority and of approvals. The figures: remedy/figures.c. */
#include "figures.sql.h"
#include "remedy/figures.h"
#include "remedy/rows.h"

static json_t *
row_json(DbRows *rows)
{
	json_t *out = json_object();

	json_put_text(out, "ref", db_rows_text(rows, "ref"));
	json_put_text(out, "kind", db_rows_text(rows, "kind"));
	json_put_text(out, "state", db_rows_text(rows, "state"));
	json_put_bool(out, "goodwill", db_rows_int(rows, "goodwill") != 0);
	rows_put_money(out, "value", db_rows_int(rows, "amount_minor"), db_rows_text(rows, "currency"));
	json_put_time(out, "at", db_rows_int(rows, "at"));
	json_put(out, "took_ms", db_rows_is_null(rows, "took") ? json_null() : json_integer(db_rows_int(rows, "took")));
	json_put_text(out, "decision", db_rows_text(rows, "decision"));
	json_put(out, "case", json_pair(db_rows_text(rows, "case_ref"), "subject", db_rows_text(rows, "case_subject")));
	rows_put_person(out, "by", rows);
	rows_put_person(out, "authority", rows);
	return out;
}

static DbRows *
query(Db *db, const RemedyRowsAsk *ask, GError **error)
{
	const gint64 before = ask->before_id != 0 ? ask->before_id : G_MAXINT64;

	if (ask->approvals)
		return db_query(db, &SQL_FIGURES_APPROVAL_ROWS,
			DB_ARGS(DB_INT(ask->from_ms), DB_INT(ask->to_ms), DB_INT(ask->person_id), DB_TEXT(ask->decision), DB_INT(before), DB_INT(ask->limit + 1)), error);
	return db_query(db, &SQL_FIGURES_AUTHORISED_ROWS,
		DB_ARGS(DB_INT(ask->from_ms), DB_INT(ask->to_ms), DB_INT(ask->person_id), DB_INT(ask->own), DB_INT(before), DB_INT(ask->limit + 1)), error);
}

json_t *
remedy_figure_rows(Db *db, const RemedyRowsAsk *ask, GError **error)
{
	g_autoptr(DbRows) rows = query(db, ask, error);
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	json_t *out;
	gint64 last = 0, next = 0;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		if (json_array_size(list) == ask->limit) {
			next = last;
			continue;
		}
		last = db_rows_int(rows, "id");
		json_array_append_new(list, row_json(rows));
	}
	if (!db_ended(&local, error))
		return NULL;
	out = json_object();
	json_put(out, "rows", g_steal_pointer(&list));
	json_put(out, "next", next != 0 ? json_integer(next) : json_null());
	return out;
}
