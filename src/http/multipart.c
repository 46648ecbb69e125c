/* multipart.c - see multipart.h. One state machine over the bytes; the boundary search needs no window, because its
 * first character (CR) stands nowhere else in it: after a mismatch what had matched is data. */
#include "http/multipart.h"
#include "base/err.h"
#include <string.h>

enum { BOUNDARY_MOST = 70 };

typedef enum {
	PREAMBLE,  /* before the first boundary: passed over */
	AFTER,     /* behind a boundary: "--" or the end of the line */
	DASH,      /* behind its first "-" */
	LINE,      /* white space up to the LF */
	HEAD,      /* a part's header lines */
	DATA,      /* a part's bytes */
	EPILOGUE,  /* behind the closing boundary: passed over */
	FAILED,
} State;

struct _Multipart {
	State state;
	MultipartSink sink;
	gpointer data;
	char delimiter[4 + BOUNDARY_MOST + 1]; /* CR LF "--" boundary */
	gsize delimiter_size, matched;
	GString *head;
	guint n_parts;
};

/* The value of parameter @name in a header's value, unquoted. (transfer full) or NULL. A backslash escapes a quote and
 * itself only: file names of some senders hold plain ones. */
static char *
parameter(const char *value, const char *name)
{
	const gsize size = strlen(name);

	for (const char *p = value; (p = strchr(p, ';')) != NULL;) {
		g_autoptr(GString) out = g_string_new(NULL);
		gboolean ours;

		for (p++; g_ascii_isspace(*p);)
			p++;
		ours = g_ascii_strncasecmp(p, name, size) == 0 && p[size] == '=';
		p += strcspn(p, "=;");
		if (*p != '=')
			continue;
		if (p[1] == '"') {
			for (p += 2; *p != '\0' && *p != '"'; p++) {
				if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
					p++;
				g_string_append_c(out, *p);
			}
		} else {
			for (p++; *p != '\0' && *p != ';' && !g_ascii_isspace(*p); p++)
				g_string_append_c(out, *p);
		}
		if (ours)
			return g_string_free(g_steal_pointer(&out), FALSE);
		if (*p == '\0')
			break;
	}
	return NULL;
}

static gboolean
boundary_is_sound(const char *text)
{
	const gsize size = strlen(text);

	if (size == 0 || size > BOUNDARY_MOST)
		return FALSE;
	for (gsize i = 0; i < size; i++)
		if (text[i] < ' ' || text[i] > '~')
			return FALSE;
	return text[size - 1] != ' ';
}

Multipart *
multipart_new(const char *content_type, const MultipartSink *sink, gpointer data, GError **error)
{
	g_autofree char *boundary = parameter(content_type, "boundary");
	Multipart *self;

	if (boundary == NULL || !boundary_is_sound(boundary)) {
		g_set_error(error, ERR, ERR_INVALID, "the multipart body has no usable boundary");
		return NULL;
	}
	self = g_new0(Multipart, 1);
	self->sink = *sink;
	self->data = data;
	self->delimiter_size = (gsize)g_snprintf(self->delimiter, sizeof self->delimiter, "\r\n--%s", boundary);
	self->matched = 2; /* as if a line had just ended: the first boundary may be the first thing */
	self->head = g_string_new(NULL);
	return self;
}

void
multipart_free(Multipart *self)
{
	if (self == NULL)
		return;
	g_string_free(self->head, TRUE);
	g_free(self);
}

static gboolean
refuse(Multipart *self, const char *what, GError **error)
{
	self->state = FAILED;
	g_set_error(error, ERR, ERR_INVALID, "the multipart body is not readable: %s", what);
	return FALSE;
}

static const char *
last_component(const char *name)
{
	const char *slash = strrchr(name, '/'), *back;

	name = slash != NULL ? slash + 1 : name;
	back = strrchr(name, '\\');
	return back != NULL ? back + 1 : name;
}

static gboolean
is_token(char c)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr("!#$&-^_.+", c) != NULL);
}

/* "type/subtype" without parameters, lower case; (transfer full). */
static char *
media_type_of(const char *value)
{
	const char *p = value;
	gsize before, after;

	for (before = 0; is_token(p[before]);)
		before++;
	if (before == 0 || p[before] != '/')
		return g_strdup("application/octet-stream");
	for (after = 0; is_token(p[before + 1 + after]);)
		after++;
	if (after == 0 || before + after > 100)
		return g_strdup("application/octet-stream");
	return g_ascii_strdown(p, (gssize)(before + 1 + after));
}

/* The value of a header line of the part, or NULL. Borrowed from @lines. */
static const char *
header_of(char **lines, const char *name)
{
	const gsize size = strlen(name);

	for (guint i = 0; lines[i] != NULL; i++)
		if (g_ascii_strncasecmp(lines[i], name, size) == 0 && lines[i][size] == ':')
			return g_strchug(lines[i] + size + 1);
	return NULL;
}

