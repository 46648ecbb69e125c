/* felt.h - what the demo's customers felt afterwards: a survey and its answer, a recovery, "is it still right?". */
#pragma once
#include "cases/case.h"
#include "demo/company.h"
G_BEGIN_DECLS

typedef struct {
	gint64 csat, nps, ces; /* surveys */
} FeltSurveys;
/* The company's three surveys, switched on. In the caller's transaction. */
gboolean felt_make(Db *db, FeltSurveys *ret_surveys, gint64 now_ms, GError **error);

typedef struct {
	const FeltSurveys *surveys;
	const Company *company;
	const Agent *agent;
	const Case *about;
	gint64 until_ms;
	DemoTimePasses time_passes;
	gpointer life;
} FeltLife;
/* A day after it was resolved: one in three answers. *@at_ms goes on to when the last of it happened. */
gboolean felt_survey(Db *db, const FeltLife *life, Chance *chance, gint64 *at_ms, GError **error);
/* Two weeks after; "right", "not_right", "silent". */
gboolean felt_still_right(Db *db, const FeltLife *life, Chance *chance, gint64 *at_ms, const char **ret_state, GError **error);

G_END_DECLS
