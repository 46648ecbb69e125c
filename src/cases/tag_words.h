/* tag_words.h - the tags that are in use, to choose from. */
#pragma once
#include "base/json.h"
#include "store/db.h"

/* ["photos", "press", ...] in order, at most @limit. Walks the index from tag to tag, so that it takes the same time
 * however many cases have them. */
json_t *case_tag_words(Db *db, guint limit, GError **error);
