/* tally.h - what is counted while the cases of a period go by. Private to insight/. */
#pragma once
#include "insight/measures.h"
G_BEGIN_DECLS

enum { N_AGES = 7, ACKNOWLEDGE_HOURS = 24 };

typedef struct {
	gint64 n;
	GArray *answers; /* ms to the first answer, of gint64; NULL where not asked for */
} Group;

typedef struct {
	gint64 received, resolved, acknowledged, acknowledge_due, reopened;
	GArray *answers, *resolutions; /* ms, of gint64 */
} Span; /* the period, or the one before it */

typedef struct {
	Span now, before;
	gint64 *received_by_step, *resolved_by_step;
	gint64 open_by_age[N_AGES], late_by_age[N_AGES];
	GHashTable *channels, *categories, *teams, *outcomes; /* word or id -> Group */
	GHashTable *paths;                                    /* category id -> path */
	GHashTable *team_names;                               /* team id -> "ref\nname" */
	GHashTable *wanted;                                   /* category ids that count; NULL: all */
} Tally;

void tally_init(Tally *tally, const MeasureAsk *ask);
void tally_clear(Tally *tally);
/* Reads all cases of the ask. */
gboolean tally_read(Tally *tally, Db *db, const MeasureAsk *ask, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tally, tally_clear)
G_END_DECLS
