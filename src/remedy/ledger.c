/* ledger.c - see ledger.h. */
#include "remedy/ledger.h"
#include "base/clock.h"
#include "ledger.sql.h"
#include "remedy/rows.h"
#include "text/csv.h"
#include <string.h>

const char ledger_csv_head[] = "at,entry,case,remedy,kind,goodwill,amount,currency,team,by,reference\r\n";

gboolean
ledger_add_on(Db *db, const Case *it, const Remedy *remedy, const char *entry, const Actor *actor, gint64 now_ms, GError **error)
{
	gint64 amount = strcmp(entry, "reversed") == 0 ? -remedy->amount_minor : remedy->amount_minor;

	if (remedy->currency[0] == '\0' || remedy->amount_minor == 0)
		return TRUE;
	return db_exec(db, &SQL_LEDGER_INSERT, DB_ARGS(DB_INT(now_ms), DB_TEXT(entry), DB_INT(remedy->id), DB_INT(remedy->case_id), DB_INT_OR_NULL(remedy->customer_id), DB_TEXT(remedy->kind),
		DB_BOOL(remedy->goodwill), DB_INT(amount), DB_TEXT(remedy->currency), DB_INT_OR_NULL(remedy->team_id), DB_INT_OR_NULL(actor->user_id), DB_TEXT(remedy->reference)), NULL, error) &&
	       db_exec(db, &SQL_LEDGER_GIVEN, DB_ARGS(DB_INT(remedy->case_id), DB_TEXT(remedy->currency), DB_INT(amount), DB_INT_OR_NULL(it->category_id), DB_INT(it->severity), DB_INT(now_ms)), NULL, error);
}

/* @total: of all; @reversed: below zero; both are in it. */
static json_t *
sums_json(const char *currency, gint64 total, gint64 reversed, gint64 goodwill, gint64 n)
{
	json_t *out = json_object();

	json_put_text(out, "currency", currency);
	json_put(out, "done", money_to_json(total - reversed, currency));
	json_put(out, "reversed", money_to_json(reversed, currency));
	json_put(out, "sum", money_to_json(total, currency));
	json_put(out, "goodwill", money_to_json(goodwill, currency));
	json_put(out, "redress", money_to_json(total - goodwill, currency));
	json_put_int(out, "n", n);
	return out;
}

static json_t *
sum_json(DbRows *rows)
{
	return sums_json(db_rows_text(rows, "currency"), db_rows_int(rows, "total"), db_rows_int(rows, "reversed"), db_rows_int(rows, "goodwill"), db_rows_int(rows, "n"));
}

#define ASK_ARGS(ask) DB_INT((ask)->from_ms), DB_INT((ask)->to_ms), DB_TEXT((ask)->currency), DB_TEXT((ask)->kind), DB_INT((ask)->goodwill), DB_INT((ask)->root_cause_id)

/* The next currency that the ledger has, "" for none. */
static gboolean
next_currency(Db *db, char currency[8], GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_LEDGER_NEXT_CURRENCY, DB_ARGS(DB_TEXT(currency)), error);
	GError *local = NULL;
	const char *next = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		next = db_rows_text(rows, "currency");
	if (local != NULL) {
		g_propagate_error(error, local);
		return FALSE;
	}
	g_strlcpy(currency, next != NULL ? next : "", 8);
	return TRUE;
}

static gboolean
add_part(Db *db, const LedgerAsk *ask, const char *currency, const char *entry, gboolean goodwill, gint64 *sum, gint64 *n, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_LEDGER_SUMS, DB_ARGS(DB_INT(ask->from_ms), DB_INT(ask->to_ms), DB_TEXT(currency), DB_TEXT(entry), DB_BOOL(goodwill)), error);
	GError *local = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		*sum = db_rows_int(rows, "total");
		*n += db_rows_int(rows, "n");
	}
	return db_ended(&local, error);
}

static json_t *
all_sums(Db *db, const LedgerAsk *ask, GError **error)
{
	g_autoptr(json_t) list = json_array();
	char currency[8] = "";

	while (next_currency(db, currency, error)) {
		gint64 done = 0, done_goodwill = 0, reversed = 0, reversed_goodwill = 0, n = 0;

		if (currency[0] == '\0')
			return g_steal_pointer(&list);
		if (!add_part(db, ask, currency, "done", FALSE, &done, &n, error) || !add_part(db, ask, currency, "done", TRUE, &done_goodwill, &n, error) ||
		    !add_part(db, ask, currency, "reversed", FALSE, &reversed, &n, error) || !add_part(db, ask, currency, "reversed", TRUE, &reversed_goodwill, &n, error))
			return NULL;
		if (n > 0)
			json_array_append_new(list, sums_json(currency, done + done_goodwill + reversed + reversed_goodwill, reversed + reversed_goodwill, done_goodwill + reversed_goodwill, n));
	}
	return NULL;
}

