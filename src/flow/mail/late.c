/* late.c - see late.h. */
#include "flow/mail/late.h"
#include "base/clock.h"
#include "base/log.h"
#include "flow/mail/peer.h"
#include "mail/compose.h"
#include "text/span.h"
#include "late_mail.sql.h"
#include <string.h>

enum { SHOWN = 20 };

gboolean
late_mail_ask_in(Db *db, const GArray *users, gint64 now_ms, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);

	for (guint i = 0; i < users->len; i++) {
		g_autoptr(json_t) payload = NULL;
		gint64 n = 0;

		if (!g_hash_table_add(seen, &g_array_index(users, gint64, i)))
			continue;
		if (!db_exec(db, &SQL_LATE_MAIL_ASK, DB_ARGS(DB_INT(g_array_index(users, gint64, i)), DB_INT(now_ms)), &n, error))
			return FALSE;
		if (n == 0)
			continue;
		payload = json_object();
		json_put_int(payload, "user", g_array_index(users, gint64, i));
		if (!job_add(db, LATE_MAIL, payload, now_ms + LATE_MAIL_WAIT_MS, now_ms, error))
			return FALSE;
	}
	return TRUE;
}

typedef struct {
	const Job *job;
	gint64 user_id, last_id, n;
	char *ref, *email, *name, *zone;
	gboolean german;
	GString *lines;
} Late;

static void
late_clear(Late *late)
{
	g_free(late->ref);
	g_free(late->email);
	g_free(late->name);
	g_free(late->zone);
	if (late->lines != NULL)
		g_string_free(late->lines, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Late, late_clear)

static gboolean
read_user(Db *db, Late *late, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_LATE_MAIL_USER, DB_ARGS(DB_INT(late->user_id)), error);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local) && !db_rows_is_null(rows, "queued_at")) {
		late->ref = g_strdup(db_rows_text(rows, "ref"));
		late->email = g_strdup(db_rows_text(rows, "email"));
		late->name = g_strdup(db_rows_text(rows, "name"));
		late->zone = g_strdup(db_rows_text(rows, "zone"));
		late->german = g_strcmp0(db_rows_text(rows, "lang"), "de") == 0;
		late->last_id = db_rows_int(rows, "last_notice_id");
	}
	return db_ended(&local, error);
}

static const char *
clock_name(const char *clock, gboolean german)
{
	static const char *const names[][3] = {
		{ "acknowledge", "Acknowledge", "Bestätigen" }, { "respond", "First answer", "Erste Antwort" }, { "answer", "Answer", "Antworten" },
		{ "update", "Say how it stands", "Sagen, wie es steht" }, { "resolve", "Put it right", "In Ordnung bringen" }, { "final", "Final response", "Abschließende Antwort" },
		{ "follow_up", "Follow up", "Nachfragen" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(names[i][0], clock) == 0)
			return names[i][german ? 2 : 1];
	return clock;
}

static void
put_line(Late *late, DbRows *rows, const char *base)
{
	g_autoptr(json_t) facts = json_loads(db_rows_text(rows, "facts") != NULL ? db_rows_text(rows, "facts") : "{}", 0, NULL);
	g_autoptr(GTimeZone) zone = zone_by_name(late->zone);
	gint64 due = 0;
	g_autoptr(GDateTime) utc = NULL, here = NULL;
	g_autofree char *when = NULL;

	time_read(json_text(facts, "due_at", ""), &due);
	utc = g_date_time_new_from_unix_utc(due / MS_PER_S);
	here = utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;
	when = here != NULL ? g_date_time_format(here, "%Y-%m-%d %H:%M") : g_strdup("");
	g_string_append_printf(late->lines, "%s, %s %s\n%s  %s\n", clock_name(json_text(facts, "clock", ""), late->german), late->german ? "fällig" : "due", when,
		db_rows_text(rows, "ref"), db_rows_text(rows, "subject"));
	if (base != NULL)
		g_string_append_printf(late->lines, "%s%scases/%s\n", base, g_str_has_suffix(base, "/") ? "" : "/", db_rows_text(rows, "ref"));
	g_string_append_c(late->lines, '\n');
}

static gboolean
read_late(Db *db, Late *late, const char *base, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_LATE_MAIL_NOTICES, DB_ARGS(DB_INT(late->user_id), DB_INT(late->last_id), DB_INT(SHOWN + 1)), error);

	if (rows == NULL)
		return FALSE;
	late->lines = g_string_new(NULL);
	while (db_rows_next(rows, &local)) {
		late->last_id = MAX(late->last_id, db_rows_int(rows, "id"));
		if (late->n++ < SHOWN)
			put_line(late, rows, base);
	}
	return db_ended(&local, error);
}

