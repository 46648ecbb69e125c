/* money.c - see money.h. */
#include "base/money.h"
#include <string.h>

/* ISO 4217, list one, without funds and metals. What is not named below has two digits. */
static const char *const codes[] = {
	"AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF",
	"CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ",
	"GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP",
	"LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR",
	"PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC",
	"SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF",
	"XPF", "YER", "ZAR", "ZMW", "ZWG", NULL,
};
static const char *const no_digits[] = { "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF", NULL };
static const char *const three_digits[] = { "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", NULL };
static const char *const four_digits[] = { "UYW", NULL };

static const struct {
	const char *sign, *code;
} signs[] = {
	{ "\xC2\xA3", "GBP" }, { "\xE2\x82\xAC", "EUR" }, { "$", "USD" }, { "\xC2\xA5", "JPY" }, { "\xE2\x82\xB9", "INR" }, { "\xE2\x82\xA9", "KRW" }, { "\xE2\x82\xAA", "ILS" },
	{ "\xE2\x82\xBA", "TRY" }, { "\xE2\x82\xB4", "UAH" },
};

int
currency_digits(const char *code)
{
	if (code == NULL || !g_strv_contains(codes, code))
		return -1;
	if (g_strv_contains(no_digits, code))
		return 0;
	return g_strv_contains(three_digits, code) ? 3 : g_strv_contains(four_digits, code) ? 4 : 2;
}

const char *const *
currency_codes(void)
{
	return codes;
}

gboolean
currency_read(const char *text, char ret_code[4])
{
	char code[4] = "";

	if (text == NULL || strlen(text) != 3)
		return FALSE;
	for (int i = 0; i < 3; i++)
		code[i] = g_ascii_toupper(text[i]);
	if (currency_digits(code) < 0)
		return FALSE;
	memcpy(ret_code, code, 4);
	return TRUE;
}

/* ---- reading --------------------------------------------------------------------------------------------------------- */

enum { TYPED_MAX = 60 };

/* The typed sum without its spaces at both ends: digits and separators, spaces of all kinds as '\''. */
typedef struct {
	char text[TYPED_MAX + 1];
	gsize size;
	char currency[4]; /* as typed; "" when not */
} Typed;

static const char *
skip_space(const char *at)
{
	while (g_unichar_isspace(g_utf8_get_char(at)) || g_utf8_get_char(at) == 0x202F)
		at = g_utf8_next_char(at);
	return at;
}

/* A sign or a code at @at: how many bytes it takes, 0 for none. "$" is the dollar of the currency that is meant. */
static gsize
read_unit(const char *at, const char *meant, char ret_code[4])
{
	char three[4] = "";

	for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
		if (!g_str_has_prefix(at, signs[i].sign))
			continue;
		g_strlcpy(ret_code, *at == '$' && meant != NULL && g_str_has_suffix(meant, "D") && strlen(meant) == 3 ? meant : signs[i].code, 4);
		return strlen(signs[i].sign);
	}
	if (g_ascii_isalpha(at[0]) && g_ascii_isalpha(at[1]) && g_ascii_isalpha(at[2]) && !g_ascii_isalpha(at[3])) {
		memcpy(three, at, 3);
		return currency_read(three, ret_code) ? 3 : 0;
	}
	return 0;
}

static gboolean
read_typed(const char *text, const char *meant, Typed *typed)
{
	const char *at = skip_space(text);
	gsize n = read_unit(at, meant, typed->currency);

	at = skip_space(at + n);
	while (*at != '\0' && typed->size < TYPED_MAX) {
		gunichar c = g_utf8_get_char(at);

		if (g_ascii_isdigit(*at) || *at == ',' || *at == '.')
			typed->text[typed->size++] = *at;
		else if ((*at == '\'' || c == 0x2019 || g_unichar_isspace(c) || c == 0x202F) && g_ascii_isdigit(*skip_space(g_utf8_next_char(at))))
			typed->text[typed->size++] = '\'';
		else
			break;
		at = g_utf8_next_char(at);
	}
	at = skip_space(at);
	if (*at != '\0' && typed->currency[0] == '\0')
		at = skip_space(at + read_unit(at, meant, typed->currency));
	return *at == '\0' && strpbrk(typed->text, "0123456789") != NULL;
}

