/* figures.c - see figures.h. */
#include "remedy/figures.h"
#include "figures.sql.h"
#include "remedy/ledger.h"
#include "remedy/rows.h"
#include <string.h>

static json_t *
kind_json(DbRows *rows)
{
	json_t *out = json_object();

	json_put_text(out, "kind", db_rows_text(rows, "kind"));
	json_put_text(out, "currency", db_rows_text(rows, "currency"));
	json_put_bool(out, "goodwill", db_rows_int(rows, "goodwill") != 0);
	json_put_int(out, "n", db_rows_int(rows, "n"));
	json_put(out, "sum", money_to_json(db_rows_int(rows, "total"), db_rows_text(rows, "currency")));
	return out;
}

static json_t *
cause_json(DbRows *rows)
{
	json_t *out = json_object();

	rows_put_person(out, "cause", rows);
	json_put_text(out, "currency", db_rows_text(rows, "currency"));
	json_put_int(out, "n", db_rows_int(rows, "n"));
	json_put(out, "sum", money_to_json(db_rows_int(rows, "total"), db_rows_text(rows, "currency")));
	return out;
}

static json_t *
by_authority_json(DbRows *rows)
{
	json_t *out = json_object();

	rows_put_person(out, "person", rows);
	json_put_text(out, "currency", db_rows_text(rows, "currency"));
	json_put_int(out, "n", db_rows_int(rows, "n"));
	json_put_int(out, "for_others", db_rows_int(rows, "n") - db_rows_int(rows, "own"));
	json_put(out, "sum", money_to_json(db_rows_int(rows, "total"), db_rows_text(rows, "currency")));
	return out;
}

/* Lengths of bars: of the dearest of the same currency, which stands first. */
static void
put_shares(json_t *list)
{
	json_t *one;
	const char *currency = "";
	gint64 most = 0;
	size_t i;

	json_array_foreach(list, i, one) {
		gint64 sum = json_int(json_object_get(one, "sum"), "amount_minor", 0);

		if (strcmp(currency, json_text(one, "currency", "")) != 0) {
			currency = json_text(one, "currency", "");
			most = MAX(sum, 1);
		}
		json_put_int(one, "pct", CLAMP(sum * 100 / most, 0, 100));
	}
}

static json_t *
authority_figures(Db *db, gint64 from_ms, gint64 to_ms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_FIGURES_AUTHORITY, DB_ARGS(DB_INT(from_ms), DB_INT(to_ms)), error);
	GError *local = NULL;
	json_t *out;
	gint64 n, own;

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, local);
		else
			g_set_error_literal(error, ERR, ERR_INTERNAL, "a count gave no row");
		return NULL;
	}
	n = db_rows_int(rows, "n");
	own = db_rows_int(rows, "own");
	out = json_object();
	json_put_int(out, "n", n);
	json_put_int(out, "own", own);
	json_put_int(out, "others", n - own);
	json_put(out, "own_pct", n > 0 ? json_real((double)(own * 1000 / n) / 10) : json_null());
	return out;
}

static json_t *
approval_figures(Db *db, gint64 from_ms, gint64 to_ms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_FIGURES_APPROVALS, DB_ARGS(DB_INT(from_ms), DB_INT(to_ms)), error);
	g_autoptr(GArray) took = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 approved = 0, refused = 0, lapsed = 0;
	GError *local = NULL;
	json_t *out;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		const char *state = db_rows_text(rows, "state");
		gint64 ms = db_rows_int(rows, "took");

		approved += strcmp(state, "approved") == 0;
		refused += strcmp(state, "refused") == 0;
		lapsed += strcmp(state, "lapsed") == 0;
		if (strcmp(state, "lapsed") != 0)
			g_array_append_val(took, ms);
	}
	if (local != NULL) {
		g_propagate_error(error, local);
		return NULL;
	}
	out = json_object();
	json_put_int(out, "n", approved + refused + lapsed);
	json_put_int(out, "approved", approved);
	json_put_int(out, "refused", refused);
	json_put_int(out, "lapsed", lapsed);
	json_put(out, "median_ms", took->len > 0 ? json_integer(g_array_index(took, gint64, (took->len - 1) / 2)) : json_null());
	json_put(out, "p90_ms", took->len > 0 ? json_integer(g_array_index(took, gint64, (took->len * 9 - 1) / 10)) : json_null());
	return out;
}

/* Takes @part, which may be NULL. */
static gboolean
put(json_t *out, const char *key, json_t *part)
{
	if (part != NULL)
		json_put(out, key, part);
	return part != NULL;
}

json_t *
remedy_sums_by_cause(Db *db, gint64 from_ms, gint64 to_ms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_FIGURES_BY_CAUSE, DB_ARGS(DB_INT(from_ms), DB_INT(to_ms)), error);

	return rows_list(rows, cause_json, error);
}

/* The house's own currency stands first. */
static json_t *
house_first(Db *db, json_t *sums, GError **error)
{
	g_autofree char *house = sums != NULL ? house_text(db, "currency", "EUR", error) : NULL;
	json_t *list, *one;
	size_t i;

	if (house == NULL) {
		json_decref(sums);
		return NULL;
	}
	list = json_array();
	for (int others = 0; others < 2; others++)
		json_array_foreach(sums, i, one) if ((strcmp(json_text(one, "currency", ""), house) != 0) == others) json_array_append(list, one);
	json_decref(sums);
	return list;
}

json_t *
remedy_figures(Db *db, gint64 from_ms, gint64 to_ms, GError **error)
{
	const LedgerAsk all = { .from_ms = from_ms, .to_ms = to_ms, .goodwill = -1 };
	g_autoptr(json_t) out = json_object();
	g_autoptr(DbRows) kinds = NULL, people = NULL;

	if (!put(out, "sums", house_first(db, ledger_sums(db, &all, error), error)))
		return NULL;
	kinds = db_query(db, &SQL_FIGURES_BY_KIND, DB_ARGS(DB_INT(from_ms), DB_INT(to_ms)), error);
	if (!put(out, "by_kind", rows_list(kinds, kind_json, error)))
		return NULL;
	if (!put(out, "by_cause", remedy_sums_by_cause(db, from_ms, to_ms, error)))
		return NULL;
	people = db_query(db, &SQL_FIGURES_BY_AUTHORITY, DB_ARGS(DB_INT(from_ms), DB_INT(to_ms)), error);
	if (!put(out, "by_authority", rows_list(people, by_authority_json, error)))
		return NULL;
	put_shares(json_object_get(out, "by_authority"));
	put_shares(json_object_get(out, "by_kind"));
	put_shares(json_object_get(out, "by_cause"));
	if (!put(out, "authority", authority_figures(db, from_ms, to_ms, error)) || !put(out, "approvals", approval_figures(db, from_ms, to_ms, error)))
		return NULL;
	return g_steal_pointer(&out);
}
