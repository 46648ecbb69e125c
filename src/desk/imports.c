/* imports.c - /imports: upload, look at the columns, try, run, watch, correct what was not taken. The work: flow/import/import.h; on
 * whose thread: desk/import_runner.h; what the page shows: desk/import_view.h; taking cases out: desk/exports.c. */
#include "desk/imports.h"
#include "desk/app.h"
#include "desk/import_runner.h"
#include "desk/import_view.h"
#include "desk/panels.h"
#include "store/blob.h"
#include <string.h>
#include <unistd.h>

enum { LIST_ROWS = 50, UPLOAD_BYTES = 2000 * 1024 * 1024 - 1, MOST_COLUMNS = 500 };

static json_t *
look_at(Call *call, Db *db, const char *ref, GError **error)
{
	g_autoptr(json_t) value = import_get(db, ref, error);

	if (value == NULL)
		return NULL;
	import_view_progress(value);
	if (g_str_equal(json_text(value, "state", ""), "mapping")) {
		if (!import_view_columns(value, store_data_dir(call->store), error))
			return NULL;
	} else if (!import_view_rejects(value, db, store_data_dir(call->store), error)) {
		return NULL;
	}
	return g_steal_pointer(&value);
}

static json_t *
look_in_snapshot(Call *call, const char *ref, GError **error)
{
	json_t *value;
	Db *db = NULL;

	if (!store_snapshot_begin(call->store, &db, error))
		return NULL;
	value = look_at(call, db, ref, error);
	store_snapshot_end(call->store, db);
	return value;
}

/* GET /imports?before= -> {imports[]} */
static json_t *
list_get(Call *call, GError **error)
{
	json_t *list = import_list(call->db, call_query_int(call, "before", 0, 0, G_MAXINT64), LIST_ROWS, error), *value;

	if (list == NULL)
		return NULL;
	value = json_object();
	json_put(value, "imports", list);
	return value;
}

static json_t *
new_get(Call *call, GError **error)
{
	return json_pack("{s:[s]}", "presets", "cfpb");
}

/* ---- uploading ------------------------------------------------------------------------------------------------------------ */

static const char *const formats[] = { "guess", "cfpb", "csv", "ndjson", NULL };
typedef struct {
	DraftGiven given;
	GPtrArray *file;
	const char *format;
} UploadDraft;
static const DraftField upload_fields[] = {
	{ "file", DRAFT_FILES, offsetof(UploadDraft, file), .required = TRUE, .max = 1, .about = "the file, multipart" },
	{ "format", DRAFT_WORD, offsetof(UploadDraft, format), .words = formats, .about = "guess unless said otherwise" },
	{ NULL },
};
static const DraftSpec upload_draft = { "Upload", sizeof(UploadDraft), upload_fields };

/* By its name, and for a table by its header: the bureau's has a column of its own. */
static ImportFormat
guess_format(const DraftFile *file, int fd)
{
	static const char mark[] = "Consumer complaint narrative";
	char start[4096];
	ssize_t n = pread(fd, start, sizeof start, 0);

	if (g_str_has_suffix(file->name, ".ndjson") || g_str_has_suffix(file->name, ".jsonl") || (n > 0 && start[0] == '{'))
		return IMPORT_NDJSON;
	return n > 0 && memmem(start, (gsize)n, mark, strlen(mark)) != NULL ? IMPORT_CFPB : IMPORT_CSV;
}

typedef struct {
	const ImportAsk *ask;
	const Actor *actor;
	gint64 n_bytes, now_ms;
	char ref[16];
} Upload;

static gboolean
keep_upload(Db *db, gpointer data, GError **error)
{
	Upload *self = data;

	return import_add(db, self->ask, self->n_bytes, self->actor, self->now_ms, self->ref, error);
}

static json_t *
upload_post(Call *call, GError **error)
{
	const UploadDraft *draft = call->draft;
	const DraftFile *file = draft->file->pdata[0];
	ImportAsk ask = { .name = file->name, .blob = file->hash, .zone = call->actor->zone };
	Upload upload = { .ask = &ask, .actor = call->actor, .n_bytes = file->size, .now_ms = call->now_ms };
	gint64 size;

	if ((ask.fd = blob_open(store_data_dir(call->store), file->hash, &size, error)) < 0)
		return NULL;
	if (draft->format == NULL || !import_format_read(draft->format, &ask.format))
		ask.format = guess_format(file, ask.fd);
	close(ask.fd);
	if (!call_write(call, keep_upload, &upload, error))
		return NULL;
	call_created(call, "/imports/%s", upload.ref);
	return look_in_snapshot(call, upload.ref, error);
}

