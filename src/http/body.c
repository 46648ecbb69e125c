/* body.c - see body.h. */
#include "http/body.h"
#include "http/inner.h"
#include "http/multipart.h"
#include "base/err.h"
#include "store/blob.h"
#include <sodium.h>
#include <string.h>

/* Files go to disk as they come; words are held in memory: of a route that takes files its limit is for both, and this for the words alone. */
enum { WORDS_BYTES = 512 * 1024 };

typedef struct {
	DraftFile *file; /* in form->files as well, which owns it */
	BlobWriter *writer;
} Upload;

struct _Body {
	gsize limit, size;
	GByteArray *bytes;  /* JSON and urlencoded */
	Multipart *parser;
	DraftForm *form;
	GArray *uploads;    /* of Upload */
	gsize words;        /* of a multipart body, without its files */
	const char *dir;
	gboolean files_allowed;
	/* The part being read. */
	char *part_name;
	GByteArray *part;      /* a field's value */
	BlobWriter *writer;    /* or a file's; borrowed from @uploads */
	gboolean skipping;     /* an empty file field */
	DraftFile *file;       /* not yet in the form */
};

BodyType
body_type(const char *content_type)
{
	gsize size;

	if (content_type == NULL)
		return TYPE_NONE;
	size = strcspn(content_type, "; \t");
#define IS(word) (size == strlen(word) && g_ascii_strncasecmp(content_type, word, size) == 0)
	if (IS("application/json"))
		return TYPE_JSON;
	if (IS("application/x-www-form-urlencoded"))
		return TYPE_FORM;
	if (IS("multipart/form-data"))
		return TYPE_MULTIPART;
#undef IS
	return size == 0 ? TYPE_NONE : TYPE_OTHER;
}

static void
upload_clear(gpointer data)
{
	Upload *upload = data;

	blob_writer_free(upload->writer);
}

void
body_free(Body *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->bytes, g_byte_array_unref);
	g_clear_pointer(&self->part, g_byte_array_unref);
	g_clear_pointer(&self->uploads, g_array_unref);
	multipart_free(self->parser);
	form_free(self->form);
	draft_file_free(self->file);
	g_free(self->part_name);
	g_free(self);
}

/* ---- parts of a multipart body ------------------------------------------------------------------------------------- */

static gboolean
part_begin(gpointer data, const char *name, const char *file_name, const char *media_type, GError **error)
{
	Body *self = data;
	Upload upload = { 0 };

	g_free(self->part_name);
	self->part_name = g_strdup(name);
	self->writer = NULL;
	self->skipping = file_name != NULL && *file_name == '\0';
	if (file_name == NULL || self->skipping) {
		g_byte_array_set_size(self->part, 0);
		return TRUE;
	}
	if (!self->files_allowed || self->dir == NULL) {
		g_autofree char *path = g_strconcat("/", name, NULL);

		err_add_field(error, path, "no files are taken here");
		return FALSE;
	}
	upload.writer = blob_begin(self->dir, error);
	if (upload.writer == NULL)
		return FALSE;
	upload.file = self->file = g_new0(DraftFile, 1);
	self->file->name = g_strdup(file_name);
	self->file->media_type = g_strdup(media_type);
	self->writer = upload.writer;
	g_array_append_val(self->uploads, upload);
	return TRUE;
}

static gboolean
part_bytes(gpointer data, const char *bytes, gsize size, GError **error)
{
	Body *self = data;

	if (self->writer != NULL)
		return blob_append(self->writer, bytes, size, error);
	self->words += size;
	if (!self->skipping && self->words <= WORDS_BYTES)
		g_byte_array_append(self->part, (const guint8 *)bytes, (guint)size);
	return TRUE;
}

static gboolean
part_end(gpointer data, GError **error)
{
	Body *self = data;
	DraftForm *form = self->form;

	if (self->skipping)
		return TRUE;
	if (self->writer == NULL) { /* a first part that is empty has no bytes at all, not even an address */
		char *value = self->part->len > 0 ? g_strndup((const char *)self->part->data, self->part->len) : g_strdup("");

		return form_add(form, g_steal_pointer(&self->part_name), value, self->part->len, error);
	}
	if (form->files == NULL) {
		form->files = g_ptr_array_new_with_free_func((GDestroyNotify)draft_file_free);
		form->file_fields = g_ptr_array_new_with_free_func(g_free);
	}
	g_ptr_array_add(form->files, g_steal_pointer(&self->file));
	g_ptr_array_add(form->file_fields, g_steal_pointer(&self->part_name));
	self->writer = NULL;
	return TRUE;
}

/* ---- in -------------------------------------------------------------------------------------------------------------- */

static gboolean
too_large(Request *request, gsize limit)
{
	g_clear_error(&request->error);
	if (limit >= 1024 * 1024)
		g_set_error(&request->error, ERR, ERR_LIMIT, /* said */ "this is too large: at most %" G_GSIZE_FORMAT " MB are taken here", limit / (1024 * 1024));
	else
		g_set_error(&request->error, ERR, ERR_LIMIT, /* said */ "this is too large: at most %" G_GSIZE_FORMAT " kB are taken here", limit / 1024);
	request->error_status = 413;
	return FALSE;
}

