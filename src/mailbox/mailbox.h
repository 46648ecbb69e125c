/* mailbox.h - the addresses customers write to, how their server is reached, and what shall happen to their mail. Mail
 * that came: mailbox/keep.h; mail that goes: mailbox/outbox.h; talking to servers: mail/. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "base/seal.h"
#include "store/db.h"
G_BEGIN_DECLS

extern const char *const mailbox_when_closed[];  /* reopen link */
extern const char *const mailbox_languages[];
extern const char *const mailbox_when_unknown[]; /* accept ask quarantine */
extern const char *const mailbox_securities[];   /* tls starttls none */
extern const char *const mailbox_auths[];        /* password xoauth2 none */

/* How a server is reached. Secrets are sealed (base/seal.h) and never leave by JSON. */
typedef struct {
	char *host, *security, *user, *auth, *ca_file;
	char *sealed;    /* the password, or the OAuth refresh token; NULL: none */
	char *token_url, *client_id, *sealed_client_secret; /* xoauth2 */
	char **folders;  /* IMAP: at least INBOX */
	gint64 port;
} MailServer;
void mail_server_free(MailServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailServer, mail_server_free)

typedef struct {
	gint64 id, team_id, max_mb, created_at, removed_at, version;
	char *ref, *address, *address_key, *name, *team_ref, *team_name, *signature, *ack_subject, *ack_body, *when_closed, *when_unknown;
	char *auth_server; /* whose Authentication-Results count; "": nobody's */
	char *language;    /* of our own words to those who write here; "": the customer's */
	char **also; /* folded */
	char **external_ids; /* how other systems' ids begin: a subject that names one leads to the case with that external id */
	gboolean acknowledge, trusted, plus, paused;
	gboolean staff_answers; /* mail of staff that @auth_server found genuine is their answer */
	MailServer *imap, *smtp; /* NULL: none */
} Mailbox;
void mailbox_free(Mailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailbox, mailbox_free)
/* {ref, address, also[], external_ids[], name, team{ref,name}|null, signature, acknowledge, ack_subject, ack_body, when_closed, when_unknown,
 * trusted, plus, auth_server, staff_answers, language, max_mb, imap{host, port, security, user, auth, folders[], has_secret}|null, smtp{...}|null, paused,
 * created_at, removed_at, version} */
json_t *mailbox_to_json(const Mailbox *mailbox);

Mailbox *mailbox_get(Db *db, gint64 id, GError **error);          /* ERR_NOT_FOUND */
/* The mailbox that was asked for last, within one unit of work: mails of a unit are mostly for one. Borrowed from @memo; all-zero at first. */
typedef struct {
	Mailbox *last;
} MailboxMemo;
const Mailbox *mailbox_memo_get(MailboxMemo *memo, Db *db, gint64 id, GError **error);
void mailbox_memo_clear(MailboxMemo *memo);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MailboxMemo, mailbox_memo_clear)
Mailbox *mailbox_by_ref(Db *db, const char *ref, GError **error); /* as typed; ERR_NOT_FOUND */
/* By one of its addresses, plus parts and case not counting; NULL without error when there is none. */
Mailbox *mailbox_find(Db *db, const char *address, GError **error);
GPtrArray *mailbox_list(Db *db, GError **error); /* by address, without removed ones */
/* @address folded, without what stands behind a plus; NULL when it is none. (transfer full) */
char *mailbox_plain_address(const char *address);
/* @key: a folded address. */
gboolean mailbox_has_address(const Mailbox *mailbox, const char *key);

/* Bits of @given say which members are meant; adding needs the address. */
typedef struct {
	guint64 given;
	const char *address, *name, *signature, *ack_subject, *ack_body, *when_closed, *when_unknown, *auth_server, *language;
	const GPtrArray *also, *external_ids;
	gint64 team_id, max_mb;
	gboolean acknowledge, trusted, plus, paused, removed, staff_answers;
	const MailServer *imap, *smtp; /* borrowed; NULL takes the server away; a NULL @sealed keeps the one there is, unless the host or the
	 * token's address is another; a NULL @ca_file keeps the one there is, "" takes it away */
} MailboxChange;
enum {
	MAILBOX_ADDRESS = 1 << 0, MAILBOX_NAME = 1 << 1, MAILBOX_SIGNATURE = 1 << 2, MAILBOX_ACK_SUBJECT = 1 << 3, MAILBOX_ACK_BODY = 1 << 4,
	MAILBOX_WHEN_CLOSED = 1 << 5, MAILBOX_WHEN_UNKNOWN = 1 << 6, MAILBOX_ALSO = 1 << 7, MAILBOX_TEAM = 1 << 8, MAILBOX_MAX_MB = 1 << 9,
	MAILBOX_ACKNOWLEDGE = 1 << 10, MAILBOX_TRUSTED = 1 << 11, MAILBOX_PLUS = 1 << 12, MAILBOX_PAUSED = 1 << 13, MAILBOX_REMOVED = 1 << 14,
	MAILBOX_IMAP = 1 << 15, MAILBOX_SMTP = 1 << 16, MAILBOX_EXTERNAL_IDS = 1 << 17, MAILBOX_AUTH_SERVER = 1 << 18,
	MAILBOX_STAFF_ANSWERS = 1 << 19, MAILBOX_LANGUAGE = 1 << 20,
};
/* In their own transaction. ERR_INVALID with every field at fault ("/address", "/imap/port"); ERR_CONFLICT when an address is
 * another mailbox's, or @version is stale (0: any). Events mailbox.added, mailbox.changed {fields}, mailbox.removed,
 * mailbox.restored. */
Mailbox *mailbox_add(Db *db, const MailboxChange *make, const Actor *actor, gint64 now_ms, GError **error);
Mailbox *mailbox_change(Db *db, gint64 id, gint64 version, const MailboxChange *change, const Actor *actor, gint64 now_ms, GError **error);
Mailbox *mailbox_add_in(Db *db, const MailboxChange *make, const Actor *actor, gint64 now_ms, GError **error);
Mailbox *mailbox_change_in(Db *db, gint64 id, gint64 version, const MailboxChange *change, const Actor *actor, gint64 now_ms, GError **error);

/* The provider at @token_url gave @fresh in place of the refresh tokens @old, one after the other (NULL-terminated): wherever one of our servers is
 * signed in to with one of them, it is from now on with the new one. One transaction; no change that people made, so neither event nor version.
 * ERR_BUSY: it is kept nowhere, since no server has any of @old, or somebody changes one at this moment: read the mailbox anew. */
gboolean mailbox_token_renewed(Db *db, const SealKey *key, const char *token_url, const char *client_id, const char *const *old, const char *fresh, GError **error);

G_END_DECLS
