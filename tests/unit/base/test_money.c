/* Money: minor units of every currency, what people type, what they read, and where it ends. */
#include "base/money.h"
#include "kit/kit.h"

static void
test_digits(void)
{
	static const struct { const char *code; int digits; } rows[] = {
		{ "GBP", 2 }, { "EUR", 2 }, { "USD", 2 }, { "CHF", 2 }, { "MRU", 2 }, { "MGA", 2 }, { "JPY", 0 }, { "KRW", 0 }, { "ISK", 0 }, { "CLP", 0 }, { "UGX", 0 }, { "XPF", 0 },
		{ "KWD", 3 }, { "BHD", 3 }, { "JOD", 3 }, { "TND", 3 }, { "OMR", 3 }, { "LYD", 3 }, { "IQD", 3 }, { "UYW", 4 }, { "XXX", -1 }, { "gbp", -1 }, { "", -1 }, { "GBPX", -1 },
	};
	char code[4] = "old";

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(currency_digits(rows[i].code), ==, rows[i].digits);
	g_assert_cmpint(currency_digits(NULL), ==, -1);
	g_assert_true(currency_read("kwd", code));
	g_assert_cmpstr(code, ==, "KWD");
	g_assert_false(currency_read("kw", code));
	g_assert_cmpstr(code, ==, "KWD");
	for (const char *const *one = currency_codes(); one[0] != NULL; one++)
		g_assert_true(one[1] == NULL || strcmp(one[0], one[1]) < 0);
}

static const struct { const char *text, *currency, *lang; gint64 minor; const char *read_as; } typed[] = {
	{ "180", "GBP", "en", 18000, "GBP" }, { "£180.50", "GBP", "en", 18050, "GBP" }, { "  180.5 ", "GBP", "en", 18050, "GBP" }, { "180,50", "GBP", "en", 18050, "GBP" },
	{ "£180.50", "", "en", 18050, "GBP" }, { "180 €", NULL, "de", 18000, "EUR" }, { "1.234,56", "EUR", "de", 123456, "EUR" }, { "1,234.56", "EUR", "de", 123456, "EUR" },
	{ "1,234", "GBP", "en", 123400, "GBP" }, { "1.234", "EUR", "de", 123400, "EUR" }, { "1,234", "KWD", "en", 1234000, "KWD" }, { "1.234", "KWD", "en", 1234, "KWD" },
	{ "1,234", "KWD", "de", 1234, "KWD" }, { "1.234", "KWD", "de", 1234000, "KWD" }, { "1 234 567,89", "EUR", "en", 123456789, "EUR" }, { "12'000", "CHF", "en", 1200000, "CHF" },
	{ "1\u202f234,5", "EUR", "de", 123450, "EUR" }, { "1\u2019234.50", "CHF", "en", 123450, "CHF" }, { "¥1,500", "JPY", "en", 1500, "JPY" }, { "1.500 ¥", "JPY", "de", 1500, "JPY" },
	{ "BHD 0.001", "", "en", 1, "BHD" }, { "12.5 usd", "USD", "en", 1250, "USD" }, { "$12", "AUD", "en", 1200, "AUD" }, { "$12", "", "en", 1200, "USD" }, { "0", "GBP", "en", 0, "GBP" },
	{ ".50", "GBP", "en", 50, "GBP" }, { "1,234,567", "GBP", "en", 123456700, "GBP" }, { "1.234.567,8", "GBP", "en", 123456780, "GBP" }, { "9999999999999.99", "GBP", "en", MONEY_MAX, "GBP" },
	{ "999999999999999", "JPY", "en", MONEY_MAX, "JPY" }, { "5.", "GBP", "en", 500, "GBP" },
};

static void
test_typed(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(typed); i++) {
		g_autoptr(GError) error = NULL;
		Money money = { .amount_minor = -1 };

		if (!money_read(typed[i].text, typed[i].currency, typed[i].lang, "/amount", &money, &error))
			g_error("%s in %s: %s", typed[i].text, typed[i].lang, error->message);
		g_assert_cmpint(money.amount_minor, ==, typed[i].minor);
		g_assert_cmpstr(money.currency, ==, typed[i].read_as);
	}
}

