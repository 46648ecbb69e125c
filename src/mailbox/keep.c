/* keep.c - see keep.h. */
#include "mailbox/keep.h"
#include "base/clock.h"
#include "base/ids.h"
#include "store/blob.h"
#include "store/events.h"
#include "store/refs.h"
#include "mails.sql.h"
#include <string.h>
#include <unistd.h>

void
kept_mail_free(KeptMail *mail)
{
	if (mail == NULL)
		return;
	g_free(mail->ref);
	g_free(mail->blob);
	g_free(mail->way);
	g_free(mail->envelope_from);
	g_free(mail->envelope_to);
	g_free(mail->state);
	g_free(mail->identity);
	g_clear_pointer(&mail->bytes, g_bytes_unref);
	g_free(mail);
}

gboolean
mail_counts_write(Db *db, MailCounts *counts, GError **error)
{
	const MailCounts now = *counts;

	*counts = (MailCounts){ .known = now.known, .filed = now.filed, .set_aside = now.set_aside };
	return now.n_seen + now.n_filed + now.n_set_aside == 0 ||
	       db_exec(db, &SQL_MAIL_COUNT, DB_ARGS(DB_INT(now.mailbox_id), DB_INT(now.day), DB_INT(now.n_seen), DB_INT(now.n_known), DB_INT(now.n_filed), DB_INT(now.n_set_aside)), NULL, error);
}

/* @one: of one mail; @gathered may be NULL. */
static gboolean
count(Db *db, MailCounts *gathered, MailCounts one, GError **error)
{
	if (gathered == NULL)
		return mail_counts_write(db, &one, error);
	if ((gathered->mailbox_id != one.mailbox_id || gathered->day != one.day) && !mail_counts_write(db, gathered, error))
		return FALSE;
	gathered->mailbox_id = one.mailbox_id;
	gathered->day = one.day;
	gathered->n_seen += one.n_seen;
	gathered->n_known += one.n_known;
	gathered->n_filed += one.n_filed;
	gathered->n_set_aside += one.n_set_aside;
	gathered->known += one.n_known;
	gathered->filed += one.n_filed;
	gathered->set_aside += one.n_set_aside;
	return TRUE;
}

static gboolean
find_known(Db *db, const MailKeep *keep, gint64 *ret_id, gboolean *ret_known, GError **error)
{
	return db_query_int(db, &SQL_MAIL_KNOWN, DB_ARGS(DB_INT(keep->mailbox_id), DB_TEXT(keep->identity)), ret_id, ret_known, error);
}

/* The row, or the one of the same mail. */
static gboolean
insert(Db *db, const MailKeep *keep, gint64 now_ms, gint64 *ret_id, gboolean *ret_known, GError **error)
{
	gboolean made = FALSE;
	char ref[REF_SIZE];

	if (!ref_insert(db, &SQL_MAIL_INSERT, ref,
	                DB_ARGS(DB_TEXT(ref), DB_INT(keep->mailbox_id), DB_TEXT(keep->identity), DB_TEXT(keep->way), DB_INT(keep->size), DB_BOOL(keep->cut),
	                        DB_TEXT(keep->blob), DB_TEXT(keep->envelope_from), DB_TEXT(keep->envelope_to), DB_INT(now_ms)),
	                ret_id, &made, error) ||
	    (!made && !find_known(db, keep, ret_id, ret_known, error)))
		return FALSE;
	if (!made && !*ret_known)
		g_set_error_literal(error, ERR, ERR_INTERNAL, "no free ref for a mail");
	return made || *ret_known;
}

gboolean
mail_keep_in(Db *db, const MailKeep *keep, gint64 now_ms, gint64 *ret_id, gboolean *ret_known, GError **error)
{
	gboolean known = FALSE;
	gint64 id = 0;

	g_return_val_if_fail(db_in_tx(db) && (keep->blob != NULL || keep->bytes != NULL), FALSE);
	if (!insert(db, keep, now_ms, &id, &known, error))
		return FALSE;
	if (!known && keep->blob == NULL && !db_exec(db, &SQL_MAIL_BYTES_INSERT, DB_ARGS(DB_INT(id), DB_BLOB(keep->bytes, keep->size)), NULL, error))
		return FALSE;
	if (!count(db, keep->counts, (MailCounts){ .mailbox_id = keep->mailbox_id, .day = now_ms / MS_PER_DAY, .n_seen = 1, .n_known = known ? 1 : 0 }, error))
		return FALSE;
	db_note_due(db, now_ms);
	*ret_id = id;
	if (ret_known != NULL)
		*ret_known = known;
	return TRUE;
}

gboolean
mail_known_in(Db *db, const KeptMail *mail, gint64 now_ms, gboolean *ret_known, GError **error)
{
	gint64 id;

	*ret_known = FALSE;
	return db_query_int(db, &SQL_MAIL_KNOWN, DB_ARGS(DB_INT(mail->mailbox_id), DB_TEXT(mail->identity)), &id, ret_known, error) &&
	       (!*ret_known || count(db, mail->counts, (MailCounts){ .mailbox_id = mail->mailbox_id, .day = now_ms / MS_PER_DAY, .n_seen = 1, .n_known = 1 }, error));
}

