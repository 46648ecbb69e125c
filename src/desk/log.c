/* log.c - GET /events (live, server-sent) and GET /log (the record, for auditors). One case's history: desk/cases.c; the
 * stream itself: http/live.c. */
#include "desk/log.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "store/events.h"

enum { PAGE_ROWS = 100, MOST_ROWS = 1000 };

static json_t *
row_to_json(const EventRow *row)
{
	json_t *one = json_object(), *facts = json_loads(row->facts, 0, NULL);

	json_put_int(one, "id", row->id);
	json_put_time(one, "at", row->at_ms);
	json_put_text(one, "kind", row->kind);
	json_put_text(one, "case", row->case_ref);
	json_put_text(one, "actor_kind", row->actor_kind);
	json_put_text(one, "actor", row->actor_ref);
	json_put_text(one, "actor_name", row->actor_name);
	json_put(one, "facts", facts != NULL ? facts : json_object());
	return one;
}

/* GET /log?after=&limit= -> {events, next}: oldest first, so that a reader who remembers "next" misses none. Without
 * "after" the newest page. */
static json_t *
log_get(Call *call, GError **error)
{
	guint limit = (guint)call_query_int(call, "limit", PAGE_ROWS, 1, MOST_ROWS);
	gint64 last = 0, after;
	g_autoptr(GPtrArray) rows = NULL;
	json_t *value, *list;
	Db *db = store_reader(call->store, error);

	if (db == NULL || !events_last_id(db, &last, error))
		return NULL;
	after = call_query_int(call, "after", MAX(last - (gint64)limit, 0), 0, G_MAXINT64);
	if ((rows = events_after(db, after, 0, limit, error)) == NULL)
		return NULL;
	value = json_object();
	list = json_array();
	for (guint i = 0; i < rows->len; i++)
		json_array_append_new(list, row_to_json(rows->pdata[i]));
	json_put(value, "events", list);
	json_put_int(value, "next", rows->len > 0 ? ((const EventRow *)rows->pdata[rows->len - 1])->id : after);
	json_put_int(value, "last", last);
	return value;
}

const Route desk_log_routes[] = {
	{ "GET", "/events", "case.read", ROUTE_READ, .handler = live_stream, .flags = ROUTE_API_ONLY, .about = "what changes, as server-sent events; resumes from Last-Event-ID" },
	{ "GET", "/log", "log.read", ROUTE_SLOW, .handler = log_get, .page = "log.html", .panels = desk_panel_chrome, .about = "the record of every change" },
	{ NULL },
};
