/* files.h - files that come with words, and files given out. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

/* Uploaded files (DraftFile) as attachments to be made (NewAttachment), or NULL for none. Borrows from @files. */
GArray *desk_files(const GPtrArray *files);
/* The same, with those whose refs @again names, which are on this very case already: ERR_INVALID "/again". Never NULL but with @error; what it
 * borrows from beside @files is *@ret_held's. */
GArray *desk_files_again(Call *call, gint64 case_id, const GPtrArray *files, const GPtrArray *again, GPtrArray **ret_held, GError **error);
extern const Route desk_file_routes[];

G_END_DECLS
