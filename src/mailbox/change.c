/* change.c - adding mailboxes and changing them. Reading them: mailbox/mailbox.c. */
#include "base/fold.h"
#include "mailbox/folder.h"
#include "mailbox/private.h"
#include "store/events.h"
#include "store/refs.h"
#include "mailbox.sql.h"
#include <string.h>

enum { NAME_BYTES = 200, SIGNATURE_BYTES = 4000, SUBJECT_BYTES = 300, BODY_BYTES = 20000, ALSO = 50, EXTERNAL_BYTES = 40, MB_MAX = 200, MB_DEFAULT = 50 };

static void
check_text(const char *text, gsize max, const char *field, GError **faults)
{
	if (text != NULL && (strlen(text) > max || !g_utf8_validate(text, -1, NULL)))
		err_add_field(faults, field, "At most %d bytes of text.", (int)max);
}

static void
check_word(const char *const *words, const char *word, const char *field, GError **faults)
{
	g_autofree char *all = NULL;

	if (word != NULL && g_strv_contains(words, word))
		return;
	all = g_strjoinv(", ", (char **)words);
	err_add_field(faults, field, "One of: %s.", all);
}

/* Folds what was typed as @change says; the result stands in @it. */
static void
take_addresses(Mailbox *it, const MailboxChange *change, GError **faults)
{
	if (change->given & MAILBOX_ADDRESS) {
		g_autofree char *key = change->address != NULL ? email_fold(change->address) : NULL;

		if (key == NULL)
			err_add_field(faults, "/address", "An address such as help@example.org.");
		g_free(it->address);
		g_free(it->address_key);
		it->address = key != NULL ? g_strstrip(g_strdup(change->address)) : g_strdup("");
		it->address_key = g_strdup(key != NULL ? key : "");
	}
	if (!(change->given & MAILBOX_ALSO))
		return;
	g_strfreev(it->also);
	it->also = g_new0(char *, (change->also != NULL ? change->also->len : 0) + 1);
	if (change->also != NULL && change->also->len > ALSO)
		err_add_field(faults, "/also", "At most %d further addresses.", ALSO);
	for (guint i = 0; change->also != NULL && i < change->also->len; i++)
		if ((it->also[i] = email_fold(change->also->pdata[i])) == NULL) {
			err_add_field(faults, "/also", "%s is not an address.", (const char *)change->also->pdata[i]);
			return;
		}
}

static void
take_server(MailServer **where, const MailServer *given, const char *in, GError **faults)
{
	MailServer *old = *where;

	*where = NULL;
	if (given != NULL) {
		server_check(given, in, faults);
		*where = server_copy(given);
		if ((*where)->ca_file == NULL && old != NULL)
			(*where)->ca_file = g_strdup(old->ca_file);
		if (g_strcmp0((*where)->ca_file, "") == 0)
			g_clear_pointer(&(*where)->ca_file, g_free);
		/* A secret stays with its server: it is not sent to another one because somebody wrote another name there, nor a
		 * password or a refresh token to another place for tokens. */
		if (old != NULL && (g_ascii_strcasecmp(old->host, (*where)->host) != 0 || g_strcmp0(old->token_url, (*where)->token_url) != 0))
			g_clear_pointer(&old, mail_server_free);
		if ((*where)->sealed == NULL && old != NULL)
			(*where)->sealed = g_strdup(old->sealed);
		if ((*where)->sealed_client_secret == NULL && old != NULL)
			(*where)->sealed_client_secret = g_strdup(old->sealed_client_secret);
	}
	mail_server_free(old);
}

static void
take_text(char **where, const char *value)
{
	g_free(*where);
	*where = g_strdup(value != NULL ? value : "");
}

static void
take_external_ids(Mailbox *it, const GPtrArray *given, GError **faults)
{
	g_strfreev(it->external_ids);
	it->external_ids = g_new0(char *, (given != NULL ? given->len : 0) + 1);
	for (guint i = 0; given != NULL && i < given->len; i++)
		if (i == ALSO || (it->external_ids[i] = line_read(given->pdata[i], EXTERNAL_BYTES)) == NULL) {
			err_add_field(faults, "/external_ids", "At most %d, each the beginning of an id, such as INC.", ALSO);
			return;
		}
}

