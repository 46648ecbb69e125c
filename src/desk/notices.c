/* notices.c - what somebody should know: GET /notices, POST /notices/read. Made by the rules that cause them: cases/notice.h. */
#include "desk/notices.h"
#include "cases/case.h"
#include "cases/notice.h"
#include "desk/app.h"
#include "desk/panels.h"

enum { PAGE_ROWS = 50, MOST_ROWS = 200 };

/* GET /notices?unread=1&before=&limit= -> {notices, next, n_unread}, newest first. */
static json_t *
notices_get(Call *call, GError **error)
{
	gint64 unread = 0;
	json_t *value = notice_list(call->db, call->actor->user_id, call_query_int(call, "unread", 0, 0, 1) != 0,
		call_query_int(call, "before", 0, 0, G_MAXINT64), (guint)call_query_int(call, "limit", PAGE_ROWS, 1, MOST_ROWS), error);

	if (value == NULL)
		return NULL;
	if (!notice_count_unread(call->db, call->actor->user_id, &unread, error)) {
		json_decref(value);
		return NULL;
	}
	json_put_int(value, "n_unread", unread);
	return value;
}

typedef struct {
	DraftGiven given;
	gint64 id;
	char *about;
} ReadDraft;
static const DraftField read_fields[] = {
	{ "id", DRAFT_INT, offsetof(ReadDraft, id), .max = G_MAXINT64, .about = "one of them; left out: all" },
	{ "case", DRAFT_TEXT, offsetof(ReadDraft, about), .max = 20, .about = "those about this case" },
	{ NULL },
};
static const DraftSpec read_draft = { "NoticesRead", sizeof(ReadDraft), read_fields };

static json_t *
read_post(Call *call, GError **error)
{
	const ReadDraft *draft = call->draft;
	gint64 case_id = 0, unread = 0;
	json_t *value;

	if (draft->about != NULL && !case_id_by_ref(call->db, draft->about, &case_id, error))
		return NULL;
	if (!notice_mark_read(call->db, call->actor->user_id, draft->id, case_id, call->now_ms, error) ||
		!notice_count_unread(call->db, call->actor->user_id, &unread, error))
		return NULL;
	call_redirect(call, "/notices");
	value = json_object();
	json_put_int(value, "n_unread", unread);
	return value;
}

const Route desk_notice_routes[] = {
	{ "GET", "/notices", "case.read", ROUTE_READ, .handler = notices_get, .page = "notices.html", .panels = desk_panel_chrome, .about = "what one should know, newest first" },
	{ "POST", "/notices/read", "case.read", ROUTE_WRITE, 4096, read_post, .draft = &read_draft, .about = "one, those of a case, or all are read" },
	{ NULL },
};
