/* cmd_mail.c - redress mail receive | import | journal: mail from a pipe, from files, and what became of it. Mailboxes:
 * main/cmd_mailbox.c. */
#include "base/clock.h"
#include "base/json.h"
#include "flow/mail/receive.h"
#include "mail/spool.h"
#include "mailbox/journal.h"
#include "mailbox/mailbox.h"
#include "main/commands.h"
#include "main/mail_house.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { PIECE = 64 * 1024, ASIDE_MAX = 1000000 };

/* What is said of a mail beside what it says itself. */
typedef struct {
	MailIncoming *mail; /* of a pipe */
	const char *mailbox, *from, *to;
} Given;

/* By --mailbox, which must be one; by the MTA's word for whom it is, where that is one; by the mail itself. */
static gboolean
find_mailbox(const Given *self, const GPtrArray *mailboxes, const MailIncoming *mail, gint64 *ret_id, GError **error)
{
	gsize size = 0;
	const guint8 *head = mail_incoming_head(mail, &size);

	if (self->mailbox == NULL && self->to != NULL && mail_mailbox_of(mailboxes, self->to, NULL, 0, ret_id, NULL))
		return TRUE;
	return mail_mailbox_of(mailboxes, self->mailbox, head, size, ret_id, error);
}

/* A large one: its beginning says whose it is, and so how much of it is kept. */
static gboolean
set_limit(const Given *self, Db *db, MailIncoming *mail, GError **error)
{
	g_autoptr(GPtrArray) mailboxes = db != NULL ? mailbox_list(db, error) : NULL;
	gint64 id = 0;

	if (mailboxes == NULL || !find_mailbox(self, mailboxes, mail, &id, error))
		return FALSE;
	mail_incoming_limit(mail, mail_bytes_limit(mailboxes, id));
	return TRUE;
}

static gboolean
keep(Db *db, gpointer data, GError **error)
{
	const Given *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(GPtrArray) mailboxes = tx != NULL ? mailbox_list(db, error) : NULL;
	MailKeep one = { .way = "pipe", .envelope_from = self->from, .envelope_to = self->to };
	gint64 id;

	mail_incoming_keep(self->mail, &one);
	return mailboxes != NULL && find_mailbox(self, mailboxes, self->mail, &one.mailbox_id, error) && mail_keep_in(db, &one, clock_now_ms(), &id, NULL, error) && db_tx_commit(tx, error);
}

/* The MTA asks the exit status what to do: 0 it is ours now; 75 keep it and try again. Never 65: what is odd is kept and set aside. */
static int
temporary(const GError *error)
{
	fprintf(stderr, "redress mail receive: %s\n", error->message);
	return EX_TEMPFAIL;
}

static gboolean
set_limit_once(Db *db, gpointer data, GError **error)
{
	const Given *self = data;

	return set_limit(self, db, self->mail, error);
}

static gboolean
read_pipe(Given *self, GError **error)
{
	static guint8 piece[PIECE];
	MailIncoming *mail = self->mail;
	gint64 size = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, piece, sizeof piece)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error(error, ERR, ERR_BUSY, "reading the mail: %s", g_strerror(errno));
			return FALSE;
		}
		if (size <= MAIL_BYTES_SURE && size + n > MAIL_BYTES_SURE && !command_write_once(set_limit_once, self, error))
			return FALSE;
		size += n;
		if (!mail_incoming_feed(mail, piece, (gsize)n, error))
			return FALSE;
	}
	return mail_incoming_end(mail, error);
}

