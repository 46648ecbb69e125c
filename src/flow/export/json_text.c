#include "flow/export/json_text.h"
#include <string.h>

void
json_text_put(GString *out, const char *text)
{
	static const char escapes[32] = { ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
	const char *from = text;

	if (text == NULL) {
		g_string_append(out, "null");
		return;
	}
	g_string_append_c(out, '"');
	for (const char *p = text;; p++) {
		guint8 c = (guint8)*p;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		g_string_append_len(out, from, p - from);
		from = p + 1;
		if (c == '\0')
			break;
		if (c == '"' || c == '\\')
			g_string_append_printf(out, "\\%c", c);
		else if (escapes[c] != 0)
			g_string_append_printf(out, "\\%c", escapes[c]);
		else
			g_string_append_printf(out, "\\u%04X", c);
	}
	g_string_append_c(out, '"');
}

void
json_text_key(GString *out, const char *key)
{
	char last = out->len > 0 ? out->str[out->len - 1] : '{';

	if (last != '{' && last != '[')
		g_string_append_c(out, ',');
	g_string_append_c(out, '"');
	g_string_append(out, key);
	g_string_append(out, "\":");
}
