/* head_show.c - a case's messages as the mails they are. Writing it: mailbox/head.c. */
#include "mailbox/head.h"
#include "mailbox/outbox.h"
#include "text/quotes.h"
#include "head.sql.h"
#include <string.h>

static json_t *
read_json(const char *text)
{
	json_t *value = text != NULL ? json_read(text, strlen(text), NULL) : NULL;

	return value != NULL ? value : json_null();
}

/* The spans of one kind, joined. */
static char *
span_text(const char *words, const json_t *spans, QuoteSpanKind kind)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(QuoteSpan));
	gsize size = strlen(words);

	for (gsize i = 0; i < json_array_size(spans); i++) {
		const json_t *one = json_array_get(spans, i);
		QuoteSpan span = { .kind = (QuoteSpanKind)json_integer_value(json_array_get(one, 0)) };

		span.start = MIN((gsize)json_integer_value(json_array_get(one, 1)), size);
		span.end = MIN((gsize)json_integer_value(json_array_get(one, 2)), size);
		if (span.start <= span.end)
			g_array_append_val(list, span);
	}
	return quotes_text(words, list, kind);
}

static void
put_words(json_t *message, const char *words, const char *spans_row)
{
	g_autoptr(json_t) spans = spans_row != NULL ? json_read(spans_row, strlen(spans_row), NULL) : NULL;
	g_autofree char *quoted = words != NULL ? span_text(words, spans, SPAN_QUOTED) : NULL;
	g_autofree char *signature = words != NULL ? span_text(words, spans, SPAN_SIGNATURE) : NULL;

	json_put_text(message, "reply_text", json_text(message, "body", ""));
	json_put_text(message, "quoted", quoted != NULL ? quoted : "");
	json_put_text(message, "signature", signature != NULL ? signature : "");
}

/* A mail of before signatures were checked has no second word. */
static void
put_crypto(json_t *mail, const char *row)
{
	g_auto(GStrv) words = row != NULL ? g_strsplit(row, " ", 2) : NULL;

	json_put_text(mail, "crypto", words != NULL ? words[0] : NULL);
	json_put_text(mail, "signature_check", words == NULL ? NULL : words[1] != NULL ? words[1] : "unchecked");
}

static void
put_head(json_t *message, DbRows *rows)
{
	json_t *mail = json_object();

	json_put_text(mail, "internet_id", db_rows_text(rows, "internet_id"));
	json_put_text(mail, "subject", db_rows_text(rows, "subject"));
	json_put_time(mail, "sent_at", db_rows_int(rows, "sent_at"));
	json_put_text(mail, "kind", db_rows_text(rows, "kind"));
	json_put(mail, "from", json_null());
	json_put(mail, "reply_to", json_array());
	json_put(mail, "to", json_array());
	json_put(mail, "cc", json_array());
	json_put_bool(mail, "has_html", db_rows_int(rows, "has_html") != 0);
	json_put_text(mail, "raw", db_rows_text(rows, "raw"));
	json_put(mail, "auth", read_json(db_rows_text(rows, "auth")));
	put_crypto(mail, db_rows_text(rows, "crypto"));
	json_put(mail, "problems", read_json(db_rows_text(rows, "problems")));
	json_put_bool(mail, "cut", db_rows_int(rows, "cut") != 0);
	json_put(message, "mail", mail);
	json_put(message, "routing", read_json(db_rows_text(rows, "routing")));
	put_words(message, db_rows_text(rows, "words"), db_rows_text(rows, "spans"));
}

/* @by_id: message id -> its "mail", borrowed. */
static gboolean
add_people(Db *db, gint64 case_id, gint64 upto_id, GHashTable *by_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_PEOPLE_OF_CASE, DB_ARGS(DB_INT(case_id), DB_INT(upto_id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "message_id");
		json_t *mail = g_hash_table_lookup(by_id, &id), *one;
		const char *role = db_rows_text(rows, "role");

		if (mail == NULL)
			continue;
		one = json_object();
		json_put_text(one, "name", db_rows_text(rows, "name"));
		json_put_text(one, "address", db_rows_text(rows, "address"));
		if (strcmp(role, "from") == 0)
			json_put(mail, role, one);
		else if (json_array_append_new(json_object_get(mail, role), one) < 0)
			continue; /* bcc: for the outbox alone */
	}
	return db_ended(&local, error);
}

static GHashTable *
index_by_ref(json_t *messages)
{
	GHashTable *by_ref = g_hash_table_new(g_str_hash, g_str_equal);

	for (gsize i = 0; i < json_array_size(messages); i++) {
		json_t *one = json_array_get(messages, i);

		g_hash_table_insert(by_ref, (gpointer)json_text(one, "ref", ""), one);
	}
	return by_ref;
}

gboolean
mail_heads_add_upto(Db *db, gint64 case_id, gint64 upto_id, json_t *messages, GError **error)
{
	g_autoptr(GHashTable) by_ref = index_by_ref(messages), by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_HEADS_OF_CASE, DB_ARGS(DB_INT(case_id), DB_INT(upto_id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		json_t *message = g_hash_table_lookup(by_ref, db_rows_text(rows, "ref"));
		gint64 id = db_rows_int(rows, "message_id");

		if (message == NULL)
			continue;
		put_head(message, rows);
		g_hash_table_insert(by_id, g_memdup2(&id, sizeof id), json_object_get(message, "mail"));
	}
	if (!db_ended(&local, error))
		return FALSE;
	return g_hash_table_size(by_id) == 0 || (add_people(db, case_id, upto_id, by_id, error) && outbox_add_deliveries(db, case_id, upto_id, by_ref, error));
}

gboolean
mail_heads_add(Db *db, gint64 case_id, json_t *messages, GError **error)
{
	return mail_heads_add_upto(db, case_id, G_MAXINT64, messages, error);
}

char *
mail_head_html(Db *db, const char *message_ref, gint64 *ret_case_id, gint64 *ret_message_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_HEAD_HTML, DB_ARGS(DB_TEXT(message_ref)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return NULL;
	*ret_case_id = db_rows_int(rows, "case_id");
	*ret_message_id = db_rows_int(rows, "id");
	return g_strdup(db_rows_text(rows, "html"));
}

json_t *
mail_head_inline(Db *db, gint64 message_id, GError **error)
{
	g_autoptr(json_t) out = json_object();
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_INLINE_OF, DB_ARGS(DB_INT(message_id)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		json_put_text(out, db_rows_text(rows, "content_id"), db_rows_text(rows, "ref"));
	return db_ended(&local, error) ? g_steal_pointer(&out) : NULL;
}
