/* signed.c - see signed.h. */
#include "flow/remedy/signed.h"
#include "remedy_pay.sql.h"
#include <sodium.h>
#include <string.h>

char *
answer_kept(const char *body, gssize size)
{
	g_autofree char *valid = g_utf8_make_valid(body, size);

	return g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), REMEDY_ANSWER_MAX));
}

char *
signed_body(Db *db, const Remedy *remedy, gboolean take_back, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_PAY_ABOUT, DB_ARGS(DB_INT(remedy->case_id)), error);
	g_autoptr(json_t) out = json_object();
	GError *local = NULL;

	if (rows == NULL)
		return NULL;
	if (take_back) {
		json_put_text(out, "action", "take_back");
		json_put_text(out, "reference", remedy->reference);
	}
	json_put_text(out, "remedy", remedy->ref);
	json_put_text(out, "kind", remedy->kind);
	json_put_bool(out, "goodwill", remedy->goodwill);
	json_put(out, "amount_minor", remedy->currency[0] != '\0' ? json_integer(remedy->amount_minor) : json_null());
	json_put_text(out, "currency", remedy->currency[0] != '\0' ? remedy->currency : NULL);
	if (db_rows_next(rows, &local)) {
		json_put_text(out, "case", db_rows_text(rows, "case_ref"));
		json_put_text(out, "case_external_id", db_rows_text(rows, "case_external_id"));
		json_put_text(out, "customer", db_rows_text(rows, "customer_ref"));
		json_put_text(out, "customer_external_id", db_rows_text(rows, "customer_external_id"));
	}
	return db_ended(&local, error) ? json_write(out, NULL) : NULL;
}

gboolean
signed_post(const PayContext *context, const Hook *hook, const char *url, gboolean within, const char *idempotency_key, const char *body, gint64 now_ms,
	OutgoingAnswer *ret_answer, GError **error)
{
	g_autofree char *secret = unseal(context->key, "hook", hook->sealed, error);
	g_autofree char *signature = secret != NULL ? hook_sign(secret, now_ms, body) : NULL;
	g_autofree char *key = g_strdup_printf("Idempotency-Key: %s", idempotency_key), *signed_by = g_strdup_printf("X-Redress-Signature: %s", signature != NULL ? signature : "");
	const char *const headers[] = { "Content-Type: application/json", "User-Agent: Redress", key, signed_by, NULL };
	const Outgoing ask = { .url = url, .headers = headers, .body = body, .size = strlen(body), .timeout_s = (guint)hook->timeout_s, .within = within };

	if (secret == NULL)
		return FALSE;
	sodium_memzero(secret, strlen(secret));
	return context->post != NULL ? context->post(&ask, ret_answer, error) : outgoing_post(&ask, ret_answer, error);
}