static int
receive(int argc, char **argv)
{
	static char *mailbox;
	const GOptionEntry entries[] = {
		{ "mailbox", 0, 0, G_OPTION_ARG_STRING, &mailbox, "which of our addresses it is for (default: told from RECIPIENT or the mail itself)", "ADDRESS" },
		{ NULL },
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(MailIncoming) mail = NULL;
	Given given = { .from = g_getenv("SENDER"), .to = g_getenv("RECIPIENT") };

	if (!command_options("mail receive", "< MESSAGE - keeps one mail durably; exit status 0, or of sysexits.h", entries, &argc, &argv))
		return EX_USAGE;
	given.mailbox = mailbox;
	given.mail = mail = mail_incoming_new(common_options.data_dir, MAIL_BYTES_MAX);
	if (!read_pipe(&given, &error) || !command_write_once(keep, &given, &error))
		return temporary(error);
	return EX_OK;
}

/* ---- import */
enum { LOOK_AGAIN = 64 }; /* so often the mailboxes are read anew */

typedef struct {
	Store *store;
	Spool *spool;
	MailBulk *bulk;
	Given given;
	GPtrArray *mailboxes;
	gint64 n, total;
	gboolean bar;
	int shown;
} Import;

/* Of what is durable. */
static void
show_progress(Import *self)
{
	gint64 at = mail_bulk_done(self->bulk)->at;
	int percent = self->total > 0 ? (int)(at * 100 / self->total) : 100;

	if (!self->bar || percent == self->shown)
		return;
	self->shown = percent;
	fprintf(stderr, "\r[%-40.*s] %3d %%", CLAMP(percent, 0, 100) * 40 / 100, "########################################", percent);
}

static gboolean
feed(Import *self, MailIncoming *incoming, GBytes *mail, GError **error)
{
	gsize size = 0, first;
	const guint8 *bytes = g_bytes_get_data(mail, &size);

	first = MIN(size, (gsize)MAIL_BYTES_SURE);
	return mail_incoming_feed(incoming, bytes, first, error) && (first == size || set_limit(&self->given, store_reader(self->store, error), incoming, error)) &&
	       mail_incoming_feed(incoming, bytes + first, size - first, error) && mail_incoming_end(incoming, error);
}

static gboolean
look_up_mailboxes(Import *self, GError **error)
{
	Db *db;

	if (self->n++ % LOOK_AGAIN != 0)
		return TRUE;
	g_clear_pointer(&self->mailboxes, g_ptr_array_unref);
	return (db = store_reader(self->store, error)) != NULL && (self->mailboxes = mailbox_list(db, error)) != NULL;
}

static gboolean
take_one(Import *self, gboolean *ret_more, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) local = NULL;
	g_autoptr(MailIncoming) mail = NULL;
	const char *where;
	gint64 mailbox_id = 0, at = 0;

	if (!spool_next(self->spool, &bytes, &where, &local)) {
		*ret_more = FALSE;
		if (local == NULL)
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	mail = mail_incoming_new(common_options.data_dir, MAIL_BYTES_MAX);
	if (!feed(self, mail, bytes, error) || !look_up_mailboxes(self, error) || !find_mailbox(&self->given, self->mailboxes, mail, &mailbox_id, error))
		return FALSE;
	g_clear_pointer(&bytes, g_bytes_unref); /* it may be large */
	spool_progress(self->spool, &at, &self->total);
	if (!mail_bulk_add(self->bulk, g_steal_pointer(&mail), mailbox_id, at, error))
		return FALSE;
	show_progress(self);
	return TRUE;
}

/* What was read before something went wrong is kept all the same. */
static gboolean
import_all(Import *self, GError **error)
{
	g_autoptr(GError) last = NULL;
	gboolean more = TRUE, ok = TRUE;

	while (ok && more)
		ok = take_one(self, &more, error);
	if (!mail_bulk_end(self->bulk, ok ? error : &last))
		return FALSE;
	show_progress(self);
	if (self->bar)
		fputc('\n', stderr);
	return ok;
}

static int
import_from(Store *store, Spool *spool, const char *mailbox)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MailHouse) house = mail_house_new(store, NULL, FALSE, &error);
	g_autoptr(MailBulk) bulk = house != NULL ? mail_house_bulk(house) : NULL;
	Import self = { .store = store, .spool = spool, .bulk = bulk, .given = { .mailbox = mailbox }, .bar = isatty(STDERR_FILENO), .shown = -1 };
	const MailBulkDone *done;
	gboolean ok;

	if (bulk == NULL)
		return command_fail("mail import", error);
	ok = import_all(&self, &error);
	g_clear_pointer(&self.mailboxes, g_ptr_array_unref);
	if (!ok)
		command_fail("mail import", error);
	done = mail_bulk_done(bulk);
	printf("filed %" G_GINT64_FORMAT ", known %" G_GINT64_FORMAT ", set aside %" G_GINT64_FORMAT "\n", done->filed, done->known, done->set_aside);
	return ok ? 0 : 1;
}

