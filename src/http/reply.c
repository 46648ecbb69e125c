/* reply.c - see reply.h. How an error gets its status and word: base/err.c; what it says, and its line in the log: http/fault.c. */
#include "http/reply.h"
#include "http/compress.h"
#include "http/fault.h"
#include "http/inner.h"
#include "http/replay.h"
#include "http/run.h"
#include "http/stream.h"
#include "base/err.h"
#include "base/log.h"
#include "microhttpd.lazy.h"
#include <string.h>
#include <unistd.h>

#define CSP_PAGE                                                                                                                                    \
	"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; " \
	"form-action 'self'"
#define CSP_NOTHING "default-src 'none'; frame-ancestors 'none'; sandbox"

enum { COMPRESS_FROM = 1024 };
typedef enum { SEND_JSON, SEND_PAGE, SEND_TEXT, SEND_FILE } SendKind;

struct MHD_Response *
reply_bytes(char *text, gsize size)
{
	return MHD_create_response_from_buffer_with_free_callback(size, text, g_free);
}

/* ---- headers --------------------------------------------------------------------------------------------------------- */

static void
add_own_headers(struct MHD_Response *response, const Call *call)
{
	for (guint i = 0; call->headers != NULL && i < call->headers->len; i++) {
		const char *line = call->headers->pdata[i], *colon = strstr(line, ": ");
		g_autofree char *name = g_strndup(line, (gsize)(colon - line));

		MHD_add_response_header(response, name, colon + 2);
	}
	if (call->location != NULL)
		MHD_add_response_header(response, "Location", call->location);
}

static void
add_headers(Request *self, struct MHD_Response *response, SendKind kind, const char *media_type)
{
	const Call *call = &self->call;

	MHD_add_response_header(response, "Content-Type", media_type);
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "X-Request-Id", self->id);
	if (kind == SEND_PAGE) {
		MHD_add_response_header(response, "Content-Security-Policy", CSP_PAGE);
		MHD_add_response_header(response, "Referrer-Policy", "same-origin");
		MHD_add_response_header(response, "Cross-Origin-Opener-Policy", "same-origin");
		MHD_add_response_header(response, "Cache-Control", "private, no-store");
		MHD_add_response_header(response, "Vary", "HX-Request, HX-Request-Type, HX-Target, Accept-Encoding");
		if (self->server->config.behind_tls)
			MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
	} else {
		MHD_add_response_header(response, "Cache-Control", call->etag != NULL ? "private, no-cache" : "no-store");
		if (kind == SEND_FILE)
			MHD_add_response_header(response, "Content-Security-Policy", CSP_NOTHING);
	}
	if (call->etag != NULL)
		MHD_add_response_header(response, "ETag", call->etag);
	add_own_headers(response, call);
}

static enum MHD_Result
queue(Request *self, guint status, struct MHD_Response *response)
{
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	if (server_is_closing(self->server))
		MHD_add_response_header(response, "Connection", "close");
	replay_leave(self);
	result = MHD_queue_response(self->connection, status, response);
	MHD_destroy_response(response);
	self->step = STEP_ANSWERED;
	metrics_count(self->server->metrics, self->route != NULL ? (int)self->route_id : -1, status, g_get_monotonic_time() - self->begun_us);
	return result;
}

/* Takes @text. */
static enum MHD_Result
send_bytes(Request *self, guint status, SendKind kind, const char *media_type, char *text, gsize size)
{
	Coding coding = size > COMPRESS_FROM ? coding_choose(self->head.accept_encoding, TRUE, TRUE) : CODING_PLAIN;
	struct MHD_Response *response;
	gsize small_size;
	char *small;

	if (coding != CODING_PLAIN && (small = compress_text(coding, text, size, &small_size)) != NULL) {
		g_free(text);
		text = small;
		size = small_size;
	} else {
		coding = CODING_PLAIN;
	}
	response = reply_bytes(text, size);
	add_headers(self, response, kind, media_type);
	if (coding != CODING_PLAIN)
		MHD_add_response_header(response, "Content-Encoding", coding_word(coding));
	if (kind != SEND_PAGE && size > COMPRESS_FROM)
		MHD_add_response_header(response, "Vary", "Accept-Encoding");
	return queue(self, status, response);
}

/* ---- pages ------------------------------------------------------------------------------------------------------------- */

