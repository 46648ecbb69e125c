/* offer_json.c - an offer as the API shows it, with its options. */
#include "remedy/offer.h"
#include "remedy/rows.h"

static json_t *
remedy_short(const Remedy *remedy)
{
	json_t *out = json_object();

	json_put_text(out, "ref", remedy->ref);
	json_put_text(out, "kind", remedy->kind);
	json_put_text(out, "name", remedy->type_name);
	json_put_text(out, "state", remedy->state);
	rows_put_money(out, "value", remedy->amount_minor, remedy->currency);
	json_put_bool(out, "goodwill", remedy->goodwill);
	json_put_text(out, "words", remedy->words);
	return out;
}

static json_t *
option_of(const Offer *offer, const GPtrArray *remedies, gint64 n)
{
	json_t *out = json_object(), *list = json_array();
	gint64 sum = 0;

	for (guint i = 0; i < remedies->len; i++) {
		const Remedy *one = remedies->pdata[i];

		if (one->option_n != n)
			continue;
		json_array_append_new(list, remedy_short(one));
		sum += one->amount_minor;
	}
	json_put_int(out, "n", n);
	rows_put_money(out, "sum", sum, sum > 0 ? offer->currency : NULL);
	json_put(out, "remedies", list);
	return out;
}

json_t *
offer_to_json(Db *db, const Offer *offer, GError **error)
{
	g_autoptr(GPtrArray) remedies = remedy_of_offer(db, offer->id, error);
	json_t *out, *options;

	if (remedies == NULL)
		return NULL;
	out = json_object();
	options = json_array();
	json_put_text(out, "ref", offer->ref);
	json_put_text(out, "case", offer->case_ref);
	json_put_text(out, "state", offer->state);
	json_put_bool(out, "direct", offer->direct);
	json_put_text(out, "words", offer->words);
	json_put_text(out, "currency", offer->currency[0] != '\0' ? offer->currency : NULL);
	json_put_int(out, "n_options", offer->n_options);
	json_put(out, "chosen", offer->chosen != 0 ? json_integer(offer->chosen) : json_null());
	json_put_time(out, "made_at", offer->made_at);
	json_put_time(out, "sent_at", offer->sent_at);
	json_put_time(out, "expires_at", offer->expires_at);
	for (gint64 n = 1; n <= offer->n_options; n++)
		json_array_append_new(options, option_of(offer, remedies, n));
	json_put(out, "options", options);
	json_put_int(out, "version", offer->version);
	return out;
}
