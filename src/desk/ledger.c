/* ledger.c - GET /ledger, /ledger.csv, /figures/remedies. What stands in it: remedy/ledger.h; what a figure means: remedy/figures.h. */
#include "desk/ledger.h"
#include "base/clock.h"
#include "base/money.h"
#include "cases/words.h"
#include "desk/app.h"
#include "desk/choose.h"
#include "desk/figure_csv.h"
#include "desk/panels.h"
#include "insight/report_period.h"
#include "remedy/figures.h"
#include "remedy/ledger.h"
#include <string.h>

enum { ROWS = 100, CSV_ROWS = 500 };

static const char *
given(const Call *call, const char *name)
{
	const char *text = call_query(call, name);

	return text != NULL && text[0] != '\0' ? text : NULL;
}

static ReportPeriod *
read_period(const Call *call, const char **ret_word, GError **error)
{
	const char *from = given(call, "from"), *to = given(call, "to"), *word = given(call, "period");

	*ret_word = word != NULL ? word : from != NULL || to != NULL ? "own" : "4w";
	return report_period_new(*ret_word, from, to, -1, call->now_ms, call->actor->zone, error);
}

/* ?period=&from=&to=&currency=&kind=&goodwill=yes|no&cause=REF|none */
static gboolean
read_ask(Call *call, Db *db, const ReportPeriod *period, LedgerAsk *ask, GError **error)
{
	const char *goodwill = given(call, "goodwill"), *cause = given(call, "cause");

	*ask = (LedgerAsk){ .from_ms = period->from_ms, .to_ms = period->to_ms, .currency = given(call, "currency"), .kind = given(call, "kind"), .goodwill = -1 };
	if (ask->currency != NULL && currency_digits(ask->currency) < 0)
		err_add_field(error, "/currency", "There is no such currency.");
	else if (ask->kind != NULL && !g_strv_contains(remedy_kinds, ask->kind))
		err_add_field(error, "/kind", "There is no such kind of remedy.");
	else if (goodwill != NULL && strcmp(goodwill, "yes") != 0 && strcmp(goodwill, "no") != 0)
		err_add_field(error, "/goodwill", "yes or no.");
	else {
		if (goodwill != NULL)
			ask->goodwill = strcmp(goodwill, "yes") == 0;
		if (cause != NULL && strcmp(cause, "none") == 0)
			ask->root_cause_id = -1;
		else if (cause != NULL)
			return tree_resolve(db, TREE_ROOT_CAUSE, cause, FALSE, "/cause", call->actor, call->now_ms, &ask->root_cause_id, error);
		return TRUE;
	}
	return FALSE;
}

/* ?before=AT-ID, as "next" says it. */
static gboolean
read_place(const Call *call, LedgerPlace *ret, GError **error)
{
	const char *text = given(call, "before");
	char *rest = NULL;

	*ret = (LedgerPlace){ 0, 0 };
	if (text == NULL)
		return TRUE;
	ret->at_ms = g_ascii_strtoll(text, &rest, 10);
	ret->id = *rest == '-' ? g_ascii_strtoll(rest + 1, NULL, 10) : 0;
	if (ret->id <= 0)
		err_add_field(error, "/before", "This is no place in the list.");
	return ret->id > 0;
}

static void
put_days(json_t *value, const char *key, gint64 from_ms, gint64 to_ms, const char *zone)
{
	char from[16], to[16];

	report_period_day(from_ms, zone, from);
	report_period_day(to_ms - 1, zone, to);
	json_put(value, key, json_sprintf("from=%s&to=%s", from, to));
}

/* The stretches of the same length right before and right after, as queries; none that lies ahead. */
static void
put_neighbours(const Call *call, json_t *value, const ReportPeriod *period)
{
	const gint64 length = period->to_ms - period->from_ms;

	put_days(value, "earlier", period->before_from_ms, period->from_ms, call->actor->zone);
	json_put(value, "later", json_null());
	if (period->to_ms < call->now_ms)
		put_days(value, "later", period->to_ms, MIN(period->to_ms + length, call->now_ms + 1), call->actor->zone);
}