static GString *
render(Request *self, const char *name, const json_t *value, GError **error)
{
	guint64 nodes = 0;
	const char *target = self->head.hx_target, *mark = target != NULL ? strchr(target, '#') : NULL;
	g_autofree char *path = g_strndup(REQUEST_PATH(self));
	const PageContext context = {
		.actor = self->call.actor,
		.csrf = call_csrf(&self->call),
		.path = path,
		.query = self->query,
		.request_id = self->id,
		.now_ms = self->call.now_ms,
		.lang = self->call.lang[0] != '\0' ? pages_lang(self->server->config.pages, self->call.lang) : self->call.actor != NULL && self->call.actor->kind == ACTOR_STAFF ? NULL : pages_lang(self->server->config.pages, self->head.accept_language),
		.fragment = self->call.fragment ? (mark != NULL ? mark + 1 : target) : NULL,
		.ret_nodes = &nodes,
	};
	GString *html = page_render(self->server->config.pages, name, value, &context, error);

	metrics_rendered(self->server->metrics, self->route != NULL ? (int)self->route_id : -1, nodes);
	return html;
}

static enum MHD_Result
send_page(Request *self, guint status, GString *html)
{
	const gsize size = html->len;

	return send_bytes(self, status, SEND_PAGE, "text/html; charset=utf-8", g_string_free(html, FALSE), size);
}

static enum MHD_Result
send_redirect(Request *self, const char *where)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

	g_clear_pointer(&self->call.location, g_free);
	MHD_add_response_header(response, "X-Request-Id", self->id);
	MHD_add_response_header(response, "Cache-Control", "no-store");
	add_own_headers(response, &self->call);
	if (MHD_add_response_header(response, "Location", where) != MHD_YES) { /* a line end in it: never, of what we make */
		log_error("http", "%s %s redirects to something that is no header (request %s)", self->route->method, self->route->path, self->id);
		MHD_add_response_header(response, "Location", "/");
	}
	return queue(self, 303, response);
}

/* Where a form without a redirect of its own goes: back to where it stood. */
static enum MHD_Result
send_back(Request *self)
{
	const char *referer = call_header(&self->call, "Referer"), *host = self->head.host, *at;

	if (referer != NULL && host != NULL && (at = strstr(referer, "://")) != NULL && g_str_has_prefix(at + 3, host) && at[3 + strlen(host)] == '/')
		return send_redirect(self, at + 3 + strlen(host));
	return send_redirect(self, "/");
}

/* ---- errors ------------------------------------------------------------------------------------------------------------ */

static enum MHD_Result
send_json(Request *self, guint status, const json_t *value)
{
	gsize size;
	char *text = json_write(value, &size);

	return send_bytes(self, status, SEND_JSON, "application/json", text, size);
}

/* Signing in first, then back here. */
static enum MHD_Result
send_to_sign_in(Request *self)
{
	g_autofree char *next = g_uri_escape_string(self->method == M_GET ? self->target : "/", "/", FALSE);
	g_autofree char *where = g_strconcat("/login?next=", next, NULL);
	struct MHD_Response *response;

	if (self->head.hx_request == NULL)
		return send_redirect(self, where);
	response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(response, "HX-Redirect", where);
	return queue(self, 401, response);
}

static enum MHD_Result
send_error_page(Request *self, guint status, const char *message)
{
	g_autoptr(json_t) value = fault_value(self, message);
	g_autoptr(GError) local = NULL;
	g_autofree char *escaped = NULL;
	GString *html;

	json_put_int(value, "status", status);
	html = render(self, "error.html", value, &local);
	if (html != NULL)
		return send_page(self, status, html);
	log_error("http", "the page for errors: %s", local->message);
	escaped = g_markup_escape_text(message, -1);
	html = g_string_new(NULL);
	g_string_printf(html, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>%u</title><h1>%s</h1><p><a href=\"/\">Start</a></p>", status, escaped);
	return send_page(self, status, html);
}

/* The form's own page again with the faults in it; NULL when that page has no place for them (id="errors"). */
static GString *
render_form_again(Request *self, const char *message)
{
	g_autoptr(GError) local = NULL;
	GString *html;

	if (!run_form_again(self, message))
		return NULL;
	html = render(self, self->route->page, self->value, &local);
	if (html == NULL) {
		log_error("http", "the page of %s again: %s", self->route->path, local->message);
		return NULL;
	}
	if (strstr(html->str, "id=\"errors\"") != NULL)
		return html;
	g_string_free(html, TRUE);
	return NULL;
}

static enum MHD_Result
reply_error(Request *self)
{
	const guint status = self->error_status != 0 ? self->error_status : err_http_status(self->error);
	g_autofree char *message = fault_words(self, status);
	g_autoptr(json_t) value = NULL;
	GString *html;

	fault_log(self, status);
	if (status == 503 && self->call.headers == NULL)
		call_header_add(&self->call, "Retry-After", "1");
	if (self->call.as_page && status == 401 && self->head.authorization == NULL)
		return send_to_sign_in(self);
	if ((html = render_form_again(self, message)) != NULL)
		return send_page(self, status, html);
	if (self->call.as_page)
		return send_error_page(self, status, message);
	if (status == 401)
		call_header_add(&self->call, "WWW-Authenticate", "Bearer");
	value = fault_value(self, message);
	return send_json(self, status, value);
}

