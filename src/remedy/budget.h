/* budget.h - a team's money for a month or a quarter: set aside when something is offered, used when it is done, free again when nothing comes of
 * it. Settings > Budgets. One person's limits: remedy/authority.h.
 *
 * A sum belongs to the period in which it was offered, also when it is done or taken back later. Periods are those of the house's zone.
 * A team without a budget in a currency is not bound by one. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "base/money.h"
#include "store/db.h"
G_BEGIN_DECLS

extern const char *const budget_periods[]; /* month quarter */

/* Sets @amount aside in the budget of @team_id (0: no team, no budget) that runs now; *@ret_period_id 0 when there is none. In the
 * caller's transaction. ERR_CONFLICT when too little is left, with words for people: "Care team's budget for November 2026 has £90.00 left;
 * this needs £180.00." Tells the team's lead once a period when the share to warn at is reached (notice budget_warning about @case_id). */
gboolean budget_reserve(Db *db, gint64 team_id, const Money *amount, gint64 case_id, const Actor *actor, gint64 now_ms, gint64 *ret_period_id, GError **error);
/* Moves what is set aside and what is used by these sums (below zero: less); @period_id 0: nothing to do. */
gboolean budget_move(Db *db, gint64 period_id, gint64 reserved, gint64 used, GError **error);

/* [{ref, team{ref, name}, period, amount, warn_pct, now{from, to, reserved, used, left, pct}, version}] */
json_t *budget_list(Db *db, gint64 now_ms, GError **error);
json_t *budget_get(Db *db, const char *ref, gint64 now_ms, GError **error);
/* The one that runs now for @team_id and @currency, as in the list; null when there is none. */
json_t *budget_of_team(Db *db, gint64 team_id, const char *currency, gint64 now_ms, GError **error);

typedef struct {
	const char *team, *currency, *period, *amount; /* NULL: as it is */
	gint64 warn_pct;                               /* 0: as it is (new: 80) */
	gboolean removed;
} BudgetChange;
/* Events budget.added, .changed, .removed. ERR_INVALID with fields, ERR_CONFLICT when the team has one in that currency. What is set
 * aside already stays so when a budget shrinks. */
gboolean budget_add(Db *db, const BudgetChange *make, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
gboolean budget_change(Db *db, const char *ref, gint64 version, const BudgetChange *change, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
