/* decisions.h - GET and POST /cases/{ref}/decision, and the points of a decision as forms and programs send them. */
#pragma once
#include "cases/decision.h"
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_decision_routes[];

/* A form has so many rows of points, named point1.text and point1.outcome. */
enum { DESK_POINTS = 4 };
typedef struct {
	DraftGiven given;
	char *text;
	const char *outcome;
} PointDraft;
extern const DraftSpec desk_point_draft;
#define DESK_POINT_FIELD(type, n) \
	{ "point" #n, DRAFT_SUB, offsetof(type, point) + ((n) - 1) * sizeof(PointDraft), .sub = &desk_point_draft, .about = "for forms: one of the points" }
#define DESK_POINT_FIELDS(type) \
	{ "points", DRAFT_JSON, offsetof(type, points), .about = "what was complained about, point by point: [{text, outcome: upheld | partly_upheld | not_upheld}]" }, \
	DESK_POINT_FIELD(type, 1), DESK_POINT_FIELD(type, 2), DESK_POINT_FIELD(type, 3), DESK_POINT_FIELD(type, 4)

/* Those of a program as they were sent, else the rows of a form that have words; NULL: none. (transfer full) */
json_t *desk_points(json_t *sent, const PointDraft rows[DESK_POINTS]);

G_END_DECLS
