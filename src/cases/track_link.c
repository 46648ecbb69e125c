/* track_link.c - see the header. */
#include "cases/track_link.h"
#include "base/clock.h"
#include "base/ids.h"
#include <string.h>

static char *
signed_part(const char *ref, gint64 day)
{
	return g_strdup_printf("%s.%" G_GINT64_FORMAT, ref, day);
}

char *
track_link_make(const guint8 key[SECRET_KEY_SIZE], const char *ref, gint64 now_ms)
{
	g_autofree char *part = signed_part(ref, now_ms / MS_PER_DAY + TRACK_LINK_DAYS);
	g_autofree char *scoped = g_strconcat("track:", part, NULL);
	g_autofree char *signature = link_sign(key, scoped);

	return g_strconcat(part, ".", signature, NULL);
}

gboolean
track_link_read(const guint8 key[SECRET_KEY_SIZE], const char *link, gint64 now_ms, char ret_ref[16])
{
	g_auto(GStrv) parts = g_strsplit(link, ".", 4);
	g_autofree char *part = NULL, *scoped = NULL;
	char ref[REF_SIZE];
	guint64 day;

	if (g_strv_length(parts) != 3 || !g_ascii_string_to_unsigned(parts[1], 10, 1, 1000000, &day, NULL))
		return FALSE;
	if (!ref_read(parts[0], ref))
		return FALSE;
	part = signed_part(ref, (gint64)day);
	scoped = g_strconcat("track:", part, NULL);
	if (!link_verify(key, scoped, parts[2]) || now_ms / MS_PER_DAY > (gint64)day)
		return FALSE;
	g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}
