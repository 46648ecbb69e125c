/* message.h - what is said on a case: by the customer, to the customer, and notes among staff. */
#pragma once
#include "cases/case.h"
#include "cases/intake.h"
G_BEGIN_DECLS

typedef struct {
	const char *direction; /* inbound, outbound, note */
	const char *channel;   /* NULL: the case's */
	const char *body;      /* required, at most 256 kB of UTF-8 */
	const char *author_name; /* where it is no user: the customer's name as given */
	gboolean automatic;  /* a machine's. Ours: acknowledges, but owes the answer still. Theirs: filed, and moves nothing */
	gboolean may_be_empty; /* mail without words */
	gboolean tell_owner;   /* of a machine's too: our mail came back */
	gboolean later;      /* outbound: it leaves later, and counts then (message_leaves_in); until then it is written, event message.written */
	const char *then;    /* @later: the stage it is moved to when it leaves, which must fit now; NULL: none */
	gboolean still_ours; /* outbound: we go on working; otherwise the case now waits for the customer */
	gint64 said_at;            /* 0: now */
	gint64 version;            /* stale-reply guard: the case's version it was written against; 0: not guarded (inbound) */
	const GArray *attachments; /* of NewAttachment, or NULL */
} NewMessage;

/* One transaction: message, attachments, search, event message.received | message.sent | message.noted | message.written (facts: n of
 * characters, never words), mentions (@name or @ref of a user in a note make notices), the case's counts, first
 * response, waiting, due, version + 1. An outbound one moves received -> acknowledged by itself. An inbound one on a
 * resolved, followed_up or closed case reopens it (history kept, n_reopened + 1, event case.reopened). On a merged case it
 * goes to the target. Clears the author's draft of that kind. ERR_CONFLICT when @version is stale. */
gboolean message_add(Db *db, gint64 case_id, const NewMessage *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error);
gboolean message_add_in(Db *db, gint64 case_id, const NewMessage *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error);
/* What was written to be sent @later leaves: it is said now, with all that follows from an answer, event message.sent by its author; what the customer wrote since
 * it was written waits on for another. @then: the stage the case is moved to with it, by its author; NULL: none. Where the customer wrote since, the case was merged, or it does not
 * fit any more, the case stays where it is: event case.move_dropped {to, why: they_wrote, merged, cannot}, and a notice move_dropped for the author. @case_id: where it is now.
 * In the caller's transaction. */
gboolean message_leaves_in(Db *db, gint64 case_id, gint64 message_id, gboolean still_ours, const char *then, gint64 now_ms, GError **error);
/* On a case that the caller has locked and that is not merged away; not guarded. */
gboolean message_add_on(Db *db, Case *it, const NewMessage *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error);

/* [{ref, direction, channel, author{ref,name}|null, author_name, body, automatic, said_at, logged_at, attachments[{ref,
 * name, media_type, size}]}], oldest first. @with_notes FALSE: for the customer, without notes and without
 * answers that have not left yet or were taken back. @since_id: only later ones (0: all). */
enum { MESSAGES_SHOWN = 2000 }; /* of a longer case the newest; the others: message_list_before() */
json_t *message_list(Db *db, gint64 case_id, gboolean with_notes, gint64 since_id, GError **error);
/* {messages[], next}: with notes, the @limit last ones said before the message with the ref @before (NULL: the last of all), oldest first; next:
 * the @before of those still earlier, or null. *@ret_last_id: the highest id among them. ERR_NOT_FOUND for a ref that is none of the case's. */
json_t *message_list_before(Db *db, gint64 case_id, const char *before, guint limit, gint64 *ret_last_id, GError **error);
/* For the 409: what came after @version: messages and stage changes by others. {messages[], events[]} */
json_t *message_since_version(Db *db, gint64 case_id, gint64 version, GError **error);

/* Whether anybody but @user_id said something after @version, or changed the case, or the customer did, whoever wrote it down: an answer begun before is to be
 * looked at again. Notes of colleagues do not change what a customer is to be told. TRUE where too much has happened to look through. */
gboolean message_any_news(Db *db, gint64 case_id, gint64 version, gint64 user_id, gboolean *ret_any, GError **error);

/* Server-side drafts. */
/* At most 256 kB; an empty one removes it. No event: it is nobody else's business. */
gboolean message_draft_save(Db *db, gint64 case_id, gint64 user_id, const char *kind, const char *body, gint64 base_version, gint64 now_ms, GError **error);
/* What they sent is their reply again, unless they began another meanwhile. @more: an object whose members message_draft_get() gives beside the words,
 * until the draft is sent or thrown away. @base_version: the case's when it was written, so that what came since is shown before it goes. In the caller's transaction. */
gboolean message_draft_take_back_in(Db *db, gint64 case_id, gint64 user_id, const char *body, gint64 base_version, const json_t *more, gint64 now_ms, GError **error);
json_t *message_draft_get(Db *db, gint64 case_id, gint64 user_id, GError **error); /* {reply{body,base_version,saved_at,...}|null, note...} */

/* An attachment by its ref, for the download: its case (for permission), name, type, size, hash. ERR_NOT_FOUND. */
typedef struct {
	gint64 case_id, size;
	char *name, *media_type, hash[65], *direction;
} Attachment;
void attachment_free(Attachment *attachment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Attachment, attachment_free)
Attachment *attachment_by_ref(Db *db, const char *ref, GError **error);

G_END_DECLS