gboolean
mail_keep_first_in(Db *db, const KeptMail *mail, gint64 now_ms, gint64 *ret_id, gboolean *ret_known, GError **error)
{
	gsize size = 0;
	const MailKeep keep = {
		.mailbox_id = mail->mailbox_id, .way = mail->way, .identity = mail->identity, .bytes = mail->bytes != NULL ? g_bytes_get_data(mail->bytes, &size) : NULL, .blob = mail->blob,
		.size = mail->size, .cut = mail->cut, .envelope_from = mail->envelope_from, .envelope_to = mail->envelope_to, .counts = mail->counts,
	};

	return mail_keep_in(db, &keep, now_ms, ret_id, ret_known, error);
}

static KeptMail *
read_mail(DbRows *rows)
{
	KeptMail *self = g_new0(KeptMail, 1);
	gsize size = 0;
	const guint8 *bytes = db_rows_blob(rows, "bytes", &size);

	self->id = db_rows_int(rows, "id");
	self->ref = g_strdup(db_rows_text(rows, "ref"));
	self->mailbox_id = db_rows_int(rows, "mailbox_id");
	self->way = g_strdup(db_rows_text(rows, "way"));
	self->state = g_strdup(db_rows_text(rows, "state"));
	self->size = db_rows_int(rows, "size");
	self->cut = db_rows_int(rows, "cut") != 0;
	self->blob = g_strdup(db_rows_text(rows, "blob"));
	self->envelope_from = g_strdup(db_rows_text(rows, "envelope_from"));
	self->envelope_to = g_strdup(db_rows_text(rows, "envelope_to"));
	self->attempts = db_rows_int(rows, "attempts");
	self->admitted = db_rows_int(rows, "admitted") != 0;
	self->kept_at = db_rows_int(rows, "kept_at");
	if (self->blob == NULL)
		self->bytes = g_bytes_new(bytes, size);
	return self;
}

GPtrArray *
mail_to_file(Db *db, gint64 after_id, guint limit, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)kept_mail_free);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAILS_TO_FILE, DB_ARGS(DB_INT(after_id), DB_INT(limit)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(list, read_mail(rows));
	if (local == NULL)
		return g_steal_pointer(&list);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

/* Takes @rows. */
static KeptMail *
one_mail(DbRows *taken, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return read_mail(rows);
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "no such mail");
	return NULL;
}

KeptMail *
mail_by_ref(Db *db, const char *ref, GError **error)
{
	char clean[REF_SIZE] = "";

	if (ref != NULL)
		ref_read(ref, clean);
	return one_mail(db_query(db, &SQL_MAIL_BY_REF, DB_ARGS(DB_TEXT(clean)), error), error);
}

KeptMail *
mail_get(Db *db, gint64 id, GError **error)
{
	return one_mail(db_query(db, &SQL_MAIL_BY_ID, DB_ARGS(DB_INT(id)), error), error);
}

GBytes *
mail_bytes(const KeptMail *mail, const char *data_dir, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GMappedFile) file = NULL;
	gint64 size = 0;
	int fd;

	if (mail->bytes != NULL)
		return g_bytes_ref(mail->bytes);
	if ((fd = blob_open(data_dir, mail->blob, &size, error)) < 0)
		return NULL;
	file = g_mapped_file_new_from_fd(fd, FALSE, &local);
	close(fd);
	if (file != NULL)
		return g_mapped_file_get_bytes(file);
	g_set_error(error, ERR, ERR_INTERNAL, "cannot read the mail %s: %s", mail->ref, local->message);
	return NULL;
}

gboolean
mail_attempt(Db *db, const KeptMail *mail, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_MAIL_ATTEMPT, DB_ARGS(DB_INT(mail->id)), NULL, error) && db_tx_commit(tx, error);
}

gboolean
mail_attempt_over(Db *db, const KeptMail *mail, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_MAIL_ATTEMPT_OVER, DB_ARGS(DB_INT(mail->id)), NULL, error) && db_tx_commit(tx, error);
}

static gboolean
add_event(Db *db, const char *kind, gint64 mail_id, const Actor *actor, gint64 now_ms, GError **error)
{
	const Event event = { .kind = kind, .subject_id = mail_id, .at_ms = now_ms, .actor = actor };

	return event_add(db, &event, NULL, error);
}

static gboolean
count_ended(Db *db, const KeptMail *mail, gboolean filed, gint64 now_ms, GError **error)
{
	return count(db, mail->counts, (MailCounts){ .mailbox_id = mail->mailbox_id, .day = now_ms / MS_PER_DAY, .n_filed = filed ? 1 : 0, .n_set_aside = filed ? 0 : 1 }, error);
}

static gboolean
check_ended(gint64 changed, const KeptMail *mail, GError **error)
{
	if (changed == 0)
		g_set_error(error, ERR, ERR_CONFLICT, "mail %s was filed by somebody else meanwhile", mail->ref != NULL ? mail->ref : "of an import");
	return changed > 0;
}

