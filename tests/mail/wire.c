/* wire.c - mail/imap.h, smtp.h and lmtp.h as a program, for tests/mail/run.py: commands on standard input, one JSON value a
 * line on standard output. Arguments: KEY=VALUE (host, port, security, ca, user, secret, xoauth2, timeout). */
#include "base/json.h"
#include "mail/imap.h"
#include "mail/lmtp.h"
#include "mail/smtp.h"
#include "mail/spool.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	Imap *imap;
	GAsyncQueue *lines;
} Wire;

static void
say(json_t *value)
{
	g_autofree char *text = json_write(value, NULL);

	json_decref(value);
	puts(text);
	fflush(stdout);
}

static void
say_error(const GError *error)
{
	say(json_pack("{s:s, s:s}", "error", error->message, "code", err_word(error)));
}

static const char *
option(char **argv, const char *key, const char *otherwise)
{
	for (; *argv != NULL; argv++) {
		if (g_str_has_prefix(*argv, key) && (*argv)[strlen(key)] == '=')
			return *argv + strlen(key) + 1;
	}
	return otherwise;
}

static MailPeer
peer_of(char **argv)
{
	MailPeer peer = {
		.host = option(argv, "host", "127.0.0.1"), .port = (guint)g_ascii_strtoull(option(argv, "port", "0"), NULL, 10),
		.ca_file = option(argv, "ca", NULL), .user = option(argv, "user", NULL), .secret = option(argv, "secret", NULL),
		.xoauth2 = option(argv, "xoauth2", NULL) != NULL, .hello = "desk.example.org",
		.timeout_s = (guint)g_ascii_strtoull(option(argv, "timeout", "10"), NULL, 10),
	};

	g_assert(mail_security_read(option(argv, "security", "tls"), &peer.security));
	return peer;
}

static gpointer
read_lines(gpointer data)
{
	Wire *self = data;
	char line[4096];

	while (fgets(line, sizeof line, stdin) != NULL) {
		g_strchomp(line);
		if (strcmp(line, "wake") == 0)
			imap_wake(self->imap);
		else
			g_async_queue_push(self->lines, g_strdup(line));
	}
	g_async_queue_push(self->lines, g_strdup("end"));
	return NULL;
}

static json_t *
numbers(const GArray *uids)
{
	json_t *all = json_array();

	for (guint i = 0; i < uids->len; i++)
		json_array_append_new(all, json_integer(g_array_index(uids, gint64, i)));
	return all;
}

static json_t *
names(const GPtrArray *folders)
{
	json_t *all = json_array();

	for (guint i = 0; i < folders->len; i++)
		json_array_append_new(all, json_string(folders->pdata[i]));
	return all;
}

static json_t *
fetched(GBytes *bytes, gboolean cut)
{
	const gsize size = g_bytes_get_size(bytes);
	g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);

	return json_pack("{s:I, s:s, s:b}", "size", (json_int_t)size, "sha256", hash, "cut", cut);
}

static json_t *
imap_command(Imap *imap, const char *line, GError **error)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 3);
	const guint n = g_strv_length(words);
	const gint64 number = n > 1 ? g_ascii_strtoll(words[1], NULL, 10) : 0, second = n > 2 ? g_ascii_strtoll(words[2], NULL, 10) : 0;
	g_autoptr(GPtrArray) folders = NULL;
	g_autoptr(GArray) uids = NULL;
	g_autoptr(GBytes) bytes = NULL;
	gboolean flag = FALSE;
	ImapFolder folder;

	if (strcmp(words[0], "folders") == 0)
		return (folders = imap_folders(imap, error)) != NULL ? names(folders) : NULL;
	if (strcmp(words[0], "select") == 0)
		return imap_select(imap, line + strlen("select "), &folder, error)
			? json_pack("{s:I, s:I, s:I}", "uidvalidity", (json_int_t)folder.uidvalidity, "uidnext", (json_int_t)folder.uidnext, "n", (json_int_t)folder.n_messages) : NULL;
	if (strcmp(words[0], "uids") == 0)
		return (uids = imap_uids_after(imap, number, (guint)second, error)) != NULL ? numbers(uids) : NULL;
	if (strcmp(words[0], "all") == 0)
		return (uids = imap_uids_all(imap, error)) != NULL ? json_pack("{s:i, s:I}", "n", (int)uids->len, "last",
			(json_int_t)(uids->len > 0 ? g_array_index(uids, gint64, uids->len - 1) : 0)) : NULL;
	if (strcmp(words[0], "wait") == 0)
		return imap_wait(imap, (guint)number, &flag, error) ? json_pack("{s:b}", "changed", flag) : NULL;
	if (strcmp(words[0], "fetch") == 0) {
		bytes = imap_fetch(imap, number, (gsize)second, &flag, error);
		return bytes != NULL ? fetched(bytes, flag) : *error != NULL ? NULL : json_pack("{s:b}", "gone", TRUE);
	}
	g_assert_not_reached();
}

