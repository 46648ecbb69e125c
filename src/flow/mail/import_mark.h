/* import_mark.h - that an import runs is a file "importing" in the data folder. One that is there at the start was left by a program that died, perhaps of
 * a mail, and only the journal tells of which: then each mail is kept before anything looks at it. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef struct {
	char *path;
	int fd; /* locked: it is ours; -1: it is another import's, or there is none */
} ImportMark;

void import_mark_init(ImportMark *self, const char *data_dir);
/* Puts it there, durably. TRUE in @ret_careful: it was there, of an import that died or of one that runs beside this. */
gboolean import_mark_begin(ImportMark *self, gboolean *ret_careful, GError **error);
/* Takes it away where it is ours. */
void import_mark_end(ImportMark *self);

G_END_DECLS
