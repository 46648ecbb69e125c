/* survey.c - GET and POST /survey/{key}, /no-surveys/{key}. A GET changes nothing, whatever stands behind the question mark: those who scan mail
 * and preview links follow them before anybody reads. A click in the mail chooses; the one button is the answer. With a script or without,
 * it is the same. docs/decisions has why. What is kept: flow/survey/answer.h; "is it still right?": portal/still_right.c. */
#include "portal/survey.h"
#include "base/signed_link.h"
#include "customer/customer.h"
#include "desk/app.h"
#include "flow/survey/answer.h"
#include "flow/survey/send.h"
#include "org/settings.h"
#include "portal/felt.h"
#include "survey/page.h"
#include "survey/words.h"
#include <string.h>

enum { STOP_DAYS = 400 };

static const char *const door_words[] = { [ANSWER_OPEN] = "open", [ANSWER_CHANGE] = "change", [ANSWER_GIVEN] = "given", [ANSWER_OVER] = "gone" };

json_t *
felt_gone(Call *call)
{
	json_t *value = json_object();

	call->status = 404;
	json_put_text(value, "state", "gone");
	json_put_text(value, "key", NULL);
	return value;
}

gboolean
felt_panels(Call *call, json_t *value, GError **error)
{
	json_t *house = settings_house(desk_app(call)->settings, call->db, error);

	if (house == NULL)
		return FALSE;
	json_put(value, "house", house);
	return TRUE;
}

/* What the customer asked for with ?lang, else theirs as we know it, else the browser's. */
char *
felt_lang(Call *call, const char *customer_lang)
{
	const char *asked = call_query(call, "lang"), *accepts = call_header(call, "Accept-Language");
	char *lang = NULL;

	if (asked != NULL && survey_lang_is_tag(asked))
		lang = g_strdup(asked);
	else if (customer_lang != NULL && survey_lang_is_tag(customer_lang))
		lang = g_strdup(customer_lang);
	else if (accepts != NULL && strlen(accepts) >= 2 && g_ascii_isalpha(accepts[0]) && g_ascii_isalpha(accepts[1]))
		lang = g_ascii_strdown(accepts, 2);
	else
		lang = g_strdup("en");
	g_strlcpy(call->lang, lang, sizeof call->lang);
	return lang;
}

typedef struct {
	Asked *asked;
	Survey *survey;
	Case *it;
	Customer *customer;
	char *lang;
} Door;

static void
door_clear(Door *door)
{
	asked_free(door->asked);
	survey_free(door->survey);
	case_free(door->it);
	customer_free(door->customer);
	g_free(door->lang);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Door, door_clear)

/* The asking behind a link for @purpose; NULL without error: altered, expired, foreign, or none at all, in one and the same answer. */
static Asked *
read_key(Call *call, const char *purpose, GError **error)
{
	g_autoptr(GError) why = NULL;
	Asked *asked;
	char ref[16];

	if (!signed_link_read(desk_app(call)->link_key, purpose, call_param(call, "key"), call->now_ms, ref))
		return NULL;
	if ((asked = asked_by_ref(call->db, ref, &why)) == NULL && !g_error_matches(why, ERR, ERR_NOT_FOUND))
		g_propagate_error(error, g_steal_pointer(&why));
	return asked;
}

static gboolean
open_door(Call *call, Door *door, GError **error)
{
	if ((door->survey = survey_get(call->db, door->asked->survey_id, error)) == NULL || (door->it = case_get(call->db, door->asked->case_id, error)) == NULL)
		return FALSE;
	if (door->it->customer_id != 0 && (door->customer = customer_get(call->db, door->it->customer_id, error)) == NULL)
		return FALSE;
	door->lang = felt_lang(call, door->customer != NULL ? door->customer->lang : NULL);
	return TRUE;
}

static json_t *
page_of(Call *call, const Door *door, const Answers *form, GError **error)
{
	AnswerDoor state = answer_door(door->asked, call->now_ms);
	g_autoptr(json_t) answered = state == ANSWER_CHANGE && form == NULL ? answer_list(call->db, door->asked->id, error) : json_array();
	g_autofree char *stop = signed_link_make(desk_app(call)->link_key, "no-surveys", door->asked->ref, STOP_DAYS, call->now_ms);
	gboolean again = call_query(call, "change") != NULL || form != NULL;
	json_t *value;

	if (answered == NULL)
		return NULL;
	value = survey_page(door->survey, &(SurveyPageAsk){ .lang = door->lang, .score = call_query(call, "score"), .form = form, .answered = answered });
	json_put_text(value, "state", state == ANSWER_CHANGE && again ? "open" : door_words[state]);
	json_put_bool(value, "is_change", state == ANSWER_CHANGE);
	json_put_text(value, "key", call_param(call, "key"));
	json_put_text(value, "stop", stop);
	json_put_text(value, "ref", door->it->ref);
	json_put_text(value, "kind", door->it->kind);
	if (state == ANSWER_OVER)
		call->status = 404;
	return value;
}

