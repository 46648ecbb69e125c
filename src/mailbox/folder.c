/* folder.c - see folder.h. */
#include "mailbox/folder.h"
#include "folder.sql.h"

gboolean
mail_folder_open_in(Db *db, gint64 mailbox_id, const char *name, gint64 uidvalidity, MailFolder *ret_folder, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_FOLDER_OPEN, DB_ARGS(DB_INT(mailbox_id), DB_TEXT(name), DB_INT(uidvalidity)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return FALSE;
	*ret_folder = (MailFolder){ db_rows_int(rows, "id"), db_rows_int(rows, "uidvalidity"), db_rows_int(rows, "last_uid") };
	return TRUE;
}

gboolean
mail_folder_advance_in(Db *db, gint64 id, gint64 uidvalidity, gint64 uid, GError **error)
{
	return db_exec(db, &SQL_FOLDER_ADVANCE, DB_ARGS(DB_INT(id), DB_INT(uidvalidity), DB_INT(uid)), NULL, error);
}

gboolean
mail_folder_checked(Db *db, gint64 mailbox_id, const char *name, gint64 n_server, gint64 n_here, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_FOLDER_CHECKED, DB_ARGS(DB_INT(mailbox_id), DB_TEXT(name), DB_INT(n_server), DB_INT(n_here), DB_INT(now_ms)), NULL, error) && db_tx_commit(tx, error);
}

gboolean
mail_folder_trouble(Db *db, gint64 mailbox_id, const char *name, const char *why, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_FOLDER_TROUBLE, DB_ARGS(DB_INT(mailbox_id), DB_TEXT(name), DB_TEXT(why), DB_INT(now_ms)), NULL, error) && db_tx_commit(tx, error);
}

gboolean
mail_folder_forget_trouble_in(Db *db, gint64 mailbox_id, GError **error)
{
	return db_exec(db, &SQL_FOLDER_FORGET_UNREAD, DB_ARGS(DB_INT(mailbox_id)), NULL, error) && db_exec(db, &SQL_FOLDER_FORGET_TROUBLE, DB_ARGS(DB_INT(mailbox_id)), NULL, error);
}
