/* thread.c - see thread.h. */
#include "mailbox/thread.h"
#include "base/fold.h"
#include "base/ids.h"
#include "thread.sql.h"
#include <sodium.h>
#include <string.h>

enum { FIRST_REFERENCES = 5, LAST_REFERENCES = 20, SIGNATURE_BYTES = 10 };

gint64
mail_id_key(const char *internet_id)
{
	g_autoptr(GString) clean = g_string_new(NULL);
	guint8 hash[16];
	guint64 key = 0;

	for (const char *p = internet_id; *p != '\0'; p++)
		if (strchr("<> \t\r\n", *p) == NULL)
			g_string_append_c(clean, *p);
	crypto_generichash(hash, sizeof hash, (const guint8 *)clean->str, clean->len, NULL, 0);
	for (guint i = 0; i < 8; i++)
		key = key << 8 | hash[i];
	return (gint64)key;
}

gboolean
thread_find(Db *db, const char *internet_id, gboolean own, gint64 *ret_message_id, gint64 *ret_case_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_THREAD_FIND, DB_ARGS(DB_INT(mail_id_key(internet_id)), DB_BOOL(own)), error);
	gint64 message_id = 0, case_id = 0;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		message_id = db_rows_int(rows, "message_id");
		case_id = db_rows_int(rows, "case_id");
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	*ret_message_id = message_id;
	*ret_case_id = case_id;
	return TRUE;
}

static gboolean
put_id(Db *db, gint64 message_id, gint64 case_id, const char *internet_id, gboolean own, GError **error)
{
	const gint64 key = mail_id_key(internet_id);

	return case_id != 0 ? db_exec(db, &SQL_THREAD_PUT_IN, DB_ARGS(DB_BOOL(own), DB_INT(key), DB_INT(message_id), DB_INT(case_id)), NULL, error)
			    : db_exec(db, &SQL_THREAD_PUT, DB_ARGS(DB_INT(key), DB_INT(message_id), DB_BOOL(own)), NULL, error);
}

gboolean
thread_put(Db *db, gint64 message_id, gint64 case_id, const char *internet_id, const GPtrArray *references, GError **error)
{
	guint n = references != NULL ? references->len : 0;

	if (!put_id(db, message_id, case_id, internet_id, TRUE, error))
		return FALSE;
	for (guint i = 0; i < n; i++)
		if ((i < FIRST_REFERENCES || i + LAST_REFERENCES >= n) && !put_id(db, message_id, case_id, references->pdata[i], FALSE, error))
			return FALSE;
	return TRUE;
}

gboolean
thread_is_customer(Db *db, gint64 case_id, const char *address, gboolean *ret_is, GError **error)
{
	g_autofree char *key = email_fold(address);
	gint64 n = 0;

	if (key != NULL && !db_query_int(db, &SQL_THREAD_IS_CUSTOMERS, DB_ARGS(DB_INT(case_id), DB_TEXT(key)), &n, NULL, error))
		return FALSE;
	*ret_is = n > 0;
	return TRUE;
}

gboolean
thread_is_participant(Db *db, gint64 case_id, const char *address, gboolean *ret_is, GError **error)
{
	g_autofree char *key = address != NULL ? email_fold(address) : NULL;
	gint64 n = 0;

	if (key != NULL && (!db_query_int(db, &SQL_THREAD_IS_CUSTOMERS, DB_ARGS(DB_INT(case_id), DB_TEXT(key)), &n, NULL, error) ||
	                    (n == 0 && !db_query_int(db, &SQL_THREAD_IS_STAFFS, DB_ARGS(DB_TEXT(key)), &n, NULL, error)) ||
	                    (n == 0 && !db_query_int(db, &SQL_THREAD_WROTE, DB_ARGS(DB_INT(case_id), DB_TEXT(key)), &n, NULL, error))))
		return FALSE;
	*ret_is = n > 0;
	return TRUE;
}

/* Hexadecimal, since some relays turn what stands before the @ into lower case. (transfer full) */
static char *
sign(const guint8 key[SECRET_KEY_SIZE], const char *scope, const char *ref)
{
	g_autofree char *scoped = g_strconcat(scope, ref, NULL);
	guint8 hash[SIGNATURE_BYTES];
	char *hex = g_malloc(2 * SIGNATURE_BYTES + 1);

	crypto_generichash(hash, sizeof hash, (const guint8 *)scoped, strlen(scoped), key, SECRET_KEY_SIZE);
	return sodium_bin2hex(hex, 2 * SIGNATURE_BYTES + 1, hash, sizeof hash);
}

char *
thread_make_id(const guint8 key[SECRET_KEY_SIZE], const char *message_ref, const char *domain)
{
	g_autofree char *signature = sign(key, "message-id:", message_ref);

	return g_strdup_printf("%s.%s@%s", message_ref, signature, domain);
}

char *
thread_make_plus(const guint8 key[SECRET_KEY_SIZE], const char *address, const char *case_ref)
{
	g_autofree char *signature = sign(key, "reply-to:", case_ref);
	const char *at = strrchr(address, '@');

	return at == NULL ? g_strdup(address) : g_strdup_printf("%.*s+%s.%s%s", (int)(at - address), address, case_ref, signature, at);
}

/* "REF.signature" up to @end. */
static gboolean
read_signed(const guint8 key[SECRET_KEY_SIZE], const char *scope, const char *text, const char *end, char ret_ref[16])
{
	const char *dot = memchr(text, '.', (gsize)(end - text));
	g_autofree char *typed = NULL, *given = NULL, *right = NULL;
	char ref[REF_SIZE];

	if (dot == NULL || end - dot - 1 != 2 * SIGNATURE_BYTES)
		return FALSE;
	typed = g_strndup(text, (gsize)(dot - text));
	given = g_ascii_strdown(dot + 1, end - dot - 1);
	if (!ref_read(typed, ref))
		return FALSE;
	right = sign(key, scope, ref);
	if (sodium_memcmp(given, right, 2 * SIGNATURE_BYTES) != 0)
		return FALSE;
	g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}

gboolean
thread_read_id(const guint8 key[SECRET_KEY_SIZE], const char *internet_id, char ret_message_ref[16])
{
	const char *start = internet_id + strspn(internet_id, "< \t"), *at = strchr(start, '@');

	return at != NULL && read_signed(key, "message-id:", start, at, ret_message_ref);
}

gboolean
thread_read_plus(const guint8 key[SECRET_KEY_SIZE], const char *address, char ret_case_ref[16])
{
	const char *at = strrchr(address, '@'), *plus = strchr(address, '+');

	return at != NULL && plus != NULL && plus < at && read_signed(key, "reply-to:", plus + 1, at, ret_case_ref);
}
