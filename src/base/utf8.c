/* utf8.c - see utf8.h. */
#include "base/utf8.h"
#include <string.h>

gboolean
utf8_is_valid(const char *text)
{
	const gsize size = strlen(text);
	gsize at = 0;

	for (guint64 eight; at + sizeof eight <= size; at += sizeof eight) {
		memcpy(&eight, text + at, sizeof eight);
		if ((eight & G_GUINT64_CONSTANT(0x8080808080808080)) != 0)
			break;
	}
	return g_utf8_validate(text + at, (gssize)(size - at), NULL);
}
