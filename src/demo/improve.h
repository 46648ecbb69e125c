/* improve.h - what the company of the demo changed in its year: corrective actions, some done, and their causes coming less often
 * since; and its last final responses as letters. */
#pragma once
#include "demo/company.h"
#include "store/store.h"
G_BEGIN_DECLS

/* The cause found for a case received then: one of @causes, seldom one that was done away with before. */
const char *improve_cause(Chance *chance, const char *const *causes, gint64 received_ms, gint64 until_ms);
/* Once the year is told. */
gboolean improve_make(Store *store, const Company *company, guint64 seed, gint64 until_ms, GError **error);

G_END_DECLS
