/* thread.h - which message a mail answers: Message-IDs, tokens that only we can make, and who has a part in a case. The order
 * of the rules: flow/mail/route.h. */
#pragma once
#include "base/secret.h"
#include "store/db.h"
G_BEGIN_DECLS

/* The first 8 bytes of a Message-ID's BLAKE2b, "<>" and spaces left out. */
gint64 mail_id_key(const char *internet_id);

/* The message that has this id, or with @own FALSE one that named it, and the case it was filed in, which may have been merged since: the newest;
 * 0 when none. */
gboolean thread_find(Db *db, const char *internet_id, gboolean own, gint64 *ret_message_id, gint64 *ret_case_id, GError **error);
/* In the caller's transaction: where answers to @internet_id belong, and what it refers to (bounded: the first 5, the last 20). @case_id:
 * the message's; 0: the message knows. */
gboolean thread_put(Db *db, gint64 message_id, gint64 case_id, const char *internet_id, const GPtrArray *references, GError **error);

/* Whether it is one of the customer's addresses. */
gboolean thread_is_customer(Db *db, gint64 case_id, const char *address, gboolean *ret_is, GError **error);
/* Whether @address has a part in the case: its customer's, staff's, or one that wrote or was written to in it. */
gboolean thread_is_participant(Db *db, gint64 case_id, const char *address, gboolean *ret_is, GError **error);

/* Our own ids and addresses, signed: "MESSAGEREF.signature@domain", and "name+CASEREF.signature@domain". (transfer full) */
char *thread_make_id(const guint8 key[SECRET_KEY_SIZE], const char *message_ref, const char *domain);
char *thread_make_plus(const guint8 key[SECRET_KEY_SIZE], const char *address, const char *case_ref);
/* TRUE: it is one of ours, unaltered. */
gboolean thread_read_id(const guint8 key[SECRET_KEY_SIZE], const char *internet_id, char ret_message_ref[16]);
gboolean thread_read_plus(const guint8 key[SECRET_KEY_SIZE], const char *address, char ret_case_ref[16]);

G_END_DECLS
