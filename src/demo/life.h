/* life.h - one complaint's life, played through the real rules with the clock of its day. */
#pragma once
#include "demo/company.h"
#include "demo/felt.h"
#include "demo/stories.h"
G_BEGIN_DECLS

typedef struct {
	const Company *company;
	const FeltSurveys *felt;
	guint64 seed;
	gint64 until_ms;    /* the demo's present: nothing happens after it */
	guint64 n_customers;
} World;

/* Writes the case and all that follows, up to world->until_ms. Runs inside the caller's transaction. */
gboolean life_play(Db *db, const World *world, Chance *chance, const Story *story, gint64 received_ms, GError **error);

G_END_DECLS
