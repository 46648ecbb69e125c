/* unsaid_story.c - see the header. */
#include "cases/unsaid_story.h"
#include "unsaid.sql.h"

static void
talk_on(UnsaidTalk *talk, const UnsaidWord *one)
{
	if (one->ours && talk->acknowledged_at == 0)
		talk->acknowledged_at = one->said_at;
	if (one->automatic)
		return;
	if (!one->ours) {
		talk->last_inbound_at = MAX(talk->last_inbound_at, one->said_at);
		talk->last_message_at = MAX(talk->last_message_at, one->said_at);
		talk->waits_from = talk->waits_from != 0 ? talk->waits_from : one->said_at;
		talk->heard_at = MAX(talk->heard_at, one->logged_at);
		return;
	}
	if (talk->first_response_at == 0)
		talk->first_response_at = one->said_at;
	/* Written before they wrote, and sent later: their words wait on (message_leaves_in). */
	if (one->logged_at < talk->heard_at)
		return;
	talk->last_message_at = MAX(MAX(talk->last_message_at, one->said_at), talk->last_inbound_at + 1);
	talk->waits_from = 0;
}

void
unsaid_story_clear(UnsaidStory *story)
{
	g_clear_pointer(&story->all, g_array_unref);
}

gboolean
unsaid_story_read(Db *db, const UnsaidPlace *place, gint64 message_id, UnsaidStory *ret, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_UNSAID_SAID, DB_ARGS(DB_INT(place->words_on), DB_INT(message_id)), error);

	if (rows == NULL)
		return FALSE;
	ret->all = g_array_new(FALSE, FALSE, sizeof(UnsaidWord));
	while (db_rows_next(rows, &local)) {
		const gboolean later = db_rows_int(rows, "later") != 0;
		const UnsaidWord one = {
			.id = db_rows_int(rows, "id"), .said_at = db_rows_int(rows, "said_at"), .logged_at = db_rows_int(rows, "logged_at"),
			.counted_at = db_rows_int(rows, "counted_at"), .ours = db_rows_text(rows, "direction")[0] == 'o', .automatic = later || db_rows_int(rows, "automatic") != 0,
			.later = later,
		};

		if (one.id == message_id || (!later && unsaid_place_has(place, one.id, one.counted_at)))
			g_array_append_val(ret->all, one);
	}
	return db_ended(&local, error);
}

/* Its traces are those of what happened in the same moment, too. */
static void
find_at_once(UnsaidStory *story)
{
	for (guint i = 0; i < story->all->len; i++) {
		const UnsaidWord *one = &g_array_index(story->all, UnsaidWord, i);

		if (one->counted_at != story->it.counted_at || one->automatic || one->id == story->it.id)
			continue;
		story->answer_at_once |= one->ours;
		story->words_at_once |= !one->ours && one->id < story->it.id;
	}
}

static void
their_words(UnsaidStory *story, const UnsaidWord *one)
{
	story->their_at = story->they_wrote ? story->their_at : one->logged_at;
	story->they_wrote = TRUE;
}

void
unsaid_story_tell(UnsaidStory *story, const Case *it, gint64 message_id)
{
	const UnsaidWord came = { .said_at = it->received_at };

	/* Its first words may be on another case, or nowhere. */
	if (story->all->len == 0 || g_array_index(story->all, UnsaidWord, 0).ours) {
		talk_on(&story->with, &came);
		talk_on(&story->now, &came);
	}
	for (guint i = 0; i < story->all->len; i++) {
		const UnsaidWord *one = &g_array_index(story->all, UnsaidWord, i);

		talk_on(&story->with, one);
		if (one->id == message_id) {
			story->it = *one;
			story->before = story->now;
			story->until = story->with;
			continue;
		}
		talk_on(&story->now, one);
		if (one->ours && story->first.id == 0)
			story->first = *one;
		if (one->ours && !one->automatic)
			story->last_at = one->counted_at;
		if (story->it.id != 0 && story->next.id == 0 && !one->ours && !one->automatic)
			their_words(story, one);
		if (story->it.id != 0 && story->next.id == 0 && one->ours && !one->automatic)
			story->next = *one;
	}
	find_at_once(story);
}
