/* money.h - sums of money, exact: whole minor units (pence, cents, fils, yen) and an ISO 4217 currency. No floating point anywhere.
 * Pure. What is done with it: remedy/; on pages: {{sum|money}} of {amount_minor, currency} (http/page_money.c). */
#pragma once
#include "base/err.h"
#include "base/json.h"
G_BEGIN_DECLS

/* The largest sum we take, in minor units: JSON readers with doubles still hold it exactly. */
#define MONEY_MAX G_GINT64_CONSTANT(999999999999999)

typedef struct {
	gint64 amount_minor;
	char currency[4]; /* "GBP"; "" for none */
} Money;

/* ISO 4217's minor units: 2 for GBP, 0 for JPY, 3 for KWD; -1 for what is no currency of the list. Three capital letters. */
int currency_digits(const char *code);
/* Every code, NULL-ended, by the alphabet. Static. */
const char *const *currency_codes(void);
/* "gbp" -> "GBP"; FALSE for what is none. */
gboolean currency_read(const char *text, char ret_code[4]);

/* Reads what a person typed: "180", "£180.50", "1.234,56", "1,234.56 GBP", "CHF 12'000.-" is refused. The rules:
 * - a sign (£ € $ ¥ ...) or a code may stand before or behind; it must be @currency, unless that is "" or NULL;
 * - digits may be grouped in threes by , . ' or a space, one kind only;
 * - of two kinds the last one, there once, is the decimal sign;
 * - one kind, once, and not three digits behind it: the decimal sign; with three digits behind it: what it is in the reader's
 *   language (en: "," groups and "." is decimal; de: the other way round);
 * - not more decimals than the currency has, never negative, at most MONEY_MAX.
 * ERR_INVALID about @field. @lang NULL: en. */
gboolean money_read(const char *text, const char *currency, const char *lang, const char *field, Money *ret_money, GError **error);
/* As a reader of @lang writes it: en "£1,234.50", "KWD 1.250"; de "1.234,50 £". Appends; not escaped. */
void money_write(GString *out, const Money *money, const char *lang);
/* The same as a text of its own. (transfer full) */
char *money_text(const Money *money, const char *lang);
/* 180.50, -0.005: exact, with a point and without the currency, for programs. */
void money_write_plain(GString *out, gint64 amount_minor, const char *currency);

/* @a + @b. ERR_INVALID when the currencies differ or the sum is beyond MONEY_MAX. */
gboolean money_add(const Money *a, const Money *b, Money *ret_sum, GError **error);
/* {amount_minor, currency} */
json_t *money_to_json(gint64 amount_minor, const char *currency);

G_END_DECLS