static gboolean
begin_part(Multipart *self, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(self->head->str, "\r\n", -1);
	const char *disposition = header_of(lines, "Content-Disposition"), *type = header_of(lines, "Content-Type");
	g_autofree char *name = NULL, *file_name = NULL, *media_type = NULL;

	if (strlen(self->head->str) != self->head->len)
		return refuse(self, "a part's header holds a NUL character", error);
	if (disposition == NULL || g_ascii_strncasecmp(disposition, "form-data", 9) != 0)
		return refuse(self, "a part is no form-data", error);
	name = parameter(disposition, "name");
	file_name = parameter(disposition, "filename");
	if (name == NULL || *name == '\0')
		return refuse(self, "a part has no name", error);
	if (!g_utf8_validate(name, -1, NULL) || (file_name != NULL && !g_utf8_validate(file_name, -1, NULL)))
		return refuse(self, "a part's name is not UTF-8", error);
	media_type = media_type_of(type != NULL ? type : "");
	if (!self->sink.begin(self->data, name, file_name != NULL ? last_component(file_name) : NULL, media_type, error)) {
		self->state = FAILED;
		return FALSE;
	}
	self->state = DATA;
	return TRUE;
}

static gboolean
take_head(Multipart *self, char c, GError **error)
{
	const GString *head = self->head;

	if (head->len >= MULTIPART_HEAD_BYTES)
		return refuse(self, "a part's header is too long", error);
	g_string_append_c(self->head, c);
	if (c != '\n')
		return TRUE;
	if ((head->len == 2 && head->str[0] == '\r') || (head->len >= 4 && memcmp(head->str + head->len - 4, "\r\n\r\n", 4) == 0))
		return begin_part(self, error);
	return TRUE;
}

static gboolean
give(Multipart *self, const char *bytes, gsize size, GError **error)
{
	if (self->state != DATA || size == 0 || self->sink.bytes(self->data, bytes, size, error))
		return TRUE;
	self->state = FAILED;
	return FALSE;
}

/* Takes bytes up to the end of a boundary; @ret_taken how many. */
static gboolean
take_data(Multipart *self, const char *bytes, gsize size, gsize *ret_taken, GError **error)
{
	gsize i = 0;

	while (i < size) {
		if (self->matched == 0) {
			const char *cr = memchr(bytes + i, '\r', size - i);
			const gsize plain = cr != NULL ? (gsize)(cr - bytes) - i : size - i;

			if (!give(self, bytes + i, plain, error))
				return FALSE;
			i += plain;
			if (cr == NULL)
				break;
		}
		while (i < size && self->matched < self->delimiter_size && bytes[i] == self->delimiter[self->matched]) {
			self->matched++;
			i++;
		}
		if (self->matched == self->delimiter_size) {
			const gboolean was_data = self->state == DATA;

			self->matched = 0;
			self->state = AFTER;
			*ret_taken = i;
			if (was_data && !self->sink.end(self->data, error)) {
				self->state = FAILED;
				return FALSE;
			}
			return TRUE;
		}
		if (i < size) { /* a mismatch: what had matched was data */
			if (!give(self, self->delimiter, self->matched, error))
				return FALSE;
			self->matched = 0;
			if (bytes[i] != '\r') {
				if (!give(self, bytes + i, 1, error))
					return FALSE;
				i++;
			}
		}
	}
	*ret_taken = size;
	return TRUE;
}

/* One byte behind a boundary. */
static gboolean
take_after(Multipart *self, char c, GError **error)
{
	if (self->state == AFTER && c == '-') {
		self->state = DASH;
		return TRUE;
	}
	if (self->state == DASH) {
		if (c != '-')
			return refuse(self, "a boundary is followed by something else", error);
		self->state = EPILOGUE;
		return TRUE;
	}
	self->state = LINE;
	if (c == '\n') {
		if (++self->n_parts > MULTIPART_PARTS)
			return refuse(self, "it has too many parts", error);
		g_string_truncate(self->head, 0);
		self->state = HEAD;
		return TRUE;
	}
	if (c != '\r' && c != ' ' && c != '\t')
		return refuse(self, "a boundary is followed by something else", error);
	return TRUE;
}

gboolean
multipart_feed(Multipart *self, const char *bytes, gsize size, GError **error)
{
	gsize taken;

	while (size > 0) {
		switch (self->state) {
		case PREAMBLE:
		case DATA:
			if (!take_data(self, bytes, size, &taken, error))
				return FALSE;
			break;
		case AFTER:
		case DASH:
		case LINE:
			if (!take_after(self, *bytes, error))
				return FALSE;
			taken = 1;
			break;
		case HEAD:
			if (!take_head(self, *bytes, error))
				return FALSE;
			taken = 1;
			break;
		case EPILOGUE: return TRUE;
		case FAILED:
		default: return refuse(self, "it was given up before", error);
		}
		bytes += taken;
		size -= taken;
	}
	return TRUE;
}

gboolean
multipart_finish(Multipart *self, GError **error)
{
	if (self->state == EPILOGUE)
		return TRUE;
	return refuse(self, "it ends before its closing boundary", error);
}
