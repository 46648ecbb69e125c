/* call.c - what a handler may ask and say: the calls of call.h over the request behind them (request.h). */
#include "http/body.h"
#include "http/gate.h"
#include "http/request.h"
#include "http/inner.h"
#include "base/err.h"
#include "base/secret.h"
#include "microhttpd.lazy.h"
#include <string.h>
#include <unistd.h>

const char *
call_param(const Call *call, const char *name)
{
	Request *self = request_of(call);
	const gsize size = strlen(name);

	for (guint i = 0; i < self->match.n_params; i++) {
		const MatchParam *param = &self->match.params[i];

		if (strncmp(param->name, name, size) == 0 && param->name[size] == '}')
			return self->param_values[i];
	}
	g_return_val_if_reached("");
}

static void
read_queries(Request *self)
{
	self->queries = request_alloc(self, QUERY_PAIRS * sizeof(Pair));
	for (const char *p = self->query; *p != '\0' && self->n_queries < QUERY_PAIRS;) {
		const gsize size = strcspn(p, "&"), name_size = MIN(strcspn(p, "="), size);
		const gsize value_size = name_size < size ? size - name_size - 1 : 0;
		char *name = request_alloc(self, name_size + 1), *value = request_alloc(self, value_size + 1);

		if (size > 0 && value_size <= QUERY_BYTES && percent_decode(p, name_size, TRUE, name) >= 0 &&
			percent_decode(p + size - value_size, value_size, TRUE, value) >= 0 && g_utf8_validate(value, -1, NULL))
			self->queries[self->n_queries++] = (Pair){ name, value };
		p += size + (p[size] == '&');
	}
}

const char *
call_query(const Call *call, const char *name)
{
	Request *self = request_of(call);

	if (*self->query == '\0')
		return NULL;
	if (self->queries == NULL)
		read_queries(self);
	for (guint i = 0; i < self->n_queries; i++)
		if (strcmp(self->queries[i].name, name) == 0)
			return self->queries[i].value;
	return NULL;
}

const char *
call_query_string(const Call *call)
{
	return request_of(call)->query;
}

gint64
call_query_int(const Call *call, const char *name, gint64 otherwise, gint64 min, gint64 max)
{
	const char *text = call_query(call, name);
	gint64 value;

	if (text == NULL || !g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &value, NULL))
		return otherwise;
	return CLAMP(value, min, max);
}

const char *
call_body(const Call *call, gsize *ret_size)
{
	return body_bytes(request_of(call), ret_size);
}

const char *
call_header(const Call *call, const char *name)
{
	return MHD_lookup_connection_value(request_of(call)->connection, MHD_HEADER_KIND, name);
}

const char *
call_cookie(const Call *call, const char *name)
{
	Request *self = request_of(call);
	const gsize size = strlen(name);

	for (const char *p = self->head.cookie; p != NULL && *p != '\0';) {
		const gsize pair = strcspn(p, ";");

		if (pair > size && strncmp(p, name, size) == 0 && p[size] == '=')
			return request_strndup(self, p + size + 1, pair - size - 1);
		p += pair;
		p += strspn(p, "; ");
	}
	return NULL;
}

const char *
call_address(const Call *call)
{
	Request *self = request_of(call);
	const char *last;

	if (self->address != NULL)
		return self->address;
	self->address = self->peer->address;
	if (self->server->config.behind_tls && self->peer->local && self->head.forwarded_for != NULL) {
		last = strrchr(self->head.forwarded_for, ',');
		last = last != NULL ? last + 1 : self->head.forwarded_for;
		last += strspn(last, " ");
		self->address = request_strndup(self, last, MIN(strlen(last), sizeof self->peer->address - 1));
	}
	return self->address;
}

const char *
call_session(const Call *call)
{
	Request *self = request_of(call);
	g_autofree char *digest = NULL;

	if (!self->by_cookie)
		return NULL;
	if (self->session == NULL) {
		digest = token_digest(call_cookie(call, SESSION_COOKIE));
		self->session = request_strndup(self, digest, strlen(digest));
	}
	return self->session;
}

const char *
call_csrf(const Call *call)
{
	Request *self = request_of(call);
	g_autofree char *shown = NULL;

	if (!self->by_cookie)
		return "";
	if (self->csrf_shown == NULL) {
		shown = csrf_show(self->csrf);
		self->csrf_shown = request_strndup(self, shown, strlen(shown));
	}
	return self->csrf_shown;
}

