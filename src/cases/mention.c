/* mention.c - who is meant by the @ in a note. Telling them: cases/message.c; reading notices: cases/notice.c. */
#include "cases/mention.h"
#include "mention.sql.h"
#include <string.h>

static gboolean
is_word(gunichar c)
{
	return g_unichar_isalnum(c) || c == '_';
}

/* Length of @name at the start of @text (both folded), ending at a word's end; 0 when it is not there. */
static gsize
fits(const char *text, const char *name)
{
	gsize size = strlen(name);

	if (size == 0 || strncmp(text, name, size) != 0)
		return 0;
	return text[size] == '\0' || !is_word(g_utf8_get_char(text + size)) ? size : 0;
}

typedef struct {
	gint64 id;
	char *name, *first, *ref, *email, *local; /* folded */
} Folded;

static void
folded_clear(gpointer data)
{
	Folded *one = data;

	g_free(one->name);
	g_free(one->first);
	g_free(one->ref);
	g_free(one->email);
	g_free(one->local);
}

static char *
until(const char *text, char end)
{
	return g_strndup(text, (gsize)(strchrnul(text, end) - text));
}

static GArray *
fold_all(const MentionName *names, guint n_names)
{
	GArray *all = g_array_sized_new(FALSE, TRUE, sizeof(Folded), n_names);

	g_array_set_clear_func(all, folded_clear);
	for (guint i = 0; i < n_names; i++) {
		Folded one = { .id = names[i].id };

		one.name = g_utf8_casefold(names[i].name, -1);
		one.first = until(one.name, ' ');
		one.ref = g_utf8_casefold(names[i].ref, -1);
		one.email = g_utf8_casefold(names[i].email, -1);
		one.local = until(one.email, '@');
		g_array_append_val(all, one);
	}
	return all;
}

/* Who stands at @text, just behind the @. A first name or the front of an address counts only when one alone has it. */
static gint64
who(const char *text, const GArray *all)
{
	gsize best = 0, best_short = 0;
	gint64 id = 0, id_short = 0;
	guint n_short = 0;

	for (guint i = 0; i < all->len; i++) {
		const Folded *one = &g_array_index(all, Folded, i);
		gsize whole = MAX(MAX(fits(text, one->name), fits(text, one->ref)), fits(text, one->email));
		gsize part = MAX(fits(text, one->first), fits(text, one->local));

		if (whole > best) {
			best = whole;
			id = one->id;
		}
		if (part > best_short) {
			best_short = part;
			id_short = one->id;
			n_short = 1;
		} else if (part > 0 && part == best_short) {
			n_short++;
		}
	}
	return best > 0 ? id : n_short == 1 ? id_short : 0;
}

static void
add_once(GArray *ids, gint64 id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, gint64, i) == id)
			return;
	g_array_append_val(ids, id);
}

GArray *
mention_find(const char *body, const MentionName *names, guint n_names)
{
	g_autofree char *text = g_utf8_casefold(body, -1);
	g_autoptr(GArray) all = fold_all(names, n_names);
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	guint n_tried = 0;

	for (const char *at = strchr(text, '@'); at != NULL && ids->len < MAX_MENTIONS && n_tried < 200; at = strchr(at + 1, '@')) {
		gint64 id;

		if (at > text && is_word(g_utf8_get_char(g_utf8_prev_char(at))))
			continue;
		n_tried++;
		if ((id = who(at + 1, all)) != 0)
			add_once(ids, id);
	}
	return ids;
}

GArray *
mention_users(Db *db, const char *body, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GArray) names = g_array_new(FALSE, FALSE, sizeof(MentionName));
	g_autoptr(GStringChunk) texts = g_string_chunk_new(4096);
	g_autoptr(DbRows) rows = db_query(db, &SQL_MENTION_NAMES, DB_NO_ARGS, error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		MentionName one = { .id = db_rows_int(rows, "id") };

		one.ref = g_string_chunk_insert(texts, db_rows_text(rows, "ref"));
		one.name = g_string_chunk_insert(texts, db_rows_text(rows, "name"));
		one.email = g_string_chunk_insert(texts, db_rows_text(rows, "email_key"));
		g_array_append_val(names, one);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return mention_find(body, (const MentionName *)names->data, names->len);
}