/* @it becomes what @change says; every fault in @faults. */
static void
take(Mailbox *it, const MailboxChange *change, gint64 now_ms, GError **faults)
{
	const struct {
		guint64 bit;
		char **where;
		const char *value, *field;
		gsize max;
	} texts[] = {
		{ MAILBOX_NAME, &it->name, change->name, "/name", NAME_BYTES },
		{ MAILBOX_SIGNATURE, &it->signature, change->signature, "/signature", SIGNATURE_BYTES },
		{ MAILBOX_ACK_SUBJECT, &it->ack_subject, change->ack_subject, "/ack_subject", SUBJECT_BYTES },
		{ MAILBOX_ACK_BODY, &it->ack_body, change->ack_body, "/ack_body", BODY_BYTES },
		{ MAILBOX_AUTH_SERVER, &it->auth_server, change->auth_server, "/auth_server", NAME_BYTES },
		{ MAILBOX_LANGUAGE, &it->language, change->language, NULL, 0 },
		{ MAILBOX_WHEN_CLOSED, &it->when_closed, change->when_closed, NULL, 0 },
		{ MAILBOX_WHEN_UNKNOWN, &it->when_unknown, change->when_unknown, NULL, 0 },
	};
	const struct {
		guint64 bit;
		gboolean *where, value;
	} flags[] = {
		{ MAILBOX_ACKNOWLEDGE, &it->acknowledge, change->acknowledge },
		{ MAILBOX_TRUSTED, &it->trusted, change->trusted },
		{ MAILBOX_PLUS, &it->plus, change->plus },
		{ MAILBOX_PAUSED, &it->paused, change->paused },
		{ MAILBOX_STAFF_ANSWERS, &it->staff_answers, change->staff_answers },
	};

	take_addresses(it, change, faults);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		if (change->given & texts[i].bit) {
			if (texts[i].field != NULL)
				check_text(texts[i].value, texts[i].max, texts[i].field, faults);
			take_text(texts[i].where, texts[i].value);
		}
	for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
		if (change->given & flags[i].bit)
			*flags[i].where = flags[i].value;
	if (change->given & MAILBOX_EXTERNAL_IDS)
		take_external_ids(it, change->external_ids, faults);
	if (change->given & MAILBOX_TEAM)
		it->team_id = change->team_id;
	if (change->given & MAILBOX_MAX_MB)
		it->max_mb = change->max_mb;
	if (change->given & MAILBOX_IMAP)
		take_server(&it->imap, change->imap, "imap", faults);
	if (change->given & MAILBOX_SMTP)
		take_server(&it->smtp, change->smtp, "smtp", faults);
	if (change->given & MAILBOX_REMOVED)
		it->removed_at = !change->removed ? 0 : it->removed_at != 0 ? it->removed_at : now_ms;
	check_word(mailbox_when_closed, it->when_closed, "/when_closed", faults);
	check_word(mailbox_when_unknown, it->when_unknown, "/when_unknown", faults);
	check_word(mailbox_languages, it->language, "/language", faults);
	if (it->staff_answers && it->auth_server[0] == '\0')
		err_add_field(faults, "/auth_server", "Name the server whose word counts, or anybody could write in a colleague's name.");
	if (it->max_mb < 1 || it->max_mb > MB_MAX)
		err_add_field(faults, "/max_mb", "From 1 to %d.", MB_MAX);
}

/* An address of one mailbox is no other's, or mail would have two homes. */
static gboolean
check_free(Db *db, const Mailbox *it, GError **error)
{
	g_autoptr(GPtrArray) all = mailbox_list(db, error);

	if (all == NULL)
		return FALSE;
	for (guint i = 0; i < all->len && it->removed_at == 0; i++) {
		const Mailbox *other = all->pdata[i];
		const char *taken = NULL;

		if (other->id == it->id)
			continue;
		if (mailbox_has_address(other, it->address_key))
			taken = it->address_key;
		for (char **at = it->also; at != NULL && *at != NULL && taken == NULL; at++)
			if (mailbox_has_address(other, *at))
				taken = *at;
		if (taken != NULL) {
			g_set_error(error, ERR, ERR_CONFLICT, "%s belongs to the mailbox %s already", taken, other->address);
			return FALSE;
		}
	}
	return TRUE;
}

static char *
list_row(char **also)
{
	g_autoptr(json_t) list = json_array();

	for (char **at = also; at != NULL && *at != NULL; at++)
		json_array_append_new(list, json_string(*at));
	return json_write(list, NULL);
}

static gboolean
insert(Db *db, const Mailbox *it, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_autofree char *also = list_row(it->also), *imap = server_to_row(it->imap), *smtp = server_to_row(it->smtp), *external = list_row(it->external_ids);
	gboolean made = FALSE;
	char ref[REF_SIZE];

	if (!ref_insert(db, &SQL_MAILBOX_INSERT, ref,
	                DB_ARGS(DB_TEXT(ref), DB_TEXT(it->address), DB_TEXT(it->address_key), DB_TEXT(also), DB_TEXT(it->name), DB_INT_OR_NULL(it->team_id), DB_TEXT(it->signature),
	                        DB_BOOL(it->acknowledge), DB_TEXT(it->ack_subject), DB_TEXT(it->ack_body), DB_TEXT(it->when_closed), DB_TEXT(it->when_unknown), DB_BOOL(it->trusted),
	                        DB_BOOL(it->plus), DB_INT(it->max_mb), DB_TEXT(imap), DB_TEXT(smtp), DB_BOOL(it->paused), DB_INT(now_ms), DB_TEXT(external),
	                        DB_TEXT(it->auth_server), DB_BOOL(it->staff_answers), DB_TEXT(it->language)),
	                ret_id, &made, error))
		return FALSE;
	if (!made)
		g_set_error(error, ERR, ERR_CONFLICT, "%s was a mailbox before: bring that one back", it->address_key);
	return made;
}

