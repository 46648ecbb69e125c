/* promise_panel.c - promises on the case page: the card, the now line, the words marked in messages; what was heard in the last
 * message where no script did it; words for telling a new time. Their routes: desk/promises.c. */
#include "desk/promises.h"
#include "base/clock.h"
#include "http/page.h"
#include "promise/promise.h"
#include "promise/spoken.h"
#include "text/promise_words.h"
#include "text/span.h"
#include <string.h>

static int
by_span(gconstpointer a, gconstpointer b)
{
	const Promise *one = *(Promise *const *)a, *other = *(Promise *const *)b;

	return one->span_start < other->span_start ? -1 : one->span_start > other->span_start;
}

/* Marks of our own, which ui's formatter "promised" makes <mark>s of; any that came with the words are taken out. */
#define MARK_BEGIN "\356\200\200"
#define MARK_END "\356\200\201"

static void
append_plain(GString *out, const char *text, gsize size)
{
	for (const char *p = text, *end = text + size; p < end;) {
		if (end - p >= 3 && (memcmp(p, MARK_BEGIN, 3) == 0 || memcmp(p, MARK_END, 3) == 0))
			p += 3;
		else
			g_string_append_c(out, *p++);
	}
}

static void
mark_message(json_t *message, const GPtrArray *promises)
{
	const char *body = json_text(message, "body", ""), *ref = json_text(message, "ref", "");
	g_autoptr(GPtrArray) here = g_ptr_array_new();
	g_autoptr(GString) marked = NULL;
	gsize size = strlen(body), at = 0;

	for (guint i = 0; i < promises->len; i++) {
		Promise *it = promises->pdata[i];

		if (it->span_end > it->span_start && (gsize)it->span_end <= size && g_strcmp0(it->message_ref, ref) == 0)
			g_ptr_array_add(here, it);
	}
	if (here->len == 0)
		return;
	g_ptr_array_sort(here, by_span);
	marked = g_string_sized_new(size + 64);
	for (guint i = 0; i < here->len; i++) {
		const Promise *it = here->pdata[i];
		gsize start = (gsize)it->span_start, end = (gsize)it->span_end;

		/* what overlaps is marked once; a span that cuts a character in two is none */
		if (start < at || (body[start] & 0xc0) == 0x80 || (body[end] & 0xc0) == 0x80)
			continue;
		append_plain(marked, body + at, start - at);
		g_string_append(marked, MARK_BEGIN);
		append_plain(marked, body + start, end - start);
		g_string_append(marked, MARK_END);
		at = end;
	}
	append_plain(marked, body + at, size - at);
	json_put_text(message, "promised", marked->str);
}

static json_t *
list_of(const GPtrArray *promises, gint64 now_ms)
{
	json_t *list = json_array();

	for (guint i = 0; i < promises->len; i++)
		json_array_append_new(list, promise_to_json(promises->pdata[i], now_ms));
	return list;
}

/* ---- heard in the last message, without a script -------------------------------------------------------------------- */

static gboolean
is_kept_watch(const GPtrArray *promises, const char *message_ref, gint64 start)
{
	for (guint i = 0; i < promises->len; i++) {
		const Promise *it = promises->pdata[i];

		if (g_strcmp0(it->message_ref, message_ref) == 0 && it->span_end > 0 && start >= it->span_start && start < it->span_end)
			return TRUE;
	}
	return FALSE;
}

static json_t *
heard_one(const json_t *message, const PromiseWords *words, const char *body)
{
	json_t *one = json_object();

	json_put_text(one, "message", json_text(message, "ref", ""));
	json_put_text(one, "what", words->what);
	json_put(one, "words", json_stringn(body + words->start, words->end - words->start));
	json_put_time(one, "due_at", words->when.due_ms);
	json_put_bool(one, "whole_day", words->when.whole_day);
	json_put_time(one, "other_at", words->when.other_ms);
	json_put_bool(one, "other_whole_day", words->when.other_whole_day);
	json_put_int(one, "certainty", words->certainty);
	return one;
}

