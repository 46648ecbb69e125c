/* track_link.c - see the header. */
#include "cases/track_link.h"

char *
track_link_make(const guint8 key[SECRET_KEY_SIZE], const char *ref, gint64 now_ms)
{
	return signed_link_make(key, "track", ref, TRACK_LINK_DAYS, now_ms);
}

gboolean
track_link_read(const guint8 key[SECRET_KEY_SIZE], const char *link, gint64 now_ms, char ret_ref[16])
{
	return signed_link_read(key, "track", link, now_ms, ret_ref);
}
