#include "insight/satisfaction_tally.h"
#include <math.h>
#include <string.h>

FeltKind
felt_kind(const char *word)
{
	return strcmp(word, "csat") == 0 ? FELT_CSAT : strcmp(word, "nps") == 0 ? FELT_NPS : strcmp(word, "ces") == 0 ? FELT_CES : FELT_N;
}

void
felt_tally_add(FeltTally *tally, FeltKind kind, gint64 score)
{
	if (kind < FELT_N && score >= 0 && score < TALLY_SCORES)
		tally->scores[kind][score]++;
}

gint64
felt_tally_between(const FeltTally *tally, FeltKind kind, gint64 low, gint64 high)
{
	gint64 n = 0;

	for (gint64 i = low; i <= high; i++)
		n += tally->scores[kind][i];
	return n;
}

gint64
felt_tally_n(const FeltTally *tally, FeltKind kind)
{
	return felt_tally_between(tally, kind, 0, TALLY_SCORES - 1);
}

double
felt_tally_mean(const FeltTally *tally, FeltKind kind)
{
	gint64 n = felt_tally_n(tally, kind), sum = 0;

	for (gint64 i = 0; i < TALLY_SCORES; i++)
		sum += i * tally->scores[kind][i];
	return n > 0 ? round(100.0 * (double)sum / (double)n) / 100 : 0;
}
