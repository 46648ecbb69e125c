/* page_numbers.c - figures as a reader writes them: grouped, with the decimal sign of their language. */
#include "http/page_formats.h"
#include <math.h>
#include <string.h>

typedef struct {
	const char *group, *point;
} Signs;

static Signs
signs_of(const TemplateContext *context)
{
	static const Signs english = { ",", "." }, german = { ".", "," };

	return context->lang != NULL && strcmp(context->lang, "de") == 0 ? german : english;
}

/* Groups the digits of a plain decimal number ("-12345.6"). */
static void
put_grouped(GString *out, const char *number, const TemplateContext *context)
{
	const char *point = strchr(number, '.');
	gsize n = point != NULL ? (gsize)(point - number) : strlen(number);
	Signs signs = signs_of(context);

	if (*number == '-') {
		g_string_append(out, "−");
		number++;
		n--;
	}
	for (gsize i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			g_string_append(out, signs.group);
		g_string_append_c(out, number[i]);
	}
	if (point != NULL) {
		g_string_append(out, signs.point);
		g_string_append(out, point + 1);
	}
}

static void
put_real(GString *out, double number, int decimals, const TemplateContext *context)
{
	char form[8], text[64];

	if (!isfinite(number) || fabs(number) > 1e15)
		return;
	g_snprintf(form, sizeof form, "%%.%df", CLAMP(decimals, 0, 6));
	g_ascii_formatd(text, sizeof text, form, number);
	if (strspn(text, "-0.") == strlen(text) && *text == '-')
		memmove(text, text + 1, strlen(text));
	put_grouped(out, text, context);
}

/* The number of decimals an argument asks for. */
static int
decimals_of(const char *arg)
{
	return arg != NULL && g_ascii_isdigit(arg[0]) && arg[1] == '\0' ? arg[0] - '0' : 0;
}

/* {{n|number}} "12,345"; a real number keeps what it has, :1 rounds to one decimal. */
static gboolean
format_number(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	char text[40];
	double real;
	gint64 whole;

	if (arg == NULL && template_value_int(value, &whole)) {
		g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, whole);
		put_grouped(out, text, context);
		return whole != 0;
	}
	if (!template_value_real(value, &real))
		return FALSE;
	if (arg != NULL) {
		put_real(out, real, decimals_of(arg), context);
	} else if (isfinite(real) && fabs(real) < 1e15) {
		g_ascii_formatd(text, sizeof text, "%.12g", real);
		if (strchr(text, 'e') == NULL)
			put_grouped(out, text, context);
		else
			put_real(out, real, 6, context);
	}
	return real != 0;
}

/* {{share|percent}}: 0.873 is "87 %"; :1 for one decimal. {{pct|percent:of100}}: 87.3 is "87 %"; :of100,1. */
static gboolean
format_percent(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gboolean of100 = arg != NULL && g_str_has_prefix(arg, "of100");
	const char *decimals = of100 ? strchr(arg, ',') : arg;
	double share;

	if (!template_value_real(value, &share))
		return FALSE;
	put_real(out, of100 ? share : share * 100, decimals_of(of100 && decimals != NULL ? decimals + 1 : decimals), context);
	g_string_append(out, "\302\240%"); /* the space never breaks */
	return share != 0;
}

/* {{size|bytes}}: "812 bytes", "3.4 kB", "12 MB". Powers of 1000, as files are sold. */
static gboolean
format_bytes(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	gint64 bytes;
	double number;
	guint unit = 0;

	if (!template_value_int(value, &bytes) || bytes < 0)
		return FALSE;
	if (bytes < 1000) {
		char text[24];

		g_snprintf(text, sizeof text, "%d", (int)bytes);
		page_fill(out, page_word_n(context, WORD_N("{n} byte", "{n} bytes"), bytes), "n", text, NULL);
		return bytes != 0;
	}
	for (number = bytes / 1000.0; number >= 999.5 && unit + 1 < G_N_ELEMENTS(units); unit++)
		number /= 1000;
	put_real(out, number, number < 9.95 ? 1 : 0, context);
	g_string_append_printf(out, "\302\240%s", units[unit]);
	return TRUE;
}

/* {{n|of:@max}}: how many of a hundred, one decimal at most, for lengths: "62.5"; 0 when there is nothing to divide by. */
static gboolean
format_of(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	double part, whole = arg != NULL ? g_ascii_strtod(arg, NULL) : 0;
	char text[40];

	if (!template_value_real(value, &part))
		return FALSE;
	part = whole > 0 ? CLAMP(part / whole * 100, 0, 100) : 0;
	g_ascii_formatd(text, sizeof text, "%.1f", part);
	if (g_str_has_suffix(text, ".0"))
		text[strlen(text) - 2] = '\0';
	g_string_append(out, text);
	return part > 0;
}

/* {{points|signed}}: "+3", "−2", "0"; :1 for decimals. */
static gboolean
format_signed(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	double number;

	if (!template_value_real(value, &number))
		return FALSE;
	if (number > 0)
		g_string_append_c(out, '+');
	put_real(out, number, decimals_of(arg), context);
	return number != 0;
}

/* {{list|count}} */
static gboolean
format_count(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gsize n = json_is_array(value->json) ? json_array_size(value->json) : json_object_size(value->json);
	char text[24];

	g_snprintf(text, sizeof text, "%" G_GSIZE_FORMAT, n);
	put_grouped(out, text, context);
	return n > 0;
}

void
page_numbers_add(TemplateSet *set)
{
	template_set_formatter(set, "number", format_number, TEMPLATE_PLAIN);
	template_set_formatter(set, "percent", format_percent, TEMPLATE_PLAIN);
	template_set_formatter(set, "bytes", format_bytes, 0);
	template_set_formatter(set, "size", format_bytes, 0);
	template_set_formatter(set, "of", format_of, TEMPLATE_PLAIN);
	template_set_formatter(set, "signed", format_signed, TEMPLATE_PLAIN);
	template_set_formatter(set, "count", format_count, TEMPLATE_PLAIN);
}
