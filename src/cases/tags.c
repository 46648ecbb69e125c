/* tags.c - the free words on a case. The trees of settled words: cases/words.c. */
#include "cases/tags.h"
#include "case.sql.h"
#include <string.h>

static int
by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
clean_one(const char *tag)
{
	g_autofree char *trimmed = NULL, *folded = NULL;

	if (!g_utf8_validate(tag, -1, NULL))
		return NULL;
	trimmed = g_strstrip(g_strdup(tag));
	folded = g_utf8_strdown(trimmed, -1);
	if (folded[0] == '\0' || strchr(folded, ',') != NULL || g_utf8_strlen(folded, -1) > MAX_TAG)
		return NULL;
	for (const char *p = folded; *p != '\0'; p++)
		if (g_ascii_iscntrl(*p))
			return NULL;
	return g_steal_pointer(&folded);
}

GPtrArray *
tags_clean(const GPtrArray *tags, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);

	if (tags == NULL)
		return g_steal_pointer(&all);
	for (guint i = 0; i < tags->len; i++) {
		char *one = clean_one(tags->pdata[i]);

		if (one == NULL) {
			err_add_field(error, "/tags", "A tag is a word or a few, at most %d characters, without a comma.", MAX_TAG);
			return NULL;
		}
		g_ptr_array_add(all, one);
	}
	g_ptr_array_sort(all, by_text);
	for (guint i = all->len; i > 1; i--)
		if (strcmp(all->pdata[i - 1], all->pdata[i - 2]) == 0)
			g_ptr_array_remove_index(all, i - 1);
	if (all->len > MAX_TAGS) {
		err_add_field(error, "/tags", "At most %d tags.", MAX_TAGS);
		return NULL;
	}
	return g_steal_pointer(&all);
}

char *
tags_join(const GPtrArray *clean)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < clean->len; i++)
		g_string_append_printf(out, "%s%s", i > 0 ? "," : "", (const char *)clean->pdata[i]);
	return g_string_free(out, FALSE);
}

gboolean
tags_put(Db *db, gint64 case_id, const GPtrArray *clean, gboolean clear_first, GError **error)
{
	if (clear_first && !db_exec(db, &SQL_CASE_TAG_CLEAR, DB_ARGS(DB_INT(case_id)), NULL, error))
		return FALSE;
	for (guint i = 0; i < clean->len; i++)
		if (!db_exec(db, &SQL_CASE_TAG_ADD, DB_ARGS(DB_INT(case_id), DB_TEXT(clean->pdata[i])), NULL, error))
			return FALSE;
	return TRUE;
}
