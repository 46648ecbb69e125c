#include "mail/cut.h"
#include "mail/message.h"
#include "mail/transfer.h"
#include "mail/words.h"
#include "gmime.lazy.h"
#include <string.h>

enum { BOUNDARY_MAX = 16384, GUESS_BYTES = 65536, PROBLEMS_MAX = 50 };

typedef struct {
	const char *text; /* lives with the entity's type */
	gsize size;
} Boundary;

/* A line that ends what is open. */
typedef struct {
	const guint8 *start, *next; /* of the line; start excludes the newline before it */
	int level;		    /* of which boundary; -1: the end of the bytes */
	gboolean closing;
} Delimiter;

typedef struct {
	MailCut *cut;
	GPtrArray *problems;
	const guint8 *end;
	GArray *boundaries; /* the open ones, outermost first */
	gboolean again;	    /* inside a decoded multipart: not a second time */
} Cutter;

void
mail_problem(GPtrArray *problems, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	if (problems->len >= PROBLEMS_MAX)
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	for (guint i = 0; i < problems->len; i++)
		if (strcmp(problems->pdata[i], text) == 0)
			return;
	g_ptr_array_add(problems, g_steal_pointer(&text));
}

/* ---- boundaries */

static gboolean
level_of(const GArray *boundaries, const guint8 *text, gsize size, int *ret_level)
{
	for (int i = (int)boundaries->len - 1; i >= 0; i--) {
		const Boundary *boundary = &g_array_index(boundaries, Boundary, i);

		/* The end first: that is where boundaries made by one program differ. */
		if (boundary->size == size && boundary->text[size - 1] == (char)text[size - 1] && memcmp(boundary->text, text, size) == 0) {
			*ret_level = i;
			return TRUE;
		}
	}
	return FALSE;
}

static gsize
trimmed(const guint8 *text, gsize size)
{
	while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t' || text[size - 1] == '\r'))
		size--;
	return size;
}

/* Whether the line at @p (which begins with "--") is one of ours, with spaces a transport added behind it. */
static gboolean
is_delimiter(const Cutter *self, const guint8 *p, const guint8 *next, Delimiter *ret)
{
	const guint8 *text = p + 2;
	gsize size = mail_line_size(p, next), bare;

	if (size <= 2 || size > BOUNDARY_MAX)
		return FALSE;
	size -= 2;
	ret->start = p;
	ret->next = next;
	ret->closing = FALSE;
	if (level_of(self->boundaries, text, size, &ret->level))
		return TRUE;
	bare = trimmed(text, size);
	if (bare > 0 && bare < size && level_of(self->boundaries, text, bare, &ret->level))
		return TRUE;
	ret->closing = TRUE;
	if (bare > 2 && text[bare - 1] == '-' && text[bare - 2] == '-' && level_of(self->boundaries, text, bare - 2, &ret->level))
		return TRUE;
	return FALSE;
}

/* The next line from @p on (the start of a line) that is one of the open boundaries. */
static Delimiter
next_delimiter(const Cutter *self, const guint8 *p)
{
	Delimiter found = { self->end, self->end, -1, FALSE };

	if (self->boundaries->len == 0)
		return found;
	while (p < self->end) {
		if (self->end - p > 2 && p[0] == '-' && p[1] == '-' && is_delimiter(self, p, mail_line_end(p, self->end), &found))
			return found;
		p = mail_line_end(p, self->end);
	}
	return (Delimiter){ self->end, self->end, -1, FALSE };
}

/* The newline before a boundary belongs to it. */
static MailSlice
body_until(const guint8 *p, const Delimiter *delimiter)
{
	if (delimiter->level < 0 || delimiter->start <= p)
		return (MailSlice){ p, (gsize)(delimiter->start - p) };
	return (MailSlice){ p, mail_line_size(p, delimiter->start) };
}

/* ---- the head of a part */

/* A line that is no field: either the body began without an empty line before it, or it is a slip among the fields. The
 * last usual field before the next empty line tells. Returns where the fields go on, or NULL. */
static const guint8 *
fields_go_on(const Cutter *self, const guint8 *p, gsize n_fields)
{
	const guint8 *on = NULL, *limit = p + MIN((gsize)(self->end - p), GUESS_BYTES);
	Delimiter unused;

	if (n_fields == 0)
		return NULL;
	while (p < limit) {
		const guint8 *next = mail_line_end(p, limit);
		gsize n = mail_field_name(p, next, FALSE);

		if (mail_line_size(p, next) == 0 || (next - p > 2 && p[0] == '-' && p[1] == '-' && is_delimiter(self, p, next, &unused)))
			break;
		if (n > 0 && mail_field_is_usual(p, n))
			on = p;
		p = next;
	}
	return on;
}

/* One long word: the rest of a folded field whose space was lost. */
static gboolean
is_token(const guint8 *p, const guint8 *next)
{
	gsize size = mail_line_size(p, next);

	return size > 40 && memchr(p, ' ', size) == NULL && memchr(p, '\t', size) == NULL;
}

