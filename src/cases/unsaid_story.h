/* unsaid_story.h - what was said on a case, with an answer that is taken back and without it. What follows from that: cases/unsaid.c. */
#pragma once
#include "cases/case.h"
#include "cases/unsaid_where.h"
G_BEGIN_DECLS

typedef struct {
	gint64 id, said_at, logged_at, counted_at; /* counted: by the case */
	gboolean ours, automatic, later; /* later: it never left */
} UnsaidWord;

/* As the case's own fields follow from what is said, one after the other. */
typedef struct {
	gint64 acknowledged_at, first_response_at, last_inbound_at, last_message_at, waits_from;
	gint64 heard_at; /* when their last words came in */
} UnsaidTalk;

typedef struct {
	GArray *all; /* of UnsaidWord, as they were written */
	UnsaidWord it;     /* the one that was taken back; one that never left is as a machine's: it answered nothing */
	UnsaidTalk before; /* up to it, without it */
	UnsaidTalk until;  /* ... and with it */
	UnsaidTalk with;
	UnsaidTalk now;    /* all but it */
	UnsaidWord next;   /* the first answer by a person that stands and was written after it; id 0: none */
	gboolean they_wrote; /* between the two */
	gint64 their_at;     /* ... since when */
	UnsaidWord first;  /* the first word of ours that stands, a machine's too; id 0: none */
	gboolean words_at_once, answer_at_once; /* in the very moment of it: words of theirs before it; an answer by a person, which stands */
	gint64 last_at; /* when the last answer by a person that stands counted; 0: none stands */
} UnsaidStory;
void unsaid_story_clear(UnsaidStory *story);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(UnsaidStory, unsaid_story_clear)

/* What was said on @place by what stands, and @message_id itself. */
gboolean unsaid_story_read(Db *db, const UnsaidPlace *place, gint64 message_id, UnsaidStory *ret, GError **error);
/* Tells it one after the other, with that and without. */
void unsaid_story_tell(UnsaidStory *story, const Case *it, gint64 message_id);

G_END_DECLS
