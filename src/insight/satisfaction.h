/* satisfaction.h - CSAT, NPS, CES, response rate, recoveries, and "is it still right?" over a period: one definition each (DESIGN.md section 3), each
 * figure opening to its rows. Who may see them, and as a page: desk/satisfaction.c. */
#pragma once
#include "base/json.h"
#include "insight/report_period.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	const ReportPeriod *period;
	gint64 survey_id, team_id, agent_id, category_id; /* 0: all */
	const char *channel; /* NULL: all */
	const char *query;   /* the filter as parameters of pages, "period=4w&team=..." */
	const char *lang;    /* in which the questions are shown */
	gint64 now_ms;
} SatisfactionAsk;

/* {from, to, csat{pct, low, high, k, n, scores[{score, n, pct, rows}], rows}, nps{score, low, high, n, promoters, passives, detractors, scores[], rows},
 * ces{mean, pct, low, high, k, n, scores[], rows}, response{pct, low, high, k, n, rows}, recoveries{n, due, in_time_pct, low, high, in_time, turned_pct, turned_low, turned_high,
 * turned, rows, in_time_rows, turned_rows}, by_team[], by_agent[], by_category[], by_channel[], by_survey[] (each {ref, name, n, csat, nps, ces, rows}), own[{survey, kind,
 * words{}, n, answers[{score, n, pct}], rows}]}. rows: the query string of the page that lists exactly these. For a SLOW route. */
json_t *satisfaction_read(Db *db, const SatisfactionAsk *ask, GError **error);

/* {from, to, asked, answered, silent, right{pct, low, high, k, n, rows}, response{pct, ...}, by_team[], by_agent[], by_category[], by_channel[]} */
json_t *still_right_read(Db *db, const SatisfactionAsk *ask, GError **error);

typedef struct {
	const char *kind;            /* csat, nps ...; NULL: all */
	gint64 low, high;            /* scores; low -1: all */
	gboolean with_words;         /* only where something was written */
	gint64 question_id;          /* 0: all */
	gboolean sent;               /* all that was sent in the period, answered or not; nothing of the above then */
	gint64 at, asked, question;  /* the "next" of the page before; 0: the first */
	guint limit;
} FeltRowsAsk;
/* {answers[{answered_at, sent_at, state, survey{ref, name}, case{ref, subject}, customer{ref, name}|null, owner{ref, name}|null, kind, score, words, asks{}, recovery{ref, state}|null}],
 * next{at, asked, question}|null} */
json_t *felt_rows(Db *db, const SatisfactionAsk *ask, const FeltRowsAsk *rows, GError **error);

G_END_DECLS