/* Sets the head and returns where the body begins. */
static const guint8 *
read_head(const Cutter *self, const guint8 *p, gboolean top, MailSlice *ret_head)
{
	const guint8 *start, *on = NULL;
	gsize n_fields = 0;
	Delimiter unused;

	while (top && p < self->end && (memcmp(p, "From ", MIN(5, self->end - p)) == 0 || memcmp(p, ">From ", MIN(6, self->end - p)) == 0) && self->end - p > 6)
		p = mail_line_end(p, self->end);
	start = p;
	while (p < self->end) {
		const guint8 *next = mail_line_end(p, self->end);

		if (mail_line_size(p, next) == 0) {
			*ret_head = (MailSlice){ start, (gsize)(p - start) };
			return next;
		}
		if (p[0] == '-' && next - p > 2 && p[1] == '-' && is_delimiter(self, p, next, &unused))
			break;
		if (mail_field_goes_on(p, next) && n_fields > 0) {
			/* An empty line with a space in it, and no field after it, was meant as the empty line. */
			if (mail_line_is_blank(p, next) && next < self->end && !mail_field_goes_on(next, self->end) && mail_field_name(next, mail_line_end(next, self->end), TRUE) == 0) {
				*ret_head = (MailSlice){ start, (gsize)(p - start) };
				return mail_line_size(next, mail_line_end(next, self->end)) == 0 ? mail_line_end(next, self->end) : next;
			}
		} else if (mail_field_name(p, next, n_fields > 0) > 0) {
			n_fields++;
		} else if (n_fields > 0 && is_token(p, next)) {
			mail_problem(self->problems, "a folded header goes on without its space");
		} else {
			if (on < p)
				on = fields_go_on(self, p, n_fields);
			if (on == NULL) {
				if (top || n_fields > 0)
					mail_problem(self->problems, n_fields == 0 ? "it has no headers" : "the headers end without an empty line");
				break;
			}
			mail_problem(self->problems, "a line among the headers is no header");
		}
		p = next;
	}
	*ret_head = (MailSlice){ start, (gsize)(p - start) };
	return p;
}

static void
read_fields(Cutter *self, MailEntity *entity, const char *default_type)
{
	MailSlice head = entity->head, name, value;
	guint n_types = 0;

	while (mail_field_next(&head, &name, &value)) {
		if (name.size < 10 || g_ascii_strncasecmp((const char *)name.at, "content-", 8) != 0)
			continue;
		if (mail_name_is(name, "content-type")) {
			n_types++;
			if (entity->type == NULL)
				entity->type = mail_type_read(value);
		} else if (mail_name_is(name, "content-transfer-encoding") && entity->encoding.at == NULL) {
			entity->encoding = value;
		} else if (mail_name_is(name, "content-disposition") && entity->disposition.at == NULL) {
			entity->disposition = value;
		} else if (mail_name_is(name, "content-id") && entity->id.at == NULL) {
			entity->id = value;
		}
	}
	if (n_types > 1)
		mail_problem(self->problems, "Content-Type stands there %u times: the first that can be read counts", n_types);
	if (entity->type == NULL) {
		if (n_types > 0)
			mail_problem(self->problems, "a Content-Type cannot be read: taken as %s", n_types > 0 ? "text/plain" : default_type);
		entity->type = mail_type_read((MailSlice){ (const guint8 *)default_type, strlen(default_type) });
	}
}

/* ---- parts */

static Delimiter cut_entity(Cutter *self, const guint8 *p, int parent, guint depth, const char *default_type);

static MailEntity *
entity_at(const Cutter *self, int index)
{
	return &g_array_index(self->cut->entities, MailEntity, index);
}

/* Everything from the delimiter to the end of the multipart as one last leaf: there were too many parts. */
static Delimiter
cut_rest(Cutter *self, const Delimiter *from, int parent, guint depth)
{
	MailEntity leaf = { .parent = parent, .depth = depth };
	guint n = self->boundaries->len;
	Delimiter stop;

	mail_problem(self->problems, "it has more than %d parts: the last ones stay together", MAIL_PARTS_MAX);
	g_array_set_size(self->boundaries, n - 1);
	stop = next_delimiter(self, from->next);
	g_array_set_size(self->boundaries, n);
	leaf.type = g_mime_content_type_new("application", "octet-stream");
	leaf.body = body_until(from->start, &stop);
	g_array_append_val(self->cut->entities, leaf);
	return stop;
}

/* From the body's first byte to the delimiter of an outer multipart, which is returned. */
static Delimiter
cut_multipart(Cutter *self, const guint8 *p, int me, guint depth, const char *boundary)
{
	const char *child_type = g_mime_content_type_is_type(entity_at(self, me)->type, "multipart", "digest") ? "message/rfc822" : "text/plain";
	Boundary open = { boundary, strlen(boundary) };
	int level = (int)self->boundaries->len;
	Delimiter at;

	g_array_append_val(self->boundaries, open);
	at = next_delimiter(self, p);
	while (at.level == level && !at.closing) {
		entity_at(self, me)->divided = TRUE;
		at = self->cut->entities->len >= MAIL_PARTS_MAX ? cut_rest(self, &at, me, depth + 1) : cut_entity(self, at.next, me, depth + 1, child_type);
	}
	g_array_set_size(self->boundaries, (guint)level);
	/* What follows the closing line is nobody's, until an outer boundary. */
	return at.level == level ? next_delimiter(self, at.next) : at;
}

