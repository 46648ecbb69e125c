/* asked_show.c - what a case's page shows of surveys, recovery and following up. */
#include "survey/asked.h"
#include "survey/words.h"
#include "asked.sql.h"

static json_t *
recovery_of(DbRows *rows)
{
	json_t *one;

	if (db_rows_is_null(rows, "recovery_ref"))
		return json_null();
	one = json_object();
	json_put_text(one, "ref", db_rows_text(rows, "recovery_ref"));
	json_put_text(one, "state", db_rows_text(rows, "recovery_state"));
	json_put_time(one, "due_at", db_rows_int(rows, "recovery_due"));
	json_put_bool(one, "is_late", !db_rows_is_null(rows, "recovery_late"));
	json_put_text(one, "assignee", db_rows_text(rows, "assignee"));
	json_put_text(one, "words", db_rows_text(rows, "recovery_words"));
	json_put_time(one, "done_at", db_rows_int(rows, "recovery_done"));
	return one;
}

static json_t *
begin(DbRows *rows)
{
	json_t *one = json_object();

	gboolean is_survey = db_rows_int(rows, "what") == 0;

	json_put_text(one, "what", is_survey ? "survey" : "follow_up");
	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "survey", db_rows_text(rows, "name"));
	json_put_text(one, "state", db_rows_text(rows, "state"));
	json_put_text(one, "reason", db_rows_text(rows, "reason"));
	json_put_time(one, "due_at", db_rows_int(rows, "due_at"));
	json_put_time(one, "asked_at", db_rows_int(rows, "sent_at"));
	json_put_time(one, "ends_at", db_rows_int(rows, "ends_at"));
	json_put_time(one, "answered_at", db_rows_int(rows, "answered_at"));
	json_put_text(one, "words", is_survey ? NULL : db_rows_text(rows, "words"));
	json_put(one, "answers", json_array());
	json_put(one, "recovery", recovery_of(rows));
	return one;
}

/* What was asked once, with its answers by their places: sorted here, since they come in no order. */
typedef struct {
	gint64 what, id;
	json_t *value;
	GArray *places; /* of gint64, one an answer */
} Shown;

static void
asked_clear(gpointer data)
{
	Shown *one = data;

	g_array_unref(one->places);
	json_decref(one->value);
}

static int
by_age(gconstpointer a, gconstpointer b)
{
	const Shown *one = a, *other = b;

	if (one->what != other->what)
		return one->what < other->what ? -1 : 1;
	return one->id < other->id ? -1 : one->id > other->id;
}

static Shown *
asked_of(GArray *all, DbRows *rows)
{
	Shown fresh = { .what = db_rows_int(rows, "what"), .id = db_rows_int(rows, "id") };

	for (guint i = all->len; i > 0; i--) {
		Shown *known = &g_array_index(all, Shown, i - 1);

		if (known->id == fresh.id && known->what == fresh.what)
			return known;
	}
	fresh.value = begin(rows);
	fresh.places = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_array_append_val(all, fresh);
	return &g_array_index(all, Shown, all->len - 1);
}

static void
add_answer(Shown *to, DbRows *rows, const char *lang)
{
	const char *kind = db_rows_text(rows, "kind"), *asks = db_rows_text(rows, "asks");
	g_autoptr(json_t) own = asks != NULL ? json_loads(asks, 0, NULL) : NULL, words = NULL;
	SurveyQuestion question = { .kind = (char *)kind, .points = db_rows_int(rows, "points") };
	const gint64 place = db_rows_int(rows, "place");
	json_t *one;
	gint64 low, high;
	guint at = to->places->len;

	if (kind == NULL)
		return;
	one = json_object();
	words = survey_question_words(kind, own, lang);
	survey_question_range(&question, &low, &high);
	json_put_text(one, "kind", kind);
	json_put_text(one, "ask", json_text(words, "ask", ""));
	if (db_rows_is_null(rows, "score"))
		json_put(one, "score", json_null());
	else
		json_put_int(one, "score", db_rows_int(rows, "score"));
	json_put_int(one, "low", low);
	json_put_int(one, "high", high);
	json_put_text(one, "choice", g_str_equal(kind, "choice") ? json_string_value(json_array_get(json_object_get(words, "options"), (size_t)MAX(db_rows_int(rows, "score") - 1, 0))) : NULL);
	json_put_text(one, "words", db_rows_text(rows, "words"));
	while (at > 0 && g_array_index(to->places, gint64, at - 1) > place)
		at--;
	g_array_insert_val(to->places, at, place);
	json_array_insert_new(json_object_get(to->value, "answers"), at, one);
}

json_t *
asked_of_case(Db *db, gint64 case_id, const char *lang, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_ASKED_OF_CASE, DB_ARGS(DB_INT(case_id)), error);
	g_autoptr(GArray) all = NULL;
	json_t *list;

	if (rows == NULL)
		return NULL;
	all = g_array_new(FALSE, FALSE, sizeof(Shown));
	g_array_set_clear_func(all, asked_clear);
	while (db_rows_next(rows, &local))
		add_answer(asked_of(all, rows), rows, lang);
	if (!db_ended(&local, error))
		return NULL;
	g_array_sort(all, by_age);
	list = json_array();
	for (guint i = 0; i < all->len; i++)
		json_array_append_new(list, json_incref(g_array_index(all, Shown, i).value));
	return list;
}
