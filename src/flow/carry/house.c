/* house.c - lines of an export that are no cases: what records speak of (remedies' catalogue, surveys), and corrective actions. What is here under the same ref
 * stays as it is here: an import brings cases, and changes nothing of the house. */
#include "flow/carry/carry.h"
#include "base/ids.h"
#include "carry.sql.h"
#include <string.h>

static const CarryList *
find(const CarryList *lists, const char *name)
{
	for (; lists->name != NULL; lists++)
		if (strcmp(lists->name, name) == 0)
			return lists;
	return NULL;
}

const CarryList *
carry_house_list(const char *name)
{
	const CarryList *list = find(carry_before, name);

	return list != NULL ? list : find(carry_behind, name);
}

/* Its ref, and whether that is one. */
static gboolean
ref_of(const json_t *row, const char *key, char ref[REF_SIZE], GError **error)
{
	if (ref_read(json_text(row, key, ""), ref))
		return TRUE;
	err_add_field(error, key[0] == 's' ? "/survey" : "/ref", "Such a line needs the ref it had.");
	return FALSE;
}

gboolean
carry_house_there(Db *db, const json_t *row, gboolean *ret_there, GError **error)
{
	const char *name = json_text(row, "house", "");
	gboolean question = strcmp(name, "survey_question") == 0;
	const DbSql *sql = strcmp(name, "remedy_type") == 0 ? &SQL_CARRY_TYPE_THERE : strcmp(name, "survey") == 0 ? &SQL_CARRY_FORM_THERE : &SQL_CARRY_ACTION_THERE;
	char ref[REF_SIZE];
	gint64 n = 0;

	if (!ref_of(row, question ? "survey" : "ref", ref, error))
		return FALSE;
	if (question ? !db_query_int(db, &SQL_CARRY_QUESTION_THERE, DB_ARGS(DB_TEXT(ref), DB_INT(json_int(row, "place", 0))), &n, NULL, error)
		     : !db_query_int(db, sql, DB_ARGS(DB_TEXT(ref)), &n, NULL, error))
		return FALSE;
	*ret_there = n > 0;
	return TRUE;
}

/* Another one has its name here: it is told apart by its ref. */
static gboolean
write_renamed(CarryIn *self, const CarryList *list, json_t *row, gint64 *ret_id, GError **error)
{
	g_autofree char *name = g_strdup_printf("%s (%s)", json_text(row, "name", ""), json_text(row, "ref", ""));

	json_put_text(row, "name", name);
	list->settle(row, self->now_ms);
	return carry_write(self, list, row, ret_id, error);
}

gboolean
carry_house_in(CarryIn *self, const json_t *line, gboolean *ret_new, GError **error)
{
	const CarryList *list = carry_house_list(json_text(line, "house", ""));
	g_autoptr(json_t) row = json_copy_to_heap(line);
	gboolean there = FALSE;
	gint64 id = 0;

	if (list == NULL) {
		err_add_field(error, "/house", "There is no such line: \"%.40s\".", json_text(line, "house", ""));
		return FALSE;
	}
	*ret_new = FALSE;
	if (!carry_house_there(self->db, row, &there, error))
		return FALSE;
	if (there)
		return TRUE;
	if (list->settle != NULL)
		list->settle(row, self->now_ms);
	if (!carry_write(self, list, row, &id, error) || (id == 0 && strcmp(list->name, "survey") == 0 && !write_renamed(self, list, row, &id, error)))
		return FALSE;
	if (id == 0) {
		err_add_field(error, "/ref", "It cannot be taken: there is one already.");
		return FALSE;
	}
	*ret_new = TRUE;
	return list->begin == NULL || list->begin(self, row, id, error);
}