/* GET /survey/{key}?score=&lang=&change= */
static json_t *
survey_get_page(Call *call, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_auto(Door) door = { .asked = read_key(call, "survey", &why) };

	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (door.asked == NULL)
		return felt_gone(call);
	return open_door(call, &door, error) ? page_of(call, &door, NULL, error) : NULL;
}

typedef struct {
	DraftGiven given;
	char *q[SURVEY_QUESTIONS_MAX], *why;
	gboolean wants_answer;
	gint64 v;
} AnswerDraft;
#define Q(n) { "q" #n, DRAFT_TEXT, offsetof(AnswerDraft, q[n - 1]), .max = 4 * ANSWER_WORDS_MAX, .about = "the answer to question " #n ": a number as text, or words" }
static const DraftField answer_fields[] = {
	Q(1), Q(2), Q(3), Q(4), Q(5), Q(6), Q(7), Q(8),
	{ "why", DRAFT_TEXT, offsetof(AnswerDraft, why), .max = 4 * ANSWER_WORDS_MAX, .about = "what made it so" },
	{ "wants_answer", DRAFT_BOOL, offsetof(AnswerDraft, wants_answer), .about = "what is written in why becomes a message to us" },
	{ "v", DRAFT_INT, offsetof(AnswerDraft, v), .max = G_MAXINT64, .about = "the survey's version that was answered; another one is refused" },
	{ NULL },
};
#undef Q
static const DraftSpec answer_draft = { "SurveyAnswer", sizeof(AnswerDraft), answer_fields };

static json_t *
shown_again(Call *call, const Door *door, const Answers *answers, const GError *why, GError **error)
{
	const GPtrArray *fields = err_fields(why);
	json_t *value = page_of(call, door, answers, error), *errors;

	if (value == NULL)
		return NULL;
	json_put_text(value, "error", "invalid");
	json_put_text(value, "message", why->message);
	json_put(value, "errors", errors = json_array());
	for (guint i = 0; fields != NULL && i < fields->len; i++) {
		const ErrField *one = fields->pdata[i];
		json_t *item = json_object();

		json_put_text(item, "field", one->field);
		json_put_text(item, "message", one->message);
		json_array_append_new(errors, item);
	}
	call->status = 422;
	return value;
}

static gboolean
write_answer(Call *call, const Door *door, const SurveyAnswer *said, GError **error)
{
	const AnswerDraft *draft = call->draft;
	g_autoptr(DbTx) tx = NULL;

	if (draft->v != 0 && draft->v != door->survey->version) {
		err_add_field(error, "/v", "We changed a question meanwhile. Please look at it once more.");
		return FALSE;
	}
	return (tx = db_begin(call->db, error)) != NULL && survey_answer_in(call->db, door->asked, said, call->now_ms, error) && db_tx_commit(tx, error);
}

/* POST /survey/{key} */
static json_t *
survey_post(Call *call, GError **error)
{
	const AnswerDraft *draft = call->draft;
	g_autoptr(GError) why = NULL;
	g_auto(Door) door = { .asked = read_key(call, "survey", &why) };
	SurveyAnswer said = { .wants_answer = draft->wants_answer };

	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (door.asked == NULL)
		return felt_gone(call);
	if (!open_door(call, &door, error))
		return NULL;
	for (guint i = 0; i < SURVEY_QUESTIONS_MAX; i++)
		said.answers.texts[i] = draft->q[i];
	said.answers.why = draft->why;
	if (write_answer(call, &door, &said, &why)) {
		call_redirect(call, "/survey/%s?lang=%s", call_param(call, "key"), door.lang);
		g_clear_pointer(&door.asked, asked_free);
		door.asked = read_key(call, "survey", error);
		return door.asked != NULL ? page_of(call, &door, NULL, error) : NULL;
	}
	if (g_error_matches(why, ERR, ERR_CONFLICT)) { /* answered, or over: the page says which, kindly */
		json_t *value = page_of(call, &door, NULL, error);

		call->status = 409;
		return value;
	}
	if (call->as_page && g_error_matches(why, ERR, ERR_INVALID))
		return shown_again(call, &door, &said.answers, why, error);
	g_propagate_error(error, g_steal_pointer(&why));
	return NULL;
}

