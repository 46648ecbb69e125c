/* felt.c - see felt.h. Answers, recoveries and turns go through the rules of survey/; only the asking is written by itself, since its jobs
 * would wait for a clock that is not the demo's. */
#include "demo/felt.h"
#include "base/clock.h"
#include "store/events.h"
#include "store/refs.h"
#include "survey/recovery.h"
#include "felt.sql.h"
#include <string.h>

enum { ANSWER_PCT = 24, VALID_DAYS = 14 };

static const char *const glad[] = { "Quick and friendly, thank you.", "They rang back when they said they would.", "The new one came the next day.", "I felt taken seriously.", "Easy, once I reached somebody.", NULL };
static const char *const sad[] = { "I had to ask three times.", "Nobody rang, although it was promised.", "The answer was a form letter.", "It is still not as it was sold to me.", "Two weeks for a refund is too long.", NULL };
static const char *const still_glad[] = { "All fine, thank you.", "Works as it should.", NULL };
static const char *const done_words[] = { "Rang to apologise, explained what went wrong, and sent a voucher.", "Spoke with the customer for ten minutes; replacement sent by courier.",
	"Apologised by telephone and refunded the delivery.", NULL };

static gboolean
make_one(Db *db, const char *name, const char *standard, gint64 *ret_id, gint64 now_ms, GError **error)
{
	const SurveyChange make = { .given = SURVEY_NAME | SURVEY_SAMPLE, .name = name, .sample_pct = 100 };
	const SurveyChange on = { .given = SURVEY_ACTIVE, .is_active = TRUE };
	g_autoptr(Survey) made = survey_add_in(db, &make, standard, actor_system(), now_ms, error), active = NULL;

	if (made == NULL || (active = survey_change_in(db, made->id, 0, &on, actor_system(), now_ms, error)) == NULL)
		return FALSE;
	*ret_id = made->id;
	return TRUE;
}

gboolean
felt_make(Db *db, FeltSurveys *ret_surveys, gint64 now_ms, GError **error)
{
	return make_one(db, "How we handled it", "csat", &ret_surveys->csat, now_ms, error) && make_one(db, "How easy it was", "ces", &ret_surveys->ces, now_ms, error) &&
	       make_one(db, "Would you recommend us", "nps", &ret_surveys->nps, now_ms, error);
}

/* 0 to 1: how it was for this customer. Care does most, coming back undoes much of it. */
static double
mood_of(const FeltLife *life, Chance *chance)
{
	double mood = 0.31 + 0.55 * life->agent->care / 100.0 - (life->about->n_reopened > 0 ? 0.25 : 0) + 0.75 * (chance_unit(chance) - 0.5);

	return CLAMP(mood + (g_strcmp0(life->about->outcome, "not_upheld") == 0 ? -0.25 : 0), 0, 0.999);
}

static gint64
score_of(const char *kind, double mood)
{
	if (strcmp(kind, "csat") == 0)
		return mood < 0.28 ? 1 : mood < 0.42 ? 2 : mood < 0.55 ? 3 : mood < 0.75 ? 4 : 5;
	if (strcmp(kind, "ces") == 0)
		return mood < 0.25 ? 1 : mood < 0.35 ? 2 : mood < 0.42 ? 3 : mood < 0.52 ? 4 : mood < 0.66 ? 5 : mood < 0.84 ? 6 : 7;
	return mood < 0.2 ? (gint64)(mood * 15) : mood < 0.48 ? 3 + (gint64)((mood - 0.2) * 14) : mood < 0.68 ? 7 + (gint64)((mood - 0.48) * 10) : mood < 0.82 ? 9 : 10;
}

static gboolean
ask(Db *db, const FeltLife *life, gint64 survey_id, gint64 at_ms, gint64 *ret_id, GError **error)
{
	const Case *about = life->about;
	char ref[REF_SIZE];

	if (!life->time_passes(life->life, at_ms, error))
		return FALSE;
	if (!ref_insert(db, &SQL_FELT_ASKED_INSERT, ref,
	                DB_ARGS(DB_TEXT(ref), DB_INT(survey_id), DB_INT(about->id), DB_INT_OR_NULL(about->customer_id), DB_INT_OR_NULL(about->owner_id), DB_INT_OR_NULL(about->team_id),
	                        DB_INT(at_ms - MS_PER_DAY), DB_INT(at_ms), DB_INT(at_ms + VALID_DAYS * MS_PER_DAY)),
	                ret_id, NULL, error))
		return FALSE;
	return event_add(db, &(Event){ .kind = "survey.sent", .case_id = about->id, .subject_id = *ret_id, .at_ms = at_ms, .actor = actor_system() }, NULL, error);
}

static gboolean
recover(Db *db, const FeltLife *life, const Asked *asked, const AnswerResult *result, Chance *chance, gint64 *at_ms, GError **error)
{
	const Agent *lead = &life->company->agents[DEMO_FIRST_SUPERVISOR + chance_below(chance, N_AGENTS - DEMO_FIRST_SUPERVISOR)];
	g_autoptr(Recovery) it = NULL;
	Actor who = *actor_system();

	if (!recovery_open_in(db, asked, result->kind, result->score, lead->user_id, *at_ms + MS_PER_DAY, *at_ms, error) || (it = recovery_find_asked(db, asked->id, error)) == NULL)
		return FALSE;
	/* Of the last days some are still to be seen to, and late. */
	if (life->until_ms - *at_ms < 6 * MS_PER_DAY && chance_of(chance, 65)) {
		*at_ms = life->until_ms;
		return it->due_at >= life->until_ms || recovery_late_in(db, it, it->due_at, error);
	}
	*at_ms += (gint64)(chance_skewed(chance, 9, 0.8) * (double)MS_PER_HOUR);
	if (*at_ms >= life->until_ms)
		return TRUE;
	who.kind = ACTOR_STAFF;
	who.user_id = lead->user_id;
	return life->time_passes(life->life, *at_ms, error) && (*at_ms <= it->due_at || recovery_late_in(db, it, it->due_at, error)) && recovery_done_in(db, it, chance_pick(chance, done_words), &who, *at_ms, error) &&
	       (!chance_of(chance, 35) || *at_ms + 13 * MS_PER_DAY >= life->until_ms || recovery_turned_in(db, asked->customer_id, life->about->id, *at_ms + 13 * MS_PER_DAY, error));
}