static void
test_refused(void)
{
	static const struct { const char *text, *currency, *lang; } rows[] = {
		{ "", "GBP", "en" }, { "-5", "GBP", "en" }, { "five", "GBP", "en" }, { "1.234", "GBP", "en" }, { "1,234", "EUR", "de" }, { "180.505", "GBP", "en" }, { "1.5", "JPY", "en" },
		{ "1.2345", "KWD", "en" }, { "£5", "EUR", "en" }, { "5 USD", "GBP", "en" }, { "5", "", "en" }, { "5", NULL, NULL }, { "5", "XXX", "en" }, { "12,34,567", "GBP", "en" },
		{ "1,23", "JPY", "en" }, { "1.2.3", "GBP", "en" }, { "1,2345.6", "GBP", "en" }, { "99999999999999.99", "GBP", "en" }, { "10000000000000.00", "GBP", "en" },
		{ "999999999999999999999999999", "JPY", "en" }, { "12e3", "GBP", "en" }, { "NaN", "GBP", "en" }, { "1 2", "GBP", "en" }, { "£", "GBP", "en" }, { ",", "GBP", "en" }, { ".", "GBP", "en" },
		{ "12'00.5", "CHF", "en" }, { "£5 £", "GBP", "en" }, { "\xff", "GBP", "en" }, { "12'000.-", "CHF", "en" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		Money money = { .amount_minor = 77, .currency = "old" };

		if (money_read(rows[i].text, rows[i].currency, rows[i].lang, "/amount", &money, &error))
			g_error("%s was read as %" G_GINT64_FORMAT, rows[i].text, money.amount_minor);
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_cmpstr(((const ErrField *)err_fields(error)->pdata[0])->field, ==, "/amount");
		g_assert_cmpint(money.amount_minor, ==, 77);
	}
}

static void
test_written(void)
{
	static const struct { gint64 minor; const char *currency, *en, *de; } rows[] = {
		{ 123450, "GBP", "£1,234.50", "1.234,50\u00a0£" }, { 5, "EUR", "€0.05", "0,05\u00a0€" }, { 1500, "JPY", "¥1,500", "1.500\u00a0¥" }, { 1250, "KWD", "KWD\u00a01.250", "1,250\u00a0KWD" },
		{ -18000, "USD", "−$180.00", "−180,00\u00a0$" }, { 0, "GBP", "£0.00", "0,00\u00a0£" }, { MONEY_MAX, "BHD", "BHD\u00a0999,999,999,999.999", "999.999.999.999,999\u00a0BHD" },
		{ G_MININT64, "JPY", "−¥9,223,372,036,854,775,808", "−9.223.372.036.854.775.808\u00a0¥" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		Money money = { .amount_minor = rows[i].minor };
		g_autofree char *en = NULL, *de = NULL;

		g_strlcpy(money.currency, rows[i].currency, sizeof money.currency);
		en = money_text(&money, "en");
		de = money_text(&money, "de");
		g_assert_cmpstr(en, ==, rows[i].en);
		g_assert_cmpstr(de, ==, rows[i].de);
	}
}

/* What we write we read again, in each language and currency. */
static void
test_there_and_back(void)
{
	static const gint64 sums[] = { 0, 1, 9, 10, 99, 100, 999, 1000, 12345, 1234567, 100000000, MONEY_MAX };

	for (const char *const *code = currency_codes(); *code != NULL; code++) {
		for (guint i = 0; i < 2 * G_N_ELEMENTS(sums); i++) {
			const char *lang = i % 2 == 0 ? "en" : "de";
			g_autoptr(GError) error = NULL;
			Money money = { .amount_minor = sums[i / 2] }, back = { 0 };
			g_autofree char *text = NULL;

			g_strlcpy(money.currency, *code, sizeof money.currency);
			text = money_text(&money, lang);
			if (!money_read(text, *code, lang, "/amount", &back, &error))
				g_error("%s in %s: %s", text, lang, error->message);
			g_assert_cmpint(back.amount_minor, ==, money.amount_minor);
		}
	}
}

static void
test_plain(void)
{
	static const struct { gint64 minor; const char *currency, *text; } table[] = { { 18050, "GBP", "180.50" }, { -5, "GBP", "-0.05" }, { -5, "KWD", "-0.005" }, { 449, "JPY", "449" }, { 0, "EUR", "0.00" },
		{ G_MININT64, "JPY", "-9223372036854775808" } };

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autoptr(GString) out = g_string_new(NULL);

		money_write_plain(out, table[i].minor, table[i].currency);
		g_assert_cmpstr(out->str, ==, table[i].text);
	}
}

static void
test_add(void)
{
	const Money a = { 100, "GBP" }, b = { 50, "EUR" }, c = { MONEY_MAX, "GBP" };
	g_autoptr(GError) mixed = NULL, over = NULL;
	Money sum = { 0 };

	g_assert_true(money_add(&a, &a, &sum, NULL));
	g_assert_cmpint(sum.amount_minor, ==, 200);
	g_assert_false(money_add(&a, &b, &sum, &mixed));
	g_assert_error(mixed, ERR, ERR_INVALID);
	g_assert_false(money_add(&a, &c, &sum, &over));
	g_assert_error(over, ERR, ERR_INVALID);
	g_assert_cmpint(sum.amount_minor, ==, 200);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/money/digits", test_digits);
	kit_add_plain("/money/typed", test_typed);
	kit_add_plain("/money/refused", test_refused);
	kit_add_plain("/money/written", test_written);
	kit_add_plain("/money/there-and-back", test_there_and_back);
	kit_add_plain("/money/plain", test_plain);
	kit_add_plain("/money/add", test_add);
	return kit_run();
}
