/* mention.h - who is meant by the @ in a note: by name, first name where only one has it, address or ref. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	gint64 id;
	const char *ref, *name, *email;
} MentionName;
enum { MAX_MENTIONS = 50 };

/* Pure: ids of those meant in @body, each once, in order. An @ inside a word (an address) is none. The longest name that
 * fits is meant; names are compared without case. (transfer full) array of gint64. */
GArray *mention_find(const char *body, const MentionName *names, guint n_names);
/* The same among all present users. */
GArray *mention_users(Db *db, const char *body, GError **error);

G_END_DECLS
