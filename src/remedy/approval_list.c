/* approval_list.c - what waits to be decided. Deciding: approval.c. */
#include "approval.sql.h"
#include "cases/case.h"
#include "remedy/approval.h"
#include "remedy/rows.h"

static json_t *
approval_json(DbRows *rows)
{
	json_t *out = json_object(), *remedy = json_object(), *about = json_object();

	json_put_text(out, "ref", db_rows_text(rows, "ref"));
	json_put_text(remedy, "ref", db_rows_text(rows, "remedy_ref"));
	json_put_text(remedy, "name", db_rows_text(rows, "remedy_name"));
	json_put_text(remedy, "kind", db_rows_text(rows, "kind"));
	rows_put_money(remedy, "value", db_rows_int(rows, "amount_minor"), db_rows_text(rows, "currency"));
	json_put_bool(remedy, "goodwill", db_rows_int(rows, "goodwill") != 0);
	json_put_text(remedy, "reason", db_rows_text(rows, "reason"));
	json_put(out, "remedy", remedy);
	json_put_text(about, "ref", db_rows_text(rows, "case_ref"));
	json_put_text(about, "subject", db_rows_text(rows, "case_subject"));
	json_put_text(about, "severity", case_severities[CLAMP(db_rows_int(rows, "severity"), 0, 3)]);
	json_put(out, "case", about);
	json_put_text(out, "customer", db_rows_text(rows, "customer_name"));
	rows_put_person(out, "asked_by", rows);
	rows_put_person(out, "asked_of", rows);
	json_put_time(out, "made_at", db_rows_int(rows, "made_at"));
	json_put_time(out, "due_at", db_rows_int(rows, "due_at"));
	json_put_bool(out, "mine", db_rows_int(rows, "mine") != 0);
	return out;
}

json_t *
approval_list(Db *db, gint64 user_id, gboolean only_mine, gint64 now_ms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_APPROVAL_LIST, DB_ARGS(DB_INT(user_id), DB_INT(now_ms)), error);
	json_t *list = rows_list(rows, approval_json, error), *out;

	if (list == NULL)
		return NULL;
	for (gsize i = json_array_size(list); only_mine && i > 0; i--)
		if (!json_flag(json_array_get(list, i - 1), "mine", FALSE))
			json_array_remove(list, i - 1);
	out = json_object();
	json_put_int(out, "n", (gint64)json_array_size(list));
	json_put(out, "approvals", list);
	return out;
}