static int
imap_main(char **argv)
{
	const MailPeer peer = peer_of(argv);
	g_autoptr(GError) error = NULL;
	Wire self = { .imap = imap_open(&peer, &error), .lines = g_async_queue_new_full(g_free) };
	GThread *reader;

	if (self.imap == NULL) {
		say_error(error);
		g_async_queue_unref(self.lines);
		return 1;
	}
	say(json_pack("{s:b}", "idle", imap_has_idle(self.imap)));
	reader = g_thread_new("lines", read_lines, &self);
	for (;;) {
		g_autofree char *line = g_async_queue_pop(self.lines);
		json_t *answer;

		if (strcmp(line, "end") == 0)
			break;
		answer = imap_command(self.imap, line, &error);
		if (answer != NULL)
			say(answer);
		else
			say_error(error);
		g_clear_error(&error);
	}
	g_thread_join(reader);
	imap_close(self.imap);
	g_async_queue_unref(self.lines);
	return 0;
}

/* ---- smtp: "send FROM TO,TO FILE" and "test", each over a connection of its own */

static json_t *
result_json(const SmtpResult *result)
{
	json_t *all = json_array();

	for (guint i = 0; i < result->recipients->len; i++) {
		const SmtpRecipient *one = result->recipients->pdata[i];

		json_array_append_new(all, json_pack("{s:s, s:s, s:i, s:s}", "address", one->address, "outcome", smtp_outcome_word(one->outcome), "code", one->code,
			"words", one->words != NULL ? one->words : ""));
	}
	return json_pack("{s:s, s:s?, s:s, s:o}", "outcome", smtp_outcome_word(result->outcome), "queue_id", result->queue_id, "words", result->words, "recipients", all);
}

static json_t *
smtp_command(const MailPeer *peer, const char *line, GError **error)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 4), to = NULL;
	g_autoptr(SmtpResult) result = NULL;
	g_autoptr(GBytes) mail = NULL;
	char *bytes;
	gsize size;

	if (strcmp(words[0], "test") == 0)
		return smtp_test(peer, error) ? json_pack("{s:b}", "ok", TRUE) : NULL;
	g_assert(g_strv_length(words) == 4 && g_file_get_contents(words[3], &bytes, &size, NULL));
	mail = g_bytes_new_take(bytes, size);
	to = g_strsplit(words[2], ",", 0);
	if (!smtp_send(peer, strcmp(words[1], "-") == 0 ? "" : words[1], (const char *const *)to, mail, &result, error))
		return NULL;
	return result_json(result);
}

static int
smtp_main(char **argv)
{
	const MailPeer peer = peer_of(argv);
	char line[4096];

	while (fgets(line, sizeof line, stdin) != NULL) {
		g_autoptr(GError) error = NULL;
		json_t *answer;

		g_strchomp(line);
		if ((answer = smtp_command(&peer, line, &error)) != NULL)
			say(answer);
		else
			say_error(error);
	}
	return 0;
}

/* ---- lmtp: each message as a file DIR/N, "from" and "to" as its first lines; DIR "-": nothing is kept. Its end on standard
 * input is the stop. Recipients that begin with "nobody" are refused, messages to "later" put off. */