/* Into the journal as filed: one row written once, instead of one that waits and is changed. */
static gboolean
put_filed(Db *db, const KeptMail *mail, const char *kind, gint64 message_id, gint64 now_ms, GError **error)
{
	gboolean made = FALSE;
	gint64 id = 0;
	gsize size = 0;
	const guint8 *bytes = mail->bytes != NULL ? g_bytes_get_data(mail->bytes, &size) : NULL;
	char ref[REF_SIZE];

	if (!ref_insert(db, &SQL_MAIL_INSERT_FILED, ref,
	                DB_ARGS(DB_TEXT(ref), DB_INT(mail->mailbox_id), DB_TEXT(mail->identity), DB_TEXT(mail->way), DB_INT(mail->size), DB_BOOL(mail->cut), DB_TEXT(mail->blob),
	                        DB_TEXT(mail->envelope_from), DB_TEXT(mail->envelope_to), DB_INT(mail->kept_at), DB_INT(now_ms), DB_TEXT(kind), DB_INT_OR_NULL(message_id)),
	                &id, &made, error))
		return FALSE;
	if (!made) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "the same mail was kept by somebody else meanwhile");
		return FALSE;
	}
	if (mail->blob == NULL && !db_exec(db, &SQL_MAIL_BYTES_INSERT, DB_ARGS(DB_INT(id), DB_BLOB(bytes != NULL ? bytes : (const guint8 *)"", size)), NULL, error))
		return FALSE;
	return count(db, mail->counts, (MailCounts){ .mailbox_id = mail->mailbox_id, .day = now_ms / MS_PER_DAY, .n_seen = 1, .n_filed = 1 }, error);
}

gboolean
mail_filed_in(Db *db, const KeptMail *mail, const char *kind, gint64 message_id, gint64 now_ms, GError **error)
{
	gint64 changed = 0;

	if (mail->identity != NULL)
		return put_filed(db, mail, kind, message_id, now_ms, error);
	return db_exec(db, &SQL_MAIL_FILED, DB_ARGS(DB_INT(mail->id), DB_INT(now_ms), DB_TEXT(kind), DB_INT_OR_NULL(message_id)), &changed, error) &&
	       check_ended(changed, mail, error) && count_ended(db, mail, TRUE, now_ms, error);
}

static gboolean
put_aside(Db *db, const KeptMail *mail, const char *state, const char *event, const MailAside *aside, gint64 now_ms, GError **error)
{
	gint64 changed = 0, id = mail->id;
	gboolean known = FALSE;

	if (mail->identity != NULL && !mail_keep_first_in(db, mail, now_ms, &id, &known, error))
		return FALSE;
	return db_exec(db, &SQL_MAIL_SET_ASIDE, DB_ARGS(DB_INT(id), DB_TEXT(state), DB_TEXT(aside->reason), DB_INT(now_ms), DB_TEXT(aside->kind), DB_TEXT(aside->sender), DB_TEXT(aside->subject)), &changed, error) &&
	       check_ended(changed, mail, error) && count_ended(db, mail, FALSE, now_ms, error) && add_event(db, event, id, actor_system(), now_ms, error);
}

gboolean
mail_set_aside_in(Db *db, const KeptMail *mail, const MailAside *aside, gint64 now_ms, GError **error)
{
	return put_aside(db, mail, "set_aside", "mail.set_aside", aside, now_ms, error);
}

gboolean
mail_wait_in(Db *db, const KeptMail *mail, const MailAside *aside, gint64 now_ms, GError **error)
{
	return put_aside(db, mail, "waiting", "mail.waiting", aside, now_ms, error);
}

gboolean
mail_retry(Db *db, gint64 id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	gboolean found = FALSE;
	gint64 mailbox_id = 0;

	if (tx == NULL || !db_query_int(db, &SQL_MAIL_RETRY, DB_ARGS(DB_INT(id)), &mailbox_id, &found, error))
		return FALSE;
	if (!found) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "this mail does not wait: it is filed, or being filed");
		return FALSE;
	}
	db_note_due(db, now_ms);
	return add_event(db, "mail.retried", id, actor, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
mail_retry_all(Db *db, const char *version, gint64 now_ms, gint64 *ret_n, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(DbRows) rows = tx != NULL ? db_query(db, &SQL_MAIL_TRIED_BY, DB_NO_ARGS, error) : NULL;
	g_autoptr(GError) local = NULL;
	gboolean same;

	*ret_n = 0;
	if (rows == NULL)
		return FALSE;
	same = db_rows_next(rows, &local) && strcmp(db_rows_text(rows, "value"), version) == 0;
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	g_clear_pointer(&rows, db_rows_free);
	if (same)
		return TRUE;
	if (!db_exec(db, &SQL_MAIL_RETRY_ALL, DB_NO_ARGS, ret_n, error) || !db_exec(db, &SQL_MAIL_TRIED_BY_PUT, DB_ARGS(DB_TEXT(version)), NULL, error))
		return FALSE;
	db_note_due(db, now_ms);
	return db_tx_commit(tx, error);
}
