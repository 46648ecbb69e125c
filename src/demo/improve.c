/* improve.c - see the header. */
#include "demo/improve.h"
#include "action/action.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "cases/case.h"
#include "flow/letter/letter.h"
#include "improve.sql.h"
#include "org/settings.h"
#include "store/blob.h"
#include <string.h>

enum { MAIN_CAUSE = 45 /* of 100 cases of a story come from its first cause, beside those that it draws */, LETTERS = 8, HELPED = 75 /* of 100 cases a cause that was done away with no longer brings */ };

/* Days before the demo's present. */
static const struct {
	const char *title, *plan, *effect, *cause, *words;
	guint owner; /* of the company's supervisors */
	int opened, due, done; /* done 0: still open; below 0: dropped so many days ago */
} actions[] = {
	{ "Finance sees a return the hour it comes in", "The returns desk scans the slip; the refund is released by the scan, no longer by a mail to Finance.", "Late refunds down by half.",
	  "Process \u203a Returns \u203a Finance not told", "Scanners are in use at both warehouses since Monday.", 0, 170, 130, 126 },
	{ "A second carrier for the north", "Parcels above Leeds go with a second carrier, who texts the hour.", "Missed slots down by a third.",
	  "Supplier \u203a Carrier \u203a Missed slot", "Contract signed, all depots briefed.", 1, 120, 84, 80 },
	{ "Two people check each parts bag", "The packing list is read aloud and ticked by a second person.", "Hardly any missing parts.", "Process \u203a Packing check", "In place on every line.", 2, 75, 60, 52 },
	{ "One diary for engineers and absences", "Planning reads absences every hour and calls the customer before noon.", "No engineer who does not come.", "Process \u203a Planning \u203a Absence", NULL, 0, 30, -12, 0 },
	{ "Batch 7 of the handles back to the maker", "Stock is checked by batch; what is left goes back.", "No more leaking handles.", "Supplier \u203a Faulty batch", NULL, 3, 21, 3, 0 },
	{ "The guarantee in plain words", "A page that says what is covered, with pictures.", "Fewer refused claims that surprise people.", "Policy \u203a Guarantee text", "Legal wants to rewrite the whole terms first.", 1, 90, 60, -40 },
};

const char *
improve_cause(Chance *chance, const char *const *causes, gint64 received_ms, gint64 until_ms)
{
	const char *cause = chance_of(chance, MAIN_CAUSE) ? causes[0] : chance_pick(chance, causes);

	for (guint i = 0; i < G_N_ELEMENTS(actions); i++)
		if (actions[i].done > 0 && received_ms > until_ms - actions[i].done * MS_PER_DAY && strcmp(cause, actions[i].cause) == 0 && chance_of(chance, HELPED))
			return causes[1] != NULL && causes[0] == cause ? causes[1] : causes[0];
	return cause;
}

typedef struct {
	const Company *company;
	gint64 until_ms;
	/* A letter that is drawn and waits to be sent. */
	gint64 case_id, at_ms, size;
	NewLetter letter;
	PaperFacts paper;
	char hash[BLOB_HASH_SIZE];
} Improve;

static gboolean
make_actions(Db *db, gpointer data, GError **error)
{
	const Improve *self = data;

	for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
		const gint64 opened = self->until_ms - actions[i].opened * MS_PER_DAY, ended = self->until_ms - ABS(actions[i].done) * MS_PER_DAY;
		Actor who = *actor_system();
		char ref[16];

		who.kind = ACTOR_STAFF;
		who.user_id = self->company->agents[DEMO_FIRST_SUPERVISOR + actions[i].owner].user_id;
		if (!action_open(db, &(NewAction){ .title = actions[i].title, .plan = actions[i].plan, .effect = actions[i].effect, .root_cause = actions[i].cause, .owner_id = who.user_id,
			    .due_at = self->until_ms - actions[i].due * MS_PER_DAY }, &who, opened, ref, error))
			return FALSE;
		if (actions[i].done != 0 && !action_end(db, ref, 0, actions[i].done > 0 ? "done" : "dropped", actions[i].words, &who, ended, error))
			return FALSE;
	}
	return TRUE;
}

