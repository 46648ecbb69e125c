/* offer_make.c - an offer as somebody wrote it: every remedy of the catalogue, within its bounds, in one currency; what is within their own
 * authority is approved at once, for the rest somebody is asked. Steps: offer.c. */
#include "cases/macro.h"
#include "offer.sql.h"
#include "remedy/approval.h"
#include "remedy/authority.h"
#include "remedy/catalogue.h"
#include "remedy/offer.h"
#include "remedy/rows.h"
#include "store/events.h"
#include "store/refs.h"
#include <string.h>

typedef struct {
	RemedyType *type;
	gint64 amount_minor, option_n, id;
	char *words;
} Line;

static void
line_clear(gpointer data)
{
	Line *line = data;

	remedy_type_free(line->type);
	g_free(line->words);
}

typedef struct {
	GArray *lines; /* of Line */
	char currency[4];
	gint64 n_options;
	gboolean has_value;
} Reading;

static void
reading_clear(Reading *reading)
{
	g_clear_pointer(&reading->lines, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static gboolean
given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* A database's failure is the caller's; anything else goes to the faults of the form. */
static gboolean
is_fault(GError *local, GError **faults)
{
	if (!g_error_matches(local, ERR, ERR_INVALID))
		return FALSE;
	for (guint i = 0; err_fields(local) != NULL && i < err_fields(local)->len; i++) {
		const ErrField *one = err_fields(local)->pdata[i];

		err_add_field(faults, one->field, "%s", one->message);
	}
	return TRUE;
}

/* The house's wording with what the case fills in; what stays open is for the writer to see. (transfer full) */
static char *
words_of(const NewRemedy *make, const RemedyType *type, const Case *it, const Actor *actor, gint64 now_ms)
{
	g_autoptr(json_t) made = NULL;

	if (given(make->words))
		return g_strdup(make->words);
	made = macro_render(type->wording, it, actor, now_ms);
	return g_strdup(json_text(made, "text", ""));
}

static gboolean
read_value(const NewRemedy *make, const RemedyType *type, const char *lang, const char *field, Reading *reading, gint64 *ret_minor, GError **faults)
{
	g_autoptr(GError) local = NULL;
	Money money = { 0 };

	if (!type->has_value) {
		if (given(make->amount))
			err_add_field(faults, field, "%s has no value in money.", type->name);
		return !given(make->amount);
	}
	if (!given(make->amount)) {
		err_add_field(faults, field, "Say how much.");
		return FALSE;
	}
	if (!money_read(make->amount, reading->currency, lang, field, &money, &local) || !remedy_type_check(type, &money, field, &local)) {
		is_fault(local, faults);
		return FALSE;
	}
	if (money.amount_minor == 0) {
		err_add_field(faults, field, "Say how much.");
		return FALSE;
	}
	reading->has_value = TRUE;
	*ret_minor = money.amount_minor;
	return TRUE;
}

/* FALSE: the database failed. */
static gboolean
read_line(Db *db, const Case *it, const NewRemedy *make, guint option, guint place, const Actor *actor, gint64 now_ms, Reading *reading, GError **faults, GError **error)
{
	g_autofree char *in = g_strdup_printf("/option%u/%s", option + 1, place == 0 ? "" : "also_");
	g_autofree char *type_field = g_strconcat(in, "type", NULL), *amount_field = g_strconcat(in, "amount", NULL), *words_field = g_strconcat(in, "words", NULL);
	g_autoptr(GError) local = NULL;
	Line line = { .option_n = option + 1 };

	if ((line.type = remedy_type_find(db, make->type, type_field, &local)) == NULL) {
		if (is_fault(local, faults))
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	line.words = words_of(make, line.type, it, actor, now_ms);
	rows_check_text(line.words, TRUE, REMEDY_WORDS_MAX, words_field, faults);
	read_value(make, line.type, actor->lang, amount_field, reading, &line.amount_minor, faults);
	g_array_append_val(reading->lines, line);
	return TRUE;
}

static gboolean
read_options(Db *db, const Case *it, const NewOffer *make, const Actor *actor, gint64 now_ms, Reading *reading, GError **faults, GError **error)
{
	for (guint i = 0; i < OFFER_OPTIONS; i++) {
		const NewOption *option = &make->options[i];

		if (!given(option->remedies[0].type))
			continue;
		reading->n_options++;
		for (guint k = 0; k < OFFER_TOGETHER && given(option->remedies[k].type); k++)
			if (!read_line(db, it, &option->remedies[k], (guint)reading->n_options - 1, k, actor, now_ms, reading, faults, error))
				return FALSE;
	}
	if (reading->n_options == 0)
		err_add_field(faults, "/option1/type", "Say what you offer.");
	if (make->direct && reading->n_options > 1)
		err_add_field(faults, "/option2/type", "What is given without asking is one thing, not a choice.");
	return TRUE;
}

static gboolean
read_offer(Db *db, const Case *it, const NewOffer *make, const Actor *actor, gint64 now_ms, Reading *reading, GError **error)
{
	g_autoptr(GError) faults = NULL;
	g_autofree char *house = house_text(db, "currency", "EUR", error);

	if (house == NULL)
		return FALSE;
	reading->lines = g_array_new(FALSE, TRUE, sizeof(Line));
	g_array_set_clear_func(reading->lines, line_clear);
	if (!currency_read(given(make->currency) ? make->currency : house, reading->currency))
		err_add_field(&faults, "/currency", "There is no such currency.");
	else if (!read_options(db, it, make, actor, now_ms, reading, &faults, error))
		return FALSE;
	rows_check_text(make->words, FALSE, 8000, "/words", &faults);
	rows_check_text(make->reason, FALSE, 4000, "/reason", &faults);
	if (make->days < 0 || make->days > OFFER_DAYS_MAX)
		err_add_field(&faults, "/days", "Between 1 and 90 days.");
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
insert_remedy(Db *db, const Case *it, gint64 offer_id, const NewOffer *make, const Reading *reading, Line *line, gint64 team_id, const Actor *actor, gint64 now_ms, GError **error)
{
	const char *currency = line->type->has_value ? reading->currency : NULL;
	g_autoptr(Remedy) made = NULL;
	g_autoptr(json_t) facts = NULL;
	char ref[REF_SIZE];

	if (!ref_insert(db, &SQL_OFFER_REMEDY_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_INT(offer_id), DB_INT(line->option_n), DB_INT(it->id), DB_INT(line->type->id), DB_TEXT(line->type->kind),
		DB_INT(line->amount_minor), DB_TEXT(currency), DB_BOOL(line->type->goodwill), DB_TEXT(line->words), DB_TEXT(make->reason != NULL ? make->reason : ""), DB_TEXT(line->type->done_by),
		DB_INT_OR_NULL(line->type->hook_id), DB_INT_OR_NULL(team_id), DB_INT_OR_NULL(actor->user_id), DB_INT(now_ms)), &line->id, NULL, error))
		return FALSE;
	if ((made = remedy_get(db, line->id, error)) == NULL)
		return FALSE;
	facts = remedy_facts(made, it);
	return event_add(db, &(Event){ .kind = "remedy.proposed", .case_id = it->id, .subject_id = line->id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

static gint64
option_sum(const Reading *reading, gint64 option_n)
{
	gint64 sum = 0;

	for (guint i = 0; i < reading->lines->len; i++)
		if (g_array_index(reading->lines, Line, i).option_n == option_n)
			sum += g_array_index(reading->lines, Line, i).amount_minor;
	return sum;
}

/* Within one's own authority it is approved at once; otherwise somebody else is asked. */
static gboolean
authorise(Db *db, const Case *it, const Offer *offer, const Reading *reading, const Line *line, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Remedy) remedy = remedy_get(db, line->id, error);
	gint64 with = option_sum(reading, line->option_n);
	const RemedyStep step = { .authority_id = actor->user_id, .amount_minor = -1 };
	Authority authority = { 0 };
	AuthorityUsed used = { 0 };

	if (remedy == NULL)
		return FALSE;
	if (line->amount_minor > 0 && (!authority_of(db, actor->user_id, line->type->id, reading->currency, &authority, error) ||
	                                  !authority_used(db, it->id, it->customer_id, actor->user_id, reading->currency, offer->id, now_ms, &used, error)))
		return FALSE;
	if (authority_check(&authority, &used, line->amount_minor, with) == WITHIN)
		return remedy_become_on(db, it, remedy, "approved", &step, actor, now_ms, error);
	return approval_ask_on(db, it, offer, remedy, with, actor, now_ms, error);
}

static gboolean
may_offer(const Case *it, const Actor *actor, GError **error)
{
	if (!actor_must(actor, "remedy.offer", error))
		return FALSE;
	if (it->merged_into != 0)
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was merged into another one: offer it there", it->ref);
	else if (!it->is_open)
		g_set_error(error, ERR, ERR_CONFLICT, "case %s has ended: open it again first", it->ref);
	return it->merged_into == 0 && it->is_open;
}

Offer *
offer_make_on(Db *db, const Case *it, const NewOffer *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_auto(Reading) reading = { NULL };
	g_autoptr(Offer) offer = NULL;
	gint64 id = 0, team_id = it->team_id != 0 ? it->team_id : actor->team_id;
	gboolean ready = FALSE;
	char ref[REF_SIZE];

	if (!may_offer(it, actor, error) || !read_offer(db, it, make, actor, now_ms, &reading, error))
		return NULL;
	if (!ref_insert(db, &SQL_OFFER_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_INT(it->id), DB_INT_OR_NULL(it->customer_id), DB_INT_OR_NULL(actor->user_id), DB_BOOL(make->direct),
		DB_TEXT(make->words != NULL ? make->words : ""), DB_INT(make->days != 0 ? make->days : OFFER_DAYS), DB_TEXT(reading.has_value ? reading.currency : NULL), DB_INT(reading.n_options), DB_INT(now_ms)),
		&id, NULL, error))
		return NULL;
	for (guint i = 0; i < reading.lines->len; i++)
		if (!insert_remedy(db, it, id, make, &reading, &g_array_index(reading.lines, Line, i), team_id, actor, now_ms, error))
			return NULL;
	if ((offer = offer_get(db, id, error)) == NULL)
		return NULL;
	for (guint i = 0; i < reading.lines->len; i++)
		if (!authorise(db, it, offer, &reading, &g_array_index(reading.lines, Line, i), actor, now_ms, error))
			return NULL;
	if (!offer_settle_on(db, it, offer, "refused", actor, now_ms, &ready, error))
		return NULL;
	return g_steal_pointer(&offer);
}
