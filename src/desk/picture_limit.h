/* picture_limit.h - how many pictures from elsewhere one person may have fetched: each is a request of ours to a stranger, and a person's
 * page could ask for thousands. In memory only. Fetching one: mail/picture.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

enum { PICTURES_PER_MINUTE = 120 }; /* a newsletter has dozens */

typedef struct _PictureLimit PictureLimit;
PictureLimit *picture_limit_new(void);
void picture_limit_free(PictureLimit *limit);
/* FALSE: not before the next minute. */
gboolean picture_limit_take(PictureLimit *limit, gint64 user_id, gint64 now_ms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PictureLimit, picture_limit_free)

G_END_DECLS