/* In the reader's own last words to the customer, what nobody keeps watch over yet. */
static json_t *
heard_in(Call *call, const json_t *messages, const GPtrArray *promises, GError **error)
{
	json_t *list;
	SpokenNow spoken;

	if (!spoken_now(call->db, call->carry, call->now_ms, call->actor->zone, &spoken, error))
		return NULL;
	list = json_array();

	for (size_t i = json_array_size(messages); i > 0; i--) {
		const json_t *message = json_array_get(messages, i - 1);
		const char *body = json_text(message, "body", "");
		g_autoptr(GPtrArray) found = NULL;

		if (!json_flag(message, "mine", FALSE) || !g_str_equal(json_text(message, "direction", ""), "outbound"))
			continue;
		time_read(json_text(message, "said_at", ""), &spoken.now.now_ms);
		found = promise_words_read(body, strlen(body), &spoken.now);
		for (guint k = 0; k < found->len; k++) {
			const PromiseWords *words = found->pdata[k];

			if (words->when.due_ms > call->now_ms &&
				!is_kept_watch(promises, json_text(message, "ref", ""), (gint64)words->start))
				json_array_append_new(list, heard_one(message, words, body));
		}
		break;
	}
	return list;
}

/* ---- words for telling how it stands --------------------------------------------------------------------------------- */

static char *
time_text(gint64 at_ms, gboolean whole_day, const char *zone)
{
	g_autoptr(GTimeZone) where = zone_by_name(zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / MS_PER_S), at = g_date_time_to_timezone(utc, where);

	return g_date_time_format(at, whole_day ? "%A %-d %B" : "%A %-d %B, %H:%M");
}

/* The rules are in the language of the promise, which is English; the person who sends it makes it theirs. */
static char *
update_words(const Call *call, const json_t *value, const Promise *it)
{
	const char *name = json_text(json_object_get(value, "customer"), "name", NULL);
	g_auto(GStrv) names = name != NULL ? g_strsplit(name, " ", 2) : NULL;
	g_autofree char *hello = names != NULL ? g_strdup_printf("Dear %s,", names[0]) : g_strdup("Hello,");
	g_autofree char *first = time_text(it->first_due_at, it->whole_day, call->actor->zone),
			*due = time_text(it->due_at, it->whole_day, call->actor->zone);

	if (strcmp(it->state, "broken") == 0)
		return g_strdup_printf(
			"%s\n\nWe promised you this by %s: %s. We did not do it in time. That was our mistake, and we are sorry.\n\n"
			"What happened: \n\nWhat we do now, and by when: \n",
			hello, due, it->what);
	if (strcmp(it->state, "open") == 0 && it->n_moved > 0)
		return g_strdup_printf(
			"%s\n\nWe promised you this by %s: %s. It will take us longer, and we are sorry for that. We will do it by %s.\n",
			hello, first, it->what, due);
	return NULL;
}

static void
put_update(const Call *call, json_t *value, const GPtrArray *promises, const char *ref)
{
	json_t *drafts = json_object_get(value, "drafts"), *draft;

	/* what somebody began to write themselves is theirs */
	if (!json_is_object(drafts) || !json_is_null(json_object_get(drafts, "reply")))
		return;
	for (guint i = 0; i < promises->len; i++) {
		g_autofree char *words =
			strcmp(((Promise *)promises->pdata[i])->ref, ref) == 0 ? update_words(call, value, promises->pdata[i]) : NULL;

		if (words == NULL)
			continue;
		draft = json_object();
		json_put_text(draft, "body", words);
		json_put_int(draft, "base_version", json_int(value, "version", 0));
		json_put(draft, "saved_at", json_null());
		json_put(drafts, "reply", draft);
	}
}

gboolean
desk_promise_panel(Call *call, json_t *value, GError **error)
{
	const char *update = call_query(call, "update");
	json_t *messages = json_object_get(value, "messages"), *list, *message;
	g_autoptr(GPtrArray) promises = NULL;
	size_t i;

	/* A case without promises costs no statement. */
	if (json_int(value, "n_promises", 0) == 0 && json_array_size(json_object_get(value, "links")) == 0)
		promises = g_ptr_array_new();
	else if ((promises = promise_list(call->db, call->carry, error)) == NULL)
		return FALSE;
	list = list_of(promises, call->now_ms);
	json_put(value, "promises", list);
	json_put(value, "now_promise", json_null());
	/* Of an ended case nothing else is due. */
	if ((g_str_equal(json_text(value, "due_kind", ""), "promise") || !json_flag(value, "is_open", TRUE)) &&
		g_str_equal(json_text(json_array_get(list, 0), "state", ""), "open"))
		json_put(value, "now_promise", json_incref(json_array_get(list, 0)));
	json_array_foreach(messages, i, message) mark_message(message, promises);
	list = call_query(call, "heard") != NULL && actor_may(call->actor, "promise.make") ? heard_in(call, messages, promises, error) : json_array();
	if (list == NULL)
		return FALSE;
	json_put(value, "heard", list);
	if (update != NULL)
		put_update(call, value, promises, update);
	return TRUE;
}