static gboolean
answer(Db *db, const FeltLife *life, gint64 asked_id, Chance *chance, gint64 *at_ms, GError **error)
{
	g_autoptr(Asked) asked = asked_get(db, asked_id, error);
	g_autoptr(Survey) survey = asked != NULL ? survey_get(db, asked->survey_id, error) : NULL;
	const SurveyQuestion *lead = survey != NULL ? survey_lead_question(survey) : NULL;
	const Actor customer = { .kind = ACTOR_CUSTOMER, .case_id = life->about->id, .zone = "UTC", .lang = "en", .theme = "auto" };
	g_auto(AnswerResult) result = { NULL };
	double mood = mood_of(life, chance);
	char score[8];

	if (lead == NULL)
		return FALSE;
	g_snprintf(score, sizeof score, "%d", (int)score_of(lead->kind, mood));
	if (!life->time_passes(life->life, *at_ms, error) || !answer_put_in(db, asked, survey, &(Answers){ .texts = { score }, .why = chance_of(chance, 40) ? chance_pick(chance, mood > 0.55 ? glad : sad) : NULL }, &customer, *at_ms, &result, error))
		return FALSE;
	return result.kind == NULL || recover(db, life, asked, &result, chance, at_ms, error);
}

gboolean
felt_survey(Db *db, const FeltLife *life, Chance *chance, gint64 *at_ms, GError **error)
{
	guint which = chance_below(chance, 100);
	gint64 survey_id = which < 60 ? life->surveys->csat : which < 85 ? life->surveys->ces : life->surveys->nps, id = 0, at = *at_ms + MS_PER_DAY;
	gboolean mine = FALSE, answers = chance_of(chance, ANSWER_PCT);

	if (life->about->customer_id == 0 || at >= life->until_ms)
		return TRUE;
	if (!asked_take_turn_in(db, life->about->customer_id, at, &mine, error))
		return FALSE;
	if (!mine)
		return TRUE;
	if (!ask(db, life, survey_id, at, &id, error))
		return FALSE;
	*at_ms = at;
	if (!answers)
		return at + VALID_DAYS * MS_PER_DAY >= life->until_ms || db_exec(db, &SQL_FELT_ASKED_EXPIRED, DB_ARGS(DB_INT(id)), NULL, error);
	at += (gint64)(chance_skewed(chance, 7, 1.1) * (double)MS_PER_HOUR);
	if (at >= life->until_ms || at >= *at_ms + VALID_DAYS * MS_PER_DAY)
		return TRUE;
	*at_ms = at;
	return answer(db, life, id, chance, at_ms, error);
}

gboolean
felt_still_right(Db *db, const FeltLife *life, Chance *chance, gint64 *at_ms, const char **ret_state, GError **error)
{
	const Case *about = life->about;
	gint64 asked_at = *at_ms, answered_at = asked_at + (gint64)(chance_skewed(chance, 10, 1.0) * (double)MS_PER_HOUR);
	guint which = chance_below(chance, 100);
	const char *state = which < 66 ? "silent" : which < 98 ? "right" : "not_right";
	gboolean answers = strcmp(state, "silent") != 0 && answered_at < MIN(life->until_ms, asked_at + VALID_DAYS * MS_PER_DAY);
	const Actor customer = { .kind = ACTOR_CUSTOMER, .case_id = about->id, .zone = "UTC", .lang = "en", .theme = "auto" };
	g_autoptr(json_t) facts = json_object();
	const char *said;
	gint64 id = 0;
	char ref[REF_SIZE];

	if (!answers)
		state = asked_at + VALID_DAYS * MS_PER_DAY < life->until_ms ? "silent" : "asked";
	json_put_bool(facts, "right", strcmp(state, "right") == 0);
	*ret_state = state;
	said = answers && strcmp(state, "right") == 0 && chance_of(chance, 25) ? chance_pick(chance, still_glad) : NULL;
	if (!ref_insert(db, &SQL_FELT_FOLLOW_UP_INSERT, ref,
	                DB_ARGS(DB_TEXT(ref), DB_INT(about->id), DB_INT_OR_NULL(about->customer_id), DB_INT_OR_NULL(about->owner_id), DB_INT_OR_NULL(about->team_id), DB_TEXT(state),
	                        DB_INT(MIN(about->resolved_at != 0 ? about->resolved_at : asked_at, asked_at)), DB_INT(asked_at), DB_INT(asked_at + VALID_DAYS * MS_PER_DAY),
	                        answers ? DB_INT(answered_at) : DB_NULL, DB_TEXT(said)),
	                &id, NULL, error))
		return FALSE;
	if (!life->time_passes(life->life, asked_at, error) || !event_add(db, &(Event){ .kind = "followup.asked", .case_id = about->id, .at_ms = asked_at, .actor = actor_system() }, NULL, error))
		return FALSE;
	if (!answers)
		return TRUE;
	*at_ms = answered_at;
	return life->time_passes(life->life, answered_at, error) && event_add(db, &(Event){ .kind = "followup.answered", .case_id = about->id, .at_ms = answered_at, .actor = &customer, .facts = facts }, NULL, error);
}