static json_t *
read_ledger(Call *call, Db *db, GError **error)
{
	const char *word;
	g_autoptr(ReportPeriod) period = read_period(call, &word, error);
	json_t *sums, *value;
	LedgerPlace before;
	LedgerAsk ask;

	if (period == NULL || !read_ask(call, db, period, &ask, error) || !read_place(call, &before, error) || (sums = ledger_sums(db, &ask, error)) == NULL)
		return NULL;
	if ((value = ledger_rows(db, &ask, before, (guint)call_query_int(call, "limit", ROWS, 1, 500), error)) == NULL) {
		json_decref(sums);
		return NULL;
	}
	json_put(value, "sums", sums);
	json_put_text(value, "period", word);
	json_put_time(value, "from", period->from_ms);
	json_put_time(value, "to", period->to_ms - MS_PER_S); /* the last second of it */
	put_neighbours(call, value, period);
	json_put_text(value, "currency", ask.currency);
	json_put_text(value, "kind", ask.kind);
	json_put_text(value, "goodwill", given(call, "goodwill"));
	json_put_text(value, "cause", given(call, "cause"));
	return value;
}

static json_t *
in_snapshot(Call *call, json_t *(*read)(Call *call, Db *db, GError **error), GError **error)
{
	json_t *value;
	Db *db = NULL;

	if (!store_snapshot_begin(call->store, &db, error))
		return NULL;
	value = read(call, db, error);
	store_snapshot_end(call->store, db);
	return value;
}

static json_t *
ledger_get(Call *call, GError **error)
{
	return in_snapshot(call, read_ledger, error);
}

typedef struct {
	Store *store;
	LedgerAsk ask;
	char *currency, *kind;
	LedgerPlace place;
	gboolean begun;
} Export;

static void
export_free_data(gpointer data)
{
	Export *export = data;

	g_free(export->currency);
	g_free(export->kind);
	g_free(export);
}

static gboolean
export_next(GString *out, gpointer data, GError **error)
{
	Export *export = data;
	Db *db = store_reader(export->store, error);

	if (db == NULL)
		return FALSE;
	if (!export->begun)
		g_string_append(out, ledger_csv_head);
	export->begun = TRUE;
	return ledger_csv(db, &export->ask, &export->place, CSV_ROWS, out, error) && export->place.id != 0;
}

/* GET /ledger.csv: the same rows, oldest first. */
static json_t *
ledger_csv_get(Call *call, GError **error)
{
	const char *word;
	g_autoptr(ReportPeriod) period = read_period(call, &word, error);
	Db *db = store_reader(call->store, error);
	Export *export;
	LedgerAsk ask;

	if (period == NULL || db == NULL || !read_ask(call, db, period, &ask, error))
		return NULL;
	export = g_new0(Export, 1);
	export->store = call->store;
	export->ask = ask;
	export->ask.currency = export->currency = g_strdup(ask.currency);
	export->ask.kind = export->kind = g_strdup(ask.kind);
	call_send_stream(call, "text/csv; charset=utf-8", "redress-ledger.csv", export_next, export, export_free_data);
	return json_null();
}

static json_t *
read_figures(Call *call, Db *db, GError **error)
{
	const char *word;
	g_autoptr(ReportPeriod) period = read_period(call, &word, error);
	json_t *value = period != NULL ? remedy_figures(db, period->from_ms, period->to_ms, error) : NULL;

	if (value == NULL)
		return NULL;
	json_put_text(value, "period", word);
	json_put_time(value, "from", period->from_ms);
	json_put_time(value, "to", period->to_ms - MS_PER_S); /* the last second of it */
	put_days(value, "query", period->from_ms, period->to_ms, call->actor->zone);
	put_neighbours(call, value, period);
	return value;
}

