/* files.c - attachments in and out of the desk. The bytes: store/blob.h; a customer's own files: portal/track.c. */
#include "desk/files.h"
#include "cases/message.h"
#include "desk/app.h"
#include "org/settings.h"
#include "store/blob.h"

enum { DEFAULT_FILE_MB = 10 }; /* also where the settings cannot be read */

gint64
desk_file_mb(Call *call)
{
	g_autoptr(json_t) all = settings_all(desk_app(call)->settings, call->db, call->now_ms, NULL);

	return all != NULL ? json_int(all, "max_file_mb", DEFAULT_FILE_MB) : DEFAULT_FILE_MB;
}

gboolean
desk_files_fit(Call *call, const GPtrArray *files, GError **error)
{
	const gint64 mb = files != NULL && files->len > 0 ? desk_file_mb(call) : 0;

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const DraftFile *file = files->pdata[i];

		if (file->size <= mb * 1000 * 1000)
			continue;
		err_add_field(error, "/files", "\"%s\" is larger than the %d MB that a file may have.", file->name, (int)mb);
		return FALSE;
	}
	return TRUE;
}

GArray *
desk_files(const GPtrArray *files)
{
	GArray *out;

	if (files == NULL || files->len == 0)
		return NULL;
	out = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	for (guint i = 0; i < files->len; i++) {
		const DraftFile *file = files->pdata[i];
		NewAttachment one = { .name = file->name, .media_type = file->media_type, .hash = file->hash, .size = file->size };

		g_array_append_val(out, one);
	}
	return out;
}

GArray *
desk_files_again(Call *call, gint64 case_id, const GPtrArray *files, const GPtrArray *again, GPtrArray **ret_held, GError **error)
{
	g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
	g_autoptr(GArray) out = desk_files(files);

	if (out == NULL)
		out = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	for (guint i = 0; again != NULL && i < again->len; i++) {
		g_autoptr(GError) why = NULL;
		Attachment *file = attachment_by_ref(call->db, again->pdata[i], &why);
		NewAttachment one = { 0 };

		if (file != NULL)
			g_ptr_array_add(held, file);
		if (why != NULL && !g_error_matches(why, ERR, ERR_NOT_FOUND)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return NULL;
		}
		if (file == NULL || file->case_id != case_id) {
			err_add_field(error, "/again", "A file that is not on this case.");
			return NULL;
		}
		one = (NewAttachment){ .name = file->name, .media_type = file->media_type, .hash = file->hash, .size = file->size };
		g_array_append_val(out, one);
	}
	*ret_held = g_steal_pointer(&held);
	return g_steal_pointer(&out);
}

/* GET /files/{ref}: a download; ?view=1 shows an image in place. Everything else is never shown by us: a stranger sent it. */
static json_t *
file_get(Call *call, GError **error)
{
	g_autoptr(Attachment) file = attachment_by_ref(call->db, call_param(call, "ref"), error);
	gint64 size = 0;
	int fd;

	if (file == NULL)
		return NULL;
	if ((fd = blob_open(store_data_dir(call->store), file->hash, &size, error)) < 0)
		return NULL;
	call_send_file(call, fd, size, file->media_type, file->name, call_query(call, "view") != NULL);
	return json_null();
}

const Route desk_file_routes[] = {
	{ "GET", "/files/{ref}", "case.read", ROUTE_READ, .handler = file_get, .about = "an attachment, as a download" },
	{ NULL },
};
