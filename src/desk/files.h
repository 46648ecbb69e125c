/* files.h - files that come with words, and files given out. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

/* Uploaded files (DraftFile) as attachments to be made (NewAttachment), or NULL for none. Borrows from @files. */
GArray *desk_files(const GPtrArray *files);
extern const Route desk_file_routes[];

G_END_DECLS
