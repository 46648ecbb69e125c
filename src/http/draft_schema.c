/* draft_schema.c - a draft's table as JSON Schema 2020-12, for the OpenAPI document (openapi.c). */
#include "http/draft.h"

static json_t *
type_of(const char *type, gboolean required)
{
	return required ? json_string(type) : json_pack("[ss]", type, "null");
}

static json_t *
words_of(const DraftField *field)
{
	json_t *list = json_array();

	for (guint i = 0; field->words[i] != NULL; i++)
		json_array_append_new(list, json_string(field->words[i]));
	if (!field->required)
		json_array_append_new(list, json_null());
	return list;
}

static json_t *
field_schema(const DraftField *field)
{
	json_t *out = json_object();

	switch (field->type) {
	case DRAFT_TEXT:
		json_put(out, "type", type_of("string", field->required));
		json_put_int(out, "maxLength", field->max > 0 ? field->max : 200);
		if (field->min > 0)
			json_put_int(out, "minLength", field->min);
		break;
	case DRAFT_WORD: json_put(out, "enum", words_of(field)); break;
	case DRAFT_INT:
		json_put(out, "type", type_of("integer", field->required));
		if (field->min != 0 || field->max != 0) {
			json_put_int(out, "minimum", field->min);
			json_put_int(out, "maximum", field->max);
		}
		break;
	case DRAFT_BOOL: json_put(out, "type", type_of("boolean", field->required)); break;
	case DRAFT_TIME:
		json_put(out, "type", type_of("string", field->required));
		json_put_text(out, "format", "date-time");
		break;
	case DRAFT_LIST:
		json_put(out, "type", type_of("array", field->required));
		json_put(out, "items", json_pack("{s:s, s:i}", "type", "string", "maxLength", 200));
		json_put_int(out, "maxItems", field->max > 0 ? field->max : 100);
		break;
	case DRAFT_FILES:
		json_put_text(out, "type", "array");
		json_put(out, "items", json_pack("{s:s, s:s}", "type", "string", "contentMediaType", "application/octet-stream"));
		json_put_int(out, "maxItems", field->max > 0 ? field->max : 10);
		break;
	case DRAFT_SUB:
		json_decref(out);
		out = draft_schema(field->sub);
		break;
	case DRAFT_JSON: break; /* anything */
	}
	if (field->about != NULL)
		json_put_text(out, "description", field->about);
	return out;
}

json_t *
draft_schema(const DraftSpec *spec)
{
	json_t *out = json_object(), *properties = json_object(), *required = json_array();

	json_put_text(out, "title", spec->name);
	json_put_text(out, "type", "object");
	for (const DraftField *field = spec->fields; field->name != NULL; field++) {
		json_put(properties, field->name, field_schema(field));
		if (field->required)
			json_array_append_new(required, json_string(field->name));
	}
	json_put(out, "properties", properties);
	if (json_array_size(required) > 0)
		json_put(out, "required", required);
	else
		json_decref(required);
	json_put_bool(out, "additionalProperties", FALSE);
	return out;
}