/* ---- what is what ----------------------------------------------------------------------------------------------------------- */

static const char *const date_words[] = { "iso", "us", "day-first", "serial", "day", "month", NULL };
typedef struct {
	DraftGiven given;
	GPtrArray *to;
	const char *dates;
	json_t *map;
} ColumnsDraft;
static const DraftField columns_fields[] = {
	{ "to", DRAFT_LIST, offsetof(ColumnsDraft, to), .max = MOST_COLUMNS, .about = "the field of each column, in their order: external_id, body, facts.NAME, skip ..." },
	{ "dates", DRAFT_WORD, offsetof(ColumnsDraft, dates), .words = date_words, .about = "how days are written, where the file does not tell" },
	{ "map", DRAFT_JSON, offsetof(ColumnsDraft, map), .about = "JSON only: {column: field}, as redress import --map takes it" },
	{ NULL },
};
static const DraftSpec columns_draft = { "ImportColumns", sizeof(ColumnsDraft), columns_fields };

typedef struct {
	const char *ref;
	ImportFormat format;
	const json_t *wish;
} Remap;

static gboolean
keep_wish(Db *db, gpointer data, GError **error)
{
	const Remap *self = data;

	return import_remap(db, self->ref, self->format, self->wish, error);
}

/* The columns by name, from a form's list in their order. */
static json_t *
map_of(const json_t *known, const ColumnsDraft *draft)
{
	json_t *map, *column;
	size_t i;

	if (draft->map != NULL)
		return json_incref(draft->map);
	if (draft->to == NULL)
		return json_deep_copy(json_object_get(json_object_get(known, "mapping"), "map"));
	map = json_object();
	json_array_foreach(json_object_get(known, "columns"), i, column)
		if (i < draft->to->len)
			json_put_text(map, json_text(column, "name", ""), draft->to->pdata[i]);
	return map;
}

/* Keeps what was chosen, as long as it is only looked at. @ret_known: the import as it is now. */
static gboolean
choose_columns(Call *call, json_t **ret_known, GError **error)
{
	const ColumnsDraft *draft = call->draft;
	g_autoptr(json_t) known = look_in_snapshot(call, call_param(call, "ref"), error), wish = NULL;
	const char *dates = draft->dates;
	Remap remap = { .ref = call_param(call, "ref") };

	if (known == NULL)
		return FALSE;
	if (g_str_equal(json_text(known, "state", ""), "mapping") && draft->given != 0) {
		if (g_strcmp0(dates, "day") == 0 || g_strcmp0(dates, "month") == 0)
			dates = dates[0] == 'd' ? "day-first" : "us";
		wish = json_deep_copy(json_object_get(known, "mapping"));
		json_put(wish, "map", map_of(known, draft));
		if (dates != NULL)
			json_put_text(wish, "dates", dates);
		import_format_read(json_text(known, "format", "csv"), &remap.format);
		remap.wish = wish;
		if (!call_write(call, keep_wish, &remap, error))
			return FALSE;
		g_clear_pointer(&known, json_decref);
		if ((known = look_in_snapshot(call, remap.ref, error)) == NULL)
			return FALSE;
	}
	*ret_known = g_steal_pointer(&known);
	return TRUE;
}

static json_t *
columns_patch(Call *call, GError **error)
{
	json_t *known;

	if (!choose_columns(call, &known, error))
		return NULL;
	call_redirect(call, "/imports/%s", call_param(call, "ref"));
	return known;
}

/* POST /imports/{ref}/try: reads the whole file and writes nothing. */
static json_t *
try_post(Call *call, GError **error)
{
	gint64 began_us = g_get_monotonic_time(), size;
	g_autoptr(json_t) known = NULL;
	ImportResult result = { 0 };
	json_t *tried;
	ImportAsk ask;
	gboolean fine;

	if (!choose_columns(call, &known, error))
		return NULL;
	import_ask_of(known, &ask);
	ask.dry_run = TRUE;
	if (ask.blob == NULL) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "this import came from the command line: try it there with --dry-run");
		return NULL;
	}
	if ((ask.fd = blob_open(store_data_dir(call->store), ask.blob, &size, error)) < 0)
		return NULL;
	fine = import_run(call->store, &ask, call->actor, NULL, NULL, &result, error);
	close(ask.fd);
	if (!fine) {
		import_result_clear(&result);
		return NULL;
	}
	tried = json_object();
	json_put_int(tried, "n_imported", result.n_imported);
	json_put_int(tried, "n_updated", result.n_updated);
	json_put_int(tried, "n_unchanged", result.n_unchanged);
	json_put_int(tried, "n_rejected", result.n_rejected);
	json_put_text(tried, "message", result.reason);
	json_put(tried, "line", result.reason != NULL ? json_integer(result.reason_line) : json_null());
	json_put_real(tried, "seconds", (double)(g_get_monotonic_time() - began_us) / G_USEC_PER_SEC);
	json_put(known, "tried", tried);
	import_result_clear(&result);
	return g_steal_pointer(&known);
}

