/* measures_csv.c - the dashboard's tables as files. */
#include "insight/measures.h"
#include "text/csv.h"
#include <stdio.h>
#include <string.h>

typedef struct {
	const char *of, *columns[8]; /* keys of the rows, in order; NULL-ended */
} Table;

static const Table tables[] = {
	{ "over_time", { "day", "received", "resolved" } },
	{ "open_by_age", { "word", "n", "late", "pct" } },
	{ "by_channel", { "channel", "n", "pct", "median_ms" } },
	{ "by_category", { "path", "n", "pct", "sum_pct" } },
	{ "by_outcome", { "outcome", "n", "pct" } },
	{ "by_team", { "name", "n", "pct", "median_ms" } },
};

static char *
cell_text(const json_t *value)
{
	if (json_is_string(value))
		return g_strdup(json_string_value(value));
	if (json_is_integer(value))
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	if (json_is_real(value)) {
		char text[G_ASCII_DTOSTR_BUF_SIZE];

		return g_strdup(g_ascii_formatd(text, sizeof text, "%.1f", json_real_value(value)));
	}
	return g_strdup("");
}

static void
write_table(GString *out, const Table *table, const json_t *rows)
{
	json_t *row;
	size_t i;

	for (guint c = 0; table->columns[c] != NULL; c++)
		csv_put(out, table->columns[c], c == 0);
	csv_end(out);
	json_array_foreach(rows, i, row) {
		for (guint c = 0; table->columns[c] != NULL; c++) {
			g_autofree char *text = cell_text(json_object_get(row, table->columns[c]));

			csv_put_safe(out, text, c == 0);
		}
		csv_end(out);
	}
}

GString *
measures_csv(const json_t *measures, const char *of, GError **error)
{
	for (guint i = 0; of != NULL && i < G_N_ELEMENTS(tables); i++) {
		const json_t *value = json_object_get(measures, tables[i].of);
		GString *out;

		if (strcmp(tables[i].of, of) != 0)
			continue;
		out = g_string_new(NULL);
		write_table(out, &tables[i], json_is_array(value) ? value : json_object_get(value, "rows"));
		return out;
	}
	err_add_field(error, "/of", "One of: over_time, open_by_age, by_channel, by_category, by_outcome, by_team.");
	return NULL;
}