static Mailbox *
sending_mailbox(Db *db, GError **error)
{
	g_autoptr(GPtrArray) all = mailbox_list(db, error);

	for (guint i = 0; all != NULL && i < all->len; i++) {
		const Mailbox *one = all->pdata[i];

		if (one->smtp != NULL && !one->paused)
			return mailbox_get(db, one->id, error);
	}
	return NULL;
}

static GBytes *
write_mail(const Late *late, const Mailbox *mailbox, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) to = g_ptr_array_new();
	MailAddress person = { .address = late->email, .name = late->name };
	g_autofree char *subject = NULL, *text = NULL, *id = NULL;
	const char *at = strchr(mailbox->address, '@');

	g_ptr_array_add(to, &person);
	if (late->german)
		subject = late->n > SHOWN ? g_strdup_printf("Mehr als %d Fälle sind überfällig", SHOWN) : late->n == 1 ? g_strdup("Ein Fall ist überfällig") : g_strdup_printf("%d Fälle sind überfällig", (int)late->n);
	else
		subject = late->n > SHOWN ? g_strdup_printf("More than %d cases are late", SHOWN) : late->n == 1 ? g_strdup("A case is late") : g_strdup_printf("%d cases are late", (int)late->n);
	text = g_strdup_printf("%s\n\n%s%s\n", late->german ? "Hier läuft die Zeit davon:" : "Time has run out here:", late->lines->str,
		late->german ? "Diese Mails schalten Sie in Ihrem Konto ab." : "You can switch these mails off in your account.");
	/* The same for the same notices, so that a mail that went out twice is known for one. */
	id = g_strdup_printf("late.%s.%" G_GINT64_FORMAT "%s", late->ref, late->last_id, at != NULL ? at : "@redress");
	return compose_mail(&(Compose){ .from = { .address = mailbox->address, .name = mailbox->name }, .to = to, .subject = subject, .text = text, .message_id = id,
		.auto_submitted = "auto-generated", .date_ms = now_ms }, error);
}

static gboolean
done(Db *db, gpointer data, GError **error)
{
	const Late *late = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_LATE_MAIL_DONE, DB_ARGS(DB_INT(late->user_id), DB_INT(late->last_id)), NULL, error) && job_end(db, late->job, error) &&
	       db_tx_commit(tx, error);
}

/* TRUE: it went, or never will; FALSE: later. */
static gboolean
send_it(const MailSendOptions *self, Store *store, const Late *late, const Mailbox *mailbox, gint64 now_ms, GError **error)
{
	g_autoptr(GBytes) mail = write_mail(late, mailbox, now_ms, error);
	g_autoptr(SmtpResult) result = NULL;
	g_autofree char *secret = NULL;
	const char *const to[] = { late->email, NULL };
	MailPeer peer = { 0 };

	if (mail == NULL || !mail_peer_of(store, mailbox->smtp, self->key, "smtp", &peer, &secret, error))
		return FALSE;
	peer.stop_fd = self->stop_fd;
	if (!(self->send != NULL ? self->send : smtp_send)(&peer, "", to, mail, &result, error))
		return FALSE;
	if (result->outcome == SMTP_LATER) {
		g_set_error(error, ERR, ERR_UPSTREAM, "%s", result->words != NULL ? result->words : "the server takes no mail now");
		return FALSE;
	}
	/* Whether it arrived is not known: rather not twice. What it says stands on the page. */
	if (result->outcome != SMTP_SENT)
		log_warn("mail", "a mail about late cases to %s: %s", late->ref, result->words != NULL ? result->words : smtp_outcome_word(result->outcome));
	return TRUE;
}

gboolean
late_mail_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	const MailSendOptions *self = data;
	g_auto(Late) late = { .job = job, .user_id = json_int(job->payload, "user", 0) };
	g_autofree char *base = self->context != NULL && self->context->base_url != NULL ? self->context->base_url(now_ms, self->context->base_data) : NULL;
	g_autoptr(Mailbox) mailbox = NULL;
	g_autoptr(GError) local = NULL;
	Db *db = store_reader(store, error);

	if (db == NULL || !read_user(db, &late, error) || (late.ref != NULL && !read_late(db, &late, base != NULL && base[0] != '\0' ? base : NULL, error)))
		return FALSE;
	if (late.n > 0 && (mailbox = sending_mailbox(db, &local)) == NULL && local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (mailbox != NULL && !send_it(self, store, &late, mailbox, now_ms, error))
		return FALSE;
	return store_write(store, done, &late, error);
}
