/* import_resume.c - imports of uploaded files, run by their ref, and taken up again after a restart. */
#include "flow/import_run.h"
#include "store/blob.h"
#include <unistd.h>

gboolean
import_run_ref(Store *store, const char *ref, const ImportAsk *ask, const Actor *actor, ImportResult *ret_result, GError **error)
{
	Db *db = store_reader(store, error);
	g_autoptr(json_t) known = db != NULL ? import_get(db, ref, error) : NULL;
	ImportAsk mine = *ask;
	gint64 size;
	gboolean fine;

	if (known == NULL)
		return FALSE;
	if (mine.blob == NULL) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "this import came from the command line: run the same command again");
		return FALSE;
	}
	if ((mine.fd = blob_open(store_data_dir(store), mine.blob, &size, error)) < 0)
		return FALSE;
	mine.name = json_text(known, "file", "");
	fine = import_run_as(store, json_text(known, "ref", ""), &mine, actor, NULL, NULL, ret_result, error);
	close(mine.fd);
	return fine;
}

gboolean
import_resume(Store *store, const char *ref, const Actor *actor, ImportResult *ret_result, GError **error)
{
	Db *db = store_reader(store, error);
	g_autoptr(json_t) known = db != NULL ? import_get(db, ref, error) : NULL;
	const json_t *wish = json_object_get(known, "mapping"), *map = json_object_get(wish, "map");
	ImportAsk ask = { .fd = -1,
		.blob = json_text(known, "blob", NULL),
		.zone = json_text(wish, "zone", NULL),
		.map = json_is_object(map) ? map : NULL };

	if (known == NULL)
		return FALSE;
	import_format_read(json_text(known, "format", "csv"), &ask.format);
	date_style_read(json_text(wish, "dates", ""), &ask.dates);
	ask.delimiter = json_text(wish, "delimiter", "")[0];
	return import_run_ref(store, ref, &ask, actor, ret_result, error);
}
