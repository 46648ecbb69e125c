/* draft_json.c - a JSON body into a draft. Bounds on the text itself (size, depth, UTF-8, doubled keys): base/json.c.
 * A form into the same draft: draft_form.c. */
#include "http/draft_into.h"
#include "base/clock.h"
#include "base/err.h"
#include <string.h>

enum { UNKNOWN_SHOWN = 60, JSON_LEVELS = 64 };

static void read_object(DraftInto *into, const json_t *object);

/* A stranger's key as part of a JSON pointer, cut to what a message can bear. */
static char *
pointer_of(const char *prefix, const char *key)
{
	g_autoptr(GString) out = g_string_new(prefix);
	const char *end;

	g_string_append_c(out, '/');
	for (const char *p = key; *p != '\0' && p < key + UNKNOWN_SHOWN; p++) {
		if (*p == '~')
			g_string_append(out, "~0");
		else if (*p == '/')
			g_string_append(out, "~1");
		else
			g_string_append_c(out, *p);
	}
	if (!g_utf8_validate(out->str, (gssize)out->len, &end))
		g_string_truncate(out, (gsize)(end - out->str));
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
read_list(DraftInto *into, guint index, const json_t *value)
{
	gsize i;
	json_t *item;

	if (!json_is_array(value)) {
		draft_fault(into, index, "must be a list of texts");
		return;
	}
	draft_mark(into, index);
	json_array_foreach (value, i, item) {
		if (!json_is_string(item)) {
			draft_fault(into, index, "must be a list of texts");
			return;
		}
		if (!draft_put_item(into, index, json_string_value(item), json_string_length(item)))
			return;
	}
}

static void
read_sub(DraftInto *into, guint index, const json_t *value)
{
	const DraftField *field = &into->spec->fields[index];
	g_autofree char *prefix = g_strconcat(into->prefix, "/", field->name, NULL);
	DraftInto inner = { .spec = field->sub, .draft = draft_member(into, field), .prefix = prefix, .ok = TRUE, .error = into->error };

	if (!json_is_object(value)) {
		draft_fault(into, index, "must be an object");
		return;
	}
	draft_mark(into, index);
	into->filled |= (guint64)1 << index;
	read_object(&inner, value);
	into->ok = into->ok && inner.ok;
}

static int
levels(const json_t *value, int most)
{
	int deepest = 0;
	const char *key;
	json_t *item;
	gsize i;

	if (most == 0)
		return 1;
	if (json_is_object(value)) {
		json_object_foreach ((json_t *)value, key, item)
			deepest = MAX(deepest, levels(item, most - 1));
		return 1 + deepest;
	}
	if (json_is_array(value)) {
		json_array_foreach (value, i, item)
			deepest = MAX(deepest, levels(item, most - 1));
		return 1 + deepest;
	}
	return 0;
}

static void
read_json(DraftInto *into, guint index, json_t *value)
{
	if (levels(value, JSON_LEVELS) > JSON_LEVELS) {
		draft_fault(into, index, "is nested more than %d levels deep", JSON_LEVELS);
		return;
	}
	*(json_t **)draft_member(into, &into->spec->fields[index]) = json_incref(value);
	draft_mark(into, index);
	into->filled |= (guint64)1 << index;
}

static void
read_time(DraftInto *into, guint index, const json_t *value)
{
	gint64 at_ms;

	if (!json_is_string(value) || !time_read(json_string_value(value), &at_ms)) {
		draft_fault(into, index, "must be a time such as 2026-11-19T12:00:00Z");
		return;
	}
	*(gint64 *)draft_member(into, &into->spec->fields[index]) = at_ms;
	draft_mark(into, index);
	into->filled |= (guint64)1 << index;
}

static void
read_member(DraftInto *into, guint index, json_t *value)
{
	const DraftField *field = &into->spec->fields[index];

	if (json_is_null(value)) { /* given, and cleared */
		draft_mark(into, index);
		return;
	}
	switch (field->type) {
	case DRAFT_TEXT:
		if (json_is_string(value))
			draft_put_text(into, index, json_string_value(value), json_string_length(value));
		else
			draft_fault(into, index, "must be text");
		break;
	case DRAFT_WORD:
		draft_put_word(into, index, json_is_string(value) ? json_string_value(value) : "");
		break;
	case DRAFT_INT:
		if (json_is_integer(value))
			draft_put_int(into, index, json_integer_value(value));
		else
			draft_fault(into, index, "must be a whole number");
		break;
	case DRAFT_BOOL:
		if (!json_is_boolean(value)) {
			draft_fault(into, index, "must be true or false");
			break;
		}
		*(gboolean *)draft_member(into, field) = json_is_true(value);
		draft_mark(into, index);
		into->filled |= (guint64)1 << index;
		break;
	case DRAFT_TIME: read_time(into, index, value); break;
	case DRAFT_LIST: read_list(into, index, value); break;
	case DRAFT_SUB: read_sub(into, index, value); break;
	case DRAFT_FILES: draft_fault(into, index, "files are sent as multipart/form-data"); break;
	case DRAFT_JSON: read_json(into, index, value); break;
	}
}

static void
read_object(DraftInto *into, const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)object, key, value) {
		int index = draft_index(into->spec, key, strlen(key));

		if (index < 0) {
			g_autofree char *path = pointer_of(into->prefix, key);

			err_add_field(into->error, path, "no such field");
			into->ok = FALSE;
		} else {
			read_member(into, (guint)index, value);
		}
	}
	draft_check_required(into);
}

gboolean
draft_read_json(const DraftSpec *spec, const json_t *value, gpointer draft, GError **error)
{
	DraftInto into = { .spec = spec, .draft = draft, .prefix = "", .ok = TRUE, .error = error };

	if (!json_is_object(value)) {
		err_add_field(error, "", "the body must be a JSON object");
		return FALSE;
	}
	read_object(&into, value);
	return into.ok;
}
