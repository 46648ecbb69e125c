/* life.c - how a case goes: heard, answered, found out, put right, and sometimes not. The words: demo/stories.c. Every
 * step goes through the same functions as at the desk, so that the demo can hold nothing that Redress could not. */
#include "demo/life.h"
#include "promise/case_clocks.h"
#include "demo/improve.h"
#include "base/clock.h"
#include "cases/assign.h"
#include "cases/intake.h"
#include "cases/message.h"
#include "cases/stage.h"
#include "demo/clocks.h"
#include "demo/promises.h"
#include "demo/remedies.h"
#include <string.h>

typedef struct {
	Db *db;
	const World *world;
	Chance *chance;
	const Story *story;
	const Agent *agent;
	Actor who;       /* the agent as an actor */
	Person person;
	const char *product;
	char order[16], amount[16], day[16], days[8];
	gint64 case_id, at_ms; /* where in its life it is */
	Case *it;              /* held until the story ends, then written once */
	gboolean stopped;      /* the present is reached */
	Promised promised;
} Life;

static gboolean
step(Life *life, double hours)
{
	life->at_ms += (gint64)(hours * (double)MS_PER_HOUR);
	if (life->at_ms >= life->world->until_ms)
		life->stopped = TRUE;
	return !life->stopped;
}

/* Agents write in their shift: the next moment of it; at weekends four in five are there. */
static gboolean
step_to_shift(Life *life)
{
	for (int tries = 0; tries < 8; tries++) {
		gint64 day = life->at_ms / MS_PER_DAY, hour = life->at_ms / MS_PER_HOUR % 24;
		gboolean weekend = (day + 4) % 7 == 0 || (day + 4) % 7 == 6; /* day 0 was a Thursday */

		if (weekend && !chance_of(life->chance, 80)) {
			life->at_ms = (day + 1) * MS_PER_DAY + life->agent->from_hour * MS_PER_HOUR + chance_below(life->chance, 5400) * MS_PER_S;
			continue;
		}
		if (hour < life->agent->from_hour)
			life->at_ms = day * MS_PER_DAY + life->agent->from_hour * MS_PER_HOUR + chance_below(life->chance, 7200) * MS_PER_S;
		else if (hour >= life->agent->to_hour)
			life->at_ms = (day + 1) * MS_PER_DAY + life->agent->from_hour * MS_PER_HOUR + chance_below(life->chance, 5400) * MS_PER_S;
		else
			break;
	}
	return step(life, 0);
}

/* Puts the slots' values in. */
static char *
tell(const Life *life, const char *text)
{
	const char *agent_first = life->agent->name;
	g_autofree char *agent = g_strndup(agent_first, strcspn(agent_first, " "));
	g_autofree char *a_product = g_strconcat(strchr("AEIOU", life->product[0]) != NULL ? "an " : "a ", life->product, NULL);
	const struct { const char *slot, *value; } slots[] = {
		{ "{a product}", a_product }, { "{product}", life->product }, { "{order}", life->order }, { "{amount}", life->amount }, { "{day}", life->day }, { "{days}", life->days },
		{ "{first}", life->person.first }, { "{agent}", agent }, { "{town}", company_towns[life->case_id % 12] },
	};
	GString *out = g_string_new(text);

	for (guint i = 0; i < G_N_ELEMENTS(slots); i++)
		g_string_replace(out, slots[i].slot, slots[i].value, 0);
	return g_string_free(out, FALSE);
}

