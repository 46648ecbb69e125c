/* tries.h - wrong passwords of one account, whatever address they come from: ten in a quarter of an hour, then a pause.
 * Per address of the network: http/rate.h. In memory, bounded; unknown accounts count the same, so nothing is told. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef struct _Tries Tries;
Tries *tries_new(void);
void tries_free(Tries *tries);
/* FALSE: too many wrong ones lately. @account as typed; folded here. */
gboolean tries_may(Tries *tries, const char *account, gint64 now_ms);
/* One more wrong one. */
void tries_count(Tries *tries, const char *account, gint64 now_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tries, tries_free)
G_END_DECLS
