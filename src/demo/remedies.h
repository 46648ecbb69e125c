/* remedies.h - what the demo's house gives to put things right: who may give how much, and what becomes of an offer. Part of a case's life (life.h). */
#pragma once
#include "cases/case.h"
#include "demo/company.h"
G_BEGIN_DECLS

/* Authority of agents and supervisors, and each team's budget of a month, made for a year of @n_cases. Begins and commits by itself. */
gboolean remedies_house(Db *db, const Company *company, guint64 n_cases, gint64 now_ms, GError **error);

typedef struct {
	Db *db;
	const Company *company;
	Chance *chance;
	Case *it;         /* held */
	const Actor *who; /* the agent */
	const char *name; /* the customer's */
	gboolean owed;    /* upheld: redress; otherwise at most goodwill */
	gint64 at_ms, until_ms; /* where the story is, and where the demo's present is */
	DemoTimePasses time_passes;
	gpointer life;
} Gift;
/* Something may be given: proposed, approved by somebody else where it is much, chosen, done; at_ms moves along. In the caller's transaction. */
gboolean remedies_give(Gift *gift, GError **error);

/* A StoreWork, at the end: @data is the present as gint64. What was to be looked at before it is not looked at again. */
gboolean remedies_tidy(Db *db, gpointer data, GError **error);

G_END_DECLS