/* ---- no more of them */

static json_t *
stop_value(Call *call, const Asked *asked, GError **error)
{
	g_autoptr(Case) it = case_get(call->db, asked->case_id, error);
	g_autoptr(Customer) customer = NULL;
	g_autofree char *lang = NULL;
	gboolean stopped = FALSE;
	json_t *value;

	if (it == NULL || (it->customer_id != 0 && (customer = customer_get(call->db, it->customer_id, error)) == NULL))
		return NULL;
	if (customer != NULL && !asked_has_stopped(call->db, customer->id, &stopped, error))
		return NULL;
	lang = felt_lang(call, customer != NULL ? customer->lang : NULL);
	value = json_object();
	json_put_text(value, "state", stopped ? "stopped" : "asked");
	json_put_text(value, "key", call_param(call, "key"));
	json_put_text(value, "lang", lang);
	return value;
}

/* GET /no-surveys/{key}: a page with one button. */
static json_t *
stop_get(Call *call, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(Asked) asked = read_key(call, "no-surveys", &why);

	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	return asked != NULL ? stop_value(call, asked, error) : felt_gone(call);
}

typedef struct {
	DraftGiven given;
	gboolean again;
} StopDraft;
static const DraftField stop_fields[] = {
	{ "again", DRAFT_BOOL, offsetof(StopDraft, again), .about = "true: ask me again after all" },
	{ NULL },
};
static const DraftSpec stop_draft = { "NoSurveys", sizeof(StopDraft), stop_fields };

/* POST /no-surveys/{key}: the button, and the one click of a mail reader (RFC 8058: no cookie, no question back, no redirect). */
static json_t *
stop_post(Call *call, GError **error)
{
	const StopDraft *draft = call->draft;
	g_autoptr(GError) why = NULL;
	g_autoptr(Asked) asked = read_key(call, "no-surveys", &why);
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(Case) it = NULL;
	Actor customer;

	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (asked == NULL)
		return felt_gone(call);
	if ((it = case_get(call->db, asked->case_id, error)) == NULL)
		return NULL;
	customer = survey_customer(it->id);
	if (it->customer_id != 0 && ((tx = db_begin(call->db, error)) == NULL || !asked_stop_in(call->db, it->customer_id, !draft->again, &customer, call->now_ms, error) || !db_tx_commit(tx, error)))
		return NULL;
	return stop_value(call, asked, error);
}

const Route portal_survey_routes[] = {
	{ "GET", "/survey/{key}", NULL, ROUTE_READ, .handler = survey_get_page, .page = "survey.html", .panels = felt_panels, .about = "a survey, as the customer it was sent to sees it; ?score= chooses, and answers nothing" },
	{ "POST", "/survey/{key}", NULL, ROUTE_WRITE, 64 * 1024, survey_post, .page = "survey.html", .draft = &answer_draft, .panels = felt_panels, .flags = ROUTE_NO_CSRF | ROUTE_RATE_STRICT, .about = "answer it, or change the answer within the hour" },
	{ "GET", "/no-surveys/{key}", NULL, ROUTE_READ, .handler = stop_get, .page = "no_surveys.html", .panels = felt_panels, .about = "whether this customer is asked at all" },
	{ "POST", "/no-surveys/{key}", NULL, ROUTE_WRITE, 4096, stop_post, .page = "no_surveys.html", .draft = &stop_draft, .panels = felt_panels, .flags = ROUTE_NO_CSRF, /* a provider of mail posts for many */ .about = "no more surveys for this customer, also by a mail reader's one click" },
	{ "GET", "/still-right/{key}", NULL, ROUTE_READ, .handler = still_right_get, .page = "still_right.html", .panels = felt_panels, .about = "is it still right? ?answer= chooses, and answers nothing" },
	{ "POST", "/still-right/{key}", NULL, ROUTE_WRITE, 64 * 1024, still_right_post, .page = "still_right.html", .draft = &still_right_draft, .panels = felt_panels, .flags = ROUTE_NO_CSRF | ROUTE_RATE_STRICT, .about = "it is right, or it is not" },
	{ NULL },
};