gboolean
body_begin(Request *request, gsize limit, gboolean files)
{
	static const MultipartSink sink = { part_begin, part_bytes, part_end };
	Body *self;

	if (request->head.length > 0 && (guint64)request->head.length > limit)
		return too_large(request, limit);
	if (request->type == TYPE_OTHER) {
		g_set_error(&request->error, ERR, ERR_INVALID, "the body must be application/json or a form");
		request->error_status = 415;
		return FALSE;
	}
	self = request->body = g_new0(Body, 1);
	self->limit = limit;
	self->files_allowed = files;
	self->dir = request->server->config.uploads_dir;
	self->bytes = g_byte_array_sized_new((guint)CLAMP(request->head.length, 64, 64 * 1024));
	if (request->type == TYPE_FORM || request->type == TYPE_MULTIPART)
		self->form = form_new();
	if (request->type != TYPE_MULTIPART)
		return TRUE;
	self->part = g_byte_array_new();
	self->uploads = g_array_new(FALSE, FALSE, sizeof(Upload));
	g_array_set_clear_func(self->uploads, upload_clear);
	self->parser = multipart_new(request->head.content_type, &sink, self, &request->error);
	request->error_status = self->parser == NULL ? 400 : 0;
	return self->parser != NULL;
}

gboolean
body_feed(Request *request, const char *bytes, gsize size)
{
	Body *self = request->body;

	self->size += size;
	if (self->size > self->limit)
		return too_large(request, self->limit);
	if (self->parser == NULL) {
		if (self->files_allowed && self->size > WORDS_BYTES)
			return too_large(request, WORDS_BYTES);
		g_byte_array_append(self->bytes, (const guint8 *)bytes, (guint)size);
		return TRUE;
	}
	if (!multipart_feed(self->parser, bytes, size, &request->error))
		return FALSE;
	return self->words <= WORDS_BYTES || too_large(request, WORDS_BYTES);
}

gboolean
body_end(Request *request)
{
	Body *self = request->body;

	if (self == NULL)
		return TRUE;
	request->form = self->form;
	if (self->parser != NULL)
		return multipart_finish(self->parser, &request->error);
	if (self->form != NULL)
		return form_read(self->form, (const char *)self->bytes->data, self->bytes->len, &request->error);
	return TRUE;
}

/* ---- draft --------------------------------------------------------------------------------------------------------- */

/* A route that reads nothing takes an empty body or {}. */
static const DraftField no_fields[] = { { NULL } };
static const DraftSpec no_draft = { "Nothing", sizeof(DraftGiven), no_fields };

gboolean
body_draft(Request *request)
{
	const DraftSpec *spec = request->route->draft != NULL ? request->route->draft : &no_draft;
	const Body *self = request->body;
	g_autoptr(json_t) value = NULL;
	DraftGiven nothing = 0;
	gpointer draft = &nothing;

	if (request->route->draft != NULL)
		draft = request->call.draft = memset(request_alloc(request, spec->size), 0, spec->size);
	if (request->form != NULL)
		return draft_read_form(spec, request->form, request->call.actor->zone, draft, &request->error);
	if (self == NULL || self->bytes->len == 0) {
		value = json_object();
	} else {
		value = json_read((const char *)self->bytes->data, self->bytes->len, &request->error);
		if (value == NULL) {
			request->error_status = 400;
			return FALSE;
		}
	}
	return draft_read_json(spec, value, draft, &request->error);
}

const char *
body_bytes(const Request *request, gsize *ret_size)
{
	const Body *self = request->body;
	const gboolean any = self != NULL && self->parser == NULL && self->bytes->len > 0;

	*ret_size = any ? self->bytes->len : 0;
	return any ? (const char *)self->bytes->data : "";
}

gboolean
body_has_files(const Request *request)
{
	return request->body != NULL && request->body->uploads != NULL && request->body->uploads->len > 0;
}

gboolean
body_keep_files(Request *request, GError **error)
{
	GArray *uploads = request->body->uploads;

	for (guint i = 0; i < uploads->len; i++) {
		Upload *upload = &g_array_index(uploads, Upload, i);

		if (!blob_finish(upload->writer, upload->file->hash, &upload->file->size, error))
			return FALSE;
	}
	return TRUE;
}

static void
digest_text(crypto_generichash_state *state, const char *text)
{
	crypto_generichash_update(state, (const guint8 *)text, strlen(text) + 1);
}

/* A form counts by what it says: the boundary of a multipart body is another one each time it is sent. */
static void
digest_form(crypto_generichash_state *state, const DraftForm *form)
{
	for (guint i = 0; i < form->names->len; i++) {
		digest_text(state, form->names->pdata[i]);
		digest_text(state, form->values->pdata[i]);
	}
	for (guint i = 0; form->files != NULL && i < form->files->len; i++) {
		const DraftFile *file = form->files->pdata[i];

		digest_text(state, form->file_fields->pdata[i]);
		digest_text(state, file->name);
		digest_text(state, file->hash);
	}
}

char *
body_digest(const Request *request)
{
	const Body *self = request->body;
	crypto_generichash_state state;
	guint8 digest[32];
	char *hex = g_malloc(2 * sizeof digest + 1);

	crypto_generichash_init(&state, NULL, 0, sizeof digest);
	digest_text(&state, request->route->method);
	digest_text(&state, request->target);
	if (self != NULL && self->form != NULL)
		digest_form(&state, self->form);
	else if (self != NULL && self->bytes->len > 0)
		crypto_generichash_update(&state, self->bytes->data, self->bytes->len);
	crypto_generichash_final(&state, digest, sizeof digest);
	return sodium_bin2hex(hex, 2 * sizeof digest + 1, digest, sizeof digest);
}