void
call_created(Call *call, const char *format, ...)
{
	g_autofree char *path = NULL;
	va_list ap;

	va_start(ap, format);
	path = g_strdup_vprintf(format, ap);
	va_end(ap);
	call->status = 201;
	g_free(call->location);
	call->location = request_of(call)->match.api ? g_strconcat("/api/v1", path, NULL) : g_strdup(path);
	g_free(call->redirect);
	call->redirect = g_steal_pointer(&path);
}

void
call_redirect(Call *call, const char *format, ...)
{
	va_list ap;

	g_free(call->redirect);
	va_start(ap, format);
	call->redirect = g_strdup_vprintf(format, ap);
	va_end(ap);
}

void
call_etag_version(Call *call, gint64 version)
{
	g_free(call->etag);
	call->etag = g_strdup_printf("\"v%" G_GINT64_FORMAT "\"", version);
}

void
call_etag_marked(Call *call, gint64 version, guint mark)
{
	g_free(call->etag);
	call->etag = g_strdup_printf("\"v%" G_GINT64_FORMAT ".%x\"", version, mark);
}

gboolean
call_if_match(const Call *call, gint64 *ret_version)
{
	Request *self = request_of(call);
	const char *text = call_header(call, "If-Match");
	gint64 version;
	gsize size;

	if (text == NULL && self->form != NULL)
		text = form_value(self->form, "if_match");
	if (text == NULL || *text == '\0')
		return FALSE;
	*ret_version = -1;
	if (g_str_has_prefix(text, "W/"))
		text += 2;
	size = strlen(text);
	if (size >= 2 && text[0] == '"' && text[size - 1] == '"') {
		text = request_strndup(self, text + 1, strcspn(text + 1, ".\""));
	}
	if (text[0] == 'v' && g_ascii_isdigit(text[1]) && g_ascii_string_to_signed(text + 1, 10, 0, G_MAXINT64, &version, NULL))
		*ret_version = version;
	return TRUE;
}

void
call_error_more(Call *call, const char *key, json_t *value)
{
	if (call->more == NULL)
		call->more = json_object();
	json_put(call->more, key, value);
}

void
call_header_add(Call *call, const char *name, const char *value)
{
	if (call->headers == NULL)
		call->headers = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(call->headers, g_strdup_printf("%s: %s", name, value));
}

void
call_cookie_set(Call *call, const char *name, const char *value, gint64 max_age_s)
{
	g_autoptr(GString) out = g_string_new(NULL);

	g_string_printf(out, "%s=%s; Path=/; HttpOnly; SameSite=Lax", name, max_age_s < 0 ? "" : value);
	if (max_age_s != 0)
		g_string_append_printf(out, "; Max-Age=%" G_GINT64_FORMAT, MAX(max_age_s, 0));
	if (request_of(call)->server->config.behind_tls)
		g_string_append(out, "; Secure");
	call_header_add(call, "Set-Cookie", out->str);
}

void
call_send_file(Call *call, int fd, gint64 size, const char *media_type, const char *name, gboolean inline_ok)
{
	Request *self = request_of(call);

	if (self->file_fd >= 0)
		close(self->file_fd);
	self->file_fd = fd;
	self->file_size = size;
	self->file_inline = inline_ok;
	g_free(call->media_type);
	g_free(call->file_name);
	call->media_type = g_strdup(media_type);
	call->file_name = g_strdup(name);
}

void
call_send_stream(Call *call, const char *media_type, const char *name, CallStream next, gpointer data, GDestroyNotify free_fn)
{
	Request *self = request_of(call);

	g_return_if_fail(self->stream == NULL);
	self->stream = next;
	self->stream_data = data;
	self->stream_free = free_fn;
	g_free(call->media_type);
	g_free(call->file_name);
	call->media_type = g_strdup(media_type);
	call->file_name = g_strdup(name);
}

void
call_send_text(Call *call, const char *media_type, char *text, gsize size)
{
	Request *self = request_of(call);

	g_free(self->text);
	self->text = text;
	self->text_size = size;
	g_free(call->media_type);
	call->media_type = g_strdup(media_type);
}
