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

enum { PIECE = 64 * 1024, BATCH = 64, BATCH_BYTES = 4 * 1024 * 1024, ASIDE_MAX = 1000000 };

/* What the writer keeps in one transaction. */
typedef struct {
	GPtrArray *mails; /* of MailIncoming */
	const char *way, *mailbox, *from, *to;
	gint64 known, first_id, last_id;
} Keeping;

/* By --mailbox, which must be one; by the MTA's word for whom it is, where that is one; by the mail itself. */
static gboolean
find_mailbox(const Keeping *self, const GPtrArray *mailboxes, const MailIncoming *mail, gint64 *ret_id, GError **error)
{
	gsize size = 0;
	const guint8 *head = mail_incoming_head(mail, &size);

	if (self->mailbox == NULL && self->to != NULL && mail_mailbox_of(mailboxes, self->to, NULL, 0, ret_id, NULL))
		return TRUE;
	return mail_mailbox_of(mailboxes, self->mailbox, head, size, ret_id, error);
}

/* A large one: its beginning says whose it is, and so how much of it is kept. */
static gboolean
set_limit(const Keeping *self, Db *db, MailIncoming *mail, GError **error)
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
	Keeping *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(GPtrArray) mailboxes = tx != NULL ? mailbox_list(db, error) : NULL;
	MailCounts counts = { 0 };
	gint64 now_ms = clock_now_ms(), known = 0, first = self->first_id, last = self->last_id;

	if (mailboxes == NULL)
		return FALSE;
	for (guint i = 0; i < self->mails->len; i++) {
		MailKeep one = { .way = self->way, .envelope_from = self->from, .envelope_to = self->to, .counts = &counts };
		gboolean is_known = FALSE;
		gint64 id;

		mail_incoming_keep(self->mails->pdata[i], &one);
		if (!find_mailbox(self, mailboxes, self->mails->pdata[i], &one.mailbox_id, error) || !mail_keep_in(db, &one, now_ms, &id, &is_known, error))
			return FALSE;
		known += is_known ? 1 : 0;
		if (!is_known) {
			first = first == 0 ? id : first;
			last = id;
		}
	}
	if (!mail_counts_write(db, &counts, error) || !db_tx_commit(tx, error))
		return FALSE;
	self->known += known;
	self->first_id = first;
	self->last_id = last;
	return TRUE;
}

static void
free_incoming(gpointer data)
{
	mail_incoming_free(data);
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
	const Keeping *self = data;

	return set_limit(self, db, self->mails->pdata[0], error);
}

static gboolean
read_pipe(Keeping *self, GError **error)
{
	static guint8 piece[PIECE];
	MailIncoming *mail = self->mails->pdata[0];
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
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func(free_incoming);
	Keeping keeping = { .mails = mails, .way = "pipe", .from = g_getenv("SENDER"), .to = g_getenv("RECIPIENT") };

	if (!command_options("mail receive", "< MESSAGE - keeps one mail durably; exit status 0, or of sysexits.h", entries, &argc, &argv))
		return EX_USAGE;
	keeping.mailbox = mailbox;
	g_ptr_array_add(mails, mail_incoming_new(common_options.data_dir, MAIL_BYTES_MAX));
	if (!read_pipe(&keeping, &error) || !command_write_once(keep, &keeping, &error))
		return temporary(error);
	return EX_OK;
}

/* ---- import */
typedef struct {
	Store *store;
	Spool *spool;
	Keeping keeping;
	gboolean bar;
	int shown;
} Import;

static void
show_progress(Import *self)
{
	gint64 done = 0, total = 0;
	int percent;

	spool_progress(self->spool, &done, &total);
	percent = total > 0 ? (int)(done * 100 / total) : 100;
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
	return mail_incoming_feed(incoming, bytes, first, error) && (first == size || set_limit(&self->keeping, store_reader(self->store, error), incoming, error)) &&
	       mail_incoming_feed(incoming, bytes + first, size - first, error);
}

static gboolean
keep_batch(Import *self, gboolean *ret_more, GError **error)
{
	gsize bytes = 0;

	g_ptr_array_set_size(self->keeping.mails, 0);
	while (self->keeping.mails->len < BATCH && bytes < BATCH_BYTES) {
		g_autoptr(GBytes) mail = NULL;
		g_autoptr(GError) local = NULL;
		const char *where;
		MailIncoming *incoming;

		if (!spool_next(self->spool, &mail, &where, &local)) {
			*ret_more = FALSE;
			if (local == NULL)
				break;
			g_propagate_error(error, g_steal_pointer(&local));
			return FALSE;
		}
		incoming = mail_incoming_new(common_options.data_dir, MAIL_BYTES_MAX);
		g_ptr_array_add(self->keeping.mails, incoming);
		if (!feed(self, incoming, mail, error) || !mail_incoming_end(incoming, error))
			return FALSE;
		bytes += g_bytes_get_size(mail);
	}
	show_progress(self);
	return self->keeping.mails->len == 0 || store_write(self->store, keep, &self->keeping, error);
}

static gboolean
count(Import *self, gint64 *ret_filed, gint64 *ret_aside, GError **error)
{
	Db *db = store_reader(self->store, error);

	*ret_filed = *ret_aside = 0;
	return db != NULL && (self->keeping.first_id == 0 || mail_count_between(db, self->keeping.first_id, self->keeping.last_id, "import", ret_filed, ret_aside, error));
}

/* Keeps on this thread while what was kept is filed on another. */
static gboolean
import_all(Import *self, GError **error)
{
	g_autoptr(MailHouse) house = mail_house_new(self->store, NULL, FALSE, error);
	gboolean more = TRUE;

	if (house == NULL)
		return FALSE;
	mail_house_start_filing(house);
	while (more)
		if (!keep_batch(self, &more, error))
			return FALSE;
	if (self->bar)
		fputc('\n', stderr);
	return mail_house_finish_filing(house, error);
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
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func(free_incoming);
	Import self = { .keeping = { .mails = mails, .way = "import" }, .bar = isatty(STDERR_FILENO), .shown = -1 };
	gint64 filed, aside;
	gboolean ok;

	if (!command_options("mail import", "PATH... - takes mail in from message files, mbox files, Maildirs and folders", entries, &argc, &argv))
		return 2;
	if (argc < 2) {
		fputs("redress mail import: give at least one PATH\n", stderr);
		return 2;
	}
	if ((self.store = store = command_store(TRUE, TRUE)) == NULL)
		return 1;
	self.keeping.mailbox = mailbox;
	if ((self.spool = spool = spool_open((const char *const *)argv + 1, &error)) == NULL)
		return command_fail("mail import", error);
	ok = import_all(&self, &error);
	if (!ok)
		command_fail("mail import", error);
	g_clear_error(&error);
	if (!count(&self, &filed, &aside, &error))
		return command_fail("mail import", error);
	printf("filed %" G_GINT64_FORMAT ", known %" G_GINT64_FORMAT ", set aside %" G_GINT64_FORMAT "\n", filed, self.keeping.known, aside);
	return ok ? 0 : 1;
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
