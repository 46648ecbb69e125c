/* signed_link.c - see the header. */
#include "base/signed_link.h"
#include "base/clock.h"
#include "base/ids.h"

static char *
scoped(const char *purpose, const char *ref, gint64 day)
{
	return g_strdup_printf("%s:%s.%" G_GINT64_FORMAT, purpose, ref, day);
}

char *
signed_link_make(const guint8 key[SECRET_KEY_SIZE], const char *purpose, const char *ref, int days, gint64 now_ms)
{
	gint64 day = now_ms / MS_PER_DAY + days;
	g_autofree char *text = scoped(purpose, ref, day);
	g_autofree char *signature = link_sign(key, text);

	return g_strdup_printf("%s.%" G_GINT64_FORMAT ".%s", ref, day, signature);
}

gboolean
signed_link_read(const guint8 key[SECRET_KEY_SIZE], const char *purpose, const char *link, gint64 now_ms, char ret_ref[16])
{
	g_auto(GStrv) parts = g_strsplit(link, ".", 4);
	g_autofree char *text = NULL;
	char ref[REF_SIZE];
	guint64 day;

	if (g_strv_length(parts) != 3 || !g_ascii_string_to_unsigned(parts[1], 10, 1, 1000000, &day, NULL))
		return FALSE;
	if (!ref_read(parts[0], ref))
		return FALSE;
	text = scoped(purpose, ref, (gint64)day);
	if (!link_verify(key, text, parts[2]) || now_ms / MS_PER_DAY > (gint64)day)
		return FALSE;
	g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}