json_t *
ledger_sums(Db *db, const LedgerAsk *ask, GError **error)
{
	gboolean plain = ask->currency == NULL && ask->kind == NULL && ask->goodwill < 0 && ask->root_cause_id == 0;
	g_autoptr(DbRows) rows = plain ? NULL : db_query(db, &SQL_LEDGER_SUMS_OF, DB_ARGS(ASK_ARGS(ask)), error);

	return plain ? all_sums(db, ask, error) : rows_list(rows, sum_json, error);
}

static json_t *
row_json(DbRows *rows)
{
	json_t *out = json_object(), *about = json_object();

	json_put_int(out, "id", db_rows_int(rows, "id"));
	json_put_time(out, "at", db_rows_int(rows, "at"));
	json_put_text(out, "entry", db_rows_text(rows, "entry"));
	json_put_text(out, "kind", db_rows_text(rows, "kind"));
	json_put_bool(out, "goodwill", db_rows_int(rows, "goodwill") != 0);
	json_put(out, "value", money_to_json(db_rows_int(rows, "amount_minor"), db_rows_text(rows, "currency")));
	json_put_text(about, "ref", db_rows_text(rows, "case_ref"));
	json_put_text(about, "subject", db_rows_text(rows, "case_subject"));
	json_put(out, "case", about);
	json_put_text(out, "remedy", db_rows_text(rows, "remedy_ref"));
	rows_put_person(out, "team", rows);
	rows_put_person(out, "by", rows);
	json_put_text(out, "reference", db_rows_text(rows, "reference"));
	return out;
}

json_t *
ledger_rows(Db *db, const LedgerAsk *ask, LedgerPlace before, guint limit, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_LEDGER_ROWS, DB_ARGS(ASK_ARGS(ask), DB_INT(before.id > 0 ? before.at_ms : G_MAXINT64), DB_INT(before.id > 0 ? before.id : G_MAXINT64), DB_INT(limit + 1)), error);
	json_t *list = rows_list(rows, row_json, error), *out;
	gboolean more;
	gint64 at;

	if (list == NULL)
		return NULL;
	if ((more = json_array_size(list) > limit))
		json_array_remove(list, limit);
	out = json_object();
	json_put(out, "rows", list);
	json_put(out, "next", json_null());
	if (more && time_read(json_text(json_array_get(list, limit - 1), "at", ""), &at))
		json_put(out, "next", json_sprintf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, at, json_int(json_array_get(list, limit - 1), "id", 0)));
	return out;
}

static void
put_row(GString *out, DbRows *rows)
{
	const char *const texts[] = { db_rows_text(rows, "entry"), db_rows_text(rows, "case_ref"), db_rows_text(rows, "remedy_ref"), db_rows_text(rows, "kind"),
		db_rows_int(rows, "goodwill") != 0 ? "goodwill" : "redress" };
	const char *const strange[] = { db_rows_text(rows, "team_name"), db_rows_text(rows, "by_name"), db_rows_text(rows, "reference") };
	char at[TIME_SIZE];

	time_write(db_rows_int(rows, "at"), at);
	g_string_append(out, at);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_string_append_printf(out, ",%s", texts[i]);
	g_string_append_c(out, ',');
	money_write_plain(out, db_rows_int(rows, "amount_minor"), db_rows_text(rows, "currency"));
	g_string_append_printf(out, ",%s", db_rows_text(rows, "currency"));
	for (guint i = 0; i < G_N_ELEMENTS(strange); i++)
		csv_put_safe(out, strange[i] != NULL ? strange[i] : "", FALSE);
	g_string_append(out, "\r\n");
}

gboolean
ledger_csv(Db *db, const LedgerAsk *ask, LedgerPlace *place, guint limit, GString *out, GError **error)
{
	const LedgerPlace from = place->id != 0 ? *place : (LedgerPlace){ G_MININT64, 0 };
	g_autoptr(DbRows) rows = db_query(db, &SQL_LEDGER_ROWS_UP, DB_ARGS(ASK_ARGS(ask), DB_INT(from.at_ms), DB_INT(from.id), DB_INT(limit)), error);
	GError *local = NULL;

	if (rows == NULL)
		return FALSE;
	*place = (LedgerPlace){ 0, 0 };
	while (db_rows_next(rows, &local)) {
		put_row(out, rows);
		*place = (LedgerPlace){ db_rows_int(rows, "at"), db_rows_int(rows, "id") };
	}
	return db_ended(&local, error);
}
