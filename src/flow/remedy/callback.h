/* callback.h - a system of the house says later how a remedy went: POST /api/v1/remedies/{ref}/callback, signed as what we send it
 * (flow/remedy/pay.h): X-Redress-Signature: t=SECONDS,v1=HEX, HMAC-SHA256 with its key over "SECONDS.BODY", at most five minutes old.
 *
 *   {"state": done | failed | reversed | not_reversed, "reference" (done; of the taking back), "amount_minor" and "currency" (done and reversed of what has a value), "remedy", "reason"}
 * What is answered, and what it does:
 *   200 taken   done: doing or failed -> done; failed: doing -> failed, a person must look; reversed: done -> reversed, asked or not;
 *               not_reversed: it was asked to take back and does not, a person must look
 *   200 known   it says what we know already; the same bytes again get the answer that they got
 *   409         it contradicts what we know (done under another reference, failed after done, reversed before done, not_reversed when nobody asked): nothing changes, a person is told
 *   422         it speaks of another remedy, sum or currency, or names no reference: what is being done, or taken back, is set aside for a person, nothing is taken for done
 *   403         no key of ours signed this, or too long ago; nobody learns whether there is such a remedy
 *   404         signed, but none of this system's remedies */
#pragma once
#include "base/seal.h"
#include "remedy/remedy.h"
G_BEGIN_DECLS

#define CALLBACK_WINDOW_S 300

typedef struct {
	const char *state, *reference, *remedy, *currency, *reason; /* NULL: not said */
	gint64 amount_minor;
	gboolean has_amount;
} PayReport;

typedef enum { REPORT_DONE, REPORT_FAILED, REPORT_REVERSED, REPORT_NOT_REVERSED, REPORT_KNOWN, REPORT_CONTRADICTS, REPORT_WRONG } ReportVerdict;
/* Pure. @takeback: whether it was asked to take it back (remedy/takeback.h: a state), NULL: no. *@ret_words: why not, in words; what is kept of a failure or a reversal. (transfer full) */
ReportVerdict report_judge(const Remedy *remedy, const char *takeback, const PayReport *said, char **ret_words);

/* As it came in. */
typedef struct {
	const char *ref, *signature, *body;
	gsize size;
	PayReport said;
} Callback;
typedef struct {
	guint status;  /* 200, 409, 422 */
	char state[16]; /* of the remedy now */
	gboolean taken;
	char *words;   /* NULL: nothing to say */
} CallbackAnswer;
void callback_answer_clear(CallbackAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CallbackAnswer, callback_answer_clear)
/* In its own transaction. ERR_DENIED for 403, ERR_NOT_FOUND for 404. */
gboolean remedy_callback(Db *db, const SealKey *key, const Callback *it, gint64 now_ms, CallbackAnswer *ret, GError **error);

G_END_DECLS