/* ---- what went well -------------------------------------------------------------------------------------------------- */

/* A file's name in a header: ASCII as it is, anything else percent-encoded beside it (RFC 6266). */
static void
add_disposition(struct MHD_Response *response, const char *name, gboolean attach)
{
	g_autofree char *plain = g_str_to_ascii(name, "C"), *coded = g_uri_escape_string(name, "", FALSE);
	g_autofree char *line = NULL;

	for (char *p = plain; *p != '\0'; p++)
		if (*p < ' ' || *p == '"' || *p == '\\' || *p == 127)
			*p = '_';
	line = g_strdup_printf("%s; filename=\"%s\"; filename*=UTF-8''%s", attach ? "attachment" : "inline", plain, coded);
	MHD_add_response_header(response, "Content-Disposition", line);
}

static gboolean
is_safe_image(const char *media_type)
{
	static const char *const safe[] = { "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", NULL };

	return g_strv_contains(safe, media_type);
}

static enum MHD_Result
send_file(Request *self)
{
	const Call *call = &self->call;
	const gboolean shown = self->file_inline && is_safe_image(call->media_type);
	struct MHD_Response *response = MHD_create_response_from_fd64((guint64)self->file_size, self->file_fd);

	if (response == NULL)
		return MHD_NO;
	self->file_fd = -1;
	add_headers(self, response, SEND_FILE, shown || !is_safe_image(call->media_type) ? call->media_type : "application/octet-stream");
	add_disposition(response, call->file_name != NULL ? call->file_name : "file", !shown);
	return queue(self, call->status != 0 ? call->status : 200, response);
}

static enum MHD_Result
send_stream(Request *self)
{
	struct MHD_Response *response = stream_response(self);

	add_headers(self, response, SEND_FILE, self->call.media_type);
	if (self->call.file_name != NULL)
		add_disposition(response, self->call.file_name, TRUE);
	return queue(self, 200, response);
}

static gboolean
is_known_already(const Request *self)
{
	const char *known = self->head.if_none_match;

	return known != NULL && self->method == M_GET && self->call.etag != NULL && (strcmp(known, "*") == 0 || strstr(known, self->call.etag) != NULL);
}

static enum MHD_Result
send_not_modified(Request *self)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

	MHD_add_response_header(response, "ETag", self->call.etag);
	MHD_add_response_header(response, "X-Request-Id", self->id);
	MHD_add_response_header(response, "Cache-Control", "private, no-cache");
	return queue(self, 304, response);
}

static enum MHD_Result
send_value_page(Request *self, guint status)
{
	GString *html;

	if (status >= 400 && self->form != NULL && json_is_object(self->value))
		run_form_words(self);
	html = render(self, self->route->page, self->value, &self->error);
	return html != NULL ? send_page(self, status, html) : reply_error(self);
}

enum MHD_Result
reply_send(Request *self)
{
	const Call *call = &self->call;
	const guint status = call->status != 0 ? call->status : 200;

	if (self->error != NULL)
		return reply_error(self);
	if (self->file_fd >= 0)
		return send_file(self);
	if (self->stream != NULL)
		return send_stream(self);
	if (self->text != NULL)
		return send_bytes(self, status, SEND_TEXT, call->media_type, g_steal_pointer(&self->text), self->text_size);
	if (call->as_page && call->redirect != NULL && status < 400)
		return send_redirect(self, call->redirect);
	if (call->as_page && self->route->page != NULL)
		return send_value_page(self, status);
	if (call->as_page && self->form != NULL && status < 400)
		return send_back(self);
	if (is_known_already(self))
		return send_not_modified(self);
	if (status >= 400 && json_is_object(self->value) && json_object_get(self->value, "error") != NULL)
		json_put_text(self->value, "request_id", self->id);
	return send_json(self, status, self->value);
}

enum MHD_Result
reply_gone(struct MHD_Connection *connection)
{
	static char text[] = "{\"error\":\"busy\",\"message\":\"The server is stopping.\"}";
	struct MHD_Response *response = MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	MHD_add_response_header(response, "Content-Type", "application/json");
	MHD_add_response_header(response, "Connection", "close");
	result = MHD_queue_response(connection, 503, response);
	MHD_destroy_response(response);
	return result;
}
