/* group.c - see group.h. The scopes within: tx.c. */
#include "store/group.h"
#include "store/db_engine.h"

#define CAREFUL_GROUPS 64 /* after one that ran twice: who fails once often fails again soon */

void
unit_run(Db *db, Unit *unit)
{
	if (unit->work(db, unit->data, &unit->error)) {
		g_clear_error(&unit->error); /* a success that left an error behind is a success */
	} else if (unit->error == NULL) {
		g_set_error_literal(&unit->error, ERR, ERR_INTERNAL, "a unit of work failed without saying why");
	}
	g_assert(!db->in_tx); /* it left a transaction open: nothing after it could be trusted */
}

void
units_tell(Unit *units)
{
	for (Unit *unit = units, *next; unit != NULL; unit = next) {
		next = unit->next;
		unit->done(unit->data, unit->error);
		g_clear_error(&unit->error);
		g_free(unit);
	}
}

static void
fail_all(Unit *units, const char *why, const GError *error)
{
	for (Unit *unit = units; unit != NULL; unit = unit->next) {
		if (unit->error == NULL)
			g_set_error(&unit->error, ERR, ERR_BUSY, "%s: %s", why, error->message);
	}
}

/* Runs what is there and what arrives meanwhile, at most GROUP_MAX units; ends early when a unit spoiled it for the others. FALSE when the
 * engine gave the group up. */
static gboolean
run_units(Db *db, Unit *units, GroupMore more, gpointer data, guint *ret_n, GError **error)
{
	guint n = 0;

	for (Unit *unit = units; unit != NULL && !db->group_spoiled; unit = unit->next) {
		n++;
		unit_run(db, unit);
		if (db->group_lost) {
			*ret_n = n;
			g_set_error_literal(error, ERR, ERR_BUSY, unit->error != NULL ? unit->error->message : "the database gave up");
			return FALSE;
		}
		if (unit->next == NULL && n < GROUP_MAX && !db->group_spoiled)
			unit->next = more(data, GROUP_MAX - n);
	}
	*ret_n = n;
	return TRUE;
}

static gboolean
begin(Db *db, gboolean trusted, GError **error)
{
	db->last_event_id = db->due_at = 0;
	if (!db_step(db, TX_BEGIN, error))
		return FALSE;
	db->group_lost = db->group_spoiled = FALSE;
	db->grouped = db->group_empty = TRUE;
	db->group_trusted = trusted;
	return TRUE;
}

/* The transaction is open: runs all, a second time with savepoints where it must. */
static gboolean
run_all(Group *self, Db *db, Unit *units, GroupMore more, gpointer data, guint *ret_n, GError **error)
{
	if (!run_units(db, units, more, data, ret_n, error))
		return FALSE;
	if (!db->group_spoiled)
		return TRUE;
	self->careful = CAREFUL_GROUPS;
	self->again++;
	search_later_keep(db, 0);
	for (Unit *unit = units; unit != NULL; unit = unit->next)
		g_clear_error(&unit->error);
	return db_step(db, TX_ROLLBACK, error) && begin(db, FALSE, error) && run_units(db, units, more, data, ret_n, error);
}

gboolean
group_run(Group *self, Db *db, Unit *units, GroupMore more, gpointer data, guint *ret_n)
{
	g_autoptr(GError) error = NULL;
	gboolean ok = FALSE;

	*ret_n = 0;
	if (begin(db, self->careful == 0, &error)) {
		self->careful -= self->careful > 0 ? 1 : 0;
		ok = run_all(self, db, units, more, data, ret_n, &error);
		db->grouped = db->group_empty = db->group_trusted = FALSE;
		ok = ok && search_later_write(db, &error) && db_step(db, TX_COMMIT, &error);
		search_later_keep(db, 0);
		if (!ok)
			(void)db_step(db, TX_ROLLBACK, NULL); /* fails when the engine has done it already */
		db->group_lost = db->group_spoiled = FALSE;
	}
	if (!ok)
		fail_all(units, "nothing of this was kept, try again", error);
	return ok;
}