/* Who signs the letters. */
static Actor
signer(const Improve *self)
{
	const Agent *agent = &self->company->agents[DEMO_FIRST_SUPERVISOR];
	Actor who = *actor_system();

	who.kind = ACTOR_STAFF;
	who.user_id = agent->user_id;
	g_strlcpy(who.name, agent->name, sizeof who.name);
	return who;
}

static gboolean
send_one(Db *db, gpointer data, GError **error)
{
	const Improve *self = data;
	const Actor who = signer(self);
	g_autoptr(DbTx) tx = db_begin(db, error);
	char ref[16];

	return tx != NULL && letter_send_in(db, NULL, self->case_id, &self->letter, &self->paper, self->hash, self->size, &who, self->at_ms, ref, error) && db_tx_commit(tx, error);
}

/* Draws and keeps one; FALSE without error where letters cannot be drawn here. */
static gboolean
draw_one(Store *store, Db *db, Improve *self, const json_t *house, const Case *it, const json_t *draft, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) pdf = NULL;
	g_autoptr(BlobWriter) writer = NULL;
	const Actor who = signer(self);
	gsize size = 0;
	const void *bytes;

	self->letter = (NewLetter){ .lang = json_text(draft, "lang", "en"), .subject = json_text(draft, "subject", ""), .body = json_text(draft, "body", "") };
	if ((pdf = letter_pdf(db, it, &self->letter, house, &who, self->at_ms, &self->paper, &why)) == NULL) {
		log_info("demo", "no letter: %s", why->message);
		return FALSE;
	}
	bytes = g_bytes_get_data(pdf, &size);
	return (writer = blob_begin(store_data_dir(store), error)) != NULL && blob_append(writer, bytes, size, error) && blob_finish(writer, self->hash, &self->size, error);
}

static gboolean
write_letter(Store *store, Improve *self, const json_t *house, GError **error)
{
	Db *db = store_reader(store, error);
	g_autoptr(Case) it = db != NULL ? case_get(db, self->case_id, error) : NULL;
	const Actor who = signer(self);
	g_autoptr(json_t) draft = NULL;
	GError *local = NULL;

	if (it == NULL || (draft = letter_draft(db, it, NULL, house, &who, self->at_ms, error)) == NULL)
		return FALSE;
	if (json_array_size(json_object_get(draft, "faults")) > 0)
		return TRUE; /* it was decided without reasons: nobody here writes them */
	if (draw_one(store, db, self, house, it, draft, &local))
		return store_write(store, send_one, self, error);
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, local);
	return FALSE;
}

/* The last ones that were resolved, and when each gets its letter, after all else: (transfer full) of gint64 id, time, id, time ... */
static GArray *
last_resolved(Store *store, GError **error)
{
	Db *db = store_reader(store, error);
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db != NULL ? db_query(db, &SQL_DEMO_LAST_RESOLVED, DB_ARGS(DB_INT(LETTERS)), error) : NULL;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		gint64 pair[2] = { db_rows_int(rows, "id"), MAX(db_rows_int(rows, "resolved_at") + MS_PER_HOUR, db_rows_int(rows, "last_at") + MS_PER_MINUTE) };

		g_array_append_vals(list, pair, 2);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

gboolean
improve_make(Store *store, const Company *company, guint64 seed, gint64 until_ms, GError **error)
{
	Improve self = { .company = company, .until_ms = until_ms };
	g_autoptr(GArray) last = NULL;
	g_autoptr(json_t) house = NULL;
	Settings *settings = settings_new();
	Db *db;
	gboolean ok = FALSE;

	ref_seed(seed * 0x9E3779B97F4A7C15ull + 7);
	if (store_write(store, make_actions, &self, error) && (db = store_reader(store, error)) != NULL && (house = settings_all(settings, db, until_ms, error)) != NULL &&
	    (last = last_resolved(store, error)) != NULL) {
		ok = TRUE;
		for (guint i = 0; ok && i + 1 < last->len; i += 2) {
			self.case_id = g_array_index(last, gint64, i);
			self.at_ms = MIN(g_array_index(last, gint64, i + 1), until_ms);
			ok = write_letter(store, &self, house, error);
		}
	}
	ref_seed(0);
	settings_free(settings);
	return ok;
}
