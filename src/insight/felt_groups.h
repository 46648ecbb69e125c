/* felt_groups.h - what the figures of surveys and of following up share: shares with their interval, groups by team, agent, category, channel and survey, and the query that
 * lists the rows behind each. Private to insight/. */
#pragma once
#include "insight/satisfaction.h"
G_BEGIN_DECLS

typedef enum { BY_TEAM, BY_AGENT, BY_CATEGORY, BY_CHANNEL, BY_SURVEY, BY_N } By;
typedef struct {
	const char *key, *parameter;
	const DbSql *names; /* NULL: the word itself */
} FeltGroup;
extern const FeltGroup felt_groups[BY_N];

/* The parameters of each statement that looks at survey_asked. */
#define FELT_FILTER(ask) \
	DB_INT((ask)->period->from_ms), DB_INT((ask)->period->to_ms), DB_INT((ask)->survey_id), DB_INT((ask)->team_id), DB_INT((ask)->agent_id), DB_TEXT((ask)->channel), DB_INT((ask)->category_id)

/* The page's own filter behind what @format says. (transfer full) */
json_t *felt_rows_query(const SatisfactionAsk *ask, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Three members: the share in per cent (null of none), and its 95 % interval (Wilson). */
void felt_put_share(json_t *one, const char *pct, const char *low_key, const char *high_key, gint64 k, gint64 n);
/* {pct, low, high, k, n, rows}; takes @rows. */
json_t *felt_share(gint64 k, gint64 n, json_t *rows);
/* {from, to} */
json_t *felt_begin(const SatisfactionAsk *ask);

/* What is counted for the group this row belongs to; zeros of @size at first. */
gpointer felt_group_of(GHashTable *table, DbRows *rows, const char *column, gsize size);
/* id as text -> "ref\nname" */
GHashTable *felt_names_of(Db *db, const DbSql *sql, GError **error);
/* Its ref and name, and the rows of the group besides the page's own filter. */
json_t *felt_begin_group(By by, const char *key, GHashTable *names, const SatisfactionAsk *ask);
/* Takes the rows of @list, the largest first. */
json_t *felt_sorted(GPtrArray *list);

G_END_DECLS
