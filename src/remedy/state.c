/* state.c - see state.h. */
#include "remedy/state.h"
#include <string.h>

const char *const remedy_states[] = { "proposed", "approved", "offered", "chosen", "doing", "done", "failed", "reversed", "refused", "withdrawn", "declined", "expired", NULL };
const char *const offer_states[] = { "waiting", "ready", "open", "chosen", "given", "declined", "refused", "withdrawn", "expired", NULL };
const char *const remedy_kinds[] = { "apology", "explanation", "correction", "repair", "replacement", "refund", "partial_refund", "credit", "discount", "free_service",
	"compensation", "other", NULL };
const char *const remedy_ways[] = { "manual", "webhook", NULL };

typedef struct {
	const char *from, *to[8];
} Moves;

static const Moves remedy_moves[] = {
	{ "proposed", { "approved", "refused", "withdrawn", "expired" } },
	{ "approved", { "offered", "chosen", "withdrawn", "expired" } },
	{ "offered", { "chosen", "declined", "withdrawn", "expired" } },
	{ "declined", { "chosen" } },
	{ "chosen", { "doing", "done", "declined", "withdrawn" } },
	{ "doing", { "done", "failed" } },
	{ "failed", { "doing", "done", "withdrawn" } },
	{ "done", { "reversed" } },
};
static const Moves offer_moves[] = {
	{ "waiting", { "ready", "refused", "withdrawn", "expired" } },
	{ "ready", { "open", "given", "withdrawn", "expired" } },
	{ "open", { "chosen", "declined", "withdrawn", "expired" } },
	{ "chosen", { "chosen", "withdrawn" } },
	{ "given", { "withdrawn" } },
};

static gboolean
may_become(const Moves *table, guint n, const char *from, const char *to)
{
	for (guint i = 0; i < n; i++)
		for (guint k = 0; strcmp(table[i].from, from) == 0 && k < G_N_ELEMENTS(table[i].to) && table[i].to[k] != NULL; k++)
			if (strcmp(table[i].to[k], to) == 0)
				return TRUE;
	return FALSE;
}

gboolean
remedy_may_become(const char *from, const char *to)
{
	return may_become(remedy_moves, G_N_ELEMENTS(remedy_moves), from, to);
}

gboolean
offer_may_become(const char *from, const char *to)
{
	return may_become(offer_moves, G_N_ELEMENTS(offer_moves), from, to);
}

gboolean
remedy_has_ended(const char *state)
{
	static const char *const ends[] = { "done", "reversed", "refused", "withdrawn", "declined", "expired", NULL };

	return g_strv_contains(ends, state);
}
