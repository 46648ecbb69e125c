/* remedy_json.c - remedies as the API shows them. */
#include "remedy.sql.h"
#include "remedy/remedy.h"
#include "remedy/rows.h"
#include "remedy/takeback.h"

static json_t *
offer_of(DbRows *rows)
{
	json_t *offer = json_object();

	json_put_text(offer, "ref", db_rows_text(rows, "offer_ref"));
	json_put_text(offer, "state", db_rows_text(rows, "offer_state"));
	json_put_bool(offer, "direct", db_rows_int(rows, "direct") != 0);
	json_put_int(offer, "n_options", db_rows_int(rows, "n_options"));
	json_put(offer, "chosen", db_rows_is_null(rows, "chosen") ? json_null() : json_integer(db_rows_int(rows, "chosen")));
	json_put_time(offer, "expires_at", db_rows_int(rows, "expires_at"));
	json_put_int(offer, "version", db_rows_int(rows, "offer_version"));
	return offer;
}

static json_t *
approval_of(DbRows *rows)
{
	json_t *approval;

	if (db_rows_text(rows, "approval_ref") == NULL)
		return json_null();
	approval = json_object();
	json_put_text(approval, "ref", db_rows_text(rows, "approval_ref"));
	json_put_text(approval, "state", db_rows_text(rows, "approval_state"));
	rows_put_person(approval, "asked_of", rows);
	rows_put_person(approval, "decided_by", rows);
	json_put_time(approval, "due_at", db_rows_int(rows, "due_at"));
	json_put_text(approval, "words", db_rows_text(rows, "approval_words"));
	return approval;
}

static json_t *
remedy_json(DbRows *rows)
{
	json_t *out = json_object();
	const char *currency = db_rows_text(rows, "currency");

	json_put_text(out, "ref", db_rows_text(rows, "ref"));
	json_put_text(out, "kind", db_rows_text(rows, "kind"));
	json_put_text(out, "name", db_rows_text(rows, "name"));
	json_put_text(out, "state", db_rows_text(rows, "state"));
	rows_put_money(out, "value", db_rows_int(rows, "amount_minor"), currency);
	rows_put_money(out, "asked", db_rows_int(rows, "asked_minor"), currency);
	json_put_bool(out, "goodwill", db_rows_int(rows, "goodwill") != 0);
	json_put_text(out, "words", db_rows_text(rows, "words"));
	json_put_text(out, "reason", db_rows_text(rows, "reason"));
	json_put_text(out, "done_by", db_rows_text(rows, "done_by"));
	json_put_bool(out, "takes_back", db_rows_int(rows, "takes_back") != 0);
	json_put(out, "takeback", takeback_json(rows));
	json_put_int(out, "option", db_rows_int(rows, "option_n"));
	json_put(out, "offer", offer_of(rows));
	rows_put_person(out, "made_by", rows);
	json_put_time(out, "made_at", db_rows_int(rows, "made_at"));
	rows_put_person(out, "authority", rows);
	json_put(out, "approval", approval_of(rows));
	json_put_text(out, "reference", db_rows_text(rows, "reference"));
	json_put_time(out, "done_at", db_rows_int(rows, "done_at"));
	json_put_time(out, "reversed_at", db_rows_int(rows, "reversed_at"));
	json_put_int(out, "attempts", db_rows_int(rows, "attempts"));
	json_put_time(out, "tried_at", db_rows_int(rows, "tried_at"));
	json_put_time(out, "accepted_at", db_rows_int(rows, "accepted_at"));
	json_put_text(out, "fault", db_rows_text(rows, "fault"));
	json_put_int(out, "version", db_rows_int(rows, "version"));
	return out;
}

static json_t *
remedy_json_whole(DbRows *rows)
{
	json_t *out = remedy_json(rows), *about = json_object();

	json_put_text(about, "ref", db_rows_text(rows, "case_ref"));
	json_put_text(about, "subject", db_rows_text(rows, "case_subject"));
	json_put(out, "case", about);
	json_put_text(out, "answer", db_rows_text(rows, "answer"));
	if (!db_rows_is_null(rows, "back_state"))
		json_put_text(json_object_get(out, "takeback"), "answer", db_rows_text(rows, "back_answer"));
	return out;
}

json_t *
remedy_list_of_case(Db *db, gint64 case_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_LIST_OF_CASE, DB_ARGS(DB_INT(case_id)), error);

	return rows_list(rows, remedy_json, error);
}

json_t *
remedy_show(Db *db, const char *ref, GError **error)
{
	char written[16];
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_SHOW, DB_ARGS(DB_TEXT(rows_ref(ref, written))), error);

	return rows_one(rows, remedy_json_whole, error);
}