/* "--something" with a Content- field in the line after it: the boundary that should have been said. (transfer full) */
static char *
guess_boundary(MailSlice body)
{
	const guint8 *p = body.at, *end = body.at + MIN(body.size, GUESS_BYTES);

	while (p < end) {
		const guint8 *next = mail_line_end(p, end);
		gsize size = trimmed(p, mail_line_size(p, next));

		if (size > 4 && size < 200 && p[0] == '-' && p[1] == '-' && end - next > 8 && g_ascii_strncasecmp((const char *)next, "content-", 8) == 0)
			return g_strndup((const char *)p + 2, size - 2);
		p = next;
	}
	return NULL;
}

/* A multipart whose parts lie in a transfer encoding, which no standard allows. */
static gboolean
cut_decoded(Cutter *self, int me, guint depth, const char *boundary)
{
	MailEntity *entity = entity_at(self, me);
	Cutter inner = { self->cut, self->problems, NULL, NULL, TRUE };
	g_autoptr(GArray) boundaries = NULL;
	guint8 *bytes;
	gsize size;

	if (self->again || self->cut->decoded != NULL)
		return FALSE;
	bytes = mail_transfer_decode(entity->body, entity->encoding, &size);
	if (bytes == NULL)
		return FALSE;
	self->cut->decoded = g_byte_array_new_take(bytes, size);
	boundaries = inner.boundaries = g_array_new(FALSE, FALSE, sizeof(Boundary));
	inner.end = bytes + size;
	cut_multipart(&inner, bytes, me, depth, boundary);
	mail_problem(self->problems, "a multipart is encoded as a whole");
	return entity_at(self, me)->divided;
}

static void
keep_undivided(Cutter *self, int me)
{
	MailEntity *entity = entity_at(self, me);

	mail_problem(self->problems, "a multipart without its boundary is read as text");
	g_object_unref(entity->type);
	entity->type = g_mime_content_type_new("text", "plain");
}

/* Appends the part that begins at @p, and those inside it; returns the delimiter that ends it. */
static Delimiter
cut_entity(Cutter *self, const guint8 *p, int parent, guint depth, const char *default_type)
{
	MailEntity entity = { .parent = parent, .depth = depth };
	g_autofree char *guessed = NULL, *boundary = NULL;
	int me = (int)self->cut->entities->len;
	Delimiter end;

	p = read_head(self, p, parent < 0, &entity.head);
	read_fields(self, &entity, default_type);
	boundary = g_strdup(g_mime_content_type_get_parameter(entity.type, "boundary"));
	g_array_append_val(self->cut->entities, entity);
	if (!g_mime_content_type_is_type(entity.type, "multipart", "*")) {
		end = next_delimiter(self, p);
		entity_at(self, me)->body = body_until(p, &end);
		return end;
	}
	if (depth >= MAIL_DEPTH_MAX) {
		mail_problem(self->problems, "it is nested deeper than %d: what is below stays undivided", MAIL_DEPTH_MAX);
		end = next_delimiter(self, p);
		entity_at(self, me)->body = body_until(p, &end);
		return end;
	}
	if (boundary != NULL && *boundary != '\0' && strlen(boundary) < BOUNDARY_MAX) {
		end = cut_multipart(self, p, me, depth, boundary);
	} else {
		end = next_delimiter(self, p);
	}
	entity_at(self, me)->body = body_until(p, &end);
	if (entity_at(self, me)->divided)
		return end;
	if (boundary != NULL && *boundary != '\0' && cut_decoded(self, me, depth, boundary))
		return end;
	guessed = guess_boundary(entity_at(self, me)->body);
	if (guessed != NULL) {
		mail_problem(self->problems, "a multipart's boundary is not the one it says");
		return cut_multipart(self, p, me, depth, guessed);
	}
	keep_undivided(self, me);
	return end;
}

MailCut *
mail_cut(const guint8 *bytes, gsize size, GPtrArray *problems)
{
	MailCut *cut = g_new0(MailCut, 1);
	g_autoptr(GArray) boundaries = g_array_new(FALSE, FALSE, sizeof(Boundary));
	Cutter self = { cut, problems, bytes + size, boundaries, FALSE };

	cut->entities = g_array_new(FALSE, TRUE, sizeof(MailEntity));
	cut_entity(&self, bytes, -1, 0, "text/plain");
	return cut;
}

void
mail_cut_free(MailCut *cut)
{
	if (cut == NULL)
		return;
	for (guint i = 0; i < cut->entities->len; i++)
		g_clear_object(&g_array_index(cut->entities, MailEntity, i).type);
	g_array_free(cut->entities, TRUE);
	if (cut->decoded != NULL)
		g_byte_array_unref(cut->decoded);
	g_free(cut);
}
