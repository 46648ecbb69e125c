/* bulk_lot.c - see bulk_lot.h. */
#include "flow/mail/bulk_lot.h"
#include "base/clock.h"
#include "mailbox/journal.h"

MailLot *
mail_lot_new(void)
{
	MailLot *self = g_new0(MailLot, 1);

	self->items = g_ptr_array_new_with_free_func((GDestroyNotify)mail_item_unref);
	return self;
}

void
mail_lot_free(gpointer lot)
{
	MailLot *self = lot;

	if (self == NULL)
		return;
	g_ptr_array_unref(self->items);
	g_free(self);
}

gboolean
mail_lot_is_read(const MailLot *self)
{
	for (guint i = 0; i < self->items->len; i++)
		if (((const MailItem *)self->items->pdata[i])->read == NULL)
			return FALSE;
	return TRUE;
}

typedef struct {
	const MailLot *lot;
	gint64 known, first_id, last_id; /* of those that were not known */
} Keeping;

static gboolean
keep_lot(Db *db, gpointer data, GError **error)
{
	Keeping *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	MailCounts counts = { 0 };
	gint64 now_ms = clock_now_ms(), first = 0, last = 0;

	for (guint i = 0; tx != NULL && i < self->lot->items->len; i++) {
		KeptMail *kept = ((const MailItem *)self->lot->items->pdata[i])->kept;
		gboolean known = FALSE, ok;
		gint64 id;

		kept->counts = &counts;
		ok = mail_keep_first_in(db, kept, now_ms, &id, &known, error);
		kept->counts = NULL;
		if (!ok)
			return FALSE;
		if (!known) {
			first = first == 0 ? id : first;
			last = id;
		}
	}
	if (tx == NULL || !mail_counts_write(db, &counts, error) || !db_tx_commit(tx, error))
		return FALSE;
	self->known = counts.known;
	self->first_id = first;
	self->last_id = last;
	return TRUE;
}

gboolean
mail_lot_keep_then_file(MailLot *taken, Store *store, MailFiler *filer, const char *way, MailBulkDone *done, GError **error)
{
	Keeping keeping = { .lot = taken };
	gint64 at = taken->at, filed = 0, aside = 0;
	gboolean kept = store_write(store, keep_lot, &keeping, error);
	Db *db;

	mail_lot_free(taken);
	if (!kept)
		return FALSE;
	done->known += keeping.known;
	done->at = at;
	if (!mail_filer_run(filer, FALSE, NULL, error) || (db = store_reader(store, error)) == NULL ||
	    (keeping.first_id != 0 && !mail_count_between(db, keeping.first_id, keeping.last_id, way, &filed, &aside, error)))
		return FALSE;
	done->filed += filed;
	done->set_aside += aside;
	return TRUE;
}