/* Whether a row can say what it is about (subject_of() of flow/import/row.c): otherwise not one would be taken. */
static gboolean
has_words(const json_t *known)
{
	static const char *const words[] = { "subject", "body", "category", "product", NULL };
	const json_t *column;
	size_t i;

	json_array_foreach(json_object_get(known, "columns"), i, column)
		if (g_strv_contains(words, json_text(column, "to", "")))
			return TRUE;
	return json_array_size(json_object_get(known, "columns")) == 0; /* from the command line */
}

static json_t *
run_post(Call *call, GError **error)
{
	g_autoptr(json_t) known = NULL;

	if (!choose_columns(call, &known, error))
		return NULL;
	if (!has_words(known)) {
		err_add_field(error, "/columns", "Say which column is what happened, or its subject: without one no row can be taken.");
		return NULL;
	}
	if (json_text(known, "problem", NULL) != NULL) {
		err_add_field(error, "/dates", "%s", json_text(known, "problem", ""));
		return NULL;
	}
	import_runner_add(desk_app(call)->imports, json_text(known, "ref", ""), call->actor);
	call->status = 202;
	call_redirect(call, "/imports/%s", call_param(call, "ref"));
	return g_steal_pointer(&known);
}

static json_t *
stop_post(Call *call, GError **error)
{
	json_t *value;

	if (!import_stop(call->db, call_param(call, "ref"), call->now_ms, error))
		return NULL;
	value = import_get(call->db, call_param(call, "ref"), error);
	call_redirect(call, "/imports/%s", call_param(call, "ref"));
	return value;
}

static json_t *
import_get_one(Call *call, GError **error)
{
	return look_in_snapshot(call, call_param(call, "ref"), error);
}

static json_t *
rejects_get(Call *call, GError **error)
{
	g_autofree char *name = NULL;
	gint64 size;
	int fd = import_rejects_open(call->db, store_data_dir(call->store), call_param(call, "ref"), &size, &name, error);

	if (fd < 0)
		return NULL;
	call_send_file(call, fd, size, "text/csv; charset=utf-8", name, FALSE);
	return json_null();
}

const Route desk_import_routes[] = {
	{ "GET", "/imports", "import.run", ROUTE_READ, .handler = list_get, .page = "import_list.html", .panels = desk_panel_chrome, .about = "imports, newest first" },
	{ "GET", "/imports/new", "import.run", ROUTE_READ, .handler = new_get, .page = "import_new.html", .panels = desk_panel_chrome, .flags = ROUTE_PAGE_ONLY, .about = "the form to upload a file" },
	{ "POST", "/imports", "import.run", ROUTE_SLOW, UPLOAD_BYTES, upload_post, .page = "import_new.html", .draft = &upload_draft, .panels = desk_panel_chrome, .flags = ROUTE_FILES, .about = "upload a file of cases; nothing is taken in yet" },
	{ "GET", "/imports/{ref}", "import.run", ROUTE_SLOW, .handler = import_get_one, .page = "import.html", .panels = desk_panel_chrome, .about = "an import: its columns before, its progress while and after it runs" },
	{ "PATCH", "/imports/{ref}", "import.run", ROUTE_SLOW, 256 * 1024, columns_patch, .page = "import.html", .draft = &columns_draft, .panels = desk_panel_chrome, .about = "say which column is what" },
	{ "POST", "/imports/{ref}/try", "import.run", ROUTE_SLOW, 256 * 1024, try_post, .page = "import.html", .draft = &columns_draft, .panels = desk_panel_chrome, .about = "read it all and write nothing" },
	{ "POST", "/imports/{ref}/run", "import.run", ROUTE_SLOW, 256 * 1024, run_post, .page = "import.html", .draft = &columns_draft, .panels = desk_panel_chrome, .about = "take it in; goes on after a restart" },
	{ "POST", "/imports/{ref}/stop", "import.run", ROUTE_WRITE, 4096, stop_post, .about = "pause it" },
	{ "GET", "/imports/{ref}/rejects.csv", "import.run", ROUTE_READ, .handler = rejects_get, .about = "the rows that were not taken, to correct and import again" },
	{ NULL },
};
