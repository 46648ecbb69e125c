#include "desk/chart.h"
#include <math.h>

enum { LEFT = 46, RIGHT = 728, BOTTOM = 220, TOP = 20, Y_LABELS = 4, X_LABELS = 7 };

/* The smallest of 1, 2, 5 times a power of ten (at least 1) of which @parts reach @most. */
static gint64
round_step(gint64 most, gint64 parts)
{
	gint64 step = 1;

	for (;;) {
		static const gint64 times[] = { 1, 2, 5 };

		for (guint i = 0; i < G_N_ELEMENTS(times); i++)
			if (step * times[i] * parts >= most)
				return step * times[i];
		step *= 10;
	}
}

static double
x_of(size_t i, size_t n)
{
	return LEFT + (double)(RIGHT - LEFT) * (double)i / (double)(n - 1);
}

static double
y_of(gint64 value, gint64 top)
{
	return BOTTOM - (double)(BOTTOM - TOP) * (double)value / (double)top;
}

static json_t *
path_of(const json_t *rows, const char *key, gint64 top)
{
	g_autoptr(GString) out = g_string_new(NULL);
	char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		g_ascii_formatd(x, sizeof x, "%.1f", x_of(i, json_array_size(rows)));
		g_ascii_formatd(y, sizeof y, "%.1f", y_of(json_int(row, key, 0), top));
		g_string_append_printf(out, "%c%s %s", i == 0 ? 'M' : 'L', x, y);
	}
	return json_string(out->str);
}

static json_t *
last_of(const json_t *rows, const char *key, gint64 top)
{
	gint64 n = json_int(json_array_get(rows, json_array_size(rows) - 1), key, 0);
	json_t *one = json_object();

	json_put_int(one, "n", n);
	json_put_real(one, "y", round(y_of(n, top)));
	return one;
}

static json_t *
y_labels(gint64 step, gint64 top)
{
	json_t *list = json_array();

	for (gint64 value = 0; value <= top; value += step) {
		json_t *one = json_object();

		json_put_int(one, "at", (gint64)round(y_of(value, top)));
		json_put_int(one, "value", value);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
x_labels(const json_t *rows)
{
	size_t n = json_array_size(rows), every = (n + X_LABELS - 1) / X_LABELS;
	json_t *list = json_array();

	for (size_t i = 0; i < n; i += every) {
		json_t *one = json_object();

		json_put_int(one, "at", (gint64)round(x_of(i, n)));
		json_put_text(one, "day", json_text(json_array_get(rows, i), "day", NULL));
		json_array_append_new(list, one);
	}
	return list;
}

/* The two labels at the lines' ends must not lie on each other. */
static void
part_labels(json_t *a, json_t *b)
{
	double ya = json_real_value(json_object_get(a, "y")), yb = json_real_value(json_object_get(b, "y"));

	if (fabs(ya - yb) >= 16)
		return;
	json_put_real(a, "y", ya <= yb ? yb - 16 : yb + 16);
}

void
chart_put(json_t *over_time)
{
	const json_t *rows = json_object_get(over_time, "rows");
	json_t *chart, *received, *resolved, *row;
	gint64 most = 1, step, top;
	size_t i;

	if (json_array_size(rows) < 2) {
		json_put(over_time, "chart", json_null());
		return;
	}
	json_array_foreach(rows, i, row)
		most = MAX(most, MAX(json_int(row, "received", 0), json_int(row, "resolved", 0)));
	step = round_step(most, Y_LABELS);
	top = (most + step - 1) / step * step;
	chart = json_object();
	json_put(chart, "received", path_of(rows, "received", top));
	json_put(chart, "resolved", path_of(rows, "resolved", top));
	json_put(chart, "y", y_labels(step, top));
	json_put(chart, "x", x_labels(rows));
	json_put(chart, "last_received", received = last_of(rows, "received", top));
	json_put(chart, "last_resolved", resolved = last_of(rows, "resolved", top));
	part_labels(received, resolved);
	json_put(over_time, "chart", chart);
}