static gboolean
update(Db *db, const Mailbox *it, GError **error)
{
	g_autofree char *also = list_row(it->also), *imap = server_to_row(it->imap), *smtp = server_to_row(it->smtp), *external = list_row(it->external_ids);
	gint64 changed = 0;

	if (!db_exec(db, &SQL_MAILBOX_UPDATE,
	             DB_ARGS(DB_INT(it->id), DB_INT(it->version), DB_TEXT(it->address), DB_TEXT(it->address_key), DB_TEXT(also), DB_TEXT(it->name), DB_INT_OR_NULL(it->team_id),
	                     DB_TEXT(it->signature), DB_BOOL(it->acknowledge), DB_TEXT(it->ack_subject), DB_TEXT(it->ack_body), DB_TEXT(it->when_closed), DB_TEXT(it->when_unknown),
	                     DB_BOOL(it->trusted), DB_BOOL(it->plus), DB_INT(it->max_mb), DB_TEXT(imap), DB_TEXT(smtp), DB_BOOL(it->paused), DB_INT_OR_NULL(it->removed_at), DB_TEXT(external),
	                     DB_TEXT(it->auth_server), DB_BOOL(it->staff_answers), DB_TEXT(it->language)),
	             &changed, error))
		return FALSE;
	if (changed == 0)
		g_set_error_literal(error, ERR, ERR_CONFLICT, "the mailbox was changed meanwhile");
	return changed > 0;
}

static gboolean
add_event(Db *db, const char *kind, gint64 id, json_t *facts, const Actor *actor, gint64 now_ms, GError **error)
{
	const Event event = { .kind = kind, .subject_id = id, .at_ms = now_ms, .actor = actor, .facts = facts };

	return event_add(db, &event, NULL, error);
}

Mailbox *
mailbox_add_in(Db *db, const MailboxChange *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Mailbox) it = g_new0(Mailbox, 1);
	g_autoptr(GError) faults = NULL;
	MailboxChange all = *make;
	gint64 id = 0;

	it->acknowledge = TRUE;
	it->max_mb = MB_DEFAULT;
	it->name = g_strdup("");
	it->signature = g_strdup("");
	it->ack_subject = g_strdup("");
	it->ack_body = g_strdup("");
	it->auth_server = g_strdup("");
	it->language = g_strdup("");
	it->when_closed = g_strdup(mailbox_when_closed[0]);
	it->when_unknown = g_strdup(mailbox_when_unknown[0]);
	all.given |= MAILBOX_ADDRESS | MAILBOX_ALSO;
	take(it, &all, now_ms, &faults);
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return NULL;
	}
	if (!check_free(db, it, error) || !insert(db, it, now_ms, &id, error) || !add_event(db, "mailbox.added", id, NULL, actor, now_ms, error))
		return NULL;
	return mailbox_get(db, id, error);
}

/* The names of what @change gives; whether it differs is not asked, a mailbox changes seldom. */
static json_t *
given_fields(guint64 given)
{
	static const char *const names[] = { "address", "name", "signature", "ack_subject", "ack_body", "when_closed", "when_unknown", "also", "team", "max_mb",
		"acknowledge", "trusted", "plus", "paused", NULL, "imap", "smtp", "external_ids", "auth_server", "staff_answers", "language" };
	json_t *facts = json_object(), *fields = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if ((given >> i & 1) && names[i] != NULL)
			json_array_append_new(fields, json_string(names[i]));
	json_put(facts, "fields", fields);
	return facts;
}

Mailbox *
mailbox_change_in(Db *db, gint64 id, gint64 version, const MailboxChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Mailbox) it = mailbox_get(db, id, error);
	g_autoptr(GError) faults = NULL;
	g_autoptr(json_t) facts = given_fields(change->given);
	gboolean was_removed;

	if (it == NULL)
		return NULL;
	if (version != 0 && version != it->version) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "the mailbox was changed meanwhile");
		return NULL;
	}
	was_removed = it->removed_at != 0;
	take(it, change, now_ms, &faults);
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return NULL;
	}
	if (!check_free(db, it, error) || !update(db, it, error) || ((change->given & MAILBOX_IMAP) != 0 && !mail_folder_forget_trouble_in(db, id, error)))
		return NULL;
	if (json_array_size(json_object_get(facts, "fields")) > 0 && !add_event(db, "mailbox.changed", id, facts, actor, now_ms, error))
		return NULL;
	if (was_removed != (it->removed_at != 0) && !add_event(db, was_removed ? "mailbox.restored" : "mailbox.removed", id, NULL, actor, now_ms, error))
		return NULL;
	return mailbox_get(db, id, error);
}

Mailbox *
mailbox_add(Db *db, const MailboxChange *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Mailbox) it = NULL;

	if (tx == NULL || (it = mailbox_add_in(db, make, actor, now_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	return g_steal_pointer(&it);
}

Mailbox *
mailbox_change(Db *db, gint64 id, gint64 version, const MailboxChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Mailbox) it = NULL;

	if (tx == NULL || (it = mailbox_change_in(db, id, version, change, actor, now_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	return g_steal_pointer(&it);
}
