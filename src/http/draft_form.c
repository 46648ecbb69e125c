/* draft_form.c - a decoded form into a draft. How bytes become a form: form.c (urlencoded), multipart.c. JSON into the
 * same draft: draft_json.c. */
#include "http/draft_into.h"
#include "base/clock.h"
#include <string.h>

enum { DEFAULT_FILES = 10 };

/* Local wall-clock time of @zone, as a datetime-local field sends it, into UTC. */
static gint64
from_local(gint64 local_ms, const char *zone)
{
	g_autoptr(GTimeZone) tz = g_time_zone_new_identifier(zone != NULL ? zone : "UTC");
	gint64 seconds = local_ms / 1000;
	int interval;

	if (tz == NULL)
		return local_ms;
	interval = g_time_zone_adjust_time(tz, G_TIME_TYPE_STANDARD, &seconds);
	return local_ms + (seconds * 1000 - local_ms / 1000 * 1000) - (gint64)g_time_zone_get_offset(tz, interval) * 1000;
}

static gboolean
has_zone(const char *text)
{
	const char *t = strpbrk(text, "Tt ");

	return t != NULL && strpbrk(t + 1, "Zz+-") != NULL;
}

static void
put_time(DraftInto *into, guint index, const char *text, const char *zone)
{
	gint64 at_ms;

	if (!time_read(text, &at_ms)) {
		draft_fault(into, index, "must be a date or a time such as 2026-11-19T12:00");
		return;
	}
	*(gint64 *)draft_member(into, &into->spec->fields[index]) = has_zone(text) ? at_ms : from_local(at_ms, zone);
	draft_mark(into, index);
	into->filled |= (guint64)1 << index;
}

static void
put_list(DraftInto *into, guint index, const char *text)
{
	draft_mark(into, index);
	for (;;) {
		const char *comma = strchr(text, ',');
		gsize size = comma != NULL ? (gsize)(comma - text) : strlen(text);

		if (!draft_put_item(into, index, text, size) || comma == NULL)
			return;
		text = comma + 1;
	}
}

static void
put_int(DraftInto *into, guint index, const char *text)
{
	gint64 value;

	if (g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &value, NULL))
		draft_put_int(into, index, value);
	else
		draft_fault(into, index, "must be a whole number");
}

static void
put_bool(DraftInto *into, guint index, const char *text)
{
	const gboolean on = strcmp(text, "on") == 0 || strcmp(text, "true") == 0 || strcmp(text, "1") == 0;

	if (!on && strcmp(text, "off") != 0 && strcmp(text, "false") != 0 && strcmp(text, "0") != 0 && *text != '\0') {
		draft_fault(into, index, "must be on or off");
		return;
	}
	/* A page may send a hidden "0" before the box itself: what is on stays on. */
	*(gboolean *)draft_member(into, &into->spec->fields[index]) |= on;
	draft_mark(into, index);
	into->filled |= (guint64)1 << index;
}

static void
put_value(DraftInto *into, guint index, const char *text, const char *zone)
{
	const DraftType type = into->spec->fields[index].type;

	if (type == DRAFT_TEXT) {
		draft_put_text(into, index, text, strlen(text));
		return;
	}
	if (type == DRAFT_LIST) {
		put_list(into, index, text);
		return;
	}
	if (type == DRAFT_BOOL) {
		put_bool(into, index, text);
		return;
	}
	if (*text == '\0') { /* an empty choice, date or number: left as it was */
		if (into->spec->fields[index].keep_empty)
			draft_mark(into, index);
		return;
	}
	if (type == DRAFT_WORD)
		draft_put_word(into, index, text);
	else if (type == DRAFT_INT)
		put_int(into, index, text);
	else if (type == DRAFT_TIME)
		put_time(into, index, text, zone);
}

static void
put_files(DraftInto *into, guint index, const DraftForm *form, const char *wanted)
{
	const DraftField *field = &into->spec->fields[index];
	const gint64 most = field->max > 0 ? field->max : DEFAULT_FILES;
	GPtrArray **list = draft_member(into, field);

	for (guint i = 0; form->files != NULL && i < form->files->len; i++) {
		if (strcmp(form->file_fields->pdata[i], wanted) != 0)
			continue;
		if (*list != NULL && (*list)->len >= most) {
			draft_fault(into, index, "holds too many: at most %" G_GINT64_FORMAT, most);
			return;
		}
		if (*list == NULL)
			*list = g_ptr_array_new(); /* the form's own: their hashes come once they are on disk */
		g_ptr_array_add(*list, form->files->pdata[i]);
		draft_mark(into, index);
		into->filled |= (guint64)1 << index;
	}
}

/* Fills the members whose names in the form begin with @dotted ("" or "customer."). */
static void
read_form(DraftInto *into, const DraftForm *form, const char *dotted, const char *zone)
{
	const gsize skip = strlen(dotted);

	for (guint i = 0; i < form->names->len; i++) {
		const char *name = form->names->pdata[i];
		int index;

		if (strncmp(name, dotted, skip) != 0)
			continue;
		index = draft_index(into->spec, name + skip, strlen(name + skip));
		if (index >= 0)
			put_value(into, (guint)index, form->values->pdata[i], zone);
	}
	for (guint i = 0; into->spec->fields[i].name != NULL; i++) {
		const DraftField *field = &into->spec->fields[i];

		if (field->type == DRAFT_SUB) {
			g_autofree char *deeper = g_strconcat(dotted, field->name, ".", NULL);
			g_autofree char *prefix = g_strconcat(into->prefix, "/", field->name, NULL);
			DraftInto inner = { .spec = field->sub, .draft = draft_member(into, field), .prefix = prefix, .ok = TRUE,
				.error = into->error };

			read_form(&inner, form, deeper, zone);
			into->ok = into->ok && inner.ok;
			if (*(DraftGiven *)inner.draft != 0) {
				draft_mark(into, i);
				into->filled |= (guint64)1 << i;
			}
		} else if (field->type == DRAFT_FILES) {
			g_autofree char *wanted = g_strconcat(dotted, field->name, NULL);

			put_files(into, i, form, wanted);
		}
	}
	/* A part nobody filled in (customer.*) need not have its own required fields, unless it is required itself. */
	if (*into->prefix == '\0' || *(DraftGiven *)into->draft != 0)
		draft_check_required(into);
}

gboolean
draft_read_form(const DraftSpec *spec, const DraftForm *form, const char *zone, gpointer draft, GError **error)
{
	DraftInto into = { .spec = spec, .draft = draft, .prefix = "", .ok = TRUE, .error = error };

	read_form(&into, form, "", zone);
	return into.ok;
}