static int
import(int argc, char **argv)
{
	static char *mailbox;
	const GOptionEntry entries[] = {
		{ "mailbox", 0, 0, G_OPTION_ARG_STRING, &mailbox, "which of our addresses they are for (default: told from each mail)", "ADDRESS" },
		{ NULL },
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(Spool) spool = NULL;

	if (!command_options("mail import", "PATH... - takes mail in from message files, mbox files, Maildirs and folders", entries, &argc, &argv))
		return 2;
	if (argc < 2) {
		fputs("redress mail import: give at least one PATH\n", stderr);
		return 2;
	}
	if ((store = command_store_with(&(StoreOptions){ .beside = TRUE, .migrate = TRUE, .sync_later = TRUE }, TRUE)) == NULL)
		return 1;
	if ((spool = spool_open((const char *const *)argv + 1, &error)) == NULL)
		return command_fail("mail import", error);
	return import_from(store, spool, mailbox);
}

/* ---- journal */
static void
print_journal(const json_t *journal)
{
	const json_t *aside = json_object_get(journal, "set_aside");

	printf("seen %" G_GINT64_FORMAT ", filed %" G_GINT64_FORMAT ", known %" G_GINT64_FORMAT ", set aside %" G_GINT64_FORMAT ", waiting %" G_GINT64_FORMAT ", to be filed %" G_GINT64_FORMAT "\n",
	       json_int(journal, "seen", 0), json_int(journal, "filed", 0), json_int(journal, "known", 0), json_int(journal, "set_aside_n", 0), json_int(journal, "waiting", 0), json_int(journal, "kept", 0));
	for (gsize i = 0; i < json_array_size(aside); i++) {
		const json_t *one = json_array_get(aside, i);

		printf("%s  %s  %s\n", json_text(one, "id", ""), json_text(one, "kept_at", ""), json_text(one, "reason", ""));
	}
}

static int
journal(int argc, char **argv)
{
	static gboolean as_json;
	static char *mailbox;
	const GOptionEntry entries[] = {
		{ "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "as JSON", NULL },
		{ "mailbox", 0, 0, G_OPTION_ARG_STRING, &mailbox, "of one mailbox alone", "ADDRESS" },
		{ NULL },
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(json_t) value = NULL;
	g_autoptr(GPtrArray) mailboxes = NULL;
	gint64 mailbox_id = -1;
	Db *db;

	if (!command_options("mail journal", "- what came by mail, and what became of it", entries, &argc, &argv))
		return 2;
	if ((store = command_store(FALSE, TRUE)) == NULL)
		return 1;
	if ((db = store_reader(store, &error)) == NULL || (mailbox != NULL && ((mailboxes = mailbox_list(db, &error)) == NULL || !mail_mailbox_of(mailboxes, mailbox, NULL, 0, &mailbox_id, &error))) ||
	    (value = mail_journal(db, mailbox_id, ASIDE_MAX, &error)) == NULL)
		return command_fail("mail journal", error);
	if (as_json) {
		g_autofree char *text = json_write(value, NULL);

		puts(text);
	} else {
		print_journal(value);
	}
	return 0;
}

int
cmd_mail(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} commands[] = { { "receive", receive }, { "import", import }, { "journal", journal } };

	for (guint i = 0; argc > 1 && i < G_N_ELEMENTS(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fputs("usage: redress mail receive|import|journal --data DIR ...; each with --help says more\n", stderr);
	return EX_USAGE;
}