/* GET /figures/remedies?period=&from=&to=&csv= */
static json_t *
figures_get(Call *call, GError **error)
{
	static const char *const tables[] = { "sums", "by_cause", "by_kind", "by_authority", "authority", "approvals", NULL };

	return figure_csv(call, in_snapshot(call, read_figures, error), "remedies", tables, error);
}

static gboolean
read_rows_ask(Call *call, const ReportPeriod *period, RemedyRowsAsk *ask, GError **error)
{
	static const char *const decisions[] = { "approved", "refused", "lapsed", NULL };
	const char *of = given(call, "of"), *own = given(call, "own"), *person = given(call, "person");

	*ask = (RemedyRowsAsk){ .from_ms = period->from_ms, .to_ms = period->to_ms, .approvals = g_strcmp0(of, "approvals") == 0, .own = own == NULL ? -1 : strcmp(own, "yes") == 0, .decision = given(call, "decision"),
		.before_id = call_query_int(call, "before", 0, 0, G_MAXINT64), .limit = (guint)call_query_int(call, "limit", ROWS, 1, 500) };
	if (of != NULL && strcmp(of, "approvals") != 0 && strcmp(of, "authorised") != 0)
		err_add_field(error, "/of", "authorised or approvals.");
	else if (own != NULL && strcmp(own, "yes") != 0 && strcmp(own, "no") != 0)
		err_add_field(error, "/own", "yes or no.");
	else if (ask->decision != NULL && !g_strv_contains(decisions, ask->decision))
		err_add_field(error, "/decision", "One of: approved, refused, lapsed.");
	else
		return person == NULL || desk_owner_id(call, person, &ask->person_id, error);
	return FALSE;
}

/* GET /figures/remedies/rows?of=authorised|approvals&period=&from=&to=&person=&own=yes|no&decision=&before=&csv=rows */
static json_t *
rows_get(Call *call, GError **error)
{
	static const char *const tables[] = { "rows", NULL };
	const char *word;
	g_autoptr(ReportPeriod) period = read_period(call, &word, error);
	RemedyRowsAsk ask;
	json_t *value;

	if (period == NULL || !read_rows_ask(call, period, &ask, error) || (value = remedy_figure_rows(call->db, &ask, error)) == NULL)
		return NULL;
	json_put_text(value, "of", ask.approvals ? "approvals" : "authorised");
	json_put_text(value, "period", word);
	json_put_time(value, "from", period->from_ms);
	json_put_time(value, "to", period->to_ms - MS_PER_S);
	json_put_text(value, "person", given(call, "person"));
	return figure_csv(call, value, "remedies", tables, error);
}

static gboolean
ledger_panels(Call *call, json_t *value, GError **error)
{
	return desk_panel_trees(call, value, error) && desk_panel_chrome(call, value, error);
}

const Route desk_ledger_routes[] = {
	{ "GET", "/ledger", "measure.read", ROUTE_SLOW, .handler = ledger_get, .page = "ledger.html", .panels = ledger_panels, .about = "money that moved in a period: sums by currency, and rows, newest first" },
	{ "GET", "/ledger.csv", "measure.read", ROUTE_SLOW, .handler = ledger_csv_get, .about = "the same rows as a file, oldest first" },
	{ "GET", "/figures/remedies", "measure.read", ROUTE_SLOW, .handler = figures_get, .page = "figures_remedies.html", .panels = desk_panel_chrome, .about = "what was given, why, on whose authority, how long approvals took; csv= one of its tables as a file" },
	{ "GET", "/figures/remedies/rows", "measure.read", ROUTE_READ, .handler = rows_get, .page = "figures_remedies_rows.html", .panels = desk_panel_chrome, .about = "the remedies behind the figures of authority and of approvals, newest first" },
	{ NULL },
};