static void
new_slots(Life *life)
{
	static const char *const days[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", NULL };
	Chance *chance = life->chance;

	g_snprintf(life->order, sizeof life->order, "LF-%04u-%02u", chance_below(chance, 10000), chance_below(chance, 100));
	g_snprintf(life->amount, sizeof life->amount, "£%u", 19 + chance_below(chance, 60) * 10);
	g_strlcpy(life->day, chance_pick(chance, days), sizeof life->day);
	g_snprintf(life->days, sizeof life->days, "%u", 6 + chance_below(chance, 20));
}

static void
choose_agent(Life *life)
{
	const Company *company = life->world->company;
	guint team = company_team_of(life->story->category), from = chance_below(life->chance, DEMO_FIRST_SUPERVISOR);

	for (guint i = 0; i < DEMO_FIRST_SUPERVISOR; i++) {
		life->agent = &company->agents[(from + i) % DEMO_FIRST_SUPERVISOR];
		if (life->agent->team_id == company->team_ids[team])
			break;
	}
	life->who = *actor_system();
	life->who.kind = ACTOR_STAFF;
	life->who.user_id = life->agent->user_id;
	life->who.team_id = life->agent->team_id;
	g_strlcpy(life->who.name, life->agent->name, sizeof life->who.name);
}

/* What time brings about by itself, up to @at_ms and in its order: clocks, and what was promised. */
static gboolean
settle(Life *life, gint64 at_ms, GError **error)
{
	gint64 next;

	while ((next = promises_next(&life->promised)) != 0 && next <= at_ms)
		if (!demo_clocks_pass(life->db, life->it, next, error) || !promises_settle(life->db, life->it, &life->who, &life->promised, error))
			return FALSE;
	return demo_clocks_pass(life->db, life->it, at_ms, error);
}

static gboolean
time_passes(gpointer life, gint64 at_ms, GError **error)
{
	return settle(life, at_ms, error);
}

static gboolean
say_and(Life *life, const char *direction, gboolean still_ours, const char *text, GError **error)
{
	g_autofree char *told = tell(life, text);
	gboolean staff = strcmp(direction, "inbound") != 0;
	Actor customer = { .kind = ACTOR_CUSTOMER, .case_id = life->case_id, .zone = "UTC", .lang = "en", .theme = "auto" };
	NewMessage make = { .direction = direction, .channel = staff ? NULL : "portal", .body = told, .author_name = staff ? NULL : life->person.name, .still_ours = still_ours };

	gint64 id;

	return settle(life, life->at_ms, error) && message_add_on(life->db, life->it, &make, staff ? &life->who : &customer, life->at_ms, &id, error) &&
	       (strcmp(direction, "outbound") != 0 || promises_hear(life->db, life->chance, life->it, &life->who, life->agent->care, id, told, life->at_ms, life->world->until_ms, &life->promised, error));
}

static gboolean
say(Life *life, const char *direction, const char *text, GError **error)
{
	return say_and(life, direction, FALSE, text, error);
}

static gboolean
move(Life *life, const char *stage, const char *outcome, const char *cause, GError **error)
{
	StageMove go = { .stage = stage, .outcome = outcome, .root_cause = cause };

	return settle(life, life->at_ms, error) && case_move_on(life->db, life->it, &go, &life->who, life->at_ms, error);
}

/* With reasons, in the words of what was found. */
static gboolean
resolve(Life *life, const char *outcome, const char *cause, GError **error)
{
	static const char *const in_favour[] = { "upheld", "partly_upheld", NULL };
	g_autofree char *found = tell(life, chance_pick(life->chance, life->story->findings));
	const char *reasons = g_strv_contains(in_favour, outcome) ? found : g_str_equal(outcome, "not_upheld") ? "We read all that was written and asked everybody who was there. What we did is what we had agreed with you." : NULL;
	StageMove go = { .stage = "resolved", .outcome = outcome, .root_cause = cause, .reasons = reasons };

	return settle(life, life->at_ms, error) && case_move_on(life->db, life->it, &go, &life->who, life->at_ms, error);
}

static gint64
severity_of(Life *life)
{
	guint sum = 0, at;

	for (guint i = 0; i < 4; i++)
		sum += life->story->severity[i];
	at = chance_below(life->chance, sum);
	for (gint64 i = 0; i < 4; i++) {
		if (at < life->story->severity[i])
			return i;
		at -= life->story->severity[i];
	}
	return 1;
}

static gboolean
receive(Life *life, gint64 received_ms, GError **error)
{
	static const char *const channels[] = { "form", "form", "form", "email", "email", "email", "phone", "phone", "letter", "chat", "in_person", "social", "review", NULL };
	static const char *const tag_words[] = { "second time", "photos", "vulnerable", "press", "loyal customer", NULL };
	const Story *story = life->story;
	g_autoptr(GString) body = g_string_new(NULL);
	g_autofree char *subject = NULL, *opening = NULL, *detail = NULL, *more = NULL, *wish = NULL, *want = NULL;
	g_autoptr(GPtrArray) tags = g_ptr_array_new();
	const char *path, *channel = chance_pick(life->chance, channels);
	NewCase make = { .kind = story->kind, .channel = channel, .category = story->category, .received_at = received_ms };

	company_product(life->chance, story->products[0], &path, &life->product);
	subject = tell(life, chance_pick(life->chance, story->subjects));
	opening = tell(life, chance_pick(life->chance, story->openings));
	detail = tell(life, chance_pick(life->chance, story->details));
	more = tell(life, chance_pick(life->chance, story->details));
	wish = tell(life, chance_pick(life->chance, story->wishes));
	want = g_strdup(chance_pick(life->chance, story->want));
	g_string_append_printf(body, "%s %s", opening, detail);
	if (strcmp(detail, more) != 0 && chance_of(life->chance, 55))
		g_string_append_printf(body, "\n\n%s", more);
	g_string_append_printf(body, "%s%s", chance_of(life->chance, 50) ? "\n\n" : " ", wish);
	if (chance_of(life->chance, 40))
		g_string_append_printf(body, "\n\n%s", life->person.name);
	if (chance_of(life->chance, 18))
		g_ptr_array_add(tags, (gpointer)chance_pick(life->chance, tag_words));
	make.subject = subject;
	make.body = body->str;
	make.product = path;
	make.desired_remedy = want;
	make.severity = severity_of(life);
	make.tags = tags;
	make.team_id = life->agent->team_id;
	make.customer.name = life->person.name;
	make.customer.email = life->person.by_phone && strcmp(channel, "phone") == 0 ? NULL : life->person.email;
	make.customer.phone = life->person.by_phone ? life->person.phone : NULL;
	if (!case_intake_in(life->db, &make, strcmp(channel, "form") == 0 ? actor_public() : actor_system(), received_ms, &life->case_id, NULL, error) ||
	    (life->it = case_lock(life->db, life->case_id, error)) == NULL)
		return FALSE;
	life->it->held = TRUE;
	return TRUE;
}

static gboolean
acknowledge(Life *life, GError **error)
{
	double care = life->agent->care / 100.0;
	gboolean poor = !chance_of(life->chance, life->agent->care + 4);

	if (!step(life, chance_skewed(life->chance, 1.0 + 5.0 * (1.1 - care), 0.85)) || !step_to_shift(life))
		return TRUE;
	if (!settle(life, life->at_ms, error) ||
	    !case_assign_on(life->db, life->it, life->agent->user_id, life->agent->team_id, &life->who, life->at_ms, error))
		return FALSE;
	if (!step(life, 0.05 + chance_unit(life->chance) * 0.6))
		return TRUE;
	/* A poor first answer asks something back and waits; a good one says what happens next. */
	return say_and(life, "outbound", !poor, chance_pick(life->chance, poor ? story_acks_poor : story_acks), error);
}

/* Customers who wait write again; the less care, the more often. */
static gboolean
chase(Life *life, GError **error)
{
	if (!chance_of(life->chance, 105 - life->agent->care))
		return TRUE;
	if (!step(life, chance_skewed(life->chance, 30, 0.6)))
		return TRUE;
	return say(life, "inbound", chance_pick(life->chance, story_chasers), error);
}

static gboolean
investigate(Life *life, GError **error)
{
	if (!step(life, chance_skewed(life->chance, 3, 0.8)) || !step_to_shift(life))
		return TRUE;
	if (!move(life, "investigating", NULL, NULL, error))
		return FALSE;
	if (chance_of(life->chance, 45)) {
		if (!step(life, 0.3))
			return TRUE;
		if (!say(life, "note", chance_pick(life->chance, story_notes), error))
			return FALSE;
	}
	return chase(life, error);
}

/* The story goes on where the giving ended. */
static gboolean
give(Life *life, const char *outcome, GError **error)
{
	Gift gift = { .db = life->db, .company = life->world->company, .chance = life->chance, .it = life->it, .who = &life->who, .name = life->person.name,
		.owed = strcmp(outcome, "upheld") == 0 || strcmp(outcome, "partly_upheld") == 0, .at_ms = life->at_ms, .until_ms = life->world->until_ms,
		.time_passes = time_passes, .life = life };

	if (life->story->upheld == 0)
		return TRUE;
	if (!remedies_give(&gift, error))
		return FALSE;
	life->at_ms = gift.at_ms;
	life->stopped |= gift.at_ms >= gift.until_ms;
	return TRUE;
}

static gboolean
put_right(Life *life, const char *outcome, const char *cause, GError **error)
{
	g_autofree char *words = NULL;
	double slow = 20.0 + (100.0 - life->agent->care);

	if (!step(life, chance_skewed(life->chance, slow, 0.9)) || !step_to_shift(life))
		return TRUE;
	words = g_strconcat("Dear {first}, ", chance_pick(life->chance, life->story->findings), " ", chance_pick(life->chance, life->story->remedies), "\n\n",
		chance_pick(life->chance, story_closers), "\n\n{agent}", NULL);
	if (!say(life, "outbound", words, error) || !give(life, outcome, error))
		return FALSE;
	if (life->stopped)
		return TRUE;
	if (chance_of(life->chance, 25)) {
		if (!move(life, "offered", NULL, NULL, error))
			return FALSE;
		if (!step(life, chance_skewed(life->chance, 20, 0.7)))
			return TRUE;
		if (!say(life, "inbound", chance_pick(life->chance, story_thanks), error))
			return FALSE;
	}
	if (!step(life, chance_skewed(life->chance, 4, 0.8)) || !step_to_shift(life))
		return TRUE;
	return resolve(life, outcome, cause, error);
}

static const char *
outcome_of(Life *life)
{
	if (life->story->upheld == 0)
		return chance_of(life->chance, 90) ? "upheld" : "out_of_scope";
	if (chance_of(life->chance, life->story->upheld))
		return chance_of(life->chance, 80) ? "upheld" : "partly_upheld";
	return chance_of(life->chance, 80) ? "not_upheld" : chance_of(life->chance, 50) ? "withdrawn" : "referred";
}

static gboolean
come_back(Life *life, const char *outcome, const char *cause, GError **error)
{
	if (!step(life, chance_skewed(life->chance, 60, 0.6)))
		return TRUE;
	if (!say(life, "inbound", chance_pick(life->chance, story_unhappy), error))
		return FALSE;
	if (!step(life, chance_skewed(life->chance, 8, 0.8)) || !step_to_shift(life))
		return TRUE;
	if (!say(life, "outbound", "Dear {first}, that must not happen twice. I am sorry. I have it on my own desk now and ring you on {day}.\n\n{agent}", error))
		return FALSE;
	return put_right(life, outcome, cause, error);
}

static FeltLife
felt_of(Life *life)
{
	return (FeltLife){ life->world->felt, life->world->company, life->agent, life->it, life->world->until_ms, time_passes, life };
}

/* Two weeks on: right, silent, or not right, and then it begins once more. */
static gboolean
follow_up(Life *life, const char *outcome, const char *cause, GError **error)
{
	const FeltLife felt = felt_of(life);
	const char *state = NULL;

	if (life->it->customer_id == 0 || g_strcmp0(life->it->outcome, "withdrawn") == 0 || g_strcmp0(life->it->outcome, "out_of_scope") == 0)
		return move(life, "followed_up", NULL, NULL, error);
	if (life->it->clocks != NULL && !clock_follow_up_asked_on(life->db, life->it->clocks, life->at_ms, life->it->owner_id, life->it->team_id, error))
		return FALSE;
	if (!felt_still_right(life->db, &felt, life->chance, &life->at_ms, &state, error) || !(step(life, 0) || TRUE))
		return FALSE;
	if (strcmp(state, "not_right") == 0)
		return say(life, "inbound", chance_pick(life->chance, story_unhappy), error) && put_right(life, outcome, cause, error) && (life->stopped || move(life, "followed_up", NULL, NULL, error));
	return strcmp(state, "asked") == 0 || move(life, "followed_up", NULL, NULL, error);
}

/* Hours until it is asked whether it is still right, whatever came in between: its clock's time; two weeks where none runs. */
static double
to_follow_up(const Life *life)
{
	const gint64 due = life->it->clocks != NULL ? life->it->clocks->due[CLOCK_FOLLOW_UP] : 0, at = due != 0 ? due : life->it->resolved_at + 14 * MS_PER_DAY;

	return (double)MAX(0, at - life->at_ms) / (double)MS_PER_HOUR;
}

/* How it was, thanks, following up, closing; weeks later, as the process has it. */
static gboolean
finish(Life *life, const char *outcome, const char *cause, GError **error)
{
	const FeltLife felt = felt_of(life);

	if (!felt_survey(life->db, &felt, life->chance, &life->at_ms, error))
		return FALSE;
	if (!step(life, 0))
		return TRUE;
	if (chance_of(life->chance, 35)) {
		if (!step(life, chance_skewed(life->chance, 26, 0.8)))
			return TRUE;
		/* A thank-you would open the case again; people ring it in instead. */
		if (!say(life, "note", "Customer rang to say thank you: all is well.", error))
			return FALSE;
	}
	if (!step(life, to_follow_up(life)))
		return TRUE;
	if (!follow_up(life, outcome, cause, error))
		return FALSE;
	if (life->stopped || strcmp(life->it->stage, "followed_up") != 0)
		return TRUE;
	if (!step(life, 24.0 * 7) || !step_to_shift(life))
		return TRUE;
	return move(life, "closed", NULL, NULL, error);
}

/* From the first answer to the end, or to the present. */
static gboolean
handle(Life *life, GError **error)
{
	const char *outcome, *cause;

	if (!acknowledge(life, error))
		return FALSE;
	if (life->stopped)
		return TRUE;
	if (!investigate(life, error))
		return FALSE;
	if (life->stopped)
		return TRUE;
	outcome = outcome_of(life);
	cause = improve_cause(life->chance, life->story->causes, life->it->received_at, life->world->until_ms);
	if (!put_right(life, outcome, cause, error))
		return FALSE;
	if (life->stopped)
		return TRUE;
	/* Only what was to be put right can turn out not to be. */
	if (life->story->upheld > 0 && chance_of(life->chance, 4 + (100 - life->agent->care) / 5) && !come_back(life, outcome, cause, error))
		return FALSE;
	return life->stopped || finish(life, outcome, cause, error);
}

gboolean
life_play(Db *db, const World *world, Chance *chance, const Story *story, gint64 received_ms, GError **error)
{
	Life life = { .db = db, .world = world, .chance = chance, .story = story, .at_ms = received_ms };
	guint64 one = chance_next(chance) % world->n_customers, other = chance_next(chance) % world->n_customers;
	gboolean fine;

	/* Some people complain more often than others: the smaller of two draws. */
	company_person(world->seed, MIN(one, other), &life.person);
	choose_agent(&life);
	new_slots(&life);
	fine = receive(&life, received_ms, error) && handle(&life, error) && settle(&life, world->until_ms, error) && case_write(db, life.it, error);
	case_free(life.it);
	return fine;
}
