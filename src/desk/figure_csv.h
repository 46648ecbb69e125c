/* figure_csv.h - any table of figures as a file: what its page shows, ?csv=TABLE gives. Money's own rows: desk/ledger.c; all cases: flow/export/export.h. */
#pragma once
#include "desk/app.h"
G_BEGIN_DECLS

/* Where ?csv= names one of @tables (NULL-ended members of @value, "csat.scores" for one within one: a list, or one object as one row) it is sent as CSV (RFC 4180), named redress-@name-TABLE.csv, and
 * json_null() is the answer; @value itself where nothing is asked for. Columns are the members of the first row; of a pair {ref, name} the name; of money the exact sum, and its currency behind
 * it; a range or period as its parts. Takes @value, which may be NULL with @error set. ERR_INVALID "/csv". */
json_t *figure_csv(Call *call, json_t *value, const char *name, const char *const *tables, GError **error);
/* The text alone. Pure. (transfer full) */
GString *figure_csv_text(const json_t *table);

G_END_DECLS
