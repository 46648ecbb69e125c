/* record.h - rows that several rules of this folder write: a message with its attachments, an event with the case's
 * version, the documents of the search. Private to cases/; in the caller's transaction. */
#pragma once
#include "cases/message.h"
#include "store/search.h"
G_BEGIN_DECLS

/* The longest texts we take, in bytes of UTF-8. */
enum { MAX_BODY = 256 * 1024, MAX_ATTACHMENTS = 200 };

typedef struct {
	gint64 case_id, author_id, said_at;
	const char *direction, *channel, *author_name, *body;
	gboolean automatic;
	const GArray *attachments;
	/* Search: NULL gives the message a document of its own; otherwise this text is the case's head document, which
	 * holds the first message too, so that words of subject and message are found together. */
	const char *head;
} RecordMessage;
gboolean record_message(Db *db, const RecordMessage *message, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error);

/* Subject, ref, customer's name, external id and first words as one text. (transfer full) */
char *record_head_text(const char *subject, const char *ref, const char *name, const char *external_id, const char *body);

/* The same read from the database for a case that exists: @it with the words it has now. (transfer full) */
char *record_head_of(Db *db, const Case *it, GError **error);

/* Both locked, the lower id first, so that two who do this at once do not wait for each other for ever. ERR_CONFLICT
 * when it is one and the same. */
gboolean record_lock_pair(Db *db, gint64 a_id, gint64 b_id, Case **ret_a, Case **ret_b, GError **error);

/* Adds {"v": @version} to @facts (taken; NULL: nothing else): the version the case has from this change on, by which
 * message_since_version finds what is new. */
gboolean record_event(Db *db, const char *kind, gint64 case_id, gint64 version, gint64 subject_id, const Actor *actor, gint64 now_ms, json_t *facts, GError **error);

/* Faults common to all words people send: UTF-8, length. @field gets them; FALSE when at fault. */
gboolean record_check_text(const char *text, guint max_chars, const char *field, const char *what, GError **error);
gboolean record_check_body(const char *body, GError **error);
gboolean record_check_attachments(const GArray *attachments, GError **error);

G_END_DECLS
