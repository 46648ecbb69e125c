/* test_figure_csv.c - tables of figures as files: each kind of cell, what is missing, and words that a spreadsheet would take for a formula. */
#include "desk/figure_csv.h"
#include "kit/kit.h"
#include <string.h>

static void
check(const char *table, const char *csv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) value = json_read(table, strlen(table), &error);
	g_autofree char *text = NULL;

	g_assert_no_error(error);
	text = g_string_free(figure_csv_text(value), FALSE);
	g_assert_cmpstr(text, ==, csv);
}

static void
test_cells(void)
{
	check("[{\"ref\":\"A\",\"n\":3,\"pct\":12.5,\"ok\":true,\"none\":null}]", "ref,n,pct,ok,none\r\nA,3,12.5,true,\r\n");
	check("[{\"team\":{\"ref\":\"T\",\"name\":\"Desk, one\"},\"cause\":{\"ref\":\"C\",\"path\":\"A \u203a B\"}}]", "team,cause\r\n\"Desk, one\",A \u203a B\r\n");
	check("[{\"sum\":{\"amount_minor\":-3550,\"currency\":\"GBP\"}},{\"sum\":{\"amount_minor\":5,\"currency\":\"GBP\"}},{\"sum\":{\"amount_minor\":1250,\"currency\":\"KWD\"}},{\"sum\":{\"amount_minor\":700,\"currency\":\"JPY\"}}]",
		"sum,sum_currency\r\n-35.50,GBP\r\n0.05,GBP\r\n1.250,KWD\r\n700,JPY\r\n");
	check("[{\"csat\":{\"pct\":70.0,\"n\":10,\"scores\":[1,2]},\"rows\":\"a=b\"}]", "csat_pct,csat_n,rows\r\n70.0,10,a=b\r\n");
}

/* Columns are those of all rows; a cell that one of them has not is empty. */
static void
test_what_is_missing(void)
{
	check("[]", "\r\n");
	check("[{\"a\":1,\"after\":null,\"sum\":null},{\"a\":2,\"after\":{\"n\":7,\"of\":9},\"sum\":{\"amount_minor\":100,\"currency\":\"EUR\"}}]",
		"a,after_n,after_of,sum,sum_currency\r\n1,,,,\r\n2,7,9,1.00,EUR\r\n");
	check("[{\"n\":1,\"who\":null},{\"n\":2,\"who\":{\"ref\":\"U\",\"name\":\"Jo\"}}]", "n,who\r\n1,\r\n2,Jo\r\n");
	check("{\"n\":4,\"own\":3}", "n,own\r\n4,3\r\n");
}

static void
test_no_formula(void)
{
	check("[{\"name\":\"=1+1\",\"n\":-5}]", "name,n\r\n'=1+1,-5\r\n");
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/figure_csv/cells", test_cells);
	kit_add_plain("/figure_csv/what is missing", test_what_is_missing);
	kit_add_plain("/figure_csv/no formula", test_no_formula);
	return kit_run();
}