static guint
count_of(const Typed *typed, char sign)
{
	guint n = 0;

	for (gsize i = 0; i < typed->size; i++)
		n += typed->text[i] == sign;
	return n;
}

/* Which sign is the decimal one, '\0' for none; FALSE when that cannot be. */
static gboolean
find_decimal(const Typed *typed, const char *lang, char *ret_sign)
{
	guint dots = count_of(typed, '.'), commas = count_of(typed, ',');
	const char *dot = strrchr(typed->text, '.'), *comma = strrchr(typed->text, ',');
	char own = lang != NULL && strcmp(lang, "de") == 0 ? ',' : '.';

	*ret_sign = '\0';
	if (dots > 0 && commas > 0) {
		*ret_sign = dot > comma ? '.' : ',';
		return (dot > comma ? dots : commas) == 1;
	}
	if (dots + commas == 1) {
		const char *sign = dots == 1 ? dot : comma;

		if (strlen(sign) != 4 || *sign == own || sign == typed->text || count_of(typed, '\'') > 0)
			*ret_sign = *sign;
	}
	return TRUE;
}

/* What groups stands only between three digits; one kind of it. */
static gboolean
groups_are_fine(const Typed *typed, char decimal)
{
	const char *end = decimal != '\0' ? strrchr(typed->text, decimal) : typed->text + typed->size;
	char kind = '\0';
	gsize run = 0;

	for (const char *at = typed->text; at < end; at++) {
		if (g_ascii_isdigit(*at)) {
			run++;
			continue;
		}
		if ((kind != '\0' && (kind != *at || run != 3)) || run == 0 || run > 3)
			return FALSE;
		kind = *at;
		run = 0;
	}
	if (kind != '\0' && run != 3)
		return FALSE;
	return decimal == '\0' || strspn(end + 1, "0123456789") == strlen(end + 1);
}

static gboolean
refuse(const char *field, const char *text, GError **error)
{
	err_add_field(error, field, "We cannot read %s as a sum of money.", text);
	return FALSE;
}

static gboolean
add_digits(const Typed *typed, char decimal, int digits, gint64 *ret_minor)
{
	gboolean behind = FALSE;
	gint64 minor = 0;
	int decimals = 0;

	for (const char *at = typed->text; *at != '\0'; at++) {
		if (decimal != '\0' && *at == decimal)
			behind = TRUE;
		if (!g_ascii_isdigit(*at))
			continue;
		decimals += behind;
		if (minor > MONEY_MAX / 10)
			return FALSE;
		minor = minor * 10 + (*at - '0');
	}
	for (; decimals < digits; decimals++) {
		if (minor > MONEY_MAX / 10)
			return FALSE;
		minor *= 10;
	}
	*ret_minor = minor;
	return minor <= MONEY_MAX;
}

static gboolean
refuse_decimals(const char *field, const Money *money, int digits, GError **error)
{
	if (digits == 0)
		err_add_field(error, field, "%s has no decimals.", money->currency);
	else
		err_add_field(error, field, "%s has at most %d decimals.", money->currency, digits);
	return FALSE;
}

