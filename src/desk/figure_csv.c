/* figure_csv.c - see figure_csv.h. */
#include "desk/figure_csv.h"
#include "base/money.h"
#include "text/csv.h"
#include <string.h>

typedef enum { PLAIN, NAME_OF_PAIR, SUM, CURRENCY } Part;
typedef struct {
	char *name; /* members from the row down, joined by _ */
	char **path;
	Part part;
} Column;

static void
column_free(gpointer data)
{
	Column *column = data;

	g_free(column->name);
	g_strfreev(column->path);
	g_free(column);
}

static void
add_column(GPtrArray *columns, const char *path, Part part)
{
	Column *column = g_new0(Column, 1);
	g_autofree char *flat = g_strdelimit(g_strdup(path), "/", '_');

	column->path = g_strsplit(path, "/", -1);
	column->name = g_strconcat(flat, part == CURRENCY ? "_currency" : "", NULL);
	column->part = part;
	g_ptr_array_add(columns, column);
}

/* Lists within a row are tables of their own, and left out. */
static void
add_columns(GPtrArray *columns, const char *before, const json_t *like)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)like, key, value)
	{
		g_autofree char *path = before != NULL ? g_strconcat(before, "/", key, NULL) : g_strdup(key);

		if (json_is_object(value) && json_object_get(value, "amount_minor") != NULL) {
			add_column(columns, path, SUM);
			add_column(columns, path, CURRENCY);
		} else if (json_is_object(value) && json_object_get(value, "ref") != NULL) {
			add_column(columns, path, NAME_OF_PAIR);
		} else if (json_is_object(value)) {
			add_columns(columns, path, value);
		} else if (!json_is_array(value)) {
			add_column(columns, path, PLAIN);
		}
	}
}

/* What a column is, is seen where some row has it. */
static json_t *
pattern_of(const json_t *rows)
{
	json_t *pattern = json_object(), *row, *value;
	const char *key;
	size_t i;

	json_array_foreach(rows, i, row) json_object_foreach(row, key, value)
	{
		const json_t *there = json_object_find(pattern, json_key_of(key, FALSE));

		if (there == NULL || json_is_null(there))
			json_object_put(pattern, json_key_of(key, FALSE), json_incref(value));
	}
	return pattern;
}

/* As the ledger's file has them. */
static char *
sum_text(const json_t *money)
{
	GString *out = g_string_new(NULL);

	money_write_plain(out, json_int(money, "amount_minor", 0), json_text(money, "currency", ""));
	return g_string_free(out, FALSE);
}

static const char *
name_of(const json_t *pair)
{
	static const char *const names[] = { "name", "path", "title", "subject", "ref" };
	const char *said = NULL;

	for (guint i = 0; said == NULL && i < G_N_ELEMENTS(names); i++)
		said = json_string_value(json_object_find(pair, json_key_of(names[i], FALSE)));
	return said != NULL ? said : "";
}

static void
put_cell(GString *out, const Column *column, const json_t *row, gboolean first)
{
	const json_t *value = row;
	g_autofree char *text = NULL;

	for (char **key = column->path; *key != NULL; key++)
		value = json_object_find(value, json_key_of(*key, FALSE));
	if (column->part == NAME_OF_PAIR || column->part == CURRENCY) {
		csv_put_safe(out, column->part == CURRENCY ? json_text(value, "currency", "") : name_of(value), first);
		return;
	}
	if (value == NULL || json_is_null(value)) {
		csv_put(out, "", first);
		return;
	}
	if (json_is_string(value)) {
		csv_put_safe(out, json_string_value(value), first);
		return;
	}
	/* Digits, not a formula: below zero, too. */
	text = column->part == SUM ? sum_text(value) : json_write(value, NULL);
	csv_put(out, text, first);
}

GString *
figure_csv_text(const json_t *table)
{
	g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(column_free);
	g_autoptr(json_t) rows = json_is_object(table) ? json_array() : json_incref((json_t *)table), pattern = NULL;
	GString *out = g_string_new(NULL);
	json_t *row;
	size_t i;

	if (json_is_object(table))
		json_array_append(rows, (json_t *)table);
	pattern = pattern_of(rows);
	add_columns(columns, NULL, pattern);
	for (guint k = 0; k < columns->len; k++)
		csv_put(out, ((Column *)columns->pdata[k])->name, k == 0);
	csv_end(out);
	json_array_foreach(rows, i, row)
	{
		for (guint k = 0; k < columns->len; k++)
			put_cell(out, columns->pdata[k], row, k == 0);
		csv_end(out);
	}
	return out;
}

/* "csat.scores": the scores within csat. */
static const json_t *
table_of(const json_t *value, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, ".", -1);

	for (char **name = names; *name != NULL; name++)
		value = json_object_find(value, json_key_of(*name, FALSE));
	return value;
}

json_t *
figure_csv(Call *call, json_t *taken, const char *name, const char *const *tables, GError **error)
{
	g_autoptr(json_t) value = taken;
	const char *wanted = call_query(call, "csv");
	g_autofree char *all = NULL, *disposition = NULL;
	GString *text;
	gsize size;

	if (value == NULL || wanted == NULL || wanted[0] == '\0')
		return g_steal_pointer(&value);
	if (!g_strv_contains(tables, wanted)) {
		all = g_strjoinv(", ", (char **)tables);
		err_add_field(error, "/csv", "One of: %s.", all);
		return NULL;
	}
	text = figure_csv_text(table_of(value, wanted));
	size = text->len;
	call_send_text(call, "text/csv; charset=utf-8", g_string_free(text, FALSE), size);
	disposition = g_strdup_printf("attachment; filename=\"redress-%s-%s.csv\"", name, wanted);
	call_header_add(call, "Content-Disposition", disposition);
	return json_null();
}
