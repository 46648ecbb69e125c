/* exports.c - GET /export?format=ndjson|csv: every case as a file that /imports takes in again. The work: flow/export/export.h. */
#include "desk/exports.h"
#include "desk/app.h"
#include "flow/export/export.h"

static void
export_free_data(gpointer data)
{
	export_free(data);
}

static json_t *
export_get(Call *call, GError **error)
{
	const char *word = call_query(call, "format");
	ExportFormat format = EXPORT_CSV;

	if (word != NULL && !export_format_read(word, &format)) {
		err_add_field(error, "/format", "One of: ndjson, csv.");
		return NULL;
	}
	call_send_stream(call, export_media_type(format), format == EXPORT_CSV ? "redress-cases.csv" : "redress-cases.ndjson", export_next,
		export_new(call->store, format), export_free_data);
	return json_null();
}

const Route desk_export_routes[] = {
	{ "GET", "/export", "import.run", ROUTE_SLOW, .handler = export_get, .about = "all cases as a file, CSV or NDJSON" },
	{ NULL },
};
