/* search_later.c - the documents of a transaction on SQLite, written together right before its commit. FTS5 gathers what it
 * is given in memory and writes it out at every savepoint, and each statement with RETURNING and each unit of a group
 * opens one: written one by one, every document cost its own segment of the index, as much as the whole case beside it.
 * What a document is: search.h; the groups: writer.c. */
#include "store/db_engine.h"
#include "store/search_engine.h"
#include "search_sqlite.sql.h"
#include <string.h>

#define WAITING_MAX (4 * 1024 * 1024) /* bytes of text that one transaction of its own keeps back */

typedef struct {
	gint64 key, doc;
	char *text; /* NULL: to be removed */
} Document;

static void
document_free(gpointer data)
{
	Document *document = data;

	g_free(document->text);
	g_free(document);
}

static gsize
waiting_bytes(const Db *db)
{
	gsize bytes = 0;

	for (guint i = 0; i < db->documents->len; i++) {
		const Document *document = db->documents->pdata[i];

		bytes += document->text != NULL ? strlen(document->text) : 0;
	}
	return bytes;
}

gboolean
search_later_add(Db *db, gint64 key, const char *text, GError **error)
{
	Document *document = g_new(Document, 1);

	*document = (Document){ key, 0, g_strdup(text) };
	if (db->documents == NULL)
		db->documents = g_ptr_array_new_with_free_func(document_free);
	g_ptr_array_add(db->documents, document);
	/* In a group they wait whatever comes: what one unit wrote early would be undone with another. */
	if (db->grouped || db->documents->len % 64 != 0 || waiting_bytes(db) < WAITING_MAX)
		return TRUE;
	return search_later_write(db, error);
}

/* A document put again takes the newest number; most are put once. */
static gboolean
put_key(Db *db, Document *document, GError **error)
{
	gboolean found = FALSE;

	if (!db_query_int(db, &SQL_SEARCH_DOC_PUT, DB_ARGS(DB_INT(document->key)), &document->doc, &found, error))
		return FALSE;
	return found || db_query_int(db, &SQL_SEARCH_DOC_MOVE, DB_ARGS(DB_INT(document->key)), &document->doc, NULL, error);
}

/* All keys before all texts: the one statement makes FTS5 write out what the other gave it. */
gboolean
search_later_write(Db *db, GError **error)
{
	for (guint i = 0; i < search_later_count(db); i++) {
		Document *document = db->documents->pdata[i];

		if (document->text == NULL ? !db_exec(db, &SQL_SEARCH_DOC_REMOVE, DB_ARGS(DB_INT(document->key)), NULL, error)
		                           : !put_key(db, document, error))
			return FALSE;
	}
	for (guint i = 0; i < search_later_count(db); i++) {
		const Document *document = db->documents->pdata[i];

		if (document->text != NULL && !db_exec(db, &SQL_SEARCH_WORDS_PUT, DB_ARGS(DB_INT(document->doc), DB_TEXT(document->text)), NULL, error))
			return FALSE;
	}
	search_later_keep(db, 0);
	return TRUE;
}

void
search_later_keep(Db *db, guint n)
{
	if (n < search_later_count(db))
		g_ptr_array_set_size(db->documents, (int)n);
}

guint
search_later_count(const Db *db)
{
	return db->documents != NULL ? db->documents->len : 0;
}
