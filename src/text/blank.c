#include "text/blank.h"
#include <string.h>

gboolean
blank_is(const char *text)
{
	static const char *const words[] = { "nan", "n/a", "na", "#n/a", "n.a.", "null", "nil", "none", "(none)", "-", "--", "?", "<na>",
		"nat" };
	gsize size;

	while (g_ascii_isspace(*text))
		text++;
	size = strlen(text);
	if (size > 8)
		return text[strspn(text, " \t\r\n")] == '\0';
	while (size > 0 && g_ascii_isspace(text[size - 1]))
		size--;
	if (size == 0)
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strlen(words[i]) == size && g_ascii_strncasecmp(text, words[i], size) == 0)
			return TRUE;
	return FALSE;
}
