/* unsaid_where.h - on which cases an answer was: the one it was written on, and each that one has been merged into since, also where that was undone. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	gint64 case_id;
	gint64 words_on;   /* the case that has its messages now: another one after a merge */
	gint64 merged_at, parted_at; /* the last time; 0: never, or not yet */
	GHashTable *words; /* of gint64: as long as it is merged only they are its own, and of them what was said by then; NULL: all */
	gboolean written;  /* the answer was written on it */
} UnsaidPlace;

/* In the order of their ids, as they are to be locked. @holder_id: where the message is now. (transfer full) of UnsaidPlace. */
GArray *unsaid_places(Db *db, gint64 holder_id, gint64 message_id, GError **error);
gboolean unsaid_place_has(const UnsaidPlace *place, gint64 message_id, gint64 counted_at);

G_END_DECLS
