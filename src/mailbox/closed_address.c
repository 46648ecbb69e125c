/* closed_address.c - addresses that refused our mail for good: not written to until somebody says that they work again. Who closes one:
 * outbox_bounced_in() of mailbox/outbox_show.c. */
#include "base/fold.h"
#include "mailbox/outbox.h"
#include "store/events.h"
#include "outbox.sql.h"
#include <string.h>

enum { MOST_CLOSED = 100 };

gboolean
address_is_undeliverable(Db *db, const char *address, gboolean *ret_is, GError **error)
{
	g_autofree char *key = email_fold(address);
	gint64 n = 0;

	if (key != NULL && !db_query_int(db, &SQL_UNDELIVERABLE_IS, DB_ARGS(DB_TEXT(key)), &n, NULL, error))
		return FALSE;
	*ret_is = n > 0;
	return TRUE;
}

gboolean
address_allow(Db *db, const char *address, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autofree char *key = email_fold(address);
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(json_t) facts = json_object();
	const Event event = { .kind = "mail.address_allowed", .at_ms = now_ms, .actor = actor, .facts = facts };
	gint64 changed = 0;

	if (tx == NULL || (key != NULL && !db_exec(db, &SQL_UNDELIVERABLE_REMOVE, DB_ARGS(DB_TEXT(key)), &changed, error)))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "that address is not closed");
		return FALSE;
	}
	json_put_text(facts, "address", key);
	return event_add(db, &event, NULL, error) && db_tx_commit(tx, error);
}

/* Where @address belongs in the list, by the alphabet; FALSE when it is there already. */
static gboolean
place_of(const json_t *list, const char *address, gsize *ret_at)
{
	gsize at = json_array_size(list);

	while (at > 0) {
		const int order = strcmp(json_text(json_array_get(list, at - 1), "address", ""), address);

		if (order == 0)
			return FALSE;
		if (order < 0)
			break;
		at--;
	}
	*ret_at = at;
	return TRUE;
}

/* Takes @rows. */
static json_t *
read_closed(DbRows *taken, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		const char *address = db_rows_text(rows, "address_key");
		json_t *one;
		gsize at;

		if (json_array_size(list) == MOST_CLOSED || !place_of(list, address, &at))
			continue;
		one = json_object();
		json_put_text(one, "address", address);
		json_put_time(one, "since", db_rows_int(rows, "since"));
		json_put_text(one, "reason", db_rows_text(rows, "reason"));
		json_array_insert_new(list, at, one);
	}
	return db_ended(&local, error) ? g_steal_pointer(&list) : NULL;
}

json_t *
address_closed_of_case(Db *db, gint64 case_id, GError **error)
{
	return read_closed(db_query(db, &SQL_UNDELIVERABLE_OF_CASE, DB_ARGS(DB_INT(case_id)), error), error);
}

json_t *
address_closed_of_customer(Db *db, gint64 customer_id, GError **error)
{
	return read_closed(db_query(db, &SQL_UNDELIVERABLE_OF_CUSTOMER, DB_ARGS(DB_INT(customer_id)), error), error);
}
