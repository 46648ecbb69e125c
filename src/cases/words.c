/* words.c - the trees cases are sorted into. Words of the program itself (stages, kinds, channels): cases/case.c. */
#include "cases/words.h"
#include "base/ids.h"
#include "store/events.h"
#include "store/refs.h"
#include "words.sql.h"
#include <string.h>

#define ARROW "\xe2\x80\xba" /* › */

static const struct {
	const char *table, *noun, *title;
} trees[] = {
	[TREE_CATEGORY] = { "categories", "category", "category" },
	[TREE_PRODUCT] = { "products", "product", "product" },
	[TREE_ROOT_CAUSE] = { "root_causes", "root_cause", "root cause" },
};

typedef struct {
	gint64 id, parent_id, version;
	char *ref, *name, *path;
	gboolean removed;
} Word;

static void
word_free(Word *word)
{
	if (word == NULL)
		return;
	g_free(word->ref);
	g_free(word->name);
	g_free(word->path);
	g_free(word);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Word, word_free)

static const DbSql *
of_tree(Db *db, Tree tree, const DbSql *sql)
{
	g_autoptr(GString) text = NULL;

	if (tree == TREE_CATEGORY)
		return sql;
	text = g_string_new(sql->text);
	g_string_replace(text, trees[TREE_CATEGORY].table, trees[tree].table, 0);
	return db_sql_compose(db, sql->name, text->str, sql->n_args);
}

/* Names of a path, trimmed, inner runs of spaces as one; NULL when a part is empty or too long, or there are too many. */
static GPtrArray *
split(const char *text)
{
	g_autoptr(GString) flat = g_string_new(text);
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) pieces = NULL;

	g_string_replace(flat, ARROW, ">", 0);
	pieces = g_strsplit(flat->str, ">", TREE_MAX_DEPTH + 1);
	for (guint i = 0; pieces[i] != NULL; i++) {
		g_auto(GStrv) words = g_strsplit_set(pieces[i], " \t\r\n", -1);
		GString *name = g_string_new(NULL);

		for (guint w = 0; words[w] != NULL; w++)
			if (words[w][0] != '\0')
				g_string_append_printf(name, "%s%s", name->len > 0 ? " " : "", words[w]);
		g_ptr_array_add(parts, g_string_free(name, FALSE));
		if (name == NULL || ((char *)parts->pdata[i])[0] == '\0' || g_utf8_strlen(parts->pdata[i], -1) > TREE_MAX_NAME)
			return NULL;
	}
	return parts->len > 0 && parts->len <= TREE_MAX_DEPTH ? g_steal_pointer(&parts) : NULL;
}

static char *
join(const GPtrArray *parts, guint n)
{
	GString *path = g_string_new(NULL);

	for (guint i = 0; i < n; i++)
		g_string_append_printf(path, "%s%s", i > 0 ? " " ARROW " " : "", (const char *)parts->pdata[i]);
	return g_string_free(path, FALSE);
}

static char *
fold_plain(const char *path)
{
	g_autofree char *whole = NULL;

	if (g_str_is_ascii(path))
		return g_ascii_strdown(path, -1);
	whole = g_utf8_normalize(path, -1, G_NORMALIZE_ALL_COMPOSE);
	return g_utf8_casefold(whole != NULL ? whole : path, -1);
}

char *
tree_fold(const char *text)
{
	g_autoptr(GPtrArray) parts = split(text);
	g_autofree char *path = parts != NULL ? join(parts, parts->len) : g_strdup(text);

	return fold_plain(path);
}

static gboolean
find_path(Db *db, Tree tree, const char *path, gint64 *ret_id, gboolean *ret_found, GError **error)
{
	g_autofree char *key = fold_plain(path);

	return db_query_int(db, of_tree(db, tree, &SQL_TREE_BY_PATH), DB_ARGS(DB_TEXT(key)), ret_id, ret_found, error);
}

static Word *
find_ref(Db *db, Tree tree, const char *text, GError **error)
{
	g_autoptr(DbRows) rows = NULL;
	char ref[REF_SIZE];
	Word *word;

	if (!ref_read(text, ref))
		return NULL;
	rows = db_query(db, of_tree(db, tree, &SQL_TREE_BY_REF), DB_ARGS(DB_TEXT(ref)), error);
	if (rows == NULL || !db_rows_next(rows, error))
		return NULL;
	word = g_new0(Word, 1);
	word->id = db_rows_int(rows, "id");
	word->ref = g_strdup(db_rows_text(rows, "ref"));
	word->parent_id = db_rows_int(rows, "parent_id");
	word->name = g_strdup(db_rows_text(rows, "name"));
	word->path = g_strdup(db_rows_text(rows, "path"));
	word->removed = !db_rows_is_null(rows, "removed_at");
	word->version = db_rows_int(rows, "version");
	return word;
}

