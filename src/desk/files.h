/* files.h - files that come with words, and files given out. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

/* What a form of staff may weigh, files and all; how large one file may be: Settings (max_file_mb, at most 100). */
enum { FILES_FORM_BYTES = 104 * 1024 * 1024 };
/* Megabytes that one file may have. */
gint64 desk_file_mb(Call *call);
/* ERR_INVALID "/files" names the first one that is larger. */
gboolean desk_files_fit(Call *call, const GPtrArray *files, GError **error);

/* Uploaded files (DraftFile) as attachments to be made (NewAttachment), or NULL for none. Borrows from @files. */
GArray *desk_files(const GPtrArray *files);
/* The same, with those whose refs @again names, which are on this very case already: ERR_INVALID "/again". Never NULL but with @error; what it
 * borrows from beside @files is *@ret_held's. */
GArray *desk_files_again(Call *call, gint64 case_id, const GPtrArray *files, const GPtrArray *again, GPtrArray **ret_held, GError **error);
extern const Route desk_file_routes[];

G_END_DECLS
