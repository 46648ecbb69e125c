/* track_link.h - the private link by which a customer follows one complaint (base/signed_link.h). */
#pragma once
#include "base/signed_link.h"
G_BEGIN_DECLS

#define TRACK_LINK_DAYS 400

char *track_link_make(const guint8 key[SECRET_KEY_SIZE], const char *ref, gint64 now_ms); /* (transfer full) */
gboolean track_link_read(const guint8 key[SECRET_KEY_SIZE], const char *link, gint64 now_ms, char ret_ref[16]);

G_END_DECLS