static gboolean
say(Db *db, Tree tree, const char *what, gint64 id, const char *path, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autofree char *kind = g_strdup_printf("%s.%s", trees[tree].noun, what);
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "path", path);
	return event_add(db, &(Event){ .kind = kind, .subject_id = id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

/* One that came back has kept its own. */
static gboolean
read_ref(Db *db, Tree tree, gint64 id, char ret_ref[16], GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, of_tree(db, tree, &SQL_TREE_REF), DB_ARGS(DB_INT(id)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		g_strlcpy(ret_ref, db_rows_text(rows, "ref"), 16);
	return db_ended(&local, error);
}

static gboolean
insert(Db *db, Tree tree, gint64 parent_id, const char *name, const char *path, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error)
{
	g_autofree char *key = fold_plain(path);
	char ref[REF_SIZE];
	gint64 id;

	if (!ref_insert(db, of_tree(db, tree, &SQL_TREE_INSERT), ref,
	                DB_ARGS(DB_TEXT(ref), DB_INT_OR_NULL(parent_id), DB_TEXT(name), DB_TEXT(path), DB_TEXT(key), DB_INT(now_ms)), &id, NULL, error) ||
	    (ret_ref != NULL && !read_ref(db, tree, id, ret_ref, error)) || !say(db, tree, "added", id, path, actor, now_ms, error))
		return FALSE;
	*ret_id = id;
	return TRUE;
}

static gboolean
make_parts(Db *db, Tree tree, const GPtrArray *parts, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	gint64 id = 0;

	for (guint n = 1; n <= parts->len; n++) {
		g_autofree char *path = join(parts, n);
		gint64 parent_id = id;
		gboolean found;

		if (!find_path(db, tree, path, &id, &found, error))
			return FALSE;
		if (!found && !insert(db, tree, parent_id, parts->pdata[n - 1], path, actor, now_ms, &id, NULL, error))
			return FALSE;
	}
	*ret_id = id;
	return TRUE;
}

gboolean
tree_resolve(Db *db, Tree tree, const char *text, gboolean make, const char *field, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Word) word = find_ref(db, tree, text, &local);
	g_autoptr(GPtrArray) parts = NULL;
	g_autofree char *path = NULL;
	gint64 id;
	gboolean found;

	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (word != NULL) {
		*ret_id = word->id;
		return TRUE;
	}
	if ((parts = split(text)) == NULL) {
		err_add_field(error, field, "This is no name of a %s.", trees[tree].title);
		return FALSE;
	}
	path = join(parts, parts->len);
	if (!find_path(db, tree, path, &id, &found, error))
		return FALSE;
	if (found) {
		*ret_id = id;
		return TRUE;
	}
	if (make)
		return make_parts(db, tree, parts, actor, now_ms, ret_id, error);
	err_add_field(error, field, "There is no %s \"%s\".", trees[tree].title, path);
	return FALSE;
}

json_t *
tree_list(Db *db, Tree tree, gboolean with_removed, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, of_tree(db, tree, &SQL_TREE_ROWS), DB_ARGS(DB_BOOL(with_removed)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "name", db_rows_text(rows, "name"));
		json_put_text(one, "path", db_rows_text(rows, "path"));
		json_put_text(one, "parent", db_rows_text(rows, "parent"));
		json_put_bool(one, "removed", !db_rows_is_null(rows, "removed_at"));
		json_put_int(one, "version", db_rows_int(rows, "version"));
		json_array_append_new(list, one);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

/* The word a parent's ref names; NULL without error when @ref is NULL. */
static gboolean
find_parent(Db *db, Tree tree, const char *ref, Word **ret_word, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (ref == NULL || ref[0] == '\0')
		return TRUE;
	*ret_word = find_ref(db, tree, ref, &local);
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (*ret_word == NULL || (*ret_word)->removed) {
		err_add_field(error, "/parent", "There is no such %s.", trees[tree].title);
		return FALSE;
	}
	return TRUE;
}

/* One clean name, without arrows in it; NULL with "/name" at fault. */
static char *
clean_name(const char *name, GError **error)
{
	g_autoptr(GPtrArray) parts = name != NULL ? split(name) : NULL;

	if (parts != NULL && parts->len == 1)
		return g_strdup(parts->pdata[0]);
	err_add_field(error, "/name", "A name of at most %d characters, without > in it.", TREE_MAX_NAME);
	return NULL;
}

gboolean
tree_add(Db *db, Tree tree, const char *parent_ref, const char *name, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(Word) parent = NULL;
	g_autofree char *clean = clean_name(name, error), *path = NULL;
	g_autoptr(GPtrArray) above = NULL;
	char ref[16];
	gint64 id;
	gboolean found;

	if (clean == NULL || (tx = db_begin(db, error)) == NULL || !find_parent(db, tree, parent_ref, &parent, error))
		return FALSE;
	above = parent != NULL ? split(parent->path) : NULL;
	if (above != NULL && above->len == TREE_MAX_DEPTH) {
		err_add_field(error, "/parent", "At most %d levels.", TREE_MAX_DEPTH);
		return FALSE;
	}
	path = parent != NULL ? g_strdup_printf("%s " ARROW " %s", parent->path, clean) : g_strdup(clean);
	if (!find_path(db, tree, path, &id, &found, error))
		return FALSE;
	if (found) {
		g_set_error(error, ERR, ERR_CONFLICT, "there is a %s \"%s\" already", trees[tree].title, path);
		return FALSE;
	}
	if (!insert(db, tree, parent != NULL ? parent->id : 0, clean, path, actor, now_ms, &id, ref, error) || !db_tx_commit(tx, error))
		return FALSE;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}

typedef struct {
	gint64 id, parent_id;
	char *name;
} Node;

static void
node_clear(gpointer data)
{
	g_free(((Node *)data)->name);
}

static GArray *
read_below(Db *db, Tree tree, gint64 id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(Node));
	g_autoptr(DbRows) rows = db_query(db, of_tree(db, tree, &SQL_TREE_BELOW), DB_ARGS(DB_INT(id)), error);

	g_array_set_clear_func(nodes, node_clear);
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		Node node = { db_rows_int(rows, "id"), db_rows_int(rows, "parent_id"), g_strdup(db_rows_text(rows, "name")) };

		g_array_append_val(nodes, node);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&nodes);
}

/* Writes the new path of the word and of all below it. */
static gboolean
rename_below(Db *db, Tree tree, const GArray *nodes, const char *parent_path, const char *name, GError **error)
{
	g_autoptr(GHashTable) paths = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);

	for (guint i = 0; i < nodes->len; i++) {
		Node *node = &g_array_index(nodes, Node, i);
		const char *own = i == 0 ? name : node->name;
		const char *above = i == 0 ? parent_path : g_hash_table_lookup(paths, &node->parent_id);
		char *path = above != NULL ? g_strdup_printf("%s " ARROW " %s", above, own) : g_strdup(own);
		g_autofree char *key = fold_plain(path);

		g_hash_table_insert(paths, &node->id, path);
		if (!db_exec(db, of_tree(db, tree, &SQL_TREE_RENAME), DB_ARGS(DB_INT(node->id), DB_TEXT(own), DB_TEXT(path), DB_TEXT(key)), NULL, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
parent_path_of(Db *db, Tree tree, gint64 id, char **ret_path, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, of_tree(db, tree, &SQL_TREE_PARENT_PATH), DB_ARGS(DB_INT(id)), error);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		*ret_path = g_strdup(db_rows_text(rows, "path"));
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
apply(Db *db, Tree tree, const Word *word, const char *name, gboolean removed, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) nodes = read_below(db, tree, word->id, error);
	g_autofree char *above = NULL;

	if (nodes == NULL)
		return FALSE;
	if (name != NULL && strcmp(name, word->name) != 0) {
		if (!parent_path_of(db, tree, word->id, &above, error) || !rename_below(db, tree, nodes, above, name, error) ||
		    !say(db, tree, "changed", word->id, word->path, actor, now_ms, error))
			return FALSE;
	}
	if (removed == word->removed)
		return TRUE;
	/* Brought back: the word alone, not what was removed below it. */
	for (guint i = 0; i < (removed ? nodes->len : 1); i++)
		if (!db_exec(db, of_tree(db, tree, &SQL_TREE_REMOVE), DB_ARGS(DB_INT(g_array_index(nodes, Node, i).id), removed ? DB_INT(now_ms) : DB_NULL), NULL, error))
			return FALSE;
	return say(db, tree, removed ? "removed" : "restored", word->id, word->path, actor, now_ms, error);
}

gboolean
tree_change(Db *db, Tree tree, const char *ref, gint64 version, const char *name, gboolean removed, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(Word) word = NULL;
	g_autoptr(GError) local = NULL;
	g_autofree char *clean = NULL;

	if (name != NULL && (clean = clean_name(name, error)) == NULL)
		return FALSE;
	if ((tx = db_begin(db, error)) == NULL)
		return FALSE;
	if ((word = find_ref(db, tree, ref, &local)) == NULL) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error(error, ERR, ERR_NOT_FOUND, "there is no such %s", trees[tree].title);
		return FALSE;
	}
	if (version != 0 && version != word->version) {
		g_set_error(error, ERR, ERR_CONFLICT, "\"%s\" has been changed since", word->path);
		return FALSE;
	}
	return apply(db, tree, word, clean, removed, actor, now_ms, error) && db_tx_commit(tx, error);
}