typedef struct {
	const char *dir;
	gint n;
} Store;

typedef struct {
	GString *text;
	char *from;
} Mail;

static gboolean
on_recipient(const char *address, const char **ret_words, gpointer data)
{
	*ret_words = "550 5.1.1 no such person here";
	return !g_str_has_prefix(address, "nobody");
}

static gpointer
on_begin(const char *from, const char *const *to, gpointer data)
{
	Mail *mail = g_new0(Mail, 1);

	mail->from = g_strdup(from);
	mail->text = g_string_new(NULL);
	return mail;
}

static gboolean
on_append(gpointer handle, const guint8 *bytes, gsize size, gpointer data)
{
	Mail *mail = handle;

	g_string_append_len(mail->text, (const char *)bytes, (gssize)size);
	return TRUE;
}

static void
on_abandon(gpointer handle, gpointer data)
{
	Mail *mail = handle;

	g_string_free(mail->text, TRUE);
	g_free(mail->from);
	g_free(mail);
}

static void
on_end(gpointer handle, const char *const *to, gpointer token, gpointer data)
{
	Store *store = data;
	Mail *mail = handle;
	const guint n = g_strv_length((char **)to);
	g_autofree char *path = g_strdup_printf("%s/%d", store->dir, ++store->n), *all = g_strjoinv(",", (char **)to);
	g_autofree char *head = g_strdup_printf("%s\n%s\n", mail->from, all);

	if (strcmp(store->dir, "-") != 0) {
		g_string_prepend(mail->text, head);
		g_assert(g_file_set_contents(path, mail->text->str, (gssize)mail->text->len, NULL));
	}
	for (guint i = 0; i < n; i++)
		lmtp_answer(token, i, g_str_has_prefix(to[i], "later") ? "451 4.3.0 not now" : "250 2.0.0 filed");
	on_abandon(mail, data);
}

static int
lmtp_main(char **argv)
{
	static const LmtpSink sink = { on_recipient, on_begin, on_append, on_end, on_abandon };
	const LmtpOptions options = { .where = option(argv, "where", "127.0.0.1:0"), .mode = 0666 };
	Store store = { .dir = option(argv, "dir", "-") };
	g_autoptr(GError) error = NULL;
	g_autofree char *where = NULL;
	LmtpServer *server = lmtp_start(&options, &sink, &store, &where, &error);

	if (server == NULL) {
		say_error(error);
		return 1;
	}
	say(json_pack("{s:s}", "where", where));
	while (getchar() != EOF)
		;
	lmtp_stop(server);
	say(json_pack("{s:i}", "n", store.n));
	return 0;
}

/* ---- spool PATH...: how many messages and bytes */

static int
spool_main(char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Spool) spool = spool_open((const char *const *)argv, &error);
	gint64 n = 0, size = 0, done, total;
	const char *where;
	GBytes *bytes;

	while (spool != NULL && spool_next(spool, &bytes, &where, &error)) {
		n++;
		size += (gint64)g_bytes_get_size(bytes);
		if (g_getenv("VERBOSE") != NULL)
			printf("%s %" G_GSIZE_FORMAT "\n", where, g_bytes_get_size(bytes));
		g_bytes_unref(bytes);
	}
	if (error != NULL) {
		say_error(error);
		return 1;
	}
	spool_progress(spool, &done, &total);
	say(json_pack("{s:I, s:I, s:I, s:I}", "n", (json_int_t)n, "size", (json_int_t)size, "done", (json_int_t)done, "total", (json_int_t)total));
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *word;
		int (*run)(char **argv);
	} commands[] = { { "imap", imap_main }, { "smtp", smtp_main }, { "lmtp", lmtp_main }, { "spool", spool_main } };

	for (guint i = 0; argc > 1 && i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(argv[1], commands[i].word) == 0)
			return commands[i].run(argv + 2);
	}
	fprintf(stderr, "wire: imap|smtp|lmtp KEY=VALUE..., spool PATH...\n");
	return 64;
}
