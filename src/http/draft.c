/* draft.c - what a draft's table means: storing one member within its bounds, faults in words, and freeing. The two
 * readers: draft_json.c, draft_form.c. The same table as a schema: draft_schema.c. */
#include "http/draft_into.h"
#include "base/err.h"
#include <string.h>

enum { DEFAULT_TEXT = 200, DEFAULT_ITEMS = 100, ITEM_BYTES = 200 };

int
draft_index(const DraftSpec *spec, const char *name, gsize size)
{
	for (int i = 0; spec->fields[i].name != NULL; i++)
		if (strncmp(spec->fields[i].name, name, size) == 0 && spec->fields[i].name[size] == '\0')
			return i;
	return -1;
}

void
draft_fault(DraftInto *into, guint index, const char *format, ...)
{
	g_autofree char *message = NULL, *path = NULL;
	va_list ap;

	va_start(ap, format);
	message = g_strdup_vprintf(format, ap);
	va_end(ap);
	path = g_strconcat(into->prefix, "/", into->spec->fields[index].name, NULL);
	err_add_field(into->error, path, "%s", message);
	into->filled |= (guint64)1 << index;
	into->ok = FALSE;
}

void
draft_mark(DraftInto *into, guint index)
{
	DraftGiven *given = into->draft;

	*given |= (guint64)1 << index;
}

/* White space at both ends, the no-break space among it: pasted words often carry one. */
static void
trim(const char **text, gsize *size)
{
	const char *from = *text, *to = *text + *size;

	for (;;) {
		if (from < to && g_ascii_isspace(*from))
			from++;
		else if (to - from >= 2 && memcmp(from, "\xc2\xa0", 2) == 0)
			from += 2;
		else
			break;
	}
	for (;;) {
		if (from < to && g_ascii_isspace(to[-1]))
			to--;
		else if (to - from >= 2 && memcmp(to - 2, "\xc2\xa0", 2) == 0)
			to -= 2;
		else
			break;
	}
	*text = from;
	*size = (gsize)(to - from);
}

/* Forms send line ends as CR LF; stored text has LF alone, so that lengths and searches agree. */
static char *
with_plain_line_ends(const char *text, gsize size)
{
	char *out = g_malloc(size + 1);
	gsize n = 0;

	for (gsize i = 0; i < size; i++)
		if (text[i] != '\r')
			out[n++] = text[i];
		else if (i + 1 == size || text[i + 1] != '\n')
			out[n++] = '\n';
	out[n] = '\0';
	return out;
}

static gboolean
text_is_sound(DraftInto *into, guint index, const char *text, gsize size)
{
	if (memchr(text, '\0', size) != NULL)
		draft_fault(into, index, "must not hold a NUL character");
	else if (!g_utf8_validate(text, (gssize)size, NULL))
		draft_fault(into, index, "must be UTF-8");
	else
		return TRUE;
	return FALSE;
}

void
draft_put_text(DraftInto *into, guint index, const char *text, gsize size)
{
	const DraftField *field = &into->spec->fields[index];
	const gsize most = field->max > 0 ? (gsize)field->max : DEFAULT_TEXT;
	char **member = draft_member(into, field);
	g_autofree char *own = NULL;

	trim(&text, &size);
	if (size == 0 && !field->keep_empty)
		return;
	if (!text_is_sound(into, index, text, size))
		return;
	if (size > most) {
		draft_fault(into, index, "is too long: at most %" G_GSIZE_FORMAT " bytes", most);
		return;
	}
	if (field->min > 0 && size < (gsize)field->min) {
		draft_fault(into, index, "is too short: at least %" G_GINT64_FORMAT " characters", field->min);
		return;
	}
	own = with_plain_line_ends(text, size);
	g_free(*member);
	*member = g_steal_pointer(&own);
	draft_mark(into, index);
	if (size > 0)
		into->filled |= (guint64)1 << index;
}

void
draft_put_word(DraftInto *into, guint index, const char *text)
{
	const DraftField *field = &into->spec->fields[index];
	g_autofree char *all = NULL;

	for (guint i = 0; field->words[i] != NULL; i++)
		if (strcmp(field->words[i], text) == 0) {
			*(const char **)draft_member(into, field) = field->words[i];
			draft_mark(into, index);
			into->filled |= (guint64)1 << index;
			return;
		}
	all = g_strjoinv(", ", (char **)field->words);
	draft_fault(into, index, "must be one of: %s", all);
}

void
draft_put_int(DraftInto *into, guint index, gint64 value)
{
	const DraftField *field = &into->spec->fields[index];

	if ((field->min != 0 || field->max != 0) && (value < field->min || value > field->max)) {
		draft_fault(into, index, "must be between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, field->min, field->max);
		return;
	}
	*(gint64 *)draft_member(into, field) = value;
	draft_mark(into, index);
	into->filled |= (guint64)1 << index;
}

gboolean
draft_put_item(DraftInto *into, guint index, const char *text, gsize size)
{
	const DraftField *field = &into->spec->fields[index];
	const gint64 most = field->max > 0 ? field->max : DEFAULT_ITEMS;
	GPtrArray **list = draft_member(into, field);

	trim(&text, &size);
	if (size == 0)
		return TRUE;
	if (!text_is_sound(into, index, text, size))
		return FALSE;
	if (size > ITEM_BYTES) {
		draft_fault(into, index, "holds an entry that is too long: at most %d bytes each", ITEM_BYTES);
		return FALSE;
	}
	if (*list != NULL && (*list)->len >= most) {
		draft_fault(into, index, "holds too many: at most %" G_GINT64_FORMAT, most);
		return FALSE;
	}
	if (*list == NULL)
		*list = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(*list, g_strndup(text, size));
	into->filled |= (guint64)1 << index;
	return TRUE;
}

void
draft_check_required(DraftInto *into)
{
	for (guint i = 0; into->spec->fields[i].name != NULL; i++)
		if (into->spec->fields[i].required && !((into->filled >> i) & 1))
			draft_fault(into, i, "is required");
}

void
draft_file_free(DraftFile *file)
{
	if (file == NULL)
		return;
	g_free(file->name);
	g_free(file->media_type);
	g_free(file);
}

void
draft_clear(const DraftSpec *spec, gpointer draft)
{
	for (const DraftField *field = spec->fields; field->name != NULL; field++) {
		gpointer member = (char *)draft + field->offset;

		switch (field->type) {
		case DRAFT_TEXT: g_clear_pointer((char **)member, g_free); break;
		case DRAFT_LIST:
		case DRAFT_FILES: g_clear_pointer((GPtrArray **)member, g_ptr_array_unref); break;
		case DRAFT_SUB: draft_clear(field->sub, member); break;
		case DRAFT_JSON: g_clear_pointer((json_t **)member, json_decref); break;
		case DRAFT_WORD:
		case DRAFT_INT:
		case DRAFT_BOOL:
		case DRAFT_TIME: break;
		}
	}
}
