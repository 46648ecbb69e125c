/* restore.h - cases that lived elsewhere, written as they were there: from our own export, or a table whose rows changed
 * since they were taken in. Import only (flow/import/import.h); a case that comes in now: cases/intake.h. */
#pragma once
#include "cases/intake.h"
#include "cases/message.h"
G_BEGIN_DECLS

typedef struct {
	const char *direction, *channel, *author_name, *body;
	gint64 author_id, said_at;
	gboolean automatic;
	const GArray *attachments; /* of NewAttachment, or NULL */
} RestoreMessage;

/* What a NewCase cannot say: the ref it had (kept when it is free), the whole conversation (NULL: only the first words,
 * which NewCase has) and the rest of its life. Times 0: as intake makes them. */
typedef struct {
	const char *ref;
	const char *merged_into; /* the ref of a case that is there; an unknown one is passed over */
	const GArray *messages;	 /* of RestoreMessage, oldest first */
	GArray *message_ids;	 /* of gint64: gets theirs, in the same order; NULL: nobody asks */
	gint64 customer_id;	 /* known already; 0: as the NewCase says */
	gint64 logged_at, stage_at, changed_at, n_reopened;
	gboolean waiting;
} RestoreLife;

/* A new case with its life, in the caller's transaction; errors as case_intake_in. */
gboolean case_restore_in(Db *db, const NewCase *make, const RestoreLife *life, const Actor *actor, gint64 now_ms, gint64 *ret_id,
	char ret_ref[16], GError **error);

/* Which members of the NewCase are meant; further ones are the CASE_ bits of cases/case.h. */
enum {
	RESTORE_BODY = 1 << 20,
	RESTORE_STAGE = 1 << 21,
	RESTORE_OUTCOME = 1 << 22,
	RESTORE_TIMES = 1 << 23,
	RESTORE_FACTS = 1 << 24,
	RESTORE_OWNER = 1 << 25,
	RESTORE_TEAM = 1 << 26,
};
/* Brings a case to what its row says now, in the caller's transaction: what differs is written, with the events a change by
 * hand would have (case.changed, case.stage_changed); what does not is left alone. The external hash is always noted.
 * @ret_changed FALSE: nothing differed. With @apply FALSE nothing is written, and the first difference is enough. */
gboolean case_overwrite_in(Db *db, gint64 id, const NewCase *make, guint given, gboolean apply, const Actor *actor, gint64 now_ms,
	gboolean *ret_changed, GError **error);

G_END_DECLS
