/* ledger.h - money that moved: one row when a remedy with a value is done, one below zero when it is taken back. Rows are only ever added, so the
 * sums of any period stay what they were. What is promised and not yet done is not in it (remedy/budget.h has that). Each row has its
 * event remedy.done or remedy.reversed in the same transaction: the sums of both agree. */
#pragma once
#include "remedy/remedy.h"
G_BEGIN_DECLS

/* @entry: done or reversed. With what the case was given in all. In the caller's transaction; nothing for a remedy without a value. */
gboolean ledger_add_on(Db *db, const Case *it, const Remedy *remedy, const char *entry, const Actor *actor, gint64 now_ms, GError **error);

typedef struct {
	gint64 from_ms, to_ms;   /* to: the first moment after it */
	const char *currency;    /* NULL: all */
	const char *kind;        /* NULL: all */
	int goodwill;            /* -1: both; 0: redress; 1: goodwill */
	gint64 root_cause_id;    /* 0: all; -1: cases without one */
} LedgerAsk;
/* [{currency, done{}, reversed{}, sum{}, goodwill{}, n}], by currency. */
json_t *ledger_sums(Db *db, const LedgerAsk *ask, GError **error);
typedef struct {
	gint64 at_ms, id; /* id 0: from the beginning */
} LedgerPlace;
/* {rows[{id, at, entry, kind, goodwill, value{}, case{ref, subject}, remedy (ref), team{}|null, by{}|null, reference}], next ("AT-ID"|null)}: newest first, those before
 * @before. */
json_t *ledger_rows(Db *db, const LedgerAsk *ask, LedgerPlace before, guint limit, GError **error);
/* The same as CSV (RFC 4180), oldest first, piece by piece: up to @limit rows after *@place appended to @out, which goes on; its id is 0 at the end.
 * amount is in whole units with a point, exact: 180.50. */
gboolean ledger_csv(Db *db, const LedgerAsk *ask, LedgerPlace *place, guint limit, GString *out, GError **error);
extern const char ledger_csv_head[];

G_END_DECLS
