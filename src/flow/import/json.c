/* json.c - a line of NDJSON as cells: our own export's shape, the API's, or anybody's flat objects. */
#include "flow/import/source.h"
#include <string.h>

enum { MAX_DEPTH = 3 };

static const ImportColumn *
column_of(ImportSource *source, const char *name)
{
	ImportColumn *column = g_hash_table_lookup(source->by_name, name);

	if (column == NULL) {
		column = import_map_column(source->map, name);
		column->dates = source->dates;
		g_ptr_array_add(source->columns, column);
		g_hash_table_insert(source->by_name, column->name, column);
	}
	return column;
}

static void
set_dumped(ImportSource *source, const ImportColumn *column, const json_t *value)
{
	g_autofree char *text = json_write(value, NULL);

	import_draft_set(source->draft, column, text, strlen(text));
}

static char *
scalar_text(const json_t *value)
{
	if (json_is_string(value))
		return g_strdup(json_string_value(value));
	if (json_is_null(value))
		return g_strdup("");
	return json_write(value, NULL);
}

/* A list of words as one text with commas. */
static void
set_list(ImportSource *source, const ImportColumn *column, const json_t *list)
{
	g_autoptr(GString) text = g_string_new(NULL);
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
	{
		g_autofree char *part = scalar_text(one);

		g_string_append_printf(text, "%s%s", i > 0 ? "," : "", part);
	}
	import_draft_set(source->draft, column, text->str, text->len);
}

/* {ref, name, email} of a person, as the API has it: whichever names them best. */
static const char *
person_text(const json_t *object)
{
	const char *text = json_text(object, "email", NULL);

	text = text != NULL ? text : json_text(object, "ref", NULL);
	return text != NULL ? text : json_text(object, "name", "");
}

static void
set_value(ImportSource *source, const char *name, const json_t *value, int depth)
{
	const ImportColumn *column;

	if (json_is_object(value) && strcmp(name, "facts") != 0 && strcmp(name, "record") != 0 && strcmp(name, "owner") != 0 && strcmp(name, "team") != 0 &&
		depth < MAX_DEPTH) {
		const char *key;
		json_t *part;

		json_object_foreach((json_t *)value, key, part)
		{
			g_autofree char *path = g_strconcat(name, ".", key, NULL);

			set_value(source, path, part, depth + 1);
		}
		return;
	}
	column = column_of(source, name);
	if (column->field == IMPORT_FACTS || column->field == IMPORT_MESSAGES || column->field == IMPORT_RECORD || column->field == IMPORT_CUSTOMER_CONTACTS) {
		if (!json_is_null(value))
			set_dumped(source, column, value);
	} else if (json_is_array(value)) {
		set_list(source, column, value);
	} else if (json_is_object(value) && (column->field == IMPORT_OWNER || column->field == IMPORT_TEAM)) {
		import_draft_set(source->draft, column, person_text(value), strlen(person_text(value)));
	} else if (json_is_string(value)) {
		import_draft_set(source->draft, column, json_string_value(value), json_string_length(value));
	} else {
		g_autofree char *text = scalar_text(value);

		import_draft_set(source->draft, column, text, strlen(text));
	}
}

void
import_json_set(ImportSource *source, const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) set_value(source, key, value, 0);
}