gboolean
money_read(const char *text, const char *currency, const char *lang, const char *field, Money *ret_money, GError **error)
{
	const char *meant = currency != NULL && currency[0] != '\0' ? currency : NULL, *behind;
	Typed typed = { .size = 0 };
	Money money = { 0 };
	char decimal;
	int digits;

	if (!g_utf8_validate(text, -1, NULL) || strlen(text) > 2 * TYPED_MAX || !read_typed(text, meant, &typed) || !find_decimal(&typed, lang, &decimal) || !groups_are_fine(&typed, decimal))
		return refuse(field, g_utf8_validate(text, -1, NULL) && strlen(text) <= 2 * TYPED_MAX ? text : "this", error);
	if (meant != NULL && typed.currency[0] != '\0' && strcmp(meant, typed.currency) != 0) {
		err_add_field(error, field, "This is in %s, and %s is meant.", typed.currency, meant);
		return FALSE;
	}
	g_strlcpy(money.currency, typed.currency[0] != '\0' ? typed.currency : meant != NULL ? meant : "", sizeof money.currency);
	if ((digits = currency_digits(money.currency)) < 0) {
		err_add_field(error, field, "Say in which currency.");
		return FALSE;
	}
	behind = decimal != '\0' ? strrchr(typed.text, decimal) + 1 : "";
	if ((int)strlen(behind) > digits)
		return refuse_decimals(field, &money, digits, error);
	if (!add_digits(&typed, decimal, digits, &money.amount_minor)) {
		err_add_field(error, field, "This is more money than we can write down.");
		return FALSE;
	}
	*ret_money = money;
	return TRUE;
}

/* ---- writing --------------------------------------------------------------------------------------------------------- */

static void
put_number(GString *out, gint64 minor, int digits, gboolean german)
{
	char text[32];
	guint64 size = minor < 0 ? (guint64)0 - (guint64)minor : (guint64)minor, unit = 1;
	gsize n;

	for (int i = 0; i < digits; i++)
		unit *= 10;
	n = (gsize)g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, size / unit);
	for (gsize i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			g_string_append_c(out, german ? '.' : ',');
		g_string_append_c(out, text[i]);
	}
	if (digits > 0)
		g_string_append_printf(out, "%c%0*" G_GUINT64_FORMAT, german ? ',' : '.', digits, size % unit);
}

static const char *
sign_of(const char *currency)
{
	for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
		if (strcmp(signs[i].code, currency) == 0)
			return signs[i].sign;
	return NULL;
}

void
money_write(GString *out, const Money *money, const char *lang)
{
	gboolean german = lang != NULL && strcmp(lang, "de") == 0;
	const char *sign = sign_of(money->currency);
	int digits = MAX(currency_digits(money->currency), 0);

	if (money->amount_minor < 0)
		g_string_append(out, "\xE2\x88\x92");
	if (!german && sign != NULL)
		g_string_append(out, sign);
	else if (!german)
		g_string_append_printf(out, "%s\xC2\xA0", money->currency);
	put_number(out, money->amount_minor, digits, german);
	if (german)
		g_string_append_printf(out, "\xC2\xA0%s", sign != NULL ? sign : money->currency);
}

char *
money_text(const Money *money, const char *lang)
{
	GString *out = g_string_new(NULL);

	money_write(out, money, lang);
	return g_string_free(out, FALSE);
}

void
money_write_plain(GString *out, gint64 amount_minor, const char *currency)
{
	int digits = MAX(currency_digits(currency), 0);
	guint64 size = amount_minor < 0 ? (guint64)0 - (guint64)amount_minor : (guint64)amount_minor, unit = 1;

	for (int i = 0; i < digits; i++)
		unit *= 10;
	g_string_append_printf(out, "%s%" G_GUINT64_FORMAT, amount_minor < 0 ? "-" : "", size / unit);
	if (digits > 0)
		g_string_append_printf(out, ".%0*" G_GUINT64_FORMAT, digits, size % unit);
}

gboolean
money_add(const Money *a, const Money *b, Money *ret_sum, GError **error)
{
	if (strcmp(a->currency, b->currency) != 0) {
		err_add_field(error, "/currency", "%s and %s cannot be added up.", a->currency, b->currency);
		return FALSE;
	}
	if (a->amount_minor > MONEY_MAX - b->amount_minor) {
		err_add_field(error, "/amount", "This is more money than we can write down.");
		return FALSE;
	}
	*ret_sum = *a;
	ret_sum->amount_minor += b->amount_minor;
	return TRUE;
}

json_t *
money_to_json(gint64 amount_minor, const char *currency)
{
	json_t *value = json_object();

	json_put_int(value, "amount_minor", amount_minor);
	json_put_text(value, "currency", currency);
	return value;
}
