/* satisfaction_tally.h - scores counted as they go by. Private to insight/. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

enum { TALLY_SCORES = 11 };
typedef enum { FELT_CSAT, FELT_NPS, FELT_CES, FELT_N } FeltKind;

typedef struct {
	gint64 scores[FELT_N][TALLY_SCORES];
} FeltTally;

/* FELT_N for another word. */
FeltKind felt_kind(const char *word);
void felt_tally_add(FeltTally *tally, FeltKind kind, gint64 score);
gint64 felt_tally_n(const FeltTally *tally, FeltKind kind);
/* Those with a score from @low to @high. */
gint64 felt_tally_between(const FeltTally *tally, FeltKind kind, gint64 low, gint64 high);
double felt_tally_mean(const FeltTally *tally, FeltKind kind); /* 0 for none; two decimals */

G_END_DECLS
