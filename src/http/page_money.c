/* page_money.c - sums of money as a reader writes them: {{sum|money}} of {amount_minor, currency}. The rules: base/money.h. */
#include "base/money.h"
#include "http/page_formats.h"

/* {{sum|money}}: "£1,234.50", in German "1.234,50 £". Nothing for null, and for what is no sum. */
static gboolean
format_money(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	Money money = { 0 };

	if (!json_is_object(value->json) || !json_is_integer(json_object_get(value->json, "amount_minor")))
		return FALSE;
	money.amount_minor = json_int(value->json, "amount_minor", 0);
	g_strlcpy(money.currency, json_text(value->json, "currency", ""), sizeof money.currency);
	money_write(out, &money, context->lang);
	return money.amount_minor != 0;
}

/* {{sum|plainmoney}}: for an input's value, as the same reader's words are read: without its currency. */
static gboolean
format_plain(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Money money = { 0 };

	if (!json_is_object(value->json) || !json_is_integer(json_object_get(value->json, "amount_minor")))
		return FALSE;
	money.amount_minor = json_int(value->json, "amount_minor", 0);
	g_strlcpy(money.currency, json_text(value->json, "currency", ""), sizeof money.currency);
	money_write(text, &money, context->lang);
	for (const char *at = text->str; *at != '\0'; at++)
		if (g_ascii_isdigit(*at) || *at == '.' || *at == ',')
			g_string_append_c(out, *at);
	return TRUE;
}

void
page_money_add(TemplateSet *set)
{
	template_set_formatter(set, "money", format_money, TEMPLATE_PLAIN);
	template_set_formatter(set, "plainmoney", format_plain, TEMPLATE_PLAIN);
}
