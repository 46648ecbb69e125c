/* files.c - attachments in and out of the desk. The bytes: store/blob.h; a customer's own files: portal/track.c. */
#include "desk/files.h"
#include "cases/message.h"
#include "desk/app.h"
#include "store/blob.h"

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
