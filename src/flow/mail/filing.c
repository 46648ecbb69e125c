/* filing.c - see filing.h. Why one spoils it for no other: the comment of filer.h. */
#include "flow/mail/filing.h"
#include "base/clock.h"
#include "base/log.h"
#include <string.h>

/* What the writer is asked to do: file these, or put one aside. */
typedef struct {
	const MailContext *context;
	GPtrArray *items; /* of MailItem, from @first on, @n of them */
	guint first, n;
	const char *reason; /* put aside, since */
} Unit;

static gboolean
file_unit(Db *db, gpointer data, GError **error)
{
	Unit *unit = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_auto(MailboxMemo) memo = { 0 };
	MailCounts counts = { 0 };
	gint64 now_ms = clock_now_ms();

	if (tx == NULL)
		return FALSE;
	for (guint i = 0; i < unit->n; i++) {
		const MailItem *item = unit->items->pdata[unit->first + i];
		gboolean ok;

		if (item->read == NULL)
			continue;
		item->kept->counts = &counts;
		ok = mail_file_in(db, unit->context, item->read, &memo, now_ms, error);
		item->kept->counts = NULL;
		if (!ok)
			return FALSE;
	}
	return mail_counts_write(db, &counts, error) && db_tx_commit(tx, error);
}

static gboolean
set_aside(Db *db, gpointer data, GError **error)
{
	const Unit *unit = data;
	const MailItem *item = unit->items->pdata[unit->first];
	const MailMessage *mail = item->read != NULL ? item->read->mail : NULL;
	const MailAside aside = { .reason = unit->reason, .sender = mail != NULL ? mail->from->address : NULL, .subject = mail != NULL ? mail->subject : NULL };
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && mail_set_aside_in(db, item->kept, &aside, clock_now_ms(), error) && db_tx_commit(tx, error);
}

static gboolean
count_attempt(Db *db, gpointer data, GError **error)
{
	const Unit *unit = data;

	return mail_attempt(db, ((const MailItem *)unit->items->pdata[unit->first])->kept, error);
}

/* The program is still there: what kept the mail from being filed was not the mail. */
static gboolean
uncount_attempt(Db *db, gpointer data, GError **error)
{
	const Unit *unit = data;

	return mail_attempt_over(db, ((const MailItem *)unit->items->pdata[unit->first])->kept, error);
}

/* Trouble of the house that passes by itself (a full disk, a database that is away): the mail stays where it is. Anything else might
 * come again for ever, and would hold up what stands behind it. */
static gboolean
is_passing(const GError *error)
{
	return g_error_matches(error, ERR, ERR_BUSY) || g_error_matches(error, ERR, ERR_LIMIT);
}

gboolean
mail_filing_aside(MailFiling *self, GPtrArray *items, guint at, const char *reason, GError **error)
{
	Unit unit = { .context = self->context, .items = items, .first = at, .n = 1, .reason = reason };
	const MailItem *item = items->pdata[at];
	GError *local = NULL;

	if (store_write(self->store, set_aside, &unit, &local)) {
		log_warn("mail", "mail %s is set aside: %s", item->kept->ref, reason);
		self->filed.set_aside++;
		return TRUE;
	}
	if (g_error_matches(local, ERR, ERR_CONFLICT)) { /* filed by another one meanwhile */
		g_error_free(local);
		return TRUE;
	}
	g_propagate_error(error, local);
	return FALSE;
}

/* The files of those that are read, @n of them from @first on, are on disk: before the rows that name them. */
static gboolean
keep_files(const MailFiling *self, const GPtrArray *items, guint first, guint n, GError **error)
{
	g_autoptr(BlobLot) lot = blob_lot_new(store_data_dir(self->store));

	for (guint i = first; i < first + n; i++) {
		const MailItem *item = items->pdata[i];

		if (item->read != NULL && !read_mail_put_files(item->read, lot, error))
			return FALSE;
	}
	return blob_lot_sync(lot, error);
}

static gboolean
file_one(MailFiling *self, GPtrArray *items, guint at, GError **error)
{
	Unit unit = { .context = self->context, .items = items, .first = at, .n = 1 };
	const MailItem *item = items->pdata[at];
	g_autoptr(GError) local = NULL;

	if (item->read == NULL) {
		if (!is_passing(item->error))
			return mail_filing_aside(self, items, at, item->error->message, error);
		g_propagate_error(error, g_error_copy(item->error));
		return FALSE;
	}
	/* A conflict is another filer that took it, or that made the same customer at the same moment: then a second try gets on. What
	 * conflicts again is in the mail itself; where it is filed meanwhile, putting it aside does nothing. */
	for (guint i = 0; i < 2; i++) {
		g_clear_error(&local);
		if (keep_files(self, items, at, 1, &local) && store_write(self->store, file_unit, &unit, &local)) {
			self->filed.filed++;
			return TRUE;
		}
		if (!g_error_matches(local, ERR, ERR_CONFLICT))
			break;
	}
	if (!is_passing(local))
		return mail_filing_aside(self, items, at, local->message, error);
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* All at once; where one of them spoils it, each by itself. */
gboolean
mail_filing_items(MailFiling *self, GPtrArray *items, guint n, GError **error)
{
	Unit unit = { .context = self->context, .items = items, .n = n };
	gboolean all_read = TRUE;

	for (guint i = 0; i < n && all_read; i++)
		all_read = ((const MailItem *)items->pdata[i])->read != NULL;
	if (n > 1 && all_read && keep_files(self, items, 0, n, NULL) && store_write(self->store, file_unit, &unit, NULL)) {
		self->filed.filed += n;
		return TRUE;
	}
	for (guint i = 0; i < n; i++)
		if (!file_one(self, items, i, error))
			return FALSE;
	return TRUE;
}

gboolean
mail_filing_attempt(MailFiling *self, GPtrArray *items, GError **error)
{
	Unit unit = { .context = self->context, .items = items, .n = 1 };

	return store_write(self->store, count_attempt, &unit, error);
}

gboolean
mail_filing_attempt_over(MailFiling *self, GPtrArray *items, GError **error)
{
	Unit unit = { .context = self->context, .items = items, .n = 1 };

	return store_write(self->store, uncount_attempt, &unit, error);
}
