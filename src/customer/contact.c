/* contact.c - addresses and numbers of a customer. See customer.h. */
#include "customer/private.h"
#include "contact.sql.h"
#include <string.h>

enum { PER_CUSTOMER = 100 };
const char *const contact_kinds[] = { "email", "phone", "address", "handle", NULL };

DbRows *
contact_rows(Db *db, gint64 customer_id, GError **error)
{
	return db_query(db, &SQL_CONTACT_LIST, DB_ARGS(DB_INT(customer_id)), error);
}

/* A postal address may have lines; compared by its letters and figures alone. */
static char *
address_fold(const char *value)
{
	g_autofree char *flat = NULL;

	if (strlen(value) > CONTACT_MAX || !g_utf8_validate(value, -1, NULL))
		return NULL;
	flat = g_strdelimit(g_strdup(value), "\r\n\t", ' ');
	return name_fold(flat);
}

char *
contact_fold(const char *kind, const char *value)
{
	g_autofree char *line = NULL;

	if (value == NULL)
		return NULL;
	if (strcmp(kind, "email") == 0)
		return email_fold(value);
	if (strcmp(kind, "phone") == 0)
		return phone_fold(value);
	if (strcmp(kind, "address") == 0)
		return address_fold(value);
	line = line_read(value, CONTACT_MAX);
	return line != NULL ? g_utf8_strdown(line, -1) : NULL;
}

gboolean
contact_add_folded(Db *db, gint64 customer_id, const char *kind, const char *value, const char *key, gint64 now_ms, gboolean *ret_added,
	GError **error)
{
	gint64 changed = 0;
	gboolean done = strcmp(kind, "email") == 0
		? db_exec(db, &SQL_CONTACT_INSERT_EMAIL, DB_ARGS(DB_INT(customer_id), DB_TEXT(value), DB_TEXT(key), DB_INT(now_ms)), &changed, error)
		: db_exec(db, &SQL_CONTACT_INSERT_MISSING,
			  DB_ARGS(DB_INT(customer_id), DB_TEXT(kind), DB_TEXT(value), DB_TEXT(key), DB_INT(now_ms)), &changed, error);

	if (!done)
		return FALSE;
	*ret_added = changed > 0;
	return TRUE;
}

static gboolean
contact_event(Db *db, const char *what, const char *kind, gint64 customer_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_pack("{s:s}", "kind", kind);

	return customer_event(db, what, customer_id, facts, actor, now_ms, error);
}

/* The customer's version moves with its contacts; one that was merged away has none to move. */
static gboolean
touch(Db *db, gint64 customer_id, GError **error)
{
	gint64 changed = 0;

	if (!db_exec(db, &SQL_CONTACT_TOUCH, DB_ARGS(DB_INT(customer_id)), &changed, error))
		return FALSE;
	if (changed > 0)
		return TRUE;
	g_set_error(error, ERR, ERR_NOT_FOUND, "no such customer");
	return FALSE;
}

static gboolean
check_room(Db *db, gint64 customer_id, GError **error)
{
	gint64 n = 0;

	if (!db_query_int(db, &SQL_CONTACT_COUNT, DB_ARGS(DB_INT(customer_id)), &n, NULL, error))
		return FALSE;
	if (n < PER_CUSTOMER)
		return TRUE;
	g_set_error(error, ERR, ERR_LIMIT, "a customer has at most %d addresses and numbers", PER_CUSTOMER);
	return FALSE;
}

/* Not added: it is theirs already, which is well, or another's, which is not. */
static gboolean
check_owner(Db *db, gint64 customer_id, const char *kind, const char *key, GError **error)
{
	gint64 owner = customer_id;

	if (strcmp(kind, "email") != 0)
		return TRUE;
	if (!db_query_int(db, &SQL_CONTACT_EMAIL_OWNER, DB_ARGS(DB_TEXT(key)), &owner, NULL, error))
		return FALSE;
	if (owner == customer_id)
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "another customer has this address: merge the two instead");
	return FALSE;
}

gboolean
contact_add(Db *db, gint64 customer_id, const char *kind, const char *value, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autofree char *key = NULL;
	g_autofree char *plain = value != NULL ? g_strstrip(g_strdup(value)) : NULL;
	g_autoptr(DbTx) tx = NULL;
	gboolean added = FALSE;

	if (kind == NULL || !g_strv_contains(contact_kinds, kind)) {
		err_add_field(error, "/kind", "A contact is one of email, phone, address, handle.");
		return FALSE;
	}
	if ((key = contact_fold(kind, plain)) == NULL) {
		err_add_field(error, "/value", "This is not %s.",
			strcmp(kind, "email") == 0 ? "an e-mail address" : strcmp(kind, "phone") == 0 ? "a telephone number" : "a contact we can keep");
		return FALSE;
	}
	if ((tx = db_begin(db, error)) == NULL || !touch(db, customer_id, error) || !check_room(db, customer_id, error) ||
		!contact_add_folded(db, customer_id, kind, plain, key, now_ms, &added, error))
		return FALSE;
	if (!added)
		return check_owner(db, customer_id, kind, key, error); /* the transaction rolls back: nothing changed */
	return contact_event(db, "contact.added", kind, customer_id, actor, now_ms, error) && db_tx_commit(tx, error);
}

static gboolean
delete_contact(Db *db, gint64 customer_id, gint64 contact_id, char **ret_kind, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_CONTACT_DELETE, DB_ARGS(DB_INT(contact_id), DB_INT(customer_id)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		*ret_kind = g_strdup(db_rows_text(rows, "kind"));
		return TRUE;
	}
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such contact");
	return FALSE;
}

gboolean
contact_remove(Db *db, gint64 customer_id, gint64 contact_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autofree char *kind = NULL;

	return tx != NULL && touch(db, customer_id, error) && delete_contact(db, customer_id, contact_id, &kind, error) &&
		contact_event(db, "contact.removed", kind, customer_id, actor, now_ms, error) && db_tx_commit(tx, error);
}
