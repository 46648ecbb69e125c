/* lookup.c - customers by what somebody typed. See customer.h. */
#include "base/ids.h"
#include "customer/private.h"
#include "store/search.h"
#include "lookup.sql.h"
#include <string.h>

enum { LIMIT_MAX = 200, NEWEST = 2000, TEXT_MAX = 300, WORDS_MAX = 8 };

typedef struct {
	Db *db;
	GArray *ids; /* of gint64, best first, each once */
	guint limit;
} Lookup;

static void
take(Lookup *look, gint64 id)
{
	if (look->ids->len >= look->limit)
		return;
	for (guint i = 0; i < look->ids->len; i++)
		if (g_array_index(look->ids, gint64, i) == id)
			return;
	g_array_append_val(look->ids, id);
}

static gboolean
take_rows(Lookup *look, DbRows *taken, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		take(look, db_rows_int(rows, "id"));
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* All that begin with @key. */
static gboolean
take_range(Lookup *look, const DbSql *sql, const char *key, GError **error)
{
	g_autofree char *end = g_strconcat(key, "\xF4\x8F\xBF\xBD", NULL); /* behind every letter */

	return take_rows(look, db_query(look->db, sql, DB_ARGS(DB_TEXT(key), DB_TEXT(end), DB_INT(look->limit)), error), error);
}

static gboolean
take_ref(Lookup *look, const char *text, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Customer) customer = NULL;
	char ref[REF_SIZE];

	if (!ref_read(text, ref))
		return TRUE;
	if ((customer = customer_by_ref(look->db, ref, &local)) != NULL) {
		take(look, customer->id);
		return TRUE;
	}
	if (g_error_matches(local, ERR, ERR_NOT_FOUND))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* The digits of a number that is perhaps only begun: at least four. */
static char *
number_begun(const char *text)
{
	GString *out = g_string_new(NULL);
	const char *p = text;

	if (g_str_has_prefix(p, "00") || *p == '+') {
		g_string_append_c(out, '+');
		p += *p == '+' ? 1 : 2;
	}
	for (; *p != '\0'; p++) {
		if (g_ascii_isdigit(*p))
			g_string_append_c(out, *p);
		else if (strchr(" ()-./", *p) == NULL)
			break;
	}
	if (*p == '\0' && out->len >= 4)
		return g_string_free(out, FALSE);
	g_string_free(out, TRUE);
	return NULL;
}

static gboolean
has_all_words(const char *name_key, char **words)
{
	for (guint i = 0; words[i] != NULL; i++) {
		gsize size = strlen(words[i]);
		gboolean here = FALSE;

		for (const char *p = name_key; !here && p != NULL; p = (p = strchr(p, ' ')) != NULL ? p + 1 : NULL)
			here = strncmp(p, words[i], size) == 0;
		if (!here)
			return FALSE;
	}
	return TRUE;
}

static gboolean
take_customer_of(Lookup *look, gint64 case_id, char **words, GError **error)
{
	g_autoptr(DbRows) rows = db_query(look->db, &SQL_LOOKUP_OF_CASE, DB_ARGS(DB_INT(case_id)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local) && has_all_words(db_rows_text(rows, "name_key"), words))
		take(look, db_rows_int(rows, "id"));
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* Words anywhere in a name: by the heads of their cases, which are in the full-text index with the customer's name. */
static gboolean
take_by_words(Lookup *look, const char *name_key, GError **error)
{
	g_auto(GStrv) words = g_strsplit(name_key, " ", WORDS_MAX);
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(SearchHit));
	g_autoptr(SearchFound) found = NULL;
	SearchTerms terms = { .words = list, .prefix = TRUE };
	gboolean partial, more;

	for (guint i = 0; words[i] != NULL; i++)
		g_ptr_array_add(list, words[i]);
	if ((found = search_find(look->db, &terms, NEWEST, &partial, error)) == NULL || !search_found_next(found, LIMIT_MAX, hits, &more, error))
		return FALSE;
	for (guint i = 0; i < hits->len && look->ids->len < look->limit; i++)
		if (!take_customer_of(look, g_array_index(hits, SearchHit, i).case_id, words, error))
			return FALSE;
	return TRUE;
}

static gboolean
look_up(Lookup *look, const char *text, GError **error)
{
	g_autofree char *number = number_begun(text), *name_key = name_fold(text), *lower = g_utf8_strdown(text, -1);
	gboolean address = strchr(text, '@') != NULL;

	if (!take_ref(look, text, error) || !take_rows(look, db_query(look->db, &SQL_LOOKUP_BY_EXTERNAL, DB_ARGS(DB_TEXT(text)), error), error))
		return FALSE;
	if (number != NULL && !take_range(look, &SQL_LOOKUP_BY_CONTACT, number, error))
		return FALSE;
	if (!address && name_key != NULL && !take_range(look, &SQL_LOOKUP_BY_NAME, name_key, error))
		return FALSE;
	if (strchr(text, ' ') == NULL && look->ids->len < look->limit &&
		(!take_range(look, &SQL_LOOKUP_BY_EMAIL, lower, error) || !take_range(look, &SQL_LOOKUP_BY_CONTACT, lower, error)))
		return FALSE;
	if (!address && name_key != NULL && strlen(name_key) >= 2 && look->ids->len < look->limit)
		return take_by_words(look, name_key, error);
	return TRUE;
}

/* The customers of @ids with their contacts. */
static json_t *
to_json(Db *db, const GArray *ids, GError **error)
{
	g_autoptr(json_t) list = json_array();

	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(Customer) customer = customer_get(db, g_array_index(ids, gint64, i), error);

		if (customer == NULL)
			return NULL;
		json_array_append_new(list, customer_to_json(customer));
	}
	return g_steal_pointer(&list);
}

json_t *
customer_find(Db *db, const char *text, guint limit, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autofree char *line = line_read(text, TEXT_MAX);
	Lookup look = { db, ids, CLAMP(limit, 1, LIMIT_MAX) };

	return line == NULL || look_up(&look, line, error) ? to_json(db, ids, error) : NULL;
}

json_t *
customer_list(Db *db, const char *after, guint limit, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	Lookup look = { db, ids, CLAMP(limit, 1, LIMIT_MAX) };
	gint64 before = G_MAXINT64;
	json_t *list, *value, *last;

	if (after != NULL && !customer_id_by_ref(db, after, &before, error))
		return NULL;
	if (!take_rows(&look, db_query(db, &SQL_LOOKUP_NEWEST, DB_ARGS(DB_INT(before), DB_INT(look.limit)), error), error) ||
		(list = to_json(db, ids, error)) == NULL)
		return NULL;
	last = json_array_get(list, json_array_size(list) - 1);
	value = json_object();
	json_put_text(value, "next", ids->len == look.limit ? json_text(last, "ref", NULL) : NULL);
	json_put(value, "customers", list);
	return value;
}
