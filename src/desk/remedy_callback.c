/* remedy_callback.c - POST /api/v1/remedies/{ref}/callback: who reports signs, nobody signs in. The rule: flow/remedy/callback.h. */
#include "desk/remedy_callback.h"
#include "desk/app.h"
#include "flow/remedy/callback.h"

static const char *const states[] = { "done", "failed", "reversed", "not_reversed", NULL };

typedef struct {
	DraftGiven given;
	const char *state;
	char *reference, *remedy, *currency, *reason;
	gint64 amount_minor;
} ReportDraft;
enum { REPORT_AMOUNT = 5 };
static const DraftField report_fields[] = {
	{ "state", DRAFT_WORD, offsetof(ReportDraft, state), .required = TRUE, .words = states, .about = "how it went" },
	{ "reference", DRAFT_TEXT, offsetof(ReportDraft, reference), .max = 200, .about = "where it can be found again; needed with done" },
	{ "remedy", DRAFT_TEXT, offsetof(ReportDraft, remedy), .max = 20, .about = "as in the address" },
	{ "currency", DRAFT_TEXT, offsetof(ReportDraft, currency), .max = 3, .about = "as it was asked for; needed with done and reversed of what has a value" },
	{ "reason", DRAFT_TEXT, offsetof(ReportDraft, reason), .max = 1000, .about = "in words, for staff" },
	{ "amount_minor", DRAFT_INT, offsetof(ReportDraft, amount_minor), .min = 0, .max = G_MAXINT64 / 2, .about = "as it was asked for; needed with the currency" },
	{ NULL },
};
static const DraftSpec report_draft = { "RemedyReport", sizeof(ReportDraft), report_fields };

static json_t *
callback_post(Call *call, GError **error)
{
	const ReportDraft *draft = call->draft;
	g_auto(CallbackAnswer) answer = { 0 };
	Callback it = {
		.ref = call_param(call, "ref"), .signature = call_header(call, "X-Redress-Signature"),
		.said = { draft->state, draft->reference, draft->remedy, draft->currency, draft->reason, draft->amount_minor, DRAFT_GIVEN(draft, REPORT_AMOUNT) },
	};
	json_t *value;

	it.body = call_body(call, &it.size);
	if (!remedy_callback(call->db, desk_app(call)->seal_key, &it, call->now_ms, &answer, error))
		return NULL;
	call->status = answer.status;
	value = json_object();
	json_put_text(value, "remedy", it.ref);
	json_put_text(value, "state", answer.state);
	json_put_bool(value, "taken", answer.taken);
	json_put_text(value, "message", answer.words);
	return value;
}

const Route desk_callback_routes[] = {
	{ "POST", "/remedies/{ref}/callback", NULL, ROUTE_WRITE, 16 * 1024, callback_post, .draft = &report_draft, .flags = ROUTE_API_ONLY | ROUTE_NO_CSRF, .about = "a system of the house reports how a remedy went: X-Redress-Signature: t=SECONDS,v1=HMAC-SHA256 with its key over SECONDS.BODY, at most five minutes old" },
	{ NULL },
};
