/* cmd_mailbox.c - redress mailbox add | list | test. The same on a page: desk/mailboxes.c. */
#include "base/clock.h"
#include "flow/mail/try.h"
#include "mailbox/mailbox.h"
#include "main/commands.h"
#include <stdio.h>
#include <string.h>

typedef struct {
	char *address, *name, *imap, *imap_security, *smtp, *smtp_security, *user, *auth, *ca_file, *team, *when_closed, *when_unknown, *token_url, *client_id;
	gboolean secret_stdin, plus, no_acknowledge;
} MailboxArguments;

/* "host:port" into @server; FALSE when it is none. */
static gboolean
read_host(const char *text, gint64 default_port, MailServer *server)
{
	const char *colon = strrchr(text, ':');
	guint64 port = (guint64)default_port;

	if (colon != NULL && !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
		return FALSE;
	server->host = colon != NULL ? g_strndup(text, (gsize)(colon - text)) : g_strdup(text);
	server->port = (gint64)port;
	return TRUE;
}

/* NULL when @host is not given; FALSE in @ret_ok when it is no host. */
static MailServer *
make_server(const MailboxArguments *given, const char *host, const char *security, const char *place, const char *secret, const SealKey *key, gboolean *ret_ok)
{
	g_autoptr(MailServer) server = NULL;
	gboolean imap = strcmp(place, "imap") == 0;

	if (host == NULL)
		return NULL;
	server = g_new0(MailServer, 1);
	server->security = g_strdup(security != NULL ? security : imap ? "tls" : "starttls");
	server->auth = g_strdup(given->auth != NULL ? given->auth : given->user == NULL ? "none" : "password");
	server->user = g_strdup(given->user);
	server->ca_file = given->ca_file != NULL ? g_canonicalize_filename(given->ca_file, NULL) : NULL;
	server->token_url = g_strdup(given->token_url);
	server->client_id = g_strdup(given->client_id);
	server->sealed = secret != NULL && secret[0] != '\0' ? seal(key, place, secret) : NULL;
	*ret_ok = *ret_ok && read_host(host, strcmp(server->security, "tls") == 0 ? (imap ? 993 : 465) : imap ? 143 : 587, server);
	return g_steal_pointer(&server);
}

typedef struct {
	MailboxChange make;
	const char *team;
	char *ref;
} Adding;

static gboolean
add_in_writer(Db *db, gpointer data, GError **error)
{
	Adding *self = data;
	g_autoptr(Mailbox) made = mailbox_add(db, &self->make, actor_system(), clock_now_ms(), error);

	if (made == NULL)
		return FALSE;
	g_free(self->ref);
	self->ref = g_strdup(made->ref);
	return TRUE;
}

static int
add(int argc, char **argv)
{
	static MailboxArguments given;
	const GOptionEntry entries[] = {
		{ "address", 0, 0, G_OPTION_ARG_STRING, &given.address, "the address customers write to", "ADDRESS" },
		{ "name", 0, 0, G_OPTION_ARG_STRING, &given.name, "who its answers say they are from", "NAME" },
		{ "imap", 0, 0, G_OPTION_ARG_STRING, &given.imap, "where mail is fetched", "HOST[:PORT]" },
		{ "imap-security", 0, 0, G_OPTION_ARG_STRING, &given.imap_security, "tls (the default), starttls or none", "WORD" },
		{ "smtp", 0, 0, G_OPTION_ARG_STRING, &given.smtp, "where answers are handed over", "HOST[:PORT]" },
		{ "smtp-security", 0, 0, G_OPTION_ARG_STRING, &given.smtp_security, "starttls (the default), tls or none", "WORD" },
		{ "user", 0, 0, G_OPTION_ARG_STRING, &given.user, "the name to sign in with", "NAME" },
		{ "auth", 0, 0, G_OPTION_ARG_STRING, &given.auth, "password, xoauth2 or none", "WORD" },
		{ "secret-stdin", 0, 0, G_OPTION_ARG_NONE, &given.secret_stdin, "the password, or the refresh token, is the first line of standard input", NULL },
		{ "token-url", 0, 0, G_OPTION_ARG_STRING, &given.token_url, "xoauth2: where access tokens are had", "URL" },
		{ "client-id", 0, 0, G_OPTION_ARG_STRING, &given.client_id, "xoauth2: who we are there", "ID" },
		{ "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &given.ca_file, "further roots to trust, for a house's own authority", "FILE" },
		{ "when-closed", 0, 0, G_OPTION_ARG_STRING, &given.when_closed, "an answer to a closed case: reopen, or link a new one", "WORD" },
		{ "when-unknown", 0, 0, G_OPTION_ARG_STRING, &given.when_unknown, "mail of strangers: accept, ask, quarantine", "WORD" },
		{ "plus", 0, 0, G_OPTION_ARG_NONE, &given.plus, "the server takes name+anything@: answers carry a token there", NULL },
		{ "no-acknowledge", 0, 0, G_OPTION_ARG_NONE, &given.no_acknowledge, "do not tell people that their mail arrived", NULL },
		{ NULL },
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(MailServer) imap = NULL, smtp = NULL;
	g_autofree char *secret = NULL;
	gboolean hosts_ok = TRUE;
	SealKey key = { { 0 } };
	Adding adding = { .make = { .given = MAILBOX_ADDRESS } };

	if (!command_options("mailbox add", "- an address customers write to", entries, &argc, &argv))
		return 2;
	if (given.secret_stdin && (secret = command_read_line("mailbox add")) == NULL)
		return 2;
	if ((store = command_store(TRUE, TRUE)) == NULL)
		return 1;
	if (!seal_key_open(store_data_dir(store), &key, &error))
		return command_fail("mailbox add", error);
	imap = make_server(&given, given.imap, given.imap_security, "imap", secret, &key, &hosts_ok);
	smtp = make_server(&given, given.smtp, given.smtp_security, "smtp", secret, &key, &hosts_ok);
	if (!hosts_ok) {
		fputs("redress mailbox add: a server is written HOST or HOST:PORT\n", stderr);
		return 2;
	}
	adding.make = (MailboxChange){
		.given = MAILBOX_ADDRESS | MAILBOX_ACKNOWLEDGE | MAILBOX_PLUS | MAILBOX_IMAP | MAILBOX_SMTP | (given.name != NULL ? MAILBOX_NAME : 0) |
		         (given.when_closed != NULL ? MAILBOX_WHEN_CLOSED : 0) | (given.when_unknown != NULL ? MAILBOX_WHEN_UNKNOWN : 0),
		.address = given.address, .name = given.name, .acknowledge = !given.no_acknowledge, .plus = given.plus, .when_closed = given.when_closed,
		.when_unknown = given.when_unknown, .imap = imap, .smtp = smtp,
	};
	if (!store_write(store, add_in_writer, &adding, &error))
		return command_fail("mailbox add", error);
	puts(adding.ref);
	g_free(adding.ref);
	return 0;
}

static int
list(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(GPtrArray) all = NULL;
	Db *db;

	if (!command_options("mailbox list", "- the addresses customers write to", NULL, &argc, &argv))
		return 2;
	if ((store = command_store(FALSE, TRUE)) == NULL)
		return 1;
	if ((db = store_reader(store, &error)) == NULL || (all = mailbox_list(db, &error)) == NULL)
		return command_fail("mailbox list", error);
	for (guint i = 0; i < all->len; i++) {
		const Mailbox *one = all->pdata[i];

		printf("%s  %s%s%s%s\n", one->ref, one->address, one->imap != NULL ? "  imap" : "", one->smtp != NULL ? "  smtp" : "", one->paused ? "  paused" : "");
	}
	return 0;
}

static int
test(int argc, char **argv)
{
	static char *address;
	const GOptionEntry entries[] = { { "address", 0, 0, G_OPTION_ARG_STRING, &address, "which one", "ADDRESS" }, { NULL } };
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(Mailbox) mailbox = NULL;
	SealKey key;
	Db *db;
	int status = 0;

	if (!command_options("mailbox test", "- connects, signs in, and says precisely what fails", entries, &argc, &argv))
		return 2;
	if ((store = command_store(FALSE, TRUE)) == NULL)
		return 1;
	if ((db = store_reader(store, &error)) == NULL || !seal_key_open(store_data_dir(store), &key, &error) || ((mailbox = mailbox_find(db, address != NULL ? address : "", &error)) == NULL && error != NULL))
		return command_fail("mailbox test", error);
	if (mailbox == NULL) {
		fprintf(stderr, "redress mailbox test: %s is no mailbox of ours\n", address != NULL ? address : "without --address it");
		return 1;
	}
	for (guint i = 0; i < 2; i++) {
		const MailServer *server = i == 0 ? mailbox->imap : mailbox->smtp;
		const char *place = i == 0 ? "imap" : "smtp";

		if (server == NULL)
			continue;
		g_clear_error(&error);
		if (mail_try_server(store, server, &key, place, &error))
			printf("%s: fine\n", place);
		else
			printf("%s: %s\n", place, error->message);
		status = error != NULL ? 1 : status;
	}
	return status;
}

int
cmd_mailbox(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} commands[] = { { "add", add }, { "list", list }, { "test", test } };

	for (guint i = 0; argc > 1 && i < G_N_ELEMENTS(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fputs("usage: redress mailbox add|list|test --data DIR ...; each with --help says more\n", stderr);
	return 2;
}
